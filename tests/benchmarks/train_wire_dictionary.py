"""Trains the dictionary that messages are packed with: `python -m tests.benchmarks.train_wire_dictionary NUMBER`.

The samples are messages of synthetic cases (`wire_cases.py`), so nobody's data is in the dictionary. The same knowledge
and the same libzstd give the same bytes. A released dictionary is never trained again: give a new number, add it to
`KNOWN` and `NEWEST` in shared/sync/packing.py, and keep the old file, for there are tablets that have only that.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from shared.sync import packing
from tests.benchmarks.wire_cases import KNOWLEDGE
from tests.benchmarks.wire_messages import Talk

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FOLDER = Path(packing.__file__).resolve().parent / "dictionaries"
SIZE = 112_640
CASES = 2_400
SEED = 1


def train() -> bytes:
    """Return a dictionary: mostly single cases, up and down, and messages with nothing new."""
    talk = Talk(KNOWLEDGE, CASES, SEED)
    samples: list[bytes] = []
    for place in range(0, CASES, 3):
        one, other, pulled = talk.entries[place : place + 3]
        samples += [talk.marked_request([one]), talk.marked_request([other]), talk.marked_response([pulled])]
        if place % 9 == 0:
            samples += [talk.marked_request([]), talk.marked_response([])]
    return zstd.train_dict(samples, SIZE).dict_content


def main() -> int:
    """Write a dictionary that does not exist yet, and print its digest."""
    if len(sys.argv) != 2 or not sys.argv[1].isdigit() or not 1 <= int(sys.argv[1]) <= 255:
        print("usage: python -m tests.benchmarks.train_wire_dictionary NUMBER (1 to 255)", file=sys.stderr)
        return 2
    path = FOLDER / f"{int(sys.argv[1])}.zdict"
    content = train()
    if path.exists():
        print("the same bytes" if path.read_bytes() == content else "other bytes; the file was left as it is")
    else:
        FOLDER.mkdir(exist_ok=True)
        path.write_bytes(content)
    print(sha256(content).hexdigest(), len(content), "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
