"""Everything that is stored, checked again from the stored entries up: `handwise-server verify`.

    chains     every entry of a tablet, through batch hash and signature, from the first to the acknowledged head
    places     every entry at its tablet's site, every position given out once and below the next one
    cases      withdrawn: nothing left to read; all others: the list row is what entries and reviews make of it
    scores     what the tool concluded against what it was, is what entries and reviews make of it
    links      those of a case are those that its entries carry; a withdrawn case has none (what a coordinator said
               of two cases is no row of its own: it is in the entries and reviews, and read from there)
    answers    what clinics answered is noted where their entries stand, of every answer and of nothing else
    holdings   what is noted of each tablet and site as readable is what is counted
    apart      what other tablets brought back is what its hash says, is not signed by now, and nothing is left of
               withdrawn cases
    keys       the server's own can be used
    audit      every row of the log fits the one before it, and it ends where it was noted to end
    file       what the database itself finds wrong with its file

What it cannot find: a tablet's newest batches cut off together with the head that names them. The tablet notices that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from shared.case.entry import DeviceId, Entry, EntryKind
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.crypto import signing
from shared.errors import HandwiseError, InvalidInput
from shared.sync.batch import GENESIS, batch_hash, entry_hash
from shared.sync.holding import Holding
from sync_server.database import Database
from sync_server.repositories import (
    batches,
    cases,
    devices,
    entries,
    holdings,
    links,
    replies,
    reviews,
    schema,
    scores,
    sites,
    witnessed,
)
from sync_server.repositories.batches import StoredBatch
from sync_server.repositories.cases import Course, StoredCase
from sync_server.repositories.devices import Device
from sync_server.repositories.witnessed import KeptApart
from sync_server.services import audit
from sync_server.services.digest import DigestMaker
from sync_server.services.follow_up_checks import NOT_WORKED_OUT
from sync_server.services.performance.scoring import scores_of

_CHUNK = 500


@dataclass(slots=True)
class Checked:
    """How much was looked at, and how many sentences were said about it."""

    sites: int = 0
    tablets: int = 0
    batches: int = 0
    entries: int = 0
    cases: int = 0
    problems: int = 0
    audit_end: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Checks a database, as it is at one moment, beside running servers."""

    database: Database
    digests: DigestMaker
    tell: Callable[[str], None]
    """Is given one sentence for each thing that is wrong: sites, tablets and numbers, never content."""
    checked: Checked = field(default_factory=Checked)
    audit_end: str = ""
    """Where the audit log ended when it was looked at before, as `Checked.audit_end` said then; empty: not known."""

    def run(self) -> Checked:
        if self.audit_end and not audit.is_end(self.audit_end):
            raise InvalidInput("--audit-end", "must be as an earlier check printed it")
        for words in self.database.own_faults():
            self._wrong(f"The database's own check: {words}.")
        with self.database.reading() as session:
            for words in audit.faults(session):
                self._wrong(words)
            if self.audit_end and not audit.goes_on_from(session, self.audit_end):
                self._wrong("The audit log: it does not go on from where it ended; rows are gone or changed.")
            self.checked.audit_end = audit.end(session)
            self._check_keys(session)
            for site_no, name in sites.names(session).items():
                self.checked.sites += 1
                for device in devices.of_site(session, site_no):
                    self._check_tablet(session, f"{name}, tablet {device.tablet_no}", device)
                self._check_holdings(session, site_no, name)
                self._check_witnessed(session, site_no, name)
                self._check_positions(session, site_no, name)
                self._check_cases(session, site_no, name)
        return self.checked

    def _wrong(self, sentence: str) -> None:
        self.checked.problems += 1
        self.tell(sentence)

    def _check_keys(self, session: Session) -> None:
        kept = schema.keys(session)
        if kept is None or {*map(len, kept)} != {32}:
            self._wrong("The server's keys for what is carried: they are not there, or cannot be used.")

    # Chains

    def _check_tablet(self, session: Session, who: str, device: Device) -> None:
        self.checked.tablets += 1
        next_seq, before = 1, GENESIS
        for batch in batches.of_device(session, device.device_no):
            self.checked.batches += 1
            which = _which(batch.first_seq, batch.last_seq)
            if batch.first_seq != next_seq:
                self._wrong(f"{who}: the signed batch that begins at entry {next_seq} is missing.")
            # Checked over what the batch before says it is, so that one fault is said once.
            self._check_batch(session, f"{who}: {which}", device, batch, before)
            next_seq, before = batch.last_seq + 1, batch.hash
        if (next_seq - 1, before) != (device.head.seq, device.head.hash):
            self._wrong(f"{who}: acknowledged up to entry {device.head.seq}, but signed up to entry {next_seq - 1}.")
        surplus = entries.count_of_device(session, device.device_no, after=next_seq - 1)
        if surplus:
            self._wrong(f"{who}: {surplus} stored beyond entry {next_seq - 1}, in no signed batch.")

    def _check_batch(self, session: Session, what: str, device: Device, batch: StoredBatch, before: bytes) -> None:
        found: dict[int, bytes] = {}
        for held in entries.held(session, device.device_no, device.device, batch.first_seq, batch.last_seq):
            self.checked.entries += 1
            if held.hash is not None:
                found[held.seq] = held.hash
            if held.site_no != device.site_no or held.case_site_no != device.site_no:
                self._wrong(f"{what}: number {held.seq} is filed under another site, or under no case.")
            if held.is_content_and_hash:
                self._wrong(f"{what}: number {held.seq} is erased and not erased at once.")
        set_apart = entries.set_apart_hashes(session, device.device_no, batch.first_seq, batch.last_seq)
        if twice := found.keys() & set_apart.keys():
            self._wrong(f"{what}: number {min(twice)} is stored and set apart at once.")
        chain = found | set_apart
        gaps = [seq for seq in range(batch.first_seq, batch.last_seq + 1) if seq not in chain]
        if gaps:
            self._wrong(f"{what}: {len(gaps)} missing or not readable, the first is number {gaps[0]}.")
            return
        hashes = [chain[seq] for seq in range(batch.first_seq, batch.last_seq + 1)]
        if batch_hash(device.device, batch.first_seq, before, hashes) != batch.hash:
            self._wrong(f"{what}: not what the tablet signed.")
        elif not signing.verify(device.public_key, batch.hash, batch.signature):
            self._wrong(f"{what}: the tablet's signature does not hold.")

    # Places

    def _check_positions(self, session: Session, site_no: int, name: str) -> None:
        highest = max(entries.last_position(session, site_no), reviews.last_position(session, site_no))
        last = sites.last_position(session, site_no)
        if highest > last:
            self._wrong(f"{name}: position {highest} is taken, but only those up to {last} were given out.")
        if double := reviews.positions_of_entries(session, site_no):
            self._wrong(f"{name}: position {double[0]} is taken by an entry and by a review.")

    # Holdings, and what is kept apart

    def _check_holdings(self, session: Session, site_no: int, name: str) -> None:
        total = Holding()
        noted = holdings.of_devices(session, site_no)
        for device in devices.of_site(session, site_no):
            _, noted_of_it = noted[device.device]
            total = total.sum(noted_of_it)
            try:
                counted = Holding.of(entries.in_range(session, site_no, device.device, 1, device.head.seq).values())
            except (ValueError, TypeError):
                # Which of them cannot be read is said with its batch.
                continue
            if counted != noted_of_it:
                self._wrong(f"{name}, tablet {device.tablet_no}: {noted_of_it.count} noted, {counted.count} counted.")
        if total != holdings.of_site(session, site_no)[1]:
            self._wrong(f"{name}: what is noted of the site is not what is noted of its tablets.")

    def _check_witnessed(self, session: Session, site_no: int, name: str) -> None:
        for kept in witnessed.of_site(session, site_no):
            what = f"{name}, number {kept.seq} of another tablet, brought back"
            if kept.payload is None:
                continue
            try:
                entry = entries.entry_of_payload(kept.payload, kept.device, kept.seq, kept.case_id)
            except (HandwiseError, TypeError, KeyError):
                self._wrong(f"{what}: it cannot be read.")
                continue
            case = cases.find_all(session, site_no, [kept.case_id]).get(kept.case_id)
            if entry_hash(entry) != kept.hash:
                self._wrong(f"{what}: not what was brought.")
            if case is None:
                self._wrong(f"{what}: there is no such case.")
            elif self._is_signed(session, site_no, kept):
                self._wrong(f"{what}: its author has signed it, but it is still kept apart.")
            elif case.is_withdrawn and entry.kind is not EntryKind.WITHDRAWAL:
                self._wrong(f"{what}: its case is withdrawn, but its content is still there.")

    @staticmethod
    def _is_signed(session: Session, site_no: int, kept: KeptApart) -> bool:
        try:
            stored = entries.in_range(session, site_no, kept.device, kept.seq, kept.seq)
        except (ValueError, TypeError):
            return False
        return stored.get(kept.seq) == kept.hash

    # Cases

    def _check_cases(self, session: Session, site_no: int, name: str) -> None:
        if lost := links.without_case(session, site_no):
            self._wrong(f"{name}: {lost} links of no case.")
        if lost := replies.without_case(session, site_no):
            self._wrong(f"{name}: {lost} answers of no case.")
        for chunk in cases.all_of_site(session, site_no, _CHUNK):
            by_no = {case.case_no: case for case in chunk}
            self.checked.cases += len(by_no)
            said = reviews.of_cases(session, by_no)
            erased = entries.with_erased(session, list(by_no))
            linked = links.of_cases(session, list(by_no))
            answered = replies.noted_of(session, by_no)
            scored = scores.of_cases(session, list(by_no))
            places = scores.places_of_entries(session, [no for no, case in by_no.items() if case.diagnosis])
            for case_no, found in self._read(session, name, by_no):
                case = by_no[case_no]
                who = f"{name}, case {short_code(case.case_id)}"
                carried = set() if case.is_withdrawn else {entry.link for entry in found if entry.link is not None}
                if linked[case_no] != {(site_no, link) for link in carried}:
                    self._wrong(f"{who}: its links are not those that its entries carry.")
                if answered[case_no] != _answers(case, found):
                    self._wrong(f"{who}: the clinic's answers that are noted are not those of its entries.")
                if case.is_withdrawn:
                    if any(entry.kind is not EntryKind.WITHDRAWAL for entry in found):
                        self._wrong(f"{who}: withdrawn, but its content is still there.")
                    if any(review.message or review.diagnosis for review in said[case_no]):
                        self._wrong(f"{who}: withdrawn, but the words of its reviews are still there.")
                    if scored[case_no]:
                        self._wrong(f"{who}: withdrawn, but its score is still there.")
                    continue
                if case_no in erased or any(entry.kind is EntryKind.WITHDRAWAL for entry in found):
                    self._wrong(f"{who}: entries are withdrawn or erased, but the case is not.")
                    continue
                last = said[case_no][-1] if said[case_no] else None
                said_last = (last.state, last.diagnosis or "") if last else ("received", "")
                if said_last != (case.review_state, case.diagnosis) or not self._is_row(case, found):
                    self._wrong(f"{who}: the list does not show what its entries and reviews say.")
                elif scored[case_no] != scores_of(found, places, said[case_no]):
                    self._wrong(f"{who}: its score is not what its entries and reviews give.")

    def _read(self, session: Session, name: str, by_no: dict[int, StoredCase]) -> Iterator[tuple[int, list[Entry]]]:
        try:
            yield from entries.of_cases(session, {no: case.case_id for no, case in by_no.items()}).items()
        except (HandwiseError, TypeError, KeyError):
            # One of them cannot be read: find out which.
            for no, case in by_no.items():
                try:
                    yield from entries.of_cases(session, {no: case.case_id}).items()
                except (HandwiseError, TypeError, KeyError):
                    self._wrong(f"{name}, case {short_code(case.case_id)}: an entry cannot be read.")

    def _is_row(self, case: StoredCase, found: list[Entry]) -> bool:
        try:
            made = self.digests.digest(CaseLog.of(case.case_id, found))
        except HandwiseError:
            return False
        kept = case.digest
        if kept.seen_day == NOT_WORKED_OUT:
            made = replace(made, outcome="", had_antibiotics=0, course=Course())
        # The plan belongs to the knowledge that was in use when the row was made.
        made, kept = (replace(one, followed="", seen_day=0) for one in (made, kept))
        return made == kept


def _answers(case: StoredCase, found: list[Entry]) -> set[tuple[DeviceId, int, bool]]:
    """Return what should be noted of a case's answers; of a withdrawn one nothing is left."""
    if case.is_withdrawn:
        return set()
    return {(entry.id.device, entry.id.seq, True) for entry in found if entry.kind is EntryKind.REPLY}


def _which(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"
