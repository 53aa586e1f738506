"""The one exchange between tablet and server: messages, batches and their chain."""
