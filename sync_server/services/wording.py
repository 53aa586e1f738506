"""How codes become the words that a coordinator reads. The words of findings and conditions come from the knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, EntryKind, Quantity
from shared.case.reply import PHRASES, REPLY, REPLY_TO
from shared.knowledge.model import KnowledgeBase, held_states
from shared.privacy.projection import AGE_GROUP, PRESENTATION_MONTH, VISIT_DAY
from shared.triage.assessment import Contribution

URGENCY_WORDS = {
    "emergency": "Emergency",
    "same_day": "Same day",
    "within_days": "Within days",
    "routine": "Routine",
}
REVIEW_WORDS = {
    "received": "Received",
    "needs_information": "Needs information",
    "confirmed": "Confirmed",
    "rejected": "Rejected",
}
PROOF_WORDS = {"xray": "X-ray", "culture": "Culture", "course": "Course of the illness"}
SEX_WORDS = {"male": "Boy", "female": "Girl"}

_KIND_WORDS = {
    EntryKind.ASSESSMENT: "Visit",
    EntryKind.FOLLOW_UP: "Visit",
    EntryKind.CORRECTION: "Correction",
    EntryKind.OUTCOME: "Outcome",
    EntryKind.WITHDRAWAL: "Withdrawal",
    EntryKind.REPLY: "Answer",
}
_CASE_LABELS = {
    AGE_GROUP: "Age",
    PRESENTATION_MONTH: "Month of the first visit",
    VISIT_DAY: "Day since the first visit",
    "sex": "Sex",
    "side": "Side",
    "region": "Place",
    "setting": "Seen in",
    "resources": "The clinic has",
    "final_diagnosis": "Final diagnosis",
    "proven_by": "Proven by",
    "healed_days": "Days until it was gone",
    "sequelae": "Something stayed",
    "newborn_age_days": "Newborn's age at the first visit, days",
    "withdrawal_reason": "Why it was withdrawn",
    "antibiotics_given": "Hours of antibiotics so far",
    REPLY: "Answer to the coordinator",
    REPLY_TO: "Number of the message",
}
_COMMON_VALUES = {
    UNKNOWN: "Don't know",
    NOT_POSSIBLE: "Not possible here",
    "yes": "Yes",
    "no": "No",
    "male": "Boy",
    "female": "Girl",
    "left": "Left",
    "right": "Right",
    "both": "Both sides",
    "consent": "Consent was withdrawn",
    "entered_in_error": "Entered in error",
    **PROOF_WORDS,
}
_AGE_UNITS = {"d": "days", "mo": "months", "y": "years"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNIT_WORDS = {"10*9/L": "× 10⁹/L", "Cel": "°C", "[degF]": "°F", "d": "days", "/min": "a minute", "": ""}


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things in words, with the labels of one version of the knowledge."""

    knowledge: KnowledgeBase

    def condition(self, code: str) -> str:
        """Return the name of a condition; one that this knowledge does not have is said by its code."""
        known = self.knowledge.conditions.get(code)
        return known.label if known else _spelled(code)

    def rule(self, code: str) -> str:
        """Return the name of a danger rule."""
        known = self.knowledge.rules.get(code)
        return known.title or known.action if known else _spelled(code)

    def question(self, code: str) -> str:
        """Return the question that an answer belongs to, or what a code stands for."""
        if code in _CASE_LABELS:
            return _CASE_LABELS[code]
        if finding := self.knowledge.findings.get(code):
            return finding.ask
        if measurement := self.knowledge.measurement_of(code):
            return measurement.label
        if known_input := self.knowledge.inputs.get(code):
            return known_input.ask or _spelled(known_input.label)
        return _spelled(code)

    def answer(self, code: str, value: AnswerValue) -> str:
        """Return an answer as one says it."""
        match value:
            case bool():
                return self._state(code, "yes" if value else "no")
            case Quantity(number, unit):
                return f"{_number(number)} {_UNIT_WORDS.get(unit, unit)}".strip()
            case tuple():
                return _capitalised(listed(self._state(code, one) for one in value))
            case str():
                return self._state(code, value)
            case _:
                return _number(value)

    def place_in_book(self, code: str) -> tuple[int, int, str]:
        """Return a key that puts codes in the order of the case form, then of the knowledge."""
        for part, codes in enumerate((_CASE_LABELS, self.knowledge.findings, self.knowledge.measurements)):
            if code in codes:
                return part, list(codes).index(code), code
        return 3, 0, code

    def is_statement(self, code: str, value: AnswerValue) -> bool:
        """Tell whether the answer says by itself what it is about: "No fever"."""
        state = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
        finding = self.knowledge.findings.get(code)
        return finding is not None and finding.is_binary and state in finding.state_labels

    def state(self, contribution: Contribution) -> str:
        """Return an answer that speaks for or against a condition, in the words of the tablet's chips."""
        finding = self.knowledge.findings.get(contribution.finding)
        labels = [finding.state_labels.get(held, "") for held in held_states(contribution.state)] if finding else []
        if labels and all(labels):
            return ", ".join([labels[0], *(_lower_first(label) for label in labels[1:])])
        return f"{self.question(contribution.finding)}: {contribution.state.replace('_', ' ')}"

    def place(self, region: str, side: str) -> str:
        """Return a place such as "Left hand and wrist". `region` holds codes with spaces between."""
        regions = self.knowledge.regions
        named = listed(regions.get(code, _spelled(code)).lower() for code in region.split())
        if not named:
            return "Place not given"
        match side:
            case "left" | "right":
                named = f"{side} {named}"
            case "both":
                named = f"{named}, both sides"
        return _capitalised(named)

    def entry_names(self, kinds: Iterable[EntryKind]) -> tuple[str, ...]:
        """Return "Visit 1", "Visit 2", "Correction" ... for entries in causal order."""
        words = [_KIND_WORDS[kind] for kind in kinds]
        return tuple(
            f"{word} {words[: place + 1].count(word)}" if word == "Visit" or words.count(word) > 1 else word
            for place, word in enumerate(words)
        )

    def _state(self, code: str, state: str) -> str:
        finding = self.knowledge.findings.get(code)
        if finding and state in finding.state_labels:
            return finding.state_labels[state]
        match code:
            case "region":
                return self.knowledge.regions.get(state, _spelled(state))
            case "setting":
                return self.knowledge.settings.get(state, _spelled(state))
            case "resources":
                return self.knowledge.resources.get(state, _spelled(state))
            case "final_diagnosis":
                return self.condition(state)
            case "age_group":
                return age_words(state)
            case "presentation_month":
                return month_words(state)
            case "reply" if state in PHRASES:
                return PHRASES[state]
        return _COMMON_VALUES.get(state, _spelled(state))


def age_words(band: str) -> str:
    """Return "3–11 months" for `3_11_mo`."""
    parts = re.fullmatch(r"(\d+)_(\d+)_(d|mo|y)", band)
    if not parts:
        return "age not given" if band in ("", UNKNOWN, NOT_POSSIBLE) else _spelled(band)
    return f"{parts[1]}–{parts[2]} {_AGE_UNITS[parts[3]]}"


def month_words(month: str) -> str:
    """Return "Nov 2026" for `2026-11`."""
    parts = re.fullmatch(r"(\d{4})-(\d\d)", month)
    if not parts or not 1 <= int(parts[2]) <= 12:
        return "not given"
    return f"{_MONTHS[int(parts[2]) - 1]} {parts[1]}"


def day_words(day: str) -> str:
    """Return "21 Nov 2026" for `2026-11-21`."""
    return f"{int(day[8:10])} {month_words(day[:7])}"


def band_words(low: float, high: float) -> str:
    """Return a 90 % band as whole per cents, never 0 or 100: nothing here is certain."""
    return f"{max(round(low * 100), 1)}–{min(round(high * 100), 99)}%"


def listed(words: Iterable[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    named = list(words)
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}" if named else ""


def _number(number: float) -> str:
    return f"{number:.10g}"


def _spelled(code: str) -> str:
    return _capitalised(code.replace("_", " "))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    # "CRP over 20": an abbreviation stays as it is.
    return text if text[1:2].isupper() or text[1:2] == "-" else text[:1].lower() + text[1:]
