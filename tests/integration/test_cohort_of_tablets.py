"""A published series comes out of the cohort report as it was printed, entered on a tablet and sent by its sync.

The series: "Neonatal iatrogenic calcinosis cutis caused by calcium gluconate extravasation", 16 newborns, December 2012
to June 2021 (abstract; authors and journal are not given there). Its figures: 10 male, 6 female; 17.5 ± 7.8 days; left
wrist 4, right wrist 1, left ankle 6, right ankle 5; healed in 1-3 months, 1.6 ± 0.6; followed for 0.5-8.5 years, 3.5 ±
2.8. Single patients are not published: those below are made up so that together they have these figures. What stands
in one line belongs together by chance and must not be studied.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mobile_app.navigation import Screen
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import CaseId, EntryKind, Quantity
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from sync_server.repositories import cases, entries, reviews, users
from sync_server.repositories.users import User
from sync_server.services.cohort.report import CohortChoice, CohortView
from sync_server.services.review import FilledForm
from tests.presenter_world import Finger
from tests.server_world import PASSWORD, RunningServer
from tests.tablet_world import TestTablet, TurnableClock

CALCINOSIS = "calcinosis_cutis_iatrogenic"
FIRST_DAY = datetime(2012, 12, 3, 9, 0, tzinfo=UTC)
DAYS_A_YEAR = 365.25
TOLD: Mapping[str, str | Quantity] = {
    "prior_iv_calcium_same_limb_3m": "yes",
    "days_since_iv_calcium": Quantity(6, "d"),
    "recent_hospital_admission": "yes",
    "swelling_consistency": "firm_indurated",
    "erythema": "no",
    "warmth": "no",
    "fever_ge_38": "no",
}


@dataclass(frozen=True)
class Newborn:
    """One of the series: sex, age in days, place, months until healed, years of follow-up."""

    sex: str
    age: int
    region: str
    side: str
    healed: str
    years: float


SERIES = (
    Newborn("female", 28, "ankle", "right", "2.5", 0.5),
    Newborn("male", 9, "ankle", "right", "1.5", 2.1),
    Newborn("female", 15, "ankle", "left", "1.4", 8.2),
    Newborn("female", 21, "ankle", "left", "1", 3.1),
    Newborn("male", 12, "wrist", "left", "1", 1.0),
    Newborn("male", 28, "ankle", "left", "1.4", 4.1),
    Newborn("male", 16, "ankle", "right", "1.3", 0.9),
    Newborn("male", 9, "ankle", "right", "3", 7.8),
    Newborn("male", 27, "ankle", "left", "1", 1.9),
    Newborn("female", 8, "wrist", "right", "2.2", 5.8),
    Newborn("female", 12, "ankle", "left", "2.2", 1.9),
    Newborn("female", 18, "ankle", "left", "1.3", 3.4),
    Newborn("male", 6, "wrist", "left", "1", 0.6),
    Newborn("male", 28, "ankle", "right", "2", 5.4),
    Newborn("male", 19, "wrist", "left", "1.8", 0.8),
    Newborn("male", 24, "wrist", "left", "1", 8.5),
)


class Clinic:
    """A nurse at one tablet, over the years."""

    def __init__(self, finger: Finger) -> None:
        self.finger = finger
        self.cases: dict[int, CaseId] = {}

    def at(self, moment: datetime) -> None:
        clock = self.finger.tablet.clock
        clock.pass_time((moment - clock.now()).total_seconds())

    def first_visit(self, number: int, child: Newborn) -> None:
        finger = self.finger
        finger.begin_case(
            places=((child.region, child.side),),
            age=(str(child.age), "d"),
            sex=child.sex,
            setting="nicu_inpatient_post_iv",
        )
        self._visit()
        self.cases[number] = finger.store.summaries()[0].case_id

    def outcome(self, number: int, child: Newborn) -> None:
        flow = self.finger.flow
        flow.home.open_case(self.cases[number])
        flow.case.outcome()
        flow.outcome.choose_healed_unit("months")
        flow.outcome.type_healed(child.healed)
        flow.outcome.choose_sequelae("no")
        flow.outcome.choose_diagnosis(CALCINOSIS)
        flow.outcome.toggle_proof("xray")
        flow.outcome.save()
        flow.sent_preview.done()

    def last_visit(self, number: int) -> None:
        self.finger.flow.home.open_case(self.cases[number])
        self.finger.flow.case.follow_up()
        self._visit()

    def _visit(self) -> None:
        finger = self.finger
        finger.flow.danger_signs.no_to_the_rest()
        finger.flow.danger_signs.go_on()
        for _ in range(3):
            if finger.screen in (Screen.QUESTION, Screen.MEASUREMENT):
                finger.answer(TOLD)
        if finger.screen is Screen.QUESTION:
            finger.flow.question.result()
        else:
            finger.to_result(TOLD)
        finger.flow.result.plan()
        finger.flow.plan.save()
        finger.flow.sent_preview.done()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, TurnableClock]]:
    """Give the folder of a tablet on which the whole series was entered, visit by visit over eight and a half years."""
    folder = tmp_path_factory.mktemp("series")
    with TESTONLY_weak_kdf():
        tablet = TestTablet(folder, TurnableClock(wall=FIRST_DAY))
        finger = Finger(tablet)
        finger.start()
        clinic = Clinic(finger)
        acts: list[tuple[datetime, int, str]] = []
        for number, child in enumerate(SERIES):
            seen = FIRST_DAY + timedelta(days=1 + 7 * number)
            acts.append((seen, number, "first"))
            acts.append((seen + timedelta(days=100), number, "outcome"))
            acts.append((seen + timedelta(days=child.years * DAYS_A_YEAR), number, "last"))
        for moment, number, act in sorted(acts):
            clinic.at(moment)
            if act == "first":
                clinic.first_visit(number, SERIES[number])
            elif act == "outcome":
                clinic.outcome(number, SERIES[number])
            else:
                clinic.last_visit(number)
        finger.flow.lock()
        yield folder, tablet.clock


@pytest.fixture
def arrived(recorded: tuple[Path, TurnableClock], server: RunningServer, tmp_path: Path) -> RunningServer:
    """Give a server to which the tablet was joined at the end, and on which a coordinator confirmed each case."""
    folder, clock = recorded
    shutil.copytree(folder, tmp_path / "tablet")
    store = TestTablet(tmp_path / "tablet", clock).open()
    synchroniser = OutboxSynchroniser(store.outbox, app_version="0", knowledge_version="1.1")
    synchroniser.enrol(server.url, server.code())
    assert synchroniser.sync().failure == ""
    case_ids = [one.case_id for one in store.summaries()]
    store.close()
    server.services.sign_in.create_user("Huda", PASSWORD)
    user = the_user(server)
    for case_id in case_ids:
        server.services.review.save(case_id, FilledForm("confirmed", CALCINOSIS, ("xray",), "", "0"), user)
    return server


def the_user(server: RunningServer) -> User:
    with server.services.database.reading() as session:
        account = users.find(session, "Huda")
    assert account is not None
    return account.user


def said(view: CohortView) -> dict[str, tuple[str, str]]:
    return {str(row.label): (row.value, row.range) for row in view.rows}


def test_the_series_comes_out_as_it_was_published_although_what_left_the_tablet_was_de_identified(
    arrived: RunningServer,
) -> None:
    view = arrived.services.cohort.view(the_user(arrived), CohortChoice(CALCINOSIS, confirmed=True))

    table = said(view)
    assert table["Patients"] == ("16", "")
    assert table["Male / female"] == ("10 / 6", "")
    assert table["Age, days (newborns)"][0] == "17.5 ± 7.8"
    places = {"Left wrist": "4", "Right wrist": "1", "Left ankle": "6", "Right ankle": "5"}
    assert {place: table[place][0] for place in places} == places
    assert table["Healed after, months"] == ("1.6 ± 0.6", "1–3")
    assert table["Followed for, years"] == ("3.5 ± 2.8", "0.5–8.5")
    assert table["Complications: something stayed"] == ("0", "")
    # Of everything that was printed, everything is known.
    assert not [row for row in view.rows if row.known]
    assert view.healing[-1].left == 0

    written = " ".join(map(str, view.summary))
    assert "16 newborns (10 male, 6 female; age 17.5 ± 7.8 days)" in written
    assert "left wrist (4), right wrist (1), left ankle (6) and right ankle (5)" in written
    assert "after 1–3 months (mean 1.6 ± 0.6; known of 16 of 16)" in written
    assert "for 0.5–8.5 years (mean 3.5 ± 2.8; known of 16 of 16)" in written


def test_no_date_and_no_more_than_the_day_of_age_in_the_outcome_has_reached_the_server(
    arrived: RunningServer,
) -> None:
    with arrived.services.database.reading() as session:
        found = entries.of_cases(
            session,
            {case.case_no: case.case_id for chunk in cases.all_of_site(session, 1, 100) for case in chunk},
        )
    for of_case in found.values():
        for entry in of_case:
            assert "age_days" not in entry.answers
            assert ("newborn_age_days" in entry.answers) == (entry.kind is EntryKind.OUTCOME)
            assert not {"presentation_month", "visit_day"} <= entry.answers.keys()
    stored = arrived.stored_bytes()
    for year in range(2012, 2022):
        for child in range(len(SERIES)):
            moment = FIRST_DAY + timedelta(days=1 + 7 * child + 365 * (year - 2012))
            assert moment.date().isoformat().encode() not in stored


def test_rejected_and_withdrawn_cases_leave_the_series_and_what_is_not_confirmed_can_be_left_out(
    arrived: RunningServer,
) -> None:
    user, service = the_user(arrived), arrived.services.cohort
    with arrived.services.database.reading() as session:
        first, second, *_ = (case for chunk in cases.all_of_site(session, 1, 100) for case in chunk)
        seen = {case.case_no: reviews.of_case(session, case.case_no, case.case_id)[-1] for case in (first, second)}
    for case, state in ((first, "rejected"), (second, "received")):
        form = FilledForm(state, CALCINOSIS, ("xray",), "", str(seen[case.case_no].review.number))
        arrived.services.review.save(case.case_id, form, user)

    assert service.view(user, CohortChoice(CALCINOSIS)).children == 15
    assert service.view(user, CohortChoice(CALCINOSIS, confirmed=True)).children == 14
