"""Which codes of the knowledge stand for a condition or a measurement of one case.

The knowledge lists every code that may fit a condition; a Condition may only carry what is true of this child. So of
several, one is taken: by the place of the swelling where the codes differ by place, else the one that is named here,
else the one for "unspecified". Where none of them can be told, there is none, and the words say what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shared.knowledge.model import Code, KnowledgeBase

SYSTEMS = {
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "icd11": "http://id.who.int/icd/release/11/mms",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
}
UCUM = "http://unitsofmeasure.org"

_SMALL = frozenset({"finger", "thumb", "toe"})
_LEG = frozenset({"hip", "thigh", "knee", "lower_leg", "ankle", "heel", "foot", "toe"})
_WRIST_AND_HAND = frozenset({"wrist", "hand", "finger", "thumb"})
_SHIN_AND_ANKLE = frozenset({"lower_leg", "ankle"})
_FOOT = frozenset({"heel", "foot", "toe"})
_ARM = frozenset({"shoulder", "upper_arm", "elbow", "forearm", *_WRIST_AND_HAND})

_BY_PLACE: Mapping[tuple[str, str], tuple[tuple[frozenset[str], str], ...]] = {
    ("cellulitis", "icd10"): ((_SMALL, "L03.0"), (_ARM | _LEG, "L03.1")),
    ("thrombophlebitis", "icd10"): ((_LEG, "I80.0"), (_ARM, "I80.8")),
    ("thrombophlebitis", "icd11"): ((_LEG, "BD70.0"), (_ARM, "BD70.1")),
    ("fracture_trauma", "icd10"): (
        (frozenset({"forearm"}), "S52"),
        (_WRIST_AND_HAND, "S62"),
        (_SHIN_AND_ANKLE, "S82"),
        (_FOOT, "S92"),
    ),
    ("fracture_trauma", "icd11"): ((frozenset({"forearm"}), "NC32"), (_WRIST_AND_HAND, "NC53"), (_FOOT, "ND13")),
}
"""The first row whose places hold all that are swollen."""
_NAMED: Mapping[tuple[str, str], str] = {
    ("calcinosis_cutis_iatrogenic", "icd10"): "L94.2",
    ("calcinosis_cutis_iatrogenic", "icd11"): "EB90.4Y",
    ("extravasation_injury", "icd10"): "T80.8",
    ("periostitis", "icd10"): "M89.8",
    ("periostitis", "icd11"): "FB8Y",
    ("insect_bite_allergic", "icd10"): "T63.4",
    ("insect_bite_allergic", "icd11"): "EK50.0Z",
    ("tumoral_or_dystrophic_calcinosis", "icd10"): "L94.2",
    ("tumoral_or_dystrophic_calcinosis", "icd11"): "EB90.4Y",
    ("flexor_tenosynovitis", "icd10"): "M65.0",
    ("subcutaneous_fat_necrosis_newborn", "icd11"): "KC22.0",
}
_CAUSE: Mapping[tuple[str, str], str] = {
    ("calcinosis_cutis_iatrogenic", "icd10"): "T80.8",
    ("calcinosis_cutis_iatrogenic", "icd11"): "NE80.Y",
}
"""What the condition came from, where the terminology has no code for both at once."""
_LOINC: Mapping[str, tuple[str, str]] = {
    "temperature": ("fever_ge_38", "8310-5"),
    "wbc": ("wbc_high_for_age", "6690-2"),
    "crp": ("crp_gt_20", "1988-5"),
    "esr": ("esr_band", "4537-7"),
    "procalcitonin": ("procalcitonin_ge_0_5", "33959-8"),
    "calcium": ("serum_ca_or_po4_abnormal", "2000-8"),
    "phosphate": ("serum_ca_or_po4_abnormal", "14879-1"),
    "heart_rate": ("vitals", "8867-4"),
    "resp_rate": ("vitals", "9279-1"),
    "spo2": ("vitals", "59408-5"),
}
"""Of each measurement: where the knowledge lists its codes, and the one whose property is that of our unit. Vitamin D
in nmol/L has none: the listed codes are for a mass."""


def condition_codings(knowledge: KnowledgeBase, condition: str, regions: Collection[str]) -> list[dict[str, Any]]:
    """Return what stands for a condition at these places, at most one coding a terminology."""
    return [_coding(terminology, code) for terminology, code in _chosen(knowledge, condition, regions)]


def cause_codings(knowledge: KnowledgeBase, condition: str) -> list[dict[str, Any]]:
    """Return what stands for the cause of a condition, or nothing."""
    listed = _listed(knowledge, condition)
    return [
        _coding(terminology, code)
        for (of, terminology), wanted in _CAUSE.items()
        if of == condition and (code := _with_code(listed.get(terminology, ()), wanted))
    ]


def finding_codings(knowledge: KnowledgeBase, finding: str) -> list[dict[str, Any]]:
    """Return the SNOMED coding of a finding, if the knowledge has exactly one."""
    known = knowledge.findings.get(finding)
    listed = [code for code in (known.codes.get("snomed", ()) if known else ()) if code.code and code.verified]
    return [_coding("snomed", listed[0])] if len(listed) == 1 else []


def measurement_codings(knowledge: KnowledgeBase, measurement: str) -> list[dict[str, Any]]:
    """Return the LOINC coding of a measurement, or nothing."""
    if measurement not in _LOINC:
        return []
    place, wanted = _LOINC[measurement]
    finding = knowledge.findings.get(place)
    codes = finding.codes if finding else knowledge.other_codes.get(place, {})
    code = _with_code(codes.get("loinc", ()), wanted)
    return [_coding("loinc", code)] if code else []


def _chosen(knowledge: KnowledgeBase, condition: str, regions: Collection[str]) -> list[tuple[str, Code]]:
    found = []
    for terminology, codes in _listed(knowledge, condition).items():
        if terminology not in SYSTEMS or not codes:
            continue
        wanted = _NAMED.get((condition, terminology))
        if rows := _BY_PLACE.get((condition, terminology)):
            wanted = next((code for places, code in rows if regions and places.issuperset(regions)), wanted)
        if wanted is None:
            unspecified = [code for code in codes if "unspecified" in code.title.lower()]
            wanted = codes[0].code if len(codes) == 1 else unspecified[0].code if len(unspecified) == 1 else None
        if wanted and (code := _with_code(codes, wanted)):
            found.append((terminology, code))
    return found


def _listed(knowledge: KnowledgeBase, condition: str) -> dict[str, tuple[Code, ...]]:
    known = knowledge.conditions.get(condition) or knowledge.consider.get(condition)
    return {
        terminology: tuple(code for code in codes if code.code and code.verified)
        for terminology, codes in (known.codes.items() if known else ())
    }


def _with_code(codes: Collection[Code], wanted: str) -> Code | None:
    return next((code for code in codes if code.code == wanted and code.verified), None)


def _coding(terminology: str, code: Code) -> dict[str, Any]:
    return {"system": SYSTEMS[terminology], "code": code.code, "display": code.title}
