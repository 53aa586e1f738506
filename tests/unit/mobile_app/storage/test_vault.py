"""Only a user of this tablet, with his PIN, on this tablet, opens the store."""

from __future__ import annotations

import json
import shutil
from contextlib import closing

import pytest

from shared.crypto import key_derivation
from shared.crypto.key_derivation import KdfParameters
from shared.errors import InvalidInput, Locked, StoreDamaged, StoreUnusable, WrongPin
from tests.tablet_world import PIN, TestTablet, a_draft, a_tablet


def test_a_new_tablet_has_no_users_and_one_after_set_up(tablet):
    assert tablet.vault.users() == ()

    user = tablet.vault.create("  Ana Sample ", "Nurse", PIN)

    assert tablet.vault.users() == (user,)
    assert (user.name, user.role) == ("Ana Sample", "Nurse")


def test_the_right_pin_opens_and_what_was_saved_is_there_after_locking(tablet, user):
    store = tablet.vault.unlock(user.user_id, PIN)
    store.save_draft(a_draft(3))
    store.close()

    reopened = tablet.vault.unlock(user.user_id, PIN)

    assert [dict(draft.answers) for draft in reopened.drafts()] == [dict(a_draft(3).answers)]
    assert reopened.user == user
    reopened.close()


def test_a_locked_store_answers_nothing_and_says_so(tablet):
    store = tablet.set_up()
    store.close()

    for use in (store.drafts, store.count_cases, store.sync_overview, lambda: store.save_draft(a_draft())):
        with pytest.raises(Locked, match="PIN"):
            use()
    store.close()


@pytest.mark.parametrize("pin", ["", "12345", "1234567"[:5], "48291", "৪৮২৯১৩", "111111", "123456", "654321", "4" * 65])
def test_a_pin_that_is_short_or_a_row_is_refused_before_anything_is_made(tablet, pin):
    with pytest.raises(InvalidInput, match="pin"):
        tablet.vault.create("Ana Sample", "Nurse", pin)

    assert not tablet.store_folder.exists()


@pytest.mark.parametrize(("name", "role"), [("", "Nurse"), ("   ", "Nurse"), ("Ana", ""), ("A" * 81, "Nurse")])
def test_a_user_needs_a_name_and_a_role(tablet, name, role):
    with pytest.raises(InvalidInput):
        tablet.vault.create(name, role, PIN)


def test_setting_up_twice_is_refused_and_changes_nothing(tablet, user):
    before = tablet.bytes_on_disk()

    with pytest.raises(StoreUnusable, match="set up already"):
        tablet.vault.create("Somebody Else", "Doctor", "918273")

    assert tablet.bytes_on_disk() == before


def test_a_wrong_user_is_as_wrong_as_a_wrong_pin(tablet, user):
    with pytest.raises(WrongPin):
        tablet.vault.unlock("nobody", PIN)
    with pytest.raises(WrongPin):
        tablet.vault.unlock(user.user_id, "918273")


def test_the_files_copied_to_another_tablet_do_not_open_there(tablet, user, tmp_path):
    other_folder = tmp_path / "other"
    with a_tablet(other_folder) as other:
        other.vault.create("Somebody Else", "Doctor", "918273")
        shutil.rmtree(other.store_folder)
        shutil.copytree(tablet.store_folder, other.store_folder)

        with pytest.raises(WrongPin):
            other.vault.unlock(user.user_id, PIN)
        other.clock.pass_time(10_000)
        with pytest.raises(WrongPin):
            other.vault.unlock(user.user_id, PIN)


def test_without_the_device_secret_nothing_opens_and_nothing_is_changed(tablet, user):
    secret = tablet.folder / "device" / "secret"
    kept = secret.read_bytes()
    secret.unlink()
    before = tablet.bytes_on_disk()

    with pytest.raises(StoreUnusable, match="secret"):
        tablet.vault.unlock(user.user_id, PIN)

    assert tablet.bytes_on_disk() == before
    secret.write_bytes(kept)
    tablet.vault.unlock(user.user_id, PIN).close()


@pytest.mark.parametrize("number", ["memory_kib", "iterations"])
def test_changed_parameters_in_the_keyring_open_nothing(tablet, user, number):
    path = tablet.store_folder / "keyring.json"
    keyring = json.loads(path.read_text())
    keyring["users"][0]["key"]["kdf"][number] += 1
    path.write_text(json.dumps(keyring))

    with pytest.raises(WrongPin):
        tablet.vault.unlock(user.user_id, PIN)


def test_a_keyring_weakened_below_the_floor_is_taken_for_damage(tmp_path):
    with a_tablet(tmp_path) as tablet:
        user = tablet.vault.create("Ana Sample", "Nurse", PIN)

    with pytest.raises(StoreDamaged):
        tablet.vault.unlock(user.user_id, PIN)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"version":1,"users":[{}]}', b"\xff\xfe", b"null"])
def test_a_damaged_keyring_is_a_sentence_and_stays_as_it_is(tablet, user, content):
    path = tablet.store_folder / "keyring.json"
    for each in (path, tablet.store_folder / "keyring.copy.json"):
        each.write_bytes(content)

    with pytest.raises(StoreDamaged):
        tablet.vault.users()
    with pytest.raises(StoreDamaged):
        tablet.vault.create("Somebody Else", "Doctor", "918273")

    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["keyring.json", "keyring.copy.json"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_one_lost_or_damaged_keyring_file_shuts_nobody_out(tablet, name, content):
    """A lost key is every case lost that was not sent yet, so there are two files of it."""
    store = tablet.set_up()
    store.save_draft(a_draft())
    store.close()
    path = tablet.store_folder / name
    path.unlink() if content is None else path.write_bytes(content)

    store = tablet.open()
    assert len(store.drafts()) == 1
    tablet.vault.set_pin(store, tablet.vault.users()[0].user_id, "918273")
    store.close()

    assert path.read_bytes() == (tablet.store_folder / "keyring.json").read_bytes()
    with pytest.raises(WrongPin):
        tablet.open()


@pytest.mark.parametrize("content", [b"", bytes(20), bytes(33)])
def test_a_damaged_secret_is_not_called_a_wrong_pin_and_uses_no_try(tablet, user, content):
    secret = tablet.folder / "device" / "secret"
    kept = secret.read_bytes()
    secret.write_bytes(content)

    assert tablet.vault.seconds_until_next_try(user.user_id) == 0
    with pytest.raises(StoreUnusable, match="secret is damaged"):
        tablet.vault.unlock(user.user_id, PIN)

    secret.write_bytes(kept)
    tablet.vault.unlock(user.user_id, PIN).close()


def test_a_set_up_that_was_cut_short_is_put_aside_and_not_overwritten(tablet):
    tablet.set_up().close()
    for name in ("keyring.json", "keyring.copy.json"):
        (tablet.store_folder / name).unlink()
    unfinished = (tablet.store_folder / "cases.db").read_bytes()

    user = tablet.vault.create("Ana Sample", "Nurse", PIN)
    tablet.vault.unlock(user.user_id, PIN).close()

    aside = [path for path in tablet.store_folder.iterdir() if "unopenable" in path.name]
    assert [path.read_bytes() for path in aside] == [unfinished]


def test_stronger_parameters_are_taken_up_at_the_next_unlock(tablet, user):
    stronger = KdfParameters(memory_kib=128, iterations=2, lanes=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_derivation, "DEFAULT", stronger)
        tablet.vault.unlock(user.user_id, PIN).close()

    keyring = json.loads((tablet.store_folder / "keyring.json").read_text())
    assert keyring["users"][0]["key"]["kdf"] == stronger.to_json()
    tablet.vault.unlock(user.user_id, PIN).close()


def test_a_second_user_opens_the_same_cases_with_a_pin_of_his_own(tablet):
    store = tablet.set_up()
    store.save_draft(a_draft())
    second = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")
    store.close()

    opened = tablet.vault.unlock(second.user_id, "740218")

    assert opened.user == second
    assert len(opened.drafts()) == 1
    opened.close()
    with pytest.raises(WrongPin):
        tablet.vault.unlock(second.user_id, PIN)


def test_a_removed_user_opens_nothing_and_the_others_everything(tablet):
    store = tablet.set_up()
    store.save_draft(a_draft())
    second = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")

    tablet.vault.remove_user(store, second.user_id)
    store.close()

    assert [user.name for user in tablet.vault.users()] == ["Ana Sample"]
    with pytest.raises(WrongPin):
        tablet.vault.unlock(second.user_id, "740218")
    reopened = tablet.open()
    assert len(reopened.drafts()) == 1
    reopened.close()


def test_the_only_user_cannot_be_removed(tablet):
    store = tablet.set_up()
    before = tablet.bytes_on_disk()

    with pytest.raises(InvalidInput, match="only one"):
        tablet.vault.remove_user(store, store.user.user_id)

    assert tablet.bytes_on_disk() == before
    store.close()


def test_a_renamed_user_keeps_the_pin_and_the_place_in_the_list(tablet):
    store = tablet.set_up()
    tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")

    renamed = tablet.vault.rename_user(store, store.user.user_id, "  Ana Example ")
    store.close()

    assert renamed.name == "Ana Example"
    assert [user.name for user in tablet.vault.users()] == ["Ana Example", "Ben Sample"]
    reopened = tablet.open()
    assert reopened.user.name == "Ana Example"
    reopened.close()


@pytest.mark.parametrize("name", ["", "  ", "A" * 81])
def test_a_user_is_not_renamed_to_nothing(tablet, name):
    store = tablet.set_up()

    with pytest.raises(InvalidInput, match="name"):
        tablet.vault.rename_user(store, store.user.user_id, name)

    assert tablet.vault.users()[0].name == "Ana Sample"
    store.close()


def test_who_may_open_the_tablet_is_changed_on_an_open_tablet_only(tablet):
    store = tablet.set_up()
    second = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")
    store.close()
    before = tablet.bytes_on_disk()
    vault = tablet.vault

    for change in (
        lambda: vault.add_user(store, "Eve Sample", "Doctor", "918273"),
        lambda: vault.set_pin(store, second.user_id, "918273"),
        lambda: vault.rename_user(store, second.user_id, "Eve Sample"),
        lambda: vault.remove_user(store, second.user_id),
    ):
        with pytest.raises(Locked, match="PIN"):
            change()

    assert tablet.bytes_on_disk() == before


def test_the_files_are_for_this_account_only(tablet):
    store = tablet.set_up()
    store.save_draft(a_draft())
    modes = {path.name: path.stat().st_mode & 0o777 for path in tablet.folder.rglob("*") if path.is_file()}
    store.close()

    assert set(modes) >= {"cases.db", "keyring.json", "tries.json", "secret"}
    assert set(modes.values()) == {0o600}


def test_the_user_of_an_open_tablet_shows_with_his_pin_that_it_is_he(tablet, user):
    with closing(tablet.vault.unlock(user.user_id, PIN)) as store:
        tablet.vault.confirm_pin(store, PIN)

        for _ in range(4):
            with pytest.raises(WrongPin):
                tablet.vault.confirm_pin(store, "135792")
        with pytest.raises(WrongPin) as refused:
            tablet.vault.confirm_pin(store, PIN)

        assert refused.value.wait_s == 30
        assert store.drafts() == ()
    with pytest.raises(WrongPin):
        tablet.vault.unlock(user.user_id, PIN)


def test_a_pin_confirms_nothing_once_the_tablet_is_locked(tablet, user):
    store = tablet.vault.unlock(user.user_id, PIN)
    store.close()

    with pytest.raises(Locked):
        tablet.vault.confirm_pin(store, PIN)


def test_it_opens_at_full_strength_too(tmp_path):
    tablet = TestTablet(tmp_path)
    user = tablet.vault.create("Ana Sample", "Nurse", PIN)

    tablet.vault.unlock(user.user_id, PIN).close()
