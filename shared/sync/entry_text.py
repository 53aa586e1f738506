"""An entry as it stands in a message: in a request without its device and number, in a response with them.

    request    {"answers":{...},"case_id":"...",                     "kind":"...","parents":[...]        }
    response   {"answers":{...},"case_id":"...","device":"a1b2...","kind":"...","parents":[...],"seq":7}

Messages hold hundreds of them. So they are read one by one from the bytes that they have, by whoever knows what they
must look like, and written from the canonical JSON that was hashed.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.case.entry import DeviceId, Entry, canonical_entry
from shared.errors import InvalidInput

EntryReader = Callable[[bytes, DeviceId, int], Entry]
"""Returns the entry that an object's bytes spell without device and number, and has these; may raise InvalidInput."""

FIRST_ENTRY, NEXT_ENTRY = b'"entries":[{"answers":{', b'},{"answers":{'
"""Where the entries of a message begin, and where one ends and the next begins."""

# Where device and number stand in an entry's canonical JSON, and how long the one is.
_DEVICE_BEGINS, _SEQ_BEGINS = b'"device":"', b',"seq":'
_DEVICE_LENGTH = len('0123456789abcdef",')
_MOST_DIGITS = len(str(2**53))


def without_identity(text: bytes) -> bytes:
    """Leave device and number out of an entry's canonical JSON: they follow from the request and `first_seq`."""
    # Behind them stand only link, kind and parents, so the last such places are the places.
    before, _, behind = text.rpartition(_DEVICE_BEGINS)
    between, _, _ = behind[_DEVICE_LENGTH:].rpartition(_SEQ_BEGINS)
    return b"%b%b}" % (before, between)


def entry_of_part(text: bytes, read_entry: EntryReader) -> Entry:
    """Read an entry with its device and number from what should be its canonical JSON.

    Raises:
        InvalidInput: it is not.
    """
    before, _, behind = text.rpartition(_DEVICE_BEGINS)
    between, _, seq = behind[_DEVICE_LENGTH:].rpartition(_SEQ_BEGINS)
    digits = seq.removesuffix(b"}")
    if digits.isdigit() and len(digits) <= _MOST_DIGITS:
        device = DeviceId(behind[:_DEVICE_LENGTH].decode("latin-1").removesuffix('",'))
        entry = read_entry(b"%b%b}" % (before, between), device, int(digits))
        if canonical_entry(entry) == text:
            return entry
    raise InvalidInput("entries", "must be written canonically")
