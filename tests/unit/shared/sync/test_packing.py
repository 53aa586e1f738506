"""What is packed comes back byte for byte, and nothing that arrives can take more memory than allowed."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.case.entry import DeviceId, Entry
from shared.errors import InvalidInput
from shared.sync import packing
from shared.sync.batch import Batch
from shared.sync.messages import MAX_MESSAGE_BYTES, write_request, write_response
from shared.sync.packed_message import (
    PackedRequest,
    make_ready,
    read_packed_request,
    read_packed_response,
    write_packed_request,
    write_packed_response,
)
from shared.sync.packing import TooLargeUnpacked, UnknownDictionary, mark, pack, unpack
from shared.sync.pieces import MOST
from tests.strategies import histories
from tests.unit.shared.sync.test_messages import a_request, a_response, of_one_device

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DEVICE = DeviceId("a1b2c3d4e5f60718")
SIGNATURE = bytes(range(64))
LIMIT = 100_000
HEAD = bytes([packing.NEWEST]) + bytes.fromhex(DEVICE) + SIGNATURE


PIECES_OF_1 = packing._dictionary(1).pieces
LONGEST_WORD = bytes([max(range(256), key=lambda byte: len(PIECES_OF_1._table[byte]))])


def frame(content: bytes, **options: int) -> bytes:
    """Compress as an attacker may: with any options."""
    chosen = {getattr(zstd.CompressionParameter, name): value for name, value in options.items()}
    return zstd.compress(content, options=chosen)[4:]


@given(histories())
def test_a_request_survives_packing(entries: Sequence[Entry]) -> None:
    body = write_request(a_request(Batch(1, of_one_device(entries), SIGNATURE)) if entries else a_request())
    request = PackedRequest(DEVICE, "nonce-1", SIGNATURE, body)

    assert read_packed_request(write_packed_request(request)) == request


@given(histories(), st.integers(1, 4))
def test_a_request_survives_packing_whatever_of_it_was_made_ready(entries: Sequence[Entry], every: int) -> None:
    own = of_one_device(entries)
    batches = [Batch(first, own[first - 1 : first + 2], SIGNATURE) for first in range(1, len(own) + 1, 3)]
    ready = [one if place % every else make_ready(one, DEVICE) for place, one in enumerate(batches)]
    body = write_request(a_request(*ready))
    request = PackedRequest(DEVICE, "nonce-1", SIGNATURE, body)

    assert body == write_request(a_request(*batches))
    assert read_packed_request(write_packed_request(request, ready)) == request


@given(histories())
def test_a_response_survives_packing(entries: Sequence[Entry]) -> None:
    body = write_response(a_response(*entries))

    assert read_packed_response(write_packed_response(body)) == body


# Texts made of what packing looks for, in all kinds of wrong places and lengths.
PIECES = st.one_of(
    st.text(alphabet='"{}:,\n=-_', max_size=4),
    st.sampled_from(["nonce", '"nonce":"', DEVICE, f'"{DEVICE}"', "é", "日本", ""]),
    st.sampled_from([piece.decode() for piece in PIECES_OF_1.pieces]),
    st.binary(min_size=16, max_size=16).map(bytes.hex),
    st.text(alphabet="0123456789abcdefABCDEF", min_size=31, max_size=33),
    st.text(alphabet="ABCabc019+/-_", min_size=21, max_size=23),
    st.text(alphabet="ABCabc019+/", min_size=43, max_size=43).map(lambda text: text + "="),
    st.text(alphabet="ABCabc019+/", min_size=86, max_size=86).map(lambda text: text + "=="),
)


@given(st.lists(PIECES, max_size=12).map(lambda pieces: '"'.join(pieces).encode()))
def test_any_text_without_marks_survives_packing(text: bytes) -> None:
    device = bytes.fromhex(DEVICE)

    assert unpack(pack(text, device=device), max_bytes=LIMIT, device=device) == text


@pytest.mark.parametrize("control", [byte for byte in range(1, 32) if byte != 10])
def test_a_text_that_holds_a_mark_already_is_refused(control: int) -> None:
    with pytest.raises(InvalidInput, match="^body: holds a control character"):
        pack(b'{"a":"' + bytes([control]) + b'"}')


def test_random_bytes_leave_the_text_and_cost_what_they_are() -> None:
    case_id, digest = sha256(b"a").digest()[:16].hex(), "9rhZc8b1bGSvUWJ3z0jzZ8q2mZ0l8Wn9pB1cH2rJ7aA="
    marked, tail = mark(f'{{"case_id":"{case_id}","hash":"{digest}"}}'.encode())

    assert marked == b'{"case_id":"\x01","hash":"\x03"}'
    assert len(tail) == 16 + 32


def test_words_and_what_stands_between_them_are_one_byte_each() -> None:
    text = b'{"answers":{"fever_ge_38":false,"toxic_appearance":true,"palpable_cord_of_no_list":"unknown"}}'

    short = PIECES_OF_1.shorten(text.split(b'"'))

    # Six words, two of them joined by a byte instead of two quotes and what stands between; one word is not listed.
    assert len(short) < 50
    assert b"palpable_cord_of_no_list" in short
    assert PIECES_OF_1.expand(short, LIMIT) == text


def test_a_word_of_another_script_survives_beside_listed_words() -> None:
    body = '{"message":"أعد الفحص غدا","state":"confirmed","unit":"°C"}'.encode()

    assert read_packed_response(write_packed_response(body)) == body


def test_the_limit_counts_what_a_listed_word_stands_for() -> None:
    text = b'"presentation_month"'

    assert unpack(pack(text), max_bytes=len(text)) == text
    with pytest.raises(TooLargeUnpacked):
        unpack(pack(text), max_bytes=len(text) - 1)


def test_every_piece_can_be_told_from_what_stands_for_it() -> None:
    reserved = bytes(range(1, 32)) + bytes(range(128, 256))

    assert len(set(PIECES_OF_1.pieces)) == len(PIECES_OF_1.pieces) <= MOST
    assert all(piece and not set(piece) & set(reserved) for piece in PIECES_OF_1.pieces)


def test_a_packed_message_cut_anywhere_is_refused() -> None:
    packed = write_packed_request(PackedRequest(DEVICE, "n", SIGNATURE, write_request(a_request())))

    for length in range(len(packed)):
        with pytest.raises(InvalidInput, match="^body: "):
            read_packed_request(packed[:length])
    with pytest.raises(InvalidInput, match="^body: "):
        read_packed_request(packed + b"\0")


@given(st.binary(max_size=300))
def test_bytes_that_are_no_packed_message_are_refused_in_one_sentence(raw: bytes) -> None:
    for read in (read_packed_request, read_packed_response):
        try:
            read(raw)
        except InvalidInput as refusal:
            assert refusal.field == "body"
            assert "\n" not in str(refusal)


def test_a_dictionary_that_is_not_known_is_named_as_the_trouble() -> None:
    packed = write_packed_response(b"{}")

    for number in (0, 2, 255):
        with pytest.raises(UnknownDictionary, match="send it unpacked"):
            read_packed_response(bytes([number]) + packed[1:])


BOMBS = {
    "zeros": frame(b"\0" * 60_000_000),
    "the device, over and over": frame(b"\x06" * 900_000),
    "many marks and no tail": frame(b"\x04" * 900_000),
    "a long word, over and over": frame(LONGEST_WORD * 900_000),
    "many frames": frame(b"a" * 900_000) + b"\x28\xb5\x2f\xfd" + frame(b"b" * 900_000),
    "a window of 128 MiB": frame(b"\0" * 2_000_000, window_log=27, content_size_flag=0),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_small_message_cannot_become_a_large_one(bomb: bytes) -> None:
    assert len(bomb) < 100_000
    with pytest.raises(InvalidInput, match="^body: "):
        read_packed_request(HEAD + bomb)
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput):
            read_packed_request(HEAD + bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * MAX_MESSAGE_BYTES


def test_the_limit_holds_to_the_byte() -> None:
    text = b'"' + b"a" * 998 + b'"'

    assert unpack(pack(text), max_bytes=1000) == text
    with pytest.raises(TooLargeUnpacked):
        unpack(pack(text), max_bytes=999)


def test_the_limit_counts_what_marks_stand_for() -> None:
    text = b'"' + b"0" * 32 + b'"'

    assert unpack(pack(text), max_bytes=34) == text
    with pytest.raises(TooLargeUnpacked):
        unpack(pack(text), max_bytes=33)


@pytest.mark.parametrize("nonce", ['a"b', "a\\b", "é", "n" * 65, "a\x7fb"])
def test_a_nonce_that_could_change_the_signatures_fields_is_refused(nonce: str) -> None:
    packed = write_packed_request(PackedRequest(DEVICE, nonce, SIGNATURE, b"{}"))

    with pytest.raises(InvalidInput, match="^body: "):
        read_packed_request(packed)
