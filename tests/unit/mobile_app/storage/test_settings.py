"""What a clinic chose is in the encrypted file, is there at the next start, and is never lost in part."""

from __future__ import annotations

from contextlib import closing

import pytest

from mobile_app.locked_ports import LOCK_TIMES_S
from mobile_app.ports.settings import Settings
from mobile_app.storage.tables import SettingRow
from shared.errors import Locked, StoreUnusable
from tests.presenter_world import a_full_disk

CHOSEN = Settings(
    clinic="Marigold clinic",
    wards=("Ward 3", "Newborns"),
    units={"crp": "mg/dL", "temperature": "[degF]"},
    resources=("lab", "xray"),
    lock_after_s=30,
)


def test_a_new_tablet_has_the_defaults(tablet):
    with closing(tablet.set_up()) as store:
        assert store.settings.read() == Settings()


def test_what_was_chosen_is_there_after_locking_and_for_every_user(tablet):
    with closing(tablet.set_up()) as store:
        store.settings.keep(CHOSEN)
        other = tablet.vault.add_user(store, "Ben Sample", "Doctor", "907132")

    with closing(tablet.open()) as store:
        assert store.settings.read() == CHOSEN
    with closing(tablet.vault.unlock(other.user_id, "907132")) as store:
        assert store.settings.read() == CHOSEN


def test_names_of_clinic_and_wards_are_nowhere_readable_on_disk(tablet):
    with closing(tablet.set_up()) as store:
        store.settings.keep(CHOSEN)

    for name, content in tablet.bytes_on_disk().items():
        assert b"Marigold" not in content, name
        assert b"Newborns" not in content, name


def test_a_disk_that_takes_nothing_is_said_and_what_was_chosen_before_holds(tablet):
    with closing(tablet.set_up()) as store:
        store.settings.keep(CHOSEN)
        with a_full_disk(), pytest.raises(StoreUnusable):
            store.settings.keep(Settings(clinic="Another clinic"))
        assert store.settings.read() == CHOSEN

    with closing(tablet.open()) as store:
        assert store.settings.read() == CHOSEN


@pytest.mark.parametrize("damaged", ["", "{", "[1]", "17", '{"crp": 1}', "99"])
def test_one_thing_that_cannot_be_understood_has_its_default_and_takes_no_other_with_it(tablet, damaged):
    with closing(tablet.set_up()) as store:
        store.settings.keep(CHOSEN)
        with store.database.writing() as session:
            for name in ("units", "lock_after_s"):
                session.merge(SettingRow(name=name, value=damaged))

    with closing(tablet.open()) as store:
        found = store.settings.read()
    assert (found.units, found.lock_after_s) == ({}, Settings().lock_after_s)
    assert (found.clinic, found.wards, found.resources) == (CHOSEN.clinic, CHOSEN.wards, CHOSEN.resources)


def test_a_setting_of_a_later_version_is_left_alone(tablet):
    with closing(tablet.set_up()) as store, store.database.writing() as session:
        session.add(SettingRow(name="colour", value='"green"'))

    with closing(tablet.open()) as store:
        assert store.settings.read() == Settings()
        store.settings.keep(CHOSEN)
        with store.database.reading() as session:
            assert session.get(SettingRow, "colour").value == '"green"'


def test_no_setting_is_written_once_the_tablet_is_locked(tablet):
    store = tablet.set_up()
    store.close()

    with pytest.raises(Locked):
        store.settings.keep(CHOSEN)


def test_the_usual_time_to_locking_is_one_that_can_be_chosen():
    assert Settings().lock_after_s in LOCK_TIMES_S
