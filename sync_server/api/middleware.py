"""What surrounds every request: a limit on its size, safe headers on its answer, one log line, never a traceback."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from traceback import extract_tb

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.language.languages import ENGLISH
from shared.sync.packed_message import MEDIA_TYPE
from sync_server.api.errors import is_read_by_people, plain_answer
from sync_server.api.script import SCRIPT_HASH
from sync_server.language import chosen_from, speaking

MAX_BODY_BYTES = 1024 * 1024

_CONTENT_POLICY = (
    f"default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src '{SCRIPT_HASH}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FOR_TABLETS = {b"x-content-type-options": b"nosniff", b"cache-control": b"no-store"}
_log = logging.getLogger("handwise.server")


@dataclass
class RequestCounts:
    """How many requests were answered, by status."""

    by_status: Counter[int] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(self, status: int) -> None:
        with self._lock:
            self.by_status[status] += 1

    def read(self) -> dict[int, int]:
        with self._lock:
            return dict(self.by_status)


class Tongue:
    """Outside the guard: each request is answered in one language, its refusals and crashes, too.

    Who is not known yet gets the language that was chosen on the sign-in page, or the one that the browser asks for;
    whoever is signed in, his own (`browser.py`). Programs are answered in English.
    """

    def __init__(self, app: ASGIApp, cookie: str) -> None:
        self._app = app
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_read_by_people(scope["path"]):
            with speaking(ENGLISH.code, is_fixed=True):
                await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        chosen = chosen_from(request.cookies.get(self._cookie, ""), request.headers.get("accept-language", ""))
        with speaking(chosen):
            await self._app(scope, receive, send)


class BodyTooLarge(Exception):
    """The body passed the limit while it was being read."""


class CutShort(Exception):
    """Whoever sent it went away before all of it came. Nothing of it is looked at, and nobody waits for an answer."""


class Guard:
    """The outermost layer of our own."""

    def __init__(self, app: ASGIApp, counts: RequestCounts, is_https: bool) -> None:
        self._app = app
        self._counts = counts
        self._is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def guarded_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *self._headers(dict(message["headers"]))]
            await send(message)

        try:
            body = await _read_body(scope, receive)
        except CutShort:
            _log.info("event=cut method=%s", _method(scope))
            return
        except BodyTooLarge:
            # Closing says that the rest of the body is not wanted.
            answer = plain_answer(scope["path"], 413, {"connection": "close"})
            await answer(scope, receive, guarded_send)
        else:
            try:
                await self._app(scope, _replay(body, receive), guarded_send)
            except Exception as error:
                _log_crash(error)
                if not status:
                    await plain_answer(scope["path"], 500)(scope, receive, guarded_send)
        self._counts.add(status)
        _log.info("event=request method=%s route=%s status=%d", _method(scope), _route(scope), status)

    def _headers(self, present: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        if present.get(b"content-type") == MEDIA_TYPE.encode():
            # No browser shows a packed answer, and on a slow line its reader pays for each line: 350 bytes for all.
            return list(_FOR_TABLETS.items())
        headers = {
            **_FOR_TABLETS,
            b"content-security-policy": _CONTENT_POLICY.encode(),
            b"referrer-policy": b"no-referrer",
            b"cross-origin-opener-policy": b"same-origin",
            b"cross-origin-resource-policy": b"same-origin",
            b"x-frame-options": b"DENY",
        }
        if self._is_https:
            headers[b"strict-transport-security"] = b"max-age=31536000; includeSubDomains"
        return [(name, value) for name, value in headers.items() if name not in present]


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > MAX_BODY_BYTES):
            raise BodyTooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise CutShort
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def replay() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE") else "other"


def _route(scope: Scope) -> str:
    # The pattern, never the address itself: that may hold a case id, or anything at all.
    return getattr(scope.get("route"), "path", "none")


def _log_crash(error: Exception) -> None:
    # Where it happened, not what it says: the text of an error may quote a value.
    places = " ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in extract_tb(error.__traceback__)
    )
    _log.error("event=crash kind=%s at=%s", type(error).__name__, places)
