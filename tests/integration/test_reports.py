"""The two reports over adjudicated cases: what is counted, what is left out, who sees it, what is refused."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
import requests
from sqlmodel import col, select

from shared.case.entry import AnswerValue, CaseId, Conclusion, EntryKind, Quantity, RankedCondition
from sync_server.main import load_digests
from sync_server.repositories import cases, reviews, scores
from sync_server.repositories.users import Role
from sync_server.services import audit
from sync_server.services.review import FilledForm
from sync_server.services.verification import Verification
from sync_server.tables.audit_row import AuditRow
from tests.server_world import RunningServer, Tablet, new_case, signed_in

CALCINOSIS, CELLULITIS, OSTEOMYELITIS = "calcinosis_cutis_iatrogenic", "cellulitis", "osteomyelitis"


def concluded(
    *ranked: tuple[str, float], disposition: str = "within_days", red_flags: tuple[str, ...] = (), version: str = "1.1"
) -> Conclusion:
    rows = tuple(RankedCondition(name, chance, 0.01, 0.99) for name, chance in ranked)
    return Conclusion(version, disposition, red_flags, rows, True)


class Desk:
    """Two sites, a tablet at each, and a coordinator who says what it was."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.a = Tablet(server.url).enrol(server.code("Clinic A"))
        self.b = Tablet(server.url).enrol(server.code("Clinic B"))
        self.cookie = signed_in(server.services)
        self.user = self.user_of(self.cookie)

    def user_of(self, cookie: str) -> Any:
        user = self.server.services.sign_in.user_of(cookie)
        assert user is not None
        return user

    def case(
        self,
        conclusion: Conclusion | None,
        answers: Mapping[str, AnswerValue] | None = None,
        tablet: Tablet | None = None,
    ) -> CaseId:
        case_id = new_case()
        author = tablet or self.a
        author.push(author.entry(case_id, answers, concluded=conclusion))
        return case_id

    def say(self, case_id: CaseId, diagnosis: str, state: str = "confirmed") -> None:
        with self.server.services.database.reading() as session:
            found = cases.find(session, case_id)
            assert found is not None
            written = reviews.of_case(session, found.case_no, found.case_id)
        seen = str(written[-1].review.number) if written else "0"
        self.server.services.review.save(case_id, FilledForm(state, diagnosis, (), "", seen), self.user)

    def get(self, path: str, cookie: str | None = None) -> requests.Response:
        cookies = {"handwise_session": self.cookie if cookie is None else cookie}
        return requests.get(self.server.url + path, cookies=cookies, timeout=30)

    def json(self, path: str, cookie: str | None = None) -> Any:
        answer = self.get(path, cookie)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def verified(self) -> list[str]:
        said: list[str] = []
        Verification(
            self.server.services.database, load_digests(self.server.services.settings.assets), said.append
        ).run()
        return said


@pytest.fixture
def desk(server: RunningServer) -> Desk:
    return Desk(server)


SURE = concluded((CALCINOSIS, 0.8), (CELLULITIS, 0.15), ("other_not_modelled", 0.05))
WRONG = concluded((CELLULITIS, 0.6), (CALCINOSIS, 0.3), ("other_not_modelled", 0.1), disposition="same_day")
MISSED = concluded((CELLULITIS, 0.7), ("abscess", 0.2), ("other_not_modelled", 0.1))


def test_every_figure_of_a_few_cases_is_what_a_person_works_out(desk: Desk) -> None:
    for conclusion, diagnosis in ((SURE, CALCINOSIS), (WRONG, CALCINOSIS), (MISSED, OSTEOMYELITIS)):
        desk.say(desk.case(conclusion), diagnosis)

    view = desk.json("/review/api/performance")
    report = view["report"]

    assert (view["adjudicated"], view["scored"], report["n"]) == (3, 3, 3)
    assert (report["first"]["k"], report["first_three"]["k"]) == (1, 2)
    brier = [0.2**2 + 0.15**2 + 0.05**2, 0.7**2 + 0.6**2 + 0.1**2, 1 + 0.7**2 + 0.2**2 + 0.1**2]
    assert report["brier"] == pytest.approx(sum(brier) / 3, abs=1e-4)
    assert report["log_score"] == pytest.approx(-(math.log(0.8) + math.log(0.3) + math.log(0.005)) / 3, abs=1e-4)
    # Osteomyelitis needs today and was given days; calcinosis could have waited once when it was called today.
    assert (report["too_low"]["k"], report["too_low"]["n"]) == (1, 1)
    assert (report["too_high"]["k"], report["too_high"]["n"]) == (1, 2)
    assert report["statements"] == 9
    assert report["line"] is None
    assert "too few" in report["line_words"][0]
    assert "Only 3 cases" in report["warning"]
    (low,) = report["too_low_cases"]
    assert low["why"][0].startswith("Osteomyelitis")
    heads = [full for _, full in report["confusion"]["heads"]]
    rows = {row["label"]: [cell["count"] for cell in row["cells"]] for row in report["confusion"]["rows"]}
    calcinosis = "Iatrogenic calcinosis cutis"
    assert rows[calcinosis][heads.index(calcinosis)] == 1
    assert rows[calcinosis][heads.index("Cellulitis")] == 1


def test_what_arrives_after_the_diagnosis_counts_neither_as_first_nor_as_last(desk: Desk) -> None:
    tablet, case_id = desk.a, new_case()
    first = tablet.entry(case_id, concluded=MISSED)
    later = tablet.entry(case_id, {"warmth": True}, kind=EntryKind.FOLLOW_UP, parents=[first], concluded=WRONG)
    tablet.push(first, later)
    desk.say(case_id, CALCINOSIS)
    tablet.push(tablet.entry(case_id, {"warmth": False}, kind=EntryKind.FOLLOW_UP, parents=[later], concluded=SURE))

    assert desk.json("/review/api/performance")["report"]["first_three"]["k"] == 0
    assert desk.json("/review/api/performance?counted=last")["report"]["first_three"]["k"] == 1
    assert desk.json("/review/api/performance?counted=last")["report"]["first"]["k"] == 0
    assert desk.verified() == []


def test_a_case_without_a_conclusion_from_before_its_diagnosis_is_named_and_not_counted(desk: Desk) -> None:
    desk.say(desk.case(None), CALCINOSIS)

    view = desk.json("/review/api/performance")

    assert (view["adjudicated"], view["scored"], view["report"]) == (1, 0, None)
    assert "1 case has a final diagnosis, but nothing was concluded before" in view["missing"]


def test_the_last_word_of_a_coordinator_is_the_diagnosis_and_taking_it_back_takes_the_case_out(desk: Desk) -> None:
    case_id = desk.case(SURE)
    desk.say(case_id, CELLULITIS)
    assert desk.json("/review/api/performance")["report"]["first"]["k"] == 0
    desk.say(case_id, CALCINOSIS)
    assert desk.json("/review/api/performance")["report"]["first"]["k"] == 1
    assert desk.verified() == []
    desk.say(case_id, "", "received")
    assert desk.json("/review/api/performance")["report"] is None
    assert desk.verified() == []


def test_rejected_and_withdrawn_cases_leave_both_reports(desk: Desk) -> None:
    rejected, withdrawn, stays = (desk.case(SURE) for _ in range(3))
    for case_id in (rejected, withdrawn, stays):
        desk.say(case_id, CALCINOSIS)
    desk.say(rejected, CALCINOSIS, "rejected")
    desk.a.push(desk.a.entry(withdrawn, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL))

    assert desk.json("/review/api/performance")["report"]["n"] == 1
    assert desk.json("/review/api/cohort")["children"] == 1
    with desk.server.services.database.reading() as session:
        found = cases.find(session, withdrawn)
        assert found is not None
        assert scores.of_cases(session, [found.case_no]) == {found.case_no: ()}
    assert desk.verified() == []


def test_verify_finds_a_score_that_somebody_changed(desk: Desk) -> None:
    case_id = desk.case(WRONG)
    desk.say(case_id, CALCINOSIS)
    with desk.server.services.database.writing() as session:
        found = cases.find(session, case_id)
        assert found is not None
        (only,) = scores.of_cases(session, [found.case_no])[found.case_no]
        scores.replace(session, found.case_no, [replace(only, place=1)])

    (said,) = desk.verified()
    assert said.endswith("its score is not what its entries and reviews give.")


def test_a_coordinator_of_one_site_counts_its_cases_only_and_may_not_ask_for_another(desk: Desk) -> None:
    desk.say(desk.case(SURE, tablet=desk.a), CALCINOSIS)
    desk.say(desk.case(WRONG, tablet=desk.b), CALCINOSIS)
    cookie = signed_in(desk.server.services, "Omar", Role.COORDINATOR, ["Clinic A"])
    (own,) = desk.user_of(cookie).sites
    other = 3 - own

    assert desk.json("/review/api/performance")["report"]["n"] == 2
    view = desk.json("/review/api/performance", cookie)
    assert (view["report"]["n"], view["adjudicated"]) == (1, 1)
    assert [one["label"] for one in view["sites"]] == ["All sites", "Clinic A"]
    assert desk.json("/review/api/cohort", cookie)["children"] == 1
    for path in ("performance", "cohort", "cohort.csv"):
        refused = desk.get(f"/review/{path}?site={other}", cookie)
        assert (refused.status_code, "Clinic B" in refused.text) == (400, False)
    # A site that there is not is answered the same.
    assert desk.get(f"/review/performance?site={other}", cookie).text == desk.get("/review/performance?site=99").text


def test_by_site_version_and_month(desk: Desk) -> None:
    desk.say(desk.case(SURE, tablet=desk.a), CALCINOSIS)
    older = concluded((CELLULITIS, 0.6), (CALCINOSIS, 0.4), version="1.0")
    desk.say(desk.case(older, tablet=desk.b), CALCINOSIS)

    view = desk.json("/review/api/performance")
    assert [(one["label"], one["right"]["k"], one["right"]["n"]) for one in view["report"]["by_site"]] == [
        ("Clinic A", 1, 1),
        ("Clinic B", 0, 1),
    ]
    assert [one["label"] for one in view["report"]["by_version"]] == ["Knowledge 1.0", "Knowledge 1.1"]
    assert desk.json("/review/api/performance?knowledge=1.0")["report"]["n"] == 1
    assert desk.json("/review/api/performance?knowledge=9.9")["report"] is None
    assert desk.json("/review/api/performance?last=2001-01")["report"] is None
    assert desk.json("/review/api/cohort?last=2001-01")["children"] == 0


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ([Quantity(0, "h"), 0], "1 had none at any visit before the diagnosis was given, 0 already when first seen"),
        ([Quantity(48, "h"), 0], "0 had none at any visit before the diagnosis was given, 1 already when first seen"),
        ([0, Quantity(24, "h")], "0 already when first seen, 1 begun later"),
        ([None, None], "of 1 no entry says it"),
    ],
)
def test_antibiotics_in_calcinosis_are_told_as_the_entries_tell_them(
    desk: Desk, hours: list[AnswerValue | None], says: str
) -> None:
    tablet, case_id = desk.a, new_case()
    first, second = ({} if one is None else {"antibiotics_given": one} for one in hours)
    begun = tablet.entry(case_id, first, concluded=SURE)
    tablet.push(begun, tablet.entry(case_id, second, kind=EntryKind.FOLLOW_UP, parents=[begun], concluded=SURE))
    desk.say(case_id, CALCINOSIS)

    counted, honest = desk.json("/review/api/performance")["report"]["antibiotics"]

    assert says in counted
    assert "not what the tool avoided" in honest


def test_a_page_over_nothing_says_what_is_missing(desk: Desk) -> None:
    for path in ("/review/performance", "/review/cohort"):
        answer = desk.get(path)
        assert answer.status_code == 200
        assert "final diagnosis" in answer.text
        assert "A coordinator gives it on the page of the case" in answer.text
        assert len(answer.content) <= 60 * 1024


NO_SENSE = {
    "cohort?first=2026-05&last=2026-04": "The period ends before it begins.",
    "performance?first=2026-05&last=2026-04": "The period ends before it begins.",
    "cohort?diagnosis=no_such_thing": "Choose a diagnosis from the list.",
    "cohort?age=no_such_age": "Choose an age group from the list.",
    "cohort?site=12345": "Choose a site from the list.",
    "cohort?first=May": "not one that this server understands",
    "cohort?diagnosis=Amina%20Testname": "not one that this server understands",
    "performance?counted=best": "not one that this server understands",
    "performance?knowledge=newest": "not one that this server understands",
}


def test_a_choice_that_makes_no_sense_is_one_sentence_and_repeats_nothing(desk: Desk) -> None:
    for query, says in NO_SENSE.items():
        page, program = desk.get(f"/review/{query}"), desk.get(f"/review/api/{query}")
        assert (page.status_code, program.status_code) == (400, 400), query
        assert says in page.text
        assert says in program.json()["error"]["message"]
        for said in ("no_such", "12345", "Amina", "newest"):
            assert said not in page.text
            assert said not in program.text


def test_every_report_that_was_seen_or_taken_along_is_in_the_log(desk: Desk) -> None:
    for path in ("/review/performance", "/review/api/performance", "/review/cohort", "/review/api/cohort"):
        assert desk.get(path).status_code == 200
    assert desk.get("/review/cohort.csv").status_code == 200
    assert desk.get("/review/cohort?diagnosis=nonsense").status_code == 400

    with desk.server.services.database.reading() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.number))).all()
    seen = [(row.action, row.object) for row in rows if row.actor == audit.user(desk.user.user_no)]
    of_cohort = f"cohort {CALCINOSIS}"
    wanted = (audit.SAW_REPORT, audit.EXPORTED)
    assert [one for one in seen if one[0] in wanted] == [
        (audit.SAW_REPORT, "performance"),
        (audit.SAW_REPORT, "performance"),
        (audit.SAW_REPORT, of_cohort),
        (audit.SAW_REPORT, of_cohort),
        (audit.EXPORTED, of_cohort),
    ]


def test_an_administrator_sees_neither(desk: Desk) -> None:
    cookie = signed_in(desk.server.services, "Sena", Role.ADMINISTRATOR)

    for path in ("performance", "cohort", "cohort.csv", "api/performance", "api/cohort"):
        assert desk.get(f"/review/{path}", cookie).status_code == 403


def test_the_csv_has_the_table_and_the_sentences_of_the_page(desk: Desk) -> None:
    tablet, case_id = desk.a, new_case()
    answers: dict[str, AnswerValue] = {"age_group": "1_4_y", "sex": "male", "region": ("wrist",), "side": "left"}
    first = tablet.entry(case_id, answers, concluded=SURE)
    ended: dict[str, AnswerValue] = {"healed_days": 61, "sequelae": False, "visit_day": 90}
    tablet.push(first, tablet.entry(case_id, ended, kind=EntryKind.OUTCOME, parents=[first]))
    desk.say(case_id, CALCINOSIS)

    answer, view = desk.get("/review/cohort.csv"), desk.json("/review/api/cohort")
    rows = list(csv.reader(StringIO(answer.content.decode())))

    assert answer.headers["content-type"].startswith("text/csv")
    assert rows[0] == ["what", "value", "range", "known"]
    table = {row[0]: row[1] for row in rows[1:]}
    assert table["Patients"] == "1"
    assert table["Left wrist"] == "1"
    assert table["Age 1–4 years"] == "1"
    assert table["Healed after, months"] == "2.0"
    assert table["Age, days (newborns)"] == "not given"
    assert [row[1] for row in rows if row[0] == "methods"] == view["summary"] + view["methods"]
    assert "1 child (1 male, 0 female; by age: 1–4 years (1)) with iatrogenic calcinosis cutis" in view["summary"][0]
    page = desk.get("/review/cohort").text
    assert "For the review team only." in page
    assert "Left wrist" in page
