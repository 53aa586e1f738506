"""What happens in the made-up district: who is seen where, with what, how it goes on and what the desk says of it.

Nobody stands behind these children. Each is drawn from the knowledge (`shared/evaluation/simulated_children.py`) and
assessed by the engine itself, so that what the pages show is what the product concludes. The same seed gives the same
district.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count

from shared.case.entry import AnswerValue, Conclusion, Quantity
from shared.evaluation.simulated_children import SimulatedChild, simulated_children
from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.privacy.projection import AGE_DAYS
from shared.triage.assess import Assessor, conclusion
from shared.triage.presentation import presentation_from_answers
from tests.benchmarks.wire_cases import KNOWLEDGE

WEEKS = 14
CALCINOSIS = "calcinosis_cutis_iatrogenic"
SITES: Mapping[str, int] = {"Clinic A": 2, "Clinic B": 1, "Clinic C": 1, "Hospital D": 1}
"""How many tablets each has."""
_A_WEEK = {"Clinic A": 3, "Clinic B": 2, "Clinic C": 1, "Hospital D": 2}
_USUAL = {
    "cellulitis": 26, "abscess": 18, "osteomyelitis": 7, "septic_arthritis": 4, "insect_bite_allergic": 10,
    "fracture_trauma": 7, "thrombophlebitis": 5, "flexor_tenosynovitis": 2, "extravasation_injury": 3,
    "necrotising_fasciitis": 2, "periostitis": 2, CALCINOSIS: 5,
}  # fmt: skip
CLUSTER_WEEKS = (9, 10, 11)
"""Calcium leaks in Hospital D: two a week more than usual."""
_SETTINGS = {"Hospital D": ("hospital_paediatric_ed", "nicu_inpatient_post_iv")}
_CLINIC = ("rural_primary_care",)
_KNOWN_AT_ONCE = 20
_GRAVE = ("osteomyelitis", "septic_arthritis", "flexor_tenosynovitis", "necrotising_fasciitis")
_DANGER = (
    "kanavel_fusiform_swelling", "kanavel_flexed_posture", "kanavel_sheath_tenderness",
    "kanavel_pain_passive_extension", "failure_48_72h_antibiotics", "immunosuppression", "toxic_appearance",
    "restricted_motion_pseudoparalysis", "pain_on_passive_joint_motion", "bone_point_tenderness",
    "non_weight_bearing_or_no_use", "pain_out_of_proportion", "crepitus_bullae_necrosis", "sickle_cell_disease",
)  # fmt: skip
"""Drawn one by one these come together far too often; most children with a harmless swelling have none of them."""
_PROOF = {CALCINOSIS: ("xray",), "abscess": ("culture",), "osteomyelitis": ("culture", "xray")}
_YES_NO: Mapping[str, AnswerValue] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Child:
    """A child as it is first seen: what it has, where and when, and what is answered there."""

    condition: str
    site: str
    tablet: int
    seen_on: date
    answers: Mapping[str, AnswerValue]
    concluded: Conclusion

    @property
    def proven_by(self) -> tuple[str, ...]:
        """Return what proves the condition in the end."""
        return _PROOF.get(self.condition, ("course",))


@cache
def assessor() -> Assessor:
    """Return the engine on the knowledge that ships."""
    return Assessor(load_knowledge(KNOWLEDGE))


@cache
def policy() -> PrivacyPolicy:
    """Return what may leave a tablet."""
    return load_policy(KNOWLEDGE / "privacy.yaml", Vocabulary.of(assessor().knowledge))


def assess(answers: Mapping[str, AnswerValue]) -> Conclusion:
    """Return what a tablet concludes from these answers."""
    return _assessed(tuple(answers.items()))


@cache
def _assessed(answers: tuple[tuple[str, AnswerValue], ...]) -> Conclusion:
    found = assessor().assess(presentation_from_answers(_knowledge(), dict(answers), sorted(_knowledge().resources)))
    return conclusion(found, _knowledge())


@cache
def children(seed: int, today: date) -> Sequence[Child]:
    """Return the children of 14 weeks up to today, in the order in which they are seen."""
    return tuple(_seen(random.Random(seed), today))  # noqa: S311


def _seen(chance: random.Random, today: date) -> Iterator[Child]:
    drawn = {condition: _drawn(condition, place) for place, condition in enumerate((*_USUAL,))}
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    for week in range(WEEKS):
        seen: list[Child] = []
        for site, usual in _A_WEEK.items():
            conditions = chance.choices(list(_USUAL), list(_USUAL.values()), k=usual + chance.randint(-1, 1))
            if site == "Hospital D" and week in CLUSTER_WEEKS:
                conditions += [CALCINOSIS] * 2
            for condition in conditions:
                day = monday + timedelta(days=7 * week + chance.choice((0, 1, 2, 3, 4)))
                if day <= today:
                    seen.append(_child(chance, drawn[condition], condition, site, day))
        yield from sorted(seen, key=lambda child: child.seen_on)


def _child(chance: random.Random, drawn: Iterator[SimulatedChild], condition: str, site: str, day: date) -> Child:
    wanted = _SETTINGS.get(site, _CLINIC)
    child = next(one for one in drawn if one.at_start.setting in wanted)
    start = child.at_start
    answers: dict[str, AnswerValue] = {
        AGE_DAYS: int(start.age_days or 0),
        "sex": chance.choice(("male", "female")),
        "region": tuple(sorted(start.regions)) or ("hand",),
        "side": _side(chance, start.side, f"{day} {start.age_days}"),
        "setting": start.setting,
    }
    known = [code for code in child.answers if code in policy().codes and not _knowledge().findings[code].follows_from]
    told = chance.sample(sorted(known), min(len(known), _KNOWN_AT_ONCE))
    for code in dict.fromkeys((*start.findings, *told)):
        if code in child.answers and code in known:
            value = child.answers[code]
            answers[code] = _YES_NO.get(value, value)
    if condition not in _GRAVE and chance.random() < 0.85:
        answers |= dict.fromkeys(_DANGER, False)
        answers["fever_ge_38"] = condition in ("cellulitis", "abscess") and chance.random() < 0.3
    if condition == CALCINOSIS:
        # What makes it known: the history, how it feels, and in most the film.
        answers |= {"prior_iv_calcium_same_limb_3m": True, "swelling_consistency": "rock_hard_nodular"}
        answers["lump_size"] = Quantity(chance.randint(12, 34), "mm")
        if chance.random() < 0.4:
            answers["antibiotics_given"] = Quantity(chance.choice((24, 48, 72)), "h")
    return Child(condition, site, 1 + chance.randrange(SITES[site]), day, answers, assess(answers))


def _side(chance: random.Random, drawn: str, whose: str) -> str:
    # By a chance of its own where one was drawn: most of those have it on the left.
    return (random.Random(whose) if drawn in ("left", "right") else chance).choice(("left", "right"))  # noqa: S311


def _drawn(condition: str, seed: int) -> Iterator[SimulatedChild]:
    """Yield children with a condition for ever, a handful drawn at a time."""
    for more in count():
        yield from simulated_children(assessor().differential, 9, 100 * seed + more, conditions=[condition])


def _knowledge() -> KnowledgeBase:
    return assessor().knowledge
