"""What the page of exports shows, in words."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence, counted, sentence
from sync_server.repositories.exports import BROKEN_OFF, READY, RUNNING, WHOLE, Export
from sync_server.repositories.users import User
from sync_server.services.case_index import Wanted
from sync_server.services.exports.count_service import CountService, CountsView
from sync_server.services.exports.export import ExportService
from sync_server.services.exports.forms import FORMS
from sync_server.services.rights import RIGHTS, Right


@dataclass(frozen=True, slots=True)
class ExportView:
    """One export: `state` is a code for shape and colour, the words stand beside it."""

    export_id: str
    file_name: str
    state: str
    state_words: Sentence
    cases_to_come: int
    cases_done: int
    rows_done: int
    bytes_done: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RowsView:
    """The files of rows, for the review team. `is_bundle_possible`: one FHIR bundle can hold all of them."""

    cases: int
    cases_words: Sentence
    is_bundle_possible: bool
    latest: tuple[ExportView, ...]


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The whole page. `rows` is None for who may not have rows."""

    rows: RowsView | None
    counts: CountsView
    keeps_org_units: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Reads the page."""

    exports: ExportService
    counts: CountService

    def view(self, user: User, wanted: Wanted) -> OverviewView:
        rights = RIGHTS[user.role]
        rows = None
        if Right.EXPORT_ROWS in rights:
            cases = self.exports.count(user, wanted)
            most = FORMS["bundle.json"].most_cases
            latest = tuple(view_of(one) for one in self.exports.latest(user) if one.form in FORMS)
            words = counted(cases, "{count} case", "{count} cases")
            rows = RowsView(cases, words, most is None or cases <= most, latest)
        return OverviewView(rows, self.counts.view(user), Right.MANAGE_USERS in rights)

    def export(self, user: User, export_id: str) -> ExportView:
        """Return one of the user's own exports.

        Raises:
            NoSuchExport: there is none, or it is somebody else's.
        """
        return view_of(self.exports.find(user, export_id))


def view_of(export: Export) -> ExportView:
    return ExportView(
        export_id=export.export_id,
        file_name=FORMS[export.form].file_name,
        state=export.state,
        state_words=_words(export),
        cases_to_come=export.cases_to_come,
        cases_done=export.cases_done,
        rows_done=export.rows_done,
        bytes_done=export.bytes_done,
        sha256=export.sha256,
    )


def _words(export: Export) -> Sentence:
    to_come = export.cases_to_come
    match export.state:
        case state if state == READY:
            return counted(to_come, "Ready: {count} case to come.", "Ready: {count} cases to come.")
        case state if state == RUNNING:
            return sentence("{done} of {count} cases have left.", done=export.cases_done, count=to_come)
        case state if state == WHOLE:
            return counted(export.cases_done, "Whole: {count} case has left.", "Whole: {count} cases have left.")
        case state if state == BROKEN_OFF:
            return sentence(
                "Broken off after {done} of {count} cases. Delete that file and download it again.",
                done=export.cases_done,
                count=to_come,
            )
    raise ValueError(export.state)
