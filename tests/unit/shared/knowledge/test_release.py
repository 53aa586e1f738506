"""A version of the book travels as one signed file, and nothing but what was signed is taken in."""

from __future__ import annotations

import pytest

from mobile_app.config import ASSETS, KNOWLEDGE_VERSION
from shared.canonical import canonical_json
from shared.crypto.signing import SigningKey
from shared.knowledge.loader import load_knowledge
from shared.knowledge.release import (
    MAX_BYTES,
    NoRelease,
    Release,
    digest_of,
    lay_out,
    read_release,
    release_of,
    version_order,
    write_release,
    zstd,
)

FOLDER = ASSETS / "knowledge" / KNOWLEDGE_VERSION
KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(range(1, 33)))
_MAGIC = b"handwise-knowledge-1\n"


@pytest.fixture(scope="module")
def raw() -> bytes:
    return write_release(release_of(FOLDER, {"fr": {"Fever": "Fièvre"}}), KEY)


def signed(body: object) -> bytes:
    text = body if isinstance(body, bytes) else canonical_json(body)
    return _MAGIC + KEY.public_bytes + KEY.sign(_MAGIC + text) + zstd.compress(text)


def test_what_is_laid_out_from_a_release_is_the_same_book(raw, tmp_path):
    found = read_release(raw, KEY.public_bytes)
    lay_out(found, tmp_path / found.version)

    assert (found.version, found.translations, found.public_key) == (
        KNOWLEDGE_VERSION,
        {"fr": {"Fever": "Fièvre"}},
        KEY.public_bytes,
    )
    assert load_knowledge(tmp_path / found.version).content_hash == load_knowledge(FOLDER).content_hash


def test_the_same_folder_and_key_give_the_same_file(raw):
    assert digest_of(write_release(release_of(FOLDER, {"fr": {"Fever": "Fièvre"}}), KEY)) == digest_of(raw)


@pytest.mark.parametrize("place", [0, 25, 60, 118, 5000, -1])
def test_one_changed_bit_is_noticed_wherever_it_is(raw, place):
    changed = bytearray(raw)
    changed[place] ^= 1

    with pytest.raises(NoRelease):
        read_release(bytes(changed), KEY.public_bytes)


@pytest.mark.parametrize("length", [0, 20, 60, 117, 118, 10_000])
def test_a_file_that_was_cut_off_is_noticed(raw, length):
    with pytest.raises(NoRelease):
        read_release(raw[:length])


def test_only_the_trusted_key_may_sign(raw):
    with pytest.raises(NoRelease, match="another key"):
        read_release(raw, OTHER.public_bytes)
    assert read_release(raw).public_key == KEY.public_bytes


def test_a_file_that_is_too_large_or_unpacks_to_too_much_is_not_read():
    with pytest.raises(NoRelease, match="larger"):
        read_release(bytes(MAX_BYTES + 1))
    with pytest.raises(NoRelease, match="8 MiB"):
        read_release(signed(b" " * 9 * 1024 * 1024))


@pytest.mark.parametrize(
    "name",
    ["../knowledge.yaml", "/etc/passwd.yaml", "findings/../x.yaml", "other/fever.yaml", "findings/a/b.yaml", "x.py"]
    + ["findings//fever.yaml", ".yaml", "findings/.yaml", "C:evil.yaml", "con\x00.yaml", "знание.yaml"],
)
def test_no_file_of_a_release_leads_out_of_its_folder(name):
    with pytest.raises(NoRelease, match="do not belong"):
        read_release(signed({"version": "1.2", "files": {name: "a: 1\n"}, "translations": {}}))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        {"version": "1.2", "files": {}},
        {"version": "one", "files": {}, "translations": {}},
        {"version": "1.2", "files": [], "translations": {}},
        {"version": "1.2", "files": {"knowledge.yaml": 1}, "translations": {}},
        {"version": "1.2", "files": {}, "translations": {"xx": {}}},
        {"version": "1.2", "files": {}, "translations": {"fr": {"a": 1}}},
    ],
)
def test_what_is_signed_but_is_no_release_is_refused_in_one_sentence(body):
    with pytest.raises(NoRelease) as refused:
        read_release(signed(body))
    assert str(refused.value).endswith(".")


def test_versions_are_ordered_by_their_numbers():
    assert version_order("1.10") > version_order("1.9")
    assert version_order("2.0") > version_order("1.10.3")
    assert version_order("no version") < version_order("0.1")
    assert Release("1.2", {}).order == (1, 2)
