"""A case, or an entry, as the cells of its row, in the order of `columns.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Conclusion, Quantity
from sync_server.services.exports.columns import Column, Kind, Tables
from sync_server.services.exports.csv_safe import Cell
from sync_server.services.exports.records import ExportedCase

Row = list[Cell]


def case_row(tables: Tables, case: ExportedCase) -> Row:
    """Return the row of a case."""
    stored, review = case.stored, case.review
    return [
        stored.case_id,
        case.site,
        stored.received_month,
        stored.received_week,
        len(case.entries),
        len({entry.id.device for entry in case.entries}),
        *_tool(case.concluded),
        stored.review_state,
        stored.diagnosis or None,
        " ".join(review.proven_by) if review and review.proven_by else None,
        " ".join(item.code for item in case.state.disagreements) or None,
        *_answers(tables.case_answers, case.state.agreed),
    ]


def entry_rows(tables: Tables, case: ExportedCase) -> Iterator[Row]:
    """Give the row of each entry of a case."""
    places = {entry.id: place for place, entry in enumerate(case.entries, 1)}
    for entry in case.entries:
        yield [
            entry.case_id,
            places[entry.id],
            case.site,
            case.tablets[entry.id.device],
            entry.kind.value,
            " ".join(str(places[parent]) for parent in entry.parents if parent in places) or None,
            *_tool(entry.conclusion),
            *_answers(tables.entry_answers, entry.answers),
        ]


def _tool(concluded: Conclusion | None) -> Row:
    if concluded is None:
        return [None] * 10
    ranked = concluded.differential
    first = ranked[0] if ranked else None
    return [
        first.condition if first else None,
        float(first.probability) if first else None,
        float(first.low) if first else None,
        float(first.high) if first else None,
        ranked[1].condition if len(ranked) > 1 else None,
        ranked[2].condition if len(ranked) > 2 else None,
        concluded.fits,
        concluded.disposition,
        " ".join(concluded.red_flags) or None,
        concluded.knowledge_version,
    ]


def _answers(columns: Mapping[str, Column], answers: Mapping[str, AnswerValue]) -> Row:
    # A case has some tens of answers, and there is a column for each of more than a hundred codes.
    not_known = []
    cells: dict[str, Cell] = dict.fromkeys(columns)
    for code, value in answers.items():
        if (column := columns.get(code)) is None:
            continue
        cells[code] = _cell(column.kind, value)
        if column.kind is not Kind.TEXT and value in (UNKNOWN, NOT_POSSIBLE):
            not_known.append(code)
    return [" ".join(sorted(not_known)) or None, *cells.values()]


def _cell(kind: Kind, value: AnswerValue) -> Cell:
    match value:
        case bool():
            return ("yes" if value else "no") if kind is Kind.TEXT else None
        case Quantity(number):
            return float(number) if kind is Kind.NUMBER else None
        case int() | float():
            if kind is Kind.TEXT:
                return None
            return int(value) if kind is Kind.WHOLE else float(value)
        case tuple():
            return " ".join(value) if kind is Kind.TEXT else None
    return value if kind is Kind.TEXT else None
