"""What an answer is worth: by what it changes, how often, and for how much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.differential.information_gain import branches
from shared.triage.answer_value import AnswerValues
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment, Disposition
from shared.triage.disposition import by_probability
from shared.triage.interview import Interview, open_findings
from shared.triage.presentation import Presentation, read_presentation
from tests.book import the_book

BOOK = the_book()
ASSESSOR = Assessor(BOOK)
WORTH = BOOK.limits.questions
assert WORTH is not None
VALUES = AnswerValues(ASSESSOR.differential, WORTH)


def child(age_days: int = 900, **findings: object) -> Presentation:
    return read_presentation(BOOK, {"age_days": age_days, "region": ["hand"], "findings": findings})


def value_of(code: str, given: Presentation, values: AnswerValues = VALUES) -> float:
    ranking = ASSESSOR.differential.rank(ASSESSOR.interview(given).picture)
    outlooks = ASSESSOR.differential.outlooks(ranking, [code])
    return values.of(given, ranking, ASSESSOR.fits(ranking), outlooks, {}).values[code]


def without_bits() -> AnswerValues:
    """Values of what is done alone, the diagnosis apart."""
    return AnswerValues(ASSESSOR.differential, replace(WORTH, bit=1e-12))


def test_an_answer_that_changes_nothing_that_is_done_is_worth_what_it_tells_of_the_diagnosis() -> None:
    """Tried with the whole engine: where no answer changes disposition, rules or film, the value is in its bits."""
    told = {code: False for sign in BOOK.danger_signs_for(900, ("hand",)) for code in sign.no}
    given = child(erythema=True, **told)
    now = ASSESSOR.assess(given)
    tried = 0
    for code in open_findings(BOOK, Interview.of(BOOK, given)):
        then = [
            ASSESSOR.assess(Interview.of(BOOK, given).after(BOOK, code, state).child)
            for state in BOOK.findings[code].states
        ]
        changes = any(
            after.disposition is not now.disposition or acts(after) != acts(now) or ranked(after) is not ranked(now)
            for after in then
        )
        if not changes:
            tried += 1
            assert value_of(code, given, without_bits()) == pytest.approx(0.0, abs=1e-9), code

    assert tried > 3


def ranked(assessment: Assessment) -> Disposition:
    """Return what the ranking alone asks for."""
    probabilities = {row.condition: row.probability for row in assessment.differential}
    return by_probability(BOOK, probabilities, assessment.fits)


def acts(assessment: object) -> tuple[object, ...]:
    """Return the rules that call somebody and whether a film comes first."""
    rules = {rule.id for rule in assessment.red_flags if rule.priority <= 2}  # type: ignore[attr-defined]
    prompts = {rule.id for rule in assessment.prompts}  # type: ignore[attr-defined]
    return (frozenset(rules), "P02_xray_before_knife" in prompts)


def test_an_answer_that_would_put_the_film_before_the_knife_is_worth_more_the_likelier_the_calcium() -> None:
    little = value_of("prior_iv_calcium_same_limb_3m", child(274, erythema=True))
    more = value_of("prior_iv_calcium_same_limb_3m", child(274, erythema=True, over_venepuncture_site=True))

    assert 0 < little < more


def test_once_the_film_is_taken_the_calcium_no_longer_puts_it_first() -> None:
    given = child(274, erythema=True)
    filmed = child(274, erythema=True, xray_ge_10d="normal_or_swelling_only")

    assert value_of("prior_iv_calcium_same_limb_3m", filmed) < value_of("prior_iv_calcium_same_limb_3m", given) / 3


def test_an_answer_that_makes_a_danger_rule_fire_is_worth_its_chance_times_the_rule() -> None:
    given = child(erythema=True)
    ranking = ASSESSOR.differential.rank(ASSESSOR.interview(given).picture)
    chance = ASSESSOR.differential.outlooks(ranking, ["toxic_appearance"])["toxic_appearance"].chances[0]

    assert value_of("toxic_appearance", given, without_bits()) >= chance * WORTH.rule * WORTH.needless["emergency"]


def test_in_an_emergency_neither_the_diagnosis_nor_the_film_nor_a_lesser_rule_is_worth_anything() -> None:
    emergency = child(274, toxic_appearance=True)

    assert value_of("prior_iv_calcium_same_limb_3m", emergency) == 0
    assert value_of("onset", emergency) == 0
    assert value_of("trauma_history", emergency) == 0
    assert value_of("pain_out_of_proportion", emergency) > 0


def test_a_sign_without_a_likelihood_is_worth_the_rule_that_waits_for_it() -> None:
    given = child(tense_limb=True)
    ranking = ASSESSOR.differential.rank(ASSESSOR.interview(given).picture)
    signs = VALUES.signs(given)
    valued = VALUES.of(given, ranking, True, {}, signs)

    assert signs["numbness_or_weakness"] == 1
    expected = WORTH.sign_chance * WORTH.rule * WORTH.needless["emergency"]
    assert valued.values["numbness_or_weakness"] == pytest.approx(expected)


@pytest.mark.parametrize("setting", sorted(BOOK.settings))
def test_the_ranking_after_an_answer_asks_for_what_the_engine_asks_for_after_it(setting: str) -> None:
    """The quick way over all branches and the plain way agree on how soon."""
    given = read_presentation(
        BOOK, {"age_days": 1200, "setting": setting, "findings": {"fever_ge_38": True, "warmth": True}}
    )
    interview = ASSESSOR.interview(given)
    ranking = ASSESSOR.differential.rank(interview.picture)
    outlooks = ASSESSOR.differential.outlooks(ranking, open_findings(BOOK, interview))
    found = branches(ranking, outlooks, VALUES._weightings)
    seen = set()
    for finding, outlook in outlooks.items():
        for branch, (state, chance, after) in zip(found[finding], outlook.branches(ranking.conditions), strict=True):
            assert (branch.state, branch.chance) == (state, chance)
            plain = by_probability(BOOK, after, True)
            assert tuple(Disposition)[VALUES._by_ranking(branch, True)] is plain
            seen.add(plain)

    assert len(seen) > 1
