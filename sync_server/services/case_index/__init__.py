"""Which cases fit a filter, how many of each kind, and in which order: `index.py` over `bitmaps.py`."""

from sync_server.services.case_index.index import NEVER, CaseIndex, Found, Weeks
from sync_server.services.case_index.wanted import FACETS, SORTS, YES, Wanted

__all__ = ["FACETS", "NEVER", "SORTS", "YES", "CaseIndex", "Found", "Wanted", "Weeks"]
