"""The pictures of first start, recovery code, backup, a forgotten PIN and restore."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mobile_app.commands.demo_tablet import DemoTablet
from mobile_app.navigation import Screen

States = Iterator[tuple[Any, str]]


def first_start(window: Any, shown: DemoTablet) -> States:
    """From the language of a new tablet to its start screen."""
    flow = shown.flow
    yield window, "00-set-up-language"
    flow.set_up.go_on()
    flow.set_up.type_field("clinic", "Children's clinic")
    yield window, "00-set-up-clinic"
    flow.set_up.go_on()
    flow.set_up.type_name("Nurse 1")
    yield window, "00-set-up"
    flow.set_up.go_on()
    flow.set_up.press("6")
    yield window, "00-set-up-pin"
    for _ in range(3):
        flow.set_up.back()
    shown.to_recovery_code()
    yield window, "00-recovery-code"
    groups = {group.number: group.text for group in window.screen.view.page.groups}
    flow.recovery_code.go_on()
    first, second = [asked.name for asked in window.screen.view.page.fields]
    flow.recovery_code.type_field(first, groups[first])
    yield window, "00-recovery-code-confirm"
    flow.recovery_code.type_field(second, groups[second])
    flow.recovery_code.go_on()
    yield window, "00-recovery-code-done"
    flow.recovery_code.other()


def backup_and_code(window: Any, shown: DemoTablet) -> States:
    """Backup, a forgotten PIN and a restore, from the start screen and back to it."""
    flow = shown.flow
    flow.home.settings()
    flow.settings.choose_section("backup")
    flow.backup.back_up()
    yield window, "13-backup"
    made = window.screen.view.last_note
    flow.backup.make_code()
    yield window, "13-recovery-code-own-pin"
    flow.lock()
    flow.unlock.forgotten()
    flow.forgotten_pin.type_field("code", "q7m2 x4td")
    yield window, "13-forgotten-pin"
    flow.forgotten_pin.back()
    # The restore of an occupied tablet is offered only where its file is damaged; the screen is the same.
    flow._enter(Screen.RESTORE)
    flow.restore.choose(str(Path(shown.folder) / "backups" / made))
    yield window, "13-restore"
    flow.restore.go_on()
    yield window, "13-restore-code"
    flow.restore.back()
    flow.restore.back()
    shown.enter_pin()
