"""The charts of when and where, of the user's sites and his choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from sqlmodel import Session

from shared.sentence import Sentence, sentence
from sync_server.database import Database
from sync_server.language import in_words, level, say, speaking
from sync_server.repositories import arrivals, sites
from sync_server.repositories.cases import NOT_SAID
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.alerts.weeks import apart, from_to, is_week, later, week_of
from sync_server.services.case_index import CaseCounts, Standing
from sync_server.services.cohort.words import many
from sync_server.services.course import courses_read
from sync_server.services.digest import URGENCIES
from sync_server.services.exports.csv_safe import Cell, csv_lines
from sync_server.services.follow_up_checks import NOT_WORKED_OUT
from sync_server.services.refusals import ReportRefused
from sync_server.services.time_charts import delays
from sync_server.services.time_charts.delays import DelayView, delay_view
from sync_server.services.week_words import week_words
from sync_server.services.wording import Wording, urgency_words

USUAL_WEEKS = 26
MOST_WEEKS = 260
MOST_KINDS = 6
"""Diagnoses that are told apart in the curve; what is rarer is summed up."""
MOST_READ = 5000
"""Cases of which the delays are shown: the newest ones."""
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class ChartChoice:
    """What was chosen; empty fields leave that side open. `by` is urgency or diagnosis."""

    site: int | None = None
    first_week: str = ""
    last_week: str = ""
    diagnosis: str = ""
    by: str = "urgency"


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class KindView:
    """One part of the curve: its count in each week."""

    code: str
    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site: its cases, and how many a week over the weeks since its first one (with 95 % interval)."""

    site: str
    cases: int
    weeks: int
    a_week: float
    low: float
    high: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimeChartsView:
    """Everything on the page. Without a case `kinds`, `sites` and `delays` are empty."""

    chosen: ChartChoice
    site_choices: tuple[Choice, ...]
    diagnosis_choices: tuple[Choice, ...]
    first_choices: tuple[Choice, ...]
    last_choices: tuple[Choice, ...]
    weeks: tuple[str, ...]
    cases: int
    kinds: tuple[KindView, ...]
    sites: tuple[SiteView, ...]
    delays: tuple[DelayView, ...]
    read: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """So many cases from a site in a week, of one urgency and diagnosis."""

    site_no: int
    week: str
    urgency: str
    diagnosis: str
    count: int


@dataclass(frozen=True, slots=True)
class TimeChartsService:
    """Counts cases by week and site, and how long things took."""

    database: Database
    wording: Wording
    today: Callable[[], str]
    counts: CaseCounts

    def view(self, user: User, chosen: ChartChoice) -> TimeChartsView:
        """Return the charts' numbers.

        Raises:
            ReportRefused: the choice makes no sense; the message says what to choose.
        """
        view = self._made(user, chosen)
        self._note(user, audit.SAW_REPORT, "charts")
        return view

    def csv(self, user: User, chosen: ChartChoice, which: str) -> str:
        """Return one of the three tables (curve, sites, delays) as CSV.

        Raises:
            ReportRefused: as `view`.
        """
        # A file is read by programs, and by people who share it.
        with speaking("en"):
            view = self._made(user, chosen)
        self._note(user, audit.EXPORTED, f"charts {which}")
        rows: list[Sequence[Cell]] = []
        if which == "curve":
            rows.append(["week", *(kind.label for kind in view.kinds)])
            rows += [[week, *(kind.counts[n] for kind in view.kinds)] for n, week in enumerate(view.weeks)]
        elif which == "sites":
            rows.append(["site", "cases", "weeks", "cases_a_week", "low_95", "high_95", *view.weeks])
            rows += [[s.site, s.cases, s.weeks, s.a_week, s.low, s.high, *s.counts] for s in view.sites]
        else:
            rows.append(["delay", "unit", "from_to", "cases", "known", "of"])
            for delay in view.delays:
                pairs = zip(delay.bins, delay.counts, strict=True)
                rows += [[str(delay.title), str(delay.unit), b, count, delay.known, delay.of] for b, count in pairs]
        return csv_lines(rows)

    def _note(self, user: User, action: str, what: str) -> None:
        with self.database.writing() as session:
            audit.record(session, audit.user(user.user_no), action, what)

    def _made(self, user: User, chosen: ChartChoice) -> TimeChartsView:
        this_week = week_of(self.today())
        with self.database.reading() as session:
            names = {n: name for n, name in sites.names(session).items() if user.sites is None or n in user.sites}
            begun = self.counts.first_weeks(session, Standing(user.sites))
            chosen = self._checked(chosen, this_week, names, min(begun.values(), default=""))
            among = user.sites if chosen.site is None else frozenset({chosen.site})
            every = Standing(among, chosen.first_week, chosen.last_week)
            wanted = replace(every, what=chosen.diagnosis)
            weeks = tuple(from_to(chosen.first_week, chosen.last_week))
            found = [
                Arrived(int(site), week, urgency, what, count)
                for (site, week, urgency, what), count in self.counts.by(
                    session, wanted, "site", "week", "urgency", "what"
                )
            ]
            known = {what: count for (what,), count in self.counts.by(session, every, "what")}
            cases = sum(one.count for one in found)
            times, read = self._delays(session, wanted) if cases else ((), 0)
        codes = sorted(known, key=lambda code: (-known[code], code))
        return TimeChartsView(
            chosen=chosen,
            site_choices=(
                Choice("", say("All sites"), chosen.site is None),
                *(Choice(str(number), name, number == chosen.site) for number, name in names.items()),
            ),
            diagnosis_choices=(
                Choice("", say("All diagnoses"), not chosen.diagnosis),
                *(
                    Choice(code, many(self._label(code), known[code]), code == chosen.diagnosis)
                    for code in codes
                    if code
                ),
            ),
            first_choices=_week_choices(begun, this_week, chosen.first_week),
            last_choices=_week_choices(begun, this_week, chosen.last_week),
            weeks=weeks,
            cases=cases,
            kinds=self._kinds(found, weeks, chosen.by) if cases else (),
            sites=_site_views(found, weeks, _shown_sites(names, begun, chosen)) if cases else (),
            delays=times,
            read=read,
        )

    def _checked(self, chosen: ChartChoice, this_week: str, names: dict[int, str], begun: str) -> ChartChoice:
        for week in (chosen.first_week, chosen.last_week):
            if week and not is_week(week):
                raise ReportRefused(sentence("There is no such week. Choose a week from the list."))
        if chosen.site is not None and chosen.site not in names:
            raise ReportRefused(sentence("Choose a site from the list."))
        if chosen.diagnosis and chosen.diagnosis not in self.wording.conditions():
            raise ReportRefused(sentence("Choose a diagnosis from the list."))
        last = min(chosen.last_week or this_week, this_week)
        first = chosen.first_week
        if not first:
            first = max(later(last, 1 - USUAL_WEEKS), min(begun or last, last))
        if first > last:
            raise ReportRefused(
                sentence("The period ends before it begins. Choose a later end or an earlier beginning.")
            )
        if apart(first, last) >= MOST_WEEKS:
            raise ReportRefused(
                sentence("The period is longer than {most} weeks. Choose a shorter one.", most=MOST_WEEKS)
            )
        return replace(chosen, first_week=first, last_week=last)

    def _label(self, code: str) -> str:
        return self.wording.condition(code) if code else say("Not assessed")

    def _kinds(self, found: Sequence[Arrived], weeks: Sequence[str], by: str) -> tuple[KindView, ...]:
        place = {week: n for n, week in enumerate(weeks)}
        totals: Counter[str] = Counter()
        for one in found:
            totals[one.urgency if by == "urgency" else one.diagnosis] += one.count
        if by == "urgency":
            order = [code for code in (*URGENCIES, "") if totals[code]]
            labels = {code: urgency_words(code) or say("Not assessed") for code in order}
        else:
            ranked = sorted(totals, key=lambda code: (-totals[code], code))
            order = ranked if len(ranked) <= MOST_KINDS + 1 else [*ranked[:MOST_KINDS], "others"]
            labels = {code: self._label(code) if code != "others" else say("All others") for code in order}
        counts = {code: [0] * len(weeks) for code in order}
        for one in found:
            code = one.urgency if by == "urgency" else one.diagnosis
            counts[code if code in counts else "others" if "others" in counts else ""][place[one.week]] += one.count
        return tuple(KindView(code, labels[code], tuple(counts[code])) for code in order)

    def _delays(self, session: Session, wanted: Standing) -> tuple[tuple[DelayView, ...], int]:
        cases = arrivals.of(session, self.counts.newest(session, wanted, MOST_READ))
        read, old = len(cases), courses_read(session, [one.case_no for one in cases if one.seen_day == NOT_WORKED_OUT])
        told = [old.get(one.case_no, one) for one in cases]
        onset = [one.onset_days for one in told if one.onset_days != NOT_SAID]
        calcium = [one.calcium_days for one in told if one.calcium_days != NOT_SAID]
        judged = [max(0, apart(one.week, week_of(one.judged_on))) for one in cases if one.judged_on]
        day, week = sentence("days"), sentence("weeks")
        views = (
            delay_view(
                "onset",
                sentence("From the beginning of the swelling to the first visit"),
                day,
                onset,
                read,
                delays.DAY_BINS,
            ),
            delay_view(
                "calcium",
                sentence("From the last IV calcium to the first visit"),
                day,
                calcium,
                read,
                delays.CALCIUM_BINS,
            ),
            delay_view(
                "judged",
                sentence("From the arrival of the case to the desk's diagnosis"),
                week,
                judged,
                read,
                delays.WEEK_BINS,
            ),
        )
        return views, read


def _week_choices(begun: Mapping[int, str], this_week: str, chosen: str) -> tuple[Choice, ...]:
    """Return the weeks since the first case, the newest first, and the chosen one wherever it lies."""
    weeks = {*from_to(min(begun.values(), default=this_week), this_week), chosen}
    return tuple(Choice(week, in_words(week_words(week)), week == chosen) for week in sorted(weeks, reverse=True))


def _shown_sites(names: dict[int, str], begun: dict[int, str], chosen: ChartChoice) -> dict[int, tuple[str, str]]:
    """Return name and first week of the chosen sites that have begun by the end of the period."""
    return {
        number: (name, begun[number])
        for number, name in names.items()
        if chosen.site in (None, number) and begun.get(number, "9999") <= chosen.last_week
    }


def _site_views(
    found: Sequence[Arrived], weeks: Sequence[str], shown: dict[int, tuple[str, str]]
) -> tuple[SiteView, ...]:
    """Return the sites with most cases a week first; of each, the weeks since its first case."""
    place = {week: n for n, week in enumerate(weeks)}
    counts = {number: [0] * len(weeks) for number in shown}
    for one in found:
        counts[one.site_no][place[one.week]] += one.count
    views = []
    for number, series in counts.items():
        name, begun = shown[number]
        total, over = sum(series), sum(week >= begun for week in weeks)
        low, high = poisson_interval(total)
        views.append(SiteView(name, total, over, total / over, low / over, high / over, tuple(series)))
    return tuple(sorted(views, key=lambda view: (-view.a_week, view.site)))


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the 95 % score interval of a Poisson mean of which `count` were seen (Rao's; Wilson's for shares)."""
    middle, half = count + _Z95**2 / 2, _Z95 * sqrt(count + _Z95**2 / 4)
    return max(0.0, middle - half), middle + half


def spread_words(delay: DelayView) -> Sentence:
    """Return the middle of a delay in words."""
    if not delay.known:
        return sentence("Known of none of {of} cases.", of=delay.of)
    return sentence(
        "Known of {known} of {of} cases. In {unit}: median {middle}, middle half {low} to {high}.",
        known=delay.known,
        of=delay.of,
        unit=delay.unit,
        middle=_plain(delay.middle),
        low=_plain(delay.low),
        high=_plain(delay.high),
    )


def _plain(number: float | None) -> str:
    return "–" if number is None else level(f"{number:.1f}".removesuffix(".0"))
