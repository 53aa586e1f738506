"""An alert as the pages show it: sentences and the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence, counted, phrase, sentence
from sync_server.language import level, say
from sync_server.repositories.alerts import CLOSED, LOOKED_AT, NEW, Alert
from sync_server.services.alerts.advice import Check
from sync_server.services.alerts.clusters import BETWEEN
from sync_server.services.alerts.district import LEAK
from sync_server.services.alerts.weeks import apart
from sync_server.services.week_words import span_words
from sync_server.services.wording import joined

STATE_WORDS = {NEW: phrase("To look at"), LOOKED_AT: phrase("Looked at"), CLOSED: phrase("Closed")}
REASONS = {
    "cause_found": phrase("A cause was found and something was changed"),
    "no_cause": phrase("Looked for a cause, found none"),
    "late_delivery": phrase("Late delivery of older cases"),
    "same_child": phrase("The same child more than once"),
    "wrong_diagnosis": phrase("The diagnosis was wrong"),
}
"""Why an alert was closed."""


@dataclass(frozen=True, slots=True)
class AlertRowView:
    """An alert in a list. `seen` cases in `weeks` weeks, where `expected` were usual."""

    alert_no: int
    title: Sentence
    headline: Sentence
    site: str
    condition: str
    diagnosis: str
    is_harm: bool
    first_week: str
    last_week: str
    when: Sentence
    weeks: int
    seen: int
    expected: float
    rules: tuple[str, ...]
    raised_on: str
    raised_words: str
    state: str
    state_word: str


@dataclass(frozen=True, slots=True)
class AlertListView:
    """All alerts that a user may see. `series` are watched at `sites` sites."""

    open: tuple[AlertRowView, ...]
    closed: tuple[AlertRowView, ...]
    sites: int
    series: int
    weeks: int


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week of the series: cases, what was usual, the limits. `is_signal`: a rule said that this is too many."""

    week: str
    count: int
    expected: float | None
    c1: float | None
    c2: float | None
    c3_limit: float | None
    signals: tuple[str, ...]
    is_signal: bool


@dataclass(frozen=True, slots=True)
class GapView:
    """How many other cases came before this leak, since the one before."""

    week: str
    gap: int
    is_signal: bool


@dataclass(frozen=True, slots=True)
class BetweenView:
    """The g-chart: gaps, what is usual, and the limit of a single gap if there is one."""

    gaps: tuple[GapView, ...]
    usual: float
    limit: int | None
    sentence: Sentence | None
    usual_share: Sentence


@dataclass(frozen=True, slots=True)
class ActView:
    """What was done, by whom, when."""

    words: str
    reason: str
    checked: tuple[str, ...]
    note: str
    by: str
    on_day: str
    on_day_words: str


@dataclass(frozen=True, slots=True)
class CaseLinkView:
    """A case of the cluster."""

    reference: str
    short_code: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert on its page. `holds`: the counts of today still make it a cluster."""

    row: AlertRowView
    second_line: tuple[Sentence, ...]
    holds: bool
    series: tuple[WeekView, ...]
    between: BetweenView | None
    checks: tuple[Check, ...]
    acts: tuple[ActView, ...]
    cases: tuple[CaseLinkView, ...]
    more_cases: int
    places: tuple[tuple[str, int], ...]


def row_view(alert: Alert, site: str, diagnosis: str, raised_words: str) -> AlertRowView:
    """Return an alert in words."""
    is_harm = alert.condition == LEAK
    weeks = apart(alert.first_week, alert.last_week) + 1
    in_weeks = counted(weeks, "{count} week", "{count} weeks")
    many = (
        counted(alert.seen, "{count} leak", "{count} leaks")
        if is_harm
        else counted(alert.seen, "{count} case", "{count} cases")
    )
    about = level(f"{alert.expected:.1f}") if alert.expected >= 0.05 else "0"
    return AlertRowView(
        alert_no=alert.alert_no,
        title=sentence("IV-calcium leaks, {site}", site=site)
        if is_harm
        else sentence("{diagnosis}, {site}", diagnosis=diagnosis, site=site),
        headline=sentence("{many} in {weeks}; about {expected} expected", many=many, weeks=in_weeks, expected=about),
        site=site,
        condition=alert.condition,
        diagnosis=diagnosis,
        is_harm=is_harm,
        first_week=alert.first_week,
        last_week=alert.last_week,
        when=span_words(alert.first_week, alert.last_week),
        weeks=weeks,
        seen=alert.seen,
        expected=alert.expected,
        rules=alert.rules,
        raised_on=alert.raised_on,
        raised_words=raised_words,
        state=alert.state,
        state_word=say(STATE_WORDS[alert.state]),
    )


def second_line(alert: Alert, series: tuple[WeekView, ...], between: BetweenView | None) -> tuple[Sentence, ...]:
    """Return why it was raised, in sentences."""
    found: list[Sentence] = []
    loud = [week for week in series if alert.first_week <= week.week <= alert.last_week and week.is_signal]
    if loud:
        most = max(loud, key=lambda week: (week.count, week.week))
        names = [
            level(f"{name} ({limit:.1f})")
            for name, limit in (("C1", most.c1), ("C2", most.c2))
            if limit is not None and name in most.signals
        ]
        if names:
            found.append(
                sentence(
                    "Week {week} alone: {count}. Limits passed: {limits}.",
                    week=most.week[5:].lstrip("W").lstrip("0"),
                    count=most.count,
                    limits=joined(names),
                )
            )
        if any("C3" in week.signals for week in loud):
            found.append(sentence("Three weeks together pass the limit of C3."))
    if BETWEEN in alert.rules and between is not None and between.sentence is not None:
        found.append(between.sentence)
    return tuple(found)
