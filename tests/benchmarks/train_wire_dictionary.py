"""Makes the dictionary that messages are packed with: `python -m tests.benchmarks.train_wire_dictionary NUMBER`.

    synthetic cases ──▶ messages ──▶ their most frequent words and joints: the list of pieces
                                └──▶ shortened by it ──zstd──▶ the dictionary

The samples are messages of synthetic cases (`wire_cases.py`), so nobody's data is in the dictionary. The same knowledge
and the same libzstd give the same bytes. A released dictionary is never made again: give a new number, add it to
`KNOWN` and `NEWEST` in shared/sync/packing.py, and keep the old file, for there are tablets that have only that.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from shared.sync import packing
from shared.sync.pieces import JOINTS, WORDS, Pieces
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

ANYWHERE = (b']],"', b'],["', b",0.0", b",0.", b",0,")
"""Pieces that do not reach from one quote to the next: between the rows of a differential, and in its numbers."""


def train() -> bytes:
    """Return a dictionary: mostly single cases, up and down, and messages with nothing new; some cases have a link."""
    talk = Talk(KNOWLEDGE, CASES, SEED)
    samples: list[bytes] = []
    for place in range(0, CASES, 3):
        one, other, pulled = talk.entries[place : place + 3]
        if place % 6 == 0:
            other, pulled = talk.linked(other), talk.linked(pulled)
        samples += [talk.marked_request([one]), talk.marked_request([other]), talk.marked_response([pulled])]
        if place % 9 == 0:
            samples += [talk.marked_request([]), talk.marked_response([])]
    listed = pieces(samples)
    short = [Pieces(listed).shorten(sample.split(b'"')) for sample in samples]
    # The statistics that it begins with are those of the level at which the tablet packs much.
    trained = zstd.finalize_dict(zstd.train_dict(short, SIZE), short, SIZE, packing.LARGE)
    return b"\n".join(listed) + b"\n\n" + trained.dict_content


def pieces(messages: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the list of pieces: joints, the most frequent first, then words, those first that save most."""
    parts = [message.split(b'"') for message in messages]
    joints = Counter(joint for each in parts for joint in each[2:-1:2])
    words = Counter(
        word for each in parts for word in each[1::2] if len(word) > 1 and word.isascii() and min(word) >= 32
    )
    between = [b'"%b"' % joint for joint in _first(len(JOINTS) - len(ANYWHERE), joints.items())]
    # Not by count times length: the compressor shortens long words as well.
    weighed = ((word, count * len(word) ** 0.5) for word, count in words.items())
    return (*ANYWHERE, *between, *_first(len(WORDS), weighed))


def _first(count: int, weighed: Iterable[tuple[bytes, float]]) -> list[bytes]:
    return [what for what, _ in sorted(weighed, key=lambda one: (-one[1], one[0]))][:count]


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
