"""The exchange over real HTTP: what is pushed is kept once, and reaches the site's other tablets without a gap."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from shared.canonical import read_json
from shared.case.entry import Entry, EntryKind, entry_from_json
from shared.sync.batch import GENESIS, Batch, batch_hash, entry_hash
from shared.sync.messages import ChainHead, read_response, write_request
from sync_server.repositories import entries
from sync_server.services.exchange import MANY_WAIT, PAGE_WHILE_MANY_WAIT
from sync_server.services.request_signature import SignedRequest
from tests.databases import a_copy, every_row
from tests.joined import an_enrolled_tablet
from tests.server_world import RunningServer, Tablet, conclusion, new_case, running_server


def enrolled(server: RunningServer, site: str = "Clinic A") -> Tablet:
    return Tablet(server.url).enrol(server.code(site))


def test_what_one_tablet_pushes_another_of_the_site_pulls_unchanged(server: RunningServer) -> None:
    first, second = enrolled(server), enrolled(server)
    entry = first.entry(
        new_case(), {"fever_ge_38": False, "region": ("hand", "wrist"), "side": "left"}, concluded=conclusion()
    )

    pushed = first.push(entry)
    pulled = second.exchange()

    assert pushed.acknowledged.seq == 1
    assert pulled.entries == (entry,)
    assert not pulled.more


def test_while_many_wait_a_push_is_stored_whole_and_brings_little_and_the_rest_comes_next(
    server: RunningServer,
) -> None:
    writer, tablet = enrolled(server), enrolled(server)
    written = [writer.entry(new_case()) for _ in range(PAGE_WHILE_MANY_WAIT + 20)]
    writer.push(*written)
    own = [tablet.entry(new_case()) for _ in range(PAGE_WHILE_MANY_WAIT + 5)]

    sent = tablet.signed(write_request(tablet.request(tablet.batch(own))))
    signed = SignedRequest("POST", str(sent.url), Headers(dict(sent.headers)), bytes(sent.body or b""))
    first = server.services.exchange.answer(signed, waiting=MANY_WAIT)
    tablet.head, tablet.cursor = first.response.acknowledged, first.response.cursor
    tablet.epoch, tablet.nonce = first.response.epoch, first.response.nonce
    second = tablet.exchange()

    assert tablet.head.seq == len(own)
    assert (len(first.entries), first.response.more, first.response.holds) == (PAGE_WHILE_MANY_WAIT, True, None)
    assert [entry_from_json(read_json(text)) for text in first.entries] + [*second.entries] == written
    assert not second.more


def test_a_tablet_does_not_get_its_own_entries_back(server: RunningServer) -> None:
    tablet = enrolled(server)

    tablet.push(tablet.entry(new_case()))

    assert tablet.exchange().entries == ()


def test_entries_stay_within_their_site(server: RunningServer) -> None:
    here, elsewhere = enrolled(server, "Clinic A"), enrolled(server, "Clinic B")

    here.push(here.entry(new_case()))

    assert elsewhere.exchange().entries == ()


def test_the_same_batch_sent_twice_is_stored_once(server: RunningServer) -> None:
    tablet, other = enrolled(server), enrolled(server)
    batch = tablet.batch([tablet.entry(new_case()), tablet.entry(new_case())])

    once = read_response(tablet.post(batch).content)
    twice = read_response(tablet.post(batch).content)

    assert once.acknowledged == twice.acknowledged
    assert twice.quarantined == ()
    assert len(other.exchange().entries) == 2
    assert server.services.figures.figures().entries == 2


def test_batches_chain_over_several_requests_and_several_in_one(server: RunningServer) -> None:
    tablet = enrolled(server)
    tablet.push(tablet.entry(new_case()))
    first = tablet.batch([tablet.entry(new_case())])
    second_entry = tablet.entry(new_case())
    middle = ChainHead(2, hash_of(tablet, first))
    second = tablet.batch([second_entry], after=middle)

    response = tablet.exchange(first, second)

    assert response.acknowledged.seq == 3


def test_pulling_in_pages_gives_every_entry_once_and_in_order(server: RunningServer) -> None:
    writer, reader = enrolled(server), enrolled(server)
    case = new_case()
    written: list[Entry] = []
    for _ in range(3):
        entries_ = [writer.entry(case) for _ in range(400)]
        writer.push(*entries_)
        written += entries_

    pages = [reader.exchange()]
    while pages[-1].more:
        pages.append(reader.exchange())

    assert [entry for page in pages for entry in page.entries] == written
    assert [len(page.entries) for page in pages] == [500, 500, 200]


def test_a_pull_beside_many_pushes_never_steps_over_an_entry(server: RunningServer) -> None:
    writers = [enrolled(server) for _ in range(4)]
    reader = enrolled(server)
    got: list[Entry] = []

    def push_some(tablet: Tablet) -> None:
        for _ in range(8):
            tablet.push(tablet.entry(new_case()))

    threads = [threading.Thread(target=push_some, args=(tablet,)) for tablet in writers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        got += reader.exchange().entries
    for thread in threads:
        thread.join()
    got += reader.exchange().entries

    assert len(got) == 32
    assert len({entry.id for entry in got}) == 32


def test_a_cursor_of_another_database_begins_again_at_the_start(server: RunningServer) -> None:
    writer, reader = enrolled(server), enrolled(server)
    writer.push(writer.entry(new_case()))
    reader.exchange()

    reader.epoch = "another database"
    again = reader.exchange()

    assert len(again.entries) == 1


def test_what_was_acknowledged_is_there_after_a_restart(database_url: str) -> None:
    with running_server(database_url) as before:
        tablet, other = enrolled(before), enrolled(before)
        acknowledged = tablet.push(tablet.entry(new_case())).acknowledged

    with running_server(database_url) as after:
        tablet.url = other.url = after.url
        again = tablet.exchange()
        pulled = other.exchange()

    assert again.acknowledged == acknowledged
    assert len(pulled.entries) == 1
    assert again.epoch == tablet.epoch


def test_a_withdrawal_erases_the_content_and_leaves_a_chain_that_still_verifies(server: RunningServer) -> None:
    tablet, other, late = enrolled(server), enrolled(server), enrolled(server)
    case = new_case()
    first = tablet.entry(case, {"purulent_discharge": True})
    tablet.push(first)
    other.exchange()
    withdrawal = other.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[first])

    other.push(withdrawal)
    after_withdrawal = tablet.push(tablet.entry(case, {"purulent_discharge": False}, parents=[first]))

    assert after_withdrawal.acknowledged.seq == 2
    assert late.exchange().entries == (withdrawal,)
    assert server.services.figures.figures().cases == 0
    with server.services.database.reading() as session:
        hashes = entries.hashes(session, 1, tablet.device, 1, 2)
    assert len(hashes) == 2
    assert tablet.push(tablet.entry(new_case())).acknowledged.seq == 3


def test_a_withdrawal_erases_the_content_from_every_row(server: RunningServer) -> None:
    tablet = enrolled(server)
    case = new_case()
    first = tablet.entry(case, {"purulent_discharge": True})
    tablet.push(first)
    assert b"purulent_discharge" in every_row(server.database_url)

    tablet.push(tablet.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[first]))

    stored = every_row(server.database_url)
    assert b"withdrawal_reason" in stored
    assert b"purulent_discharge" not in stored


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_withdrawal_erases_the_content_from_every_file_of_the_running_server(server: RunningServer) -> None:
    """Of a SQLite file: where PostgreSQL keeps what was overwritten is its own affair, and SECURITY.md says so."""
    tablet = enrolled(server)
    case = new_case()
    first = tablet.entry(case, {"purulent_discharge": True})
    tablet.push(first)

    tablet.push(tablet.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[first]))

    stored = server.stored_bytes()
    assert b"withdrawal_reason" in stored
    assert b"purulent_discharge" not in stored


def test_tablets_notice_that_the_server_was_put_back_to_an_older_copy(database_url: str, tmp_path: Path) -> None:
    """Its epoch is the old one, and it gives the lost positions out anew: an older cursor would step over entries."""
    with running_server(database_url) as server:
        writer, reader, third = enrolled(server), enrolled(server), enrolled(server)
    with a_copy(database_url, tmp_path) as older:
        with running_server(database_url) as server:
            third.url = reader.url = server.url
            lost = [third.entry(new_case()) for _ in range(3)]
            third.push(*lost)
            reader.exchange()

        with running_server(older) as server:
            third.url = reader.url = writer.url = server.url
            # As many as were lost, and more: the reader's cursor lies among them.
            written = [writer.entry(new_case()) for _ in range(5)]
            writer.push(*written)
            reader.post()
            missed = reader.exchange()
            third.post()
            third_answer = third.exchange()
            reader.cursor = 0 if third_answer.epoch != missed.epoch else reader.cursor
            found = reader.exchange()

    assert third_answer.acknowledged.seq == 0
    assert {entry.id for entry in (*missed.entries, *found.entries)} == {entry.id for entry in written}
    assert found.epoch == third_answer.epoch != missed.epoch


def test_a_cursor_beyond_what_is_stored_gives_the_site_a_new_epoch(server: RunningServer) -> None:
    writer, reader = enrolled(server), enrolled(server)
    writer.push(writer.entry(new_case()))
    known = reader.exchange().epoch

    reader.cursor = 99
    again = reader.exchange()

    assert again.epoch != known
    assert len(again.entries) == 1
    assert writer.exchange().epoch == again.epoch
    assert reader.exchange().epoch == again.epoch


def hash_of(tablet: Tablet, batch: Batch) -> bytes:
    hashes = [entry_hash(entry) for entry in batch.entries]
    return batch_hash(tablet.device, batch.first_seq, tablet.head.hash, hashes)


def test_an_empty_server_says_that_it_holds_nothing(server: RunningServer) -> None:
    tablet = enrolled(server)

    response = read_response(tablet.send(tablet.signed(write_request(tablet.request()))).content)

    assert response.acknowledged == ChainHead(0, GENESIS)
    assert (response.entries, response.reviews, response.cursor) == ((), (), 0)


def test_a_case_of_more_heads_than_an_entry_can_name_takes_further_visits_and_can_be_withdrawn(
    server: RunningServer, tmp_path: Path
) -> None:
    writer, case_id = enrolled(server), new_case()
    writer.push(*(writer.entry(case_id, {"fever_ge_38": number % 2 == 0}) for number in range(70)))
    tablet = an_enrolled_tablet(tmp_path / "tablet", server)
    tablet.sync()

    visit = tablet.record(case_id, {"fever_ge_38": True})
    correction = tablet.record(case_id, {"fever_ge_38": False})

    assert len(visit.parents) == 64
    assert visit.id in correction.parents
    assert len(tablet.store.log(case_id).heads) == 1
    tablet.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    assert tablet.sync().failure == ""
    assert server.services.figures.figures().cases == 0
    tablet.close()
