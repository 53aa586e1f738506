"""All cases in memory (`store.py`): which fit a filter (`index.py`), and counts for reports (`counts.py`)."""

from sync_server.services.case_index.counts import CaseCounts, Placed, Standing
from sync_server.services.case_index.index import CaseIndex, Found, Weeks
from sync_server.services.case_index.store import NEVER, CaseStore
from sync_server.services.case_index.wanted import FACETS, SORTS, YES, Wanted

__all__ = [
    "FACETS",
    "NEVER",
    "SORTS",
    "YES",
    "CaseCounts",
    "CaseIndex",
    "CaseStore",
    "Found",
    "Placed",
    "Standing",
    "Wanted",
    "Weeks",
]
