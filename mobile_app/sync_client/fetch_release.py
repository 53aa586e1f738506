"""Fetching a knowledge release in pieces: `GET /v1/knowledge/<digest>?start=<byte>` (PROTOCOL.md, section 19).

It is signed and no secret, so nobody signs the request, and a clinic's proxy may keep the answer for all its tablets.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests
import urllib3
from requests.exceptions import RequestException
from urllib3.util import SKIP_HEADER

from mobile_app.sync_client.http_post import (
    CONNECT_TIMEOUT_S,
    EXCHANGE_TIMEOUT_S,
    READ_TIMEOUT_S,
    Traffic,
    new_session,
)
from shared.errors import ServerNonsense, ServerUnreachable

_PIECE = 4 * 1024
_HEADERS = {"user-agent": SKIP_HEADER, "accept-encoding": SKIP_HEADER}


def fetch_release(server_url: str, traffic: Traffic, digest: str, start: int) -> Iterator[bytes]:
    """Give the file from a byte on, as it comes. Whoever stores each piece loses nothing when the line breaks.

    Raises:
        ServerUnreachable, ServerNonsense: there is no more of it; what was given is right as far as it goes, if its
        digest says so in the end.
    """
    deadline = time.monotonic() + EXCHANGE_TIMEOUT_S
    try:
        with (
            new_session() as session,
            session.get(
                f"{server_url}/v1/knowledge/{digest}",
                params={"start": start} if start else None,
                headers=_HEADERS,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            ) as response,
        ):
            traffic.requests += 1
            if response.status_code >= 500:
                raise ServerUnreachable
            if response.status_code != requests.codes.ok or not _is_file(response):
                raise ServerNonsense
            while piece := response.raw.read1(_PIECE, decode_content=False):
                traffic.down += len(piece)
                yield piece
                if time.monotonic() > deadline:
                    raise ServerUnreachable
    except (RequestException, urllib3.exceptions.HTTPError, OSError):
        raise ServerUnreachable from None


def _is_file(response: requests.Response) -> bool:
    # A captive portal answers with a page of its own.
    return response.headers.get("content-type", "").split(";")[0].strip() == "application/octet-stream"
