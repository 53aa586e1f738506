"""The epidemic curve, the sites and the delays over a made-up district: the numbers, who sees them, and bad choices."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from sync_server.repositories import audit
from sync_server.repositories.users import Role, User
from sync_server.services.alerts.weeks import week_of
from sync_server.services.refusals import ReportRefused
from sync_server.services.review import FilledForm
from sync_server.services.time_charts.delays import quantile
from sync_server.services.time_charts.report import ChartChoice, poisson_interval
from tests.desk_world import TODAY, DeskTablet, set_today
from tests.server_world import RunningServer, conclusion, new_case, running_server, signed_in

COOKIE = "handwise_session"
LEAK = "calcinosis_cutis_iatrogenic"


class Small:
    """Two sites and eleven cases over four weeks, the last of which is the present one."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.first, self.last = (week_of((TODAY - timedelta(weeks=n)).isoformat()) for n in (3, 0))
        set_today(server.services, TODAY - timedelta(weeks=3))
        ward, clinic = (DeskTablet(server.url).enrol(server.code(site)) for site in ("Ward 3", "=Clinic A"))
        self.sent: list[tuple[str, str, str]] = []
        for week, of_ward, of_clinic in (
            (3, [LEAK, "cellulitis"], ["abscess"]),
            (1, [LEAK] * 3, []),
            (0, [LEAK], ["abscess", "abscess", "cellulitis"]),
        ):
            day = TODAY - timedelta(weeks=week)
            set_today(server.services, day)
            for site, tablet, kinds in (("Ward 3", ward, of_ward), ("=Clinic A", clinic, of_clinic)):
                for kind in kinds:
                    days = {"onset_days": 3 + week, "days_since_iv_calcium": 20} if kind == LEAK else {"onset_days": 5}
                    case = new_case()
                    tablet.push(tablet.entry(case, days, concluded=conclusion(kind)))
                    self.sent.append((case, site, kind))
        self.user = self.signed("Huda")
        self.reviewed()

    def signed(self, name: str, role: Role = Role.DISTRICT_LEAD, sites: tuple[str, ...] = ()) -> User:
        self.token = signed_in(self.server.services, name, role, sites)
        user = self.server.services.sign_in.user_of(self.token)
        assert user is not None
        return user

    def reviewed(self) -> None:
        """Reject one case of the last week; call one cellulitis of three weeks ago an abscess today."""
        save = self.server.services.review.save
        rejected = next(case for case, _, kind in reversed(self.sent) if kind == "abscess")
        changed = next(case for case, _, kind in self.sent if kind == "cellulitis")
        save(rejected, FilledForm("rejected", "", (), "", "0"), self.user)
        save(changed, FilledForm("confirmed", "abscess", ("course",), "", "0"), self.user)


@pytest.fixture
def small(database_url: str) -> Iterator[Small]:
    with running_server(database_url) as server:
        yield Small(server)


def test_the_numbers_are_those_that_were_sent_less_the_rejected_by_what_the_desk_says(small: Small) -> None:
    charts = small.server.services.time_charts

    view = charts.view(small.user, ChartChoice(by="diagnosis"))

    assert view.weeks == tuple(week_of((TODAY - timedelta(weeks=n)).isoformat()) for n in (3, 2, 1, 0))
    assert {kind.code: kind.counts for kind in view.kinds} == {
        LEAK: (1, 0, 3, 1), "abscess": (2, 0, 0, 1), "cellulitis": (0, 0, 0, 1),
    }  # fmt: skip
    assert [(site.site, site.cases, site.weeks, site.counts) for site in view.sites] == [
        ("Ward 3", 6, 4, (2, 0, 3, 1)), ("=Clinic A", 3, 4, (1, 0, 0, 2)),
    ]  # fmt: skip
    delays = {delay.code: delay for delay in view.delays}
    assert (delays["onset"].known, delays["onset"].of, delays["onset"].middle) == (9, 9, 5)
    assert (delays["calcium"].known, delays["calcium"].counts) == (5, (0, 0, 0, 5, 0, 0))
    assert (delays["judged"].known, delays["judged"].middle) == (1, 3)


def test_each_filter_leaves_what_fits(small: Small) -> None:
    charts = small.server.services.time_charts
    everything = charts.view(small.user, ChartChoice())
    ward = next(int(one.value) for one in everything.site_choices if one.label == "Ward 3")

    assert charts.view(small.user, ChartChoice(site=ward)).cases == 6
    assert charts.view(small.user, ChartChoice(diagnosis=LEAK)).cases == 5
    assert charts.view(small.user, ChartChoice(first_week=small.last)).cases == 3
    assert charts.view(small.user, ChartChoice(last_week=small.first, first_week=small.first)).cases == 3
    assert [one.site for one in charts.view(small.user, ChartChoice(site=ward)).sites] == ["Ward 3"]


def test_a_coordinator_sees_only_his_sites_and_cannot_choose_another(small: Small) -> None:
    charts = small.server.services.time_charts
    ward = next(int(one.value) for one in charts.view(small.user, ChartChoice()).site_choices if one.label == "Ward 3")
    other = small.signed("Omar", Role.COORDINATOR, ("=Clinic A",))

    view = charts.view(other, ChartChoice())

    assert (view.cases, [site.site for site in view.sites]) == (3, ["=Clinic A"])
    assert "Ward 3" not in str(view)
    with pytest.raises(ReportRefused, match="Choose a site from the list"):
        charts.view(other, ChartChoice(site=ward))


BAD = (
    (ChartChoice(first_week="2026-W54"), "There is no such week"),
    (ChartChoice(first_week="2026-W40", last_week="2026-W39"), "ends before it begins"),
    (ChartChoice(first_week="2019-W01"), "longer than 260 weeks"),
    (ChartChoice(site=999), "Choose a site from the list"),
    (ChartChoice(diagnosis="made_up"), "Choose a diagnosis from the list"),
)


def test_a_choice_that_makes_no_sense_is_refused_in_one_sentence(small: Small) -> None:
    for chosen, advice in BAD:
        with pytest.raises(ReportRefused, match=advice):
            small.server.services.time_charts.view(small.user, chosen)


def test_the_page_has_every_chart_with_its_table_and_csv_and_obeys_the_policy(small: Small) -> None:
    http, url = requests.Session(), small.server.url
    http.cookies.set(COOKIE, small.token)

    page = http.get(f"{url}/review/charts?by=diagnosis", timeout=30)

    assert page.status_code == 200
    # The curve, the sites, a small one for each site, three delays.
    assert page.text.count("<svg xmlns") == 2 + 2 + 3
    assert page.text.count('<table class="numbers">') == 5
    assert " style=" not in page.text
    assert len(page.content) <= 60_000
    for which in ("curve", "sites", "delays"):
        assert f'href="/review/charts/{which}.csv?by=diagnosis"' in page.text
    assert http.get(f"{url}/review/charts?first=2026-W40&last=2026-W39", timeout=30).status_code == 400
    assert http.get(f"{url}/review/charts?first=yesterday", timeout=30).status_code == 400
    assert http.get(f"{url}/review/api/charts?site=999", timeout=30).json()["error"]["code"] == "report"
    assert http.get(f"{url}/review/api/charts", timeout=30).json()["cases"] == 9


def test_the_csv_has_the_same_numbers_and_runs_nothing(small: Small) -> None:
    http, url = requests.Session(), small.server.url
    http.cookies.set(COOKIE, small.token)

    tables = {
        which: list(csv.reader(io.StringIO(http.get(f"{url}/review/charts/{which}.csv", timeout=30).text)))
        for which in ("curve", "sites", "delays")
    }

    assert sum(int(cell) for row in tables["curve"][1:] for cell in row[1:]) == 9
    assert [row[:2] for row in tables["sites"][1:]] == [["Ward 3", "6"], ["'=Clinic A", "3"]]
    assert Counter(row[1] for row in tables["delays"][1:]) == {"days": 12, "weeks": 6}
    assert http.get(f"{url}/review/charts/other.csv", timeout=30).status_code == 400
    with small.server.services.database.reading() as session:
        done = [(row.action, row.object) for row in audit.every(session)]
    assert ("exported", "charts sites") in done


def test_over_nothing_the_page_says_that_there_is_nothing(database_url: str) -> None:
    with running_server(database_url) as server:
        http = requests.Session()
        http.cookies.set(COOKIE, signed_in(server.services))

        page = http.get(f"{server.url}/review/charts", timeout=30)

    assert page.status_code == 200
    assert "No case fits" in page.text
    assert "<svg xmlns" not in page.text


def test_the_interval_of_a_count_and_the_quantiles_are_the_known_ones() -> None:
    """Score interval of a Poisson mean of 10: 5.433 to 18.409; quantiles as R's default."""
    assert poisson_interval(10) == (pytest.approx(5.4325, abs=1e-3), pytest.approx(18.409, abs=1e-3))
    assert poisson_interval(0)[0] == 0
    assert [quantile([1, 2, 3, 4], share) for share in (0.25, 0.5, 0.75)] == [1.75, 2.5, 3.25]
    assert quantile([], 0.5) is None
