"""What may leave the tablet, and in which form."""
