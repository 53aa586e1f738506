"""The only door to the cipher library."""
