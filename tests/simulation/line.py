"""What lies between tablets and server: a transport adapter under the tablet's real HTTP client.

passes        the answer comes
is lost       on its way up, or on its way down when the server has done its work
is cut        the end of the request or of the answer is missing
comes twice   the server gets the request twice; the tablet gets one of the two answers
comes late    the tablet has given up; the server gets the request later, behind others
is outrun     somebody else does something while it is under way
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import BytesIO
from typing import Any, Protocol
from unittest.mock import patch

import requests
import urllib3
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from mobile_app.sync_client import enrolment, hang_up
from tests.simulation.server import Reply


class Fate(StrEnum):
    """What becomes of a message and its answer."""

    PASSES = "passes"
    LOST_UP = "is lost on its way up"
    LOST_DOWN = "arrives; its answer is lost"
    CUT_UP = "arrives without its end"
    CUT_DOWN = "arrives; the end of its answer is missing"
    TWICE = "arrives twice"
    LATE = "comes late"


class Between(Protocol):
    """Who decides what becomes of a message. The world of a simulation."""

    def send(self, request: PreparedRequest, body: bytes) -> Reply | None:
        """Return what the tablet gets to see, or None if it gets nothing."""


@contextmanager
def a_line(between: Between) -> Iterator[None]:
    """Lead what the tablets send to `between` until the block ends."""

    def new_session() -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", _Line(between))
        return session

    with (
        patch.object(enrolment, "new_session", new_session),
        # The endpoint notes its connections, to hang up; there is one line here, and nobody waits at it.
        patch.object(hang_up, "HTTPAdapter", lambda: _Line(between)),
    ):
        yield


class _Line(HTTPAdapter):
    def __init__(self, between: Between) -> None:
        super().__init__()
        self._between = between

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        body: Any = request.body
        reply = self._between.send(request, body.read() if hasattr(body, "read") else bytes(body or b""))
        if reply is None:
            raise requests.ConnectionError
        raw = urllib3.HTTPResponse(
            body=BytesIO(reply.body), headers=dict(reply.headers), status=reply.status, preload_content=False
        )
        return self.build_response(request, raw)
