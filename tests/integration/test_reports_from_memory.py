"""The reports say what a plain count over entries and reviews says, whatever was done, in every server process."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from shared.case.entry import AnswerValue, CaseId, Conclusion, Entry, EntryKind, Quantity, RankedCondition
from shared.case.log import CaseLog
from shared.evaluation.scores import log_score
from shared.sync.compare import CompareRequest
from sync_server.api.dependencies import Services
from sync_server.database import Database
from sync_server.main import build_services
from sync_server.repositories import cases, devices, entries, reviews, scores, users
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.schema import identify
from sync_server.repositories.scores import Score
from sync_server.repositories.users import User
from sync_server.services.adjudicated_cases import Adjudicated
from sync_server.services.cohort.figures import DAYS_A_MONTH, DAYS_A_YEAR, NEWBORN, Values, figures
from sync_server.services.cohort.report import CohortChoice
from sync_server.services.performance.scoring import scores_of
from sync_server.services.performance.views import PerformanceChoice
from sync_server.services.review import FilledForm
from sync_server.services.time_charts.report import ChartChoice
from sync_server.tables.case_row import CaseRow
from tests.desk_world import TODAY, set_today
from tests.server_world import PASSWORD, RunningServer, Tablet, new_case

LEAK, CELLULITIS, ABSCESS = "calcinosis_cutis_iatrogenic", "cellulitis", "abscess"
DIAGNOSES = (LEAK, LEAK, LEAK, LEAK, CELLULITIS, "osteomyelitis")
SURE = Conclusion("1.1", "routine", (), (RankedCondition(LEAK, 0.8, 0.5, 0.9),), True)
SKIN = "RF10_skin_necrosis_over_lesion"
STEPS, ROUNDS = 40, 2


class Desk:
    """Two sites with two tablets each, two server processes, and a coordinator who reviews on either."""

    def __init__(self, server: RunningServer, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)  # noqa: S311
        self.tablets = [
            Tablet(server.url).enrol(server.code(site)) for site in ("Ward 1", "Ward 1", "Ward 2", "Ward 2")
        ]
        server.services.sign_in.create_user("Huda", PASSWORD)
        with server.services.database.reading() as session:
            account = users.find(session, "Huda")
        assert account is not None
        self.user = account.user
        self.sent: dict[CaseId, tuple[Tablet, list[Entry]]] = {}

    def step(self, services: Services) -> None:
        """Do something that a clinic or the desk does."""
        acts = (self.begin, self.go_on, self.review, self.withdraw)
        (act,) = self.chance.choices(acts, (4, 6, 9, 1)) if len(self.sent) > 6 else (self.begin,)
        act(services)

    def begin(self, services: Services) -> None:
        set_today(self.server.services, TODAY - timedelta(days=self.chance.choice((0, 40, 80))))
        tablet = self.chance.choice(self.tablets)
        answers = self._some(
            age_group=("0_6_d", "1_4_y"), sex=("male", "female", "unknown"),
            region=(("wrist",), ("ankle", "foot")), side=("left", "right"),
            onset_days=(0, 3, 30), days_since_iv_calcium=(5, 20),
            antibiotics_given=(Quantity(0, "h"), Quantity(48, "h")),
        )  # fmt: skip
        entry = tablet.entry(new_case(), answers, concluded=self._conclusion())
        tablet.push(entry)
        self.sent[entry.case_id] = tablet, [entry]

    def go_on(self, services: Services) -> None:
        case_id, tablet, before = self._case()
        kind = self.chance.choice((EntryKind.FOLLOW_UP, EntryKind.CORRECTION, EntryKind.OUTCOME))
        answers: dict[str, AnswerValue] = {}
        if kind is EntryKind.CORRECTION:
            answers = self._some(onset_days=(7, 9), days_since_iv_calcium=(11,), sex=("male", "female"))
        elif kind is EntryKind.FOLLOW_UP:
            answers = self._some(visit_day=(30, 200, 695), antibiotics_given=(Quantity(0, "h"), Quantity(24, "h")))
        else:
            proven: dict[str, AnswerValue] = {"final_diagnosis": LEAK, "proven_by": ("xray",)}
            answers = proven | self._some(
                healed_days=(30, 61, 122), sequelae=("yes", "no"), newborn_age_days=(3, 17, 28), visit_day=(90,)
            )
        concluded = self._conclusion() if kind is EntryKind.FOLLOW_UP else None
        # Sometimes beside what another wrote, and not upon it.
        parents = [before[-1]] if self.chance.random() < 0.7 else [before[0]]
        entry = tablet.entry(case_id, answers, kind=kind, parents=parents, concluded=concluded)
        tablet.push(entry)
        before.append(entry)

    def review(self, services: Services) -> None:
        case_id, *_ = self._case()
        state = self.chance.choice(("confirmed", "confirmed", "confirmed", "received", "rejected"))
        diagnosis = self.chance.choice(DIAGNOSES) if state == "confirmed" or self.chance.random() < 0.5 else ""
        with services.database.reading() as session:
            found = cases.find(session, case_id)
            assert found is not None
            written = reviews.of_case(session, found.case_no, found.case_id)
        seen = str(written[-1].review.number) if written else "0"
        services.review.save(case_id, FilledForm(state, diagnosis, (), "", seen), self.user)

    def withdraw(self, services: Services) -> None:
        case_id, tablet, before = self._case()
        entry = tablet.entry(case_id, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[before[-1]])
        if self.chance.random() < 0.5:
            tablet.push(entry)
        else:
            # On another tablet's word, before its author can send it.
            other = self.tablets[self.tablets.index(tablet) ^ 1]
            with services.database.reading() as session:
                device = devices.find(session, other.device)
            assert device is not None
            services.compare.compare(device, CompareRequest(other.device, witnessed=(entry,)))
            tablet.written -= 1
        del self.sent[case_id]

    def _case(self) -> tuple[CaseId, Tablet, list[Entry]]:
        case_id = self.chance.choice(list(self.sent))
        return case_id, *self.sent[case_id]

    def _some(self, **values: Sequence[AnswerValue]) -> dict[str, AnswerValue]:
        return {code: self.chance.choice(some) for code, some in values.items() if self.chance.random() < 0.7}

    def _conclusion(self) -> Conclusion | None:
        if self.chance.random() < 0.15:
            return None
        names = self.chance.sample((LEAK, CELLULITIS, ABSCESS, "osteomyelitis"), 3)
        chances = self.chance.choice(((0.7, 0.2, 0.1), (0.5, 0.4, 0.0), (1.0, 0.0, 0.0)))
        rows = [RankedCondition(name, chance, 0.0, 1.0) for name, chance in zip(names, chances, strict=True)]
        flags = (SKIN,) if self.chance.random() < 0.3 else ()
        urgency = self.chance.choice(("emergency", "same_day", "within_days", "routine"))
        return Conclusion(self.chance.choice(("1.0", "1.1")), urgency, flags, tuple(rows), True)


@dataclass(frozen=True)
class Plain:
    """A case that is in the reports, from its entries and reviews alone."""

    stored: StoredCase
    log: Sequence[Entry]
    scores: Sequence[Score]

    def days(self, code: str, *kinds: EntryKind) -> list[int]:
        """Return what entries of these kinds say, parents before children."""
        said = [entry.answers.get(code) for entry in self.log if entry.kind in kinds]
        return [one for one in said if isinstance(one, int) and not isinstance(one, bool)]

    @property
    def age(self) -> int | None:
        return next(reversed(self.days("newborn_age_days", EntryKind.OUTCOME)), None)

    @property
    def healed(self) -> int | None:
        return next(reversed(self.days("healed_days", EntryKind.OUTCOME)), None)

    @property
    def followed(self) -> int | None:
        return max(self.days("visit_day", *EntryKind), default=None)

    @property
    def sequelae(self) -> str | None:
        said = [one.answers["sequelae"] for one in self.log if "sequelae" in one.answers]
        return str(said[-1]) if said else None

    @property
    def concluded(self) -> list[Conclusion]:
        return [one.conclusion for one in self.log if one.conclusion]

    def is_newborn(self) -> bool:
        return self.stored.digest.age_band in ("0_6_d", "7_27_d") or self.age is not None


def in_reports(session: Session) -> list[Plain]:
    """Read every case that no report may leave out."""
    rows = session.exec(select(CaseRow.case_no).order_by(CaseRow.case_no)).all()  # type: ignore[arg-type]
    stored = cases.by_number(session, [number for number in rows if number is not None])
    said, logs = (
        reviews.of_cases(session, stored),
        entries.of_cases(session, {no: one.case_id for no, one in stored.items()}),
    )
    places = scores.places_of_entries(session, list(stored))
    return [
        Plain(
            case,
            CaseLog.of(case.case_id, logs[number]).in_causal_order(),
            scores_of(logs[number], places, said[number]),
        )
        for number, case in stored.items()
        if not case.is_withdrawn
        and said[number]
        and said[number][-1].state != "rejected"
        and said[number][-1].diagnosis
    ]


def months(days: Sequence[int | None], unit: float = DAYS_A_MONTH) -> Values:
    return Counter(day / unit for day in days if day is not None)


def check_cohort(services: Services, plain: Sequence[Plain], diagnosis: str, age: str) -> int:
    """Compare the figures of a series with a count over its cases; return how many cases it has."""
    of_it = [one for one in plain if one.stored.diagnosis == diagnosis]
    chosen = {"": of_it, NEWBORN: [one for one in of_it if one.is_newborn()]}.get(
        age, [one for one in of_it if one.stored.digest.age_band == age]
    )
    held = services.cohort.held
    with services.database.reading() as session, held.fresh(session):
        found = figures(held, held.of(Adjudicated(diagnosis=diagnosis)), age)
        assert held.diagnoses(Adjudicated()) == Counter(one.stored.diagnosis for one in plain)
    assert found.n == len(chosen)
    sexes = [one.stored.digest.sex for one in chosen]
    assert found.sexes == Counter(sex if sex in ("male", "female") else "" for sex in sexes)
    assert found.bands == Counter(one.stored.digest.age_band for one in chosen)
    assert found.places == Counter((one.stored.digest.region, one.stored.digest.side) for one in chosen)
    assert found.knowledge == {said.knowledge_version for one in chosen for said in one.concluded}
    assert found.sequelae == Counter(one.sequelae == "yes" for one in chosen if one.sequelae)
    flags = [[flag for said in one.concluded for flag in said.red_flags] for one in chosen if one.concluded]
    assert found.dying_skin == Counter(SKIN in some for some in flags)
    assert found.ages == Counter(one.age for one in chosen if one.age is not None)
    assert found.healed == months([one.healed for one in chosen])
    assert found.followed == months([one.followed for one in chosen], DAYS_A_YEAR)
    still = months([one.followed for one in chosen if one.healed is None])
    assert found.courses == {(at, True): n for at, n in found.healed.items()} | {
        (at, False): n for at, n in still.items()
    }
    return len(chosen)


def check_performance(services: Services, user: User, plain: Sequence[Plain], chosen: PerformanceChoice) -> int:
    """Compare the report with a count over its cases; return how many were scored."""
    among = [
        one for one in plain
        if chosen.site in (None, one.stored.site_no) and chosen.first_month <= one.stored.received_month
        and one.stored.received_month <= (chosen.last_month or "9999")
    ]  # fmt: skip
    scored = [(one, one.scores[-1 if chosen.is_last else 0]) for one in among if one.scores]
    view = services.performance.view(user, chosen)
    assert (view.adjudicated, view.scored) == (len(among), len(scored))
    picked = [(one, score) for one, score in scored if chosen.knowledge in ("", score.knowledge_version)]
    if not picked:
        assert view.report is None
        return 0
    report, n = view.report, len(picked)
    assert report is not None
    every = [score for _, score in picked]
    assert (report.n, report.first.k, report.first_three.k) == (
        n, sum(one.place == 1 for one in every), sum(one.place in (1, 2, 3) for one in every)
    )  # fmt: skip
    assert report.brier == round(statistics.fmean(one.brier for one in every), 4)
    assert report.log_score == pytest.approx(
        statistics.fmean(log_score(max(one.given / 100, 0.005)) for one in every), abs=1e-4
    )
    said = [
        (percent, place == one.place)
        for one in every for place, percent in enumerate((one.first, one.second, one.third), 1) if percent
    ]  # fmt: skip
    assert report.statements == len(said)
    assert sum(one.observed.k for one in report.bins) == sum(came for _, came in said)
    assert sum(row.n for row in report.confusion.rows) == n
    right = Counter(one.diagnosis for one in every if one.diagnosis == one.leader)
    assert (
        sum(cell.count for row in report.confusion.rows for cell in row.cells if cell.kind == "right") == right.total()
    )
    assert {one.label: (one.right.k, one.right.n) for one in report.by_site} == {
        f"Ward {site}": (sum(score.place == 1 for one, score in picked if one.stored.site_no == site), count)
        for site, count in Counter(one.stored.site_no for one, _ in picked).items()
    }
    versions = Counter(one.knowledge_version for one in every)
    assert [one.right.n for one in report.by_version] == [versions[one] for one in sorted(versions)]
    today = ("emergency", "same_day")
    usual = services.performance.wording.knowledge.limits.usual_dispositions
    low = [
        one.stored.case_id for one, score in picked if usual[score.diagnosis] in today and score.urgency not in today
    ]
    assert report.too_low.k == len(low)
    assert [one.reference for one in report.too_low_cases] == low[::-1][:20]
    calcinosis = Counter(one.antibiotics for one in every if one.diagnosis == LEAK)
    if calcinosis:
        wanted = [calcinosis.total(), calcinosis["none"], calcinosis["before"], calcinosis["later"], calcinosis[""]]
        assert [int(word) for word in str(report.antibiotics[0]).replace(",", "").split() if word.isdigit()] == wanted
    return n


def check_charts(services: Services, user: User) -> int:
    """Compare the delays with what the first visits and their corrections say; return how many are known."""
    with services.database.reading() as session:
        rows = session.exec(select(CaseRow)).all()
        standing = {
            row.case_no: CaseId(row.case_id) for row in rows if not row.is_withdrawn and row.review_state != "rejected"
        }
        logs = entries.of_cases(session, {number: case for number, case in standing.items() if number is not None})
    view = services.time_charts.view(user, ChartChoice())
    delays = {one.code: one for one in view.delays}
    for delay, code in (("onset", "onset_days"), ("calcium", "days_since_iv_calcium")):
        known = []
        for log in logs.values():
            ordered = CaseLog.of(log[0].case_id, log).in_causal_order()
            first = [one.answers[code] for one in ordered if not one.parents and code in one.answers]
            corrected = [
                one.answers[code] for one in ordered if one.kind is EntryKind.CORRECTION and code in one.answers
            ]
            known += [int(str(one)) for one in (*first[:1], *corrected)[-1:]]
        assert (delays[delay].known, delays[delay].of) == (len(known), len(logs))
        assert delays[delay].middle == (statistics.median(known) if known else None)
    return delays["onset"].known


@contextmanager
def another_process(server: RunningServer) -> Iterator[Services]:
    """Give services of their own on the same database, as a second server process has them."""
    database = Database(server.database_url)
    try:
        services = build_services(server.services.settings, database, identify(database))
        set_today(services, TODAY)
        yield services
    finally:
        database.close()


def forget_courses(services: Services) -> None:
    """Leave the rows as a server of before would have left them."""
    old = {"seen_day": -1, "age_days": -1, "healed_days": -1, "followed_days": -1, "sequelae": -1, "dying_skin": -1}
    with services.database.writing() as session:
        session.execute(update(CaseRow).values(**old, knowledge="", onset_days=-1, calcium_days=-1))


@pytest.mark.parametrize("seed", [1])
def test_every_report_is_the_plain_count_after_random_pushes_reviews_and_withdrawals(
    server: RunningServer, seed: int
) -> None:
    desk, chance, counted = Desk(server, seed), random.Random(seed), Counter[str]()  # noqa: S311

    def check(services: Services) -> None:
        with services.database.reading() as session:
            plain = in_reports(session)
        for age in ("", NEWBORN, "1_4_y"):
            counted[f"cohort {age}"] += check_cohort(services, plain, LEAK, age)
        for choice in (
            PerformanceChoice(),
            PerformanceChoice(is_last=True, knowledge="1.1"),
            PerformanceChoice(chance.random() < 0.5, chance.choice((1, 2)), chance.choice(("", "1.0")), "2026-10"),
        ):
            counted["scored"] += check_performance(services, desk.user, plain, choice)
        set_today(services, TODAY)
        counted["charted"] += check_charts(services, desk.user)

    with another_process(server) as other:
        for _ in range(ROUNDS):
            for _ in range(STEPS):
                desk.step(chance.choice((server.services, other)))
            check(server.services)
            check(other)
    forget_courses(server.services)
    with another_process(server) as updated:
        check(updated)
    # Whatever was compared was there.
    assert min(counted.values()) > 5, counted


def test_a_case_that_another_tablet_says_is_withdrawn_leaves_what_was_counted_before(server: RunningServer) -> None:
    desk = Desk(server, 2)
    author, other = desk.tablets[:2]
    for _ in range(2):
        entry = author.entry(new_case(), {"age_group": "1_4_y", "onset_days": 3}, concluded=SURE)
        author.push(entry)
        server.services.review.save(entry.case_id, FilledForm("confirmed", LEAK, (), "", "0"), desk.user)
    counted = server.services.cohort.view(desk.user, CohortChoice(LEAK)), charted(server, desk)

    withdrawal = author.entry(
        entry.case_id, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[entry]
    )
    with server.services.database.reading() as session:
        device = devices.find(session, other.device)
    assert device is not None
    server.services.compare.compare(device, CompareRequest(other.device, witnessed=(withdrawal,)))

    assert (counted[0].children, counted[1]) == (2, 2)
    assert server.services.cohort.view(desk.user, CohortChoice(LEAK)).children == 1
    assert server.services.performance.view(desk.user, PerformanceChoice()).adjudicated == 1
    assert charted(server, desk) == 1


def charted(server: RunningServer, desk: Desk) -> int:
    return server.services.time_charts.view(desk.user, ChartChoice()).cases
