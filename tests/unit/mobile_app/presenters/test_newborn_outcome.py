"""How old a newborn was leaves with the outcome that proves what it had, to the day, and is shown before it does."""

from __future__ import annotations

import pytest

from shared.case.entry import EntryKind

WRIST = (("wrist", "left"),)


def saved_outcome(finger, age, *, diagnosis="calcinosis_cutis_iatrogenic", proof="xray", days_later=30):
    """Save a first visit and, later, its outcome. Return the outcome and what is shown of it as leaving."""
    finger.begin_case(places=WRIST, age=age)
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()
    finger.to_result()
    finger.flow.result.plan()
    finger.flow.plan.save()
    finger.flow.sent_preview.done()
    case_id = finger.store.summaries()[0].case_id
    finger.tablet.clock.pass_time(days_later * 86_400)
    finger.flow.home.open_case(case_id)
    finger.flow.case.outcome()
    finger.flow.outcome.type_healed("30")
    if diagnosis:
        finger.flow.outcome.choose_diagnosis(diagnosis)
    if proof:
        finger.flow.outcome.toggle_proof(proof)
    finger.flow.outcome.save()
    outcome = next(one.entry for one in finger.store.timeline(case_id) if one.entry.kind is EntryKind.OUTCOME)
    return outcome, {line.label: line.value for line in finger.view.lines}


@pytest.mark.parametrize("days", ["0", "17", "28"])
def test_the_age_of_a_newborn_at_the_first_visit_leaves_with_the_proven_outcome_and_is_shown(finger, days):
    outcome, shown = saved_outcome(finger, (days, "d"))

    assert finger.store.sent_form(outcome.id).answers["newborn_age_days"] == int(days)
    assert shown["Newborn’s age at the first visit"] == ("1 day" if days == "1" else f"{days} days")


def test_of_the_first_visit_only_the_band_leaves(finger):
    outcome, _ = saved_outcome(finger, ("17", "d"))

    (first,) = [one.entry for one in finger.store.timeline(outcome.case_id) if one.entry.kind is EntryKind.ASSESSMENT]
    sent = finger.store.sent_form(first.id).answers
    assert (sent["age_group"], "newborn_age_days" in sent) == ("7_27_d", False)


@pytest.mark.parametrize(
    ("age", "diagnosis", "proof"),
    [
        (("29", "d"), "calcinosis_cutis_iatrogenic", "xray"),
        (("9", "months"), "calcinosis_cutis_iatrogenic", "xray"),
        (("17", "d"), "", "xray"),
        (("17", "d"), "calcinosis_cutis_iatrogenic", ""),
    ],
)
def test_of_older_children_and_of_what_is_not_proven_no_age_leaves_with_the_outcome(finger, age, diagnosis, proof):
    outcome, shown = saved_outcome(finger, age, diagnosis=diagnosis, proof=proof)

    assert "newborn_age_days" not in outcome.answers
    assert not any("age" in label for label in shown)
