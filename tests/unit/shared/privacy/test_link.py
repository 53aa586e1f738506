"""A link finds one record number however it is written, and tells nobody without the clinic's key which one it is."""

from __future__ import annotations

import hmac
import random
import unicodedata

import pytest

from shared.canonical import canonical_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Link, entry_from_json, entry_to_json
from shared.errors import InvalidInput
from shared.privacy.link import normalised, pseudonym
from shared.privacy.projection import Timing, project
from shared.privacy.sent_form import fault_of
from shared.sync.batch import entry_hash
from tests.tablet_world import the_policy

KEY = bytes(range(32))
LETTERS = "abcdefghijklmnopqrstuvwxyzäéñøçأبتثजक가나"
SEPARATORS = ["", " ", "-", "/", ".", "_", " - ", "\N{NO-BREAK SPACE}", "\N{EN DASH}", "\N{MINUS SIGN}"]
SILENT = ["", "", "\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH JOINER}", "\N{SOFT HYPHEN}", "\N{RIGHT-TO-LEFT MARK}"]
ZEROS = "0٠۰०０𝟎"
"""The digit zero of six scripts; the other nine follow it in each."""


def record_numbers(count):
    """Numbers as clinics give them, and for each the parts that somebody may set apart in writing."""
    chance = random.Random(20261121)
    for _ in range(count):
        parts = [
            "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, 3)))
            if chance.random() < 0.3
            else str(chance.randint(1, 10 ** chance.randint(1, 7)))
            for _ in range(chance.randint(1, 3))
        ]
        yield chance, [*parts, str(chance.randint(1, 99_999))]


def written_otherwise(chance, parts):
    """One record number as another person writes it: other spaces, separators, capitals and Unicode."""
    text = ""
    for place, part in enumerate(parts):
        part = part.upper() if chance.random() < 0.5 else part
        zero = chance.choice(ZEROS)
        for letter in part:
            is_digit = letter.isascii() and letter.isdigit()
            text += chr(ord(zero) + int(letter)) if is_digit else letter
            text += chance.choice(SILENT)
        text += chance.choice(SEPARATORS) if place < len(parts) - 1 else chance.choice(["", " ", "\t"])
    return unicodedata.normalize(chance.choice(["NFC", "NFD", "NFKC", "NFKD"]), text)


def test_a_thousand_record_numbers_are_found_again_however_the_second_tablet_writes_them():
    different = set()
    for chance, parts in record_numbers(1000):
        link = pseudonym(KEY, "".join(parts))

        assert link is not None
        assert all(pseudonym(KEY, written_otherwise(chance, parts)) == link for _ in range(4)), parts
        different.add((normalised("".join(parts)), link))
    assert len({number for number, _ in different}) == len({link for _, link in different}) == len(different)


def test_another_clinics_key_gives_every_number_another_link():
    other = bytes(reversed(KEY))
    links = {pseudonym(key, "".join(parts)) for key in (KEY, other) for _, parts in record_numbers(1000)}

    assert len(links) == 2 * len({normalised("".join(parts)) for _, parts in record_numbers(1000)})


def test_a_link_is_32_hexadecimal_digits_and_does_not_hold_the_number():
    for _, parts in record_numbers(1000):
        link = pseudonym(KEY, "".join(parts))
        longest = max(parts, key=len)
        assert len(link) == 32
        assert set(link) <= set("0123456789abcdef")
        # A short number stands in any 32 digits by chance.
        assert len(longest) < 6 or longest.casefold() not in link


def test_a_link_is_what_the_law_says_worked_out_with_nothing_but_hmac():
    extracted = hmac.digest(bytes(32), KEY, "sha256")
    expanded = hmac.digest(extracted, b"handwise-link-1\x01", "sha256")

    link = pseudonym(KEY, " MRN 00-471/123 ")

    assert link == hmac.digest(expanded, b"mrn00471123", "sha256")[:16].hex() == "6137cf5c3e469ef47bcb20788ee8ad5b"


@pytest.mark.parametrize(
    "written", ["ㄱ-ㅏ-12", "ㄱ ㅏ 12", "\N{ZERO WIDTH JOINER}ㄱ\N{COMBINING GRAPHEME JOINER}ㅏ12", "가12", "１２"]
)
def test_what_is_left_out_keeps_no_two_parts_of_one_letter_apart(written):
    whole = "12" if written == "１２" else "가12"

    assert pseudonym(KEY, written) == pseudonym(KEY, whole)
    assert normalised(normalised(written)) == normalised(written) == whole


@pytest.mark.parametrize(
    "text", ["", " ", "-", "n/a", "None", "unknown", "?", "000", "0-0", "\N{ZERO WIDTH SPACE}", "٠"]
)
def test_what_is_written_for_many_children_links_nobody(text):
    assert pseudonym(KEY, text) is None


def test_leading_zeros_and_other_digits_make_another_number():
    assert len({pseudonym(KEY, number) for number in ("12", "012", "0012", "21", "A12", "12A")}) == 6


def test_a_key_of_another_length_is_refused():
    with pytest.raises(InvalidInput, match="clinic_key"):
        pseudonym(KEY[:31], "12")


def an_entry(**more):
    given = {"kind": EntryKind.ASSESSMENT, "answers": {"sex": "female"}, **more}
    return Entry(EntryId(DeviceId("a" * 16), 7), CaseId("c" * 32), **given)


def test_an_entry_without_a_link_has_the_same_bytes_and_hash_as_ever():
    entry = an_entry()

    assert canonical_json(entry_to_json(entry)) == (
        b'{"answers":{"sex":"female"},"case_id":"cccccccccccccccccccccccccccccccc","device":"aaaaaaaaaaaaaaaa",'
        b'"kind":"assessment","parents":[],"seq":7}'
    )
    assert entry_hash(entry) != entry_hash(an_entry(link=Link("d" * 32)))


def test_link_and_apart_survive_writing_reading_and_the_projection():
    apart = (CaseId("1" * 32), CaseId("2" * 32))
    linked = an_entry(kind=EntryKind.CORRECTION, link=Link("d" * 32), apart=apart)
    taken_back = an_entry(kind=EntryKind.CORRECTION, apart=())

    for entry in (linked, taken_back):
        assert entry_from_json(entry_to_json(entry)) == entry
        sent = project(entry, Timing(month="2026-11"), the_policy())
        assert (sent.link, sent.apart) == (entry.link, entry.apart)
        assert fault_of(sent, the_policy()) is None


def test_a_withdrawal_carries_no_link():
    withdrawal = an_entry(kind=EntryKind.WITHDRAWAL, answers={}, link=Link("d" * 32))

    assert project(withdrawal, Timing(), the_policy()).link is None
    assert fault_of(withdrawal, the_policy()) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kin": "d" * 31},
        {"kin": "D" * 32},
        {"kin": 5},
        {"kin": None},
        {"kind": "correction", "apart": ["1" * 31]},
        {"kind": "correction", "apart": ["c" * 32]},
        {"kind": "correction", "apart": ["2" * 32, "1" * 32]},
        {"kind": "correction", "apart": ["1" * 32, "1" * 32]},
        {"kind": "correction", "apart": [f"{number:032x}" for number in range(1, 18)]},
        {"kind": "correction", "apart": "1" * 32},
        {"kind": "correction", "apart": None},
        {"kind": "assessment", "apart": []},
    ],
)
def test_a_link_or_list_that_cannot_be_is_refused_without_repeating_it(wrong):
    with pytest.raises(InvalidInput) as refused:
        entry_from_json({**entry_to_json(an_entry()), **wrong})

    assert "1111" not in str(refused.value)
