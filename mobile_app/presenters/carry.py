"""Sending without a network: what waits, sealed to the server, as a file or as codes for a tablet with a connection.

Here are also the receipts that this tablet carries back for others. What comes in, parcels and receipts alike, is
taken in where a case is received (`receive.py`). A case that was given to be carried still waits: only the server's
receipt makes it sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.config import app_version
from mobile_app.navigation import Way
from mobile_app.paper.qr import Modules
from mobile_app.ports.parcels import CarriedPlaces, CarryOverview, Sealed
from mobile_app.presenters.code_series import CodeSeries, ShowsCodes
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, LineView
from mobile_app.presenters.places import place_tiles
from mobile_app.presenters.steps import FieldView, TileView
from mobile_app.presenters.wording import count_of, in_words, say
from shared.errors import HandwiseError
from shared.sync.qr_frames import PARCEL, RECEIPT, frames_of

OTHER_FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class CarryView:
    """Places and the two ways to give; or, while `modules` is not empty, the code that stands now and the way on."""

    app_bar: AppBarView
    title: str
    hint: str
    places: tuple[TileView, ...]
    folder: FieldView | None
    file_button: str
    codes_button: str
    can_give: bool
    done: str
    error: str
    state_title: str
    state: tuple[LineView, ...]
    state_note: str
    refused: tuple[str, ...]
    receipt_file_button: str
    receipt_codes_button: str
    forget_button: str
    modules: Modules
    number: str
    is_running: bool
    limits: tuple[str, ...]
    back_button: str
    previous_button: str
    next_button: str
    run_button: str


class CarryPresenter(ShowsCodes):
    """What a finger can do. `advance` is called by the screen while codes follow each other."""

    def __init__(
        self,
        desk: Desk,
        carried: CarriedPlaces | None,
        has_less_motion: Callable[[], bool],
        show: Callable[[CarryView], None],
        go: Callable[[Way], None],
    ) -> None:
        self._desk = desk
        self._carried = carried
        self._has_less_motion = has_less_motion
        self._show = show
        self._go = go
        self._chosen = self._folder = self._written = ""
        self._series = CodeSeries()
        self._gives_receipts = False
        self._leads_back = Way.BACK

    def open(self) -> None:
        places = [place.folder for place in self._carried.places()] if self._carried is not None else []
        if self._chosen not in places:
            self._chosen = places[0] if places else ""
        self._draw()

    def choose(self, folder: str) -> None:
        """Choose where a file goes."""
        self._chosen, self._folder = folder, ""
        self._draw()

    def type_field(self, _name: str, text: str) -> None:
        self._folder = text
        self._draw()

    def write_file(self) -> None:
        """Write what waits as one file."""
        self._give(lambda sealed: self._write(sealed.data))

    def show_codes(self) -> None:
        """Show what waits as codes."""
        self._give(lambda sealed: self._begin_codes(sealed.data, PARCEL))

    def write_receipts(self) -> None:
        self._try(lambda: self._write(self._desk.store.parcels.receipts()))

    def show_receipts(self) -> None:
        self._try(lambda: self._begin_codes(self._desk.store.parcels.receipts(), RECEIPT))

    def forget_finished(self) -> None:
        """Forget receipts that were given back, and refusals that were read."""
        self._try(self._desk.store.parcels.forget_finished)

    def begin(self, leads_back: Way) -> None:
        """Say where leaving leads, before going here: home, or else to the settings."""
        self._leads_back = leads_back

    def back(self) -> None:
        if self._series:
            self._series.end()
            self._draw()
            return
        self._written = ""
        way, self._leads_back = self._leads_back, Way.BACK
        self._go(way)

    def lock(self) -> None:
        self._series.end()
        self._go(Way.LOCK)

    def _give(self, give: Callable[[Sealed], None]) -> None:
        """Seal what waits, give it, and note that it was given."""
        parcels = self._desk.store.parcels

        def seal_and_give() -> None:
            sealed = parcels.seal(app_version=app_version(), knowledge_version=self._desk.knowledge.version)
            give(sealed)
            parcels.note_given(sealed)

        self._try(seal_and_give)

    def _try(self, act: Callable[[], None]) -> None:
        self._written = error = ""
        try:
            act()
        except HandwiseError as problem:
            self._series.end()
            error = in_words(problem)
        self._draw(error)

    def _write(self, data: bytes) -> None:
        assert self._carried is not None
        self._written = self._carried.write(self._folder.strip() or self._chosen, data)

    def _begin_codes(self, data: bytes, kind: int) -> None:
        self._gives_receipts = kind == RECEIPT
        self._series.begin(frames_of(data, kind), runs=not self._has_less_motion())

    def _draw(self, error: str = "") -> None:
        overview = self._desk.store.parcels.overview()
        places = () if self._carried is None else self._carried.places()
        previous_button, next_button, run_button = self._series.buttons
        has_places = self._carried is not None and bool(self._folder.strip() or self._chosen)
        self._show(
            CarryView(
                app_bar=self._desk.plain_app_bar(say("Without a network"), say("Another tablet carries it")),
                title=self._title(),
                hint=say("On the other tablet choose: Receive from a tablet. Any order will do.")
                if self._series
                else say("Only the server can open it. Any connected tablet can carry it there."),
                places=place_tiles(places, "" if self._folder.strip() else self._chosen),
                folder=FieldView(OTHER_FOLDER, say("Or another folder"), self._folder) if has_places else None,
                file_button=say("Write a file") if has_places and not self._series else "",
                codes_button="" if self._series else say("Show codes"),
                can_give=overview.waiting > 0,
                done=say("The file is written: {name}.", name=self._written) if self._written else "",
                error=error,
                state_title=say("Where it stands"),
                state=_state(overview),
                state_note=_state_note(overview),
                refused=tuple(say(sentence) for sentence in dict.fromkeys(overview.refused)),
                receipt_file_button=say("Receipts as a file") if overview.receipts and has_places else "",
                receipt_codes_button=say("Receipts as codes") if overview.receipts else "",
                forget_button=say("Clear the list") if overview.receipts or overview.refused else "",
                modules=self._series.modules,
                number=self._series.number,
                is_running=self._series.is_running,
                limits=(say("These codes are encrypted. A photograph of them tells nothing."),) if self._series else (),
                back_button=say("Home") if self._leads_back is Way.HOME and not self._series else say("Back"),
                previous_button=previous_button,
                next_button=next_button,
                run_button=run_button,
            )
        )

    def _title(self) -> str:
        if not self._series:
            return say("Send without a network")
        if self._gives_receipts:
            return say("Show this to the tablet that wrote the cases")
        return say("Show this to the tablet that carries")


def _state(overview: CarryOverview) -> tuple[LineView, ...]:
    lines = [LineView(say("Waiting"), count_of(overview.waiting, "{count} case", "{count} cases"))]
    if overview.given:
        lines.append(LineView(say("Given to carry"), count_of(overview.given, "{count} case", "{count} cases")))
    if overview.carried:
        lines.append(
            LineView(say("Carried for others"), count_of(overview.carried, "{count} parcel", "{count} parcels"))
        )
    if overview.receipts:
        lines.append(
            LineView(say("Receipts to give back"), count_of(overview.receipts, "{count} receipt", "{count} receipts"))
        )
    return tuple(lines)


def _state_note(overview: CarryOverview) -> str:
    if overview.given:
        return say("Cases that were given still wait. They are sent when the receipt is read here.")
    if overview.carried:
        return say("What is carried goes with the next sync. Nobody can read it here.")
    return say("The tablet that carries brings a receipt back. Read it here: Receive from a tablet.")
