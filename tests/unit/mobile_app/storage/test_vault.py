"""Only a user of this tablet, with his PIN, on this tablet, opens the store; and guessing gets slow, then stops."""

from __future__ import annotations

import json
import shutil
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.storage.throttle import Throttle
from shared.crypto import key_derivation
from shared.crypto.key_derivation import KdfParameters
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import InvalidInput, Locked, StoreDamaged, StoreFull, StoreUnusable, WrongPin, WrongRecoveryCode
from tests.freezing import FROZEN
from tests.tablet_world import PIN, TestTablet, TurnableClock, a_draft, a_tablet


@pytest.fixture
def tablet(tmp_path):
    with a_tablet(tmp_path) as tablet:
        yield tablet


@pytest.fixture
def user(tablet):
    return tablet.vault.create("Ana Sample", "Nurse", PIN)


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


# The recovery code


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
        guess(tablet, user)

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


# Guessing


def guess(tablet, user):
    """Try a wrong PIN; return the wait that it brings."""
    try:
        tablet.vault.unlock(user.user_id, "000001")
    except WrongPin as wrong:
        return wrong.wait_s
    raise AssertionError("a wrong PIN opened the store")


def test_four_tries_are_free_then_each_waits_longer_up_to_an_hour(tablet, user):
    waits = []
    for _ in range(12):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(user.user_id))
        waits.append(guess(tablet, user))

    assert waits == [0, 0, 0, 30, 60, 300, 900, 3600, 3600, 3600, 3600, 3600]


def test_the_right_pin_opens_after_any_number_of_wrong_ones(tablet, user):
    """A tablet with one user must not lose its unsent cases to a child who plays with the PIN pad."""
    for _ in range(15):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(user.user_id))
        guess(tablet, user)

    tablet.clock.pass_time(3600)

    tablet.vault.unlock(user.user_id, PIN).close()


def test_a_try_before_its_time_is_not_looked_at_even_with_the_right_pin(tablet, user):
    for _ in range(4):
        guess(tablet, user)

    tablet.clock.pass_time(29)
    with pytest.raises(WrongPin) as early:
        tablet.vault.unlock(user.user_id, PIN)
    assert early.value.wait_s == 1
    tablet.clock.pass_time(1)
    tablet.vault.unlock(user.user_id, PIN).close()


def test_the_right_pin_gives_all_tries_back(tablet, user):
    for _ in range(3):
        guess(tablet, user)
    tablet.vault.unlock(user.user_id, PIN).close()

    assert [guess(tablet, user) for _ in range(4)] == [0, 0, 0, 30]


@pytest.mark.parametrize("years", [-10, 10])
def test_setting_the_clock_shortens_no_wait(tablet, user, years):
    for _ in range(4):
        guess(tablet, user)

    tablet.clock.wall = tablet.clock.wall.replace(year=2026 + years)

    assert tablet.vault.seconds_until_next_try(user.user_id) == 30


def test_restarting_the_tablet_shortens_no_wait(tablet, user):
    for _ in range(4):
        guess(tablet, user)
    tablet.clock.pass_time(20)

    tablet.clock.restart()

    assert tablet.vault.seconds_until_next_try(user.user_id) == 30
    tablet.clock.pass_time(30)
    assert tablet.vault.seconds_until_next_try(user.user_id) == 0


def test_a_try_is_on_the_disk_before_the_pin_is_looked_at(tablet, user, monkeypatch):
    counted = []

    def stretched(*_):
        counted.append(json.loads((tablet.store_folder / "tries.json").read_text())["tries"][user.user_id][0])
        raise KeyboardInterrupt

    monkeypatch.setattr("shared.crypto.keyring.stretch_pin", stretched)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            tablet.vault.unlock(user.user_id, PIN)

    assert counted == [1, 2, 3]


@pytest.mark.parametrize("how", ["taken away", "emptied", "reset", "set back to an older one"])
def test_tampering_with_the_count_leaves_two_tries_after_a_wait(tablet, user, how):
    path = tablet.store_folder / "tries.json"
    for _ in range(4):
        guess(tablet, user)
    match how:
        case "taken away":
            path.unlink()
        case "emptied":
            path.write_bytes(b"")
        case "reset":
            path.write_text(json.dumps({**json.loads(path.read_text()), "tries": {}}))
        case _:
            body = json.loads(path.read_text())
            body["tries"][user.user_id][0] = 1
            path.write_text(json.dumps(body))

    assert tablet.vault.seconds_until_next_try(user.user_id) == 3600
    tablet.clock.pass_time(3600)
    assert guess(tablet, user) == 3600


def test_the_right_pin_opens_although_the_disk_is_too_full_to_note_it(tablet, user, monkeypatch):
    with monkeypatch.context() as full:

        def refuse(*_):
            raise StoreFull

        full.setattr(Throttle, "forgive", refuse)
        tablet.vault.unlock(user.user_id, PIN).close()

    tablet.vault.unlock(user.user_id, PIN).close()


def test_another_user_can_give_one_who_waits_a_new_pin(tablet, user):
    store = tablet.vault.unlock(user.user_id, PIN)
    waiting = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")
    for _ in range(10):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(waiting.user_id))
        guess(tablet, waiting)

    tablet.vault.set_pin(store, waiting.user_id, "385201")
    store.close()

    tablet.vault.unlock(waiting.user_id, "385201").close()


@given(
    events=st.lists(
        st.one_of(
            st.just("guess"),
            st.tuples(st.just("pass"), st.integers(0, 4000)),
            st.tuples(st.just("clock"), st.integers(-(10**8), 10**8)),
            st.just("restart"),
        ),
        max_size=60,
    )
)
def test_no_order_of_clock_changes_and_restarts_gives_one_try_too_many(events, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tries")
    clock = TurnableClock()
    Throttle(folder / "tries.json", bytes(32), clock, ["u"]).start()
    true_time, tries_at = 0.0, []

    for event in events:
        throttle = Throttle(folder / "tries.json", bytes(32), clock, ["u"])
        match event:
            case "guess":
                if throttle.seconds_until_next_try("u") == 0:
                    throttle.count_try("u")
                    tries_at.append(true_time)
            case "restart":
                clock.restart()
            case ("pass", seconds):
                clock.pass_time(seconds)
                true_time += seconds
            case (_, seconds):
                clock.wall = clock.wall.fromtimestamp(max(0, clock.wall.timestamp() + seconds), clock.wall.tzinfo)

    gaps = [after - before for before, after in zip(tries_at, tries_at[1:], strict=False)]
    assert all(gap >= wait for gap, wait in zip(gaps[3:7], [30, 60, 300, 900], strict=False))
    assert all(gap >= 3600 for gap in gaps[7:])


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


@pytest.mark.parametrize("by_code", [False, True], ids=["set", "by recovery code"])
def test_a_new_pin_that_holds_is_not_called_refused_because_the_old_tries_could_not_be_forgotten(
    tablet, user, monkeypatch, by_code
):
    code = RecoveryCode.generate()
    with closing(tablet.vault.unlock(user.user_id, PIN)) as store:
        tablet.vault.set_recovery_code(store, code)

        def full(*_: object) -> None:
            raise StoreFull

        # The disk takes the keyring and nothing after it.
        with monkeypatch.context() as patched:
            patched.setattr(Throttle, "forgive", full)
            if by_code:
                tablet.vault.recover(code, user.user_id, "385201")
            else:
                tablet.vault.set_pin(store, user.user_id, "385201")

    tablet.vault.unlock(user.user_id, "385201").close()
