"""What a series counts of one case, read from its de-identified entries.

Where entries say a thing twice, the last one that says it counts, in causal order. What no entry says is None, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.case.entry import AnswerValue, Entry, EntryKind, Quantity
from shared.case.log import CaseLog
from shared.privacy.projection import NEWBORN_AGE_DAYS, NEWBORN_TO_DAYS, VISIT_DAY
from sync_server.repositories.cases import StoredCase

SKIN_RULE = "RF10_skin_necrosis_over_lesion"
"""The danger rule for skin that dies over the lesion: a published series leaves such children out."""
NEWBORN_BANDS = ("0_6_d", "7_27_d")


@dataclass(frozen=True, slots=True)
class CohortCase:
    """One child. Days count from the first visit; `age_days` is known of newborns with a proven outcome only."""

    sex: str
    age_band: str
    age_days: int | None
    region: str
    side: str
    healed_days: float | None
    followed_days: int | None
    sequelae: bool | None
    has_dying_skin: bool | None
    knowledge: frozenset[str]

    @property
    def is_newborn(self) -> bool:
        """Tell whether the child was seen first in its first 28 days, as far as is known."""
        return self.age_band in NEWBORN_BANDS or (self.age_days is not None and self.age_days <= NEWBORN_TO_DAYS)


def facts_of(case: StoredCase, entries: Sequence[Entry]) -> CohortCase:
    """Return the facts of a case with these entries."""
    ordered = CaseLog.of(case.case_id, entries).in_causal_order()
    outcomes = [entry for entry in ordered if entry.kind is EntryKind.OUTCOME]
    concluded = [entry.conclusion for entry in ordered if entry.conclusion is not None]
    days = [day for entry in ordered if (day := _number(entry.answers.get(VISIT_DAY))) is not None]
    age = _last(outcomes, NEWBORN_AGE_DAYS)
    sequelae = {True: True, "yes": True, False: False, "no": False}
    return CohortCase(
        sex=case.digest.sex,
        age_band=case.digest.age_band,
        age_days=None if age is None else int(age),
        region=case.digest.region,
        side=case.digest.side,
        healed_days=_last(outcomes, "healed_days"),
        followed_days=int(max(days)) if days else None,
        sequelae=next(
            (sequelae[said] for one in reversed(outcomes) if (said := one.answers.get("sequelae")) in sequelae),
            None,
        ),
        has_dying_skin=any(SKIN_RULE in one.red_flags for one in concluded) if concluded else None,
        knowledge=frozenset(one.knowledge_version for one in concluded),
    )


def _last(entries: Sequence[Entry], code: str) -> float | None:
    numbers = (_number(entry.answers.get(code)) for entry in reversed(entries))
    return next((number for number in numbers if number is not None), None)


def _number(value: AnswerValue | None) -> float | None:
    number = value.value if isinstance(value, Quantity) else value
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None
