"""`handwise knowledge new-key` and `handwise knowledge release`: a version of the knowledge as one signed file.

    new-key KEY                     once; the file stays with whoever answers for the knowledge, away from the server
    release FOLDER KEY RELEASE      a sound folder as a signed file, for the coordinator's page to publish

`--words FOLDER` adds translations: fr.po, es.po, ar.po, ko.po with the new sentences.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from babel.messages.pofile import PoFileError, read_po

from shared.crypto.signing import SigningKey
from shared.errors import HandwiseError
from shared.knowledge.loader import load_knowledge
from shared.knowledge.release import LANGUAGES, NoRelease, release_of, write_release
from shared.knowledge.texts import texts_of
from shared.privacy.policy import Vocabulary, load_policy

DONE, BAD_INPUT = 0, 2
_KEY_LINE = "handwise knowledge key, private: "


def add_actions(actions: Any) -> None:
    """Add these actions to `handwise knowledge`."""
    new_key = actions.add_parser("new-key", help="make the key that releases are signed with; print its public half")
    new_key.add_argument("key", metavar="KEY", type=Path, help="new file for the private key")
    new_key.set_defaults(run=make_key)
    release = actions.add_parser("release", help="make a signed file of a knowledge folder, to be published")
    release.add_argument("folder", type=Path, help="the folder, called by its version")
    release.add_argument("key", metavar="KEY", type=Path, help="the private key, made by: handwise knowledge new-key")
    release.add_argument("file", metavar="RELEASE", type=Path, help="new file to write")
    release.add_argument("--words", metavar="FOLDER", type=Path, help="translations: fr.po, es.po, ar.po, ko.po")
    release.set_defaults(run=make_release)


def make_key(args: argparse.Namespace) -> int:
    """Write a new private key, readable by its owner only, and print the public one."""
    key = SigningKey.generate()
    try:
        handle = os.open(args.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{_KEY_LINE}{key.private_bytes.hex()}\n")
    except FileExistsError:
        return _refused("new-key", "There is a file of this name already. Choose another name.")
    except OSError:
        return _refused("new-key", "The file cannot be written there. Choose another folder.")
    print(f"Public key: {key.public_bytes.hex()}")
    print("Tell it to the server: handwise-server trust-knowledge-key PUBLIC_KEY")
    return DONE


def make_release(args: argparse.Namespace) -> int:
    """Check the folder, sign it, and write the file."""
    try:
        key = _read_key(args.key)
        knowledge = load_knowledge(args.folder)
        load_policy(args.folder / "privacy.yaml", Vocabulary.of(knowledge))
        words = _words(args.words, {text for _, text in texts_of(knowledge)}) if args.words else {}
        raw = write_release(release_of(args.folder.resolve(), words), key)
        with args.file.open("xb") as file:
            file.write(raw)
    except FileExistsError:
        return _refused("release", "There is a file of this name already. Choose another name.")
    except OSError:
        return _refused("release", "A file cannot be read or written. Look at the three names.")
    except HandwiseError as error:
        return _refused("release", str(error))
    print(f"Knowledge {knowledge.version}, {len(raw):,} bytes, signed with {key.public_bytes.hex()[:16]}...")
    for language, found in sorted(words.items()):
        print(f"  {language}: {len(found)} sentences")
    return DONE


def _read_key(path: Path) -> SigningKey:
    text = path.read_text("ascii", errors="replace").strip()
    digits = text.removeprefix(_KEY_LINE)
    if digits == text or len(digits) != 64 or set(digits) - set("0123456789abcdef"):
        raise NoRelease("The key file is not one that handwise knowledge new-key made.")
    return SigningKey(bytes.fromhex(digits))


def _words(folder: Path, texts: set[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        if not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError, ValueError):
            raise NoRelease(f"{language}.po is no catalogue of translations.") from None
        words = {message.id: message.string for message in catalogue if message.id in texts and not message.fuzzy}
        found[language] = {str(english): str(said) for english, said in words.items() if said}
    return found


def _refused(action: str, sentence: str) -> int:
    print(f"handwise knowledge {action}: {sentence}", file=sys.stderr)
    return BAD_INPUT
