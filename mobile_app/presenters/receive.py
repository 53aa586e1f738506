"""Taking in what another tablet shows or wrote: a case, parcels to carry to the server, its receipts, a clinic's key.

It comes from codes before the camera, from pictures of them or from their text, parcels and receipts also from a file.
What it is, is said by the first code, or by the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.ports.paper import CodePictures
from mobile_app.ports.parcels import CarriedFile, CarriedPlaces, ReadReceipts, TakenIn
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.scanning import Scanning, ScanView
from mobile_app.presenters.steps import TileView
from mobile_app.presenters.wording import in_words, joined, say
from shared.case.entry import CaseId
from shared.errors import HandwiseError
from shared.sentence import Sentence, counted, sentence
from shared.sync import receipt
from shared.sync.clinic_key import read_clinic_key
from shared.sync.hand_over import read_hand_over
from shared.sync.qr_frames import CASE, CLINIC_KEY, PARCEL, PREFIX, RECEIPT, FrameNews, Transfer

MAX_TYPED = 200_000
KINDS = (CASE, PARCEL, RECEIPT, CLINIC_KEY)
FILE_ENDINGS = (".hwp", ".hwr")
_EACH = re.compile(f"(?={PREFIX})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReceiveView:
    """How many codes are read, which are missing, and what the last ones were."""

    app_bar: AppBarView
    title: str
    hint: str
    camera: str
    scan: ScanView
    field_label: str
    typed: str
    read_button: str
    can_read: bool
    progress: str
    have: int
    count: int
    missing: str
    news: str
    notes: tuple[str, ...]
    again_button: str
    open_button: str
    back_button: str
    error: str
    files_title: str
    files: tuple[TileView, ...]


class ReceivePresenter:
    """What a finger can do. At the end the case is kept and opened by itself, unless something was set aside.

    Parcels and receipts are taken in the same way; then it is said what they did, and the next series can be read.
    """

    def __init__(
        self,
        desk: Desk,
        pictures: CodePictures | None,
        carried: CarriedPlaces | None,
        show: Callable[[ReceiveView], None],
        go: Callable[[Way], None],
        touched: Callable[[], None] = lambda: None,
    ) -> None:
        """`touched`: a code that is read is as good as a finger, so that the tablet does not lock in a long series."""
        self._desk = desk
        self._pictures = pictures
        self._carried = carried
        self._show = show
        self._go = go
        self._touched = touched
        self._transfer = Transfer(*KINDS)
        self._typed = ""
        self._news: Sentence | None = None
        """What the last code or file brought, kept apart from its words: the language may be changed under it."""
        self._taken: CaseId | None = None
        self._files: Sequence[CarriedFile] = ()
        self._scan = Scanning(pictures)

    def open(self) -> None:
        self._files = self._carried.found() if self._carried is not None else ()
        if self._taken is not None:
            self.begin_again()
        else:
            self._draw()

    def choose(self, file: str) -> None:
        """Take a file in that lies on a stick or on this device."""
        assert self._carried is not None
        try:
            news = self._take_in(self._carried.read(file))
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._news, self._typed = news, ""
        self._draw()

    def type(self, text: str) -> None:
        """Take codes as text, or the name of a picture or a folder of pictures. `read` uses it."""
        self._typed = text[:MAX_TYPED]
        self._draw()

    def read(self) -> None:
        """Read what was typed."""
        text = self._typed.strip()
        if not text:
            return
        if text.endswith(FILE_ENDINGS) and self._carried is not None:
            self.choose(text)
            return
        try:
            codes = self._codes(text)
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._typed = ""
        self.take(codes)

    def use_camera(self) -> None:
        """Open the camera, or close it."""
        self._scan.turn()
        self._draw()

    def see(self, texts: Sequence[str]) -> None:
        """Take what the camera reads; the last code of a series closes it."""
        fresh = self._scan.news(texts)
        if fresh:
            self._touched()
            self.take(fresh)

    def camera_failed(self, fault: str) -> None:
        """The camera shows nothing; `fault` says why."""
        self._scan.fail(fault)
        self._draw()

    def take(self, texts: Sequence[str]) -> None:
        """Take in codes that were seen, in any order and any number of times."""
        said = self._transfer.take_all(texts)
        self._news = _news(said)
        if not self._transfer.is_complete or self._taken is not None:
            self._draw()
            return
        self._scan.end()
        try:
            if self._transfer.kind == CLINIC_KEY:
                self._offer_key(read_clinic_key(self._transfer.payload()))
                return
            if self._transfer.kind != CASE:
                self._news = self._take_in(self._transfer.payload())
                self._transfer = Transfer(*KINDS)
                self._draw()
                return
            taken = self._desk.store.hand_over.take(read_hand_over(self._transfer.payload()))
        except HandwiseError as error:
            self._transfer = Transfer(*KINDS)
            self._draw(in_words(error))
            return
        self._taken = taken.case_id
        if taken.reasons:
            self._news = counted(
                len(taken.reasons),
                "{count} entry differs from what is here and was set aside. Nothing was overwritten.",
                "{count} entries differ from what is here and were set aside. Nothing was overwritten.",
            )
            self._draw()
            return
        self.open_case()

    def _offer_key(self, key: bytes) -> None:
        """Leave it to the screen of the clinic's key to take it: a key that is here is not replaced without asking."""
        self._transfer, self._news = Transfer(*KINDS), None
        self._desk.offered_key = key
        self._go(Way.CLINIC_KEY)

    def _take_in(self, data: bytes) -> Sentence:
        """Take parcels or receipts in and say what came of it."""
        parcels = self._desk.store.parcels
        if not data.startswith(receipt.KIND):
            return _carried(parcels.take_in(data))
        return _receipts(parcels.read_receipts(data))

    def open_case(self) -> None:
        if self._taken is not None:
            self._desk.case_id = self._taken
            self._go(Way.CASE)

    def begin_again(self) -> None:
        self._transfer, self._typed, self._news, self._taken = Transfer(*KINDS), "", None, None
        self._scan.forget()
        self._draw()

    def back(self) -> None:
        """Close the camera, or leave."""
        if self._scan.is_on:
            self.use_camera()
            return
        self._go(Way.BACK)

    def lock(self) -> None:
        self._scan.end()
        self._go(Way.LOCK)

    def _codes(self, text: str) -> Sequence[str]:
        if PREFIX in text.upper() or self._pictures is None:
            return [part for part in _EACH.split(text) if part.strip()]
        codes = self._pictures.read(text)
        return codes or [""]

    def _draw(self, error: str = "") -> None:
        transfer = self._transfer
        have, count = len(transfer.have), transfer.count
        scan = self._scan.view()
        reads_pictures = self._pictures is not None and self._pictures.can_read_pictures
        self._show(
            ReceiveView(
                app_bar=self._desk.plain_app_bar(say("Receive"), say("From another tablet, without a network")),
                title=say("Read the codes of the other tablet"),
                hint=say("It takes cases, also those to carry to the server, receipts, and the key of the clinic."),
                camera=scan.fault or ("" if scan.button else say("No camera was found on this device.")),
                scan=scan,
                field_label=say("Paste the codes, or name a picture or a folder of pictures")
                if reads_pictures
                else say("Paste the codes"),
                typed=self._typed,
                read_button=say("Read"),
                can_read=bool(self._typed.strip()) and self._taken is None,
                progress=say("{have} of {count} read", have=have, count=count) if count else say("No code read yet"),
                have=have,
                count=count,
                missing=_missing(transfer) if count else "",
                news=in_words(self._news) if self._news else "",
                notes=(
                    say("Nothing that is on this tablet is overwritten."),
                    say("The other tablet sends its own entries. This one sends only what you add."),
                    say("If the other tablet never syncs, the case stays here only."),
                    say("What is carried for others cannot be read here."),
                ),
                again_button=say("Begin again") if count else "",
                open_button=say("Open the case") if self._taken is not None else "",
                back_button=say("Back") if scan.is_on else say("Home"),
                error=error,
                files_title=say("Files found") if self._files else "",
                files=tuple(TileView(one.file, one.name, one.folder, "document", False) for one in self._files),
            )
        )


def _carried(taken: TakenIn) -> Sentence:
    if not taken.new:
        return sentence("This was taken in before. Nothing has changed.")
    return counted(
        taken.new,
        "{count} parcel is carried here. It goes with the next sync.",
        "{count} parcels are carried here. They go with the next sync.",
    )


def _receipts(read: ReadReceipts) -> Sentence:
    if read.cases:
        return counted(
            read.cases,
            "The server has {count} case of this tablet: it is sent.",
            "The server has {count} cases of this tablet: they are sent.",
        )
    if read.new:
        return sentence("The server did not have what it needs. Give the cases to be carried once more.")
    if read.of_others:
        return sentence("This receipt is for another tablet. Nothing has changed.")
    return sentence("This receipt says nothing new.")


def _missing(transfer: Transfer) -> str:
    numbers = transfer.missing
    if not numbers:
        return ""
    if len(numbers) == 1:
        return say("Code {number} is still missing", number=numbers[0])
    return say("Codes {numbers} are still missing", numbers=joined([str(number) for number in numbers]))


def _news(said: Sequence[FrameNews]) -> Sentence | None:
    """Return one sentence about what was just read, the worst of it; None if all of it was new."""
    counts = Counter(said)
    if counts[FrameNews.OF_ANOTHER]:
        return sentence("This code belongs to another series. Begin again to read that one.")
    if counts[FrameNews.DAMAGED]:
        return sentence("A code was cut off or damaged. Read it again.")
    if counts[FrameNews.NEW]:
        return None
    if counts[FrameNews.KNOWN]:
        return sentence("This code was read already.")
    return sentence("No code of another tablet was found there.")
