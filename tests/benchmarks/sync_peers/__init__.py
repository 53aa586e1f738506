"""Servers and tablets of others that a sync is measured beside: Kinto in memory, PouchDB on LevelDB."""
