"""One photo of a case, as large as the tablet: looking through the photos, and erasing one for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mobile_app.navigation import Way
from mobile_app.ports.photos import Photo
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.on_a_case import OnACase
from mobile_app.presenters.wording import day_in_words, in_words, say, typed
from shared.case.short_code import short_code
from shared.errors import HandwiseError


@dataclass(frozen=True, slots=True)
class PhotoView:
    """The photo (a JPEG; empty where there is none left) and what can be done with it.

    `erase_sentence` is there once the photo is to be deleted: it says what that means, and `erase_button` does it.
    """

    app_bar: AppBarView
    image: bytes
    caption: str
    earlier_button: str
    later_button: str
    delete_button: str
    erase_sentence: str
    erase_button: str
    keep_button: str
    back_button: str
    error: str


def photo_label(photo: Photo, now: datetime) -> str:
    """Return "Day 7 · 28 Nov": the day of the case, if it is known, and the date."""
    date = day_in_words(photo.taken_at.astimezone(now.tzinfo).date())
    return date if photo.visit_day is None else say("Day {day} · {date}", day=photo.visit_day, date=date)


class PhotoPresenter(OnACase):
    """What a finger can do on a photo. The newest comes first, as in the strip."""

    def __init__(self, desk: Desk, show: Callable[[PhotoView], None], go: Callable[[Way], None]) -> None:
        super().__init__(desk, go)
        self._show = show
        self._is_erasing = False

    def open(self) -> None:
        self._is_erasing = False
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def later(self) -> None:
        self._step(-1)

    def earlier(self) -> None:
        self._step(1)

    def delete(self) -> None:
        """Say what erasing means; the photo is still there."""
        self._is_erasing = True
        self._draw()

    def keep(self) -> None:
        self._is_erasing = False
        self._draw()

    def erase(self) -> None:
        """Erase the photo, after it was said what that means."""
        if not self._is_erasing:
            return
        try:
            self._desk.store.photos.delete(self._desk.photo_id)
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._go(Way.CASE)

    def _photos(self) -> Sequence[Photo]:
        return self._desk.store.photos.of_case(self._case_id)

    def _place(self, photos: Sequence[Photo]) -> int:
        ids = [photo.photo_id for photo in photos]
        return ids.index(self._desk.photo_id) if self._desk.photo_id in ids else 0

    def _step(self, step: int) -> None:
        photos = self._photos()
        place = self._place(photos) + step
        if 0 <= place < len(photos):
            self._desk.photo_id = photos[place].photo_id
            self.keep()

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        photos = self._photos()
        place = self._place(photos)
        photo = photos[place] if photos else None
        now = desk.clock.now()
        title = say("Photo {number} of {count}", number=place + 1, count=len(photos)) if photo else say("No photo")
        case = say("Case {code}", code=short_code(self._case_id))
        caption = ""
        if photo is not None:
            caption = say("{label} · taken by {author}", label=photo_label(photo, now), author=typed(photo.author))
        is_erasing = self._is_erasing and photo is not None
        self._show(
            PhotoView(
                app_bar=desk.plain_app_bar(title, case),
                image=desk.store.photos.image(photo.photo_id) if photo else b"",
                caption=caption,
                earlier_button=say("Earlier") if place + 1 < len(photos) else "",
                later_button=say("Later") if place > 0 else "",
                delete_button=say("Delete photo") if photo and not is_erasing else "",
                erase_sentence=say("This photo is nowhere else. Erased, it cannot be brought back.")
                if is_erasing
                else "",
                erase_button=say("Erase this photo") if is_erasing else "",
                keep_button=say("Keep it") if is_erasing else "",
                back_button=say("Case"),
                error=error,
            )
        )
