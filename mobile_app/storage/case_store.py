"""The open store of one tablet: cases, drafts, and what was sent of them (`CaseStore` in `mobile_app/ports/store.py`).

    record = append the entry, its sent form and the case's row in the list, and remove the draft, in one transaction

An entry is never changed afterwards. Its sent form is made once, here: what the clinician was shown is what is hashed,
signed and sent, also after the privacy policy or the knowledge has changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from mobile_app.locked_ports import Clock, UserAccount
from mobile_app.ports.backups import FormerTablet
from mobile_app.ports.judgements import ChangeCounts, ChangedCase, Judgement
from mobile_app.ports.records import CaseSummary, Draft, LocalDetails, RecordedEntry, SyncState
from mobile_app.ports.sync import SyncFault, SyncOverview
from mobile_app.storage import judgements
from mobile_app.storage.boundaries import signed_up_to
from mobile_app.storage.case_index import read_log, update_index
from mobile_app.storage.chain import all_chains
from mobile_app.storage.database import Database
from mobile_app.storage.drafts import keep_draft
from mobile_app.storage.follow_ups import EncryptedFollowUps
from mobile_app.storage.hand_over import EncryptedHandOver
from mobile_app.storage.letter_notes import EncryptedLetterNotes
from mobile_app.storage.link_rows import link_for
from mobile_app.storage.links import EncryptedLinks, said_apart
from mobile_app.storage.outbox import EncryptedOutbox
from mobile_app.storage.parcels import EncryptedParcels
from mobile_app.storage.photos import EncryptedPhotoStore
from mobile_app.storage.plan_ticks import EncryptedPlanTicks
from mobile_app.storage.read_marks import EncryptedReadMarks
from mobile_app.storage.rows import (
    draft_of,
    entry_from_text,
    entry_of,
    entry_to_text,
    local_from_text,
    local_to_text,
    review_of,
)
from mobile_app.storage.search import EncryptedCaseSearch
from mobile_app.storage.sending import (
    REFUSED_CASES,
    EntryStates,
    case_waits,
    former_tablets,
    reasons_against,
    sent_texts,
)
from mobile_app.storage.settings import EncryptedSettings
from mobile_app.storage.summaries import summaries_of
from mobile_app.storage.tables import (
    AccountStateRow,
    CaseIndexRow,
    DeviceRow,
    DraftRow,
    EntryRow,
    LetterNoteRow,
    ReviewRow,
    SentFormRow,
)
from mobile_app.storage.withdrawal import expect_not_withdrawn, is_withdrawn, without_content
from shared.case.entry import MAX_PARENTS, AnswerValue, CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.privacy.policy import PrivacyPolicy
from shared.privacy.projection import project, timing
from shared.privacy.sent_text import SentTexts
from shared.sentence import sentence
from shared.sync.batch import entry_hash
from shared.sync.messages import Review
from shared.triage.reassess import Change


class EncryptedCaseStore:
    """The open store, used by one user until it is closed."""

    def __init__(self, database: Database, user: UserAccount, policy: PrivacyPolicy, clock: Clock) -> None:
        self._database = database
        self._policy = policy
        self._clock = clock
        self.user = user
        with database.reading() as session:
            self.device = DeviceId(_device(session).device)
        self._overview: tuple[int, SyncOverview] | None = None
        self.outbox = EncryptedOutbox(database, clock, SentTexts(policy))
        self.photos = EncryptedPhotoStore(database, user.name, clock)
        self.read_marks = EncryptedReadMarks(database, user.user_id)
        self.plan_ticks = EncryptedPlanTicks(database)
        self.letter_notes = EncryptedLetterNotes(database)
        self.settings = EncryptedSettings(database)
        self.hand_over = EncryptedHandOver(database, self.device, policy, clock)
        self.parcels = EncryptedParcels(database)
        self.search = EncryptedCaseSearch(database)
        self.follow_ups = EncryptedFollowUps(database)
        self.links = EncryptedLinks(database)

    @property
    def database(self) -> Database:
        """The open file, for the vault that opened it."""
        return self._database

    def new_case_id(self) -> CaseId:
        return CaseId(secrets.token_hex(16))

    # Drafts

    def save_draft(self, draft: Draft) -> None:
        with self._database.writing(only_drafts=True) as session:
            expect_not_withdrawn(session, draft.case_id)
            keep_draft(session, draft, draft.updated_at or self._clock.now())

    def drafts(self) -> Sequence[Draft]:
        with self._database.reading() as session:
            return tuple(map(draft_of, session.exec(select(DraftRow).order_by(col(DraftRow.touched).desc()))))

    def discard_draft(self, draft_id: str) -> None:
        with self._database.writing(only_drafts=True) as session:
            row = session.get(DraftRow, draft_id)
            if row is not None:
                session.delete(row)
                if session.get(CaseIndexRow, row.case_id) is None:
                    # Nothing else leads to a case that was never saved.
                    session.exec(delete(LetterNoteRow).where(col(LetterNoteRow.case_id) == row.case_id))

    def preview_draft(self, draft_id: str, conclusion: Conclusion | None) -> Entry:
        with self._database.reading() as session:
            draft = _draft(session, draft_id)
            act = _Act(draft.case_id, draft.kind, draft.answers, draft.parents, conclusion, draft.local)
            log = read_log(session, draft.case_id)
            return self._sent_form_of(session, self._entry(session, log, act), log)

    def record_draft(self, draft_id: str, conclusion: Conclusion | None) -> Entry:
        with self._database.writing() as session:
            draft = _draft(session, draft_id)
            act = _Act(draft.case_id, draft.kind, draft.answers, draft.parents, conclusion, draft.local)
            entry = self._append(session, act)
            # Of a case that another tablet has withdrawn, the draft went with the rest.
            session.exec(delete(DraftRow).where(col(DraftRow.draft_id) == draft_id))
        return entry

    # Entries

    def record(
        self,
        case_id: CaseId,
        kind: EntryKind,
        answers: Mapping[str, AnswerValue],
        conclusion: Conclusion | None = None,
        local: LocalDetails = LocalDetails(),  # noqa: B008 (frozen)
    ) -> Entry:
        with self._database.writing() as session:
            entry = self._append(session, _Act(case_id, kind, answers, None, conclusion, local))
        if kind is EntryKind.WITHDRAWAL:
            self._database.forget_deleted()
        return entry

    def set_apart(self, case_id: CaseId, other: CaseId, *, is_apart: bool) -> None:
        with self._database.writing() as session:
            pairs = [(case_id, other)] if is_apart else [(case_id, other), (other, case_id)]
            for one, another in pairs:
                apart = said_apart(session, one, another, is_apart=is_apart)
                if apart is not None:
                    expect_not_withdrawn(session, one)
                    self._append(session, _Act(one, EntryKind.CORRECTION, {}, None, None, LocalDetails(), apart))

    def log(self, case_id: CaseId) -> CaseLog:
        with self._database.reading() as session:
            return read_log(session, case_id)

    def timeline(self, case_id: CaseId) -> Sequence[RecordedEntry]:
        with self._database.reading() as session:
            states = EntryStates.of_case(session, case_id)
            rows = {
                EntryId(DeviceId(row.device), row.seq): row
                for row in session.exec(select(EntryRow).where(EntryRow.case_id == case_id))
            }
            log = CaseLog.of(case_id, map(entry_of, rows.values()))
            return tuple(_recorded(entry, rows[entry.id], states.of(entry.id)) for entry in log.in_causal_order())

    def sent_form(self, entry_id: EntryId) -> Entry:
        with self._database.reading() as session:
            sent = sent_texts(session, (entry_id,)).get(entry_id)
            if sent is not None:
                return entry_from_text(sent)
            # Another tablet's entry came in its sent form and is kept so.
            pulled = session.get(EntryRow, (entry_id.device, entry_id.seq))
            if pulled is None:
                raise InvalidInput("entry", "is not on this tablet")
            return entry_of(pulled)

    # Lists

    def summaries(self, limit: int = 50, offset: int = 0) -> Sequence[CaseSummary]:
        newest_first = select(CaseIndexRow).order_by(col(CaseIndexRow.touched).desc()).limit(limit).offset(offset)
        with self._database.reading() as session:
            return tuple(summaries_of(session, session.exec(newest_first).all()))

    def count_cases(self) -> int:
        with self._database.reading() as session:
            return session.exec(select(func.count()).select_from(CaseIndexRow)).one()

    def reviews(self, case_id: CaseId) -> Sequence[Review]:
        with self._database.reading() as session:
            rows = session.exec(select(ReviewRow).where(ReviewRow.case_id == case_id).order_by(col(ReviewRow.number)))
            return tuple(map(review_of, rows))

    def reasons_against(self, case_id: CaseId) -> Sequence[str]:
        with self._database.reading() as session:
            return reasons_against(session, case_id)

    def sync_overview(self) -> SyncOverview:
        generation = self._database.generation
        if self._overview is None or self._overview[0] != generation:
            self._overview = generation, self._read_overview()
        return replace(self._overview[1], is_running=self.outbox.is_running)

    def _read_overview(self) -> SyncOverview:
        with self._database.reading() as session:
            device = _device(session)
            waits = case_waits(session)
            account = session.get(AccountStateRow, 1)
            today = self._clock.now().date().isoformat()
            waiting = session.exec(select(func.count()).select_from(CaseIndexRow).where(waits)).one()
            refused = session.execute(select(func.count()).select_from(REFUSED_CASES.subquery())).scalar_one()
            return SyncOverview(
                server_url=device.server_url,
                waiting=waiting,
                not_accepted=refused,
                last_success=datetime.fromisoformat(device.last_success) if device.last_success else None,
                failure=device.last_failure,
                fault=SyncFault(device.last_fault) if device.last_fault else None,
                repaired=account.repaired if account and account.repaired_on == today else 0,
                differing=account.differing if account else 0,
            )

    def former_tablets(self) -> Sequence[FormerTablet]:
        with self._database.reading() as session:
            return former_tablets(session)

    # What a new version of the knowledge makes of them

    def cases_to_judge(self, version: str, limit: int) -> Sequence[tuple[CaseId, int]]:
        with self._database.reading() as session:
            return tuple(judgements.waiting(session, version, limit))

    def keep_judgements(self, version: str, judged: Sequence[Judgement]) -> None:
        with self._database.writing() as session:
            judgements.keep(session, version, judged)

    def change_counts(self, version: str) -> ChangeCounts:
        with self._database.reading() as session:
            return judgements.count(session, version, self.user.user_id)

    def changed_cases(self, version: str, limit: int) -> Sequence[ChangedCase]:
        with self._database.reading() as session:
            return tuple(judgements.changed(session, version, limit))

    def change_of(self, version: str, case_id: CaseId) -> Change | None:
        with self._database.reading() as session:
            return judgements.change_of(session, version, case_id)

    def mark_changes_seen(self, version: str) -> None:
        with self._database.writing() as session:
            judgements.mark_seen(session, version, self.user.user_id)

    def close(self) -> None:
        self._database.close()

    def _append(self, session: Session, act: _Act) -> Entry:
        log = read_log(session, act.case_id)
        entry = self._entry(session, log, act)
        sent = self._sent_form_of(session, entry, log)
        if is_withdrawn(session, act.case_id) and act.kind is not EntryKind.WITHDRAWAL:
            # Begun before another tablet's withdrawal arrived.
            sent = without_content(sent)
        now = self._clock.now()
        session.add(
            EntryRow(
                device=entry.id.device,
                seq=entry.id.seq,
                case_id=entry.case_id,
                body=entry_to_text(entry),
                recorded_at=now.isoformat(),
                author=self.user.name,
                local=local_to_text(act.local),
            )
        )
        session.add(SentFormRow(seq=entry.id.seq, body=entry_to_text(sent), hash=entry_hash(sent)))
        if entry.kind is EntryKind.WITHDRAWAL:
            _empty_unsigned_forms(session, log)
        device = _device(session)
        device.last_seq = entry.id.seq
        session.add(device)
        update_index(session, [log.append(entry)], self.device, now, own_date=now.date().isoformat())
        return entry

    def _entry(self, session: Session, log: CaseLog, act: _Act) -> Entry:
        """Return the entry that the act becomes: the next number of this device, on the heads its author saw."""
        seq = _device(session).last_seq + 1
        parents = self._named(log.heads if act.parents is None else act.parents)
        # A withdrawal says nothing of the child any more, a reply nothing of the child at all.
        says_nothing = act.kind in (EntryKind.WITHDRAWAL, EntryKind.REPLY)
        link = None if says_nothing else link_for(session, act.case_id, act.local)
        identity = EntryId(self.device, seq)
        entry = Entry(
            identity, act.case_id, act.kind, dict(act.answers), parents, act.conclusion, link=link, apart=act.apart
        )
        # Reading back what is written keeps what the app holds and what the file holds the same, and refuses an answer
        # that could not be read again before it is stored.
        return entry_from_text(entry_to_text(entry))

    def _named(self, heads: Iterable[EntryId]) -> tuple[EntryId, ...]:
        """Return the heads that an entry names. More than it can name stay beside it, this tablet's own last of all."""
        own_first = sorted(set(heads), key=lambda head: (head.device != self.device, head))
        return tuple(sorted(own_first[:MAX_PARENTS]))

    def _sent_form_of(self, session: Session, entry: Entry, log: CaseLog) -> Entry:
        today = self._clock.now().date()
        row = session.get(CaseIndexRow, entry.case_id)
        first = date.fromisoformat(row.first_own_date) if row is not None and row.first_own_date else None
        # What a former tablet wrote counts as this one's own: the day of its first entry came with its backup.
        recorded_here = {chain.device for chain in all_chains(session)}
        sent_before = [one for one in log if one.id.device not in recorded_here]
        when = timing(
            self.device, sent_before, today.strftime("%Y-%m"), None if first is None else (today - first).days
        )
        return entry_from_text(entry_to_text(project(entry, when, self._policy)))


@dataclass(frozen=True, slots=True)
class _Act:
    """What a clinician did, before it is an entry. `parents` None: the present heads."""

    case_id: CaseId
    kind: EntryKind
    answers: Mapping[str, AnswerValue]
    parents: tuple[EntryId, ...] | None
    conclusion: Conclusion | None
    local: LocalDetails
    apart: tuple[CaseId, ...] | None = None


def _device(session: Session) -> DeviceRow:
    return session.get_one(DeviceRow, 1)


def _empty_unsigned_forms(session: Session, log: CaseLog) -> None:
    """Take the content out of what is in no batch yet: a case that was withdrawn before it was sent does not leave.

    An earlier withdrawal stays as it is: it says nothing but why.
    """
    for chain in all_chains(session):
        signed = signed_up_to(session, chain)
        unsigned = [
            one.id.seq
            for one in log
            if one.id.device == chain.device and one.id.seq > signed and one.kind is not EntryKind.WITHDRAWAL
        ]
        row = chain.form
        for form in session.exec(select(row).where(col(row.seq).in_(unsigned), *chain.of_it(row))):
            empty = without_content(entry_from_text(form.body))
            if entry_to_text(empty) != form.body:
                form.hash_before = form.hash
            form.body, form.hash = entry_to_text(empty), entry_hash(empty)
            session.add(form)


def _draft(session: Session, draft_id: str) -> Draft:
    row = session.get(DraftRow, draft_id)
    if row is None:
        raise InvalidInput(
            "draft",
            "is no longer there; it was saved or discarded",
            sentence("This draft is no longer there. It was saved or discarded."),
        )
    return draft_of(row)


def _recorded(entry: Entry, row: EntryRow, state: SyncState) -> RecordedEntry:
    recorded_at = datetime.fromisoformat(row.recorded_at) if row.recorded_at else None
    return RecordedEntry(entry, state, recorded_at, row.author, local_from_text(row.local))
