"""A withdrawn case leaves nothing of the child on a tablet, whoever withdrew it and in whatever order it came."""

from __future__ import annotations

import pytest

from mobile_app.ports.records import LocalDetails
from mobile_app.storage.intake import take_in
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.errors import InvalidInput
from shared.sync.messages import Review
from tests.tablet_world import CASE, a_conclusion, a_draft
from tests.unit.mobile_app.storage.test_photos import a_picture

OTHER = DeviceId("b" * 16)
LOCAL = LocalDetails(record_number="4711", patient_name="Amina", birth_date="2026-2-12")


def pulled(seq: int, kind: EntryKind = EntryKind.FOLLOW_UP, **answers: object) -> Entry:
    return Entry(EntryId(OTHER, seq), CASE, kind, answers, conclusion=None)


def receive(store, *entries: Entry, reviews: tuple[Review, ...] = ()):
    with store.database.writing() as session:
        return take_in(session, store.device, entries, reviews, store._clock.now())


def everything(store) -> str:
    """Return every row of every table as text."""
    with store.database.reading() as session:
        connection = session.connection()
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        rows = [row for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608
    return repr(rows)


def a_full_case(store):
    store.save_draft(a_draft(6, local=LOCAL))
    store.record_draft("d1", a_conclusion())
    store.save_draft(a_draft(3, draft_id="d2", local=LOCAL))
    store.photos.add(CASE, a_picture(), 0)
    receive(store, pulled(1, swelling_consistency="rock_hard_nodular"))
    receive(store, reviews=(Review(1, CASE, "confirmed", "abscess", (), "A word on Amina's hand"),))
    store.read_marks.mark(CASE, 1)
    store.plan_ticks.put(CASE, "Raise the arm", store._clock.now())
    store.letter_notes.keep(CASE, "Dear colleague, her mother asks for you")


def test_withdrawing_erases_answers_local_details_photos_drafts_and_messages(store):
    a_full_case(store)
    assert "Amina" in everything(store)

    withdrawal = store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    rest = everything(store)
    local, answers = (
        ("Amina", "4711", "2026-2-12", "JFIF", "Raise", "Dear colleague"),
        ("soft_oedematous", "rock_hard_nodular"),
    )
    assert not [secret for secret in (*local, *answers, "0.7731", "abscess") if secret in rest]
    assert store.drafts() == ()
    assert store.photos.of_case(CASE) == ()
    assert store.reviews(CASE) == ()
    assert store.read_marks.read_up_to(CASE) == 0
    assert withdrawal.id in store.log(CASE)
    assert len(store.log(CASE)) == 3
    (summary,) = store.summaries()
    assert summary.is_withdrawn
    assert dict(summary.answers) == {"withdrawal_reason": "consent"}


def test_only_the_withdrawal_and_its_reason_wait_to_be_sent(store):
    a_full_case(store)
    store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "entered_in_error"})

    request = store.outbox.next_request(max_bytes=100_000, app_version="0", knowledge_version="1.0")

    sent = [(entry.kind, dict(entry.answers)) for batch in request.batches for entry in batch.entries]
    assert sent == [
        (EntryKind.ASSESSMENT, {}),
        (EntryKind.WITHDRAWAL, {"withdrawal_reason": "entered_in_error"}),
    ]


def test_another_case_keeps_everything(store):
    kept = store.new_case_id()
    store.record(kept, EntryKind.ASSESSMENT, {"fever_ge_38": True}, a_conclusion(), LOCAL)
    photo = store.photos.add(kept, a_picture(), 0)
    a_full_case(store)

    store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    assert store.timeline(kept)[0].local == LOCAL
    assert store.photos.of_case(kept) == (photo,)


@pytest.mark.parametrize("is_first", [True, False], ids=["withdrawal first", "withdrawal last"])
def test_another_tablets_withdrawal_erases_here_too_in_either_order(store, is_first):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True}, a_conclusion(), LOCAL)
    store.photos.add(CASE, a_picture(), 0)
    visit = pulled(1, swelling_consistency="rock_hard_nodular")
    withdrawal = pulled(2, EntryKind.WITHDRAWAL, withdrawal_reason="consent")

    for page in [(withdrawal,), (visit,)] if is_first else [(visit,), (withdrawal,)]:
        assert receive(store, *page).reasons == ()

    rest = everything(store)
    assert not [secret for secret in ("Amina", "4711", "rock_hard_nodular", "JFIF") if secret in rest]
    assert {entry.id for entry in store.log(CASE)} >= {visit.id, withdrawal.id}


def test_an_entry_that_comes_again_after_the_withdrawal_stays_erased_and_is_not_set_aside(store):
    visit = pulled(1, swelling_consistency="rock_hard_nodular")
    review = Review(1, CASE, "received", None, (), "words")
    receive(store, visit, pulled(2, EntryKind.WITHDRAWAL, withdrawal_reason="consent"))

    taken = receive(store, visit, reviews=(review,))

    assert (taken.entries, taken.reasons) == (0, ())
    assert "rock_hard_nodular" not in everything(store)
    assert store.reviews(CASE) == ()


def test_a_visit_begun_before_the_withdrawal_came_is_not_kept(store):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    store.save_draft(a_draft(5, local=LOCAL))
    receive(store, pulled(1, EntryKind.WITHDRAWAL, withdrawal_reason="consent"))

    for act in (lambda: store.save_draft(a_draft(6, local=LOCAL)), lambda: store.record_draft("d1", a_conclusion())):
        with pytest.raises(InvalidInput):
            act()

    assert store.drafts() == ()
    assert "soft_oedematous" not in everything(store)


def test_an_entry_recorded_after_the_withdrawal_came_is_kept_and_sent_without_content(store):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    receive(store, pulled(1, EntryKind.WITHDRAWAL, withdrawal_reason="consent"))

    entry = store.record(CASE, EntryKind.CORRECTION, {"swelling_consistency": "soft_oedematous"}, local=LOCAL)

    assert dict(store.sent_form(entry.id).answers) == {}
    assert "soft_oedematous" not in everything(store)


def test_an_entry_of_another_case_under_an_erased_number_is_set_aside(store):
    receive(store, pulled(1, fever_ge_38=True), pulled(2, EntryKind.WITHDRAWAL, withdrawal_reason="consent"))

    taken = receive(store, Entry(EntryId(OTHER, 1), CaseId("1" * 32), EntryKind.ASSESSMENT, {}))

    assert len(taken.reasons) == 1
