"""The tablet's way to the server: one signed exchange over HTTP, repeated until nothing waits."""
