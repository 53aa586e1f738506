"""What the product must be fast at, measured beside a reference in the same run: `make bench`."""
