"""The first page: what needs somebody today. Cases for those who see cases; tablets and what else for the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from shared.case.short_code import short_code
from shared.sentence import Sentence, counted, sentence
from sync_server.database import Database
from sync_server.repositories import cases, devices, reviews, users
from sync_server.repositories.devices import ListedDevice
from sync_server.repositories.users import Role, User
from sync_server.services.alerts.service import AlertsService
from sync_server.services.case_index import YES, CaseIndex, Wanted
from sync_server.services.case_rows import CaseRows
from sync_server.services.rights import RIGHTS, Right
from sync_server.services.tablets import SILENT_AFTER_DAYS
from sync_server.services.today_answers import Answers
from sync_server.services.today_decisions import CALCINOSIS, Decisions
from sync_server.services.today_reminders import Reminders
from sync_server.services.today_views import CasesTodayView, HeardOfView, OverdueView, TodayView, WeekView
from sync_server.services.wording import day_words

DECISIONS, OVERDUE, TABLETS, WEEKS = 5, 5, 8, 12
_DAYS = (
    sentence("Monday"), sentence("Tuesday"), sentence("Wednesday"), sentence("Thursday"), sentence("Friday"),
    sentence("Saturday"), sentence("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TodayService:
    """Reads what needs somebody."""

    database: Database
    rows: CaseRows
    index: CaseIndex
    decisions: Decisions
    answers: Answers
    reminders: Reminders
    alerts: AlertsService
    today: Callable[[], str]

    def view(self, user: User) -> TodayView:
        """Return the page of a user."""
        day = date.fromisoformat(self.today())
        rights = RIGHTS[user.role]
        sees_cases = Right.SEE_CASES in rights
        if sees_cases:
            self.alerts.refresh()
        with self.database.reading() as session:
            # An administrator sees no case, and every tablet.
            found = devices.listed(session, None if user.role is Role.ADMINISTRATOR else user.sites)
            heard = sorted((one for one in found if not one.device.is_revoked), key=lambda one: one.last_seen_on)
            silent = [one for one in heard if _is_silent(one, day)]
            others = sorted((one for one in heard if not _is_silent(one, day)), key=lambda one: -one.waiting)
            return TodayView(
                day=sentence("{day} {date}", day=_DAYS[day.weekday()], date=day_words(day.isoformat())),
                cases=self._cases(session, user, day) if sees_cases else None,
                tablets=tuple(_heard_of(one, day) for one in (*silent, *others)[:TABLETS]),
                silent=len(silent),
                users=len(users.every(session)) if Right.MANAGE_USERS in rights else 0,
                knowledge_version=self.rows.wording.knowledge.version,
            )

    def remind(self, reference: str, user: User) -> str:
        """Remind the clinic of the check that is due; return the case's code, or "" if none is due any more.

        Raises:
            NoSuchCase, ReviewNotSaved: nothing was sent.
        """
        case = self.reminders.remind(reference, user)
        return "" if case is None else short_code(case.case_id)

    def _cases(self, session: Session, user: User, day: date) -> CasesTodayView:
        decisions, deciding = self.decisions.of(session, user, day)
        answers, answered = self.answers.of(session, user, day)
        overdue = Wanted(overdue=(YES,), sort="late")
        late = self.index.find(session, overdue, user.sites, day, limit=OVERDUE)
        known = cases.by_number(session, late.numbers)
        numbers = [number for number in late.numbers if number in known]
        rows = self.rows.of_numbers(session, numbers, day)
        return CasesTodayView(
            decisions=tuple(decisions[:DECISIONS]),
            more=tuple(decisions[DECISIONS:]),
            deciding=deciding,
            answers=answers,
            answered=answered,
            overdue=tuple(
                OverdueView(row, row.late_what, self.reminders.reminded_on(session, known[number]))
                for number, row in zip(numbers, rows, strict=True)
            ),
            late=late.matching,
            alerts=self.alerts.open_alerts(session, user.sites) if Right.SEE_REPORTS in RIGHTS[user.role] else (),
            week=self._week(session, user, day),
        )

    def _week(self, session: Session, user: User, day: date) -> WeekView:
        monday = day - timedelta(days=day.weekday())
        first = monday - timedelta(weeks=WEEKS - 1)
        this, earliest = _iso_week(monday), _iso_week(first)
        new, emergencies = self.index.count(
            session,
            [
                Wanted(from_week=this, to_week=this),
                Wanted(from_week=this, to_week=this, urgency=("emergency",)),
            ],
            user.sites,
            day,
        )
        reviewed, confirmed = reviews.cases_since(session, monday.isoformat(), user.sites, CALCINOSIS)
        weeks = self.index.weeks(session, Wanted(from_week=earliest, to_week=this), user.sites, day)
        by_week = dict(zip(weeks.mondays, weeks.counts, strict=True))
        mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
        return WeekView(
            new=new,
            emergencies=emergencies,
            reviewed=reviewed,
            confirmed=confirmed,
            weeks=tuple(str(one.isocalendar().week) for one in mondays),
            counts=tuple(by_week.get(one.toordinal(), 0) for one in mondays),
        )


def _is_silent(one: ListedDevice, today: date) -> bool:
    days = _days_since(one, today)
    return days is not None and days > SILENT_AFTER_DAYS


def _days_since(one: ListedDevice, today: date) -> int | None:
    return (today - date.fromisoformat(one.last_seen_on)).days if one.last_seen_on else None


def _heard_of(one: ListedDevice, today: date) -> HeardOfView:
    days, is_silent = _days_since(one, today), _is_silent(one, today)
    if is_silent:
        state = sentence("silent")
    elif days is None:
        state = sentence("never synced")
    else:
        state = sentence("{count} waiting", count=one.waiting) if one.waiting else sentence("all sent")
    return HeardOfView(
        name=sentence("{site}, tablet {number}", site=one.site, number=one.device.tablet_no),
        state=state,
        when=_when(days),
        is_silent=is_silent,
    )


def _when(days: int | None) -> Sentence:
    if days is None:
        return sentence("–")
    if days <= 0:
        return sentence("today")
    return sentence("yesterday") if days == 1 else counted(days, "{count} day ago", "{count} days ago")


def _iso_week(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"
