"""Answers in words, by the knowledge's labels: "At the drip site: yes", "CRP: 0.36 mg/L", "left hand and wrist".

`label` and `value` make a line of two columns; `statement` says the same as one phrase, for chips and timelines.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile_app.presenters import wording
from mobile_app.presenters.frame import LineView
from mobile_app.presenters.wording import phrase, say
from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Quantity
from shared.case.reply import PHRASES, REPLY, REPLY_TO
from shared.knowledge.model import KnowledgeBase, held_states

YES_NO = {True: "yes", False: "no"}
"""The states of a yes-or-no finding."""
UNANSWERED = {UNKNOWN: phrase("not known"), NOT_POSSIBLE: phrase("not possible here")}

_QUESTION_MARKS = "?¿؟ \u00a0\u202f"

_LABELS = {
    "age_days": phrase("Age"),
    "age_group": phrase("Age"),
    "sex": phrase("Sex"),
    "region": phrase("Place"),
    "side": phrase("Side"),
    "setting": phrase("Seen in"),
    "resources": phrase("Available there"),
    "presentation_month": phrase("Month of the first visit"),
    "visit_day": phrase("Days since the first visit"),
    "final_diagnosis": phrase("It turned out to be"),
    "proven_by": phrase("Proven by"),
    "healed_days": phrase("Gone after"),
    "sequelae": phrase("Anything left behind"),
    "newborn_age_days": phrase("Newborn’s age at the first visit"),
    "withdrawal_reason": phrase("Withdrawn because"),
    REPLY: phrase("Answer to the coordinator"),
    REPLY_TO: phrase("Number of the message"),
}
_PROOFS = {"xray": phrase("X-ray"), "culture": phrase("culture"), "course": phrase("the course")}
_SEXES = {"male": phrase("boy"), "female": phrase("girl"), "unknown": phrase("sex not known")}

ABOUT_THE_CHILD = ("age_days", "age_group", "sex", "region", "side", "setting", "presentation_month", "visit_day")
"""What comes first in a list of answers, in this order."""
NEVER_LISTED = frozenset({"resources"})


class AnswersInWords:
    """Words for any code and value that the knowledge knows."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        # dict.fromkeys: a code that is named twice keeps its first place.
        codes = dict.fromkeys((*ABOUT_THE_CHILD, *knowledge.measurements, *knowledge.findings, *knowledge.inputs))
        self._order = {code: place for place, code in enumerate(codes)}

    def label(self, code: str) -> str:
        """Return the left column."""
        if code in _LABELS:
            return say(_LABELS[code])
        measurement = self._knowledge.measurement_of(code)
        if measurement:
            return measurement.label
        finding = self._knowledge.findings.get(code)
        if finding:
            yes = finding.state_labels.get("yes") if finding.is_binary else None
            return yes or finding.label.strip(_QUESTION_MARKS)
        known = self._knowledge.inputs.get(code)
        return wording.capitalised(known.label) if known else wording.capitalised(code.replace("_", " "))

    def short_label(self, code: str) -> str:
        """Return the abbreviation that a slip prints, if the label names one: "CRP"."""
        label = self.label(code)
        abbreviation = label[label.rfind("(") + 1 : -1] if label.endswith(")") else ""
        return abbreviation if abbreviation.isupper() else f"{label}:"

    def value(self, code: str, value: AnswerValue) -> str:
        """Return the right column."""
        match value:
            case tuple() if code == REPLY:
                # Whole sentences: side by side, not as a list with "and".
                return wording.joined([self._word(code, item) for item in PHRASES if item in value])
            case bool():
                return say("yes") if value else say("no")
            case Quantity(number, unit):
                return wording.quantity_in_words(number, unit)
            case tuple():
                items = reversed(wording.REGIONS) if code == "region" else value
                return wording.listed([self._word(code, item) for item in items if item in value])
            case str():
                return say(UNANSWERED[value]) if value in UNANSWERED else self._word(code, value)
        if code == "age_days":
            return wording.age_in_words(value)
        if code in ("visit_day", "healed_days", "newborn_age_days"):
            return wording.quantity_in_words(value, "d")
        measurement = self._knowledge.measurement_of(code)
        if measurement:
            return wording.quantity_in_words(value, measurement.unit)
        return wording.number_in_words(value)

    def line(self, code: str, value: AnswerValue) -> LineView:
        return LineView(self.label(code), self.value(code, value))

    def lines(self, answers: Mapping[str, AnswerValue]) -> tuple[LineView, ...]:
        """Return every answer: about the child first, then in the knowledge's order. Nothing is left out."""
        return tuple(self.line(code, answers[code]) for code in self.in_order(answers))

    def in_order(self, answers: Mapping[str, AnswerValue]) -> list[str]:
        return sorted(answers, key=lambda code: (self._order.get(code, len(self._order)), code))

    def statement(self, code: str, value: AnswerValue) -> str:
        """Return one phrase: "At the drip site", "No fever", "CRP 0.36 mg/L", "Hard like rock"."""
        finding = self._knowledge.findings.get(code)
        if finding:
            state = YES_NO[value] if isinstance(value, bool) else str(value)
            if state in finding.state_labels:
                return finding.state_labels[state]
        if isinstance(value, bool):
            # Translators: a sign that is not there, as in "Not: red".
            return self.label(code) if value else say("Not: {sign}", sign=wording.lower_first(self.label(code)))
        if isinstance(value, Quantity):
            # Translators: a measurement and its value, as in "CRP 0.36 mg/L".
            return say("{label} {value}", label=self.short_label(code), value=self.value(code, value))
        if isinstance(value, str) and value not in UNANSWERED:
            return wording.capitalised(self.value(code, value))
        return say("{label}: {value}", label=self.label(code), value=self.value(code, value))

    def state(self, finding: str, state: str) -> str:
        """Return a finding's state as a phrase."""
        definition = self._knowledge.findings.get(finding)
        labels = [definition.state_labels.get(held, "") for held in held_states(state)] if definition else []
        if labels and all(labels):
            return wording.joined([labels[0], *(wording.lower_first(label) for label in labels[1:])])
        return say("{label}: {state}", label=self.label(finding), state=state.replace("_", " "))

    def because(self, code: str, answers: Mapping[str, AnswerValue]) -> str:
        """Return why a rule fired: an answer, or a number's name in the rules (`temp_c`)."""
        measurement = self._knowledge.measurement_of(code)
        for key in (code, measurement.id if measurement else code):
            if key in answers and answers[key] not in UNANSWERED:
                return self.statement(key, answers[key])
        return self.label(code)

    def condition(self, condition: str) -> str:
        """Return a condition's name, also one that is only named for consideration."""
        if condition in self._knowledge.conditions:
            return self._knowledge.conditions[condition].label
        if condition in self._knowledge.consider:
            return self._knowledge.consider[condition].label
        return wording.capitalised(condition.replace("_", " "))

    def _word(self, code: str, value: str) -> str:
        match code:
            case "sex":
                return say(_SEXES.get(value, value))
            case "region":
                return say(wording.REGIONS.get(value, value))
            case "side":
                return say(wording.SIDES.get(value, value))
            case "setting":
                return self._knowledge.settings.get(value, value)
            case "resources":
                return self._knowledge.resources.get(value, value)
            case "age_group":
                return _age_group_label(self._knowledge, value)
            case "presentation_month":
                return _month(value)
            case "final_diagnosis":
                return self.condition(value)
            case "proven_by":
                return say(_PROOFS.get(value, value))
            case "reply" if value in PHRASES:
                return say(PHRASES[value])
        finding = self._knowledge.findings.get(code)
        if finding and value in finding.state_labels:
            return finding.state_labels[value]
        return value.replace("_", " ")


def _month(value: str) -> str:
    year, _, month = value.partition("-")
    if not (year.isdigit() and month.isdigit() and int(year) >= 1 and 1 <= int(month) <= 12):
        return value
    return wording.month_in_words(int(year), int(month))


def who_in_words(knowledge: KnowledgeBase, answers: Mapping[str, AnswerValue]) -> str:
    """Return "Boy, 9 months": sex and age as far as they are known."""
    sex = answers.get("sex")
    child = say(wording.SEXES[str(sex)]) if sex in ("male", "female") else ""
    old = ""
    age = answers.get("age_days")
    group = answers.get("age_group")
    if isinstance(age, int | float):
        old = wording.age_in_words(age)
    elif isinstance(group, str):
        old = _age_group_label(knowledge, group)
    if child and old:
        # Translators: who the child is, as in "Boy, 9 months".
        return say("{child}, {age}", child=child, age=old)
    return wording.capitalised(child or old)


def where_in_words(answers: Mapping[str, AnswerValue]) -> str:
    """Return "left hand and wrist", or nothing where no place is chosen."""
    regions = regions_of(answers)
    return wording.place_in_words(regions, str(answers.get("side", ""))) if regions else ""


def regions_of(answers: Mapping[str, AnswerValue]) -> tuple[str, ...]:
    """Return the chosen regions."""
    value = answers.get("region")
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) and value in wording.REGIONS else ()


def _age_group_label(knowledge: KnowledgeBase, group: str) -> str:
    # A group that the knowledge does not name is shown by its id: it is in the case, so it is shown.
    return next((known.label for known in knowledge.age_groups if known.id == group), group)
