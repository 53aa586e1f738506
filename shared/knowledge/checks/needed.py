"""The ids that code reads by name, each with what reads it. A book without one of them would crash or go silent.

The book may call anything else as it likes: all other ids are only compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.knowledge.checks.common import Follows
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.section import nearest

_COUNTING = "the reasoning counts its members by a rule of their own"
_ONCE = "the reasoning keeps it from being counted twice"
_FILM = "the reasoning reads the film by the days since the calcium"
_ASKED = "the interview knows it by this name"

GROUPS = {
    "inflammatory_markers": _COUNTING,
    "systemic": _COUNTING,
    "local_inflammation": _COUNTING,
    "iv_exposure": _COUNTING,
    "hardness": _COUNTING,
    "pus": _COUNTING,
    "vein": _COUNTING,
    "xray": _COUNTING,
    "calcification_imaging": _COUNTING,
    "ultrasound": _COUNTING,
    "chalk": _COUNTING,
    "aspirate": _COUNTING,
    "bone_joint": _COUNTING,
    "severe_soft_tissue": _COUNTING,
    "spread": _COUNTING,
}
FINDINGS = {
    "age_band": "it follows from the age",
    "onset": _ASKED,
    "fever_ge_38": "a fever of the last day outlasts a normal temperature now",
    "prior_iv_calcium_same_limb_3m": "it decides what the days since the calcium mean",
    "interval_since_iv_calcium": "it follows from the days since the calcium",
    "xray_lt_10d": _FILM,
    "xray_ge_10d": _FILM,
    "xray_calcification_pattern": "it is part of a film that shows calcium",
    "aspirate": "it is never proposed as a question",
    "toxic_appearance": _ONCE,
    "crp_gt_20": _ONCE,
    "esr_band": _ONCE,
    "wbc_high_for_age": _ONCE,
    "procalcitonin_ge_0_5": _ONCE,
    "over_venepuncture_site": _ONCE,
    "prior_iv_line_site_noncalcium": _ONCE,
    "recent_hospital_admission": _ONCE,
    "hypocalcaemia_tls_vitd_history": _ONCE,
    "swelling_consistency": _ONCE,
    "progressed_soft_to_hard": _ONCE,
    "fluctuance": _ONCE,
    "purulent_discharge": _ONCE,
    "us_fluid_collection": _ONCE,
    "us_echogenic_shadowing": _ONCE,
    "us_vein_thrombus": _ONCE,
    "palpable_cord": _ONCE,
    "whitish_chalky": _ONCE,
    "spreading_erythema_streaks": _ONCE,
}
STATES = {
    ("xray_lt_10d", "soft_tissue_calcification"): _FILM,
    ("xray_ge_10d", "soft_tissue_calcification"): _FILM,
    ("aspirate", "none_or_dry"): "a dry needle replaces nothing that was seen",
}
INPUTS = {"age_days": "every case has it, and rules compare it"}
MEASUREMENTS = {
    "temperature": _ASKED,
    "heart_rate": _ASKED,
    "resp_rate": _ASKED,
    "onset_days": "a follow-up visit counts it from the first visit",
    "days_since_iv_calcium": _FILM,
    "antibiotics_given": "the server has words for it",
}
CONDITIONS = {
    "calcinosis_cutis_iatrogenic": "what a film shows of it depends on the day",
    "other_not_modelled": "the screens name it by itself",
}
SETTINGS = {"rural_primary_care": "a case without a setting is read so"} | dict.fromkeys(
    ("hospital_paediatric_ed", "nicu_inpatient_post_iv"), "the screen of a new case offers it"
)
RESOURCES = dict.fromkeys(("xray", "lab", "ultrasound", "mri"), "questions that need it are left out without it")
REGIONS = {"unspecified": "a case without a place is read so"}


def check_needed(knowledge: KnowledgeBase) -> Iterator[Follows]:
    tables: tuple[tuple[str, str, str, Mapping[str, str], Mapping[str, object]], ...] = (
        ("groups.yaml", "groups", "group", GROUPS, knowledge.groups),
        ("findings", "the folder", "finding", FINDINGS, knowledge.findings),
        ("red_flags.yaml", "inputs.numbers", "input", INPUTS, knowledge.inputs),
        ("measurements.yaml", "measurements", "measurement", MEASUREMENTS, knowledge.measurements),
        ("conditions", "the folder", "condition", CONDITIONS, knowledge.conditions),
        ("knowledge.yaml", "settings", "setting", SETTINGS, knowledge.settings),
        ("knowledge.yaml", "resources", "resource", RESOURCES, knowledge.resources),
        ("knowledge.yaml", "regions", "region", REGIONS, knowledge.regions),
    )
    for file, place, kind, needed, known in tables:
        for name, reason in needed.items():
            if name not in known:
                # A misspelt id is named: it is what has to be mended.
                slip = nearest(name, [other for other in known if other not in needed], cutoff=0.8)
                advice = f"{name} is missing, and {reason}{f'; is it {slip}?' if slip else ''}"
                yield Follows(file, place, advice, name, (kind,))
    for (finding, state), reason in STATES.items():
        if finding in knowledge.findings and state not in knowledge.findings[finding].states:
            file = f"findings/{finding}.yaml"
            yield Follows(file, "states", f"{state} is missing, and {reason}")
