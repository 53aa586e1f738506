"""Published knowledge reaches a tablet with its next sync and is used from the next unlocking on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile_app.bootstrap import Tablet, build_tablet
from mobile_app.config import KNOWLEDGE_VERSION, Config
from mobile_app.presenters.background import at_once
from shared.knowledge.release import digest_of
from sync_server.repositories.users import Role, User
from tests.knowledge_releases import KEY, NEXT, QUESTION, signed_release
from tests.server_world import PASSWORD, RunningServer
from tests.tablet_world import a_tablet

ADMIN = User(1, "Ada", "", Role.ADMINISTRATOR, frozenset())


@pytest.fixture
def tablet(tmp_path: Path) -> Tablet:
    return build_tablet(Config(tmp_path / "tablet"))


def publish(server: RunningServer, raw: bytes) -> None:
    server.services.sign_in.create_user("Ada", PASSWORD)
    server.services.knowledge.trust(KEY.public_bytes.hex())
    server.services.knowledge.give(raw, ADMIN)
    server.services.knowledge.publish(digest_of(raw), ADMIN)


def test_a_tablet_fetches_what_is_published_and_uses_it_from_the_next_unlocking_on(server, tablet, tmp_path):
    with a_tablet(tmp_path / "tablet") as files:
        store = files.set_up()
        synchroniser = tablet.synchroniser_for(store)
        synchroniser.enrol(server.url, server.code())
        before = tablet.for_session(at_once)
        assert before.knowledge.version == KNOWLEDGE_VERSION
        publish(server, signed_release(tmp_path))

        report = synchroniser.sync()

        assert (report.failure, report.knowledge) == ("", NEXT)
        # The case in hand goes on under what it began with.
        assert tablet.knowledge.version == KNOWLEDGE_VERSION
        after = tablet.for_session(at_once)
        assert after.knowledge.version == tablet.knowledge.version == NEXT
        assert after.knowledge.findings["warmth"].ask == QUESTION
        assert tablet.shelf.knowledge(KNOWLEDGE_VERSION).findings["warmth"].ask != QUESTION
        again = tablet.synchroniser_for(store).sync()
        assert (again.failure, again.knowledge, again.requests) == ("", "", 1)
        assert build_tablet(Config(tmp_path / "tablet")).knowledge.version == NEXT
        store.close()


def test_damaged_files_of_a_received_version_are_put_aside_and_fetched_again(server, tablet, tmp_path):
    with a_tablet(tmp_path / "tablet") as files:
        store = files.set_up()
        tablet.synchroniser_for(store).enrol(server.url, server.code())
        publish(server, signed_release(tmp_path))
        assert tablet.synchroniser_for(store).sync().knowledge == NEXT
        (tmp_path / "tablet" / "knowledge" / NEXT / "groups.yaml").write_text("")

        started = build_tablet(Config(tmp_path / "tablet"))

        assert started.knowledge.version == KNOWLEDGE_VERSION
        assert started.synchroniser_for(store).sync().knowledge == NEXT
        assert build_tablet(Config(tmp_path / "tablet")).knowledge.version == NEXT
        store.close()
