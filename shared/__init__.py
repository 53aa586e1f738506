"""The core of Handwise: pure functions and frozen values that the tablet and the server both use.

Nothing here opens a window, a socket or a database, or reads a clock. `shared/README.md` has the map and the glossary.
"""
