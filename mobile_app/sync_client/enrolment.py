"""Binding the tablet to a site with a one-time code: `POST /v1/enrol`, section 7 of `shared/sync/PROTOCOL.md`."""

from __future__ import annotations

from base64 import b64decode, b64encode

from mobile_app.ports.outbox import Enrolment, Outbox
from mobile_app.sync_client.error_answer import read_error, to_failure
from mobile_app.sync_client.http_post import checked_server_url, new_session, post_json
from shared.canonical import canonical_json, read_json
from shared.crypto.box import KEY_BYTES
from shared.errors import InvalidInput, ServerNonsense
from shared.sentence import sentence
from shared.sync.messages import is_nonce

PATH = "/v1/enrol"
_FIELDS = {"site_id": 64, "site_name": 200, "epoch": 64, "nonce": 64, "box_key": 44, "verify_key": 44}


def enrol(outbox: Outbox, server_url: str, code: str) -> Enrolment:
    """Show the code and prove that this tablet holds its key; return what the server bound it to.

    Raises:
        InvalidInput: the address or the code cannot be right.
        SyncFailed: the server was not reached, or did not accept the code.
    """
    server_url = checked_server_url(server_url)
    code = code.upper().replace(" ", "").replace("-", "")
    if not code or len(code) > 64 or not code.isascii() or not code.isalnum():
        raise InvalidInput(
            "code",
            "must be the letters and digits that the coordinator gave you",
            sentence("Type the letters and digits that the coordinator gave you."),
        )
    proof = outbox.sign(b"handwise-enrol-1\n" + code.encode() + b"\n" + outbox.device.encode())
    body = canonical_json(
        {
            "code": code,
            "device": outbox.device,
            "public_key": b64encode(outbox.public_key()).decode(),
            "proof": b64encode(proof).decode(),
        }
    )
    with new_session() as session:
        answer = post_json(session, server_url + PATH, body)
    if answer.status != 200:
        raise to_failure(read_error(answer))
    return _read(answer.body, server_url)


def _read(body: bytes, server_url: str) -> Enrolment:
    try:
        answer = read_json(body)
    except InvalidInput:
        raise ServerNonsense from None
    if not isinstance(answer, dict) or answer.keys() != _FIELDS.keys():
        raise ServerNonsense
    for name, at_most in _FIELDS.items():
        value = answer[name]
        if not isinstance(value, str) or not 0 < len(value) <= at_most or not value.isprintable():
            raise ServerNonsense
    if not is_nonce(answer["nonce"]):
        raise ServerNonsense
    return Enrolment(
        server_url,
        answer["site_id"],
        answer["site_name"],
        answer["epoch"],
        answer["nonce"],
        box_key=_key(answer["box_key"]),
        verify_key=_key(answer["verify_key"]),
    )


def _key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        raise ServerNonsense from None
    if len(key) != KEY_BYTES:
        raise ServerNonsense
    return key
