"""The sync bar never says sent before the server said so, and a server that is away is one sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import text

from mobile_app.presenters.frame import SyncSign
from mobile_app.presenters.sync_status import SyncStatus
from shared.case.entry import EntryKind
from shared.errors import ServerNonsense
from tests.databases import new_database
from tests.presenter_world import a_copied_finger, synchroniser_for
from tests.server_world import running_server


def test_a_tablet_without_a_server_keeps_its_cases_and_offers_to_connect(finger):
    finger.save_boy()
    bar = finger.view.sync_bar

    assert (bar.sign, bar.button) == (SyncSign.NOT_CONNECTED, "Connect")
    assert finger.view.recent[0].sync_word in ("On this tablet", "Waiting")


def test_waiting_then_sent_on_the_servers_word(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, server.code())
        assert finger.view.sync_bar.sign is SyncSign.ALL_SENT
        finger.save_boy()
        assert (finger.view.sync_bar.headline, finger.view.sync_bar.sign) == ("1 case waiting.", SyncSign.WAITING)
        assert finger.view.recent[0].sync_word == "Waiting"
        finger.flow.home.press_sync()

        assert finger.view.sync_bar.headline == "All sent. Today 09:30"
        assert finger.view.recent[0].sync_word == "Sent"
        assert finger.view.app_bar.sync.words == "All sent"


def test_a_server_that_is_away_is_one_sentence_and_nothing_is_lost(tmp_path):
    with a_copied_finger(tmp_path / "tablet") as finger:
        with running_server(new_database("sqlite", tmp_path)) as server:
            finger.connect(server.url, server.code())
        finger.save_boy()
        finger.flow.home.press_sync()
        bar = finger.view.sync_bar

        assert (bar.sign, bar.headline, bar.button) == (SyncSign.NO_CONNECTION, "1 case waiting.", "Try again")
        assert finger.view.app_bar.sync.words == "1 waiting · no connection"
        assert finger.store.count_cases() == 1


def test_a_wrong_code_is_a_sentence_on_the_same_screen(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, "AAAA-BBBB")
        assert finger.view.error.endswith(".")
        assert finger.view.code == "AAAA-BBBB"
        finger.flow.connect.type_address("not an address")
        finger.flow.connect.connect()

        assert finger.view.error
        assert finger.view.address == "not an address"


def test_while_a_sync_runs_one_can_go_on_working_and_a_second_does_not_start(finger):
    started = []
    changed = []
    status = SyncStatus(
        finger.store,
        synchroniser_for(finger.store),
        finger.tablet.clock,
        lambda work, done: started.append((work, done)),
        lambda: changed.append(status.bar()),
    )
    status.start()
    status.start()
    assert len(started) == 1
    work, done = started[0]
    done(work())

    assert len(changed) == 2
    assert [bar.is_running for bar in changed] == [True, False]


def test_while_it_runs_it_says_how_many_have_gone_through_on_the_servers_word(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, server.code())
        for _ in range(3):
            finger.store.record(finger.store.new_case_id(), EntryKind.ASSESSMENT, {"sex": "male"})
        begun = []
        store, clock = finger.store, finger.tablet.clock
        status = SyncStatus(store, synchroniser_for(store), clock, lambda work, _done: begun.append(work), lambda: None)
        status.start()
        assert (status.bar().headline, status.bar().share) == ("Sending 1 of 3 cases.", 0.0)
        assert not status.tick()
        begun[0]()
        store.record(store.new_case_id(), EntryKind.ASSESSMENT, {"sex": "male"})

        assert status.tick()
        assert (status.bar().headline, status.bar().share) == ("Sending 3 of 3 cases.", 2 / 3)


def test_an_answer_of_another_server_is_a_failed_sync_and_not_a_revoked_tablet(tmp_path):
    """A hotel's sign-in page on the way must not look as if the coordinator had taken the tablet off the list."""
    with a_copied_finger(tmp_path / "tablet") as finger:
        with running_server(new_database("sqlite", tmp_path)) as server:
            finger.connect(server.url, server.code())
        finger.save_boy()
        with a_sign_in_page(server.port):
            finger.flow.home.press_sync()
        bar = finger.view.sync_bar

        assert (bar.sign, bar.headline, bar.sentence) == (SyncSign.FAILED, "1 case waiting.", str(ServerNonsense()))
        assert finger.view.app_bar.sync.words == "1 waiting · not sent"


def test_a_revoked_tablet_is_told_so(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, server.code())
        server.services.enrolment.revoke("Clinic A", 1)
        finger.save_boy()
        finger.flow.home.press_sync()

        assert finger.view.sync_bar.sign is SyncSign.REVOKED
        assert finger.view.app_bar.sync.words == "May no longer send"
        assert finger.store.count_cases() == 1


class _SignInPage(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # noqa: N802 (the library's name)
        page = b"<html>Welcome to our hotel</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def a_sign_in_page(port: int) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", port), _SignInPage) as page:
        thread = threading.Thread(target=page.serve_forever)
        thread.start()
        yield
        page.shutdown()
        thread.join()


def test_a_copy_of_the_server_that_differed_is_said_in_one_sentence(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, server.code())
        finger.save_boy()
        finger.flow.home.press_sync()
        with server.services.database.writing() as session:
            session.execute(text("DELETE FROM entry"))
            session.execute(text(f"UPDATE site SET holds_count = 0, holds_digest = '{'0' * 32}'"))
            session.execute(text(f"UPDATE device SET holds_count = 0, holds_digest = '{'0' * 32}'"))
        finger.flow.home.press_sync()

        bar = finger.view.sync_bar
        assert (bar.headline, bar.sentence) == (
            "All sent. Today 09:30",
            "The server's copy differed in 1 entry; repaired.",
        )


def test_what_still_differs_stays_visible(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.connect(server.url, server.code())
        with server.services.database.writing() as session:
            # An entry that nobody can read or give.
            session.execute(text(f"UPDATE site SET holds_count = 1, holds_digest = '{'1' * 32}'"))
        for _ in range(2):
            finger.flow.home.press_sync()

            assert finger.view.sync_bar.sentence == ("The server's copy still differs in 1 entry. Ask the coordinator.")
