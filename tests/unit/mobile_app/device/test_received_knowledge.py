"""Knowledge that comes through the server: in pieces, checked, and never half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_app.config import KNOWLEDGE_VERSION
from mobile_app.device.received_knowledge import ReceivedKnowledge
from shared.crypto.signing import SigningKey
from shared.errors import ServerNonsense, ServerUnreachable
from shared.knowledge.loader import load_knowledge
from shared.knowledge.release import digest_of, release_of, write_release
from shared.sync.messages import KnowledgeOffer
from tests.knowledge_releases import KEY, NEXT, QUESTION, higher_version, signed_release


class Line:
    """A server behind a line that breaks after so many bytes."""

    def __init__(self, raw: bytes, breaks_after: int | None = None) -> None:
        self.raw = raw
        self.breaks_after = breaks_after
        self.asked: list[int] = []

    def __call__(self, digest: str, start: int) -> Iterator[bytes]:
        self.asked.append(start)
        rest = self.raw[start:]
        whole = rest if self.breaks_after is None else rest[: self.breaks_after]
        for place in range(0, len(whole), 1000):
            yield whole[place : place + 1000]
        if len(whole) < len(rest):
            raise ServerUnreachable


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> bytes:
    return signed_release(tmp_path_factory.mktemp("book"), fr={"Cellulitis": "Cellulite"})


@pytest.fixture
def received(tmp_path: Path) -> ReceivedKnowledge:
    return ReceivedKnowledge(tmp_path / "knowledge", KNOWLEDGE_VERSION, "0.1.0")


def offer_of(raw: bytes, version: str = NEXT, key: SigningKey = KEY, size: int | None = None) -> KnowledgeOffer:
    return KnowledgeOffer(version, digest_of(raw), len(raw) if size is None else size, key.public_bytes.hex())


def test_a_release_that_came_whole_is_the_newest_and_loads(received, raw):
    assert received.newest() == KNOWLEDGE_VERSION

    assert received.take(offer_of(raw), Line(raw)).version == NEXT

    assert received.newest() == NEXT
    assert load_knowledge(received.folder / NEXT).findings["warmth"].ask == QUESTION
    assert received.words(NEXT) == {"fr": {"Cellulitis": "Cellulite"}}
    assert received.take(offer_of(raw), Line(raw)) is None


def test_a_line_that_breaks_again_and_again_brings_it_in_the_end_and_no_byte_twice(received, raw):
    line = Line(raw, breaks_after=30_000)
    for _ in range(len(raw) // 30_000):
        with pytest.raises(ServerUnreachable):
            received.take(offer_of(raw), line)
        assert received.newest() == KNOWLEDGE_VERSION

    assert received.take(offer_of(raw), line).version == NEXT
    assert line.asked == list(range(0, len(raw), 30_000))


@pytest.mark.parametrize("wrong", ["other bytes", "more bytes", "size of nothing", "size of a mountain"])
def test_what_is_not_what_was_offered_is_fetched_again_from_the_beginning(received, raw, wrong):
    sent = {"other bytes": raw[:-1] + b"\0", "more bytes": raw + b"more"}.get(wrong, raw)
    size = {"size of nothing": 0, "size of a mountain": 2**40}.get(wrong)
    with pytest.raises(ServerNonsense):
        received.take(offer_of(raw, size=size), Line(sent))

    assert received.take(offer_of(raw), Line(raw)).version == NEXT


def test_the_first_key_is_kept_and_nobody_elses_release_is_taken(received, raw, tmp_path):
    received.take(offer_of(raw), Line(raw))
    thief = SigningKey(bytes(32))
    forged = signed_release(tmp_path, "1.3", thief)
    line = Line(forged)

    assert "not signed by whom" in received.take(offer_of(forged, "1.3", thief), line).failure
    assert received.take(offer_of(forged, "1.3", thief), line) is None
    assert (received.newest(), line.asked) == (NEXT, [0])

    good = signed_release(tmp_path / "good", "1.3")
    assert received.take(offer_of(good, "1.3"), Line(good)).version == "1.3"


def test_what_this_app_cannot_read_is_fetched_once_and_again_after_an_update(received, tmp_path):
    folder = higher_version(tmp_path)
    (folder / "of_the_future.yaml").write_text("a: 1\n")
    raw = write_release(release_of(folder), KEY)
    line = Line(raw)

    assert "Update the app" in received.take(offer_of(raw), line).failure
    assert received.take(offer_of(raw), line) is None
    updated = ReceivedKnowledge(received.folder, KNOWLEDGE_VERSION, "0.2.0")
    assert "Update the app" in updated.take(offer_of(raw), line).failure
    assert line.asked == [0, 0]
    assert received.newest() == KNOWLEDGE_VERSION


def test_a_release_that_says_another_version_than_was_offered_is_not_taken(received, raw):
    assert received.take(offer_of(raw, "9.9"), Line(raw)).failure
    assert received.newest() == KNOWLEDGE_VERSION
