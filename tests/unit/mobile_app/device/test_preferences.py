"""The preferences are read before unlocking, whatever state their file is in, and are written durably or not at all."""

from __future__ import annotations

import json

import pytest

from mobile_app.device.preferences import FilePreferences
from mobile_app.locked_ports import Preferences
from shared.errors import StoreFull, StoreUnusable
from tests.presenter_world import a_full_disk

CHOSEN = Preferences(language="ar", is_large=True, less_motion=True, digits="arabic_indic")


def test_what_was_chosen_is_read_again_by_the_next_start(tmp_path):
    FilePreferences(tmp_path / "data" / "preferences.json").keep(CHOSEN)

    assert FilePreferences(tmp_path / "data" / "preferences.json").read() == CHOSEN
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["preferences.json"]


def test_the_file_is_plain_json_with_four_things_and_nothing_else(tmp_path):
    FilePreferences(tmp_path / "preferences.json").keep(CHOSEN)

    body = json.loads((tmp_path / "preferences.json").read_text())

    assert body == {"language": "ar", "is_large": True, "less_motion": True, "digits": "arabic_indic"}


def test_a_missing_file_means_the_defaults_and_is_not_made_by_reading(tmp_path):
    assert FilePreferences(tmp_path / "preferences.json").read() == Preferences()
    assert list(tmp_path.iterdir()) == []


def test_a_file_cut_off_at_any_byte_means_the_defaults(tmp_path):
    path = tmp_path / "preferences.json"
    FilePreferences(path).keep(CHOSEN)
    whole = path.read_bytes()

    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert FilePreferences(path).read() == Preferences()


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"[]", b'"ar"', b"null", b"[" * 4000, b"{" * 4000],
)
def test_a_damaged_file_means_the_defaults(tmp_path, content):
    (tmp_path / "preferences.json").write_bytes(content)

    assert FilePreferences(tmp_path / "preferences.json").read() == Preferences()


def test_one_damaged_thing_takes_none_of_the_others_with_it(tmp_path):
    path = tmp_path / "preferences.json"
    path.write_text('{"language": "../../etc", "is_large": true, "less_motion": "yes", "digits": ["western"]}')

    assert FilePreferences(path).read() == Preferences(is_large=True)


def test_a_folder_in_the_place_of_the_file_means_the_defaults_and_a_sentence_when_writing(tmp_path):
    (tmp_path / "preferences.json").mkdir()
    preferences = FilePreferences(tmp_path / "preferences.json")

    assert preferences.read() == Preferences()
    with pytest.raises(StoreUnusable, match="cannot be written down"):
        preferences.keep(CHOSEN)
    assert [path.name for path in tmp_path.iterdir()] == ["preferences.json"]


def test_a_full_disk_is_said_and_what_was_chosen_before_is_still_there(tmp_path):
    preferences = FilePreferences(tmp_path / "preferences.json")
    preferences.keep(CHOSEN)

    with a_full_disk(), pytest.raises(StoreFull):
        preferences.keep(Preferences())

    assert preferences.read() == CHOSEN
    assert [path.name for path in tmp_path.iterdir()] == ["preferences.json"]
