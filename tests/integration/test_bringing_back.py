"""What a tablet brings back of others is kept apart, believed of its author only, and undoes no withdrawal."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from shared.canonical import canonical_json
from shared.case.entry import Entry, EntryKind
from shared.sync.batch import entry_hash
from shared.sync.compare import CompareRequest, CompareResponse, Range, write_compare_request
from sync_server.main import load_digests
from sync_server.repositories import audit, devices, witnessed
from sync_server.repositories.witnessed import KeptApart
from sync_server.services.refusals import Malformed
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from tests.server_world import RunningServer, Tablet, new_case, signed_in


@pytest.fixture
def author(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


@pytest.fixture
def bringer(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


def compare(server: RunningServer, tablet: Tablet, request: CompareRequest) -> CompareResponse:
    with server.services.database.reading() as session:
        device = devices.find(session, tablet.device)
    assert device is not None
    return server.services.compare.compare(device, request)


def bring(server: RunningServer, tablet: Tablet, *entries: Entry) -> CompareResponse:
    return compare(server, tablet, CompareRequest(tablet.device, witnessed=entries))


def apart(server: RunningServer) -> list[KeptApart]:
    with server.services.database.reading() as session:
        return witnessed.of_site(session, 1)


def acts(server: RunningServer) -> list[str]:
    with server.services.database.reading() as session:
        return [f"{row.action}: {row.object}" for row in audit.every(session) if row.action != "enrolled"]


def faults(server: RunningServer) -> list[str]:
    told: list[str] = []
    Verification(server.services.database, load_digests(Settings().assets), told.append).run()
    return told


def test_what_is_brought_is_not_passed_on_before_its_author_signs_it(
    server: RunningServer, author: Tablet, bringer: Tablet
) -> None:
    entry = author.entry(new_case())
    for _ in range(2):
        assert bring(server, bringer, entry).not_kept == ()
    reader = Tablet(server.url).enrol(server.code())
    assert reader.exchange().entries == ()
    assert [one.hash for one in apart(server)] == [entry_hash(entry)]
    assert acts(server).count(f"brought back: entry {author.device} 1") == 1

    author.push(entry)

    assert reader.exchange().entries == (entry,)
    assert apart(server) == []
    assert faults(server) == []


def test_what_its_author_did_not_say_stays_apart_in_conflict(
    server: RunningServer, author: Tablet, bringer: Tablet
) -> None:
    entry = author.entry(new_case(), {"fever_ge_38": False})
    forged = replace(entry, answers={"fever_ge_38": True})
    bring(server, bringer, forged)

    author.push(entry)

    assert bringer.exchange().entries == (entry,)
    assert [one.hash for one in apart(server)] == [entry_hash(forged)]
    assert acts(server)[-1] == f"identity conflict: entry {author.device} 1, as another tablet brought it back"
    assert server.services.figures.figures().quarantined == 1
    # The other way round too: it is stored, and somebody brings something else.
    late = author.entry(new_case(), {"fever_ge_38": False})
    author.push(late)
    (refused,) = bring(server, bringer, replace(late, answers={"fever_ge_38": True})).not_kept
    assert refused.id == late.id
    assert server.services.figures.figures().quarantined == 2
    assert faults(server) == []


def test_what_may_not_leave_a_tablet_is_not_kept(server: RunningServer, author: Tablet, bringer: Tablet) -> None:
    named = author.entry(new_case(), {"patient_name": "Zuleika Haddad"})

    (refused,) = bring(server, bringer, named).not_kept

    assert refused.id == named.id
    assert b"uleika" not in server.stored_bytes()


def test_what_was_withdrawn_is_not_kept_and_the_withdrawal_is_given(
    server: RunningServer, author: Tablet, bringer: Tablet
) -> None:
    case = new_case()
    first, brought = author.entry(case), author.entry(case, {"erythema": True}, kind=EntryKind.FOLLOW_UP)
    author.push(first)
    bring(server, bringer, brought)
    author.written = 1
    withdrawal = author.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL)
    author.push(withdrawal)

    # The number is the withdrawal's now; what was brought under it is erased with its case.
    assert [one.payload for one in apart(server)] == [None]
    late = replace(brought, id=replace(brought.id, seq=7))
    response = bring(server, bringer, late)
    assert [one.id for one in response.not_kept] == [late.id]
    assert response.entries == (withdrawal,)
    assert faults(server) == []


def test_a_withdrawal_that_was_brought_back_hides_and_erases_the_case(
    server: RunningServer, author: Tablet, bringer: Tablet
) -> None:
    case = new_case()
    author.push(author.entry(case, {"fluctuance": True}))
    withdrawal = author.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL)

    cookies = {"handwise_session": signed_in(server.services)}

    def listed() -> int:
        return int(requests.get(f"{server.url}/review/api/cases", cookies=cookies, timeout=30).json()["total"])

    assert listed() == 1
    assert bring(server, bringer, withdrawal).not_kept == ()

    assert listed() == 0
    assert server.services.figures.figures().cases == 0
    assert Tablet(server.url).enrol(server.code()).exchange().entries == ()
    assert faults(server) == []
    author.push(withdrawal)
    assert apart(server) == []
    assert faults(server) == []


def test_parts_of_tablets_are_counted_up_to_a_limit(server: RunningServer, author: Tablet) -> None:
    case = new_case()
    author.push(*(author.entry(case) for _ in range(450)))
    parts = (Range(author.device, 2, 450),) * 256

    with pytest.raises(Malformed, match="at most 100000"):
        compare(server, author, CompareRequest(author.device, parts))


def test_nobody_compares_without_a_signature_or_in_anothers_name(
    server: RunningServer, author: Tablet, bringer: Tablet
) -> None:
    body = write_compare_request(CompareRequest(author.device))
    headers = {"content-type": "application/json"}

    assert requests.post(f"{server.url}/v1/compare", body, headers=headers, timeout=30).status_code == 401
    # Signed for the one address, it is not good for the other.
    signed = author.signed(body)
    signed.url = f"{server.url}/v1/compare"
    assert author.send(signed).status_code == 401
    assert requests.post(f"{server.url}/v1/compare", canonical_json({}), headers=headers, timeout=30).status_code == 401
    assert bringer.device not in str(acts(server))
