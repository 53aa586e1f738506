"""Nothing leaves that is not on the list, and nothing on the list leaves more exactly than it must."""

from __future__ import annotations

import calendar
import math
import random
import statistics
from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import canonical_json
from shared.case.entry import (
    NOT_POSSIBLE,
    UNKNOWN,
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
from shared.errors import InvalidInput
from shared.privacy.policy import DaysUpTo, Drop, PrivacyClass
from shared.privacy.projection import NEWBORN_TO_DAYS, Timing, project, timing
from tests.book import the_book
from tests.tablet_world import forms_of, the_policy

DEVICE = DeviceId("a" * 16)
OTHER = DeviceId("b" * 16)
CANARIES = ["Amina Testname", "MRN 00471123", "+966 55 501 2345", "Fell on Tuesday at school", "1999-12-31"]
KNOWN_CODES = sorted(the_policy().codes)


def an_entry(answers, *, kind=EntryKind.ASSESSMENT, seq=1, device=DEVICE, conclusion=None, parents=()):
    return Entry(EntryId(device, seq), CaseId("c" * 32), kind, answers, parents, conclusion)


def sent(answers, when=Timing(), **more):  # noqa: B008 (frozen)
    return project(an_entry(answers, **more), when, the_policy()).answers


def test_the_first_visit_of_the_nine_month_old_leaves_as_the_tablet_shows_it():
    answers = {
        "age_days": 274, "sex": "male", "region": ("hand", "wrist"), "side": "left",
        "setting": "hospital_paediatric_ed",
        "onset_days": 5, "days_since_iv_calcium": Quantity(30, "d"), "prior_iv_calcium_same_limb_3m": True,
        "fever_ge_38": False, "swelling_consistency": "soft_oedematous", "crp": Quantity(0.36, "mg/L"),
        "esr": Quantity(9, "mm/h"), "wbc": Quantity(11.3, "10*9/L"), "tense_limb": UNKNOWN, "fluctuance": NOT_POSSIBLE,
    }  # fmt: skip

    leaving = sent(answers, Timing(month="2026-11"))

    assert leaving == {
        **{code: value for code, value in answers.items() if code != "age_days"},
        "age_group": "3_11_mo",
        "presentation_month": "2026-11",
    }


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("crp", Quantity(153.27, "mg/L"), Quantity(150, "mg/L")),
        ("crp", Quantity(412.0, "mg/L"), Quantity(300, "mg/L")),
        ("crp", Quantity(2.13, "mg/dL"), Quantity(21, "mg/L")),
        ("crp", Quantity(2.13, "drops"), None),
        ("crp_mg_l", 19.4, 19),
        ("temperature", Quantity(42.8, "Cel"), Quantity(41.5, "Cel")),
        ("temperature", Quantity(101.3, "[degF]"), Quantity(38.5, "Cel")),
        ("temp_c", 38.04, 38),
        ("wbc", Quantity(11300, "/uL"), Quantity(11.3, "10*9/L")),
        ("calcium", Quantity(2.51, "mmol/L"), Quantity(2.5, "mmol/L")),
        ("vitamin_d", Quantity(120.6, "nmol/L"), Quantity(120, "nmol/L")),
        ("spo2", 97, 97),
        ("heart_rate", Quantity(143, "/min"), Quantity(145, "/min")),
        ("onset_days", 400, 30),
        ("onset_days", Quantity(3, "wk"), Quantity(21, "d")),
        ("onset_days", -2, None),
        ("healed_days", 61, 61),
        ("healed_days", 400, 393),
        ("antibiotics_given", Quantity(50, "h"), Quantity(48, "h")),
        ("final_diagnosis", "calciphylaxis", "tumoral_or_dystrophic_calcinosis"),
        ("final_diagnosis", "tumour", "other_not_modelled"),
        ("final_diagnosis", "Amina Testname", None),
        ("proven_by", ("culture", "grandmother", "xray"), ("culture", "xray")),
        ("region", ("Riyadh",), None),
        ("fever_ge_38", "very", None),
        ("fever_ge_38", 1, None),
        ("fever_ge_38", Quantity(38, "Cel"), None),
        ("swelling_consistency", True, None),
        ("swelling_consistency", "like wood", None),
        ("sequelae", False, False),
        ("crp", True, None),
        ("crp", Quantity(float("nan"), "mg/L"), None),
        ("crp", Quantity(float("inf"), "mg/L"), None),
        ("note", "unknown", None),
        ("presentation_month", "2026-11", None),
        ("visit_day", 3, None),
        ("newborn_age_days", 17, None),
        ("age_group", "3_11_mo", None),
        ("shoe_size", 21, None),
    ],
)  # fmt: skip
def test_each_kind_of_value_leaves_in_its_form_or_not_at_all(code, value, expected):
    leaving = sent({code: value})

    assert leaving.get(code) == expected
    assert type(leaving.get(code)) is type(expected)
    assert len(leaving) == (expected is not None)


@given(days=st.integers(0, 400))
def test_rounding_days_never_crosses_a_day_at_which_the_reasoning_changes(days):
    edges = [0, 3, 7, 14, 28, 60, 90, 120, 180, 10**9]
    after = sent({"days_since_iv_calcium": days})["days_since_iv_calcium"]

    # Beyond 180 days nothing changes any more, so there the cap stands for all.
    assert [days > edge for edge in edges if edge < 180] == [after > edge for edge in edges if edge < 180]
    assert abs(after - min(days, 180)) <= 15


def test_the_edges_tested_above_are_those_of_the_book():
    ends = {row.to_day for row in the_book().calcification_by_day}

    assert ends <= {3, 7, 14, 28, 60, 120, 180}


# Ages, months and days


def possible_birth_dates(entries):
    """Return every birth date that fits what was sent: the adversary's view, by trying all of them."""
    first = entries[0].answers
    year, month = map(int, first["presentation_month"].split("-"))
    bands = {band.id: band for band in the_policy().age_groups}
    fitting = set()
    for day in range(1, calendar.monthrange(year, month)[1] + 1):
        presented = date(year, month, day)
        widest = bands[first["age_group"]]
        for age in range(widest.from_days, widest.to_days + 1):
            born = presented - timedelta(days=age)
            if all(
                bands[entry.answers["age_group"]].holds(age + entry.answers.get("visit_day", 0)) for entry in entries
            ):
                fitting.add(born)
    return fitting


def test_for_every_age_and_every_month_at_least_28_birth_dates_stay_possible():
    covered = the_policy().age_groups[-1].to_days
    bands = {}
    for age in range(covered + 1):
        bands.setdefault(sent({"age_days": age})["age_group"], []).append(age)
    assert sum(map(len, bands.values())) == covered + 1

    for ages in bands.values():
        for month in range(1, 13):
            days = calendar.monthrange(2027, month)[1]
            # Presented on any day of the month, aged any day of the band: the sums of two ranges.
            windows = max(ages) - min(ages) + 1 + days - 1
            assert windows >= 28


@given(
    presented=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    age=st.integers(0, 120),
    gaps=st.lists(st.integers(0, 40), max_size=3),
)
def test_visits_that_cross_a_birthday_or_a_month_still_leave_28_birth_dates(presented, age, gaps):
    visits, day = [], 0
    for number, gap in enumerate([0, *gaps], start=1):
        day += gap
        on = presented + timedelta(days=day)
        when = timing(DEVICE, visits, on.strftime("%Y-%m"), day if visits else None)
        visits.append(project(an_entry({"age_days": age + day}, seq=number), when, the_policy()))

    assert len(possible_birth_dates(visits)) >= 28


PROVEN = {"final_diagnosis": "calcinosis_cutis_iatrogenic", "proven_by": ("xray",)}


def sent_of_an_outcome(answers):
    return sent(answers, kind=EntryKind.OUTCOME)


def test_the_day_of_a_newborns_age_leaves_in_a_proven_outcome_as_it_is():
    for age in range(29):
        assert sent_of_an_outcome({**PROVEN, "newborn_age_days": age})["newborn_age_days"] == age


def test_the_tablet_keeps_the_age_of_those_of_whom_it_leaves():
    assert the_policy().codes["newborn_age_days"].rule == DaysUpTo(NEWBORN_TO_DAYS)


@pytest.mark.parametrize("age", [29, 90, 274, -1, 28.9e9, True, "17", Quantity(17, "wk"), ("17",)])
def test_no_other_age_leaves_to_the_day(age):
    assert "newborn_age_days" not in sent_of_an_outcome({**PROVEN, "newborn_age_days": age})


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.OUTCOME])
def test_the_day_of_a_newborns_age_leaves_in_no_other_kind_of_entry(kind):
    assert "newborn_age_days" not in sent({**PROVEN, "newborn_age_days": 17}, kind=kind)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"final_diagnosis": "calcinosis_cutis_iatrogenic"},
        {"proven_by": ("xray",)},
        {**PROVEN, "proven_by": ()},
        {**PROVEN, "proven_by": ("grandmother",)},
        {**PROVEN, "proven_by": UNKNOWN},
        {**PROVEN, "final_diagnosis": UNKNOWN},
        {**PROVEN, "final_diagnosis": "Amina Testname"},
    ],
)
def test_without_a_diagnosis_and_its_proof_the_day_of_the_age_stays(said):
    assert "newborn_age_days" not in sent_of_an_outcome({**said, "newborn_age_days": 17})


def birth_dates_that_fit(year, month, ages):
    """Return every birth date of a child first seen in a month at one of these ages, by trying all of them."""
    days = calendar.monthrange(year, month)[1]
    return {date(year, month, day) - timedelta(days=age) for day in range(1, days + 1) for age in ages}


def test_with_the_day_of_the_age_28_to_31_birth_dates_stay_possible():
    for age in range(29):
        left = [len(birth_dates_that_fit(2027, month, [age])) for month in range(1, 13)]
        assert (min(left), max(left)) == (28, 31)


@pytest.mark.parametrize(
    ("age", "with_month", "with_the_day_of_arrival"),
    [(0, (34, 37), 7), (6, (34, 37), 7), (7, (48, 51), 21), (27, (48, 51), 21), (28, (89, 92), 62), (89, (89, 92), 62)],
)
def test_a_band_leaves_as_many_birth_dates_as_the_projection_says_it_does(age, with_month, with_the_day_of_arrival):
    band = next(one for one in the_policy().age_groups if one.id == sent({"age_days": age})["age_group"])
    ages = range(band.from_days, band.to_days + 1)

    left = [len(birth_dates_that_fit(2027, month, ages)) for month in range(1, 13)]

    assert (min(left), max(left)) == with_month
    # Somebody who knows the day is left with the band alone.
    assert len(ages) == with_the_day_of_arrival


def test_steps_of_two_days_would_not_do_for_a_case_series():
    """Grouped ages, with the middle of the group and the known correction (Sheppard) of the standard deviation."""
    drawn, same = random.Random(16), 0
    for _ in range(2_000):
        ages = [drawn.randrange(29) for _ in range(16)]
        grouped = [age // 2 * 2 + 0.5 for age in ages]
        corrected = math.sqrt(statistics.variance(grouped) - (2 * 2 - 1) / 12)
        exact = f"{statistics.mean(ages):.1f} {statistics.stdev(ages):.1f}"
        same += exact == f"{statistics.mean(grouped):.1f} {corrected:.1f}"

    assert 0.07 < same / 2_000 < 0.11


def test_the_band_of_the_reasoning_is_not_sent_beside_the_age_group():
    assert sent({"age_days": 365, "age_band": "infant_28d_to_12m"}) == {"age_group": "1_4_y"}
    assert sent({"age_band": "infant_28d_to_12m"}) == {"age_band": "infant_28d_to_12m"}


def test_every_band_of_the_reasoning_is_a_union_of_age_groups():
    starts = {band.from_days for band in the_policy().age_groups}

    assert {band.from_days for band in the_book().age_bands} <= starts


def test_the_first_entry_says_its_month_and_later_ones_their_day():
    first = project(an_entry({}), timing(DEVICE, [], "2026-11", None), the_policy())
    later = project(an_entry({}, seq=2), timing(DEVICE, [first], "2026-12", 33), the_policy())

    assert (first.answers, later.answers) == ({"presentation_month": "2026-11"}, {"visit_day": 33})


def test_a_tablet_that_follows_another_ones_month_says_no_time():
    first = project(an_entry({}), Timing(month="2026-11"), the_policy())

    assert timing(OTHER, [first], "2026-12", None) == Timing()
    assert timing(OTHER, [first], "2026-12", 3) == Timing()


def test_a_clock_that_was_set_back_sends_no_negative_day():
    first = project(an_entry({}), Timing(month="2026-11"), the_policy())

    assert timing(DEVICE, [first], "2019-01", -2800) == Timing()


def test_ten_years_of_follow_up_are_counted_in_months_and_then_capped():
    assert sent({}, Timing(visit_day=365))["visit_day"] == 365
    assert sent({}, Timing(visit_day=900))["visit_day"] in range(885, 916)
    assert sent({}, Timing(visit_day=9000))["visit_day"] == 3650


@pytest.mark.parametrize(("month", "day"), [("2026-11", 3), ("2026-13", None), ("11/2026", None), ("2026-11-21", None)])
def test_a_time_is_a_month_or_a_day_count_and_nothing_finer(month, day):
    with pytest.raises(InvalidInput):
        Timing(month, day)


# Conclusions and withdrawals


def test_a_conclusion_leaves_with_two_decimals_and_known_words_only():
    concluded = Conclusion(
        knowledge_version="1.0",
        disposition="same_day",
        red_flags=("RF02_sepsis_any_age", "Amina Testname"),
        differential=(
            RankedCondition("cellulitis", 0.123456, 0.01, 0.999999),
            RankedCondition("Amina Testname", 0.5, 0.1, 0.9),
        ),
        fits=True,
    )

    leaving = project(an_entry({}, conclusion=concluded), Timing(), the_policy()).conclusion

    assert leaving == replace(
        concluded,
        red_flags=("RF02_sepsis_any_age",),
        differential=(RankedCondition("cellulitis", 0.12, 0.01, 1),),
    )


@pytest.mark.parametrize("changed", [{"disposition": "Amina Testname"}, {"knowledge_version": "Amina Testname"}])
def test_a_conclusion_with_words_of_its_own_does_not_leave(changed):
    concluded = replace(Conclusion("1.0", "routine", (), (), True), **changed)

    assert project(an_entry({}, conclusion=concluded), Timing(), the_policy()).conclusion is None


def test_a_withdrawal_says_only_why():
    answers = {"withdrawal_reason": "consent", "fever_ge_38": True, "age_days": 274}

    leaving = project(
        an_entry(answers, kind=EntryKind.WITHDRAWAL, conclusion=Conclusion("1.0", "routine", (), (), True)),
        Timing(month="2026-11"),
        the_policy(),
    )

    assert (leaving.answers, leaving.conclusion) == ({"withdrawal_reason": "consent"}, None)


# Laws

texts = st.one_of(
    st.sampled_from(CANARIES), st.sampled_from(["yes", "no", "xray", "hand", "male", "cellulitis", UNKNOWN])
)
any_value = st.one_of(
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False),
    texts,
    st.builds(Quantity, st.floats(allow_nan=False), st.one_of(st.sampled_from(["mg/L", "Cel", "d", ""]), texts)),
    st.sets(texts, max_size=3).map(lambda some: tuple(sorted(some))),
)
any_code = st.one_of(
    st.sampled_from(KNOWN_CODES), st.sampled_from(["free_text", "village", "amina_testname", "mrn_00471123"])
)
any_entry = st.builds(
    lambda answers, kind, word: an_entry(
        answers,
        kind=kind,
        conclusion=Conclusion("1.0", "routine", (word,), (RankedCondition(word, 0.5, 0, 1),), True),
    ),
    st.dictionaries(any_code, any_value, max_size=12),
    st.sampled_from(EntryKind),
    texts,
)  # fmt: skip


@given(any_entry)
def test_no_canary_in_any_field_is_in_the_sent_bytes(entry):
    leaving = canonical_json(entry_to_json(project(entry, Timing(month="2026-11"), the_policy())))

    for canary in [*CANARIES, "amina_testname", "mrn_00471123"]:
        for form in forms_of(canary):
            assert form not in leaving


@given(any_entry)
def test_what_is_sent_is_a_well_formed_entry_and_projecting_it_again_changes_nothing(entry):
    policy = the_policy()
    once = project(entry, Timing(), policy)
    written = canonical_json(entry_to_json(once))

    assert entry_from_json(entry_to_json(once)) == once
    derived = {code: value for code, value in once.answers.items() if code == "age_group"}
    again = project(once, Timing(), policy)
    assert canonical_json(entry_to_json(replace(again, answers={**again.answers, **derived}))) == written


# The policy against the book


def test_nothing_that_names_a_person_has_another_rule_than_drop():
    named = [one for one in the_policy().codes.values() if one.privacy_class is PrivacyClass.DIRECT_IDENTIFIER]

    assert len(named) >= 10
    assert all(isinstance(one.rule, Drop) for one in named)


def test_base64_of_a_canary_is_found_at_any_offset():
    # The search above would prove nothing if it could not find one.
    for offset in range(3):
        hidden = b64encode(bytes(offset) + CANARIES[0].encode() + b"...")
        assert any(form in hidden for form in forms_of(CANARIES[0]))
