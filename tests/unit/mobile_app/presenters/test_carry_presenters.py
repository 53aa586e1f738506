"""Sending without a network, by fingers on two real tablets and over a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_app.device.qr_reader import read_codes
from mobile_app.navigation import Screen
from mobile_app.presenters.frame import SyncSign
from mobile_app.storage.tables import DeviceRow
from tests.databases import new_database
from tests.presenter_world import Finger, a_copied_finger
from tests.server_world import RunningServer, running_server
from tests.unit.mobile_app.presenters.test_hand_over_presenters import picture


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(new_database("sqlite", tmp_path)) as running:
        yield running


@pytest.fixture
def two(tmp_path: Path, server: RunningServer) -> Iterator[tuple[Finger, Finger]]:
    """A tablet that will not see a network again, and one that does."""
    with a_copied_finger(tmp_path / "1") as writer, a_copied_finger(tmp_path / "2", 2) as carrier:
        for finger, clinic in ((writer, "Clinic A"), (carrier, "Clinic B")):
            finger.connect(server.url, server.code(clinic))
            assert finger.screen is Screen.HOME
        yield writer, carrier


def open_carry(finger: Finger) -> None:
    finger.flow.home.settings()
    finger.flow.settings.choose_section("carry")
    assert finger.screen is Screen.CARRY


def home(finger: Finger) -> None:
    while finger.screen is not Screen.HOME:
        finger.flow.presenter(finger.screen).back()  # type: ignore[attr-defined]


def state(finger: Finger) -> dict[str, str]:
    return {line.label: line.value for line in finger.view.state}


def test_by_codes_and_back_and_only_then_is_it_sent(two: tuple[Finger, Finger]) -> None:
    writer, carrier = two
    writer.save_boy()
    home(writer)
    open_carry(writer)
    assert state(writer) == {"Waiting": "1 case"}
    writer.flow.carry.show_codes()
    seen = []
    for _ in writer.flow.carry.texts:
        assert len(writer.view.modules) * 4 <= 420
        seen += read_codes(picture(writer.view.modules))
        writer.flow.carry.next()
    assert seen == list(writer.flow.carry.texts)
    writer.flow.carry.back()
    assert state(writer) == {"Waiting": "1 case", "Given to carry": "1 case"}
    assert "still wait" in writer.view.state_note

    carrier.flow.home.receive()
    carrier.flow.receive.take(list(reversed(seen)))
    assert carrier.view.news == "1 parcel is carried here. It goes with the next sync."
    assert carrier.store.count_cases() == 0
    home(carrier)
    carrier.flow.home.press_sync()
    open_carry(carrier)
    assert state(carrier) == {"Waiting": "0 cases", "Receipts to give back": "1 receipt"}
    carrier.flow.carry.show_receipts()
    back = carrier.flow.carry.texts
    assert "wrote" in carrier.view.title

    home(writer)
    writer.flow.home.receive()
    writer.flow.receive.take(back)
    assert writer.view.news == "The server has 1 case of this tablet: it is sent."
    writer.flow.receive.take(back)
    assert writer.view.news == "This receipt says nothing new."
    home(writer)
    open_carry(writer)
    assert state(writer) == {"Waiting": "0 cases"}
    assert not writer.view.can_give


def test_by_files_on_a_stick_and_back(two: tuple[Finger, Finger], tmp_path: Path) -> None:
    writer, carrier = two
    writer.save_boy()
    home(writer)
    stick = tmp_path / "stick"
    open_carry(writer)
    writer.flow.carry.type_field("folder", str(stick))
    writer.flow.carry.write_file()
    (parcel,) = stick.iterdir()
    assert writer.view.done == f"The file is written: {parcel.name}."
    # On the carrier's own folder it is offered by name; a stick that is mounted is, too.
    own = Path(carrier.flow.carry._carried.places()[0].folder)  # type: ignore[union-attr]
    own.mkdir()
    (own / parcel.name).write_bytes(parcel.read_bytes())

    carrier.flow.home.receive()
    (offered,) = carrier.view.files
    assert (offered.title, carrier.view.files_title) == (parcel.name, "Files found")
    carrier.flow.receive.choose(offered.value)
    assert "carried here" in carrier.view.news
    carrier.flow.receive.type(str(parcel))
    carrier.flow.receive.read()
    assert carrier.view.news == "This was taken in before. Nothing has changed."
    home(carrier)
    carrier.flow.home.press_sync()
    open_carry(carrier)
    carrier.flow.carry.type_field("folder", str(stick))
    carrier.flow.carry.write_receipts()
    receipt = next(path for path in stick.iterdir() if path.suffix == ".hwr")

    home(writer)
    writer.flow.home.receive()
    writer.flow.receive.type(str(receipt))
    writer.flow.receive.read()
    assert "it is sent" in writer.view.news
    # Whoever carried it cannot use it.
    home(carrier)
    carrier.flow.home.receive()
    carrier.flow.receive.type(str(receipt))
    carrier.flow.receive.read()
    assert carrier.view.news == "This receipt is for another tablet. Nothing has changed."


def test_a_refusal_is_said_until_it_is_cleared(two: tuple[Finger, Finger], server: RunningServer) -> None:
    writer, carrier = two
    writer.save_boy()
    home(writer)
    open_carry(writer)
    writer.flow.carry.show_codes()
    server.services.enrolment.revoke("Clinic A", 1)
    carrier.flow.home.receive()
    carrier.flow.receive.take(writer.flow.carry.texts)
    home(carrier)
    carrier.flow.home.press_sync()

    open_carry(carrier)

    assert carrier.view.refused == ("The tablet that wrote a parcel may not send to this server. Ask the coordinator.",)
    carrier.flow.carry.forget_finished()
    assert carrier.view.refused == ()


def test_a_file_that_is_none_and_a_folder_that_cannot_be_written_are_each_one_sentence(
    two: tuple[Finger, Finger], tmp_path: Path
) -> None:
    writer, carrier = two
    writer.save_boy()
    home(writer)
    open_carry(writer)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    writer.flow.carry.type_field("folder", str(blocked))
    writer.flow.carry.write_file()
    assert writer.view.error == "The file cannot be written there. Choose another folder."
    assert "Given to carry" not in state(writer)
    (tmp_path / "x.hwp").write_bytes(b"nothing of ours")

    carrier.flow.home.receive()
    for name, sentence in (("x.hwp", "cut off or damaged"), ("not-there.hwp", "cannot be read")):
        carrier.flow.receive.type(str(tmp_path / name))
        carrier.flow.receive.read()
        assert sentence in carrier.view.error


def test_without_a_key_of_the_server_it_is_said_what_to_do(two: tuple[Finger, Finger]) -> None:
    writer, _ = two
    writer.save_boy()
    home(writer)
    with writer.store.database.writing() as session:
        device = session.get_one(DeviceRow, 1)
        device.box_key = b""
        session.add(device)
    open_carry(writer)

    writer.flow.carry.show_codes()

    assert "Connect it again with a new code" in writer.view.error
    assert writer.view.modules == ()


def test_codes_stand_still_where_less_motion_is_wanted_and_back_leads_to_the_places(
    two: tuple[Finger, Finger],
) -> None:
    writer, _ = two
    writer.save_boy()
    home(writer)
    writer.flow.home.settings()
    writer.flow.settings.choose("motion", "less")
    writer.flow.settings.choose_section("carry")
    writer.flow.carry.show_codes()
    assert not writer.view.is_running
    count = len(writer.flow.carry.texts)
    writer.flow.carry.previous()
    assert writer.view.number == f"{count} of {count}"
    writer.flow.carry.run_or_stop()
    assert writer.view.is_running is (count > 1)

    writer.flow.carry.back()

    assert writer.screen is Screen.CARRY
    assert writer.view.modules == ()
    writer.flow.carry.back()
    assert writer.screen is Screen.SETTINGS


def test_what_waits_without_a_connection_can_be_given_to_carry_from_home(tmp_path: Path) -> None:
    with a_copied_finger(tmp_path / "tablet") as writer:
        with running_server(new_database("sqlite", tmp_path)) as server:
            writer.connect(server.url, server.code())
            writer.save_boy()
            home(writer)
            assert writer.view.sync_bar.carry_button == "", "a connection is there"
        writer.flow.home.press_sync()
        assert writer.view.sync_bar.carry_button == "Without a network"
        _carry_and_back(writer)


def _carry_and_back(writer: Finger) -> None:
    writer.flow.home.carry()

    assert (writer.screen, state(writer)) == (Screen.CARRY, {"Waiting": "1 case"})
    assert writer.view.back_button == "Home"
    writer.flow.carry.show_codes()
    writer.flow.carry.back()
    assert writer.screen is Screen.CARRY
    writer.flow.carry.back()
    assert writer.screen is Screen.HOME
    open_carry(writer)
    assert writer.view.back_button == "Back"
    writer.flow.carry.back()
    assert writer.screen is Screen.SETTINGS


def test_what_others_gave_and_the_server_did_not_take_is_no_failure_of_ones_own_sync(
    two: tuple[Finger, Finger], server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, carrier = two
    writer.save_boy()
    home(writer)
    open_carry(writer)
    writer.flow.carry.show_codes()
    carrier.flow.home.receive()
    carrier.flow.receive.take(writer.flow.carry.texts)
    home(carrier)
    carrier.save_boy()
    home(carrier)
    monkeypatch.setattr(type(server.services.carry), "answer", lambda *_: 1 / 0)

    carrier.flow.home.press_sync()

    bar = carrier.view.sync_bar
    assert (bar.sign, bar.headline) == (SyncSign.ALL_SENT, "All sent.")
    assert bar.sentence.startswith("What is carried for others was not taken yet. ")
    assert carrier.view.recent[0].sync_word == "Sent"
    assert carrier.store.parcels.overview().carried == 1
    monkeypatch.undo()
    carrier.flow.home.press_sync()
    assert carrier.store.parcels.overview().carried == 0
    assert carrier.view.sync_bar.headline.startswith("All sent. ")
