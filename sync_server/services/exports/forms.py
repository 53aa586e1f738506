"""The files of rows that can be had, and how each is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import PrivacyPolicy
from shared.sentence import phrase
from sync_server.language import speaking
from sync_server.repositories.exports import Progress
from sync_server.services.exports import csv_safe
from sync_server.services.exports.cells import Row, case_row, entry_rows
from sync_server.services.exports.columns import Tables
from sync_server.services.exports.fhir.files import BUNDLE_CASES, KINDS, bundle_file, ndjson_file
from sync_server.services.exports.fhir.resources import Resources
from sync_server.services.exports.records import ExportedCase
from sync_server.services.exports.table_files import csv_file, parquet_file

NOTICE = phrase(
    "De-identified, not anonymous: no name, number, date or free text is in it, but whoever knows a child may "
    "recognise a rare case. For the review team only; do not pass it on."
)
Parts = Iterator[tuple[ExportedCase, ...]]
PARQUET, FHIR, NDJSON = "application/vnd.apache.parquet", "application/fhir+json", "application/fhir+ndjson"


@dataclass(frozen=True, slots=True)
class Form:
    """A file that can be had. `most_cases`: it is refused for more, which another form is made for."""

    name: str
    media_type: str
    most_cases: int | None = None

    @property
    def file_name(self) -> str:
        return f"handwise-{self.name}"


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("cases.csv", csv_safe.MEDIA_TYPE),
        Form("entries.csv", csv_safe.MEDIA_TYPE),
        Form("cases.parquet", PARQUET),
        Form("entries.parquet", PARQUET),
        Form("bundle.json", FHIR, BUNDLE_CASES),
        *(Form(f"{kind}.ndjson", NDJSON) for kind in KINDS),
    )
}


class Counter:
    """Counts what has been read and written so far."""

    def __init__(self) -> None:
        self.cases = 0
        self.rows = 0
        self.bytes = 0

    def wrote(self, rows: int) -> None:
        self.rows += rows

    def progress(self) -> Progress:
        return Progress(self.cases, self.rows, self.bytes)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes any of the forms with one version of the knowledge."""

    knowledge: KnowledgeBase
    policy: PrivacyPolicy
    tables: Tables

    @classmethod
    def of(cls, knowledge: KnowledgeBase, policy: PrivacyPolicy) -> Writer:
        return cls(knowledge, policy, Tables.of(policy, knowledge))

    def write(self, form: Form, parts: Parts, counter: Counter) -> Iterator[bytes]:
        """Give the file piece by piece; `counter` says at each how far it is."""
        for piece in _in_english(self._write(form, self._counted(parts, counter), counter.wrote)):
            counter.bytes += len(piece)
            yield piece

    def _write(self, form: Form, parts: Parts, wrote: Callable[[int], None]) -> Iterator[bytes]:
        kind, _, suffix = form.name.partition(".")
        if suffix == "json":
            return bundle_file(self._resources(), parts, wrote)
        if suffix == "ndjson":
            return ndjson_file(self._resources(), kind, parts, wrote)
        columns = self.tables.cases if kind == "cases" else self.tables.entries
        rows = self._case_rows(parts) if kind == "cases" else self._entry_rows(parts)
        if suffix == "csv":
            return csv_file(columns, rows, wrote)
        about = {"handwise.knowledge_version": self.knowledge.version, "handwise.notice": NOTICE}
        return parquet_file(columns, rows, wrote, about)

    def _resources(self) -> Resources:
        return Resources(self.knowledge, self.policy, self.tables)

    def _case_rows(self, parts: Parts) -> Iterator[Sequence[Row]]:
        for part in parts:
            yield [case_row(self.tables, case) for case in part]

    def _entry_rows(self, parts: Parts) -> Iterator[Sequence[Row]]:
        for part in parts:
            yield [row for case in part for row in entry_rows(self.tables, case)]

    @staticmethod
    def _counted(parts: Parts, counter: Counter) -> Parts:
        for part in parts:
            yield part
            # When the next part is asked for, this one has been written.
            counter.cases += len(part)


def _in_english(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give the same: a file says the same whoever asks for it."""
    while True:
        # Not round the loop: between two pieces the request goes on by itself, in another thread.
        with speaking("en"):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
