"""An independent reader of FHIR R4: fhir.resources, whose classes are made from HL7's definitions (R4B, in which the
resources that are used here are as in R4).

It refuses unknown elements, wrong types and missing elements by itself. It also lists the codes of required bindings
but does not enforce them; they are held against its own lists here, and references against the bundle they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel, ValidationError

_LONG_LISTS = {
    "group": {
        *(
            "group",
            "display",
            "question",
            "boolean",
            "decimal",
            "integer",
            "date",
            "dateTime",
            "time",
            "string",
            "text",
        ),
        *("url", "choice", "open-choice", "attachment", "reference", "quantity"),
    },
    "registered": {
        *("registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"),
    },
}
"""Of long lists the validator has the beginning and a plus sign. These two, by their first code, are in what we write:
the types of a question and the states of an observation."""


def faults(resource: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a resource, with everything in it."""
    kind = get_fhir_model_class(resource["resourceType"])
    try:
        read = kind.model_validate(dict(resource))
    except ValidationError as wrong:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
    return [*_codes(read, resource["resourceType"]), *_references(resource)]


def _codes(part: BaseModel, place: str) -> Iterator[str]:
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        listed = (
            (field.json_schema_extra or {}).get("enum_values") if isinstance(field.json_schema_extra, dict) else None
        )
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                yield from _codes(one, f"{place}.{name}")
            elif one is not None and listed and one not in _all_of(listed):
                yield f"{place}.{name}: is not one of its codes"


def _all_of(listed: list[str]) -> set[str]:
    # Another long list is a KeyError here: then it has to be written down above.
    return _LONG_LISTS[listed[0]] if "+" in listed else set(listed)


def _references(resource: Mapping[str, Any]) -> Iterator[str]:
    if resource["resourceType"] != "Bundle":
        return
    there = {entry["fullUrl"] for entry in resource["entry"]}
    if len(there) != len(resource["entry"]):
        yield "Bundle.entry: two have the same address"
    for entry in resource["entry"]:
        if entry["fullUrl"] != f"urn:uuid:{entry['resource']['id']}":
            yield "Bundle.entry: its address is not that of its resource"
        for named in _named(entry["resource"]):
            if named not in there:
                yield f"{entry['resource']['resourceType']}: names what is not in the bundle"


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("reference"), str):
            yield part["reference"]
        for one in part.values():
            yield from _named(one)
    elif isinstance(part, list):
        for one in part:
            yield from _named(one)
