"""The open, encrypted store: case logs, drafts, reviews, what waits to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from mobile_app.locked_ports import UserAccount
from mobile_app.ports.backups import FormerTablet
from mobile_app.ports.follow_ups import FollowUps
from mobile_app.ports.hand_over import HandOver
from mobile_app.ports.judgements import ChangeCounts, ChangedCase, Judgement
from mobile_app.ports.links import CaseLinks
from mobile_app.ports.marks import LetterNotes, PlanTicks, ReadMarks
from mobile_app.ports.parcels import Parcels
from mobile_app.ports.photos import PhotoStore
from mobile_app.ports.records import CaseSummary, Draft, LocalDetails, RecordedEntry
from mobile_app.ports.search import CaseSearch
from mobile_app.ports.settings import SettingsStore
from mobile_app.ports.sync import SyncOverview
from shared.case.entry import AnswerValue, CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from shared.case.log import CaseLog
    from shared.sync.messages import Review
    from shared.triage.reassess import Change


class CaseStore(Protocol):
    """The open store of one tablet, used by one user until it is closed (locked)."""

    device: DeviceId
    user: UserAccount

    @property
    def photos(self) -> PhotoStore: ...

    @property
    def read_marks(self) -> ReadMarks: ...

    @property
    def plan_ticks(self) -> PlanTicks: ...

    @property
    def letter_notes(self) -> LetterNotes: ...

    @property
    def hand_over(self) -> HandOver: ...

    @property
    def parcels(self) -> Parcels: ...

    @property
    def settings(self) -> SettingsStore: ...

    @property
    def search(self) -> CaseSearch: ...

    @property
    def follow_ups(self) -> FollowUps: ...

    @property
    def links(self) -> CaseLinks: ...

    def new_case_id(self) -> CaseId: ...

    def save_draft(self, draft: Draft) -> None:
        """Keep the draft, durably before returning.

        Raises:
            StoreFull: the draft as it was before is still there.
            InvalidInput: the case was withdrawn meanwhile; nothing more of it is kept.
        """
        ...

    def drafts(self) -> Sequence[Draft]:
        """Return all drafts, the newest first."""
        ...

    def discard_draft(self, draft_id: str) -> None: ...

    def record_draft(self, draft_id: str, conclusion: Conclusion | None) -> Entry:
        """Append the draft to its case as an entry of this device and remove it, in one transaction."""
        ...

    def record(
        self,
        case_id: CaseId,
        kind: EntryKind,
        answers: Mapping[str, AnswerValue],
        conclusion: Conclusion | None = None,
        local: LocalDetails = LocalDetails(),  # noqa: B008 (frozen)
    ) -> Entry:
        """Append an entry whose parents are the present heads of its case."""
        ...

    def set_apart(self, case_id: CaseId, other: CaseId, *, is_apart: bool) -> None:
        """Record that two cases are of two children, or take that back, whichever of the two it was recorded in.

        Raises:
            InvalidInput: the case was withdrawn, or names too many others already.
        """
        ...

    def log(self, case_id: CaseId) -> CaseLog: ...

    def timeline(self, case_id: CaseId) -> Sequence[RecordedEntry]:
        """Return the case's entries in causal order."""
        ...

    def summaries(self, limit: int = 50, offset: int = 0) -> Sequence[CaseSummary]:
        """Return cases, the last touched first."""
        ...

    def count_cases(self) -> int: ...

    def reviews(self, case_id: CaseId) -> Sequence[Review]:
        """Return the coordinator's reviews of a case, the newest last."""
        ...

    def sent_form(self, entry_id: EntryId) -> Entry:
        """Return exactly what is sent of an entry: its de-identified projection."""
        ...

    def preview_draft(self, draft_id: str, conclusion: Conclusion | None) -> Entry:
        """Return what would be sent if the draft were recorded now. Nothing is written."""
        ...

    def reasons_against(self, case_id: CaseId) -> Sequence[str]:
        """Return why the server did not accept entries of a case, in its English sentences; none if it took all."""
        ...

    def sync_overview(self) -> SyncOverview: ...

    def former_tablets(self) -> Sequence[FormerTablet]:
        """Return the tablets whose backups were restored here, the oldest first."""
        ...

    def cases_to_judge(self, version: str, limit: int) -> Sequence[tuple[CaseId, int]]:
        """Return cases concluded under another version that `version` has not judged as they stand, with a stamp."""
        ...

    def keep_judgements(self, version: str, judged: Sequence[Judgement]) -> None: ...

    def change_counts(self, version: str) -> ChangeCounts: ...

    def changed_cases(self, version: str, limit: int) -> Sequence[ChangedCase]:
        """Return the cases that `version` judges differently, what became more urgent first."""
        ...

    def change_of(self, version: str, case_id: CaseId) -> Change | None:
        """Return what `version` would make of a case; None where that is nothing else."""
        ...

    def mark_changes_seen(self, version: str) -> None:
        """Note, durably, that this user has seen what is judged so far."""
        ...

    def close(self) -> None:
        """Lock: close the file and drop the key."""
        ...
