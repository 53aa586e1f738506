"""Adding a photo to a case: taken with the tablet's camera where it has one, or chosen among the files of the device.

    camera ─▶ pixels in memory ─┐
    file   ─▶ bytes in memory  ─┴▶ encoded anew, small, without metadata ─▶ the encrypted file

What the camera sees never becomes a file. A chosen file stays where it is: it is the user's, and the screen says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.ports.photos import PictureFiles
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.next_step import first_visit_of
from mobile_app.presenters.on_a_case import OnACase
from mobile_app.presenters.wording import in_words, say
from shared.case.short_code import short_code
from shared.errors import HandwiseError


@dataclass(frozen=True, slots=True)
class FileRowView:
    """A folder to look into, or a picture to choose. `path` is what to say to `choose`."""

    path: str
    name: str
    is_folder: bool


@dataclass(frozen=True, slots=True)
class AddPhotoView:
    """Where pictures can come from. `rows` are those of the folder in hand; `up_button` leads to the one above."""

    app_bar: AppBarView
    camera_title: str
    camera_button: str
    camera_fault: str
    """Why the camera shows nothing; the button then opens it again."""
    other_camera_button: str
    files_title: str
    folder: str
    up_button: str
    rows: tuple[FileRowView, ...]
    empty_title: str
    empty_line: str
    note: str
    back_button: str
    error: str


class AddPhotoPresenter(OnACase):
    """What a finger can do here. The screen shows the camera, if there is one, and gives its picture to `take`."""

    def __init__(
        self,
        desk: Desk,
        files: PictureFiles | None,
        show: Callable[[AddPhotoView], None],
        go: Callable[[Way], None],
    ) -> None:
        super().__init__(desk, go)
        self._files = files
        self._show = show
        self._folder = ""
        self._camera_fault = ""

    def open(self) -> None:
        """Show the screen, and look through the camera again."""
        self._camera_fault = ""
        self._draw()

    def camera_failed(self, fault: str) -> None:
        """Say why the camera shows nothing. `fault` is what the device says of it (`shared.sentence`)."""
        self._camera_fault = fault
        self._draw()

    def take(self, picture: bytes) -> None:
        """Keep what the camera took."""
        self._keep(lambda: picture)

    def choose(self, path: str) -> None:
        """Look into a folder, or keep a picture. A path that is not offered does nothing."""
        files = self._files
        row = next((row for row in self._rows() if row.path == path), None)
        if files is None or row is None:
            return
        if row.is_folder:
            self._folder = path
            self._draw()
        else:
            self._keep(lambda: files.read(path))

    def up(self) -> None:
        if self._files is not None:
            self._folder = self._files.above(self._folder)
            self._draw()

    def _keep(self, picture: Callable[[], bytes]) -> None:
        desk = self._desk
        now = desk.clock.now()
        first_visit = first_visit_of(desk.store.timeline(self._case_id), now)
        day = None if first_visit is None else max((now.date() - first_visit).days, 0)
        try:
            photo = desk.store.photos.add(self._case_id, picture(), day)
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        desk.photo_id = photo.photo_id
        self._go(Way.CASE)

    def _rows(self) -> tuple[FileRowView, ...]:
        if self._files is None:
            return ()
        return tuple(FileRowView(one.path, one.name, one.is_folder) for one in self._files.listing(self._folder))

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        rows = self._rows()
        files = self._files
        self._show(
            AddPhotoView(
                app_bar=desk.plain_app_bar(say("Add photo"), say("Case {code}", code=short_code(self._case_id))),
                camera_title=say("Camera"),
                camera_button=say("Try again") if self._camera_fault else say("Take photo"),
                camera_fault=say(self._camera_fault) if self._camera_fault else "",
                other_camera_button="" if self._camera_fault else say("Other camera"),
                files_title=say("Choose a picture") if files else "",
                folder=files.name_of(self._folder) if files else "",
                up_button=say("Folder above") if files and files.above(self._folder) != self._folder else "",
                rows=rows,
                empty_title="" if rows else say("No picture here"),
                empty_line="" if rows else say("JPEG, PNG and WebP pictures can be chosen."),
                note=say("Kept encrypted on this tablet, never sent. A chosen file also stays where it is."),
                back_button=say("Case"),
                error=error,
            )
        )
