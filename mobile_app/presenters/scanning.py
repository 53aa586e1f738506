"""Reading codes with the camera: opened by a tap, closed by a tap, by what was read, and by leaving the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mobile_app.ports.paper import CodePictures
from mobile_app.presenters.wording import say


@dataclass(frozen=True, slots=True)
class ScanView:
    """`button` opens the camera, or closes it while it `is_on`; without a word the device has none.

    `source` says which camera (`CodePictures.camera`). `fault`: why it shows nothing.
    """

    is_on: bool
    source: str
    button: str
    hint: str
    fault: str


class Scanning:
    """Whether the camera is open, and what it has shown since."""

    def __init__(self, pictures: CodePictures | None) -> None:
        self._pictures = pictures
        self._fault = ""
        self._seen: set[str] = set()
        self.is_on = False

    def turn(self) -> None:
        """Open the camera, or close it."""
        self._fault = ""
        self._seen.clear()
        self.is_on = not self.is_on and self._has_camera

    def end(self) -> None:
        """Close the camera; what was wrong with it is over."""
        self.is_on = False
        self._fault = ""
        self._seen.clear()

    def forget(self) -> None:
        """Let what was seen count as new again."""
        self._seen.clear()

    def fail(self, fault: str) -> None:
        """Close it because it shows nothing. `fault` is what the device says of it (`shared.sentence`)."""
        self.end()
        self._fault = fault

    def news(self, texts: Sequence[str]) -> list[str]:
        """Return what was not seen before; a camera sees each code many times."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._seen] if self.is_on else []
        self._seen.update(fresh)
        return fresh

    def view(self) -> ScanView:
        on, off = say("Close the camera"), say("Use the camera")
        return ScanView(
            is_on=self.is_on,
            source=self._pictures.camera if self._pictures is not None else "",
            button=on if self.is_on else off if self._has_camera else "",
            hint=say("Hold the code in the frame."),
            fault=say(self._fault) if self._fault else "",
        )

    @property
    def _has_camera(self) -> bool:
        return self._pictures is not None and self._pictures.has_camera
