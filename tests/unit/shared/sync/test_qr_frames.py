"""A payload in codes: any order, any number of times, and nothing of another series or of noise gets in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import HandOverRefused
from shared.sync.qr_frames import (
    CASE,
    CHUNK,
    MAX_FRAMES,
    Frame,
    FrameNews,
    Transfer,
    frames_of,
    read_frame,
    write_frame,
)

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(payload=st.binary(max_size=3000), chunk=st.integers(1, 700), seed=st.integers())
def test_whatever_is_shown_in_whatever_order_is_read_back(payload: bytes, chunk: int, seed: int) -> None:
    if len(payload) > chunk * MAX_FRAMES:
        return
    frames = list(frames_of(payload, CASE, chunk))
    shown = frames * 2
    random.Random(seed).shuffle(shown)
    transfer = Transfer(CASE)

    news = transfer.take_all(shown)

    assert transfer.payload() == payload
    assert news.count(FrameNews.NEW) == len(frames)
    assert news.count(FrameNews.KNOWN) == len(frames)


def test_a_frame_is_a_text_of_the_letters_that_a_code_packs_best() -> None:
    assert all(set(frame) <= ALPHANUMERIC for frame in frames_of(bytes(range(256)) * 4, CASE))


def test_codes_of_one_series_are_of_one_size_and_none_is_larger_than_said() -> None:
    frames = frames_of(bytes(1000), CASE)

    assert len(frames) == -(-1000 // CHUNK)
    assert len({len(frame) for frame in frames[:-1]}) == 1
    assert all(len(frame) <= len(write_frame(Frame(CASE, bytes(8), 1, 1, bytes(CHUNK)))) for frame in frames)


def test_which_codes_are_missing_is_said_at_any_time() -> None:
    first, second, third = frames_of(bytes(1000), CASE)
    transfer = Transfer(CASE)

    assert (transfer.count, transfer.missing, transfer.is_complete) == (0, (), False)
    transfer.take(second)
    assert (transfer.count, transfer.have, transfer.missing) == (3, (2,), (1, 3))
    with pytest.raises(HandOverRefused, match="Not all codes are read"):
        transfer.payload()
    transfer.take_all([third, first])
    assert transfer.is_complete


def test_a_text_that_came_through_a_message_is_read_too() -> None:
    (frame,) = frames_of(b"a small case", CASE)
    transfer = Transfer(CASE)

    assert transfer.take(f"  {frame[:20].lower()}\n {frame[20:]} ") is FrameNews.NEW
    assert transfer.payload() == b"a small case"


def test_every_single_changed_letter_is_noticed() -> None:
    (frame,) = frames_of(b"eleven mm, not twelve", CASE)
    for place in range(4, len(frame)):
        for letter in "A7":
            changed = frame[:place] + letter + frame[place + 1 :]
            read = read_frame(changed)

            assert changed == frame or read is None or read == read_frame(frame)


def test_another_series_is_not_mixed_in() -> None:
    mine, other = frames_of(bytes(1000), CASE), frames_of(bytes(1001), CASE)
    transfer = Transfer(CASE)
    transfer.take(mine[0])

    assert transfer.take(other[1]) is FrameNews.OF_ANOTHER
    assert transfer.missing == (2, 3)


def test_other_codes_are_told_from_damaged_ones() -> None:
    transfer = Transfer(CASE)
    (frame,) = frames_of(b"x", CASE)
    (of_another_kind,) = frames_of(b"x", 77)

    assert transfer.take("https://example.org/") is FrameNews.NOT_OURS
    assert transfer.take("") is FrameNews.NOT_OURS
    assert transfer.take(of_another_kind) is FrameNews.NOT_OURS
    assert transfer.take(frame[:-3]) is FrameNews.DAMAGED
    assert transfer.take("HW1:" + "A" * 5000) is FrameNews.DAMAGED
    assert transfer.take("HW1:Ä") is FrameNews.DAMAGED
    assert transfer.count == 0


@pytest.mark.parametrize(("number", "count"), [(0, 1), (2, 1), (1, MAX_FRAMES + 1), (1, 0)])
def test_a_number_that_cannot_be_is_damage(number: int, count: int) -> None:
    assert read_frame(write_frame(Frame(CASE, bytes(8), number, count, b"x"))) is None


def test_a_made_up_frame_under_a_known_name_replaces_nothing() -> None:
    frames = frames_of(bytes(1000), CASE)
    true = read_frame(frames[0])
    assert true is not None
    made_up = write_frame(Frame(CASE, true.transfer, 1, 3, b"something else"))
    transfer = Transfer(CASE)
    transfer.take_all(frames)

    assert transfer.take(made_up) is FrameNews.DAMAGED
    assert transfer.payload() == bytes(1000)


def test_frames_that_do_not_belong_together_are_refused_as_a_whole() -> None:
    frames = frames_of(bytes(1000), CASE)
    true = read_frame(frames[0])
    assert true is not None
    transfer = Transfer(CASE)
    transfer.take_all([write_frame(Frame(CASE, true.transfer, 1, 3, b"something else")), *frames[1:]])

    assert transfer.is_complete
    with pytest.raises(HandOverRefused, match="do not belong together"):
        transfer.payload()


def test_a_payload_that_nobody_would_wait_for_is_refused() -> None:
    with pytest.raises(HandOverRefused, match="too large"):
        frames_of(bytes(CHUNK * MAX_FRAMES + 1), CASE)
