"""Which codes stand for what in FHIR: true of the child, or none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase
from sync_server.main import KNOWLEDGE_VERSION
from sync_server.services.exports.fhir.coding import cause_codings, condition_codings, measurement_codings
from sync_server.settings import Settings


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge(Settings(database_url="sqlite:///unused").assets / "knowledge" / KNOWLEDGE_VERSION)


def codes(knowledge: KnowledgeBase, condition: str, *regions: str) -> list[str]:
    return [coding["code"] for coding in condition_codings(knowledge, condition, regions)]


@pytest.mark.parametrize(
    ("condition", "regions", "expected"),
    [
        ("cellulitis", ["finger"], ["L03.0", "1B70.Z", "128045006"]),
        ("cellulitis", ["finger", "hand"], ["L03.1", "1B70.Z", "128045006"]),
        ("cellulitis", [], ["1B70.Z", "128045006"]),
        ("fracture_trauma", ["wrist"], ["S62", "NC53", "125605004"]),
        ("fracture_trauma", ["lower_leg"], ["S82", "125605004"]),
        ("fracture_trauma", ["forearm", "hand"], ["125605004"]),
        ("thrombophlebitis", ["foot"], ["I80.0", "BD70.0", "64156001"]),
        ("thrombophlebitis", ["foot", "hand"], ["BD70.Z", "64156001"]),
        ("osteomyelitis", ["heel"], ["M86.9", "FB84.Z", "60168000"]),
        ("calcinosis_cutis_iatrogenic", ["wrist"], ["L94.2", "EB90.4Y"]),
        # Malignant or not is not known, so no code of either is given.
        ("tumour", ["knee"], []),
        ("other_not_modelled", ["knee"], []),
        ("not_a_condition", ["knee"], []),
    ],
)
def test_of_several_codes_the_one_that_is_true_at_these_places_is_taken(
    knowledge: KnowledgeBase, condition: str, regions: Sequence[str], expected: list[str]
) -> None:
    assert codes(knowledge, condition, *regions) == expected


def test_every_core_condition_has_a_code_of_icd_10_and_of_icd_11(knowledge: KnowledgeBase) -> None:
    for condition in knowledge.conditions.values():
        if condition.type == "core":
            found = {one["system"].rsplit("/", 1)[-1] for one in condition_codings(knowledge, condition.id, ["hand"])}
            assert found >= {"icd-10", "mms"}, condition.id


def test_a_leak_of_calcium_is_named_as_the_cause_beside_the_calcinosis(knowledge: KnowledgeBase) -> None:
    assert [one["code"] for one in cause_codings(knowledge, "calcinosis_cutis_iatrogenic")] == ["T80.8", "NE80.Y"]
    assert cause_codings(knowledge, "cellulitis") == []


def test_a_loinc_code_is_one_that_the_knowledge_has_and_of_the_property_of_our_unit(knowledge: KnowledgeBase) -> None:
    found = {name: measurement_codings(knowledge, name) for name in knowledge.measurements}
    of_mass = {name for name, codings in found.items() if codings and "Mass/volume" in codings[0]["display"]}
    of_moles = {name for name, codings in found.items() if codings and "Moles/volume" in codings[0]["display"]}
    assert {knowledge.measurements[name].unit for name in of_mass} == {"mg/L", "ng/mL"}
    assert {knowledge.measurements[name].unit for name in of_moles} == {"mmol/L"}
    assert found["vitamin_d"] == []
    assert found["temperature"][0]["code"] == "8310-5"
