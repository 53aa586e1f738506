"""Reading by the text alone gives what strict reading gives, or nothing; whatever was read before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.canonical import read_json
from shared.case.entry import (
    CaseId,
    DeviceId,
    Entry,
    EntryId,
    EntryKind,
    Link,
    canonical_entry,
    entry_from_json,
)
from shared.errors import InvalidInput
from shared.privacy import sent_text
from shared.privacy.sent_form import fault_of
from shared.privacy.sent_text import SentTexts
from shared.sync.batch import Batch
from shared.sync.messages import ChainHead, SyncRequest, read_request, read_request_in_parts, write_request
from tests.tablet_world import the_policy
from tests.unit.shared.privacy.test_sent_form import DAY, MONTH, SOUND, an_entry, entries, sent_forms

DEVICE = DeviceId("a" * 16)
WHOLE = replace(
    an_entry({"crp": 5, "fever_ge_38": True, "region": ("hand", "wrist"), "sex": "male"} | MONTH, SOUND),
    id=EntryId(DEVICE, 3),
    kind=EntryKind.FOLLOW_UP,
    parents=(EntryId(DEVICE, 1), EntryId(DeviceId("b" * 16), 7)),
    link=Link("d" * 32),
)


def text_of(entry: Entry) -> bytes:
    """Return an entry as it stands in a request."""
    body = json.loads(canonical_entry(entry))
    del body["device"], body["seq"]
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def strictly(text: bytes, seq: int) -> Entry:
    body: dict[str, Any] = read_json(text)
    return entry_from_json({**body, "device": DEVICE, "seq": seq})


def read(forms: SentTexts, text: bytes, seq: int) -> Entry | None:
    try:
        return forms.read(text, DEVICE, seq)
    except InvalidInput:
        return None


def expect_the_same(forms: SentTexts, text: bytes, seq: int) -> None:
    found = read(forms, text, seq)
    if found is None:
        return
    strict = strictly(text, seq)
    assert found == strict
    # The text that it keeps is the one that strict reading writes: True and 1 are two texts.
    assert canonical_entry(found) == canonical_entry(strict)
    assert text_of(strict) == text
    assert fault_of(strict, the_policy()) is None


@given(st.lists(entries | sent_forms, max_size=8))
@example([an_entry({"fever_ge_38": True}, SOUND), an_entry({"fever_ge_38": 1}, SOUND)])
@example([an_entry(MONTH), an_entry(DAY), an_entry(MONTH | DAY)])
@example([an_entry({"newborn_age_days": 7})])
def test_what_is_read_is_what_strict_reading_gives_and_may_be_stored(sent: Sequence[Entry]) -> None:
    forms = SentTexts(the_policy())

    for entry in [*sent, *sent]:
        try:
            text = text_of(entry)
        except ValueError:
            assume(False)
        expect_the_same(forms, text, entry.id.seq)


@given(st.data())
def test_a_text_that_was_changed_anywhere_is_read_as_strictly_or_not_at_all(data: st.DataObject) -> None:
    forms = SentTexts(the_policy())
    text = text_of(WHOLE)
    assert read(forms, text, 3) is not None

    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    scraps = [
        b"",
        b'"',
        b",",
        b"0",
        b"1",
        b" ",
        b"}",
        b"]",
        b"\\u0061",
        b"\xc3",
        b"00",
        b".0",
        b"e0",
        text[start:end] * 2,
    ]
    other = data.draw(st.sampled_from(scraps) | st.integers(0, len(text) - 9).map(lambda at: text[at : at + 9]))
    expect_the_same(forms, text[:start] + other + text[end:], 3)


def test_an_ordinary_entry_is_read_by_its_text_and_nothing_is_learned_twice() -> None:
    forms = SentTexts(the_policy())
    for number in (3, 4):
        entry = read(forms, text_of(WHOLE), number)

        assert entry == replace(WHOLE, id=EntryId(DEVICE, number))

    assert len(forms._pairs) == len(WHOLE.answers)


@pytest.mark.parametrize(
    "odd",
    [
        replace(an_entry({"withdrawal_reason": "consent"}), kind=EntryKind.WITHDRAWAL),
        replace(WHOLE, kind=EntryKind.CORRECTION, apart=(CaseId("e" * 32),)),
        an_entry(MONTH | DAY),
        an_entry({"sex": "Amina"}),
        an_entry({"newborn_age_days": 7}),
        an_entry({"sex": "male"}, replace(SOUND, red_flags=("Amina",))),
        an_entry({"sex": "male"}, replace(SOUND, differential=(replace(SOUND.differential[0], low=0.123),))),
        an_entry({"sex": "male"}, replace(SOUND, knowledge_version="1.1.1.1.1")),
    ],
    ids=lambda entry: f"{entry.kind} {sorted(entry.answers)}",
)
def test_what_is_not_plainly_a_sent_form_is_left_to_strict_reading(odd: Entry) -> None:
    assert read(SentTexts(the_policy()), text_of(odd), 3) is None


def test_nothing_that_was_refused_is_remembered() -> None:
    forms = SentTexts(the_policy())

    assert read(forms, text_of(an_entry({"fever_ge_38": True, "sex": "Amina Okafor"})), 1) is None

    assert [*forms._pairs] == [b'"fever_ge_38":true']


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_text, "_MOST_REMEMBERED", 3)
    forms = SentTexts(the_policy())

    for number in range(1, 9):
        entry = an_entry({"crp": number, "fever_ge_38": True}, SOUND)
        assert read(forms, text_of(entry), 1) == entry
        assert len(forms._pairs) <= 3


# Requests

A_REQUEST = SyncRequest(
    device=DEVICE,
    epoch="e",
    cursor=7,
    stored=ChainHead(2, bytes(32)),
    waiting=0,
    app_version="1",
    knowledge_version="1.1",
    batches=(
        Batch(3, (WHOLE, replace(an_entry({"sex": "female"}), id=EntryId(DEVICE, 4))), bytes(64)),
        Batch(5, (replace(an_entry({}), id=EntryId(DEVICE, 5)),), bytes(64)),
    ),
)


def in_parts(body: bytes) -> SyncRequest | None:
    forms = SentTexts(the_policy())

    def read_entry(text: bytes, device: DeviceId, seq: int) -> Entry:
        entry = forms.read(text, device, seq)
        if entry is not None:
            return entry
        body: dict[str, Any] = read_json(text)
        return entry_from_json({**body, "device": device, "seq": seq})

    return read_request_in_parts(body, read_entry)


def test_a_request_read_in_parts_is_the_request() -> None:
    body = write_request(A_REQUEST)

    assert in_parts(body) == read_request(body) == A_REQUEST


@given(st.data())
def test_a_request_that_was_changed_anywhere_is_the_same_in_parts_or_none(data: st.DataObject) -> None:
    body = write_request(A_REQUEST)
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 60)))
    scraps = [b"", b'"', b"[]", b"{}", b",", b" ", b'"entries":[],', b'"entries":[{"answers":{', body[start:end] * 2]
    other = data.draw(st.sampled_from(scraps) | st.integers(0, len(body) - 30).map(lambda at: body[at : at + 30]))
    changed = body[:start] + other + body[end:]

    found = in_parts(changed)

    assert found is None or found == read_request(changed)
