"""What another version of the knowledge says differently of a case, in one sentence."""

from __future__ import annotations

from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.wording import HOW_SOON, VERDICTS, capitalised, lower_first, say
from shared.knowledge.model import KnowledgeBase
from shared.triage.reassess import Change


def change_in_words(change: Change, words: AnswersInWords, knowledge: KnowledgeBase) -> str:
    """Return "Emergency instead of same day; abscess (likely) leads instead of cellulitis (possible)."."""
    parts = [*_how_soon(change), *_leading(change, words), *_rules(change, knowledge)]
    if change.fits[0] != change.fits[1]:
        parts.append(say("now it fits") if change.fits[1] else say("now it does not fit"))
    if not parts:
        return say("The same.")
    said = parts[0]
    for part in parts[1:]:
        # Translators: two statements side by side.
        said = say("{first}; {second}", first=said, second=part)
    # Translators: a sentence and its full stop.
    return capitalised(say("{sentence}.", sentence=said))


def _how_soon(change: Change) -> list[str]:
    was, now = change.disposition
    if was == now:
        return []
    # Translators: how urgent, as in "emergency instead of same day".
    return [say("{now} instead of {was}", now=say(HOW_SOON[now]), was=say(HOW_SOON[was]))]


def _leading(change: Change, words: AnswersInWords) -> list[str]:
    led, leads = (lower_first(words.condition(condition)) for condition in change.leading)
    was, now = (say(VERDICTS.get(word, word)) for word in change.word)
    if change.leading[0] != change.leading[1]:
        # Translators: as in "abscess (likely) leads instead of cellulitis (possible)".
        return [say("{leads} ({now}) leads instead of {led} ({was})", leads=leads, now=now, led=led, was=was)]
    if was != now:
        # Translators: as in "cellulitis likely instead of possible".
        return [say("{condition} {now} instead of {was}", condition=leads, now=now, was=was)]
    return []


def _rules(change: Change, knowledge: KnowledgeBase) -> list[str]:
    new = [say("new danger rule: {rule}", rule=_title(knowledge, rule)) for rule in change.new_red_flags]
    gone = [say("no longer a danger rule: {rule}", rule=_title(knowledge, rule)) for rule in change.gone_red_flags]
    return new + gone


def _title(knowledge: KnowledgeBase, rule: str) -> str:
    return (knowledge.rules[rule].title if rule in knowledge.rules else rule).rstrip(".")
