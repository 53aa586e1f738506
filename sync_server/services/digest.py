"""What the list shows of a case, worked out from its entries.

Where two lines of the case conclude differently, the more urgent one is shown: a coordinator must not read "routine"
while another tablet says "emergency".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Conclusion, Entry, Quantity
from shared.case.fold import Disagreement, fold
from shared.case.log import CaseLog
from shared.privacy.projection import AGE_GROUP, FINAL_DIAGNOSIS
from shared.triage.assessment import Disposition
from sync_server.repositories.cases import CaseDigest
from sync_server.services.course import course_of
from sync_server.services.follow_up_checks import PlannedChecks

URGENCIES = tuple(disposition.value for disposition in Disposition)
"""Most urgent first."""
ANTIBIOTICS_GIVEN, ANTIBIOTICS_FAILED = "antibiotics_given", "failure_48_72h_antibiotics"
_SAYS_NOTHING = (UNKNOWN, NOT_POSSIBLE)


@dataclass(frozen=True, slots=True)
class DigestMaker:
    """Knows which checks are planned."""

    checks: PlannedChecks = field(default_factory=PlannedChecks)

    def digest(self, log: CaseLog) -> CaseDigest:
        state = fold(log)
        return self._digest(state.agreed, state.disagreements, present_conclusion(log), log.in_causal_order())

    def digest_of_one(self, entry: Entry) -> CaseDigest:
        """Return the same for a case of one entry, as most new cases are: nobody can disagree."""
        return self._digest(entry.answers, (), entry.conclusion, (entry,))

    def _digest(
        self,
        agreed: Mapping[str, AnswerValue],
        disagreements: Sequence[Disagreement],
        conclusion: Conclusion | None,
        entries: Sequence[Entry],
    ) -> CaseDigest:
        def shown(code: str) -> AnswerValue | None:
            value = agreed.get(code)
            if value is not None:
                return None if value in _SAYS_NOTHING else value
            return next((item.values[0] for item in disagreements if item.code == code), None)

        followed = self.checks.followed(conclusion)
        first = conclusion.differential[0] if conclusion and conclusion.differential else None
        return CaseDigest(
            age_band=_text(shown(AGE_GROUP)),
            sex=_text(shown("sex")),
            region=" ".join(_texts(shown("region"))),
            side=_text(shown("side")),
            condition=first.condition if first else "",
            urgency=conclusion.disposition if conclusion else "",
            danger_signs=len(conclusion.red_flags) if conclusion else 0,
            disagreements=len(disagreements),
            followed=followed,
            seen_day=self.checks.seen_until(entries, followed),
            outcome=_text(shown(FINAL_DIAGNOSIS)),
            had_antibiotics=int(_is_treated(shown(ANTIBIOTICS_GIVEN), shown(ANTIBIOTICS_FAILED))),
            course=course_of(entries),
        )


def present_conclusion(log: CaseLog) -> Conclusion | None:
    """Return the most urgent of the conclusions that no later entry on their line has replaced."""
    if len(log) == 1:
        (only,) = log
        return only.conclusion
    last = log.last_of(lambda entry: entry.conclusion is not None)
    conclusions = [entry.conclusion for entry in last if entry.conclusion is not None]
    return min(conclusions, key=lambda conclusion: URGENCIES.index(conclusion.disposition), default=None)


def _is_treated(hours: AnswerValue | None, has_failed: AnswerValue | None) -> bool:
    """Tell whether antibiotics were given before the visit: for some hours, or without effect."""
    given = hours.value if isinstance(hours, Quantity) else hours
    return has_failed is True or (isinstance(given, int | float) and given > 0)


def _text(value: AnswerValue | None) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: AnswerValue | None) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()
