"""The messages of the protocol as JSON Schemas, for the OpenAPI document. Limits are those that the readers enforce.

`shared/sync/PROTOCOL.md` decides. What a schema cannot say (an order, a number that must follow another, a signature
that must fit) stands there, and in the description of the field here.
"""

from __future__ import annotations

from typing import Any

from shared.case.entry import MAX_ANSWERS, MAX_APART, MAX_PARENTS, MAX_TEXT, EntryKind
from shared.sync.batch import MAX_ENTRIES
from shared.sync.carry import MAX_PARCELS
from shared.sync.compare import LAST, MAX_RANGES, MAX_WANTED, MAX_WITNESSED
from shared.sync.message_fields import PROTOCOL_VERSION
from shared.sync.messages import MAX_BATCHES, MAX_NONCE, MAX_REVIEW_MESSAGE, REVIEW_STATES
from shared.sync.parcel import MAX_PARCEL_BYTES

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Return a reference to a schema of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(required: Schema, optional: Schema | None = None, says: str = "") -> Schema:
    """Return the schema of an object that has these keys and no other."""
    return {
        "type": "object",
        **({"description": says} if says else {}),
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def text(at_most: int, says: str = "") -> Schema:
    """Return the schema of a text without the character zero."""
    return {
        "type": "string",
        "maxLength": at_most,
        "pattern": "^[^\\u0000]*$",
        **({"description": says} if says else {}),
    }


def rows(*items: Schema, at_most: int, says: str = "") -> Schema:
    """Return the schema of a list of rows, each with these columns."""
    row = {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items)}
    return {"type": "array", "items": row, "maxItems": at_most, **({"description": says} if says else {})}


def base64(length: int, says: str = "") -> Schema:
    """Return the schema of so many bytes, as base64 with padding."""
    written, padding = -(-length * 4 // 3), "=" * (-length % 3)
    return {
        "type": "string",
        "pattern": f"^[A-Za-z0-9+/]{{{written}}}{padding}$",
        "description": f"{length} bytes in base64{f': {says}' if says else ''}",
    }


_PARCEL = {
    "type": "string",
    "maxLength": 4 * -(-MAX_PARCEL_BYTES // 3),
    "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$",
    "description": f"1 to {MAX_PARCEL_BYTES} bytes in base64",
}
_PROTOCOL = {"type": "integer", "enum": [PROTOCOL_VERSION]}
_COUNT = {"type": "integer", "minimum": 0, "maximum": LAST}
_SEQ = {"type": "integer", "minimum": 1, "maximum": LAST}
_DEVICE = {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "16 lower-case hexadecimal digits"}
_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "32 lower-case hexadecimal digits"}
_HEX_OF_32_BYTES = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "64 lower-case hexadecimal digits"}
_EPOCH = text(64, "what the server's database is called; another one means another database")
_NONCE = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_NONCE,
    "pattern": r"^[ !#-\[\]-~]*$",
    "description": "for the signature of the next request, once",
}
_SHORT = {"type": "string", "maxLength": MAX_TEXT}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_SIGNER = {**_DEVICE, "description": "who sends; the keyid of the signature"}
_APART = {"type": "array", "items": _ID, "maxItems": MAX_APART, "uniqueItems": True, "description": "sorted"}

_ANSWER = {
    "anyOf": [
        {"type": "boolean"},
        {"type": "number"},
        _SHORT,
        obj({"value": {"type": "number"}, "unit": _SHORT}),
        {"type": "array", "items": _SHORT, "uniqueItems": True, "description": "sorted"},
    ]
}
_CONCLUSION = obj(
    {
        "knowledge_version": _SHORT,
        "disposition": _SHORT,
        "red_flags": {"type": "array", "items": _SHORT},
        "differential": rows(_SHORT, _SHARE, _SHARE, _SHARE, at_most=200),
        "fits": {"type": "boolean"},
    }
)


def _entry(identity: Schema) -> Schema:
    def of_kind(kinds: list[str], more: Schema) -> Schema:
        return obj(
            {
                **identity,
                "case_id": _ID,
                "kind": {"type": "string", "enum": kinds},
                "answers": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,63}$"},
                    "additionalProperties": ref("Answer"),
                    "maxProperties": MAX_ANSWERS,
                },
                "parents": {
                    **rows(_DEVICE, _SEQ, at_most=MAX_PARENTS),
                    "uniqueItems": True,
                    "description": "sorted; of the entry's own device only smaller numbers",
                },
            },
            {"conclusion": ref("Conclusion"), "kin": _ID, **more},
        )

    others = [kind.value for kind in EntryKind if kind is not EntryKind.CORRECTION]
    return {"anyOf": [of_kind(others, {}), of_kind([EntryKind.CORRECTION.value], {"apart": _APART})]}


def _head() -> Schema:
    return obj({"seq": _COUNT, "hash": base64(32, "the hash of the batch that ends there")})


SCHEMAS: dict[str, Schema] = {
    "Answer": _ANSWER,
    "Conclusion": _CONCLUSION,
    "Head": _head(),
    "Entry": _entry({"device": _DEVICE, "seq": _SEQ}),
    "EntryOfBatch": _entry({}),
    "Batch": obj(
        {
            "first_seq": _SEQ,
            "entries": {"type": "array", "items": ref("EntryOfBatch"), "minItems": 1, "maxItems": MAX_ENTRIES},
            "signature": base64(64, "Ed25519 of the batch hash"),
        }
    ),
    "SyncRequest": obj(
        {
            "protocol": _PROTOCOL,
            "device": _SIGNER,
            "epoch": _EPOCH,
            "cursor": _COUNT,
            "stored": ref("Head"),
            "waiting": _COUNT,
            "app_version": text(32),
            "knowledge_version": text(32),
            "batches": {
                "type": "array",
                "items": ref("Batch"),
                "maxItems": MAX_BATCHES,
                "description": f"in order, without a gap; together at most {MAX_ENTRIES} entries",
            },
        },
        says="PROTOCOL.md, section 3",
    ),
    "Review": obj(
        {
            "number": _COUNT,
            "case_id": _ID,
            "state": {"type": "string", "enum": list(REVIEW_STATES)},
            "diagnosis": {"anyOf": [text(64), {"type": "null"}]},
            "proven_by": {"type": "array", "items": text(32), "maxItems": 8},
            "message": {"type": "string", "maxLength": MAX_REVIEW_MESSAGE},
        },
        {"apart": {**_APART, "minItems": 1}},
    ),
    "SyncResponse": obj(
        {
            "protocol": _PROTOCOL,
            "epoch": _EPOCH,
            "nonce": _NONCE,
            "acknowledged": ref("Head"),
            "quarantined": rows(_SEQ, text(300), at_most=MAX_ENTRIES),
            "entries": {"type": "array", "items": ref("Entry"), "maxItems": 10_000},
            "reviews": {"type": "array", "items": ref("Review"), "maxItems": 10_000},
            "cursor": _COUNT,
            "more": {"type": "boolean"},
        },
        {
            "holds": obj({"count": _COUNT, "digest": _ID}, says="there if `more` is false, and only then"),
            "release": obj(
                {"version": text(32), "digest": _HEX_OF_32_BYTES, "size": _COUNT, "key": _HEX_OF_32_BYTES},
                says="PROTOCOL.md, section 19",
            ),
        },
        says="PROTOCOL.md, section 4",
    ),
    "CarryRequest": obj(
        {
            "protocol": _PROTOCOL,
            "device": _SIGNER,
            "parcels": {"type": "array", "items": _PARCEL, "maxItems": MAX_PARCELS},
        },
        says="PROTOCOL.md, section 15",
    ),
    "CarryResponse": obj(
        {
            "protocol": _PROTOCOL,
            "nonce": _NONCE,
            "answers": {
                "type": "array",
                "maxItems": MAX_PARCELS,
                "items": {
                    "anyOf": [
                        obj({"receipt": {"type": "string", "contentEncoding": "base64"}}),
                        obj(
                            {
                                "refused": {
                                    "type": "string",
                                    "enum": ["damaged", "other_server", "protocol", "writer"],
                                },
                                "message": text(300),
                            }
                        ),
                    ]
                },
            },
        }
    ),
    "CompareRequest": obj(
        {
            "protocol": _PROTOCOL,
            "device": _SIGNER,
            "ranges": rows(_DEVICE, _SEQ, _SEQ, at_most=MAX_RANGES, says="device, first and last number"),
            "wanted": rows(_DEVICE, _SEQ, at_most=MAX_WANTED),
            "witnessed": {"type": "array", "items": ref("Entry"), "maxItems": MAX_WITNESSED},
        },
        says="PROTOCOL.md, section 16",
    ),
    "CompareResponse": obj(
        {
            "protocol": _PROTOCOL,
            "epoch": _EPOCH,
            "nonce": _NONCE,
            "devices": rows(_DEVICE, _SEQ, at_most=10_000),
            "ranges": rows(_COUNT, _ID, at_most=MAX_RANGES),
            "entries": {"type": "array", "items": ref("Entry"), "maxItems": 2 * MAX_WANTED},
            "not_kept": rows(_DEVICE, _SEQ, text(300), at_most=MAX_WITNESSED),
        }
    ),
    "EnrolmentRequest": obj(
        {
            "code": {"type": "string", "maxLength": 64, "description": "as the coordinator gave it"},
            "device": _DEVICE,
            "public_key": base64(32, "Ed25519"),
            "proof": base64(64, 'signature over "handwise-enrol-1", code and device, in lines'),
        },
        says="PROTOCOL.md, section 7",
    ),
    "Enrolment": obj(
        {
            "site_id": text(32),
            "site_name": text(60),
            "epoch": _EPOCH,
            "nonce": _NONCE,
            "box_key": base64(32, "X25519, for parcels"),
            "verify_key": base64(32, "Ed25519, of receipts"),
        }
    ),
    "Health": obj({"status": {"type": "string", "enum": ["ok", "no database"]}}),
}
