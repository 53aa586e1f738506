"""Whoever asks for the same chart in the same language gets the drawing that is there: drawing takes a while.

Kept by all that a chart is made of, so it is never another's or an older one. In memory only, the last ones used.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec

from sync_server.api.charts.chart import Chart
from sync_server.language import current

MOST_KEPT = 128
"""Of each kind of chart; one has at most 15 KB."""
_Given = ParamSpec("_Given")


def drawn_once(draw: Callable[_Given, Chart]) -> Callable[_Given, Chart]:
    """Draw only what is not kept. What is given must be plain: words, sentences and numbers, in any grouping."""
    kept: OrderedDict[tuple[str, str], Chart] = OrderedDict()
    lock = Lock()

    @wraps(draw)
    def looked_up(*args: _Given.args, **kwargs: _Given.kwargs) -> Chart:
        key = current().code, repr((args, sorted(kwargs.items())))
        with lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        chart = draw(*args, **kwargs)
        with lock:
            kept[key] = chart
            if len(kept) > MOST_KEPT:
                kept.popitem(last=False)
        return chart

    return looked_up
