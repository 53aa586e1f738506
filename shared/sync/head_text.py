"""The head of a chain as it stands in both messages."""

from __future__ import annotations

from typing import Any

from shared.sync.message_fields import from_base64, object_of, to_base64, whole_number
from shared.sync.message_types import ChainHead


def head_to_json(head: ChainHead) -> dict[str, Any]:
    return {"seq": head.seq, "hash": to_base64(head.hash)}


def head_from_json(item: Any, place: str) -> ChainHead:
    body = object_of(item, place, {"seq", "hash"})
    return ChainHead(whole_number(body["seq"], f"{place}.seq"), from_base64(body["hash"], f"{place}.hash", 32))
