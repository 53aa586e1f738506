"""The ranking worked out slowly and plainly, from the words of the rules: what the engine is compared with.

It multiplies ordinary numbers, condition by condition, and asks of every answer by itself "how much does it count,
given everything else that was answered?". It shares nothing with `shared.differential` but the knowledge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from shared.knowledge.model import KnowledgeBase

Answers = Mapping[str, str]


def plain_posterior(
    book: KnowledgeBase, setting: str, answers: Answers, days: float | None = None, hours: float | None = None
) -> dict[str, float]:
    """Return P(condition | answers) for every condition, the residual included."""
    joint = column_priors(book, setting)
    for tempered in what_counts(book, setting, answers, days, hours).values():
        for column in joint:
            joint[column] *= tempered[column]
    return by_condition(book, joint)


def column_priors(book: KnowledgeBase, setting: str) -> dict[str, float]:
    """Return the prior of each condition, or of each of its variants: `condition/variant`."""
    priors = {}
    for condition, definition in book.conditions.items():
        for variant in definition.variants:
            priors[f"{condition}/{variant.id}"] = definition.priors[setting].p * variant.share.p
        if not definition.variants:
            priors[condition] = definition.priors[setting].p
    return priors


def by_condition(book: KnowledgeBase, joint: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each condition: the sum over its variants, of all."""
    total = math.fsum(joint.values())
    return {
        condition: math.fsum(joint[column] for column in joint if condition_of(column) == condition) / total
        for condition in book.conditions
    }


def condition_of(column: str) -> str:
    return column.partition("/")[0]


def what_counts(
    book: KnowledgeBase, setting: str, answers: Answers, days: float | None = None, hours: float | None = None
) -> dict[str, dict[str, float]]:
    """Return by finding and column (`column_priors`) what each answer that is let through multiplies the prior with."""
    told = {
        finding: state
        for finding, state in answers.items()
        if setting not in book.findings[finding].skip_in_settings and not is_pointless(finding, answers, hours)
    }
    age = answers.get("age_band")
    tempered = {}
    for finding, state in told.items():
        exponent = how_much(book, setting, age, finding, told)
        tempered[finding] = {
            column: probability(book, setting, age, column, finding, state, days) ** exponent
            for column in column_priors(book, setting)
        }
    return tempered


def is_pointless(finding: str, answers: Answers, antibiotic_hours: float | None) -> bool:
    """Tell whether what else is known says that this question should not have been asked."""
    calcium = answers.get("prior_iv_calcium_same_limb_3m")
    if finding == "interval_since_iv_calcium":
        return calcium == "no"
    if finding == "prior_iv_line_site_noncalcium":
        return calcium == "yes"
    if finding == "failure_48_72h_antibiotics":
        return antibiotic_hours is not None and antibiotic_hours < 48
    if finding == "xray_calcification_pattern":
        films = [answers.get("xray_lt_10d"), answers.get("xray_ge_10d")]
        return None not in films and "soft_tissue_calcification" not in films
    if finding in KANAVEL:
        places = parts_of(answers.get("site", "finger"))
        return "finger" not in places and "hand" not in places
    return False


def parts_of(state: str) -> list[str]:
    """Return the states of an answer that holds several at once: "knee+lower_leg"."""
    return state.split("+")


def probability(
    book: KnowledgeBase, setting: str, age: str | None, column: str, finding: str, state: str, days: float | None
) -> float:
    parts = parts_of(state)
    if len(parts) > 1:
        return sum(probability(book, setting, age, column, finding, part, days) for part in parts) / len(parts)
    condition = condition_of(column)
    if book.conditions[condition].type == "residual":
        weights, values = [], []
        for other, prior in column_priors(book, setting).items():
            if other != column:
                weights.append(prior)
                values.append(probability(book, setting, age, other, finding, state, days))
        mean = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
        return max(book.limits.residual_floor, mean)
    definition_of = book.findings[finding]
    likelihood = definition_of.likelihoods[condition]
    # What is written of a variant comes before what is written of its condition; the narrower table before the wider.
    for table in (
        definition_of.likelihoods,
        definition_of.age_overrides.get(age or "", {}),
        definition_of.setting_overrides.get(setting, {}),
    ):
        likelihood = table.get(column, table.get(condition, likelihood))
    p = likelihood.states[state].p
    is_film = finding in ("xray_lt_10d", "xray_ge_10d")
    if is_film and days is not None and condition == "calcinosis_cutis_iatrogenic":
        visible = [band.visible.p for band in book.calcification_by_day if band.from_day <= math.floor(days)][-1]
        before = likelihood.states["soft_tissue_calcification"].p
        p = visible if state == "soft_tissue_calcification" else p * (1 - visible) / (1 - before)
    return min(max(p, book.limits.clamp[0]), book.limits.clamp[1])


def how_much(book: KnowledgeBase, setting: str, age: str | None, finding: str, told: Answers) -> float:
    """Return the exponent of one answer among all that were told."""
    smallest = [rule(book, setting, age, finding, told) for members, rule in _RULES if finding in members]
    return min(smallest, default=1.0)


def _span(book: KnowledgeBase, setting: str, age: str | None, finding: str, state: str) -> float:
    logs = [
        math.log(probability(book, setting, age, column, finding, state, None))
        for column in column_priors(book, setting)
        if book.conditions[condition_of(column)].type != "residual"
    ]
    return max(logs) - min(logs)


def _place_by_strength(
    book: KnowledgeBase, setting: str, age: str | None, finding: str, told: Answers, among: tuple[str, ...]
) -> int:
    """Return how many of `among` that were told are stronger than this one (equal and earlier counts as stronger)."""
    own = _span(book, setting, age, finding, told[finding])
    stronger = 0
    for place, other in enumerate(among):
        if other in told and other != finding:
            span = _span(book, setting, age, other, told[other])
            stronger += span > own or (span == own and place < among.index(finding))
    return stronger


LOCAL = ("erythema", "warmth", "tenderness")
BONE = (
    "bone_point_tenderness",
    "restricted_motion_pseudoparalysis",
    "pain_on_passive_joint_motion",
    "non_weight_bearing_or_no_use",
)
KANAVEL = (
    "kanavel_fusiform_swelling",
    "kanavel_flexed_posture",
    "kanavel_sheath_tenderness",
    "kanavel_pain_passive_extension",
)
LATERALITY = ("bilateral", "multiple_lesions")
TIME_COURSE = ("onset", "enlarging_mass")
SEVERE = ("pain_out_of_proportion", "crepitus_bullae_necrosis")
MARKERS = ("crp_gt_20", "esr_band", "wbc_high_for_age", "procalcitonin_ge_0_5")
IV = (
    "prior_iv_calcium_same_limb_3m",
    "prior_iv_line_site_noncalcium",
    "recent_hospital_admission",
    "hypocalcaemia_tls_vitd_history",
    "over_venepuncture_site",
    "interval_since_iv_calcium",
)
SCAN = (
    "us_fluid_collection",
    "us_cobblestoning",
    "us_echogenic_shadowing",
    "us_subperiosteal_collection",
    "us_joint_effusion",
    "us_vein_thrombus",
)


def _markers(book, setting, age, finding, told):
    if "crp_gt_20" in told:
        return {"crp_gt_20": 1.0, "esr_band": 0.5}.get(finding, 0.0)
    earlier = sum(other in told for other in MARKERS[: MARKERS.index(finding)])
    return (1.0, 0.5, 0.0, 0.0)[earlier]


def _systemic(book, setting, age, finding, told):
    beside = 0.7 if any(marker in told for marker in MARKERS) else 1.0
    return (1.0 if finding == "fever_ge_38" else 0.5) * beside


def _by_strength(among, exponents=(1.0, 0.5, 0.25)):
    def rule(book, setting, age, finding, told):
        return exponents[_place_by_strength(book, setting, age, finding, told, among)]

    return rule


def _iv(book, setting, age, finding, told):
    calcium = told.get("prior_iv_calcium_same_limb_3m", "unknown")
    if finding == "prior_iv_calcium_same_limb_3m":
        return 1.0
    if calcium == "yes":
        return {"interval_since_iv_calcium": 1.0, "over_venepuncture_site": 0.5}.get(finding, 0.0)
    if finding in ("over_venepuncture_site", "prior_iv_line_site_noncalcium"):
        # The order in which the rule names the two decides between equals.
        pair = ("over_venepuncture_site", "prior_iv_line_site_noncalcium")
        return 1.0 if _place_by_strength(book, setting, age, finding, told, pair) == 0 else 0.0
    if calcium == "unknown":
        return {"hypocalcaemia_tls_vitd_history": 0.5, "recent_hospital_admission": 0.25}.get(finding, 0.0)
    return 0.0


def _hardness(book, setting, age, finding, told):
    return 1.0 if finding == "swelling_consistency" else 0.5


def _pus(book, setting, age, finding, told):
    if "us_fluid_collection" in told:
        return {"us_fluid_collection": 1.0, "fluctuance": 0.0, "purulent_discharge": 0.5}[finding]
    return (1.0, 0.5)[_place_by_strength(book, setting, age, finding, told, ("fluctuance", "purulent_discharge"))]


def _chalk(book, setting, age, finding, told):
    drawn = told.get("aspirate", "none_or_dry") != "none_or_dry"
    return 0.0 if finding == "whitish_chalky" and drawn else 1.0


def _severe(book, setting, age, finding, told):
    both = told.get("spreading_erythema_streaks") == "yes" and "yes" in [told.get(sign) for sign in SEVERE]
    own = 1.0 if finding not in SEVERE else _by_strength(SEVERE)(book, setting, age, finding, told)
    return own * (0.8 if both else 1.0)


def _film(book, setting, age, finding, told):
    film = told.get("xray_ge_10d", told.get("xray_lt_10d"))
    if finding == "xray_calcification_pattern":
        return 1.0 if film in (None, "soft_tissue_calcification") else 0.0
    return 0.0 if finding == "xray_lt_10d" and "xray_ge_10d" in told else 1.0


def _deposit(book, setting, age, finding, told):
    film = told.get("xray_ge_10d", told.get("xray_lt_10d"))
    same = (film == "soft_tissue_calcification") == (told[finding] == "yes")
    return 0.25 if film is not None and same else 1.0


def _scan(book, setting, age, finding, told):
    return 1.0 if told[finding] == "yes" else 0.5


def _vein(book, setting, age, finding, told):
    return 0.0 if finding == "palpable_cord" and "us_vein_thrombus" in told else 1.0


_RULES = (
    (MARKERS, _markers),
    (("fever_ge_38", "toxic_appearance"), _systemic),
    (LOCAL, _by_strength(LOCAL)),
    (BONE, _by_strength(BONE, (1.0, 0.5, 0.25, 0.0))),
    (KANAVEL, _by_strength(KANAVEL, (1.0, 0.5, 0.25, 0.25))),
    (LATERALITY, _by_strength(LATERALITY)),
    (TIME_COURSE, _by_strength(TIME_COURSE)),
    (IV, _iv),
    (("swelling_consistency", "progressed_soft_to_hard"), _hardness),
    (("fluctuance", "purulent_discharge", "us_fluid_collection"), _pus),
    (("whitish_chalky", "aspirate"), _chalk),
    ((*SEVERE, "spreading_erythema_streaks"), _severe),
    (("xray_lt_10d", "xray_ge_10d", "xray_calcification_pattern"), _film),
    (("us_echogenic_shadowing",), _deposit),
    (SCAN, _scan),
    (("palpable_cord", "us_vein_thrombus"), _vein),
)
