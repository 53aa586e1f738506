"""The list of cases over HTTP: filters with exact counts, pages in both directions, codes, saved views, whose sites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlmodel import select

from shared.case.short_code import short_code
from sync_server.tables.case_row import CaseRow
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case


def listed(page: str) -> list[str]:
    return re.findall(r'href="/review/cases/([0-9a-f]{32})"', page)


def pages(browser: DeskBrowser, query: str) -> Iterator[str]:
    """Give the pages from the first one on, as somebody clicks through them."""
    while True:
        page = browser.get(f"/review/cases?{query}").text
        yield page
        further = re.search(r'href="/review/cases\?([^"]+)">Further', page)
        if further is None:
            return
        query = further[1].replace("&amp;", "&")


def seen_of(browser: DeskBrowser, case: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(f"/review/cases/{case}").text)
    assert found is not None
    return found[1]


def rows(desk: Desk) -> list[CaseRow]:
    with desk.server.services.database.reading() as session:
        return [row for row in session.exec(select(CaseRow)) if not row.is_withdrawn]


CHOICES = (
    "urgency=same_day", "urgency=same_day&urgency=emergency", "review=confirmed&condition=cellulitis",
    "diagnosis=abscess", "age=1_4_y&age=5_9_y", "region=hand&region=foot", "danger=yes", "differs=yes",
    "from_week=2026-W40&to_week=2026-W42", "site=1&review=received", "condition=cellulitis&urgency=routine",
)  # fmt: skip


def expected(row: CaseRow, query: str) -> bool:
    """Say plainly, and apart from the product, whether a case fits."""
    wanted: dict[str, set[str]] = {}
    for name, value in parse_qsl(query):
        wanted.setdefault(name, set()).add(value)
    has = {
        "urgency": {row.urgency}, "review": {row.review_state}, "condition": {row.condition},
        "diagnosis": {row.diagnosis}, "age": {row.age_band}, "region": set(row.region.split()),
        "site": {str(row.site_no)}, "danger": {"yes"} if row.danger_signs else set(),
        "differs": {"yes"} if row.disagreements else set(),
    }  # fmt: skip
    weeks = (wanted.pop("from_week", {""}), wanted.pop("to_week", {"9999"}))
    in_weeks = min(weeks[0]) <= row.received_week <= min(weeks[1])
    return in_weeks and all(has[name] & values for name, values in wanted.items())


def test_every_filter_finds_exactly_its_cases_and_says_how_many(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    everything = rows(desk)

    for query in CHOICES:
        found = [case for page in pages(browser, query) for case in listed(page)]
        fitting = [row for row in everything if expected(row, query)]
        assert found == [row.case_id for row in sorted(fitting, key=lambda row: -(row.case_no or 0))], query
        view = browser.get(f"/review/api/cases?{query}").json()
        assert view["matching"] == len(fitting)
        for facet in view["facets"]:
            for choice in (one for one in (*facet["choices"], *facet["more"]) if one["name"] != "overdue"):
                # Beside the other boxes: what this one would show if it were the only one of its group.
                others = [(name, value) for name, value in parse_qsl(query) if name != choice["name"]]
                alone = urlencode([*others, (choice["name"], choice["value"])])
                assert choice["count"] == sum(expected(row, alone) for row in everything), (query, alone)


def test_overdue_are_those_whose_row_says_how_late_the_check_is(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    everything = [browser.get(f"/review/api/cases?{page}").json() for page in _queries(browser, "sort=late")]
    late = [row for view in everything for row in view["rows"] if row["late"]]
    found = [browser.get(f"/review/api/cases?{page}").json() for page in _queries(browser, "overdue=yes&sort=late")]

    assert [row for view in found for row in view["rows"]] == late
    assert {view["matching"] for view in found} == {len(late)}
    weeks = [int(row["late"].split()[1]) for row in late]
    assert weeks == sorted(weeks, reverse=True)
    assert all(row["review"] != "rejected" and row["late_what"] for row in late)


def _queries(browser: DeskBrowser, query: str) -> Iterator[str]:
    while query:
        yield query
        query = browser.get(f"/review/api/cases?{query}").json()["older"]


def test_pages_lead_forth_and_back_over_the_same_cases_in_each_order(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    by_sort = {}
    for sort in ("newest", "oldest", "urgency", "late"):
        shown = [listed(page) for page in pages(browser, f"sort={sort}")]
        by_sort[sort] = [case for page in shown for case in page]
        assert len(by_sort[sort]) == len(set(by_sort[sort])) == len(rows(desk))
        *_, last = pages(browser, f"sort={sort}")
        back = [listed(last)]
        while found := re.search(r'href="/review/cases\?([^"]+)">\s*<svg[^>]*>.*?</svg>\s*Back', last, re.DOTALL):
            last = browser.get("/review/cases?" + found[1].replace("&amp;", "&")).text
            back.append(listed(last))
        assert back[-1] == shown[0]

    assert by_sort["oldest"] == by_sort["newest"][::-1]
    urgencies = {row.case_id: row.urgency for row in rows(desk)}
    ranks = ["emergency", "same_day", "within_days", "routine", ""]
    in_order = [ranks.index(urgencies[case]) for case in by_sort["urgency"]]
    assert in_order == sorted(in_order)


def test_the_word_for_a_probability_is_that_of_the_cases_page_by_the_knowledge_that_was_used(
    server: RunningServer,
) -> None:
    server.services.sign_in.create_user(LEAD, PASSWORD)
    tablet, browser = Tablet(server.url).enrol(server.code()), DeskBrowser(server, LEAD)
    weak = conclusion("cellulitis", 0.6)
    weak = replace(weak, differential=(replace(weak.differential[0], low=0.05), *weak.differential[1:]))
    for version in ("1.0", "1.1", "9.9"):
        tablet.push(tablet.entry(new_case(), concluded=replace(weak, knowledge_version=version)))
    words = {}
    for row in browser.get("/review/api/cases").json()["rows"]:
        (of_page,) = browser.get(f"/review/api/cases/{row['reference']}").json()["conclusions"]
        assert row["verdict"] == of_page["verdict"]
        words[of_page["knowledge_version"]] = row["verdict"]
    # The interval reaches far down: only the first version calls that likely.
    assert words == {"1.0": "likely", "1.1": "possible", "9.9": "possible"}


def test_a_change_shows_at_once_also_when_another_process_made_it(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    case = desk.cases[20].case_id
    before = browser.get("/review/api/cases?review=rejected").json()["matching"]

    browser.post(f"/review/cases/{case}", {"state": "rejected", "seen": seen_of(browser, case), "message": "Twice."})
    assert browser.get("/review/api/cases?review=rejected").json()["matching"] == before + 1

    new, tablet = new_case(), desk.tablets["Clinic A", 1]
    tablet.push(tablet.entry(new))
    assert listed(browser.get("/review/cases").text)[0] == new


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("from_week=2026-W40&to_week=2026-W39", "The last week lies before the first one."),
        ("from_week=2026-W99", "A week is written as year and number"),
        ("to_week=yesterday", "A week is written as year and number"),
        ("urgency=soon", "The filter names something that is not on the list."),
        ("site=99", "The filter names something that is not on the list."),
        ("condition=%3Cscript%3E", "The filter names something that is not on the list."),
        ("differs=maybe", "The filter names something that is not on the list."),
        ("sort=best", "Cases can be sorted by"),
        ("after=3&before=4", "A page cannot lie before and after."),
        ("code=77", "A case code has four letters and digits"),
    ],
)
def test_a_filter_that_makes_no_sense_is_answered_with_one_sentence(
    server: RunningServer, query: str, advice: str
) -> None:
    server.services.sign_in.create_user(LEAD, PASSWORD)
    browser = DeskBrowser(server, LEAD)
    page, as_json = browser.get(f"/review/cases?{query}"), browser.get(f"/review/api/cases?{query}")

    assert page.status_code == as_json.status_code == 422
    assert advice in page.text
    assert advice in as_json.json()["error"]["message"]
    assert "<script>" not in page.text
    assert browser.get("/review/cases?after=x").status_code == 400


def test_a_case_is_found_by_its_code_however_it_is_typed(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    case = desk.cases[30].case_id
    code = short_code(case)

    for typed in (code, code.lower(), f" {code[:2]} {code[2:]} ", code.replace("0", "o").replace("1", "l")):
        assert listed(browser.get("/review/cases?" + urlencode({"code": typed})).text) == [case]
    there = {short_code(one.case_id) for one in desk.cases}
    unused = next(code for code in (f"ZZ{letter}Z" for letter in "0123456789") if code not in there)
    assert "No case has this code" in browser.get(f"/review/cases?code={unused}").text


def test_a_coordinator_sees_and_counts_the_own_sites_only(desk: Desk) -> None:
    own = [row for row in rows(desk) if row.site_no in (1, 2)]
    browser = DeskBrowser(desk.server, COORDINATOR)

    found = [case for page in pages(browser, "") for case in listed(page)]
    view = browser.get("/review/api/cases").json()
    assert set(found) == {row.case_id for row in own}
    assert (view["total"], view["sites"]) == (len(own), 2)
    assert sum(one["count"] for one in view["facets"][1]["choices"]) == len(own)
    foreign = next(row for row in rows(desk) if row.site_no == 4)
    assert browser.get("/review/cases?site=4").status_code == 422
    assert listed(browser.get(f"/review/cases?code={short_code(foreign.case_id)}").text) == []
    assert DeskBrowser(desk.server, ADMINISTRATOR).get("/review/cases").status_code == 403


def test_a_view_is_saved_renamed_and_let_go_by_its_owner_only(desk: Desk) -> None:
    browser, other = DeskBrowser(desk.server, LEAD), DeskBrowser(desk.server, COORDINATOR)
    query = "condition=cellulitis&from_week=2026-W40"

    def send(one: DeskBrowser, path: str, **fields: str) -> tuple[int, str]:
        answer = one.post(f"/review/cases/views{path}", {"query": query, **fields})
        return answer.status_code, answer.text

    assert send(browser, "", name="Cellulitis <b>now</b>")[0] == 303
    page = browser.get("/review/cases").text
    assert "Cellulitis &lt;b&gt;now&lt;/b&gt;" in page
    assert "Cellulitis &lt;b&gt;" not in other.get("/review/cases").text
    view_no = re.search(r"/review/cases/views/(\d+)", browser.get(f"/review/cases?{query}").text)
    assert view_no is not None

    length = "1 to 40 characters"
    for name, advice in (("", length), ("x" * 41, length), ("Cellulitis <b>now</b>", "already")):
        status, said = send(browser, "", name=name)
        assert (status, advice in said) == (422, True)
    send(other, f"/{view_no[1]}", word="delete")
    assert send(browser, f"/{view_no[1]}", word="rename", name="Skin")[0] == 303
    assert re.search(r"Skin <span", browser.get("/review/cases").text)
    send(browser, f"/{view_no[1]}", word="delete", name="")
    assert not re.search(r"Skin <span", browser.get("/review/cases").text)
