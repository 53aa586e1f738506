"""The exchange over HTTP: `POST /v1/sync`, signed as RFC 9421 says (`SyncEndpoint` in `shared/sync/endpoint.py`).

    sign with the last nonce ──▶ 200  the answer, and the nonce for next time
                             ──▶ 401  a fresh nonce: sign again with it, once

Nothing here depends on the tablet's clock: the nonce stands for freshness.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519
from requests.models import PreparedRequest

from mobile_app.sync_client.error_answer import read_error, to_failure
from mobile_app.sync_client.http_post import Answer, Traffic, new_session, post_json
from shared.case.entry import DeviceId
from shared.errors import InvalidInput, ServerNonsense
from shared.sync.messages import SyncRequest, SyncResponse, is_nonce, read_response, write_request

PATH = "/v1/sync"
TAG = "sync-v1"
COVERED = ("@method", "@authority", "@target-uri", "content-type", "content-digest")
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
    ) -> None:
        self._url = server_url + PATH
        self._device = device
        self._sign = sign
        self._nonce = nonce
        self._traffic = traffic
        self._session = new_session()
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519)

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """Send a request and return the server's answer.

        Raises:
            SyncFailed: the same request may be sent again.
        """
        body = write_request(request)
        answer = self._post(body)
        if answer.status == 401:
            error = read_error(answer)
            if not self._take_nonce(error.get("nonce")):
                raise to_failure(error)
            answer = self._post(body)
        if answer.status != 200:
            error = read_error(answer)
            self._take_nonce(error.get("nonce"))
            raise to_failure(error)
        try:
            response = read_response(answer.body)
        except InvalidInput:
            raise ServerNonsense from None
        self._nonce = response.nonce
        return response

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> HttpEndpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, body: bytes) -> Answer:
        def add_signature(prepared: PreparedRequest) -> None:
            base = self._signer.prepare(
                prepared,
                key_id=self._device,
                created=_CREATED,
                nonce=self._nonce,
                tag=TAG,
                label="sync",
                covered_component_ids=COVERED,
                body=body,
            )
            self._signer.apply(prepared, base, self._sign(base.signature_base))

        return post_json(self._session, self._url, body, finish=add_signature, traffic=self._traffic)

    def _take_nonce(self, nonce: object) -> bool:
        if not isinstance(nonce, str) or not is_nonce(nonce):
            return False
        self._nonce = nonce
        return True
