"""The components of the screens: one file each, Python for behaviour, kv for the look. They know no presenter."""
