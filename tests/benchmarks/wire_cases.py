"""Synthetic cases as they leave a tablet: what the wire is measured on, and what its dictionary was trained on.

    a child drawn from the knowledge ──25 answers──▶ assessed ──▶ conclusion ──▶ shared.privacy: the sent form

Everything but the draw is the product's own code, so the bytes are those that a tablet would send. No patient is behind
them. The same arguments and knowledge give the same cases.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from shared.case.entry import UNKNOWN, AnswerValue, CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.evaluation.simulated_children import SimulatedChild, simulated_children
from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.privacy.projection import AGE_DAYS, Timing, project
from shared.triage.assess import Assessor, conclusion
from shared.triage.presentation import presentation_from_answers

KNOWLEDGE = Path(__file__).resolve().parents[2] / "assets" / "knowledge" / "1.1"
ANSWERS = 25
"""Answers of a case, what is known of the child counted in; the month of the visit comes on top."""

_MEASURED = 3
_DANGER_SIGNS = 9
_UNKNOWN_SHARE = 0.06
_WORDS: dict[str, AnswerValue] = {"yes": True, "no": False}
_YEARS = (2026, 2027)


def sent_cases(folder: Path, count: int, seed: int, device: DeviceId, first_seq: int = 1) -> Iterator[Entry]:
    """Yield the sent forms of the first assessments of `count` children, as consecutive entries of one tablet."""
    policy = _policy(load_knowledge(folder), folder)
    for entry, month in _assessed(folder, count, seed, device, first_seq):
        yield project(entry, Timing(month=month), policy)


def recorded_cases(folder: Path, count: int, seed: int) -> Iterator[Entry]:
    """Yield the same as a tablet records them: with the age in days, before anything is left out."""
    for entry, _ in _assessed(folder, count, seed, DeviceId("0" * 16), 1):
        yield entry


def _policy(knowledge: KnowledgeBase, folder: Path) -> PrivacyPolicy:
    return load_policy(folder / "privacy.yaml", Vocabulary.of(knowledge))


def _assessed(folder: Path, count: int, seed: int, device: DeviceId, first_seq: int) -> Iterator[tuple[Entry, str]]:
    """Yield entries with exactly `ANSWERS` answers that may leave the tablet, and the month of each."""
    knowledge = load_knowledge(folder)
    policy, assessor = _policy(knowledge, folder), Assessor(knowledge)
    chance = random.Random(seed)  # noqa: S311
    children = simulated_children(assessor.differential, count, seed, resources=sorted(knowledge.resources))
    for place, child in enumerate(children):
        name, case_id = EntryId(device, first_seq + place), CaseId(chance.randbytes(16).hex())
        everything = _answers(knowledge, policy, chance, child)
        leaves = project(Entry(name, case_id, EntryKind.ASSESSMENT, everything), Timing(), policy).answers
        given = {code: value for code, value in everything.items() if code in leaves or code == AGE_DAYS}
        given = dict(list(given.items())[:ANSWERS])
        assessment = assessor.assess(presentation_from_answers(knowledge, given, child.at_start.resources))
        entry = Entry(name, case_id, EntryKind.ASSESSMENT, given, conclusion=conclusion(assessment, knowledge))
        yield entry, f"{chance.choice(_YEARS)}-{chance.randint(1, 12):02}"


def _answers(
    knowledge: KnowledgeBase, policy: PrivacyPolicy, chance: random.Random, child: SimulatedChild
) -> dict[str, AnswerValue]:
    """Return what a clinician can answer, in this order: the child, measurements, danger signs, questions."""
    start = child.at_start
    given: dict[str, AnswerValue] = {
        AGE_DAYS: int(start.age_days),
        "sex": chance.choice(("male", "female")),
        "region": tuple(sorted(start.regions)),
        "side": start.side if start.side != UNKNOWN else chance.choice(("left", "right")),
        "setting": start.setting,
        "resources": tuple(sorted(start.resources)),
    }
    signs = sorted({*start.findings, *start.inputs} & policy.codes.keys())
    measured = chance.sample(sorted(knowledge.measurements), _MEASURED)
    asked = chance.sample(signs, min(_DANGER_SIGNS, len(signs)))
    findings = [
        code for code in sorted(child.answers) if code in policy.codes and not knowledge.findings[code].follows_from
    ]
    chance.shuffle(findings)
    for code in dict.fromkeys((*measured, *asked, *findings)):
        if code in knowledge.measurements:
            given[code] = _measurement(knowledge, chance, code)
        elif code not in child.answers:
            given[code] = False
        elif chance.random() < _UNKNOWN_SHARE:
            given[code] = UNKNOWN
        else:
            given[code] = _WORDS.get(child.answers[code], child.answers[code])
    return given


def _measurement(knowledge: KnowledgeBase, chance: random.Random, code: str) -> Quantity:
    measurement = knowledge.measurements[code]
    low, high = measurement.probable
    # Most are near the low end, as laboratory values are.
    value = low + (high - low) * chance.betavariate(1.2, 6)
    return Quantity(round(value, 1) if high < 100 else int(value), measurement.unit)
