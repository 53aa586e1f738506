"""Which cases are of the same child."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.case.entry import CaseId


@dataclass(frozen=True, slots=True)
class LinkedCases:
    """Other cases of this tablet under the same record number, none of them withdrawn, the last touched first.

    `linked` are taken for the same child's. Of the others somebody said that they are another child's: a clinician, by
    an entry that can be taken back, or the coordinator.
    """

    linked: tuple[CaseId, ...] = ()
    apart: tuple[CaseId, ...] = ()
    apart_by_coordinator: tuple[CaseId, ...] = ()


class CaseLinks(Protocol):
    """Which cases are of the same child, and the key by which the tablets of a clinic find that out."""

    def clinic_key(self) -> bytes | None:
        """Return the clinic's key of 32 bytes; None where this tablet has none."""
        ...

    def make_key(self) -> bytes:
        """Make a new key and keep it, durably before returning. Links that were made under another one stay."""
        ...

    def take_key(self, key: bytes) -> None:
        """Keep another tablet's key in the place of this one's, durably before returning.

        Raises:
            InvalidInput: it is none.
        """
        ...

    def of(self, case_id: CaseId) -> LinkedCases: ...

    def known_under(self, record_number: str, besides: CaseId) -> CaseId | None:
        """Return the last touched case with this record number, however it is written; None where there is none."""
        ...
