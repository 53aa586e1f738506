"""The tables, one a file. A row never leaves the repositories: callers get the core's own values."""
