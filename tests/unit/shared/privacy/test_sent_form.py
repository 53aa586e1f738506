"""Remembering what passed decides nothing: it says the same as the walk of the projection, whatever came before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from shared.case.entry import (
    UNKNOWN,
    CaseId,
    Conclusion,
    DeviceId,
    Entry,
    EntryId,
    EntryKind,
    Quantity,
    RankedCondition,
)
from shared.privacy.projection import Timing, project
from shared.privacy.sent_form import NoSentForm, SentForms, fault_of
from tests.tablet_world import the_policy

SOUND = Conclusion(
    "1.1", "same_day", ("RF01_necrotising_fasciitis",), (RankedCondition("cellulitis", 0.77, 0.12, 1),), True
)
CODES = (
    *("fever_ge_38", "region", "crp", "age_days", "age_group", "age_band", "presentation_month", "visit_day"),
    *("patient_name", "withdrawal_reason", "sex", "no_such_code", "days_followed"),
    *("newborn_age_days", "final_diagnosis", "proven_by"),
)
VALUES: tuple[Any, ...] = (
    *(True, False, 1, 0, 1.0, 7, 366, 0.36, UNKNOWN, "yes", "male", "Amina", "2026-11", "1_2_m", "15_17_y", "consent"),
    *(("hand", "wrist"), ("hand", "Amina"), Quantity(5, "mg/L"), Quantity(5.0, "mg/L"), Quantity(5, "Cel")),
    *(Quantity(True, "mg/L"), Quantity(1, "mg/L"), Quantity(5, "Amina")),
    *("cellulitis", ("culture", "xray")),
)

probabilities = st.sampled_from([0, 1, 0.5, 0.77, 0.123456, True, float("nan"), 1.0, 2])
rows = st.builds(RankedCondition, st.sampled_from(["cellulitis", "Amina"]), probabilities, probabilities, probabilities)
conclusions = st.builds(
    Conclusion,
    st.sampled_from(["1.1", "Amina", "1.1.1.1.1"]),
    st.sampled_from(["same_day", "routine", "Amina"]),
    st.sampled_from([(), ("RF01_necrotising_fasciitis",), ("Amina",)]),
    st.lists(rows, max_size=2).map(tuple),
    st.sampled_from([True, False, 0, 1]),
)
entries = st.builds(
    Entry,
    st.just(EntryId(DeviceId("a" * 16), 1)),
    st.just(CaseId("c" * 32)),
    st.sampled_from([EntryKind.ASSESSMENT, EntryKind.OUTCOME, EntryKind.WITHDRAWAL]),
    st.dictionaries(st.sampled_from(CODES), st.sampled_from(VALUES), max_size=5),
    conclusion=st.none() | conclusions,
)
sent_forms = entries.map(lambda entry: project(entry, Timing(month="2026-11"), the_policy()))


def an_entry(answers: Mapping[str, Any], conclusion: Conclusion | None = None) -> Entry:
    identity = EntryId(DeviceId("a" * 16), 1)
    return Entry(identity, CaseId("c" * 32), EntryKind.ASSESSMENT, answers, conclusion=conclusion)


PROVEN = {"final_diagnosis": "cellulitis", "newborn_age_days": 7, "proven_by": ("culture",)}
MONTH, DAY = {"presentation_month": "2026-11"}, {"visit_day": 7}


@given(st.lists(entries | sent_forms, max_size=8))
@example([an_entry({"fever_ge_38": True}, SOUND), an_entry({"fever_ge_38": 1}, SOUND)])
@example([an_entry({"crp": Quantity(1, "mg/L")}), an_entry({"crp": Quantity(True, "mg/L")})])
@example([an_entry(MONTH), an_entry(DAY), an_entry(MONTH | DAY)])
@example([an_entry({"sex": "male"}, replace(SOUND, fits=1)), an_entry({"sex": "male"}, replace(SOUND, fits=0))])  # type: ignore[arg-type]
@example(
    [replace(an_entry({"withdrawal_reason": "consent"}), kind=EntryKind.WITHDRAWAL), an_entry({"sex": "male"}, SOUND)]
)
@example([replace(an_entry(PROVEN), kind=EntryKind.OUTCOME), an_entry(PROVEN), an_entry({"newborn_age_days": 7})])
def test_what_passed_before_passes_again_and_nothing_else_does(sent: Sequence[Entry]) -> None:
    forms = SentForms(the_policy())

    for entry in [*sent, *sent]:
        assert forms.fault_of(entry) == fault_of(entry, the_policy())


def test_most_entries_are_passed_by_what_is_remembered_alone() -> None:
    forms = SentForms(the_policy())
    entry = an_entry({"fever_ge_38": True, "crp": Quantity(5, "mg/L")}, SOUND)
    assert not forms._has_passed(entry)

    assert forms.fault_of(entry) is None

    assert forms._has_passed(replace(entry, conclusion=replace(SOUND, fits=False)))


def test_nothing_that_was_refused_is_remembered() -> None:
    forms = SentForms(the_policy())

    assert forms.fault_of(an_entry({"sex": "Amina Okafor"})) is NoSentForm.BAD_ANSWERS

    assert not forms._passed
