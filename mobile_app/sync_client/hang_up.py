"""Hanging up: whoever waits for a server at the other end of a connection stops waiting at once.

The library closes connections that lie idle and leaves alone the one in use, which may wait a minute for the next
bytes. The tablet may be being locked, and then nothing may be sent, read or kept any more.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Lines:
    """The connections of one session."""

    def __init__(self, session: requests.Session) -> None:
        self._open: WeakSet[HTTPConnection] = WeakSet()
        self._lock = Lock()
        self.is_hung_up = False
        adapter = HTTPAdapter()
        adapter.poolmanager.pool_classes_by_scheme = self._pools()
        for scheme in ("https://", "http://"):
            session.mount(scheme, adapter)

    def hang_up(self) -> None:
        """End what is on its way, and let nothing begin any more. From any thread, any number of times."""
        with self._lock:
            self.is_hung_up = True
            lines = list(self._open)
        for line in lines:
            _end(line)

    def _noted(self, line: HTTPConnection) -> None:
        with self._lock:
            self._open.add(line)
            is_too_late = self.is_hung_up
        if is_too_late:
            _end(line)

    def _pools(self) -> dict[str, Any]:
        noted = self._noted

        class Line(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                noted(self)

        class SafeLine(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                noted(self)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Line

        class SafePool(HTTPSConnectionPool):
            ConnectionCls = SafeLine

        return {"http": Pool, "https": SafePool}


def _end(line: HTTPConnection) -> None:
    end = line.sock
    if end is not None:
        # Not closed: whoever waits for it would wait on, and its number could be given to another file meanwhile.
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
