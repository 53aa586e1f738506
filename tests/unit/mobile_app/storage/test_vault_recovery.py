"""The recovery code opens the store for who forgot his PIN, and where the device secret is lost."""

from __future__ import annotations

import shutil

import pytest

from shared.crypto.recovery_code import RecoveryCode
from shared.errors import InvalidInput, StoreUnusable, WrongPin, WrongRecoveryCode
from tests.freezing import FROZEN
from tests.tablet_world import PIN, a_draft, a_tablet


@pytest.fixture
def code(tablet, user):
    """The code of the tablet of `user`."""
    store = tablet.vault.unlock(user.user_id, PIN)
    store.save_draft(a_draft())
    code = RecoveryCode.generate()
    tablet.vault.set_recovery_code(store, code)
    store.close()
    return code


def test_the_code_gives_a_user_a_new_pin_and_every_case_is_there(tablet, user, code):
    tablet.vault.recover(code, user.user_id, "385201")

    store = tablet.vault.unlock(user.user_id, "385201")
    assert len(store.drafts()) == 1
    store.close()
    with pytest.raises(WrongPin):
        tablet.vault.unlock(user.user_id, PIN)


def test_the_code_is_in_no_file(tablet, code):
    for name, content in tablet.bytes_on_disk().items():
        for form in (code.text, "-".join(code.groups), " ".join(code.groups)):
            assert form.encode() not in content.upper(), name


def test_another_code_changes_nothing_but_the_count_of_tries(tablet, user, code):
    before = tablet.bytes_on_disk()

    with pytest.raises(WrongRecoveryCode, match="another recovery code"):
        tablet.vault.recover(RecoveryCode.generate(), user.user_id, "385201")

    after = tablet.bytes_on_disk()
    assert {name for name in before if before[name] != after[name]} == {"store/tries.json"}
    tablet.vault.unlock(user.user_id, PIN).close()


def test_a_new_code_ends_the_one_before(tablet, user, code):
    store = tablet.vault.unlock(user.user_id, PIN)
    newer = RecoveryCode.generate()
    tablet.vault.set_recovery_code(store, newer)
    store.close()

    with pytest.raises(WrongRecoveryCode):
        tablet.vault.recover(code, user.user_id, "385201")
    tablet.vault.recover(newer, user.user_id, "385201")


def test_wrong_codes_wait_longer_and_longer_and_leave_the_pin_alone(tablet, user, code):
    waits = []
    for _ in range(7):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_code())
        with pytest.raises(WrongRecoveryCode) as wrong:
            tablet.vault.recover(RecoveryCode.generate(), user.user_id, "385201")
        waits.append(wrong.value.wait_s)

    assert waits == [0, 0, 0, 30, 60, 300, 900]
    with pytest.raises(WrongRecoveryCode):
        tablet.vault.recover(code, user.user_id, "385201")
    assert tablet.vault.seconds_until_next_try(user.user_id) == 0
    tablet.vault.unlock(user.user_id, PIN).close()
    tablet.clock.pass_time(900)
    tablet.vault.recover(code, user.user_id, "385201")
    assert tablet.vault.seconds_until_next_code() == 0


def test_the_code_opens_a_user_who_waits_for_his_next_try(tablet, user, code):
    for _ in range(6):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(user.user_id))
        tablet.guess(user)

    tablet.vault.recover(code, user.user_id, "385201")

    tablet.vault.unlock(user.user_id, "385201").close()


@pytest.mark.parametrize("pin", ["", "12345", "123456", "৪৮২৯১৩"])
def test_a_pin_that_cannot_be_used_is_refused_before_the_code_is_tried(tablet, user, code, pin):
    before = tablet.bytes_on_disk()

    with pytest.raises(InvalidInput, match="pin"):
        tablet.vault.recover(code, user.user_id, pin)

    assert tablet.bytes_on_disk() == before


@pytest.mark.parametrize("content", [None, b"", bytes(20)])
def test_a_tablet_whose_secret_is_lost_opens_with_the_code_and_nothing_is_missing(tablet, user, code, content):
    store = tablet.vault.unlock(user.user_id, PIN)
    second = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")
    device = store.device
    store.close()
    secret = tablet.folder / "device" / "secret"
    secret.unlink() if content is None else secret.write_bytes(content)

    with pytest.raises(WrongRecoveryCode):
        tablet.vault.recover(RecoveryCode.generate(), user.user_id, "385201")
    tablet.vault.recover(code, user.user_id, "385201")

    store = tablet.vault.unlock(user.user_id, "385201")
    assert (store.device, len(store.drafts())) == (device, 1)
    with pytest.raises(WrongPin):
        tablet.vault.unlock(second.user_id, "740218")
    tablet.vault.set_pin(store, second.user_id, "591827")
    store.close()
    tablet.vault.unlock(second.user_id, "591827").close()


def test_a_tablet_that_was_set_up_before_there_were_codes_opens_as_before_and_can_get_one(tmp_path):
    shutil.copytree(FROZEN / "tablet-1", tmp_path / "old")
    with a_tablet(tmp_path / "old") as tablet:
        user = tablet.vault.users()[0]
        assert not tablet.vault.has_recovery_code()
        with pytest.raises(StoreUnusable, match="no recovery code"):
            tablet.vault.recover(RecoveryCode.generate(), user.user_id, "385201")

        store, code = tablet.open(), RecoveryCode.generate()
        tablet.vault.set_recovery_code(store, code)
        store.close()

        assert tablet.vault.has_recovery_code()
        tablet.vault.recover(code, user.user_id, "385201")
        tablet.vault.unlock(user.user_id, "385201").close()


def test_changing_users_keeps_the_code(tablet, user, code):
    store = tablet.vault.unlock(user.user_id, PIN)
    second = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")
    tablet.vault.rename_user(store, second.user_id, "Ben Example")
    tablet.vault.set_pin(store, second.user_id, "591827")
    tablet.vault.remove_user(store, second.user_id)
    store.close()

    tablet.vault.recover(code, user.user_id, "385201")
