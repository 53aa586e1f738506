"""One way to write a value as bytes, and one strict way to read bytes back.

Hashes and signatures are taken over `canonical_json`: keys sorted, no spaces, UTF-8, no NaN. `read_json` refuses what
two parsers could read differently: duplicate keys, NaN, lone surrogates, and nesting or size beyond its limits.
"""

from __future__ import annotations

import json
import math
from typing import Any

from shared.errors import InvalidInput

MAX_DEPTH = 32
MAX_BYTES = 1024 * 1024


def canonical_json(value: object) -> bytes:
    """Return the one byte string for a JSON value made of str keys, lists, strings, finite numbers, bools and None."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def read_json(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Return the value that `raw` spells.

    Raises:
        InvalidInput: with the field `body`, and never a word of the content.
    """
    if len(raw) > max_bytes:
        raise InvalidInput("body", f"is larger than {max_bytes} bytes; send less at once")
    _refuse_deep_nesting(raw)
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except InvalidInput:
        raise
    except (ValueError, RecursionError):
        # ValueError covers bad UTF-8, bad JSON and integers of more than 4,300 digits.
        raise InvalidInput("body", "is not valid JSON in UTF-8") from None
    _refuse_lone_surrogates(value)
    return value


def _refuse_deep_nesting(raw: bytes) -> None:
    # Counting brackets outside strings before parsing keeps the parser's own recursion bounded.
    depth = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidInput("body", f"is nested deeper than {MAX_DEPTH} levels")
        elif byte in b"]}":
            depth -= 1


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise InvalidInput("body", "has the same key twice in one object; keep one of them")
    return value


def _refuse_constant(_: str) -> float:
    raise InvalidInput("body", "has NaN or Infinity where a number belongs")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidInput("body", "has a number that is too large")
    return number


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput("body", "has half a character (a lone surrogate)") from None
