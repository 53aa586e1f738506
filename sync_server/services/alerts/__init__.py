"""Clusters: weekly counts against the usual (`ears.py`), rare harm by the cases between (`rare.py`), and alerts."""
