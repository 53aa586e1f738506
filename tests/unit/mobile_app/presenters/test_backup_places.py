"""Where a backup goes, and who else can see that it is there."""

from __future__ import annotations

OTHERS_SEE = "Others can see there that it exists, and its date. Nobody can open it."


def test_where_others_can_list_the_files_it_is_said_before_the_backup_is_made(finger):
    finger.flow.home.settings()
    finger.flow.settings.choose_section("backup")
    assert OTHERS_SEE not in finger.view.hint

    finger.flow.backup.type_field("folder", str(finger.tablet.folder / "elsewhere"))
    assert finger.view.hint.endswith(OTHERS_SEE)
    finger.flow.backup.choose(finger.view.places[0].value)
    assert OTHERS_SEE not in finger.view.hint
