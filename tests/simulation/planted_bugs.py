"""Bugs planted into the real code, one at a time: the simulation must catch each of them.

Each is what somebody could write by mistake, in as few lines as that mistake would have. `caught_by` is a seed that
catches it today; where the code has changed so that it no longer does, the seeds from 0 on are tried, and
`python -m tests.simulation 0 1000 --planted` finds new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import delete
from sqlmodel import Session, col

import sync_server.database as server_database
import sync_server.services.exchange as exchange
import sync_server.services.intake as server_intake
from mobile_app.storage import case_index, case_store, comparison, database, outbox
from mobile_app.storage import intake as tablet_intake
from mobile_app.storage.tables import DeviceRow, EntryRow
from mobile_app.storage.withdrawal import is_withdrawn
from shared.case.entry import Entry, EntryId
from shared.case.fold import CaseState, fold
from shared.case.log import CaseLog
from shared.sync.messages import ChainHead, Quarantined, SyncRequest, SyncResponse
from sync_server.repositories import devices, entries
from sync_server.repositories.entries import NewEntry
from sync_server.services.refusals import Malformed
from tests.simulation import tablet as simulated_tablet
from tests.simulation.chance import seeded
from tests.simulation.planted_without_network import RARELY_SHOWN, WITHOUT_NETWORK
from tests.simulation.profile import draw_profile
from tests.simulation.running import play
from tests.simulation.template import the_template

Plant = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class PlantedBug:
    """A mistake, and a seed whose history shows it."""

    plant: Plant
    caught_by: int
    needs: Sequence[str] = ()
    """Acts without which it cannot show: seeds that do not have them need not be tried."""


# On the server


def the_server_answers_before_it_commits() -> AbstractContextManager[Any]:
    @contextmanager
    def writing(self: Any, **_: Any) -> Iterator[Session]:
        # What was answered is committed when the next request comes, if it comes.
        if (before := _uncommitted.pop(id(self), None)) is not None:
            before.commit()
            before.close()
        session = Session(self._writing, expire_on_commit=False)
        try:
            yield session
            session.flush()
        except BaseException:
            session.close()
            raise
        _uncommitted[id(self)] = session

    _uncommitted: dict[int, Session] = {}
    return patch.object(server_database.Database, "writing", writing)


def the_page_ends_one_position_too_far() -> AbstractContextManager[Any]:
    page = exchange._page

    def one_too_far(session: Session, device: Any, cursor: int) -> Any:
        found = page(session, device, cursor)
        return replace(found, cursor=found.cursor + bool(found.entries))

    return patch.object(exchange, "_page", one_too_far)


def a_repeated_batch_counts_as_another() -> AbstractContextManager[Any]:
    def compare(self: Any, session: Session, device: Any, looked: Any) -> list[Quarantined]:
        return [Quarantined(entry.id.seq, "It is stored already.") for entry in looked.batch.entries]

    return patch.object(server_intake.Intake, "_compare", compare)


def the_last_entry_of_a_batch_is_left_out() -> AbstractContextManager[Any]:
    add = entries.add

    def part(session: Session, device: Any, new: Sequence[NewEntry]) -> None:
        add(session, device, new[:-1] if len(new) > 1 else new)

    return patch.object(entries, "add", part)


def one_refused_entry_stops_the_whole_request() -> AbstractContextManager[Any]:
    sort_out = server_intake.Intake._sort_out

    def strict(self: Any, *given: Any) -> Any:
        accepted, refused = sort_out(self, *given)
        if refused:
            raise Malformed("batches: hold an entry that cannot be accepted")
        return accepted, refused

    return patch.object(server_intake.Intake, "_sort_out", strict)


def what_comes_after_a_withdrawal_is_kept() -> AbstractContextManager[Any]:
    def kept(entry: Entry, case_no: int, position: int, is_erased: bool = False) -> NewEntry:
        return NewEntry(entry, case_no, position)

    return patch.object(server_intake, "NewEntry", kept)


def an_older_database_is_not_noticed() -> AbstractContextManager[Any]:
    return _both(patch.object(exchange, "_remembers_more", lambda *_: False), _without_comparison())


def a_nonce_may_be_used_twice() -> AbstractContextManager[Any]:
    # It is neither taken out of use nor replaced.
    return _both(
        patch.object(devices, "use_nonce", lambda *_: True),
        patch.object(devices, "set_next_nonce", lambda *_: None),
    )


def the_server_does_not_force_its_log_to_the_disk() -> AbstractContextManager[Any]:
    prepare = server_database._prepare_sqlite

    def careless(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = NORMAL").close()

    return patch.object(server_database, "_prepare_sqlite", careless)


# On the tablet


def the_tablet_does_not_force_its_log_to_the_disk() -> AbstractContextManager[Any]:
    careless = tuple(("synchronous", "NORMAL", 1) if one[0] == "synchronous" else one for one in database._SETTINGS)
    return patch.object(database, "_SETTINGS", careless)


def the_head_moves_when_the_request_is_made() -> AbstractContextManager[Any]:
    next_request = outbox.EncryptedOutbox.next_request

    def hopeful(self: outbox.EncryptedOutbox, **limits: Any) -> SyncRequest:
        request = next_request(self, **limits)
        if request.batches:
            with self._database.writing() as session:
                row = self._chain.state(session)
                last = session.get_one(self._chain.batch, request.batches[-1].first_seq) if not self.former() else None
                if last is not None:
                    row.acknowledged_seq, row.acknowledged_hash = last.last_seq, last.hash
                    session.add(row)
        return request

    return patch.object(outbox.EncryptedOutbox, "next_request", hopeful)


def the_cursor_is_saved_before_its_page() -> AbstractContextManager[Any]:
    save_response = outbox.EncryptedOutbox.save_response

    def early(self: outbox.EncryptedOutbox, request: SyncRequest, response: SyncResponse) -> Any:
        if response.epoch == request.epoch:
            with self._database.writing() as session:
                row = self._chain.state(session)
                row.cursor = response.cursor
                session.add(row)
        return save_response(self, request, response)

    return patch.object(outbox.EncryptedOutbox, "save_response", early)


def the_cursor_outlives_its_database() -> AbstractContextManager[Any]:
    move_head = outbox.EncryptedOutbox.move_head

    def kept(self: outbox.EncryptedOutbox, head: ChainHead, epoch: str) -> bool:
        with self._database.reading() as session:
            cursor = self._chain.state(session).cursor
        has_moved = move_head(self, head, epoch)
        with self._database.writing() as session:
            row = self._chain.state(session)
            row.cursor = cursor
            session.add(row)
        return has_moved

    return _both(patch.object(outbox.EncryptedOutbox, "move_head", kept), _without_comparison())


def a_refused_entry_is_dropped() -> AbstractContextManager[Any]:
    def drop(session: Session, chain: Any, request: SyncRequest, quarantined: Sequence[Quarantined]) -> None:
        for item in quarantined:
            session.exec(delete(EntryRow).where(col(EntryRow.device) == chain.device, col(EntryRow.seq) == item.seq))

    return patch.object(outbox, "_note_refusals", drop)


def what_comes_again_is_taken_in_again() -> AbstractContextManager[Any]:
    return patch.object(tablet_intake, "_known_texts", lambda *_: {})


def a_withdrawn_case_can_be_written_on() -> AbstractContextManager[Any]:
    erase = case_index._without_withdrawn_content

    def once(session: Session, logs: Sequence[CaseLog]) -> list[CaseLog]:
        # It was erased when it was withdrawn; why look again.
        return [log if is_withdrawn(session, log.case_id) else erase(session, [log])[0] for log in logs]

    return patch.object(case_index, "_without_withdrawn_content", once)


def the_last_writer_wins() -> AbstractContextManager[Any]:
    return patch.object(case_index, "fold", lambda log: _fold_in_order(log, log.in_causal_order()))


def the_clock_orders_what_was_written() -> AbstractContextManager[Any]:
    update_index = case_index.update_index
    seen: dict[tuple[str, EntryId], datetime] = {}

    def by_clock(session: Session, logs: Sequence[CaseLog], device: str, now: datetime, **more: Any) -> None:
        def folded(log: CaseLog) -> CaseState:
            return _fold_in_order(
                log, sorted(log, key=lambda entry: (seen.setdefault((device, entry.id), now), entry.id))
            )

        with patch.object(case_index, "fold", folded):
            update_index(session, logs, device, now, **more)  # type: ignore[arg-type]

    return _both(
        patch.object(case_store, "update_index", by_clock), patch.object(tablet_intake, "update_index", by_clock)
    )


def the_number_is_counted_after_the_entry() -> AbstractContextManager[Any]:
    append, record = case_store.EncryptedCaseStore._append, case_store.EncryptedCaseStore.record

    def appended(self: Any, session: Session, act: Any) -> Entry:
        before = session.get_one(DeviceRow, 1).last_seq
        entry = append(self, session, act)
        session.get_one(DeviceRow, 1).last_seq = before
        return entry

    def recorded(self: Any, *given: Any, **more: Any) -> Entry:
        entry = record(self, *given, **more)
        with self._database.writing() as session:
            device = session.get_one(DeviceRow, 1)
            device.last_seq = entry.id.seq
            session.add(device)
        return entry

    return _both(
        patch.object(case_store.EncryptedCaseStore, "_append", appended),
        patch.object(case_store.EncryptedCaseStore, "record", recorded),
    )


def a_restored_tablet_keeps_its_identity() -> AbstractContextManager[Any]:
    return patch.object(simulated_tablet, "become_new_device", lambda *_: None)


def _without_comparison() -> AbstractContextManager[Any]:
    """Take away the comparison of both sides, which mends what goes wrong after the server was put back."""
    return patch.object(comparison, "has_new_difference", lambda *_: False)


@contextmanager
def _both(one: AbstractContextManager[Any], other: AbstractContextManager[Any]) -> Iterator[None]:
    with one, other:
        yield


def _fold_in_order(log: CaseLog, ordered: Sequence[Entry]) -> CaseState:
    """Return the case with, for each code, the value of the last entry in this order."""
    state = fold(log)
    agreed = dict(state.agreed)
    for entry in ordered:
        agreed |= {code: value for code, value in entry.answers.items() if code != "visit_day"}
    return replace(state, agreed=dict(sorted(agreed.items())), disagreements=())


def _named(bugs: Iterable[tuple[Any, ...]]) -> dict[str, PlantedBug]:
    return {plant.__name__.replace("_", " "): PlantedBug(plant, seed, needs) for plant, seed, *needs in bugs}


PLANTED_BUGS = _named(
    (
        (the_server_answers_before_it_commits, 11),
        (the_page_ends_one_position_too_far, 0),
        (a_repeated_batch_counts_as_another, 2),
        (the_last_entry_of_a_batch_is_left_out, 4),
        (one_refused_entry_stops_the_whole_request, 2),
        (what_comes_after_a_withdrawal_is_kept, 42, "withdraw"),
        (a_nonce_may_be_used_twice, 14),
        (the_server_does_not_force_its_log_to_the_disk, 11),
        (the_tablet_does_not_force_its_log_to_the_disk, 22),
        (the_head_moves_when_the_request_is_made, 4),
        (the_cursor_is_saved_before_its_page, 38),
        (a_refused_entry_is_dropped, 2),
        (what_comes_again_is_taken_in_again, 7),
        (a_withdrawn_case_can_be_written_on, 55, "withdraw"),
        (the_last_writer_wins, 8),
        (the_clock_orders_what_was_written, 8),
        (the_number_is_counted_after_the_entry, 0),
        (a_restored_tablet_keeps_its_identity, 7, "restore a tablet"),
        *WITHOUT_NETWORK,
    )
)
"""What the tests plant."""
RARE_BUGS = _named(
    (
        (an_older_database_is_not_noticed, 88, "put the server back"),
        (the_cursor_outlives_its_database, 88, "put the server back"),
        *RARELY_SHOWN,
    )
)
"""What `--planted` looks for as well."""


def seeds_to_try(bug: PlantedBug, among: Iterable[int]) -> Iterator[int]:
    """Give the seed that caught a bug last, then those whose histories have what it needs to show."""
    yield bug.caught_by
    for seed in among:
        with seeded(seed) as chance:
            acts = draw_profile(chance).acts
        if all(act in acts for act in bug.needs):
            yield seed


def is_caught(bug: PlantedBug, seed: int) -> bool:
    """Tell whether the history of a seed shows a bug."""
    # What every history begins with is made before, without the bug.
    the_template("sqlite")
    with bug.plant():
        return play(seed) is not None
