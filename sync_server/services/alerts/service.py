"""Alerts for those who look: the list, one alert, what was done about it, and how many are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.short_code import short_code
from shared.sentence import Sentence, phrase, sentence
from sync_server.database import Database
from sync_server.language import say
from sync_server.repositories import alerts, cases, sites, users
from sync_server.repositories.alerts import CLOSED, LOOKED_AT, WENT_ON, Act, Alert, Sites
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.alerts import rare
from sync_server.services.alerts.advice import checks
from sync_server.services.alerts.clusters import Harm
from sync_server.services.alerts.district import District, read
from sync_server.services.alerts.ears import ears
from sync_server.services.alerts.noting import Noting, is_same
from sync_server.services.alerts.views import (
    REASONS,
    ActView,
    AlertListView,
    AlertRowView,
    AlertView,
    BetweenView,
    CaseLinkView,
    GapView,
    WeekView,
    row_view,
    second_line,
)
from sync_server.services.alerts.weeks import from_to, later, week_of
from sync_server.services.case_index import CaseCounts, Standing
from sync_server.services.refusals import NoSuchAlert
from sync_server.services.wording import Wording, day_words

SHOWN_WEEKS = 26
SHOWN_GAPS = 12
MOST_CASES = 12
LONGEST_NOTE = 300
_ACT_WORDS = {
    LOOKED_AT: phrase("Looked at"),
    CLOSED: phrase("Closed"),
    WENT_ON: phrase("Went on after it was closed; open again"),
}


class AlertNotChanged(Exception):
    """The form has to be mended: `said` and `advice` (the same in English) say how. `filled` is what was filled in."""

    def __init__(self, said: Sentence, filled: FilledAlertForm) -> None:
        super().__init__(str(said))
        self.said = said
        self.advice = str(said)
        self.filled = filled


@dataclass(frozen=True, slots=True)
class FilledAlertForm:
    """What was filled in: `act` is looked_at or closed, `checked` the numbers of the things to check."""

    act: str
    reason: str = ""
    checked: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class AlertsService:
    """Shows alerts, and keeps what people do about them."""

    database: Database
    wording: Wording
    today: Callable[[], str]
    noting: Noting
    counts: CaseCounts

    def refresh(self) -> None:
        """Note what is new; call it before asking how many are open."""
        self.noting.refresh()

    def count_open(self, session: Session, sites: Sites) -> int:
        """Return how many noted alerts of these sites are open, for the navigation."""
        return alerts.count_open(session, sites)

    def open_alerts(self, session: Session, sites: Sites) -> tuple[AlertRowView, ...]:
        """Return the noted alerts of these sites that are open, harm first, then the latest."""
        found = alerts.listed(session, sites, only_open=True)
        return self._rows(session, found)

    def view(self, user: User) -> AlertListView:
        """Return the list, after noting what is new."""
        self.refresh()
        with self.database.writing() as session:
            audit.record(session, audit.user(user.user_no), audit.SAW_REPORT, "alerts")
        with self.database.reading() as session:
            rows = self._rows(session, alerts.listed(session, user.sites))
            district = read(session, self.counts, week_of(self.today()), user.sites)
        return AlertListView(
            open=tuple(row for row in rows if row.state != CLOSED),
            closed=tuple(row for row in rows if row.state == CLOSED),
            sites=len(district.weeks),
            series=len(district.counts),
            weeks=max((len(weeks) for weeks in district.weeks.values()), default=0),
        )

    def alert(self, alert_no: int, user: User) -> AlertView:
        """Return one alert.

        Raises:
            NoSuchAlert: there is none of this number, or it is of a site that the user does not have.
        """
        self.refresh()
        with self.database.writing() as session:
            found = _find(session, alert_no, user.sites)
            audit.record(session, audit.user(user.user_no), audit.SAW_REPORT, f"alert {alert_no}")
        with self.database.reading() as session:
            return self._alert(session, found)

    def act(self, alert_no: int, form: FilledAlertForm, user: User) -> None:
        """Keep what was done.

        Raises:
            AlertNotChanged: with what to change.
            NoSuchAlert: there is no such alert for this user.
        """
        with self.database.writing() as session:
            found = _find(session, alert_no, user.sites)
            sites.lock(session, found.site_no)
            form = self._checked_form(form)
            known = [one.text for one in checks(self.wording.knowledge, found.condition)]
            ticked = [text for number, text in enumerate(known) if str(number) in form.checked]
            alerts.change(session, alert_no, state=form.act)
            alerts.add_act(
                session,
                alert_no,
                form.act,
                self.today(),
                user_no=user.user_no,
                reason=form.reason if form.act == CLOSED else "",
                checked=ticked,
                note=form.note,
            )
            what = f"alert {alert_no}: {form.act}"
            audit.record(session, audit.user(user.user_no), audit.ALERT_CHANGED, what)

    def _checked_form(self, form: FilledAlertForm) -> FilledAlertForm:
        note = " ".join(form.note.split())
        filled = FilledAlertForm(form.act, form.reason, form.checked, note)
        if form.act not in (LOOKED_AT, CLOSED):
            raise AlertNotChanged(sentence("Choose one of the two buttons."), filled)
        if form.act == CLOSED and form.reason not in REASONS:
            raise AlertNotChanged(sentence("Choose why the alert can be closed."), filled)
        if len(note) > LONGEST_NOTE:
            raise AlertNotChanged(
                sentence("The note is longer than {most} characters. Shorten it.", most=LONGEST_NOTE), filled
            )
        if not note.isprintable():
            raise AlertNotChanged(sentence("The note holds characters that cannot be shown. Type it again."), filled)
        # A row of digits is a record number, a telephone or a birthday; four are a year or a short code.
        if any(sum(letter.isdigit() for letter in word) > 4 for word in note.split()):
            raise AlertNotChanged(
                sentence("Leave out numbers of more than four digits: nothing about a child may stand here."), filled
            )
        return filled

    def _rows(self, session: Session, found: Sequence[Alert]) -> tuple[AlertRowView, ...]:
        names = sites.names(session)
        rows = [self._row(one, names) for one in found]
        return tuple(sorted(rows, key=lambda row: not row.is_harm))

    def _row(self, alert: Alert, names: dict[int, str]) -> AlertRowView:
        diagnosis = self.wording.condition(alert.condition)
        return row_view(alert, names[alert.site_no], diagnosis, day_words(alert.raised_on))

    def _alert(self, session: Session, alert: Alert) -> AlertView:
        this_week = week_of(self.today())
        district = read(session, self.counts, this_week, frozenset({alert.site_no}))
        series = _series(district, alert, this_week)
        between = _between(district, alert)
        weeks = district.weeks.get(alert.site_no, ())
        holds = any(
            is_same(
                alert, Alert(0, alert.site_no, alert.condition, weeks[one.first], weeks[one.last], (), 0, 0.0, "", "")
            )
            for one in (district.clusters(alert.site_no, alert.condition) if _is_known(district, alert) else ())
        )
        standing = Standing(frozenset({alert.site_no}), alert.first_week, alert.last_week, what=alert.condition)
        numbers = self.counts.newest(session, standing, 10 * MOST_CASES)
        found = list(cases.by_number(session, numbers).values())
        references = cases.references(session, found)
        regions = Counter(region for case in found for region in case.digest.region.split())
        names = users.names(session)
        return AlertView(
            row=self._row(alert, sites.names(session)),
            second_line=second_line(alert, series, between),
            holds=holds,
            series=series,
            between=between,
            checks=checks(self.wording.knowledge, alert.condition),
            acts=tuple(_act_view(act, names) for act in alerts.acts(session, alert.alert_no)),
            cases=tuple(
                CaseLinkView(references[case.case_no], short_code(case.case_id)) for case in found[-MOST_CASES:]
            ),
            more_cases=max(0, len(found) - MOST_CASES),
            places=tuple((self.wording.region(code), count) for code, count in regions.most_common(4)),
        )


def _find(session: Session, alert_no: int, of_sites: Sites) -> Alert:
    found = alerts.find(session, alert_no, of_sites)
    if found is None:
        raise NoSuchAlert
    return found


def _is_known(district: District, alert: Alert) -> bool:
    return (alert.site_no, alert.condition) in district.counts


def _series(district: District, alert: Alert, this_week: str) -> tuple[WeekView, ...]:
    """Return the last half year, further back where the alert is older."""
    if not _is_known(district, alert):
        return ()
    weeks, counts = district.weeks[alert.site_no], district.counts[alert.site_no, alert.condition]
    limits = ears(counts)
    first = min(later(this_week, 1 - SHOWN_WEEKS), later(alert.first_week, -10))
    shown = set(from_to(first, this_week))
    marked = {
        week
        for cluster in district.clusters(alert.site_no, alert.condition)
        for week in range(cluster.first, cluster.last + 1)
    }
    return tuple(
        WeekView(
            week,
            counts[n],
            limits[n].expected,
            limits[n].c1,
            limits[n].c2,
            limits[n].c3_limit,
            limits[n].signals,
            n in marked and bool(limits[n].signals),
        )
        for n, week in enumerate(weeks)
        if week in shown
    )


def _between(district: District, alert: Alert) -> BetweenView | None:
    """Return the g-chart up to the end of the alert, with what was usual before its first signal."""
    harm: Harm | None = district.harm(alert.site_no, alert.condition)
    if harm is None or len(harm.places) < 2:
        return None
    weeks = district.weeks[alert.site_no]
    # What came after the alert's last week is not part of it, but is shown.
    found = rare.too_close(harm.places)
    own = [one for one in found if alert.first_week <= weeks[harm.weeks[one.event]] <= alert.last_week]
    worst = max(own, key=lambda one: (one.event, -one.chance), default=None)
    before = worst.event - worst.events + 1 if worst else len(harm.places)
    cases_before = harm.places[before - 1] if before else 0
    share = rare.usual_share(before, cases_before)
    marked = {number for one in own for number in range(one.event - one.events + 1, one.event + 1)}
    gaps = [
        GapView(weeks[week], gap, n in marked)
        for n, (week, gap) in enumerate(zip(harm.weeks, rare.gaps(harm.places), strict=True))
    ]
    said = None
    if worst is not None:
        said = sentence(
            "{events} of {cases} cases in a row were leaks; about {expected} would be usual. The chance of that is"
            " about 1 in {times} where nothing has changed.",
            events=worst.events,
            cases=worst.cases,
            expected=f"{worst.expected:.1f}",
            times=_about(1 / max(worst.chance, 1e-4)),
        )
    usual = sentence(
        "Usual here: one case in {cases} is a leak ({leaks} of {of} before, and one in twenty where little is known).",
        cases=round(1 / share),
        leaks=before,
        of=cases_before,
    )
    return BetweenView(tuple(gaps[-SHOWN_GAPS:]), rare.usual_gap(share), rare.lower_limit(share), said, usual)


def _about(number: float) -> str:
    """Return a number to two figures, with a blank between thousands: it is an estimate."""
    step = 10 ** max(0, len(str(int(number))) - 2)
    return f"{round(number / step) * step:,}".replace(",", "\u202f")


def _act_view(act: Act, names: dict[int, str]) -> ActView:
    return ActView(
        words=say(_ACT_WORDS[act.act]),
        reason=say(REASONS.get(act.reason, "")),
        checked=tuple(map(say, act.checked)),
        note=act.note,
        by=names.get(act.user_no, "") if act.user_no is not None else "",
        on_day=act.on_day,
        on_day_words=day_words(act.on_day),
    )
