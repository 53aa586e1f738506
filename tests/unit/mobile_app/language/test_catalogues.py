"""The catalogues as they are committed: in step with the words, whole in every language, and compiled as they stand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from mobile_app import language
from mobile_app.commands.marked_words import NotLiteral, errors_with_words, marked_words
from mobile_app.commands.translations import (
    DOMAINS,
    TRANSLATED,
    as_mo,
    as_po,
    faults_in,
    make,
    missing_in,
    places_of,
    read_catalogue,
    sign,
    templates_of,
    updated,
)
from mobile_app.config import ASSETS
from mobile_app.sync_client.server_words import REASONS, SERVER_WORDS
from shared.language.catalogues import BOOK, TRANSLATIONS, catalogue_file, is_complete, is_reviewed
from shared.sync.messages import ChainHead
from sync_server.api.errors import PLAIN_ANSWERS
from sync_server.services import acceptance, carry, intake, refusals

ROOT = ASSETS.parent
EVERY = [(code, domain) for code in TRANSLATED for domain in DOMAINS]


@cache
def templates() -> dict[str, Catalog]:
    return templates_of(ROOT)


def template(domain: str) -> Catalog:
    return templates()[domain]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_template_has_every_word_there_is_to_translate(domain):
    written = (TRANSLATIONS / f"{domain}.pot").read_bytes()

    assert written == as_po(template(domain)), "run: make translations"


@pytest.mark.parametrize(("code", "domain"), EVERY)
def test_a_catalogue_has_the_words_of_its_template_and_no_others(code, domain):
    path = catalogue_file(code, domain, ".po")

    assert path.read_bytes() == as_po(updated(template(domain), read_catalogue(path, code), code, domain)), (
        "run: make translations"
    )


@pytest.mark.parametrize(("code", "domain"), EVERY)
def test_nothing_is_missing_in_any_language(code, domain):
    missing = missing_in(read_catalogue(catalogue_file(code, domain, ".po"), code))

    assert not missing, f"{len(missing)} are missing, such as {missing[:3]}"


@pytest.mark.parametrize(("code", "domain"), [one for one in EVERY if one[1] != BOOK])
def test_a_translation_has_the_named_places_of_its_english(code, domain):
    assert not faults_in(read_catalogue(catalogue_file(code, domain, ".po"), code))


@pytest.mark.parametrize(("code", "domain"), EVERY)
def test_what_the_app_reads_is_what_the_translators_wrote(code, domain):
    catalogue = read_catalogue(catalogue_file(code, domain, ".po"), code)
    compiled = catalogue_file(code, domain)

    # What is not complete is not compiled, so that a tablet never offers half a language.
    is_whole = not missing_in(catalogue)
    assert compiled.exists() == is_whole
    if is_whole:
        assert compiled.read_bytes() == as_mo(updated(template(domain), catalogue, code, domain)), (
            "run: make translations"
        )


def test_a_language_is_offered_when_nothing_of_it_is_missing():
    offered = {one.code for one in language.offered()}

    assert offered == {"en", *(code for code in TRANSLATED if is_complete(code))}


def test_what_a_server_answers_is_among_the_words_of_the_tablet():
    said = {
        refusals.NotSigned("n").message,
        refusals.Revoked().message,
        refusals.CodeRefused().message,
        refusals.DeviceTaken().message,
        refusals.CutOff().message,
        refusals.TooLarge().message,
        refusals.CannotUnpack().message,
        refusals.OtherVersion().message,
        refusals.IdentityRefused(ChainHead(0, b""), "", (), "").message,
        *(PLAIN_ANSWERS[status][1] for status in (400, 413, 415)),
        *(one.message for one in (carry.DAMAGED, carry.OTHER_SERVER, carry.OTHER_VERSION, carry.WRITER)),
    }

    assert said == set(SERVER_WORDS)


def test_every_reason_for_which_an_entry_is_set_apart_is_among_the_words_of_the_tablet():
    assert {*acceptance.REASONS.values(), *intake.REASONS} == set(REASONS)


def test_making_twice_changes_nothing_and_keeps_what_is_translated(tmp_path):
    list(make(ROOT, tmp_path))
    path = catalogue_file("fr", BOOK, ".po", tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace('msgid "shoulder"\nmsgstr ""', 'msgid "shoulder"\nmsgstr "épaule"'),
        encoding="utf-8",
    )
    list(make(ROOT, tmp_path))
    first = {file: file.read_bytes() for file in tmp_path.rglob("*.po*")}
    list(make(ROOT, tmp_path))

    assert first == {file: file.read_bytes() for file in tmp_path.rglob("*.po*")}
    assert "épaule".encode() in first[path]


def test_a_signature_goes_with_the_words_that_were_read(tmp_path):
    book = catalogue_file("fr", BOOK, folder=tmp_path)
    book.parent.mkdir(parents=True)
    book.write_bytes(b"words")
    sign("fr", "Dr A, paediatrician", tmp_path)
    assert is_reviewed("fr", tmp_path)

    book.write_bytes(b"other words")
    assert not is_reviewed("fr", tmp_path)


def catalogue_of(words: str | tuple[str, str], translated: str | tuple[str, ...]) -> Catalog:
    catalogue = Catalog(locale="ar")
    catalogue.add(words, translated)
    return catalogue


def test_named_places_that_differ_are_a_fault():
    assert faults_in(catalogue_of("Question {number}", "سؤال"))
    assert faults_in(catalogue_of("Question {number}", "سؤال {numero}"))
    assert faults_in(catalogue_of("Saved", "محفوظ {x"))
    assert not faults_in(catalogue_of("Question {number}", "سؤال {number}"))


def test_a_page_writes_its_places_and_per_cent_signs_in_its_own_way():
    assert faults_in(catalogue_of("Case %(code)s", "حالة"))
    assert faults_in(catalogue_of("%(low)s to %(high)s %%", "%(low)s - %(high)s %"))
    assert not faults_in(catalogue_of("%(low)s to %(high)s %%", "%(high)s %% - %(low)s"))
    assert not faults_in(catalogue_of("90% band", "90 %"))


def test_a_form_for_a_number_may_say_the_number_itself():
    days = ("{count} day", "{count} days")

    assert not faults_in(catalogue_of(days, ("لا", "يوم", "يومان", "{count} أيام", "{count} يومًا", "{count} يوم")))
    assert faults_in(catalogue_of(days, ("{n}", "يوم", "يومان", "{count} أيام", "{count} يومًا", "{count} يوم")))


def test_a_doubted_translation_is_a_missing_one():
    catalogue = Catalog(locale="fr")
    catalogue.add("Saved", "Enregistré", flags=["fuzzy"])
    catalogue.add("Sent", "")

    assert missing_in(catalogue) == ["Saved", "Sent"]


def test_the_english_words_of_the_book_can_be_shown_as_they_are():
    assert [message.id for message in template(BOOK) if places_of(str(message.id))] == []


def write(folder: Path, source: str) -> Path:
    for name in ("shared/case", "shared/crypto", "shared/measurement", "shared/sync", "shared/triage"):
        (folder / name).mkdir(parents=True)
    presenters = folder / "mobile_app" / "presenters"
    presenters.mkdir(parents=True)
    (folder / "shared" / "errors.py").write_text("")
    (presenters / "wording.py").write_text("")
    (presenters / "home.py").write_text(source, encoding="utf-8")
    return folder


def test_words_are_found_with_what_translators_are_told(tmp_path):
    source = """
# Translators: on the first button,
# which is large.
A = say("New case")
B = count_of(n, "{count} day", "{count} days")
C = say("Here" if is_here else "There")
D = say(TABLE[key])
raise StoreUnusable("It is full.")
"""
    found = [(words.words, words.many, words.comment) for words in marked_words(write(tmp_path, source))]

    assert found == [
        ("New case", "", "on the first button, which is large."),
        ("{count} day", "{count} days", ""),
        ("Here", "", ""),
        ("There", "", ""),
        ("It is full.", "", ""),
    ]


@pytest.mark.parametrize(
    "call", ['say(f"{n} days")', 'say("a" + b)', "phrase(name)", 'count_of(n, one, "{count} days")']
)
def test_words_that_are_put_together_where_they_are_said_are_refused(tmp_path, call):
    with pytest.raises(NotLiteral, match=r"home\.py:1"):
        list(marked_words(write(tmp_path, call)))


def test_errors_that_are_raised_with_words_are_known_by_their_names():
    assert {"StoreUnusable", "Locked", "SyncFailed"} <= errors_with_words()
    assert not {"InvalidInput", "WrongPin", "ServerRefused"} & errors_with_words()
