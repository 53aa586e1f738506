"""What a connection may cost: uvicorn's, with an end to its patience, and with room made for whoever comes.

    connected ── head within 30 s ──▶ body: something each minute, all in 15 minutes ──▶ answer ──▶ idle, 150 s
        ▲                                                                                            │
        └──────────────────────────────── the next request on the same line ─────────────────────────┘

uvicorn itself waits for ever for a request that was begun, and lets anybody hold every file that the process may open.
Of as many connections as are allowed, those that have asked nothing for longest are closed for new ones; so hundreds of
silent ones keep nobody out. Where all of them are in the middle of a request, uvicorn answers 503, and tablets come
again later.
"""

from __future__ import annotations

import asyncio
import resource

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.errors import InvalidInput

HEAD_S = 30
SILENCE_S = 60
BODY_S = 15 * 60
"""A tablet waits as long, for the next bytes and for all of them: `PROTOCOL.md`, section 9."""
KEPT_IDLE_S = 150
"""Longer than a proxy keeps a connection to us: else it would send a request down one that is just being closed."""
LARGEST_HEAD_BYTES = 16 * 1024
STOP_S = 8
"""How long a server that is told to stop waits for what is on its way. Containers are killed after ten seconds."""
JUST_COME_S = 1
AT_A_TIME = 64
"""Connections that are taken in one go, before any of them can be closed for another."""
_OTHER_FILES = 512
"""The database's, what is read now and then, and connections that have been taken or closed and are not yet gone."""


def allow_files(connections: int) -> None:
    """See that the process may open as many files as that many connections need.

    Raises:
        InvalidInput: the system does not allow it.
    """
    # Up to twice as many, for a moment: see _make_room.
    needed = 2 * connections + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise InvalidInput("--connections", "is more than a process may open here; see ulimit -n")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def uvicorn_config(app: ASGIApp, connections: int) -> uvicorn.Config:
    """Return how the app is served, with at most so many connections at once."""
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        limit_concurrency=connections,
        backlog=AT_A_TIME,
        timeout_keep_alive=KEPT_IDLE_S,
        timeout_graceful_shutdown=STOP_S,
        h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


class Connection(H11Protocol):
    """One connection. It is idle when nobody works on a request of it: also while the head of one drips in."""

    _timer: asyncio.TimerHandle | None = None
    _idle_since = 0.0
    _body_ends = 0.0

    @property
    def is_idle(self) -> bool:
        is_asking = self.cycle is not None and not self.cycle.response_complete
        return not is_asking and not self.transport.get_write_buffer_size()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._give_up_in(HEAD_S)
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._give_up_in(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_on()

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        self._body_ends = 0.0
        self._give_up_in(None)
        # What came down the line meanwhile is looked at in there.
        super().on_response_complete()
        if self.conn.trailing_data[0]:
            self._wait_on()

    def _wait_on(self) -> None:
        """See what is waited for now that something has come, and for how long."""
        if self.cycle is None or self.cycle.response_complete:
            # The first bytes of a head; those that follow bring no new patience.
            if self._timer is None:
                self._give_up_in(HEAD_S)
        elif self.cycle.more_body:
            now = self.loop.time()
            self._body_ends = self._body_ends or now + BODY_S
            self._give_up_in(min(SILENCE_S, self._body_ends - now))
        else:
            self._give_up_in(None)

    def _give_up_in(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        # There is nobody to say it to: what a client would understand as an answer, it has not asked for yet.
        self.transport.abort()

    def _make_room(self) -> None:
        if self.limit_concurrency is None:
            return
        open_ones = [one for one in self.connections if not one.transport.is_closing()]
        too_many = len(open_ones) - self.limit_concurrency + 1
        if too_many <= 0:
            return
        idle = [one for one in open_ones if one is not self and isinstance(one, Connection) and one.is_idle]
        idle.sort(key=lambda one: one._idle_since)
        # Whoever has only just come may have said what he wants, and we have not read it yet.
        is_flood = len(open_ones) >= 2 * self.limit_concurrency
        latest = self.loop.time() - (0 if is_flood else JUST_COME_S)
        for one in idle[:too_many]:
            if one._idle_since <= latest:
                one.transport.close()
