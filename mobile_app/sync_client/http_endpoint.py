"""The exchange over HTTP: `POST /v1/sync`, signed as RFC 9421 says (`SyncEndpoint` in `shared/sync/endpoint.py`).

    sign with the last nonce ──▶ 200  the answer, and the nonce for next time
                             ──▶ 401  a fresh nonce: sign again with it, once
    sent packed              ──▶ 415  a server that cannot unpack it: send the same, plain

While the answer is awaited, what is sent next is made ready beside it (`make_ready`).

Nothing here depends on the tablet's clock: the nonce stands for freshness. What is signed is always the plain request;
packed, it is the same request in fewer bytes (`shared/sync/packed_message.py`).
"""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import requests
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519

from mobile_app.sync_client.error_answer import read_error, to_failure
from mobile_app.sync_client.hang_up import Lines
from mobile_app.sync_client.http_post import Answer, Traffic, new_session, post
from shared.case.entry import DeviceId
from shared.errors import HandwiseError, InvalidInput, ServerNonsense, ServerUnreachable
from shared.sync.batch import Batch
from shared.sync.carry import CarryRequest, CarryResponse, read_carry_response, write_carry_request
from shared.sync.compare import CompareRequest, CompareResponse, read_compare_response, write_compare_request
from shared.sync.messages import (
    EntryReader,
    SyncRequest,
    SyncResponse,
    is_nonce,
    read_response,
    read_response_in_parts,
    write_request,
)
from shared.sync.packed_message import (
    COVERED,
    LABEL,
    MEDIA_TYPE,
    PLAIN_MEDIA_TYPE,
    TAG,
    PackedRequest,
    read_packed_response,
    write_packed_request,
)

PATH = "/v1/sync"
COMPARE_PATH = "/v1/compare"
CARRY_PATH = "/v1/carry"
"""What others sealed is handed in plain: there is nothing in it that packs."""
_CANNOT_UNPACK = 415
# `created` is in the signature because the library always writes it. It says nothing: no clock, and no working hours.
_CREATED = datetime.fromtimestamp(0, UTC)


class HttpEndpoint:
    """The server, as one tablet reaches it. Use as a context manager: it holds a connection."""

    def __init__(
        self,
        server_url: str,
        device: DeviceId,
        sign: Callable[[bytes], bytes],
        nonce: str,
        traffic: Traffic | None = None,
        sends_packed: bool = True,
        read_entry: EntryReader | None = None,
        make_ready: Callable[[SyncRequest], None] | None = None,
    ) -> None:
        self._server_url = server_url
        self._device = device
        self._sign = sign
        self._nonce = nonce
        self._traffic = traffic
        self._sends_packed = sends_packed
        self._read_entry = read_entry
        self._make_ready = make_ready
        self._session = new_session()
        self._lines = Lines(self._session)
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519)

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """Send a request and return the server's answer.

        Raises:
            SyncFailed: the same request may be sent again.
        """
        with self._making_ready(request):
            answer = self._ask(PATH, write_request(request), request.batches)
        try:
            body = read_packed_response(answer.body) if answer.is_packed else answer.body
            response = None if self._read_entry is None else read_response_in_parts(body, self._read_entry)
            response = response or read_response(body)
        except InvalidInput:
            raise ServerNonsense from None
        self._nonce = response.nonce
        return response

    def carry(self, request: CarryRequest) -> CarryResponse:
        """Hand parcels in and return what became of each.

        Raises:
            SyncFailed: the same parcels may be handed in again.
        """
        answer = self._ask(CARRY_PATH, write_carry_request(request))
        try:
            response = read_carry_response(answer.body)
            if answer.is_packed or len(response.answers) != len(request.parcels):
                raise ServerNonsense
        except InvalidInput:
            raise ServerNonsense from None
        self._nonce = response.nonce
        return response

    def compare(self, request: CompareRequest) -> CompareResponse:
        """Compare with what the server has stored, and bring it what it lacks.

        Raises:
            SyncFailed: the same request may be sent again.
        """
        answer = self._ask(COMPARE_PATH, write_compare_request(request))
        try:
            response = read_compare_response(read_packed_response(answer.body) if answer.is_packed else answer.body)
        except InvalidInput:
            raise ServerNonsense from None
        self._nonce = response.nonce
        return response

    def close(self) -> None:
        """Hang up: who waits for an answer in another thread gets none, and nothing is asked any more."""
        self._lines.hang_up()
        self._session.close()

    def __enter__(self) -> HttpEndpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _making_ready(self, request: SyncRequest) -> Iterator[None]:
        """Make what follows ready while the block waits for the answer. Whatever goes wrong, the next call meets it."""
        if self._make_ready is None or not request.waiting:
            yield
            return
        beside = threading.Thread(
            target=_without_faults, args=(self._make_ready, request), name="sync makes ready", daemon=True
        )
        beside.start()
        try:
            yield
        finally:
            beside.join()

    def _ask(self, path: str, body: bytes, batches: Sequence[Batch] = ()) -> Answer:
        """Return the answer with status 200; where the nonce was not the right one, ask once more with another."""
        answer = self._post(path, body, batches)
        if answer.status == 401:
            error = read_error(answer)
            if not self._take_nonce(error.get("nonce")):
                raise to_failure(error)
            answer = self._post(path, body, batches)
        if answer.status != 200:
            error = read_error(answer)
            self._take_nonce(error.get("nonce"))
            raise to_failure(error)
        return answer

    def _post(self, path: str, body: bytes, batches: Sequence[Batch]) -> Answer:
        if self._lines.is_hung_up:
            raise ServerUnreachable
        answer = self._send(path, body, batches)
        if self._lines.is_hung_up:
            # What came at the last moment is not even read.
            raise ServerUnreachable
        return answer

    def _send(self, path: str, body: bytes, batches: Sequence[Batch]) -> Answer:
        url = self._server_url + path
        signed = self._signed(url, body)
        if self._sends_packed and path != CARRY_PATH:
            packed = write_packed_request(self._packed_form(signed, body), batches)
            answer = post(self._session, url, packed, {"content-type": MEDIA_TYPE}, self._traffic)
            if answer.status != _CANNOT_UNPACK:
                return answer
            # It has read no further than the announcement, so nonce and signature are as fresh as they were.
            self._sends_packed = False
        return post(self._session, url, body, signed, self._traffic)

    def _signed(self, url: str, body: bytes) -> dict[str, str]:
        """Return the header fields of the plain request, signature and all."""
        plain = requests.Request("POST", url, data=body, headers={"content-type": PLAIN_MEDIA_TYPE}).prepare()
        base = self._signer.prepare(
            plain,
            key_id=self._device,
            created=_CREATED,
            nonce=self._nonce,
            tag=TAG,
            label=LABEL,
            covered_component_ids=COVERED,
            body=body,
        )
        self._signer.apply(plain, base, self._sign(base.signature_base))
        return {name.lower(): value for name, value in plain.headers.items() if name.lower() != "content-length"}

    def _packed_form(self, signed: dict[str, str], body: bytes) -> PackedRequest:
        signature = b64decode(signed["signature"].removeprefix(f"{LABEL}=:").removesuffix(":"))
        packed = PackedRequest(self._device, self._nonce, signature, body)
        # The server writes these lines out again by itself: were one of them another, no signature would fit.
        assert packed.plain_headers() == signed
        return packed

    def _take_nonce(self, nonce: object) -> bool:
        if not isinstance(nonce, str) or not is_nonce(nonce):
            return False
        self._nonce = nonce
        return True


def _without_faults(make_ready: Callable[[SyncRequest], None], request: SyncRequest) -> None:
    # The tablet was locked, or its disk is full: whoever sends next is told so.
    with suppress(HandwiseError):
        make_ready(request)
