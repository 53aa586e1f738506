"""One POST, and every way in which it can go wrong turned into one of four sentences.

no answer, or one that was cut off           ServerUnreachable   try again later
503, whatever its body is                    ServerBusy          try again later, not before it says
an answer that no Handwise server gives      ServerNonsense      a captive portal, a proxy, another server
an answer with a status and a body           returned

A request says no more of itself than it must: each header is 20 to 40 bytes on a line that may carry 3 KB a second.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

import requests
import urllib3
from requests.exceptions import InvalidURL, RequestException, SSLError
from urllib3.util import SKIP_HEADER

from shared.errors import InvalidInput, ServerBusy, ServerNonsense, ServerUnreachable
from shared.sentence import sentence
from shared.sync.packed_message import MAX_RESPONSE_BYTES, MEDIA_TYPE, PLAIN_MEDIA_TYPE

CONNECT_TIMEOUT_S = 10
READ_TIMEOUT_S = 60
EXCHANGE_TIMEOUT_S = 15 * 60
LONGEST_WAIT_S = 24 * 60 * 60
_PIECE = 16 * 1024
# What the library would add: its name, and that it wants no content coding. No server codes what was not asked for.
_NOT_SAID = {"user-agent": SKIP_HEADER, "accept-encoding": SKIP_HEADER}


@dataclass(slots=True)
class Traffic:
    """Bytes of bodies that went up and came down."""

    up: int = 0
    down: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its status and body. The body was announced as JSON, or as a packed message."""

    status: int
    body: bytes
    is_packed: bool = False


def checked_server_url(text: str) -> str:
    """Return the address of a server without a trailing slash; `https://` is put before a bare name.

    Raises:
        InvalidInput: it is not an address, or it would send unencrypted over a network.
    """
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise _not_an_address() from None
    is_plain_name = parts.hostname is not None and not (parts.username or parts.password or parts.query)
    if parts.scheme not in ("https", "http") or not is_plain_name or parts.fragment or " " in text:
        raise _not_an_address()
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise InvalidInput(
            "server",
            "must begin with https://, so that nobody on the way can read or change anything",
            sentence("The address must begin with https://, so that nobody can read or change anything on the way."),
        )
    return text.rstrip("/")


def _not_an_address() -> InvalidInput:
    return InvalidInput(
        "server",
        "is not an address such as https://handwise.example.org",
        sentence("This is not an address such as https://handwise.example.org."),
    )


def new_session() -> requests.Session:
    """Return a session that takes nothing from its surroundings: no proxy, no stored password, no cookie file."""
    session = requests.Session()
    session.trust_env = False
    return session


def post(
    session: requests.Session,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    traffic: Traffic | None = None,
) -> Answer:
    """Send a body with these header fields and return the whole answer.

    Raises:
        ServerUnreachable, ServerNonsense: there is no whole answer, or not one of a Handwise server.
    """
    deadline = time.monotonic() + EXCHANGE_TIMEOUT_S
    try:
        # Prepared beside the session, which would add lines of its own.
        prepared = requests.Request("POST", url, data=body, headers={**headers, **_NOT_SAID}).prepare()
        # In pieces: the time limit then holds for each piece and not for a whole body on a slow line.
        prepared.body = _Pieces(body, deadline)  # type: ignore[assignment]
        with session.send(
            prepared, stream=True, allow_redirects=False, timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
        ) as response:
            if traffic is not None:
                traffic.requests += 1
                traffic.up += len(body)
            received = _read(response, deadline)
            if traffic is not None:
                traffic.down += len(received)
            return Answer(response.status_code, received, _is_packed(response))
    except (SSLError, InvalidURL):
        # A certificate that does not fit is a sign of a captive portal, or of worse.
        raise ServerNonsense from None
    except (RequestException, urllib3.exceptions.HTTPError, OSError):
        raise ServerUnreachable from None
    except ValueError:
        # What the HTTP parser itself refuses.
        raise ServerNonsense from None


def post_json(session: requests.Session, url: str, body: bytes, traffic: Traffic | None = None) -> Answer:
    """Send JSON and return the whole answer, which is JSON too.

    Raises:
        ServerUnreachable, ServerNonsense: as `post`.
    """
    answer = post(session, url, body, {"content-type": PLAIN_MEDIA_TYPE}, traffic)
    if answer.is_packed:
        raise ServerNonsense
    return answer


def _read(response: requests.Response, deadline: float) -> bytes:
    received = bytearray()
    # `read` would wait until a whole piece is there, and each byte of a dripping server would start its waiting anew.
    while piece := response.raw.read1(_PIECE, decode_content=False):
        received += piece
        if len(received) > MAX_RESPONSE_BYTES:
            raise ServerNonsense
        if time.monotonic() > deadline:
            raise ServerUnreachable
    return bytes(received)


def _is_packed(response: requests.Response) -> bool:
    """Tell the two kinds of body apart that this protocol has."""
    if response.status_code == requests.codes.service_unavailable:
        raise ServerBusy(_wait(response.headers.get("retry-after", "")))
    if response.status_code >= 500:
        # A gateway in front of a server that is down answers with a page of its own.
        raise ServerUnreachable
    if "content-type" not in response.headers:
        # The head of the answer was cut off: nobody leaves this line out.
        raise ServerUnreachable
    media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    is_plain = response.headers.get("content-encoding", "identity").strip().lower() == "identity"
    if media_type not in (PLAIN_MEDIA_TYPE, MEDIA_TYPE) or not is_plain:
        raise ServerNonsense
    return media_type == MEDIA_TYPE


def _wait(said: str) -> int:
    """Return the seconds to wait that an answer names. A date is not looked at: it would need a clock that is right."""
    said = said.strip()
    return min(int(said), LONGEST_WAIT_S) if said.isascii() and said.isdigit() and len(said) < 10 else 0


class _Pieces(BytesIO):
    """A body that is read in pieces and stops at the deadline."""

    def __init__(self, body: bytes, deadline: float) -> None:
        super().__init__(body)
        self._deadline = deadline

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self._deadline:
            raise TimeoutError
        return super().read(size)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
