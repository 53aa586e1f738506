"""The libraries that stand beside us, by name and version."""

from __future__ import annotations

from importlib.metadata import version

PGMPY = f"pgmpy {version('pgmpy')}"
WANTED = 1000.0
"""How many times faster than pgmpy the reasoning is wanted to be."""
