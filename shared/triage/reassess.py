"""Assessing an old entry again: under its own version of the knowledge, and under another one.

    log ─behind(entry)─▶ what its author saw ─at_visit─▶ answers ─▶ Assessor of a version ─▶ Conclusion

Under its own version the conclusion is the stored one, bit for bit, on the tablet that made it. What another tablet
holds is the de-identified copy, with an age group and rounded numbers: what follows from it can differ from what the
author was told. A change of version is therefore always compared on the same answers.

What a clinic has (`resources`) is an answer like any other, stored with the case. It decides which questions and tests
are offered, and no part of a conclusion.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from shared.case.entry import Conclusion, EntryId, EntryKind, RankedCondition
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.shelf import Shelf
from shared.triage.assess import Assessor, conclusion, verdict
from shared.triage.assessment import Assessment, Disposition
from shared.triage.follow_up import EarlierVisits, day_of
from shared.triage.presentation import presentation_from_answers

_URGENCY = tuple(Disposition)


@dataclass(frozen=True, slots=True)
class Repetition:
    """A stored conclusion and the one that the same version comes to now."""

    stored: Conclusion
    repeated: Conclusion

    @property
    def is_exact(self) -> bool:
        """Tell whether both are the same to the last stored decimal."""
        return self.stored == self.repeated


@dataclass(frozen=True, slots=True)
class Change:
    """What another version of the knowledge would conclude from the same answers. Each pair is (was, is now).

    `leading` are condition ids, empty where none was kept; `word` is the probability of the leading condition in words;
    `words` are the conditions whose word differs: (condition, was, is now), empty where it was not among those kept.
    """

    versions: tuple[str, str]
    disposition: tuple[str, str]
    leading: tuple[str, str]
    word: tuple[str, str]
    words: tuple[tuple[str, str, str], ...]
    new_red_flags: tuple[str, ...]
    gone_red_flags: tuple[str, ...]
    fits: tuple[bool, bool]
    sentence: str

    @property
    def is_different(self) -> bool:
        """Tell whether a clinician would read something else: how soon, what leads, how sure, a red flag, the fit."""
        pairs = (self.disposition, self.leading, self.word, self.fits)
        return any(was != now for was, now in pairs) or bool(self.new_red_flags or self.gone_red_flags)

    @property
    def steps_more_urgent(self) -> int:
        """By how many dispositions it is more urgent than before; negative: less urgent."""
        was, now = (_URGENCY.index(Disposition(one)) for one in self.disposition)
        return was - now


class Reassessor:
    """Assesses entries of case logs under any version on the shelf. One may be used by several threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._assessors: dict[str, Assessor] = {}
        self._making = threading.Lock()

    @property
    def current_version(self) -> str:
        """The version that new assessments use."""
        return self._shelf.current_version

    def knowledge(self, version: str) -> KnowledgeBase:
        """Return the book of a version; the current one where that version is not here."""
        return self._shelf.knowledge(version) if self._shelf.has(version) else self._shelf.current

    def repeat(self, log: CaseLog, entry: EntryId, day: int | None = None) -> Repetition:
        """Return what the entry concluded, and what its own version concludes now.

        `day` is the day of the visit since the first one, for an entry that does not say it.

        Raises:
            InvalidInput: the entry concluded nothing, what its author saw is not all here, or its version is not.
        """
        stored = _stored(log, entry)
        return Repetition(stored, self.conclude(log, entry, stored.knowledge_version, day))

    def under(self, log: CaseLog, entry: EntryId, version: str, day: int | None = None) -> Change:
        """Return what `version` would make of the entry.

        Raises:
            InvalidInput: as `repeat`, or there is no such version.
        """
        was = self.repeat(log, entry, day).repeated
        now = self.conclude(log, entry, version, day)
        return compare(self.assessor(was.knowledge_version).knowledge, was, self.assessor(version).knowledge, now)

    def conclude(self, log: CaseLog, entry: EntryId, version: str, day: int | None = None) -> Conclusion:
        """Return what a version concludes from the case as the author of the entry saw it.

        Raises:
            InvalidInput: the version is not on the shelf, or entries that the author saw are missing.
        """
        return conclusion(self.assess(log, entry, version, day), self.assessor(version).knowledge)

    def assess(self, log: CaseLog, entry: EntryId, version: str, day: int | None = None) -> Assessment:
        """Return the whole assessment of that, with its plan.

        Raises:
            InvalidInput: as `conclude`.
        """
        seen = log.behind([entry])
        if entry not in seen:
            raise InvalidInput("entry", "is not in this case")
        if seen.missing:
            raise InvalidInput("entry", "builds on entries that have not arrived yet; sync, then try again")
        act = seen[entry]
        before = EarlierVisits(seen.behind(act.parents))
        assessor = self.assessor(version)
        said = day_of(act)
        now = before.at_visit(assessor.knowledge, act.kind, act.answers, day if said is None else said)
        has = now.answers.get("resources")
        resources = has if isinstance(has, tuple) else ()
        presentation = presentation_from_answers(assessor.knowledge, now.answers, resources, now.disputed)
        return assessor.assess(presentation)

    def assessor(self, version: str) -> Assessor:
        """Return the assessor of a version; made once.

        Raises:
            InvalidInput: there is no such version.
        """
        with self._making:
            if version not in self._assessors:
                self._assessors[version] = Assessor(self._shelf.knowledge(version))
            return self._assessors[version]


def last_assessment(log: CaseLog) -> EntryId | None:
    """Return the last entry that concluded something: what the case stands at. None if none did, or it is withdrawn."""
    ordered = log.in_causal_order()
    if any(entry.kind is EntryKind.WITHDRAWAL for entry in ordered):
        return None
    return next((entry.id for entry in reversed(ordered) if entry.conclusion is not None), None)


def compare(book_was: KnowledgeBase, was: Conclusion, book_now: KnowledgeBase, now: Conclusion) -> Change:
    """Return how two conclusions about the same answers differ, each read with the words of its own book."""
    before, after = _words(book_was, was), _words(book_now, now)
    leading = (_leading(was), _leading(now))
    words = tuple(
        (condition, before.get(condition, ""), after.get(condition, ""))
        for condition in dict.fromkeys((*after, *before))
        if before.get(condition, "") != after.get(condition, "")
    )
    new_flags = tuple(flag for flag in now.red_flags if flag not in was.red_flags)
    gone_flags = tuple(flag for flag in was.red_flags if flag not in now.red_flags)
    change = Change(
        versions=(was.knowledge_version, now.knowledge_version),
        disposition=(was.disposition, now.disposition),
        leading=leading,
        word=(before.get(leading[0], ""), after.get(leading[1], "")),
        words=words,
        new_red_flags=new_flags,
        gone_red_flags=gone_flags,
        fits=(was.fits, now.fits),
        sentence="",
    )
    return _with_sentence(change, book_was, book_now)


def _with_sentence(change: Change, book_was: KnowledgeBase, book_now: KnowledgeBase) -> Change:
    parts = []
    was, now = change.disposition
    if was != now:
        parts.append(f"{_spaced(now)} instead of {_spaced(was)}")
    led, leads = (_label(book, name) for book, name in zip((book_was, book_now), change.leading, strict=True))
    was_word, word = change.word
    if change.leading[0] != change.leading[1]:
        parts.append(f"{leads} ({word}) leads instead of {led} ({was_word})")
    elif was_word != word:
        parts.append(f"{leads} {word} instead of {was_word}")
    for words, flags, book in (
        ("new danger rule", change.new_red_flags, book_now),
        ("no longer a danger rule", change.gone_red_flags, book_was),
    ):
        parts += [f"{words}: {book.rules[flag].title if flag in book.rules else flag}".rstrip(".") for flag in flags]
    if change.fits[0] != change.fits[1]:
        parts.append("now it fits" if change.fits[1] else "now it does not fit")
    said = "; ".join(parts)
    sentence = f"{said[:1].upper()}{said[1:]}." if said else "The same."
    return replace(change, sentence=sentence)


def _stored(log: CaseLog, entry: EntryId) -> Conclusion:
    if entry not in log:
        raise InvalidInput("entry", "is not in this case")
    stored = log[entry].conclusion
    if stored is None:
        raise InvalidInput("entry", "concluded nothing")
    return stored


def _leading(found: Conclusion) -> str:
    return found.differential[0].condition if found.differential else ""


def _words(book: KnowledgeBase, found: Conclusion) -> dict[str, str]:
    return {row.condition: _word(book, row) for row in found.differential}


def _word(book: KnowledgeBase, row: RankedCondition) -> str:
    return verdict(book, row.probability, (row.low, row.high)).value


def _label(book: KnowledgeBase, condition: str) -> str:
    label = book.conditions[condition].label if condition in book.conditions else condition.replace("_", " ")
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _spaced(disposition: str) -> str:
    return disposition.replace("_", " ")
