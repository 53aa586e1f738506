"""What a sync brings is found: a few cases at once, a first sync's hundreds as soon as they were put in behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mobile_app.ports.search import SearchTerm
from mobile_app.storage.case_index import FOUND_AT_ONCE
from shared.case.entry import CaseId, EntryKind
from tests.outbox_world import answer, next_request, pulled

pytestmark = pytest.mark.usefixtures("enrolled")

BOYS = SearchTerm(codes=frozenset({"_sex_male"}))
GIRLS = SearchTerm(codes=frozenset({"_sex_female"}))
TODAY = date(2026, 11, 22)
MANY = FOUND_AT_ONCE + 1


def case(number):
    return CaseId(f"{number:032x}")


def take(store, *entries):
    request = next_request(store)
    store.outbox.save_response(request, answer(request, entries=entries))


def boys(first, count):
    return [pulled(seq, {"sex": "male"}, case_id=case(seq)) for seq in range(first, first + count)]


def follow(before, seq, kind, answers):
    """Return an entry of the case that `before` began, built on it."""
    (first,) = boys(before, 1)
    return replace(pulled(seq, answers, case_id=first.case_id, parents=(first.id,)), kind=kind)


def found(store, term=BOYS):
    return store.search.find([term], TODAY)


def test_a_few_new_cases_are_found_at_once(store):
    take(store, *boys(1, FOUND_AT_ONCE))

    assert (found(store).count, found(store).not_indexed) == (FOUND_AT_ONCE, 0)


def test_many_are_listed_at_once_and_the_search_says_how_many_it_lacks(store):
    take(store, *boys(1, MANY))

    assert store.count_cases() == MANY
    assert (found(store).count, found(store).not_indexed) == (0, MANY)
    assert store.search.index_some(MANY) == 0
    assert (found(store).count, found(store).not_indexed) == (MANY, 0)


def test_a_case_that_was_found_before_is_found_by_its_news_at_once_among_many(store):
    take(store, *boys(1, 1))
    take(store, follow(1, 2, EntryKind.CORRECTION, {"sex": "female"}), *boys(3, MANY))

    assert (found(store, GIRLS).count, found(store, BOYS).count) == (1, 0)
    assert found(store).not_indexed == MANY


def test_an_own_case_is_found_at_once_whatever_came_before_it(store):
    take(store, *boys(1, MANY))
    store.record(store.new_case_id(), EntryKind.ASSESSMENT, {"sex": "female"})

    assert found(store, GIRLS).count == 1


def test_what_is_withdrawn_before_it_was_put_in_is_never_found(store):
    take(store, *boys(1, MANY))
    take(store, follow(1, MANY + 1, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"}))
    store.search.index_some(MANY)

    assert (found(store).count, found(store).not_indexed) == (MANY - 1, 0)
