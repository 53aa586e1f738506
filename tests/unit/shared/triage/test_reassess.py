"""Old entries assessed again: bit for bit under their own version, and what another version would make of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mobile_app.config import KNOWLEDGE_VERSION
from shared.case.entry import (
    CaseId,
    Conclusion,
    DeviceId,
    Entry,
    EntryId,
    EntryKind,
    Quantity,
    RankedCondition,
    entry_from_json,
    entry_to_json,
)
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.knowledge.shelf import Shelf
from shared.triage.reassess import Reassessor, compare, last_assessment
from tests.book import KNOWLEDGE, the_book

CASE = CaseId("a" * 32)
TABLET, OTHER = DeviceId("1" * 16), DeviceId("2" * 16)
FIRST: dict[str, Any] = {
    "age_days": 1500,
    "sex": "female",
    "region": ("foot",),
    "setting": "rural_primary_care",
    "resources": ("lab",),
    "erythema": True,
    "warmth": True,
    "tenderness": True,
    "onset_days": Quantity(2, "d"),
    "crp": Quantity(18, "mg/L"),
}


@pytest.fixture(scope="module")
def reassessor() -> Reassessor:
    return Reassessor(Shelf(KNOWLEDGE.parent, KNOWLEDGE_VERSION))


def entry(seq: int, answers: dict[str, Any], *parents: Entry, kind=EntryKind.FOLLOW_UP, device=TABLET) -> Entry:
    kind = kind if parents else EntryKind.ASSESSMENT
    return Entry(EntryId(device, seq), CASE, kind, answers, tuple(sorted(parent.id for parent in parents)))


def concluded(reassessor: Reassessor, log: CaseLog, version: str) -> CaseLog:
    """Give every entry the conclusion that its author's tablet would have stored, and read it back from its JSON."""
    entries = [replace(one, conclusion=reassessor.conclude(log, one.id, version)) for one in log]
    return CaseLog.of(log.case_id, [entry_from_json(entry_to_json(one)) for one in entries])


def two_visits_and_a_correction() -> CaseLog:
    first = entry(1, FIRST)
    second = entry(2, {"visit_day": Quantity(9, "d"), "erythema": False, "fever_ge_38": True}, first)
    beside = entry(1, {"visit_day": 5, "tenderness": False, "crp": Quantity(40, "mg/L")}, first, device=OTHER)
    merged = entry(3, {"visit_day": Quantity(12, "d"), "fever_ge_38": False}, second, beside, kind=EntryKind.CORRECTION)
    return CaseLog.of(CASE, [first, second, beside, merged])


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_every_entry_is_repeated_bit_for_bit_as_its_author_saw_the_case(reassessor, version):
    log = concluded(reassessor, two_visits_and_a_correction(), version)

    for one in log:
        repetition = reassessor.repeat(log, one.id)
        assert repetition.is_exact
        assert repetition.stored.knowledge_version == version


def test_an_entry_that_came_later_changes_nothing_of_what_was_seen_before(reassessor):
    alone = concluded(reassessor, CaseLog.of(CASE, [entry(1, FIRST)]), "1.0")
    first = next(iter(alone))
    later = alone.append(entry(2, {"toxic_appearance": True}, first))

    assert reassessor.repeat(later, first.id).is_exact


def test_one_decimal_that_differs_is_noticed(reassessor):
    log = concluded(reassessor, CaseLog.of(CASE, [entry(1, FIRST)]), "1.0")
    (one,) = log
    best, *others = one.conclusion.differential
    moved = (replace(best, probability=round(best.probability - 0.001, 3)), *others)
    changed = CaseLog.of(CASE, [replace(one, conclusion=replace(one.conclusion, differential=moved))])

    assert not reassessor.repeat(changed, one.id).is_exact


@pytest.mark.parametrize("resources", [(), ("lab",), ("lab", "ultrasound", "xray")])
def test_what_the_clinic_has_is_no_part_of_a_conclusion(reassessor, resources):
    with_, without = entry(1, {**FIRST, "resources": resources}), entry(1, FIRST)

    assert reassessor.conclude(CaseLog.of(CASE, [with_]), with_.id, "1.1") == reassessor.conclude(
        CaseLog.of(CASE, [without]), without.id, "1.1"
    )


def test_the_day_of_a_visit_that_does_not_say_it_can_be_given(reassessor):
    first = entry(1, FIRST)
    silent = entry(2, {"fever_ge_38": False}, first)
    said = entry(2, {"fever_ge_38": False, "visit_day": Quantity(40, "d")}, first)

    assert reassessor.conclude(CaseLog.of(CASE, [first, silent]), silent.id, "1.1", day=40) == reassessor.conclude(
        CaseLog.of(CASE, [first, said]), said.id, "1.1"
    )


def test_another_version_says_what_would_change(reassessor):
    """1.1 knows the course of a lump; under 1.0 the same two visits raise nothing."""
    lump = {
        **FIRST, "erythema": False, "tenderness": False, "warmth": False, "crp": Quantity(1, "mg/L"),
        "prior_iv_calcium_same_limb_3m": True, "swelling_consistency": "rock_hard_nodular",
        "xray_ge_10d": "soft_tissue_calcification", "lump_size": Quantity(20, "mm"),
    }  # fmt: skip
    first = entry(1, lump)
    later = {"visit_day": Quantity(60, "d"), "lump_size": Quantity(22, "mm"), "erythema": True}
    log = concluded(reassessor, CaseLog.of(CASE, [first, entry(2, later, first)]), "1.0")
    change = reassessor.under(log, last_assessment(log), "1.1")

    assert change.versions == ("1.0", "1.1")
    assert change.is_different
    assert {"RF21_not_the_expected_course", "RF22_new_sign_after_calcium"} <= set(change.new_red_flags)
    assert change.disposition[1] == "same_day"
    assert "new danger rule: The lump does not shrink as leaked calcium does" in change.sentence


def test_the_same_version_changes_nothing(reassessor):
    log = concluded(reassessor, CaseLog.of(CASE, [entry(1, FIRST)]), "1.0")
    change = reassessor.under(log, last_assessment(log), "1.0")

    assert not change.is_different
    assert (change.words, change.steps_more_urgent, change.sentence) == ((), 0, "The same.")


def conclusion(**changed: Any) -> Conclusion:
    rows = (RankedCondition("cellulitis", 0.6, 0.3, 0.8), RankedCondition("abscess", 0.2, 0.1, 0.4))
    return replace(Conclusion("1.0", "within_days", (), rows, fits=True), **changed)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"disposition": "same_day"}, "Same day instead of within days."),
        ({"red_flags": ("RF20_failure_of_treatment",)}, "New danger rule: Antibiotics have not helped."),
        ({"fits": False}, "Now it does not fit."),
        (
            {"differential": (RankedCondition("abscess", 0.9, 0.6, 0.95), RankedCondition("cellulitis", 0.05, 0, 0.2))},
            "Abscess (very likely) leads instead of cellulitis (likely).",
        ),
        (
            {"differential": (RankedCondition("cellulitis", 0.4, 0.1, 0.6), RankedCondition("abscess", 0.2, 0.1, 0.4))},
            "Cellulitis possible instead of likely.",
        ),
    ],
)
def test_each_kind_of_change_is_said_in_one_sentence(now, sentence):
    change = compare(the_book(), conclusion(), the_book(), conclusion(**now))

    assert change.sentence == sentence
    assert change.is_different


def test_more_urgent_and_less_urgent_are_told_apart():
    book = the_book()

    assert compare(book, conclusion(), book, conclusion(disposition="emergency")).steps_more_urgent == 2
    assert compare(book, conclusion(), book, conclusion(disposition="routine")).steps_more_urgent == -1


def test_words_of_conditions_behind_the_first_are_named_and_are_no_difference_by_themselves():
    rows = (RankedCondition("cellulitis", 0.6, 0.3, 0.8), RankedCondition("abscess", 0.05, 0.0, 0.2))
    change = compare(the_book(), conclusion(), the_book(), conclusion(differential=rows))

    assert change.words == (("abscess", "possible", "unlikely"),)
    assert not change.is_different


def test_what_cannot_be_assessed_again_says_why_in_one_sentence(reassessor):
    first = entry(1, FIRST)
    outcome = Entry(EntryId(TABLET, 2), CASE, EntryKind.OUTCOME, {"healed_days": 30}, (first.id,))
    orphan = replace(entry(4, {"fever_ge_38": True}, outcome), conclusion=conclusion())
    log = concluded(reassessor, CaseLog.of(CASE, [first]), "1.0").append(outcome)

    with pytest.raises(InvalidInput, match="entry: concluded nothing"):
        reassessor.repeat(log, outcome.id)
    with pytest.raises(InvalidInput, match="entry: is not in this case"):
        reassessor.repeat(log, EntryId(OTHER, 9))
    with pytest.raises(InvalidInput, match="have not arrived yet"):
        reassessor.repeat(CaseLog.of(CASE, [orphan]), orphan.id)
    with pytest.raises(InvalidInput, match=r"9\.9 is not one of the versions here"):
        reassessor.under(log, first.id, "9.9")


def test_an_outcome_leaves_the_last_assessment_and_a_withdrawal_leaves_none(reassessor):
    log = concluded(reassessor, CaseLog.of(CASE, [entry(1, FIRST)]), "1.0")
    (first,) = log
    outcome = Entry(EntryId(TABLET, 2), CASE, EntryKind.OUTCOME, {"healed_days": 30}, (first.id,))
    withdrawal = Entry(EntryId(TABLET, 3), CASE, EntryKind.WITHDRAWAL, {}, (outcome.id,))

    assert last_assessment(log.append(outcome)) == first.id
    assert last_assessment(log.append(outcome).append(withdrawal)) is None
    assert last_assessment(CaseLog.of(CASE)) is None
