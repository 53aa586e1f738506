"""A case from one tablet's encrypted file to another's, without a network: what is given, what taking it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from mobile_app.ports.records import LocalDetails
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.tables import QuarantineRow, SentFormRow
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.errors import HandOverRefused, StoreUnusable
from shared.sync.hand_over import ChildDetails, HandedOver, read_hand_over, write_hand_over
from tests.presenter_world import a_full_disk
from tests.tablet_world import CASE, a_conclusion, a_tablet

CANARY = "Quillon Testbairn"
FIRST = {"age_days": 274, "sex": "male", "region": ("hand", "wrist"), "crp": Quantity(0.3649, "mg/L")}


@contextmanager
def two_tablets(folder: Path) -> Iterator[tuple[EncryptedCaseStore, EncryptedCaseStore]]:
    with a_tablet(folder / "a") as first, a_tablet(folder / "b") as second:
        giving, taking = first.set_up(), second.set_up()
        yield giving, taking
        giving.close()
        taking.close()


def record(store: EncryptedCaseStore, local: LocalDetails | None = None) -> Entry:
    return store.record(CASE, EntryKind.ASSESSMENT, FIRST, a_conclusion(), local or LocalDetails())


def handed(store: EncryptedCaseStore, child: ChildDetails | None = None) -> HandedOver:
    return read_hand_over(write_hand_over(store.hand_over.entries(CASE), child or ChildDetails()))


def set_aside(store: EncryptedCaseStore) -> list[str]:
    with store.database.reading() as session:
        return [row.reason for row in session.exec(select(QuarantineRow))]


def test_what_is_given_is_the_sent_form_and_names_nobody(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, _):
        entry = record(giving, LocalDetails(patient_name=CANARY, record_number="A-0117", note="lives by the mill"))

        given = giving.hand_over.entries(CASE)

        assert given == (giving.sent_form(entry.id),)
        assert "age_days" not in given[0].answers
        assert CANARY.encode() not in write_hand_over(given)
        assert read_hand_over(write_hand_over(given)).child.is_empty


def test_a_case_that_was_taken_can_be_read_followed_up_and_handed_on(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        first = record(giving)
        taken = taking.hand_over.take(handed(giving))

        follow_up = taking.record(CASE, EntryKind.FOLLOW_UP, {"swelling_consistency": "stony_hard"})

        assert (taken.case_id, taken.new, taken.known, taken.reasons) == (CASE, 1, 0, ())
        assert taking.summaries()[0].case_id == CASE
        assert follow_up.parents == (first.id,)
        assert [entry.id for entry in taking.hand_over.entries(CASE)] == [first.id, follow_up.id]
        # And back: the giver learns the follow-up, and its own entry stays as it was typed.
        back = giving.hand_over.take(handed(taking))
        assert (back.new, back.known, back.reasons) == (1, 1, ())
        assert giving.log(CASE)[first.id].answers["age_days"] == 274


def test_taken_twice_changes_nothing(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        taking.hand_over.take(handed(giving))
        before = taking.timeline(CASE)

        again = taking.hand_over.take(handed(giving))

        assert (again.new, again.known, again.reasons) == (0, 1, ())
        assert taking.timeline(CASE) == before
        assert set_aside(taking) == []


def test_the_same_number_with_another_content_is_set_aside_and_overwrites_nothing(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        true = handed(giving)
        taking.hand_over.take(true)
        other = replace(true.entries[0], answers={**true.entries[0].answers, "sex": "female"})

        taken = taking.hand_over.take(HandedOver((other,)))

        assert taken.new == 0
        assert len(taken.reasons) == len(set_aside(taking)) == 1
        assert tuple(taking.log(CASE)) == true.entries


def test_an_entry_under_the_taker_s_own_number_is_set_aside(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        own = record(taking)
        made_up = replace(handed(giving).entries[0], id=EntryId(taking.device, own.id.seq + 5))

        taken = taking.hand_over.take(HandedOver((made_up,)))

        assert taken.new == 0
        assert len(set_aside(taking)) == 1
        assert [entry.id for entry in taking.log(CASE)] == [own.id]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"quillon_sign": True}, "newer knowledge"),
        ({"patient_name": CANARY}, "not in the form"),
        ({"age_days": 274}, "not in the form"),
        ({"sex": "Quillon"}, "not in the form"),
        ({"crp": Quantity(0.123456, "mg/L")}, "not in the form"),
    ],
)
def test_what_is_no_sent_form_is_refused_as_a_whole_and_not_echoed(
    tmp_path: Path, answers: dict[str, object], sentence: str
) -> None:
    with a_tablet(tmp_path) as tablet:
        store = tablet.set_up()
        good = Entry(EntryId(DeviceId("a" * 16), 1), CASE, EntryKind.ASSESSMENT, {"sex": "male"})
        bad = replace(good, id=EntryId(DeviceId("a" * 16), 2), answers=answers, parents=(good.id,))

        with pytest.raises(HandOverRefused, match=sentence) as refusal:
            store.hand_over.take(HandedOver((good, bad)))

        assert "Quillon" not in str(refusal.value)
        assert store.count_cases() == 0
        store.close()


def test_a_conclusion_that_no_tablet_draws_is_refused(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        (entry,) = handed(giving).entries
        assert entry.conclusion is not None
        made_up = replace(entry, conclusion=replace(entry.conclusion, disposition="go home"))

        with pytest.raises(HandOverRefused, match="not in the form"):
            taking.hand_over.take(HandedOver((made_up,)))


def test_the_child_is_known_to_the_taker_where_it_was_ticked(tmp_path: Path) -> None:
    child = ChildDetails(name=CANARY, record_number="A-0117", birth_date="2026-02-20", note="allergic to plasters")
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)

        taking.hand_over.take(handed(giving, child))

        (row,) = taking.timeline(CASE)
        expected = LocalDetails("A-0117", CANARY, note="allergic to plasters", birth_date="2026-02-20")
        assert row.local == expected
        # A later hand-over that says something else of the child does not replace it.
        taking.hand_over.take(handed(giving, ChildDetails(name="Somebody Else")))
        assert taking.timeline(CASE)[0].local == expected


def test_the_name_of_the_child_is_in_no_file_and_in_nothing_that_is_sent(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        taking.hand_over.take(handed(giving, ChildDetails(name=CANARY)))
        follow_up = taking.record(CASE, EntryKind.FOLLOW_UP, {"warmth": True})

        assert CANARY not in str(taking.sent_form(follow_up.id))
        for path in (tmp_path / "b").rglob("*"):
            assert not path.is_file() or CANARY.encode() not in path.read_bytes()


def test_nothing_that_was_taken_waits_to_be_sent(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        taking.hand_over.take(handed(giving))

        with taking.database.reading() as session:
            assert session.exec(select(SentFormRow)).all() == []
        assert taking.sync_overview().waiting == 0


def test_a_withdrawn_case_is_not_handed_over(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, _):
        record(giving)
        giving.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent_withdrawn"})

        with pytest.raises(HandOverRefused, match="withdrawn"):
            giving.hand_over.entries(CASE)


def test_a_case_that_the_taker_withdrew_stays_erased(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        first = handed(giving, ChildDetails(name=CANARY))
        taking.hand_over.take(first)
        taking.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent_withdrawn"})

        taking.hand_over.take(first)

        assert all(row.local == LocalDetails() for row in taking.timeline(CASE))
        assert taking.log(CASE)[first.entries[0].id].answers == {}


def test_a_full_disk_keeps_what_there_is(tmp_path: Path) -> None:
    with two_tablets(tmp_path) as (giving, taking):
        record(giving)
        given = handed(giving)

        with a_full_disk(), pytest.raises(StoreUnusable):
            taking.hand_over.take(given)

        assert taking.count_cases() == 0
        assert taking.hand_over.take(given).new == 1


def test_a_case_that_is_not_here_has_nothing_to_give(tmp_path: Path) -> None:
    with a_tablet(tmp_path) as tablet:
        store = tablet.set_up()
        assert store.hand_over.entries(CaseId("9" * 32)) == ()
        store.close()


def test_a_made_up_withdrawal_in_codes_erases_nothing(tmp_path: Path) -> None:
    with a_tablet(tmp_path) as tablet:
        store = tablet.set_up()
        own = record(store, LocalDetails(patient_name=CANARY))
        made_up = Entry(
            EntryId(DeviceId("a" * 16), 1), CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"}, (own.id,)
        )

        with pytest.raises(HandOverRefused, match="Nothing was kept"):
            store.hand_over.take(HandedOver((made_up,)))

        (row,) = store.timeline(CASE)
        assert row.local.patient_name == CANARY
        assert row.entry.answers["age_days"] == 274
        store.close()
