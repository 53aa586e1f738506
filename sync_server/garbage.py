"""How a server process looks for garbage: rarely, and never in what it was loaded with."""

from __future__ import annotations

import gc


def look_rarely() -> None:
    """Keep for good what is loaded now. To be called when all is loaded, before the first request."""
    # Looking through it again would hold a push, or a page, up for some tenths of a second.
    gc.collect()
    gc.freeze()
    # And a push makes ten thousand objects, none of which is garbage before it is done.
    gc.set_threshold(20_000)
