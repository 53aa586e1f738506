"""The names of files as they can be drawn. A path keeps its bytes; only what is shown of it changes."""

from __future__ import annotations


def shown_name(name: str) -> str:
    """Return the name; bytes that are no UTF-8, as old cameras and sticks leave them, become "?"."""
    return name.encode(errors="replace").decode()
