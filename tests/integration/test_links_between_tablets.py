"""Two tablets of one clinic saw the same child: the server links their cases without key or record number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.ports.links import LinkedCases
from mobile_app.ports.records import LocalDetails
from shared.case.entry import CaseId, EntryKind
from shared.case.short_code import short_code
from shared.privacy.link import pseudonym
from tests.form_browser import FormBrowser
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case
from tests.tablet_world import a_draft, forms_of

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
NUMBER = "MRN 00-4711"


@pytest.fixture
def browser(server: RunningServer) -> FormBrowser:
    server.services.sign_in.create_user("Huda", PASSWORD)
    browser = FormBrowser(server)
    browser.sign_in()
    return browser


@pytest.fixture
def clinic(server: RunningServer, tmp_path: Path) -> Iterator[tuple[JoinedTablet, JoinedTablet]]:
    """Two real tablets of one clinic with one key."""
    one, other = (an_enrolled_tablet(tmp_path / name, server) for name in ("one", "other"))
    for tablet in (one, other):
        tablet.store.links.take_key(KEY)
    yield one, other
    one.close()
    other.close()


def linked_entry(tablet: Tablet, number: str = NUMBER, key: bytes = KEY, **answers: object):
    entry = tablet.entry(new_case(), answers or None, concluded=conclusion())
    return replace(entry, link=pseudonym(key, number))


def record(tablet: JoinedTablet, case_id: CaseId, number: str, answers: int = 3) -> None:
    draft_id = f"draft of {case_id}"
    tablet.store.save_draft(
        a_draft(answers, draft_id=draft_id, case_id=case_id, local=LocalDetails(record_number=number))
    )
    tablet.store.record_draft(draft_id, None)


def page_of(browser: FormBrowser, case_id: CaseId) -> str:
    answer = browser.get(f"/review/cases/{case_id}")
    assert answer.status_code == 200
    return answer.text


def say(browser: FormBrowser, case_id: CaseId, other: CaseId, word: str = "apart"):
    token = browser.token(page_of(browser, case_id))
    return browser.post(f"/review/cases/{case_id}/same-child", {"form_token": token, "other": other, "word": word})


def test_two_tablets_link_their_cases_and_the_server_shows_who_saw_what(clinic, browser):
    one, other = clinic
    first, second = CaseId("1" * 32), CaseId("2" * 32)
    record(one, first, NUMBER)
    record(other, second, "mrn004711", answers=2)
    for tablet in (one, other, one):
        assert not tablet.synchroniser.sync().failure

    assert one.store.links.of(first) == LinkedCases(linked=(second,))
    assert other.store.links.of(second) == LinkedCases(linked=(first,))
    for case_id, another in ((first, second), (second, first)):
        page = page_of(browser, case_id)
        assert "Linked: seen by Tablet 1 and Tablet 2" in page
        assert f"Tablet 1<small>case {short_code(first)}</small>" in page
        assert f"Tablet 2<small>case {short_code(second)}</small>" in page
        assert f"/review/cases/{another}" in page
    assert browser.get("/review/cases").text.count("Linked: the same child in another case</span>") == 2


def test_the_servers_bytes_hold_neither_the_key_nor_the_number(clinic, server):
    one, other = clinic
    record(one, CaseId("1" * 32), NUMBER)
    for tablet in (one, other):
        assert not tablet.synchroniser.sync().failure

    kept = server.stored_bytes()
    assert (pseudonym(KEY, NUMBER) or "").encode() in kept
    for secret in (KEY, KEY.hex().encode(), b"mrn004711", *forms_of(NUMBER)):
        assert secret not in kept


def test_a_clinicians_word_parts_the_cases_on_every_tablet_and_the_server_until_it_is_taken_back(clinic, browser):
    one, other = clinic
    first, second = CaseId("1" * 32), CaseId("2" * 32)
    record(one, first, NUMBER)
    record(other, second, NUMBER)
    for tablet in (one, other):
        tablet.synchroniser.sync()

    other.store.set_apart(second, first, is_apart=True)
    for tablet in (other, one):
        tablet.synchroniser.sync()
    assert one.store.links.of(first) == LinkedCases(apart=(second,))
    page = page_of(browser, first)
    assert "Linked:" not in page
    assert "the clinic says that it is another child" in page
    assert "Linked: the same child in another case</span>" not in browser.get("/review/cases").text

    one.store.set_apart(first, second, is_apart=False)
    for tablet in (one, other):
        tablet.synchroniser.sync()
    assert other.store.links.of(second) == LinkedCases(linked=(first,))
    assert "Linked: seen by" in page_of(browser, first)


def test_a_coordinators_word_reaches_the_tablets_outlives_a_review_and_can_be_taken_back(clinic, browser, server):
    one, other = clinic
    first, second = CaseId("1" * 32), CaseId("2" * 32)
    record(one, first, NUMBER)
    record(other, second, NUMBER)
    for tablet in (one, other):
        tablet.synchroniser.sync()

    assert say(browser, first, second).status_code == 200
    for tablet in (one, other):
        assert not tablet.synchroniser.sync().failure
        assert tablet.store.links.of(second) == LinkedCases(apart_by_coordinator=(first,))
    page = page_of(browser, first)
    assert "a coordinator says that it is another child" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    token = browser.token(page)
    fields = {"form_token": token, "seen": seen, "state": "needs_information", "diagnosis": "", "message": "Which?"}
    assert browser.post(f"/review/cases/{first}", fields).status_code == 200
    assert "a coordinator says that it is another child" in page_of(browser, first)

    assert say(browser, second, first, "same").status_code == 200
    one.synchroniser.sync()
    assert one.store.links.of(first) == LinkedCases(linked=(second,))
    assert "Linked: seen by" in page_of(browser, second)
    kept = server.stored_bytes()
    assert b"parted two cases" in kept
    assert b"joined two cases" in kept


def test_cases_of_two_sites_are_never_linked_even_under_one_key(server, browser):
    one = Tablet(server.url).enrol(server.code("Clinic A"))
    other = Tablet(server.url).enrol(server.code("Clinic B"))
    here, there = linked_entry(one), linked_entry(other)
    one.push(here)
    other.push(there)

    assert "Linked:" not in page_of(browser, here.case_id)
    assert say(browser, here.case_id, there.case_id).status_code == 404


def test_another_key_or_another_number_links_nothing(server, browser):
    one, other = (Tablet(server.url).enrol(server.code()) for _ in range(2))
    ours, other_number = linked_entry(one), linked_entry(one, "MRN 4712")
    other_key = linked_entry(other, key=OTHER_KEY)
    one.push(ours, other_number)
    other.push(other_key)

    assert all("Linked:" not in page_of(browser, entry.case_id) for entry in (ours, other_number, other_key))


def test_the_merged_page_says_where_the_cases_differ(server, browser):
    one, other = (Tablet(server.url).enrol(server.code()) for _ in range(2))
    ours = linked_entry(one, sex="male", fever_ge_38=False)
    theirs = linked_entry(other, sex="female", fever_ge_38=False)
    one.push(ours)
    other.push(theirs)

    page = page_of(browser, ours.case_id)
    assert "The cases differ: " in page
    assert f"<small>Tablet 1, case {short_code(ours.case_id)}</small>" in page
    assert f"<small>Tablet 2, case {short_code(theirs.case_id)}</small>" in page


def test_a_withdrawn_case_is_linked_no_more_and_its_link_is_erased(server, browser):
    one, other = (Tablet(server.url).enrol(server.code()) for _ in range(2))
    ours, theirs = linked_entry(one), linked_entry(other)
    one.push(ours)
    other.push(theirs)

    one.push(one.entry(ours.case_id, {}, kind=EntryKind.WITHDRAWAL, parents=[ours]))

    assert "Linked:" not in page_of(browser, theirs.case_id)
    other.push(other.entry(theirs.case_id, {}, kind=EntryKind.WITHDRAWAL, parents=[theirs]))
    with server.services.case_page.database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT count(*) FROM case_link").scalar_one()
    assert rows == 0


def test_a_word_about_cases_that_are_not_linked_is_refused(server, browser):
    tablet = Tablet(server.url).enrol(server.code())
    ours, stranger = linked_entry(tablet), linked_entry(tablet, "MRN 4712")
    tablet.push(ours, stranger)

    assert say(browser, ours.case_id, stranger.case_id).status_code == 404
    assert say(browser, ours.case_id, CaseId("f" * 32)).status_code == 404
