"""Reading an entry that is plainly a sent form, from nothing but its canonical JSON.

    "answers":{"crp":{"unit":"mg/L","value":12},"fever_ge_38":true},"case_id":"..." ...
               ╰──────────── one ────────────╯ ╰───── one ──────╯    known, or read once the strict way

Thousands of entries hold the same few thousand pairs of a code and its answer. Each pair is proven once: that it is
JSON, written canonically, a sound answer, and one that the policy lets pass. An entry whose pairs are all known, in
order, each once, is then canonical and a sent form as a whole, without being parsed and written again.

Nothing is refused here. What is not plainly such a form is None, and the caller reads it the strict way, which says
what is wrong with it, if anything is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from shared.canonical import canonical_json, read_json
from shared.case.entry import (
    MAX_ANSWERS,
    AnswerValue,
    CaseId,
    Conclusion,
    DeviceId,
    Entry,
    EntryId,
    EntryKind,
    Link,
    RankedCondition,
    entry_from_json,
    written_as,
)
from shared.errors import InvalidInput
from shared.privacy.policy import PrivacyPolicy
from shared.privacy.projection import DISPOSITIONS, KNOWLEDGE_VERSION, PERCENTS, PRESENTATION_MONTH, VISIT_DAY
from shared.privacy.sent_form import JUDGED_APART, fault_of

Known = TypeVar("Known")

_MOST_REMEMBERED = 20_000
"""Pairs, and rows of a differential: some megabytes."""

_BEGINS = b'{"answers":{'
_BEHIND_ANSWERS = b'},"case_id":"'
# Whatever these take too much or too little of is found out: the parts are put together again and compared.
_PAIR = re.compile(rb'"[a-z0-9_]*":(?:[^,{\[]+|\{[^}]*\}|\[[^]]*\])')
_PARENT = re.compile(rb'\["([0-9a-f]{16})",([1-9][0-9]{0,15})\]')
_REST = re.compile(
    rb'([0-9a-f]{32})",'
    rb'(?:"conclusion":\{"differential":\[([^}]*)\],"disposition":"([a-z_]+)","fits":(true|false),'
    rb'"knowledge_version":"([0-9.]+)","red_flags":\[([^}]*)\]\},)?()'
    rb'(?:"kin":"([0-9a-f]{32})",)?"kind":"([a-z_]+)","parents":\[(.*)\]\}'
)

_KINDS = {kind.encode(): kind for kind in EntryKind if kind not in JUDGED_APART}
_NUMBERS: Mapping[bytes, float] = {canonical_json(number): number for number in PERCENTS}
_DISPOSITIONS: Mapping[bytes, str] = {text.encode(): text for text in DISPOSITIONS}

_ALONE = {"device": "0" * 16, "seq": 1, "case_id": "0" * 32, "kind": EntryKind.ASSESSMENT.value, "parents": []}


class SentTexts:
    """Reads entries that pass one policy. Only what passed is remembered: what did not could be a name."""

    def __init__(self, policy: PrivacyPolicy) -> None:
        self._policy = policy
        self._pairs: dict[bytes, tuple[str, AnswerValue]] = {}
        self._rows: dict[bytes, RankedCondition] = {}
        self._conditions = _by_text(policy.vocabulary.conditions)
        self._rules = _by_text(policy.vocabulary.rules)

    def read(self, text: bytes, device: DeviceId, seq: int) -> Entry | None:
        """Return the entry that `text` spells without its device and number; None if it is not plainly a sent form.

        Raises:
            InvalidInput: it spells none; not every fault is found here.
        """
        given, _, rest = text.partition(_BEHIND_ANSWERS)
        found = _REST.fullmatch(rest)
        if found is None or not given.startswith(_BEGINS):
            return None
        case_id, differential, disposition, fits, version, red_flags, _, link, kind, parents = found.groups()
        answers = self._answers(given[len(_BEGINS) :])
        conclusion = None
        if differential is not None:
            conclusion = self._conclusion(differential, disposition, fits, version, red_flags)
        named = _parents(parents)
        if answers is None or named is None or kind not in _KINDS or (differential is not None and conclusion is None):
            return None
        entry = Entry(
            id=EntryId(device, seq),
            case_id=CaseId(case_id.decode()),
            kind=_KINDS[kind],
            answers=answers,
            parents=named,
            conclusion=conclusion,
            link=None if link is None else Link(link.decode()),
        )
        place = len(text) - len(rest) + found.end(7)
        return written_as(entry, b'%b"device":"%b",%b,"seq":%d}' % (text[:place], device.encode(), text[place:-1], seq))

    def _answers(self, text: bytes) -> dict[str, AnswerValue] | None:
        if not text:
            return {}
        found = _PAIR.findall(text)
        try:
            answers = dict(map(self._pairs.__getitem__, found))
        except KeyError:
            pairs = [*map(self._learned, found)]
            answers = dict(pair for pair in pairs if pair is not None)
        # A pair begins with its code in quotes, and these sort before all that a code may hold: the codes are sorted.
        if b",".join(found) != text or found != sorted(found):
            return None
        # Apart from these two, no answer decides over another one.
        is_plain = not (PRESENTATION_MONTH in answers and VISIT_DAY in answers)
        return answers if is_plain and len(answers) == len(found) <= MAX_ANSWERS else None

    def _learned(self, pair: bytes) -> tuple[str, AnswerValue] | None:
        if pair in self._pairs:
            return self._pairs.get(pair)
        text = b"{%b}" % pair
        try:
            answers = read_json(text)
            alone = entry_from_json({**_ALONE, "answers": answers})
        except InvalidInput:
            return None
        if canonical_json(answers) != text or len(answers) != 1 or fault_of(alone, self._policy) is not None:
            return None
        (answer,) = alone.answers.items()
        return _remembered(self._pairs, pair, answer)

    def _conclusion(
        self, differential: bytes, disposition: bytes, fits: bytes, version: bytes, red_flags: bytes
    ) -> Conclusion | None:
        try:
            return Conclusion(
                knowledge_version=_knowledge_version(version),
                disposition=_DISPOSITIONS[disposition],
                red_flags=tuple([self._rules[flag] for flag in red_flags.split(b",")]) if red_flags else (),
                differential=tuple(self._ranked(differential)),
                fits=fits == b"true",
            )
        except (KeyError, ValueError):
            return None

    def _ranked(self, text: bytes) -> list[RankedCondition]:
        if not text:
            return []
        if not (text.startswith(b"[") and text.endswith(b"]")):
            raise ValueError
        rows = text[1:-1].split(b"],[")
        try:
            return [*map(self._rows.__getitem__, rows)]
        except KeyError:
            return [*map(self._ranked_row, rows)]

    def _ranked_row(self, text: bytes) -> RankedCondition:
        condition, probability, low, high = text.split(b",")
        row = RankedCondition(self._conditions[condition], _NUMBERS[probability], _NUMBERS[low], _NUMBERS[high])
        return _remembered(self._rows, text, row)


def _remembered(known: dict[bytes, Known], text: bytes, what: Known) -> Known:
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[text] = what
    return what


def _by_text(words: Iterable[str]) -> Mapping[bytes, str]:
    return {canonical_json(word): word for word in words}


def _knowledge_version(text: bytes) -> str:
    version = text.decode()
    if not KNOWLEDGE_VERSION.fullmatch(version):
        raise ValueError
    return version


def _parents(text: bytes) -> tuple[EntryId, ...] | None:
    found = _PARENT.findall(text)
    if b",".join([b'["%b",%b]' % one for one in found]) != text:
        return None
    return tuple([EntryId(DeviceId(device.decode()), int(seq)) for device, seq in found])
