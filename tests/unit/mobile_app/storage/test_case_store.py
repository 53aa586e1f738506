"""Cases are logs: nothing is changed, nothing is lost, and what is shown as sent is what is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mobile_app.ports.records import LocalDetails, SyncState
from shared.canonical import canonical_json
from shared.case.entry import (
    UNKNOWN,
    CaseId,
    Conclusion,
    Entry,
    EntryId,
    EntryKind,
    Quantity,
    RankedCondition,
    entry_to_json,
)
from shared.case.fold import fold
from shared.case.short_code import short_code
from shared.errors import InvalidInput
from tests.tablet_world import CASE, a_conclusion, a_draft

LOCAL = LocalDetails(record_number="4711", patient_name="Amina", ward="Jasmine", note="came by bus")


def test_a_draft_comes_back_as_it_was_saved(store):
    draft = a_draft(10, local=LOCAL)

    store.save_draft(draft)

    (back,) = store.drafts()
    assert (back.answers, back.local, back.step, back.kind, back.parents) == (
        draft.answers, LOCAL, draft.step, draft.kind, (),
    )  # fmt: skip


def test_every_answer_replaces_the_draft_and_the_last_touched_comes_first(store):
    store.save_draft(a_draft(1, draft_id="one"))
    store.save_draft(a_draft(1, draft_id="two"))
    store.save_draft(a_draft(2, draft_id="one"))

    assert [(draft.draft_id, len(draft.answers)) for draft in store.drafts()] == [("one", 2), ("two", 1)]


def test_a_discarded_draft_is_gone_and_discarding_it_again_does_no_harm(store):
    store.save_draft(a_draft())
    store.discard_draft("d1")
    store.discard_draft("d1")

    assert store.drafts() == ()


def test_recording_a_draft_appends_the_entry_and_removes_the_draft(store):
    store.save_draft(a_draft(6, local=LOCAL))

    entry = store.record_draft("d1", a_conclusion())

    assert store.drafts() == ()
    assert entry.id == EntryId(store.device, 1)
    (recorded,) = store.timeline(CASE)
    assert recorded.entry == entry
    assert (recorded.author, recorded.local) == ("Ana Sample", LOCAL)
    assert recorded.sync_state is SyncState.LOCAL


def test_recording_a_draft_twice_is_refused(store):
    store.save_draft(a_draft())
    store.record_draft("d1", None)

    with pytest.raises(InvalidInput, match="draft"):
        store.record_draft("d1", None)

    assert len(store.log(CASE)) == 1


def test_numbers_have_no_gap_over_cases_and_unlocks(tablet, store):
    for _ in range(3):
        store.record(store.new_case_id(), EntryKind.ASSESSMENT, {})
    store.close()
    reopened = tablet.open()

    entry = reopened.record(CASE, EntryKind.ASSESSMENT, {})

    assert (entry.id.device, entry.id.seq) == (reopened.device, 4)
    reopened.close()


def test_an_entry_builds_on_the_heads_of_its_case(store):
    first = store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    second = store.record(CASE, EntryKind.FOLLOW_UP, {"fever_ge_38": False})

    assert (first.parents, second.parents) == ((), (first.id,))
    assert fold(store.log(CASE)).agreed == {"fever_ge_38": False}


def test_a_draft_builds_on_what_its_author_saw(store):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    draft = a_draft(4)
    store.save_draft(draft)
    store.record(CASE, EntryKind.FOLLOW_UP, {"warmth": True})

    entry = store.record_draft("d1", None)

    assert entry.parents == draft.parents == ()
    assert [one.code for one in fold(store.log(CASE)).disagreements] == ["fever_ge_38"]


def test_an_answer_that_could_not_be_read_again_is_refused_before_it_is_stored(store):
    for bad in ({"crp": Quantity(1.0, "u" * 300)}, {"Bad Code": True}, {"region": ("wrist", "hand")}):
        with pytest.raises(InvalidInput):
            store.record(CASE, EntryKind.ASSESSMENT, bad)

    assert store.count_cases() == 0
    assert store.record(CASE, EntryKind.ASSESSMENT, {}).id.seq == 1


# What is sent


def test_the_preview_is_what_is_sent_and_writes_nothing(store):
    store.save_draft(a_draft(10, local=LOCAL))

    preview = store.preview_draft("d1", a_conclusion())

    assert len(store.drafts()) == 1
    entry = store.record_draft("d1", a_conclusion())
    assert store.sent_form(entry.id) == preview
    assert preview.answers["age_group"] == "3_11_mo"
    assert preview.answers["presentation_month"] == "2026-11"
    assert preview.conclusion == Conclusion(
        "1.0", "same_day", (), (RankedCondition("calcinosis_cutis_iatrogenic", 0.77, 0.12, 0.97),), True
    )


def test_a_later_visit_says_days_since_the_first_even_if_a_month_lies_between(tablet, store):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    tablet.clock.wall += timedelta(days=14)

    later = store.record(CASE, EntryKind.FOLLOW_UP, {"fever_ge_38": False})

    assert dict(store.sent_form(later.id).answers) == {"fever_ge_38": False, "visit_day": 14}


def test_the_sent_form_stays_the_same_bytes_whatever_changes_later(tablet, store):
    entry = store.record(CASE, EntryKind.ASSESSMENT, {"age_days": 274, "crp": Quantity(0.36, "mg/L")})
    before = canonical_json(entry_to_json(store.sent_form(entry.id)))
    store.close()
    tablet.clock.wall += timedelta(days=400)
    reopened = tablet.open()
    # A policy that keeps nothing any more: what was made under the old one stays.
    reopened._policy = None

    assert canonical_json(entry_to_json(reopened.sent_form(entry.id))) == before
    reopened.close()


def test_asking_for_the_sent_form_of_an_unknown_entry_is_refused(store):
    with pytest.raises(InvalidInput):
        store.sent_form(EntryId(store.device, 7))


# The list


def test_the_list_shows_the_folded_case_the_last_touched_first(store):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True, "age_days": 274}, a_conclusion())
    other = store.new_case_id()
    store.record(other, EntryKind.ASSESSMENT, {"fever_ge_38": UNKNOWN})
    store.record(CASE, EntryKind.FOLLOW_UP, {"fever_ge_38": False})

    first, second = store.summaries()

    assert (first.case_id, second.case_id) == (CASE, other)
    assert dict(first.answers) == {"fever_ge_38": False, "age_days": 274}
    assert first.conclusion == a_conclusion()
    assert first.short_code == short_code(CASE) == "FWY0"
    assert (first.disagreements, first.is_withdrawn, first.review) == (0, False, None)
    assert store.count_cases() == 2


def test_a_withdrawn_case_is_marked_in_the_list(store):
    store.record(CASE, EntryKind.ASSESSMENT, {})
    store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    assert [summary.is_withdrawn for summary in store.summaries()] == [True]


def test_pages_of_the_list_hold_every_case_once(store):
    cases = [store.new_case_id() for _ in range(7)]
    for case_id in cases:
        store.record(case_id, EntryKind.ASSESSMENT, {})

    pages = [store.summaries(limit=3, offset=offset) for offset in (0, 3, 6, 9)]

    assert [summary.case_id for page in pages for summary in page] == cases[::-1]


def test_a_clock_that_is_wrong_changes_no_order(tablet, store):
    first, second = store.new_case_id(), store.new_case_id()
    store.record(first, EntryKind.ASSESSMENT, {})
    tablet.clock.wall -= timedelta(days=3650)
    store.record(second, EntryKind.ASSESSMENT, {})

    assert [summary.case_id for summary in store.summaries()] == [second, first]


def test_a_case_that_nobody_knows_is_an_empty_log(store):
    unknown = CaseId("0" * 32)

    assert len(store.log(unknown)) == 0
    assert store.timeline(unknown) == ()
    assert store.reviews(unknown) == ()


def test_new_case_ids_are_random_and_different(store):
    ids = {store.new_case_id() for _ in range(100)}

    assert len(ids) == 100
    assert all(Entry(EntryId(store.device, 1), case_id, EntryKind.ASSESSMENT, {}) for case_id in ids)
