"""What the book says: reading and checking a knowledge folder."""
