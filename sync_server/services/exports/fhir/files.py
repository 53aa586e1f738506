"""FHIR resources as files that are written while they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from sync_server.services.exports.fhir.resources import DE_IDENTIFIED, Resource, Resources
from sync_server.services.exports.records import ExportedCase

KINDS = ("Questionnaire", "Patient", "QuestionnaireResponse", "Observation", "Condition")
BUNDLE_CASES = 2_000
"""The most cases of a bundle: whoever reads one holds it in memory whole."""

Parts = Iterable[Sequence[ExportedCase]]


def bundle_file(resources: Resources, parts: Parts, wrote: Callable[[int], None]) -> Iterator[bytes]:
    """Give a Bundle of the type collection, piece by piece. `wrote` is told how many cases each piece has."""
    head = {"resourceType": "Bundle", "meta": DE_IDENTIFIED, "type": "collection", "entry": []}
    questions = _entry(resources.questionnaire())
    yield f"{_text(head)[:-2]}{questions}".encode()
    for cases in parts:
        wrote(len(cases))
        piece = "".join(f",\n{_entry(one)}" for case in cases for one in resources.of_case(case, _urn))
        yield piece.encode()
    yield b"]}\n"


def ndjson_file(resources: Resources, kind: str, parts: Parts, wrote: Callable[[int], None]) -> Iterator[bytes]:
    """Give all resources of one kind, a line each, as FHIR's bulk data has them."""
    if kind == "Questionnaire":
        yield f"{_text(resources.questionnaire())}\n".encode()
        return
    for cases in parts:
        wrote(len(cases))
        yield "".join(
            f"{_text(one)}\n"
            for case in cases
            for one in resources.of_case(case, _relative)
            if one["resourceType"] == kind
        ).encode()


def _entry(resource: Resource) -> str:
    return _text({"fullUrl": _urn("", resource["id"]), "resource": resource})


def _urn(_: str, identity: str) -> str:
    return f"urn:uuid:{identity}"


def _relative(kind: str, identity: str) -> str:
    return f"{kind}/{identity}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
