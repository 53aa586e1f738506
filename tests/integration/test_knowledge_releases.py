"""Knowledge releases on the server: only what the trusted key signed is published, and tablets fetch it in pieces."""

from __future__ import annotations

import pytest
import requests

from shared.case.entry import Quantity
from shared.crypto.signing import SigningKey
from shared.errors import InvalidInput
from shared.knowledge.release import NoRelease, digest_of, read_release, release_of, write_release
from sync_server.language import speaking, term
from sync_server.repositories.users import Role, User
from sync_server.services.refusals import NoSuchRelease
from tests.desk_browser import DeskBrowser
from tests.knowledge_releases import KEY, NEXT, QUESTION, higher_version, signed_release
from tests.server_world import PASSWORD, RunningServer, Tablet, new_case

ADMIN = User(1, "Ada", "", Role.ADMINISTRATOR, frozenset())


@pytest.fixture
def trusting(server: RunningServer) -> RunningServer:
    server.services.sign_in.create_user("Ada", PASSWORD)
    server.services.knowledge.trust(KEY.public_bytes.hex())
    return server


def test_a_given_release_waits_with_what_it_changes_and_is_offered_once_it_is_published(trusting, tmp_path):
    knowledge, raw = trusting.services.knowledge, signed_release(tmp_path)

    knowledge.give(raw, ADMIN)
    (waiting,) = knowledge.view().waiting

    assert [(part.name, part.changed) for part in waiting.changes] == [("findings", ("warmth",))]
    assert knowledge.offer("1.1") is None
    assert requests.get(f"{trusting.url}/v1/knowledge/{waiting.digest}", timeout=30).status_code == 404

    knowledge.publish(waiting.digest, ADMIN)
    offer = knowledge.offer("1.1")

    assert (offer.version, offer.digest, offer.size) == (NEXT, digest_of(raw), len(raw))
    assert offer.key == KEY.public_bytes.hex()
    assert (knowledge.offer(NEXT), knowledge.offer("2.0")) == (None, None)
    assert knowledge.view().newest == NEXT


def test_a_tablet_fetches_it_from_any_byte_on_without_signing(trusting, tmp_path):
    knowledge, raw = trusting.services.knowledge, signed_release(tmp_path)
    knowledge.give(raw, ADMIN)
    knowledge.publish(digest_of(raw), ADMIN)
    address = f"{trusting.url}/v1/knowledge/{digest_of(raw)}"

    first = requests.get(address, timeout=30)
    rest = requests.get(address, params={"start": 1000}, timeout=30)

    assert first.content == raw
    assert "immutable" in first.headers["cache-control"]
    assert raw[:1000] + rest.content == raw
    assert read_release(first.content, KEY.public_bytes).version == NEXT
    assert requests.get(address, params={"start": len(raw)}, timeout=30).status_code == 404
    assert requests.get(address, params={"start": -1}, timeout=30).status_code == 400
    assert requests.get(f"{trusting.url}/v1/knowledge/{'0' * 64}", timeout=30).status_code == 404


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda place: b"", "no knowledge release"),
        (lambda place: signed_release(place)[:-1], "changed or cut off"),
        (lambda place: signed_release(place, key=SigningKey(bytes(32))), "another key"),
        (lambda place: signed_release(place, "1.0.9"), "higher version"),
        (lambda place: _faulty(place), "cannot read"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence_and_not_kept(trusting, tmp_path, made, said):
    with pytest.raises(NoRelease, match=said):
        trusting.services.knowledge.give(made(tmp_path), ADMIN)
    assert trusting.services.knowledge.view().waiting == ()


def test_without_a_trusted_key_nothing_is_taken(server, tmp_path):
    with pytest.raises(NoRelease, match="trust-knowledge-key"):
        server.services.knowledge.give(signed_release(tmp_path), ADMIN)
    with pytest.raises(InvalidInput, match="64 hexadecimal"):
        server.services.knowledge.trust("zz")


def test_what_waits_can_be_discarded_and_what_is_published_stays(trusting, tmp_path):
    knowledge, raw = trusting.services.knowledge, signed_release(tmp_path)
    knowledge.give(raw, ADMIN)
    knowledge.discard(digest_of(raw), ADMIN)
    assert knowledge.view().waiting == ()

    knowledge.give(raw, ADMIN)
    knowledge.publish(digest_of(raw), ADMIN)
    with pytest.raises(NoSuchRelease):
        knowledge.discard(digest_of(raw), ADMIN)
    with pytest.raises(NoRelease, match="higher version"):
        knowledge.give(signed_release(tmp_path / "again"), ADMIN)
    assert [one.version for one in knowledge.view().published] == [NEXT]


def test_an_entry_that_only_published_knowledge_lets_out_is_taken_in(trusting, tmp_path):
    folder = higher_version(tmp_path)
    privacy = (folder / "privacy.yaml").read_text("utf-8")
    rule = "crp: {class: clinical, rule: rounded, unit: mg/L, digits: "
    assert f"{rule}2" in privacy
    (folder / "privacy.yaml").write_text(privacy.replace(f"{rule}2", f"{rule}3"), "utf-8")
    raw = write_release(release_of(folder), KEY)
    tablet = Tablet(trusting.url).enrol(trusting.code())
    finer = {"crp": Quantity(12.3, "mg/L")}

    before = tablet.push(tablet.entry(new_case(), finer))
    trusting.services.knowledge.give(raw, ADMIN)
    trusting.services.knowledge.publish(digest_of(raw), ADMIN)
    after = tablet.push(tablet.entry(new_case(), finer))

    assert [item.seq for item in before.quarantined] == [1]
    assert after.quarantined == ()
    assert (after.release.version, after.release.digest) == (NEXT, digest_of(raw))


def test_the_desk_says_what_is_published_in_the_users_language_where_it_brings_the_words(trusting, tmp_path):
    knowledge, raw = trusting.services.knowledge, signed_release(tmp_path, fr={QUESTION: "Est-ce chaud au toucher ?"})
    tablet = Tablet(trusting.url).enrol(trusting.code())
    case = new_case()
    tablet.push(tablet.entry(case, {"warmth": "unknown"}))
    desk = DeskBrowser(trusting, "Ada")

    def asked(tongue):
        desk.tongue = tongue
        page = desk.get(f"/review/cases/{case}").text
        return QUESTION in page, "Est-ce chaud" in page

    knowledge.give(raw, ADMIN)
    with speaking("fr"):
        (waiting,) = knowledge.view().waiting
        assert waiting.names == {"warmth": term("Warmth")}
        assert term("Warmth") != "Warmth"
    assert [asked(tongue) for tongue in ("fr", "es", "en")] == [(False, False)] * 3
    knowledge.publish(digest_of(raw), ADMIN)
    assert [asked(tongue) for tongue in ("fr", "es", "en")] == [(False, True), (True, False), (True, False)]


def _faulty(place):
    folder = higher_version(place)
    (folder / "rules_of_another_kind.yaml").write_text("a: 1\n")
    return write_release(release_of(folder), KEY)
