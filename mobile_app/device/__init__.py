"""What the tablet itself gives: its clock, and a secret that only it has."""
