"""What surrounds every answer: limits, types, headers, plain errors, no traceback, logs without content."""

from __future__ import annotations

import logging
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
import requests
from fastapi.routing import iter_route_contexts

from shared.errors import InvalidInput
from sync_server.main import create_app
from sync_server.repositories.users import Role
from sync_server.settings import Settings
from tests.server_world import RunningServer, Tablet, new_case, running_server, signed_in

LARGE = b" " * (1024 * 1024 + 1)


def test_a_body_over_one_mebibyte_is_refused_before_it_is_read(server: RunningServer) -> None:
    answer = requests.post(f"{server.url}/v1/sync", data=LARGE, headers={"content-type": "application/json"}, timeout=9)

    assert answer.status_code == 413
    assert answer.json() == {
        "error": {"code": "too_large", "message": "The request is larger than 1 MiB. Send less at once."}
    }


def test_a_body_in_chunks_is_cut_off_at_the_same_size(server: RunningServer) -> None:
    parts = urlsplit(server.url)
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=9) as connection:
        connection.sendall(
            b"POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for _ in range(17):
            connection.sendall(chunk)
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/v1/sync", "/v1/enrol", "/v1/carry", "/v1/compare"])
@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json; charset=latin-1"},
        {},
    ],
)
def test_anything_but_plain_json_is_refused(server: RunningServer, path: str, headers: dict[str, str]) -> None:
    answer = requests.post(server.url + path, data=b"{}", headers=headers, timeout=9)

    assert answer.status_code == 415
    assert answer.json() == {
        "error": {
            "code": "content_type",
            "message": "The body must be application/json without a content coding.",
        }
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/v1/zuleika_haddad", "/zuleika_haddad", "/v1/sync/"])
def test_what_is_not_there_is_404_and_does_not_repeat_the_address(server: RunningServer, path: str) -> None:
    answer = requests.get(server.url + path, timeout=9)

    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text
    assert "zuleika" not in answer.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_an_address_does_not_take_is_405(server: RunningServer, method: str) -> None:
    answer = requests.request(method, f"{server.url}/v1/sync", timeout=9)

    assert answer.status_code == 405
    assert answer.json() == {"error": {"code": "method", "message": "This address does not take this kind of request."}}


def addresses(server: RunningServer, method: str) -> list[str]:
    """Return an address for every route of a method, and some that are of none."""
    app = create_app(Settings(database_url=server.database_url))
    app.state.services.close()
    found = {
        re.sub(r"\{[^}]*\}", "1", route.path or "")
        for route in iter_route_contexts(app.routes)
        if method in (route.methods or ())
    }
    return sorted(
        found | {"/nothing", "/review/nothing", "/review/files/NotoSans-Regular.ttf", "/review/cases?before=x"}
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", ["nobody", "a district lead", "an administrator"])
def test_every_answer_of_every_route_has_the_safe_headers(server: RunningServer, method: str, who: str) -> None:
    cookie = {}
    if who != "nobody":
        role = Role.ADMINISTRATOR if who == "an administrator" else Role.DISTRICT_LEAD
        cookie = {"handwise_session": signed_in(server.services, "Huda", role)}
    found = addresses(server, method)
    assert len(found) > 25
    for path in found:
        answer = requests.request(method, server.url + path, cookies=cookie, timeout=30, allow_redirects=False)
        expect_safe_headers(answer, is_kept=method == "GET" and answer.status_code == 200)


def expect_safe_headers(answer: requests.Response, *, is_kept: bool) -> None:
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert re.search("script-src 'sha256-[A-Za-z0-9+/]{43}=';", policy)
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    is_file = "/review/files/" in (answer.request.url or "") and is_kept
    assert answer.headers["cache-control"] == ("public, max-age=3600" if is_file else "no-store"), answer.request.url
    assert answer.status_code < 500, answer.request.url


def test_the_only_script_that_a_browser_runs_is_the_one_whose_hash_the_policy_names(server: RunningServer) -> None:
    answer = requests.get(f"{server.url}/review/files/desk.js", timeout=30)

    named = f"'sha256-{b64encode(sha256(answer.content).digest()).decode()}'"
    assert re.findall("script-src ([^;]*);", answer.headers["content-security-policy"]) == [named]
    assert answer.headers["content-type"].partition(";")[0] == "text/javascript"


@pytest.fixture
def behind_tls(database_url: str) -> Iterator[RunningServer]:
    with running_server(database_url, public_url="https://review.example") as running:
        yield running


def test_behind_tls_browsers_are_told_to_stay_there_and_cookies_are_bound_to_it(behind_tls: RunningServer) -> None:
    answer = requests.get(f"{behind_tls.url}/review/sign-in", timeout=9)

    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-handwise_form=")
    assert all(part in cookie for part in ("; HttpOnly", "; Path=/", "; SameSite=strict", "; Secure"))


def test_behind_tls_tablets_sign_the_public_address(behind_tls: RunningServer) -> None:
    tablet = Tablet(behind_tls.url).enrol(behind_tls.code())
    signed = tablet.signed(b"{}", address="https://review.example/v1/sync")

    answer = tablet.send(signed)

    assert answer.status_code == 400
    assert tablet.send(tablet.signed(b"{}", nonce=answer.json()["error"]["nonce"])).status_code == 401


def test_plain_http_is_not_served_to_other_machines_by_mistake() -> None:
    with pytest.raises(InvalidInput, match="--host other|--host: other"):
        Settings(host="0.0.0.0")

    assert Settings(host="0.0.0.0", public_url="https://review.example").is_https
    assert not Settings(host="0.0.0.0", allow_plain_http=True).is_https


def test_health_says_whether_the_database_can_be_used(server: RunningServer) -> None:
    answer = requests.get(f"{server.url}/health", timeout=9)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_crash_is_a_plain_answer_and_a_log_line_without_the_words_of_the_error(
    server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    with server.services.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE site RENAME TO zuleika_haddad")

    with caplog.at_level(logging.INFO):
        metrics = requests.get(f"{server.url}/metrics", timeout=9)
        health = requests.get(f"{server.url}/health", timeout=9)

    assert metrics.status_code == 500
    assert metrics.json()["error"]["code"] == "internal"
    assert health.status_code == 503
    crash = next(record.getMessage() for record in caplog.records if "event=crash" in record.getMessage())
    assert "kind=OperationalError" in crash or "kind=ProgrammingError" in crash
    assert "haddad" not in caplog.text


def test_metrics_count_cases_entries_devices_and_requests(server: RunningServer) -> None:
    tablet = Tablet(server.url).enrol(server.code())
    tablet.push(tablet.entry(new_case()), tablet.entry(new_case(), {"zuleika_haddad": True}))

    text = requests.get(f"{server.url}/metrics", timeout=9).text

    for line in (
        "cases 1",
        "entries 1",
        "devices 1",
        "sites 1",
        "quarantined_entries 1",
        'requests_total{status="200"} 2',
    ):
        assert f"\nhandwise_{line}\n" in text


def test_the_log_of_a_whole_session_holds_counts_and_no_content(
    server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    case = new_case()
    with caplog.at_level(logging.DEBUG):
        tablet = Tablet(server.url).enrol(server.code("Zuleika Clinic"))
        tablet.push(tablet.entry(case, {"swelling_consistency": "rock_hard_nodular", "zuleika_haddad": True}))
        tablet.send(tablet.signed(b'{"zuleika_haddad":1}'))
        requests.get(f"{server.url}/review/cases/{case}?zuleika_haddad=1", timeout=9)

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("handwise")]
    assert "event=request method=POST route=/v1/sync status=200" in ours
    for word in ("uleika", "rock_hard", case, tablet.device):
        assert not [line for line in ours if word in line]
