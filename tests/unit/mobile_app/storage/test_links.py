"""Which cases of a tablet are of the same child: by keyed link between tablets, by record number on this one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mobile_app.ports.links import LinkedCases
from mobile_app.ports.records import LocalDetails
from mobile_app.storage.intake import take_in
from mobile_app.storage.tables import CaseNumberRow, SettingRow
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.errors import InvalidInput
from shared.privacy.link import pseudonym
from shared.sync.messages import Review
from tests.tablet_world import CASE, a_draft

OTHER = DeviceId("b" * 16)
THEIRS, THIRD = CaseId("2" * 32), CaseId("3" * 32)
NUMBER, SAME_NUMBER = "MRN 00-4711", "mrn004711"
NOBODY = LinkedCases()


def record(store, number=NUMBER, *, case_id=CASE, draft_id="d1"):
    store.save_draft(a_draft(3, draft_id=draft_id, case_id=case_id, local=LocalDetails(record_number=number)))
    return store.record_draft(draft_id, None)


def receive(store, *entries, reviews=()):
    with store.database.writing() as session:
        return take_in(session, store.device, entries, reviews, store._clock.now())


def theirs(seq=1, *, case_id=THEIRS, key=None, number=SAME_NUMBER, kind=EntryKind.ASSESSMENT, **more):
    link = None if key is None else pseudonym(key, number)
    return Entry(EntryId(OTHER, seq), case_id, kind, {"sex": "male"}, link=link, **more)


def test_without_a_clinic_key_nothing_carries_a_link(store):
    entry = record(store)

    assert store.links.clinic_key() is None
    assert entry.link is None
    assert store.sent_form(entry.id).link is None


def test_with_a_key_every_later_entry_of_a_case_whose_number_is_known_carries_its_link(store):
    before = record(store)
    key = store.links.make_key()
    previewed = store.record(CASE, EntryKind.FOLLOW_UP, {"sex": "male"})
    unknown = record(store, "", case_id=THIRD, draft_id="d3")

    assert before.link is None
    assert previewed.link == store.sent_form(previewed.id).link == pseudonym(key, SAME_NUMBER)
    assert unknown.link is None


def test_the_preview_of_a_draft_shows_the_link_that_will_be_sent(store):
    store.links.make_key()
    store.save_draft(a_draft(3, local=LocalDetails(record_number=NUMBER)))

    preview = store.preview_draft("d1", None)

    assert preview.link is not None
    assert preview.link == store.record_draft("d1", None).link


def test_a_case_of_another_tablet_with_the_same_number_is_linked_both_ways(store):
    key = store.links.make_key()
    record(store)
    receive(store, theirs(key=key), theirs(2, case_id=THIRD, key=key, number="another 12"))

    assert store.links.of(CASE) == LinkedCases(linked=(THEIRS,))
    assert store.links.of(THEIRS) == LinkedCases(linked=(CASE,))
    assert store.links.of(THIRD) == NOBODY


def test_a_case_recorded_before_there_was_a_key_is_found_all_the_same(store):
    record(store)
    key = bytes(range(32))
    receive(store, theirs(key=key))
    assert store.links.of(CASE) == NOBODY

    store.links.take_key(key)

    assert store.links.of(CASE) == LinkedCases(linked=(THEIRS,))
    assert store.links.of(THEIRS) == LinkedCases(linked=(CASE,))
    assert {row.case_id: row.same_child for row in store.summaries()} == {CASE: 2, THEIRS: 2}


def test_another_clinics_key_links_nothing(store):
    store.links.make_key()
    record(store)
    receive(store, theirs(key=bytes(32)))

    assert store.links.of(CASE) == NOBODY


def test_two_cases_of_this_tablet_are_linked_by_their_number_without_any_key(store):
    record(store)
    record(store, SAME_NUMBER, case_id=THIRD, draft_id="d3")

    assert store.links.of(CASE) == LinkedCases(linked=(THIRD,))


def test_a_renewed_key_leaves_old_links_as_they_are(store):
    old = store.links.make_key()
    first = record(store)
    receive(store, theirs(key=old))
    new = store.links.make_key()
    second = store.record(CASE, EntryKind.FOLLOW_UP, {"sex": "male"})
    receive(store, theirs(2, case_id=THIRD, key=new))

    assert new != old
    assert store.log(CASE)[first.id].link != second.link
    assert set(store.links.of(CASE).linked) == {THEIRS, THIRD}


def test_the_key_survives_locking_and_is_in_no_file_as_it_is(tablet):
    store = tablet.set_up()
    key = store.links.make_key()
    store.close()

    kept = tablet.bytes_on_disk().values()
    assert not [raw for raw in kept if key in raw or key.hex().encode() in raw]
    store = tablet.open()
    assert store.links.clinic_key() == key
    store.close()


def test_a_known_record_number_is_found_however_it_is_typed(store):
    record(store)

    assert store.links.known_under(SAME_NUMBER, besides=THIRD) == CASE
    assert store.links.known_under(" MRN/00.4711 ", besides=THIRD) == CASE
    assert store.links.known_under(SAME_NUMBER, besides=CASE) is None
    assert store.links.known_under("MRN 4712", besides=THIRD) is None
    assert store.links.known_under("none", besides=THIRD) is None


def test_a_number_that_only_another_tablet_has_seen_is_known_by_its_link(store):
    key = store.links.make_key()
    receive(store, theirs(key=key))

    assert store.links.known_under(NUMBER, besides=CASE) == THEIRS


def test_numbers_written_before_the_tablet_kept_them_are_noted_once(tablet):
    store = tablet.set_up()
    record(store)
    with store.database.writing() as session:
        # As a file of an older version is after its migration.
        session.delete(session.get_one(CaseNumberRow, CASE))
        assert session.get(SettingRow, "record_numbers_noted") is None

    assert store.links.known_under(SAME_NUMBER, besides=THIRD) == CASE
    store.close()


def test_not_the_same_child_parts_two_cases_on_this_tablet_and_can_be_taken_back(store):
    key = store.links.make_key()
    record(store)
    receive(store, theirs(key=key))

    store.set_apart(CASE, THEIRS, is_apart=True)
    store.set_apart(CASE, THEIRS, is_apart=True)

    assert store.links.of(CASE) == LinkedCases(apart=(THEIRS,))
    assert store.links.of(THEIRS) == LinkedCases(apart=(CASE,))
    (correction,) = [entry for entry in store.log(CASE) if entry.kind is EntryKind.CORRECTION]
    assert store.sent_form(correction.id).apart == (THEIRS,)

    store.set_apart(THEIRS, CASE, is_apart=False)

    assert store.links.of(CASE) == LinkedCases(linked=(THEIRS,))


def test_the_word_of_another_tablet_or_of_the_coordinator_parts_them_too(store):
    key = store.links.make_key()
    record(store)
    receive(store, theirs(key=key), theirs(2, case_id=THIRD, key=key))

    receive(store, Entry(EntryId(OTHER, 3), THEIRS, EntryKind.CORRECTION, {}, (EntryId(OTHER, 1),), apart=(CASE,)))
    receive(store, reviews=(Review(9, THIRD, "received", None, (), "", apart=(CASE,)),))

    assert store.links.of(CASE) == LinkedCases(apart=(THEIRS,), apart_by_coordinator=(THIRD,))
    receive(store, reviews=(Review(10, THIRD, "received", None, (), ""),))
    assert store.links.of(CASE) == LinkedCases(linked=(THIRD,), apart=(THEIRS,))


def test_a_withdrawn_case_is_linked_to_nothing_and_keeps_neither_link_nor_number(store):
    key = store.links.make_key()
    entry = record(store)
    receive(store, theirs(key=key))

    withdrawal = store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    assert withdrawal.link is None
    assert store.sent_form(entry.id).link is None
    assert store.links.of(THEIRS) == store.links.of(CASE) == NOBODY
    assert store.links.known_under(NUMBER, besides=THIRD) == THEIRS
    with store.database.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT case_id FROM case_link UNION SELECT case_id FROM case_number"
        )
        assert [row[0] for row in rows] == [THEIRS]
    with pytest.raises(InvalidInput, match="withdrawn"):
        store.set_apart(CASE, THEIRS, is_apart=True)


def test_a_withdrawal_that_arrives_takes_the_link_of_a_pulled_case_away(store):
    key = store.links.make_key()
    record(store)
    receive(store, theirs(key=key))
    withdrawal = Entry(EntryId(OTHER, 2), THEIRS, EntryKind.WITHDRAWAL, {}, (EntryId(OTHER, 1),))

    receive(store, withdrawal)

    assert store.links.of(CASE) == NOBODY
    assert all(entry.link is None for entry in store.log(THEIRS))
    assert replace(withdrawal, parents=()).link is None


def test_a_case_names_at_most_sixteen_others(store):
    record(store)
    for number in range(16):
        store.set_apart(CASE, CaseId(f"{number + 1:032x}"), is_apart=True)

    with pytest.raises(InvalidInput, match="at most 16"):
        store.set_apart(CASE, THEIRS, is_apart=True)
