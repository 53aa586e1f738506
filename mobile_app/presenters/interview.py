"""Which question comes next, on a screen of its own, and how many are still to come.

The engine ranks findings by what they would tell; here they become items: a finding that a number answers is asked as
that number. First come the items that a danger sign's yes left open, then (at a follow-up) what may have changed since,
then what the engine asks. In an emergency nothing comes before what the engine asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mobile_app.presenters.danger_lines import YES, answer_to, signs_for
from mobile_app.presenters.frame import ProgressView
from mobile_app.presenters.visit import Visit
from mobile_app.presenters.wording import count_of, say
from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, EntryKind
from shared.knowledge.model import FindingKind, KnowledgeBase
from shared.triage.follow_up import VISIT_DAY

VITALS = ("temperature", "heart_rate", "resp_rate")
"""Asked where fever or a danger sign makes them decide something."""
LATE_FILM, EARLY_FILM = "xray_ge_10d", "xray_lt_10d"
FILMS = (EARLY_FILM, LATE_FILM)
LATE_FILM_FROM_DAYS = 10
EXACT_BELOW, STEP = 10, 5
"""From which number of questions on the estimate is said in steps, and in which."""


class Interview:
    """The order of items for one visit."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._measured_by: dict[str, tuple[str, ...]] = {}
        for measurement in knowledge.measurements.values():
            for derived in measurement.derives:
                finding = knowledge.findings.get(derived.code)
                # A slip has the number, and a state is easier counted than chosen; "was calcium given?" is not.
                if finding and (finding.kind is FindingKind.LAB or not finding.is_binary):
                    self._measured_by[finding.id] = (*self._measured_by.get(finding.id, ()), measurement.id)

    def is_number(self, item: str) -> bool:
        """Tell whether an item is asked as a number."""
        return item == VISIT_DAY or item in self._knowledge.measurements

    def remaining(self, visit: Visit, skipped: Collection[str]) -> list[str]:
        """Return the items still to ask, the next one first, without what was skipped."""
        done = {*visit.draft.answers, *skipped}
        items = [item for item in self._candidates(visit) if item not in done]
        return list(dict.fromkeys(items))

    def item_for(self, finding: str, answers: Mapping[str, AnswerValue]) -> str:
        """Return how a finding is asked: as itself, or as the first number that answers it and is not given yet."""
        numbers = self._measured_by.get(finding, ())
        if not numbers:
            return finding
        return next((number for number in numbers if number not in answers), numbers[0])

    def codes_of(self, finding: str) -> tuple[str, ...]:
        """Return the codes that say something of a finding: the numbers that answer it, and itself."""
        return (*self._measured_by.get(finding, ()), finding)

    def is_answered(self, finding: str, answers: Mapping[str, AnswerValue]) -> bool:
        """Tell whether a finding is known, by itself or by a number that answers it."""
        return any(self.is_known(code, answers) for code in self.codes_of(finding))

    @staticmethod
    def is_known(code: str, answers: Mapping[str, AnswerValue]) -> bool:
        return answers.get(code) not in (None, UNKNOWN, NOT_POSSIBLE)

    def progress(self, visit: Visit) -> ProgressView:
        """Return the pills. The item in hand counts as being asked, not as one of those to come."""
        position = visit.position
        answered = len(position.trail)
        to_come = [item for item in self.remaining(visit, position.skipped) if item != position.item]
        engine_asks = set(self._engine_items(visit))
        ours = len([item for item in to_come if item not in engine_asks])
        least, most = visit.questions_left
        # The engine counts the question in hand too.
        in_hand = 1 if position.item in engine_asks else 0
        at_least = ours + max(least - in_hand, 0)
        perhaps = max(most - max(least, in_hand), 0)
        return ProgressView(
            number=say("Question {number}", number=answered + 1),
            answered=answered,
            at_least=at_least,
            perhaps=perhaps,
            words=_to_come_in_words(at_least, at_least + perhaps),
        )

    def film(self, visit: Visit) -> str:
        """Return which of the two X-ray questions fits the days since the swelling began."""
        days = visit.days_of("onset_days")
        if days is None:
            return LATE_FILM if visit.answers.get("onset") == "weeks" or not visit.is_first else EARLY_FILM
        return LATE_FILM if days >= LATE_FILM_FROM_DAYS else EARLY_FILM

    def _candidates(self, visit: Visit) -> list[str]:
        items: list[str] = []
        if not visit.is_first and visit.needs_day:
            items.append(VISIT_DAY)
        if visit.is_emergency:
            # Only what changes the act of the emergency: the engine knows what the danger rules still wait for.
            return items + self._engine_items(visit)
        for sign in signs_for(self._knowledge, visit.answers):
            if answer_to(sign, visit.draft.answers) == YES:
                items += [self.item_for(code, visit.answers) for code in sign.then_ask if code not in visit.answers]
        if self._vitals_decide(visit):
            items += [code for code in VITALS if code in self._knowledge.measurements]
        if visit.draft.kind is EntryKind.FOLLOW_UP:
            items += self._to_check_again(visit)
        items += self._engine_items(visit)
        # Last at a first visit: the width changes nothing today, and everything at the next visit.
        return items + (self._size(visit) if visit.draft.kind is EntryKind.ASSESSMENT else [])

    def _engine_items(self, visit: Visit) -> list[str]:
        answers = visit.answers
        items = []
        for question in visit.assessment.next_questions:
            if question.finding in FILMS and question.finding != self.film(visit):
                continue
            item = self.item_for(question.finding, answers)
            if item not in answers:
                items.append(item)
        return items

    def _to_check_again(self, visit: Visit) -> list[str]:
        """Return the few things that change between visits; where something is new, what tells an infection too."""
        revisit = self._knowledge.revisit
        if revisit is None:
            return []
        known = {code: value for code, value in visit.earlier.agreed.items() if value not in (UNKNOWN, NOT_POSSIBLE)}
        known |= {item.code: item.values[0] for item in visit.earlier.disagreements}
        on_danger_screen = {code for sign in self._knowledge.danger_signs for code in (*sign.yes, *sign.no)}
        few = [code for code in revisit.ask_again if code not in on_danger_screen]
        items = [*few[:1], *self._size(visit), *few[1:]]
        if visit.today.answers.get(revisit.new_sign) is True or self._is_softer(visit, known):
            items += [code for code in revisit.ask_if_new if code not in on_danger_screen]
        return items

    def _size(self, visit: Visit) -> list[str]:
        """Return the width of a lump that has one, and whether it has shrunk where no two widths can tell."""
        revisit = self._knowledge.revisit
        if revisit is None or not visit.holds(revisit.measure_if):
            return []
        has_two = visit.before.size_is_known_twice(self._knowledge, visit.draft.answers, visit.day)
        is_late = not visit.is_first and (visit.day or 0) >= revisit.not_smaller_from_day
        is_measured = revisit.size in visit.draft.answers or not visit.before.has_size(self._knowledge)
        return [revisit.size, *([revisit.not_smaller] if is_late and is_measured and not has_two else [])]

    def _is_softer(self, visit: Visit, known: Mapping[str, AnswerValue]) -> bool:
        """Tell whether a finding of several steps has gone back a step: a lump that turns soft may hold pus."""
        revisit = self._knowledge.revisit
        for code in revisit.ask_again if revisit else ():
            states = self._knowledge.findings[code].states
            now, before = visit.draft.answers.get(code), known.get(code)
            if len(states) > 2 and now in states and before in states:
                return states.index(str(now)) < states.index(str(before))
        return False

    def _vitals_decide(self, visit: Visit) -> bool:
        if visit.answers.get("fever_ge_38") is True:
            return True
        return any(rule.priority <= 2 for rule in visit.assessment.red_flags)


def _to_come_in_words(at_least: int, at_most: int) -> str:
    if at_most == 0:
        return say("the last one")
    # Nearer to the least than to the most, because answers are mostly the expected ones. From ten on in steps of five:
    # the estimate is no better than that.
    number = round((2 * at_least + at_most) / 3)
    if number >= EXACT_BELOW:
        number = STEP * round(number / STEP)
    return count_of(max(number, 1), "about {count} more", "about {count} more")
