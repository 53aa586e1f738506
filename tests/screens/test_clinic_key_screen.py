"""The clinic's key as the window shows it: the code takes room only while it is there."""

from __future__ import annotations

from pathlib import Path

from mobile_app.commands.demo_tablet import DemoClock
from mobile_app.commands.screenshots_links import same_child
from mobile_app.commands.screenshots_story import ShownTablet, WindowOf

PIN = "618033"


def test_when_the_code_is_hidden_the_words_have_the_whole_width(tmp_path: Path, clock: DemoClock) -> None:
    from mobile_app.commands.driven_window import DrivenWindow

    tablet = ShownTablet(tmp_path, clock, "Nurse 1", "Nurse", PIN)
    window = DrivenWindow(WindowOf(tablet))
    tablet.set_up()
    widths = {}
    for _window, state in same_child(window, tablet, PIN):
        window.settle()
        parts = [one for one in window.screen.walk(restrict=True) if type(one).__name__ == "ClinicKeyParts"]
        if parts:
            widths[state] = parts[0].ids.side.width
        if state == "15-clinic-key-renew":
            break
    window.close()

    assert widths["15-clinic-key-shown"] < widths["15-clinic-key"]
    assert widths["15-clinic-key-renew"] == widths["15-clinic-key"]
