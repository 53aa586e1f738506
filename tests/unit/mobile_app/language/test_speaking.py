"""The language in use: lookup, plural forms, dates, lists, digits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo

from mobile_app import language
from mobile_app.commands.translations import PlainCatalog
from mobile_app.language import formats, speaking
from mobile_app.presenters.wording import (
    age_in_words,
    count_of,
    day_in_words,
    in_words,
    moment_in_words,
    place_in_words,
    quantity_in_words,
    say,
    sentences,
    translation_note,
)
from shared.errors import InvalidInput, ServerRefused, StoreUnusable, WrongPin
from shared.language import catalogues
from shared.sentence import counted, sentence

ARABIC_DAYS = ("لا أيام", "يوم واحد", "يومان", "{count} أيام", "{count} يومًا", "{count} يوم")


@pytest.fixture
def arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Bring an Arabic catalogue of a few words, and speak it."""
    app, book = PlainCatalog(locale="ar"), PlainCatalog(locale="ar")
    app.add(("{count} day", "{count} days"), ARABIC_DAYS)
    app.add("Question {number}", "السؤال {number}")
    app.add("Wrong PIN.", "رمز خاطئ.")
    app.add("Translation not yet reviewed by a clinician", "لم تُراجَع الترجمة بعد")
    book.add("Fever", "حمّى")
    for domain, catalogue in (("handwise", app), ("knowledge", book)):
        path = catalogues.catalogue_file("ar", domain, folder=tmp_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = BytesIO()
        write_mo(file, catalogue)
        path.write_bytes(file.getvalue())
    monkeypatch.setattr(catalogues.open_catalogue, "__defaults__", (tmp_path,))
    monkeypatch.setattr(catalogues.is_reviewed, "__defaults__", (tmp_path,))
    language.use("ar")
    return tmp_path


def test_english_needs_no_catalogue():
    assert say("Question {number}", number=3) == "Question 3"
    assert count_of(1, "{count} day", "{count} days") == "1 day"
    assert language.translate_book("Fever") == "Fever"


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "لا أيام"), (1, "يوم واحد"), (2, "يومان"), (3, "3 أيام"), (10, "10 أيام"), (11, "11 يومًا"), (100, "100 يوم")],
)
def test_arabic_has_a_form_for_each_of_its_six_numbers(arabic, count, words):
    assert count_of(count, "{count} day", "{count} days") == words
    assert in_words(counted(count, "{count} day", "{count} days")) == words


def test_words_of_the_app_and_of_the_book_have_catalogues_of_their_own(arabic):
    assert language.translate_book("Fever") == "حمّى"
    assert language.translate("Fever") == "Fever"


def test_what_a_catalogue_lacks_is_said_in_english(arabic):
    assert say("Saved") == "Saved"
    assert count_of(2, "{count} case", "{count} cases") == "2 cases"


def test_the_empty_text_stays_empty_though_the_catalogue_has_a_header_there(arabic):
    assert (say(""), language.translate_book("")) == ("", "")


def test_an_unknown_language_is_english():
    assert language.use("tlh") is language.ENGLISH
    assert language.current() is language.ENGLISH


def test_errors_are_said_in_the_language_in_use_and_stay_english_as_text(arabic):
    assert in_words(WrongPin(0)) == "رمز خاطئ."
    assert str(WrongPin(0)) == "Wrong PIN."
    assert str(WrongPin(30)) == "Wrong PIN. Next try in 30 seconds."
    assert str(WrongPin(300)) == "Wrong PIN. Next try in 5 minutes."


def test_a_machine_path_is_for_developers_and_a_sentence_for_the_clinician():
    plain = InvalidInput("measurements.crp.unit", "is missing")
    said = InvalidInput("pin", "must have at least 6 digits", sentence("The PIN must have at least {n} digits.", n=6))

    assert (str(plain), str(said)) == ("measurements.crp.unit: is missing", "pin: must have at least 6 digits")
    assert in_words(plain) == "What was entered cannot be used. Go back and check it."
    assert in_words(said) == "The PIN must have at least 6 digits."


def test_a_sentence_of_the_server_may_hold_a_brace():
    assert in_words(ServerRefused("This server {is} odd.")) == "This server {is} odd."
    assert str(StoreUnusable("Left as it was on {day}.", day="Monday")) == "Left as it was on Monday."


def test_a_sentence_may_stand_in_a_sentence(arabic):
    inner = counted(2, "{count} day", "{count} days")

    assert in_words(sentence("Question {number}", number=inner)) == "السؤال يومان"
    assert str(sentence("Question {number}", number=inner)) == "Question 2 days"


def test_dates_are_written_as_the_language_writes_them():
    day = date(2026, 11, 21)
    written = {}
    for one in language.LANGUAGES:
        language.use(one.code)
        written[one.code] = (day_in_words(day), formats.month_and_year(day))

    assert written == {
        "en": ("21 Nov", "November 2026"),
        "ar": ("21 نوفمبر", "نوفمبر 2026"),
        "fr": ("21 nov.", "novembre 2026"),
        "es": ("21 nov", "noviembre de 2026"),
        "ko": ("11월 21일", "2026년 11월"),
    }


def test_lists_are_joined_as_the_language_joins_them():
    joined = {}
    for one in language.LANGUAGES:
        language.use(one.code)
        joined[one.code] = formats.listed(["CRP", "ESR", "X"])

    assert joined["en"] == "CRP, ESR and X"
    assert joined["fr"] == "CRP, ESR et X"
    assert len(set(joined.values())) == len(joined)
    assert (formats.listed([]), formats.listed(["CRP"])) == ("", "CRP")


def test_arabic_indic_digits_are_for_running_text_and_never_for_what_is_measured(arabic):
    language.use("ar", "arabic_indic")

    assert say("Question {number}", number=12) == "السؤال ١٢"
    assert count_of(3, "{count} day", "{count} days") == "٣ أيام"
    assert day_in_words(date(2026, 11, 21)) == "٢١ نوفمبر"
    assert quantity_in_words(0.36, "mg/L") == "0.36 mg/L"


def test_only_arabic_has_such_digits_and_the_usual_ones_are_western(arabic):
    assert say("Question {number}", number=12) == "السؤال 12"
    language.use("fr", "arabic_indic")
    assert not speaking.has_arabic_indic_digits()


def test_the_note_stands_until_a_clinician_has_signed_the_words_as_they_are(arabic):
    assert translation_note() == "لم تُراجَع الترجمة بعد"

    signature = f"by: Dr A\nof: {catalogues.digest_of_book('ar', arabic)}\n"
    catalogues.review_file("ar", arabic).write_text(signature, encoding="utf-8")
    language.use("en")
    assert translation_note() == ""
    language.use("ar")
    assert translation_note() == ""

    book = catalogues.catalogue_file("ar", "knowledge", folder=arabic)
    book.write_bytes(book.read_bytes() + b"\0")
    language.use("en")
    language.use("ar")
    assert translation_note() != ""


def test_a_damaged_catalogue_means_english(arabic):
    catalogues.catalogue_file("ar", "handwise", folder=arabic).write_bytes(b"no catalogue")
    language.use("en")
    language.use("ar")

    assert say("Question {number}", number=3) == "Question 3"


@pytest.mark.parametrize(
    ("regions", "side", "words"),
    [
        (("hand",), "left", "left hand"),
        (("hand", "wrist"), "left", "left hand and wrist"),
        (("foot",), "both", "foot on both sides"),
        (("hand",), "unknown", "hand"),
        (("unspecified",), "unknown", "place not given"),
        ((), "", "place not given"),
    ],
)
def test_a_place_with_its_side_is_one_phrase(regions, side, words):
    assert place_in_words(regions, side) == words


def test_an_age_has_a_form_for_one_of_each():
    assert [age_in_words(days) for days in (1, 5, 42, 274, 1461)] == [
        "1 day",
        "5 days",
        "6 weeks",
        "9 months",
        "4 years",
    ]


def test_an_advice_is_cut_into_sentences_in_scripts_without_large_letters_too():
    assert sentences("اتصل بالجراح. لا تنتظر؛ انقل الطفل.") == ("اتصل بالجراح", "لا تنتظر", "انقل الطفل")
    assert sentences("외과에 연락하세요. 기다리지 마세요.") == ("외과에 연락하세요", "기다리지 마세요")


def test_moments_of_today_and_yesterday_are_said_so():
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    moments = [moment_in_words(now - timedelta(days=days), now) for days in (0, 1, 2)]

    assert moments == ["today 09:30", "yesterday 09:30", "19 Nov 09:30"]
