"""The letter and the parents' sheet: what they will hold, in which language, and saving them for a printer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mobile_app import language
from mobile_app.config import ASSETS
from mobile_app.language.speaking import for_a_while
from mobile_app.navigation import Screen, Way
from mobile_app.paper.blocks import Document
from mobile_app.ports.paper import PaperTray
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.letter_words import LetterChoices, letter
from mobile_app.presenters.paper_preview import PaperPartView, preview_of
from mobile_app.presenters.parents_sheet import SMALLER, parents_sheet
from mobile_app.presenters.reading_desk import CaseInHand, ReadingDesk, case_in_hand
from mobile_app.presenters.wording import in_words, say, typed
from shared.case.short_code import short_code
from shared.errors import HandwiseError, PaperRefused
from shared.triage.reassess import Reassessor

LETTER, SHEET = "letter", "parents"
MAX_NOTE = 600
_ONE_PAGE = 1
_BACK_TO = {Screen.RESULT: Way.RESULT, Screen.PLAN: Way.PLAN, Screen.EMERGENCY: Way.EMERGENCY}


@dataclass(frozen=True, slots=True)
class LetterView:
    """`preview` says part by part what the paper will hold; `saved` is empty until there is a file."""

    app_bar: AppBarView
    papers: tuple[ChoiceView, ...]
    language_label: str
    languages: tuple[ChoiceView, ...]
    name_label: str
    names: tuple[ChoiceView, ...]
    note_label: str
    note: str
    preview_title: str
    preview: tuple[PaperPartView, ...]
    warning: str
    place: str
    saved: str
    open_button: str
    delete_button: str
    back_button: str
    save_button: str
    error: str


class LetterPresenter:
    """What a finger can do on the letter. Nothing is written before `save`."""

    def __init__(
        self,
        desk: Desk,
        reassess: Reassessor,
        tray: PaperTray | None,
        show: Callable[[LetterView], None],
        go: Callable[[Way], None],
    ) -> None:
        self._desk = desk
        self._reassess = reassess
        self._tray = tray
        self._show = show
        self._go = go
        self._case: CaseInHand | None = None
        self._reading: tuple[str, ReadingDesk] | None = None
        self._paper = LETTER
        self._languages: dict[str, str] = {}
        self._with_name = False
        self._note = ""
        self._is_note_old = False
        self._file = ""

    def open(self) -> None:
        case = case_in_hand(self._desk)
        if self._case is None or case.case_id != self._case.case_id:
            self._paper, self._languages, self._with_name, self._file = LETTER, {}, False, ""
            self._note = self._desk.store.letter_notes.of(case.case_id)
            self._is_note_old = bool(self._note)
        self._case, self._reading = case, None
        self._draw()

    def choose_paper(self, paper: str) -> None:
        if paper in (LETTER, SHEET):
            self._paper, self._file = paper, ""
        self._draw()

    def choose_language(self, code: str) -> None:
        """Choose the language of this paper; that of the screen stays."""
        if code in {one.code for one in language.offered()}:
            self._languages[self._paper] = code
            self._file = ""
        self._draw()

    def choose_name(self, value: str) -> None:
        """`with` or `without` the child's name, record number and birth date."""
        self._with_name, self._file = value == "with", ""
        self._draw()

    def type_note(self, text: str) -> None:
        """Take the note as it stands now. It is kept until the letter is written: a tablet may lock at any key."""
        assert self._case is not None
        self._note, self._file = text[:MAX_NOTE], ""
        error = ""
        try:
            self._desk.store.letter_notes.keep(self._case.case_id, self._note.strip() and self._note)
        except HandwiseError as problem:
            error = in_words(problem)
        self._draw(error)

    def save(self) -> None:
        """Write the PDF."""
        assert self._case is not None
        if self._tray is None:
            return
        name = f"{self._paper}-{short_code(self._case.case_id)}-{self._desk.clock.now().date().isoformat()}.pdf"
        try:
            self._file = self._tray.save(name, self._pdf())
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._draw()

    def open_file(self) -> None:
        error = ""
        if self._tray is not None and self._file and not self._tray.open(self._file):
            error = say("The paper could not be opened. Open it in its folder.")
        self._draw(error)

    def delete_file(self) -> None:
        """Take the file away again, after printing."""
        error = ""
        if self._tray is not None and self._file:
            try:
                self._tray.delete(self._file)
                self._file = ""
            except HandwiseError as problem:
                error = in_words(problem)
        self._draw(error)

    def back(self) -> None:
        if self._file and self._case is not None:
            # It stands on paper; the next letter of this case may have another receiver.
            with suppress(HandwiseError):
                self._desk.store.letter_notes.keep(self._case.case_id, "")
            self._case = None
        if not self._desk.has_visit:
            self._go(Way.CASE)
            return
        self._go(_BACK_TO.get(self._desk.visit.position.screen, Way.RESULT))

    def lock(self) -> None:
        self._go(Way.LOCK)

    # --- the paper ----------------------------------------------------------------------------------------------------

    @property
    def _code(self) -> str:
        return self._languages.get(self._paper, language.current().code)

    def _choices(self) -> LetterChoices:
        return LetterChoices(self._with_name, self._note.strip(), self._desk.store.settings.read().clinic)

    def _pdf(self) -> bytes:
        # Imported here: what sets pages takes long to load, and most visits need no paper.
        from mobile_app.paper.typeset import write_pdf

        def written(document: Document, max_pages: int) -> bytes:
            return write_pdf(document, ASSETS / "fonts", self._desk.clock.now(), max_pages=max_pages)

        with for_a_while(self._code):
            desk, choices = self._desk_in_words(), self._choices()
            if self._paper == LETTER:
                return written(letter(desk, choices), 2)
            try:
                return written(parents_sheet(desk, choices), _ONE_PAGE)
            except PaperRefused:
                return written(parents_sheet(desk, choices, SMALLER), _ONE_PAGE)

    def _desk_in_words(self) -> ReadingDesk:
        """Return the case in the words of the language in use; worked out once for each language."""
        code = language.current().code
        assert self._case is not None
        if self._reading is None or self._reading[0] != code:
            self._reading = code, ReadingDesk(self._desk, self._case, self._reassess)
        return self._reading[1]

    def _draw(self, error: str = "") -> None:
        assert self._case is not None
        tray = self._tray
        paper = letter if self._paper == LETTER else parents_sheet
        document = paper(self._desk_in_words(), self._choices())
        code = say("Case {code}", code=short_code(self._case.case_id))
        self._show(
            LetterView(
                app_bar=self._desk.plain_app_bar(say("Letter and parents' sheet"), code),
                papers=(
                    ChoiceView(LETTER, say("Referral letter"), self._paper == LETTER),
                    ChoiceView(SHEET, say("For the parents"), self._paper == SHEET),
                ),
                language_label=say("Language of this paper"),
                languages=tuple(
                    ChoiceView(one.code, one.own_name, one.code == self._code) for one in language.offered()
                ),
                name_label=self._name_line(),
                names=(
                    ChoiceView("without", say("Without name"), not self._with_name),
                    ChoiceView("with", say("With name"), self._with_name),
                ),
                note_label=self._note_label() if self._paper == LETTER else "",
                note=self._note,
                preview_title=say("What it will hold"),
                preview=preview_of(document),
                warning=say("The PDF is not encrypted. Print it, then delete it here."),
                place=say("It is saved in {place}.", place=tray.place) if tray else say("Papers cannot be saved here."),
                saved=say("Saved as {name}.", name=self._file) if self._file else "",
                open_button=say("Open and print") if self._file and tray and tray.can_open else "",
                delete_button=say("Delete the PDF") if self._file else "",
                back_button=say("Back"),
                save_button=say("Save as PDF") if tray else "",
                error=error,
            )
        )

    def _note_label(self) -> str:
        if self._is_note_old and self._note:
            return say("Note for the receiver, kept from before")
        return say("Note for the receiver")

    def _name_line(self) -> str:
        assert self._case is not None
        local = self._case.local
        known = " · ".join(typed(text) for text in (local.patient_name, local.record_number) if text)
        return known or say("No name is known here. The paper has lines to write on.")
