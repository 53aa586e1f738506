"""What it is and what it rests on can be read by whoever holds the tablet: every source, and what it supports."""

from __future__ import annotations

import pytest

from mobile_app.config import app_version
from mobile_app.navigation import Screen
from mobile_app.presenters.about import PAGE
from mobile_app.presenters.source_use import supported_by_source
from tests.book import the_book


@pytest.fixture
def about(finger):
    finger.flow.home.settings()
    finger.flow.settings.choose_section("about")
    assert finger.screen is Screen.ABOUT
    return finger.flow.about


def test_versions_and_counts_are_those_of_the_book_in_use(finger, about):
    book = the_book()
    facts = {fact.label: fact.value for fact in finger.view.facts}

    assert facts["Version"] == app_version()
    assert facts["Knowledge"].startswith(f"{book.version} of ")
    assert facts["Conditions"] == str(len(book.conditions))
    assert facts["Sources"] == str(len(book.sources))
    assert finger.view.sources_count == f"{len(book.sources)} sources"


def test_it_says_that_it_makes_no_diagnosis_and_was_not_validated(finger, about):
    assert "does not make a diagnosis" in finger.view.purpose
    assert any("not been validated" in statement for statement in finger.view.statements)


def test_every_source_is_reached_page_by_page(finger, about):
    assert len(finger.view.sources) == PAGE
    while finger.view.more_button:
        about.more()

    shown = [source.citation for source in finger.view.sources]
    assert shown == [source.citation for source in the_book().sources.values()]


def test_sources_are_found_by_author_year_and_by_what_they_support(finger, about):
    about.type("SONG 2019")
    assert any(source.citation.startswith("Song KS") for source in finger.view.sources)
    supports = supported_by_source(the_book())
    for typed in ("calcinosis neonat", "ULTRASOUND", "septic"):
        about.type(typed)
        expected = [
            source.citation
            for source in the_book().sources.values()
            if all(
                word in " ".join((source.citation, *supports[source.id])).casefold()
                for word in typed.casefold().split()
            )
        ]
        assert finger.view.sources
        assert [source.citation for source in finger.view.sources] == expected[:PAGE]


def test_a_word_that_stands_nowhere_finds_nothing_and_says_so(finger, about):
    about.type("xyzzy")

    assert finger.view.sources == ()
    assert finger.view.empty
    assert finger.view.more_button == ""


def test_leaving_forgets_what_was_typed(finger, about):
    about.type("song")
    about.back()
    finger.flow.settings.choose_section("about")

    assert (finger.view.typed, len(finger.view.sources)) == ("", PAGE)


def test_what_a_condition_rests_on_names_that_condition():
    book = the_book()
    supports = supported_by_source(book)

    for condition in book.conditions.values():
        for source in condition.prior_evidence.sources:
            assert condition.label in supports[source]
    for finding in book.findings.values():
        for likelihood in finding.likelihoods.values():
            for source in likelihood.evidence.sources:
                assert finding.label in supports[source]


def test_every_source_of_the_book_has_its_line():
    assert supported_by_source(the_book()).keys() == the_book().sources.keys()
