"""The codes as the window really shows them: a picture of the screen is read, and the case arrives elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from mobile_app.commands.demo_tablet import DemoClock, DemoTablet
from mobile_app.commands.screenshots_story import ShownTablet, WindowOf, first_visit
from mobile_app.device.qr_reader import read_codes
from mobile_app.navigation import Screen


def test_a_picture_of_the_screen_carries_the_case_to_another_tablet(tmp_path: Path) -> None:
    from mobile_app.commands.driven_window import DrivenWindow

    clock = DemoClock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC))
    giving = ShownTablet(tmp_path / "1", clock, "Nurse 1", "Nurse", "618033")
    taking = DemoTablet(tmp_path / "2", clock, "Dr A", "Doctor", "271828")
    taking.set_up()
    window = DrivenWindow(WindowOf(giving))
    giving.set_up()
    for _ in first_visit(window, giving):
        if giving.flow.screen is Screen.PLAN:
            break
    giving.flow.plan.hand_over()
    giving.flow.hand_over.save()

    taking.flow.home.receive()
    for width, height, is_large in ((1024, 600, False), (1024, 600, True), (1280, 800, False)):
        seen: list[str] = []
        window.resize(width, height, is_large=is_large)
        for number, _ in enumerate(giving.flow.hand_over.texts):
            picture = tmp_path / f"{width}-{is_large}-{number}.png"
            window.picture(picture)
            with Image.open(picture) as screen:
                seen += read_codes(screen.convert("L"))
            giving.flow.hand_over.next()

        assert seen == list(giving.flow.hand_over.texts), (width, height, is_large)
    taking.flow.receive.take(seen)

    assert taking.flow.screen is Screen.CASE
    assert taking.store.count_cases() == 1
    window.resize(1280, 800)
    window.close()
