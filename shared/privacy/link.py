"""How two tablets of one clinic find that they saw the same child, without telling the server who it is.

    record number ──normalised──▶ HMAC-SHA256 under HKDF-SHA256(clinic key, "handwise-link-1") ──first 16 bytes──▶ link

The clinic key passes from tablet to tablet and never to a server, so a link says nothing to whoever holds only the
server: record numbers are few enough to be tried out, and without the key there is nothing to try them with. One key
serves until it is renewed. A key for each quarter would need a clock that can be trusted, which no tablet has, and
would cut a child's follow-up off from the first visit at every turn of a quarter.

Normalisation forgives how a number is written (spaces, separators, capitals, scripts of digits), not what it is:
leading zeros count. What it forgives can join two numbers, such as 1/12 and 11/2; people see both cases and say so.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from shared.case.entry import Link
from shared.crypto.key_derivation import KEY_BYTES, derive_key
from shared.errors import InvalidInput

CLINIC_KEY_BYTES = KEY_BYTES
INFO = "handwise-link-1"
LINK_BYTES = 16

_SILENT = frozenset(
    # Characters that are drawn as nothing and count as letters or marks: fillers, joiners, variation selectors.
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)]
    + [*range(0xE0100, 0xE01F0)]
    # The line that only stretches an Arabic word.
    + [0x0640]
)


def normalised(record_number: str) -> str:
    """Return the letters and digits of a record number in one form; "" for what can be no number.

    Without any digit but 0 it is none: "none", "n/a" and "000" are written for many children, who are not one.
    """
    text = unicodedata.normalize("NFKC", record_number).casefold()
    # Folding can take a composed letter apart, and what is left out can have kept two parts of one from each other.
    text = unicodedata.normalize("NFKC", text)
    kept = unicodedata.normalize("NFKC", "".join(_plain(letter) for letter in text))
    return kept if any(letter.isdigit() and letter != "0" for letter in kept) else ""


def pseudonym(clinic_key: bytes, record_number: str) -> Link | None:
    """Return the link of a record number under a clinic's key: 32 hexadecimal digits; None where it is no number.

    Raises:
        InvalidInput: the key is not 32 bytes.
    """
    if len(clinic_key) != CLINIC_KEY_BYTES:
        raise InvalidInput("clinic_key", f"must be {CLINIC_KEY_BYTES} bytes")
    number = normalised(record_number)
    if not number:
        return None
    key = derive_key(clinic_key, salt=b"", info=INFO)
    return Link(hmac.new(key, number.encode(), hashlib.sha256).digest()[:LINK_BYTES].hex())


def _plain(letter: str) -> str:
    """Return a letter or mark as it is, a digit of any script as an ASCII digit, and nothing for all others."""
    if ord(letter) in _SILENT:
        return ""
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    return letter if category[0] in "LMN" else ""
