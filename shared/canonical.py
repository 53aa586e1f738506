"""One way to write a value as bytes, and one strict way to read bytes back.

Hashes and signatures are taken over `canonical_json`: keys sorted, no spaces, UTF-8, no NaN. `read_json` refuses what
two parsers could read differently: duplicate keys, NaN, lone surrogates, and nesting or size beyond its limits.
"""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any

from shared.errors import InvalidInput

MAX_DEPTH = 32
MAX_BYTES = 1024 * 1024


# Made once: `json.dumps` and `json.loads` make a new one for each call with options.
_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: object) -> bytes:
    """Return the one byte string for a JSON value made of str keys, lists, strings, finite numbers, bools and None."""
    return _WRITER.encode(value).encode()


def read_json(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Return the value that `raw` spells.

    Raises:
        InvalidInput: with the field `body`, and never a word of the content.
    """
    if len(raw) > max_bytes:
        raise InvalidInput("body", f"is larger than {max_bytes} bytes; send less at once")
    outside = _outside_strings(raw)
    _refuse_deep_nesting(outside)
    # Only an exponent, or hundreds of digits, can make a number infinite.
    reader = _FINITE_READER if _may_be_infinite(outside) else _READER
    try:
        value = reader.decode(raw.decode("utf-8"))
    except InvalidInput:
        raise
    except (ValueError, RecursionError):
        # ValueError covers bad UTF-8, bad JSON and integers of more than 4,300 digits.
        raise InvalidInput("body", "is not valid JSON in UTF-8") from None
    if b"\\u" in raw:
        # UTF-8 itself cannot spell half a character; an escape can.
        _refuse_lone_surrogates(value)
    return value


_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_DIGITS_AS_0 = bytes.maketrans(b"123456789E", b"000000000e")
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(byte for byte in range(256) if byte not in b"[]{}")
_USUAL_DEPTH = 10
_STEP = {ord("["): 1, ord("]"): -1}


def _outside_strings(raw: bytes) -> bytes:
    """Return what stands between the strings, also where the text is no JSON and its last string never ends."""
    return _STRING.sub(b"", raw) if b"\\" in raw else b"".join(raw.split(b'"')[::2])


def _may_be_infinite(outside: bytes) -> bool:
    # Two searches for fixed bytes: a regular expression takes as long for it as the parser for everything.
    numbers = outside.translate(_DIGITS_AS_0)
    return b"0e" in numbers or b"0" * 300 in numbers


def _refuse_deep_nesting(outside: bytes) -> None:
    # Counting brackets before parsing keeps the parser's own recursion bounded.
    brackets = outside.translate(_ONE_KIND, delete=_NO_BRACKET)
    rest = brackets
    for _ in range(_USUAL_DEPTH):
        rest = rest.replace(b"[]", b"")
    # Nothing is left of what is balanced and no deeper than that, as every message of ours is.
    if rest and max(accumulate(map(_STEP.__getitem__, brackets))) > MAX_DEPTH:
        raise InvalidInput("body", f"is nested deeper than {MAX_DEPTH} levels")


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


_READER = json.JSONDecoder(object_pairs_hook=_object_without_duplicates, parse_constant=_refuse_constant)
_FINITE_READER = json.JSONDecoder(
    object_pairs_hook=_object_without_duplicates, parse_constant=_refuse_constant, parse_float=_finite
)
