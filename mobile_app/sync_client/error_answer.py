"""What the server says when it says no: `{"error": {...}}`, section 5 of `shared/sync/PROTOCOL.md`."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from mobile_app.sync_client.http_post import Answer
from shared.canonical import read_json
from shared.errors import (
    ChainMismatch,
    DeviceRevoked,
    IdentityConflictAnswered,
    InvalidInput,
    ServerNonsense,
    ServerRefused,
    SyncFailed,
)
from shared.sync.batch import MAX_ENTRIES

_KNOWN_STATUS = frozenset({400, 401, 403, 409, 413, 415, 426, 429})
_MAX_SENTENCE = 300


def read_error(answer: Answer) -> dict[str, Any]:
    """Return the error object of an answer that is not 200.

    Raises:
        ServerNonsense: it is not one of this protocol.
    """
    if answer.status not in _KNOWN_STATUS:
        raise ServerNonsense
    try:
        body = read_json(answer.body)
    except InvalidInput:
        raise ServerNonsense from None
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        raise ServerNonsense
    if not isinstance(error.get("code"), str) or not isinstance(error.get("message"), str):
        raise ServerNonsense
    return error


def to_failure(error: dict[str, Any]) -> SyncFailed:
    """Return the failure that an error object stands for."""
    if error["code"] == "chain":
        return _chain_mismatch(error)
    if error["code"] == "identity":
        return _identity_conflict(error)
    sentence = error["message"][:_MAX_SENTENCE]
    if not sentence or not sentence.isprintable():
        return ServerNonsense()
    return DeviceRevoked(sentence) if error["code"] == "revoked" else ServerRefused(sentence)


def _identity_conflict(error: dict[str, Any]) -> SyncFailed:
    rows = error.get("quarantined")
    head = _chain_mismatch(error)
    if not isinstance(head, ChainMismatch) or not isinstance(rows, list) or not 0 < len(rows) <= MAX_ENTRIES:
        return ServerNonsense()
    for row in rows:
        if not isinstance(row, list) or len(row) != 2 or type(row[0]) is not int or not isinstance(row[1], str):
            return ServerNonsense()
        if not 0 < row[0] < 2**53 or not 0 < len(row[1]) <= _MAX_SENTENCE or not row[1].isprintable():
            return ServerNonsense()
    return IdentityConflictAnswered(head.seq, head.hash, head.epoch, [(seq, reason) for seq, reason in rows])


def _chain_mismatch(error: dict[str, Any]) -> SyncFailed:
    head, epoch = error.get("acknowledged"), error.get("epoch")
    try:
        if isinstance(head, dict) and type(head["seq"]) is int and isinstance(epoch, str) and 0 < len(epoch) <= 64:
            digest = b64decode(head["hash"], validate=True)
            if len(digest) == 32 and 0 <= head["seq"] < 2**53:
                return ChainMismatch(head["seq"], digest, epoch)
    except (KeyError, TypeError, ValueError):
        pass
    return ServerNonsense()
