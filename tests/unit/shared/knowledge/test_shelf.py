"""The versions that are shipped: which there are, and that a released one is never changed."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from mobile_app.config import KNOWLEDGE_VERSION
from shared.errors import InvalidInput, KnowledgeError
from shared.knowledge.loader import load_knowledge
from shared.knowledge.shelf import Shelf
from tests.book import KNOWLEDGE

SHIPPED = KNOWLEDGE.parent
FROZEN = {"1.0": "e68062d1e2f316fd70fae47afa25c809b3d5c805f51a74c6ff843a7ef9c92aa8"}
"""The hash of every released version. A new line is added with each release; no line is ever changed."""


@pytest.mark.parametrize(("version", "content_hash"), FROZEN.items())
def test_a_released_version_is_never_changed(version, content_hash):
    assert load_knowledge(SHIPPED / version).content_hash == content_hash


def test_one_changed_byte_of_a_released_version_is_noticed(tmp_path):
    shutil.copytree(SHIPPED / "1.0", tmp_path / "1.0")
    changed = tmp_path / "1.0" / "groups.yaml"
    changed.write_bytes(changed.read_bytes() + b"\n")

    assert load_knowledge(tmp_path / "1.0").content_hash != FROZEN["1.0"]


def test_the_shelf_holds_what_is_shipped_the_oldest_first_and_knows_the_current_one():
    shelf = Shelf(SHIPPED, KNOWLEDGE_VERSION)

    assert shelf.versions == ("1.0", "1.1")
    assert shelf.current.version == KNOWLEDGE_VERSION == shelf.versions[-1]


def test_each_version_says_its_own_name():
    shelf = Shelf(SHIPPED, KNOWLEDGE_VERSION)

    assert [shelf.knowledge(version).version for version in shelf.versions] == list(shelf.versions)


def test_ten_comes_after_nine(tmp_path):
    for name in ("1.10", "1.9", "1.2", "2.0", "notes", ".git"):
        (tmp_path / name).mkdir()

    assert Shelf(tmp_path, "2.0").versions == ("1.2", "1.9", "1.10", "2.0")


def test_a_version_is_read_once_also_by_two_threads_at_a_time():
    shelf = Shelf(SHIPPED, KNOWLEDGE_VERSION)
    with ThreadPoolExecutor(4) as pool:
        books = list(pool.map(shelf.knowledge, ["1.0"] * 4))

    assert all(book is books[0] for book in books)


def test_an_unknown_version_gives_one_clear_sentence():
    shelf = Shelf(SHIPPED, KNOWLEDGE_VERSION)

    with pytest.raises(InvalidInput) as refusal:
        shelf.knowledge("9.9")
    assert str(refusal.value) == "knowledge: 9.9 is not one of the versions here: 1.0, 1.1"


@pytest.mark.parametrize("text", ["Anna Sample", "../1.0", "", "1"])
def test_what_is_no_version_is_not_repeated_and_leads_to_no_other_folder(text):
    with pytest.raises(InvalidInput) as refusal:
        Shelf(SHIPPED, KNOWLEDGE_VERSION).knowledge(text)
    assert str(refusal.value) == "knowledge: is not one of the versions here: 1.0, 1.1"


def test_a_shelf_that_is_not_there_holds_nothing(tmp_path):
    shelf = Shelf(tmp_path / "missing", "1.0")

    assert shelf.versions == ()
    with pytest.raises(InvalidInput, match="versions here: none"):
        shelf.knowledge("1.0")


def test_a_damaged_version_names_its_problems(tmp_path):
    shutil.copytree(SHIPPED / "1.0", tmp_path / "1.0")
    (tmp_path / "1.0" / "groups.yaml").unlink()

    with pytest.raises(KnowledgeError, match="groups.yaml"):
        Shelf(tmp_path, "1.0").knowledge("1.0")
