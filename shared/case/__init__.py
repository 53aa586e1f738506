"""The append-only case: entries, the log they form, and the case as it stands."""
