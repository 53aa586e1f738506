"""What a tablet concluded, assessed again here: under the same version of the knowledge, on what left the tablet.

    log, entry ──▶ Reassessor ──▶ the ranking with what speaks for and against ──▶ the words of the tablet
                         └──────▶ is it what the tablet sent? If not, what differs

A tablet sends conclusions and not their reasons: those follow from the answers. What leaves it is coarser than what its
author saw (an age group, rounded numbers), so now and then the server comes to something else, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.case.entry import Conclusion, Entry, RankedCondition
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.language.inside import lower_first
from shared.sentence import Sentence, sentence
from shared.strength import strength_against, strength_for
from shared.triage.assess import conclusion, verdict
from shared.triage.assessment import Assessment, Contribution
from shared.triage.reassess import Change, Reassessor, compare
from sync_server.language import say
from sync_server.services.wording import Wording, band_words, urgency_words, verdict_words

ROWS = 3
CHIPS = 6
"""As many as the tablet shows at once."""


@dataclass(frozen=True, slots=True)
class ChipView:
    """An answer for or against: `strength` is `+++` to `+` or `−−−` to `−`, as on the tablet."""

    strength: str
    text: str


@dataclass(frozen=True, slots=True)
class RankedView:
    """One condition of the ranking. `verdict` is empty where the case fits nothing that the knowledge knows."""

    condition: str
    verdict: str
    band: str
    for_: tuple[ChipView, ...]
    against: tuple[ChipView, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """`is_same` is None where it could not be assessed again. `note` says why, what differs, or that nothing does."""

    is_same: bool | None
    note: Sentence
    ranking: tuple[RankedView, ...] = ()


@dataclass(frozen=True, slots=True)
class AssessedAgain:
    """Assesses entries again. One serves all requests."""

    reassessor: Reassessor

    def verdict(self, row: RankedCondition, version: str) -> str:
        """Return the tablet's word for a probability and its band."""
        return verdict(self.reassessor.knowledge(version), row.probability, (row.low, row.high)).value

    def again(self, log: CaseLog, entry: Entry) -> Again | None:
        """Return what follows from the same answers here; None for an entry that concluded nothing."""
        stored = entry.conclusion
        if stored is None:
            return None
        version = stored.knowledge_version
        try:
            assessment = self.reassessor.assess(log, entry.id, version)
        except InvalidInput as refused:
            if refused.field == "knowledge":
                return Again(None, sentence("Knowledge {version} is not on this server.", version=version))
            return Again(None, sentence("It builds on entries that have not arrived here."))
        book = self.reassessor.assessor(version).knowledge
        change = compare(book, stored, book, _as_sent(conclusion(assessment, book)))
        words = Wording(book)
        return Again(not change.is_different, _note(change, version, words), self._ranking(assessment, words))

    def _ranking(self, assessment: Assessment, words: Wording) -> tuple[RankedView, ...]:
        return tuple(
            RankedView(
                words.condition(row.condition),
                verdict_words(row.verdict.value) if assessment.fits else "",
                band_words(*row.interval),
                tuple(ChipView(strength_for(one.weight), words.state(one)) for one in _strongest(row.for_)),
                tuple(ChipView(strength_against(one.weight), words.state(one)) for one in _strongest(row.against)),
            )
            for row in assessment.differential[:ROWS]
        )


def _strongest(found: Sequence[Contribution]) -> list[Contribution]:
    return sorted(found, key=lambda one: -abs(one.weight))[:CHIPS]


def _note(change: Change, version: str, words: Wording) -> Sentence:
    if not change.is_different:
        return sentence("Assessed again here under knowledge {version}: the same.", version=version)
    return sentence(
        "Assessed again here under knowledge {version}, it differs: {change} What left the tablet is coarser than what"
        " its author saw.",
        version=version,
        change=_change_words(change, words),
    )


def _change_words(change: Change, words: Wording) -> str:
    """Return "Emergency instead of same day; Abscess (likely) leads instead of cellulitis (possible)."."""
    parts = []
    was, now = (urgency_words(how_soon) for how_soon in change.disposition)
    if was != now:
        parts.append(say("{now} instead of {was}", now=now, was=lower_first(was)))
    led, leads = (words.condition(one) if one else say("Nothing ranked") for one in change.leading)
    led = lower_first(led)
    was, now = (verdict_words(word) for word in change.word)
    if led != leads:
        parts.append(say("{leads} ({now}) leads instead of {led} ({was})", leads=leads, now=now, led=led, was=was))
    elif was != now:
        parts.append(say("{condition} {now} instead of {was}", condition=leads, now=now, was=was))
    parts += [say("new danger rule: {rule}", rule=_title(words, rule)) for rule in change.new_red_flags]
    parts += [say("no longer a danger rule: {rule}", rule=_title(words, rule)) for rule in change.gone_red_flags]
    if change.fits[0] != change.fits[1]:
        parts.append(say("now it fits") if change.fits[1] else say("now it does not fit"))
    said = parts[0] if parts else ""
    for part in parts[1:]:
        said = say("{first}; {second}", first=said, second=part)
    return say("{sentence}.", sentence=said[:1].upper() + said[1:])


def _title(words: Wording, rule: str) -> str:
    return words.rule(rule).rstrip(".")


def _as_sent(found: Conclusion) -> Conclusion:
    rows = tuple(
        RankedCondition(row.condition, round(row.probability, 2), round(row.low, 2), round(row.high, 2))
        for row in found.differential
    )
    return replace(found, differential=rows)
