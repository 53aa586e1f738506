"""An entry that cannot be accepted is set apart with a reason; the rest goes through, and nothing is overwritten."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import text

from shared.case.entry import AnswerValue, Conclusion, EntryKind, Quantity, RankedCondition
from shared.sync.batch import GENESIS, entry_hash
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead
from sync_server.main import load_digests
from sync_server.repositories import audit
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from tests.server_world import RunningServer, Tablet, conclusion, new_case

UNKNOWN_CODE = "This entry holds an answer that the server does not know. Update the server."
DROPPED = "This entry holds something that must not leave the tablet. It was not kept here."
BAD_FORM = "This entry holds an answer that is not in the form in which it may be sent."
BAD_CONCLUSION = "The conclusion of this entry is not one that the server's knowledge can state."
DIFFERS = "An entry with this number and other content is stored already. The first one stays."


@pytest.fixture
def tablet(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


@pytest.fixture
def reader(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"zuleika_haddad": True}, UNKNOWN_CODE),
        ({"patient_name": "Zuleika Haddad"}, DROPPED),
        ({"note": "Zuleika Haddad came with her aunt"}, DROPPED),
        ({"fever_ge_38": "Zuleika Haddad"}, BAD_FORM),
        ({"fever_ge_38": 1}, BAD_FORM),
        ({"swelling_consistency": "like Zuleika Haddad"}, BAD_FORM),
        ({"age_days": 274}, BAD_FORM),
        ({"age_group": "Zuleika Haddad"}, BAD_FORM),
        ({"presentation_month": "2026-11-03"}, BAD_FORM),
        ({"visit_day": -1}, BAD_FORM),
        ({"presentation_month": "2026-11", "visit_day": 3}, BAD_FORM),
        ({"crp": Quantity(17.2345, "mg/L")}, BAD_FORM),
        ({"crp": Quantity(17, "Zuleika Haddad")}, BAD_FORM),
        ({"region": ("zuleika_haddad",)}, BAD_FORM),
    ],
)
def test_an_answer_that_may_not_be_sent_sets_its_entry_apart(
    server: RunningServer, tablet: Tablet, reader: Tablet, answers: Mapping[str, AnswerValue], reason: str
) -> None:
    good, bad, also_good = tablet.entry(new_case()), tablet.entry(new_case(), answers), tablet.entry(new_case())

    response = tablet.push(good, bad, also_good)

    assert response.acknowledged.seq == 3
    assert [(item.seq, item.reason) for item in response.quarantined] == [(2, reason)]
    assert reader.exchange().entries == (good, also_good)
    stored = server.stored_bytes()
    assert b"uleika" not in stored


@pytest.mark.parametrize(
    "concluded",
    [
        conclusion(condition="zuleika_haddad"),
        conclusion(disposition="tomorrow"),
        conclusion(red_flags=("zuleika_haddad",)),
        replace(conclusion(), knowledge_version="Zuleika Haddad"),
        Conclusion("1.0", "routine", (), (RankedCondition("cellulitis", 0.123456789, 0.1, 0.2),), True),
    ],
)
def test_a_conclusion_that_the_knowledge_cannot_state_sets_its_entry_apart(
    tablet: Tablet, concluded: Conclusion
) -> None:
    response = tablet.push(tablet.entry(new_case(), concluded=concluded))

    assert [(item.seq, item.reason) for item in response.quarantined] == [(1, BAD_CONCLUSION)]


def test_a_lost_answer_does_not_hide_what_was_set_apart(tablet: Tablet) -> None:
    batch = tablet.batch([tablet.entry(new_case(), {"zuleika_haddad": True})])
    tablet.post(batch)

    again = tablet.exchange(batch)

    assert [(item.seq, item.reason) for item in again.quarantined] == [(1, UNKNOWN_CODE)]


def test_the_chain_goes_on_behind_an_entry_that_was_set_apart(tablet: Tablet, reader: Tablet) -> None:
    tablet.push(tablet.entry(new_case(), {"zuleika_haddad": True}))
    good = tablet.entry(new_case())

    response = tablet.push(good)

    assert response.acknowledged.seq == 2
    assert reader.exchange().entries == (good,)


def test_other_content_under_a_used_number_is_set_apart_and_the_first_stays(
    server: RunningServer, tablet: Tablet, reader: Tablet
) -> None:
    case = new_case()
    first = tablet.entry(case, {"fever_ge_38": False})
    head = tablet.push(first).acknowledged
    other = replace(first, answers={"fever_ge_38": True})

    again = [tablet.post(tablet.batch([other], after=ChainHead(0, GENESIS))) for _ in range(2)]

    for answer in again:
        assert answer.status_code == 409
        error = answer.json()["error"]
        assert error["code"] == "identity"
        assert error["acknowledged"] == {"seq": head.seq, "hash": b64encode(head.hash).decode()}
        assert error["epoch"] == tablet.epoch
        assert error["quarantined"] == [[1, DIFFERS]]
        assert error["nonce"]
    assert reader.exchange().entries == (first,)
    assert server.services.figures.figures().quarantined == 1
    with server.services.database.reading() as session:
        acts = [(row.actor, row.object) for row in audit.every(session) if row.action == "identity conflict"]
    assert acts == [(f"tablet {tablet.device}", f"entry {tablet.device} 1")]


def test_beside_other_content_under_a_used_number_all_the_rest_is_stored(tablet: Tablet, reader: Tablet) -> None:
    first = tablet.entry(new_case(), {"fever_ge_38": False})
    head = tablet.push(first).acknowledged
    other, more = replace(first, answers={"fever_ge_38": True}), tablet.entry(new_case())

    answer = tablet.post(tablet.batch([other], after=ChainHead(0, GENESIS)), tablet.batch([more], after=head))

    assert answer.status_code == 409
    assert answer.json()["error"]["acknowledged"]["seq"] == 2
    assert reader.exchange().entries == (first, more)


def test_what_the_server_has_lost_of_a_signed_batch_is_stored_again_when_it_comes_again(
    server: RunningServer, tablet: Tablet, reader: Tablet
) -> None:
    case = new_case()
    sent = [tablet.entry(case), tablet.entry(case, {"zuleika_haddad": True}), tablet.entry(case)]
    batch = tablet.batch(sent)
    before = tablet.exchange(batch).holds
    with server.services.database.writing() as session:
        for table, seq in (("entry", 1), ("quarantine", 2)):
            session.execute(text(f"DELETE FROM {table} WHERE seq = {seq}"))

    tablet.head = ChainHead(0, GENESIS)
    again = tablet.exchange(batch)

    assert again.acknowledged.seq == 3
    assert [item.seq for item in again.quarantined] == [2]
    assert {entry.id.seq for entry in reader.exchange().entries} == {1, 3}
    assert again.holds == before
    told: list[str] = []
    Verification(server.services.database, load_digests(Settings().assets), told.append).run()
    assert told == []


def test_every_answer_with_nothing_more_behind_it_says_what_the_site_holds(tablet: Tablet, reader: Tablet) -> None:
    case, kept = new_case(), new_case()
    first, second, good = tablet.entry(case), tablet.entry(case, {"zuleika_haddad": True}), tablet.entry(kept)
    assert tablet.push(first, second, good).holds == Holding.of(map(entry_hash, (first, good)))
    follow_up = reader.entry(case, kind=EntryKind.FOLLOW_UP)
    assert reader.push(follow_up).holds == Holding.of(map(entry_hash, (first, good, follow_up)))

    withdrawal = tablet.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL)
    assert tablet.push(withdrawal).holds == Holding.of(map(entry_hash, (good, withdrawal)))
    late = reader.push(reader.entry(case, kind=EntryKind.FOLLOW_UP))
    assert late.holds == Holding.of(map(entry_hash, (good, withdrawal)))


def test_parents_in_a_circle_set_the_closing_entry_apart(tablet: Tablet, reader: Tablet) -> None:
    case = new_case()
    early, late = tablet.entry(case), reader.entry(case)
    tablet.push(replace(early, parents=(late.id,)))

    response = reader.push(replace(late, parents=(early.id,)))

    assert [item.reason for item in response.quarantined] == ["The parents of this entry run in a circle."]


def test_a_case_of_another_site_is_not_written_to(server: RunningServer, tablet: Tablet) -> None:
    stranger = Tablet(server.url).enrol(server.code("Clinic B"))
    case = new_case()
    tablet.push(tablet.entry(case))

    response = stranger.push(stranger.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL))

    # It withdraws the case of its own site that has the same id, as after a hand-over between clinics.
    assert response.quarantined == ()
    assert server.services.figures.figures().cases == 1
    reader = Tablet(server.url).enrol(server.code())
    assert [entry.answers for entry in reader.exchange().entries] == [{"fever_ge_38": False}]


def test_an_entry_far_larger_than_any_visit_is_set_apart(tablet: Tablet) -> None:
    # All within the policy, but no visit ranks one condition three hundred times.
    row = RankedCondition("cellulitis", 0.11, 0.01, 0.21)
    huge = Conclusion("1.0", "routine", (), (row,) * 600, True)

    response = tablet.push(tablet.entry(new_case(), concluded=huge))

    assert [item.reason for item in response.quarantined] == ["This entry is larger than 12 KB."]
