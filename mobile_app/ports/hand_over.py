"""A case on its way to another tablet, by codes on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from shared.case.entry import CaseId, Entry

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from shared.sync.hand_over import HandedOver


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of a case that another tablet showed, in entries. `reasons` say why some were set aside."""

    case_id: CaseId
    new: int
    known: int
    reasons: tuple[str, ...]


class HandOver(Protocol):
    """Cases on their way to and from another tablet, without a network."""

    def entries(self, case_id: CaseId) -> Sequence[Entry]:
        """Return what is shown of a case: the sent form of each entry, parents before children.

        Raises:
            HandOverRefused: the case was withdrawn.
        """
        ...

    def take(self, handed: HandedOver) -> TakenOver:
        """Keep a case that another tablet showed, durably before returning. What is here already is never changed.

        Raises:
            HandOverRefused: an entry is no sent form of this version; nothing was kept.
            StoreFull: nothing was kept.
        """
        ...
