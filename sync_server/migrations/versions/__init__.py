"""One file for each revision. A file is never changed after its release; a new one is added behind it."""
