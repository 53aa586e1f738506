"""What has been promised so far: to people that an act is saved, to tablets that an entry is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.case.entry import CaseId, DeviceId, EntryId


@dataclass
class Ledger:
    """The one who knows all. `written` holds the sent form of every entry that was ever saved."""

    written: dict[EntryId, str] = field(default_factory=dict)
    case_of: dict[EntryId, CaseId] = field(default_factory=dict)
    saved_on: dict[str, set[EntryId]] = field(default_factory=dict)
    """By tablet: what its user was told is saved."""
    acknowledged: set[EntryId] = field(default_factory=set)
    withdrawn: set[CaseId] = field(default_factory=set)
    may_be_gone: set[EntryId] = field(default_factory=set)
    """What only a tablet had that is lost, and no backup of it."""
    lost: set[str] = field(default_factory=set)
    """The names of the tablets that are lost."""
    revoked_at: dict[DeviceId, int] = field(default_factory=dict)
    """How far the chain of a revoked tablet was stored when it was revoked."""

    def write(self, tablet: str, entry_id: EntryId, case_id: CaseId, sent: str, *, withdraws: bool) -> None:
        self.written[entry_id] = sent
        self.case_of[entry_id] = case_id
        self.saved_on.setdefault(tablet, set()).add(entry_id)
        if withdraws:
            self.withdrawn.add(case_id)

    @property
    def cases(self) -> list[CaseId]:
        """Every case, in the order in which they came up."""
        return list(dict.fromkeys(self.case_of.values()))
