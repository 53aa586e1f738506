"""The HTTP side: parse, call a service, answer."""
