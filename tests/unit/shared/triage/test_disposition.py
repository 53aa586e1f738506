"""How soon the child must be seen."""

from __future__ import annotations

import pytest

from shared.triage.assessment import Disposition, FiredRule
from shared.triage.disposition import by_probability, disposition, is_clear
from tests.book import the_book

BOOK = the_book()


def flag(priority: int) -> FiredRule:
    return FiredRule("RF00", priority, "Act.", ("expert",), "D", ())


def ranked(**given: float) -> dict[str, float]:
    """Return probabilities by condition; what the given ones leave goes to cellulitis."""
    p = {**dict.fromkeys(BOOK.conditions, 0.0), **given}
    p["cellulitis"] += 1 - sum(p.values())
    return p


@pytest.mark.parametrize(
    ("priority", "expected"),
    [(1, Disposition.EMERGENCY), (2, Disposition.SAME_DAY), (3, Disposition.WITHIN_DAYS)],
)
def test_a_red_flag_sets_the_urgency_whatever_the_ranking(priority: int, expected: Disposition) -> None:
    harmless = ranked(insect_bite_allergic=0.99)

    assert disposition(BOOK, [flag(priority)], harmless, fits=True) is expected


def test_the_most_urgent_flag_counts() -> None:
    assert disposition(BOOK, [flag(3), flag(1), flag(2)], ranked(), fits=True) is Disposition.EMERGENCY


def test_one_chance_in_twenty_of_a_dangerous_infection_is_seen_the_same_day() -> None:
    assert by_probability(BOOK, ranked(osteomyelitis=0.03, septic_arthritis=0.03), True) is Disposition.SAME_DAY
    assert by_probability(BOOK, ranked(osteomyelitis=0.01, septic_arthritis=0.01), True) is Disposition.WITHIN_DAYS


def test_a_probable_emergency_is_an_emergency_without_any_flag() -> None:
    assert by_probability(BOOK, ranked(necrotising_fasciitis=0.3, septic_arthritis=0.25), True) is Disposition.EMERGENCY
    # Leading alone does not suffice: that is for the rules.
    assert (
        by_probability(BOOK, ranked(septic_arthritis=0.30, cellulitis=0.28, abscess=0.3), True) is Disposition.SAME_DAY
    )


def test_a_plain_insect_bite_is_routine() -> None:
    assert by_probability(BOOK, ranked(insect_bite_allergic=0.9), True) is Disposition.ROUTINE


@pytest.mark.parametrize("condition", ["osteomyelitis", "septic_arthritis", "necrotising_fasciitis"])
def test_no_dangerous_infection_that_leads_is_ever_routine_or_days_away(condition: str) -> None:
    urgent = (Disposition.EMERGENCY, Disposition.SAME_DAY)

    assert by_probability(BOOK, ranked(**{condition: 0.2, "cellulitis": 0.15}), True) in urgent
    assert by_probability(BOOK, ranked(**{condition: 0.9}), True) in urgent


def test_what_does_not_fit_is_never_routine() -> None:
    assert by_probability(BOOK, ranked(insect_bite_allergic=0.9), False) is Disposition.WITHIN_DAYS


def test_what_is_not_clear_is_never_routine() -> None:
    unclear = ranked(insect_bite_allergic=0.38, cellulitis=0.32, fracture_trauma=0.0, abscess=0.3)
    crowded_out = ranked(insect_bite_allergic=0.8, other_not_modelled=0.2)

    assert not is_clear(BOOK, unclear)
    assert not is_clear(BOOK, crowded_out)
    assert by_probability(BOOK, unclear, True) is Disposition.WITHIN_DAYS
    assert by_probability(BOOK, crowded_out, True) is Disposition.WITHIN_DAYS


def test_a_film_that_is_wanted_before_antibiotics_makes_it_the_same_day() -> None:
    lump = ranked(calcinosis_cutis_iatrogenic=0.95)

    assert disposition(BOOK, [], lump, fits=True) is Disposition.WITHIN_DAYS
    assert disposition(BOOK, [], lump, fits=True, is_decided_today=True) is Disposition.SAME_DAY


def test_every_ranked_condition_says_how_soon_it_is_usually_seen() -> None:
    assert BOOK.limits.usual_dispositions.keys() == BOOK.conditions.keys()
    assert {Disposition(value) for value in BOOK.limits.usual_dispositions.values()} == set(Disposition)
