"""Numbers with units: converting them, judging them by age, and what follows from them."""
