"""Where the time of one act goes: seconds by part, each without the parts that it calls.

answer tapped ─┬─ written      the answer on disk
               ├─ reasoned     the engine asked
               └─ …            functions of the app are listened to while it runs; nothing in it knows of this
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from time import perf_counter
from typing import Any


class PartTimes:
    """Listens to functions, and adds up what each part took since it was last asked."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._within = 0.0
        self._heard: list[tuple[Any, str, Any]] = []

    def listen(self, owner: Any, name: str, part: str) -> None:
        """Count the calls of a method of a class as a part."""
        listened_to = getattr(owner, name)

        # Kivy finds again by its name what it is to call later.
        @wraps(listened_to)
        def counted(*args: Any, **kwargs: Any) -> Any:
            with self.counting(part):
                return listened_to(*args, **kwargs)

        self._heard.append((owner, name, listened_to))
        setattr(owner, name, counted)

    @contextmanager
    def counting(self, part: str) -> Iterator[None]:
        """Count what happens within as a part, but for what is counted as another within."""
        outside, self._within = self._within, 0.0
        begin = perf_counter()
        try:
            yield
        finally:
            took = perf_counter() - begin
            self._seconds[part] += took - self._within
            self._within = outside + took

    def taken(self) -> Mapping[str, float]:
        """Return the seconds by part since this was last asked."""
        taken, self._seconds = self._seconds, defaultdict(float)
        return taken

    def stop(self) -> None:
        """Listen no more."""
        while self._heard:
            owner, name, listened_to = self._heard.pop()
            setattr(owner, name, listened_to)
