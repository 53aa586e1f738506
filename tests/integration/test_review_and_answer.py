"""The whole round with real tablets: a case, its review and message, what the clinic answers, what the desk sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mobile_app.navigation import Screen
from shared.case.entry import AnswerValue, CaseId, EntryKind
from shared.case.reply import REPLY, REPLY_TO
from sync_server.repositories import audit
from sync_server.repositories.users import Role
from sync_server.services.replies import answers_waiting
from tests.presenter_world import Finger, a_copied_finger
from tests.server_world import RunningServer, Tablet, signed_in

CALCINOSIS = "calcinosis_cutis_iatrogenic"
MESSAGE = "Calcinosis, proven by the X-ray. Please repeat the film at 8 weeks."


@pytest.fixture
def finger(server: RunningServer, tmp_path: Path) -> Iterator[Finger]:
    with a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, server.code())
        assert finger.screen is Screen.HOME
        yield finger


class DeskBrowser:
    """A coordinator's browser."""

    def __init__(self, server: RunningServer, name: str, sites: tuple[str, ...] = ()) -> None:
        role = Role.COORDINATOR if sites else Role.DISTRICT_LEAD
        self.server = server
        self.http = requests.Session()
        self.http.cookies.set("handwise_session", signed_in(server.services, name, role, sites))

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.server.url + path, timeout=30)

    def page(self, case_id: str) -> str:
        answer = self.get(f"/review/cases/{case_id}")
        assert answer.status_code == 200
        return answer.text

    def send(self, case_id: str, tail: str = "", **fields: object) -> requests.Response:
        """Send a form of the case's page, with what the page put into it."""
        page = self.page(case_id)
        hidden = {
            name: found[1]
            for name in ("form_token", "seen", "answers_seen")
            if (found := re.search(rf'name="{name}" value="([^"]*)"', page))
        }
        path = f"{self.server.url}/review/cases/{case_id}{tail}"
        return self.http.post(path, data={**hidden, **fields}, timeout=30)


def waiting(server: RunningServer) -> int:
    with server.services.database.reading() as session:
        return answers_waiting(session, None)


def acts(server: RunningServer) -> list[tuple[str, str]]:
    with server.services.database.reading() as session:
        return [(row.action, row.object) for row in audit.every(session)]


def sync(finger: Finger) -> None:
    finger.flow.home.press_sync()
    assert finger.store.sync_overview().failure == ""


def go_home(finger: Finger) -> None:
    finger.flow.home.open()


def answer(finger: Finger, case_id: CaseId, *codes: str) -> None:
    finger.flow.home.open_case(case_id)
    finger.flow.case.answer()
    for code in codes:
        finger.flow.reply.toggle(code)
    finger.flow.reply.act()
    assert finger.screen is Screen.SENT_PREVIEW
    finger.flow.sent_preview.done()


def test_a_review_goes_to_the_tablet_its_answer_comes_back_and_is_marked_as_read(
    server: RunningServer, finger: Finger
) -> None:
    case_id = finger.save_boy()
    sync(finger)
    desk = DeskBrowser(server, "Huda")
    saved = desk.send(case_id, state="confirmed", diagnosis=CALCINOSIS, proven_by="xray", message=MESSAGE)
    assert saved.status_code == 200
    assert "Confirmed" in desk.get("/review/cases").text

    sync(finger)
    assert [card.quote for card in finger.view.answers] == [f"“{MESSAGE}”"]
    answer(finger, case_id, "agreed", "xray_repeated")
    assert waiting(server) == 0
    sync(finger)

    assert waiting(server) == 1
    page = desk.page(case_id)
    assert "The clinic has answered" in page
    assert "We agree with the diagnosis. The X-ray was repeated." in page
    view = desk.get(f"/review/api/cases/{case_id}").json()
    (review,) = view["reviews"]
    assert review["answers"] == [
        {"said": ["We agree with the diagnosis", "The X-ray was repeated"], "tablet": "Tablet 1", "is_new": True}
    ]
    assert [node["kind"] for node in view["graph"]["nodes"]] == ["entry", "answer", "review"]

    assert desk.send(case_id, "/answers-read").status_code == 200
    assert waiting(server) == 0
    assert "The clinic has answered" not in desk.page(case_id)
    finger.flow.home.open_case(case_id)
    (said,) = finger.view.reviews[0].replies
    assert said.endswith("· Sent)")
    done = [action for action, _ in acts(server)]
    assert done.count("reviewed") == 2
    assert done.count("viewed") >= 4


def test_an_answer_of_one_tablet_is_seen_on_the_other_and_who_reviews_again_has_read_it(
    server: RunningServer, finger: Finger, tmp_path: Path
) -> None:
    case_id = finger.save_boy()
    sync(finger)
    desk = DeskBrowser(server, "Huda")
    desk.send(case_id, state="needs_information", message="Was calcium given by drip?")
    sync(finger)
    answer(finger, case_id, "case_completed")
    sync(finger)
    assert waiting(server) == 1

    desk.send(case_id, state="received", message="Thank you.")
    assert waiting(server) == 0

    with a_copied_finger(tmp_path / "other", 2) as other:
        other.connect(server.url, server.code())
        other.flow.home.press_sync()
        other.flow.home.open_case(case_id)
        newest, first = other.view.reviews
        assert (newest.quote, newest.replies) == ("“Thank you.”", ())
        assert first.replies == ("You answered: What was missing is now in the case (tablet 2)",)
        assert other.view.disagreements == ()


def test_an_answer_that_arrives_while_the_page_is_open_stays_unread(server: RunningServer, finger: Finger) -> None:
    case_id = finger.save_boy()
    sync(finger)
    desk = DeskBrowser(server, "Huda")
    desk.send(case_id, state="needs_information", message="Was calcium given by drip?")
    sync(finger)
    page = desk.page(case_id)
    answer(finger, case_id, "call_us")
    sync(finger)

    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    filled = {**hidden, "state": "received", "message": "Never mind."}
    assert desk.http.post(f"{server.url}/review/cases/{case_id}", data=filled, timeout=30).status_code == 200

    assert waiting(server) == 1


def test_a_rejected_case_is_told_to_the_clinic_which_can_ask_for_it_back(server: RunningServer, finger: Finger) -> None:
    case_id = finger.save_boy()
    sync(finger)
    desk = DeskBrowser(server, "Huda")
    desk.send(case_id, state="rejected")
    assert "it is in no report, alert or export" in desk.page(case_id)

    sync(finger)
    (card,) = finger.view.answers
    assert card.quote.startswith("The coordinator leaves this case out of all reports")
    answer(finger, case_id, "look_again")
    sync(finger)
    assert "Please look at this case again." in desk.page(case_id)

    desk.send(case_id, state="received")
    sync(finger)
    go_home(finger)
    assert [card.quote for card in finger.view.answers] == ["The coordinator uses this case again."]
    assert "it is in no report" not in desk.page(case_id)


def test_the_server_comes_to_the_same_result_as_the_tablet_and_says_why_in_its_words(
    server: RunningServer, finger: Finger
) -> None:
    case_id = finger.save_boy()
    sync(finger)

    (row,) = DeskBrowser(server, "Huda").get(f"/review/api/cases/{case_id}").json()["conclusions"]

    assert row["again"]["is_same"] is True
    first = row["again"]["ranking"][0]
    assert first["condition"] == row["first"] == "Iatrogenic calcinosis cutis"
    assert first["for_"][0]["strength"] == "+++"


def test_another_sites_coordinator_finds_no_such_case_whatever_he_tries(server: RunningServer, finger: Finger) -> None:
    case_id = finger.save_boy()
    sync(finger)
    own, foreign = DeskBrowser(server, "Huda", ("Clinic A",)), DeskBrowser(server, "Omar", ("Clinic B",))
    token = re.search(r'name="form_token" value="(\w+)"', foreign.get("/review/cases").text)
    filled = {"form_token": token[1] if token else "", "seen": "0", "state": "received", "answers_seen": "9"}
    missing = "f" * 32
    tails = ("", "/answers-read", "/same-child")

    assert own.get(f"/review/cases/{case_id}").status_code == 200
    for path in ("/review/cases/{}", "/review/api/cases/{}"):
        refused, absent = (foreign.get(path.format(one)) for one in (case_id, missing))
        assert refused.status_code == absent.status_code == 404
        assert refused.content == absent.content
    for tail in tails:
        address = f"{server.url}/review/cases/{case_id}{tail}"
        assert foreign.http.post(address, data=filled, timeout=30).status_code == 404
    assert [action for action, _ in acts(server)].count("viewed") == 1


def test_what_is_missing_in_the_form_is_said_beside_its_field_and_nothing_is_lost(
    server: RunningServer, finger: Finger
) -> None:
    case_id = finger.save_boy()
    sync(finger)
    desk = DeskBrowser(server, "Huda")
    for fields, sentence in (
        ({"state": "confirmed", "message": "kept"}, "Choose the final diagnosis before you confirm the case."),
        ({"state": "needs_information"}, "Write to the clinic what you need to know."),
        ({"state": "received", "proven_by": "xray"}, "A proof needs a diagnosis."),
        ({"state": "received", "message": "x" * 2001}, "The message is longer than 2000 characters."),
        ({"state": "somewhere"}, "Choose one of the four states."),
    ):
        refused = desk.send(case_id, **fields)
        assert refused.status_code == 422
        assert sentence in refused.text
        assert fields.get("message", "") in refused.text
    assert [action for action, _ in acts(server)].count("reviewed") == 0


def test_a_forged_reply_to_no_review_of_this_case_is_shown_apart(server: RunningServer) -> None:
    tablet = Tablet(server.url).enrol(server.code())
    case_id = CaseId("ab" * 16)
    visit = tablet.entry(case_id)
    tablet.push(visit)
    said: dict[str, AnswerValue] = {REPLY: ("not_reached",), REPLY_TO: 4711}
    pushed = tablet.push(tablet.entry(case_id, said, kind=EntryKind.REPLY, parents=[visit]))
    assert pushed.quarantined == ()
    bad = tablet.push(tablet.entry(case_id, {REPLY: ("Amina was here",)}, kind=EntryKind.REPLY, parents=[visit]))
    assert len(bad.quarantined) == 1

    page = DeskBrowser(server, "Huda").page(case_id)

    assert "Answers to a review that is not here any more" in page
    assert "The family cannot be reached." in page
    assert "Amina" not in page
