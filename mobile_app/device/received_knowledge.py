"""Knowledge that came through the server, as folders beside the store (`KnowledgeReceiver`).

    knowledge/
      key                the public key that must have signed; the first that came with a release that could be used
      <digest>.part      as much of a release as has come
      1.2/               a release, checked, laid out and loaded once; its words of other languages in words.json
      refused            digests that cannot be used by this version of the app, so that they are not fetched each day

A release that breaks off is gone on with at the next sync: a line that holds for a minute a day is enough. None of it
is secret, and none of it is used before signature, digest and every rule of the loader are checked.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from mobile_app.ports.knowledge import Arrival, Fetch
from shared.errors import KnowledgeError, ServerNonsense
from shared.knowledge.loader import VERSION, load_knowledge
from shared.knowledge.release import MAX_BYTES, NoRelease, Release, digest_of, lay_out, read_release, version_order
from shared.privacy.policy import Vocabulary, load_policy
from shared.sentence import phrase
from shared.sync.messages import KnowledgeOffer

_CANNOT_READ = phrase("This app cannot read the new knowledge. Update the app; until then it works with what it has.")
_NOT_TRUSTED = phrase("The new knowledge is not signed by whom this tablet trusts. It was not taken.")
_WORDS = "words.json"


class ReceivedKnowledge:
    """The folder of what came."""

    def __init__(self, folder: Path, shipped: str, app_version: str) -> None:
        self._folder = folder
        self._shipped = shipped
        self._app_version = app_version

    @property
    def folder(self) -> Path:
        return self._folder

    def newest(self) -> str:
        """Return the highest version that is here, shipped or received."""
        try:
            names = [path.name for path in self._folder.iterdir() if path.is_dir() and VERSION.fullmatch(path.name)]
        except OSError:
            names = []
        return max([self._shipped, *names], key=version_order)

    def words(self, version: str) -> Mapping[str, Mapping[str, str]]:
        """Return the words that a received version brought: by language, by the English ones."""
        try:
            found: Mapping[str, Mapping[str, str]] = json.loads((self._folder / version / _WORDS).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def set_aside(self, version: str) -> None:
        """Put a received version away that cannot be loaded any more: its files were damaged."""
        broken = self._folder / f"{version}.broken"
        shutil.rmtree(broken, ignore_errors=True)
        (self._folder / version).rename(broken)

    def take(self, offer: KnowledgeOffer, fetch: Fetch) -> Arrival | None:
        if version_order(offer.version) <= version_order(self.newest()) or self._refusal(offer) in self._refused():
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        raw = self._fetched(offer, fetch)
        try:
            self._lay_out(offer, raw)
        except NoRelease:
            return self._refuse(offer, _NOT_TRUSTED)
        except KnowledgeError:
            return self._refuse(offer, _CANNOT_READ)
        finally:
            self._part(offer).unlink(missing_ok=True)
        return Arrival(offer.version)

    def _fetched(self, offer: KnowledgeOffer, fetch: Fetch) -> bytes:
        part = self._part(offer)
        for other in self._folder.glob("*.part"):
            if other != part:
                other.unlink(missing_ok=True)
        if not 0 < offer.size <= MAX_BYTES:
            raise ServerNonsense
        begun = part.stat().st_size if part.exists() else 0
        if begun < offer.size:
            with part.open("ab") as file:
                for piece in fetch(offer.digest, begun):
                    file.write(piece)
                    file.flush()
                    if file.tell() > offer.size:
                        break
        raw = part.read_bytes()
        if digest_of(raw) != offer.digest:
            if len(raw) >= offer.size:
                # Whatever this is: from the beginning, next time.
                part.unlink()
            raise ServerNonsense
        return raw

    def _lay_out(self, offer: KnowledgeOffer, raw: bytes) -> None:
        key = self._trusted() or bytes.fromhex(offer.key)
        release = read_release(raw, key)
        if release.version != offer.version:
            raise NoRelease("The release is of another version than was offered.")
        place = self._folder / "new" / release.version
        shutil.rmtree(place.parent, ignore_errors=True)
        try:
            _write(release, place)
            knowledge = load_knowledge(place)
            load_policy(place / "privacy.yaml", Vocabulary.of(knowledge))
            self._trust(key)
            place.rename(self._folder / release.version)
        finally:
            shutil.rmtree(place.parent, ignore_errors=True)

    def _refuse(self, offer: KnowledgeOffer, why: str) -> Arrival:
        with (self._folder / "refused").open("a", encoding="ascii") as file:
            file.write(self._refusal(offer) + "\n")
        return Arrival(offer.version, why)

    def _refused(self) -> list[str]:
        try:
            return (self._folder / "refused").read_text("ascii").splitlines()
        except (OSError, ValueError):
            return []

    def _refusal(self, offer: KnowledgeOffer) -> str:
        # After an update of the app it is tried again.
        return f"{offer.digest} {self._app_version}"

    def _trusted(self) -> bytes | None:
        try:
            return bytes.fromhex((self._folder / "key").read_text("ascii").strip())
        except (OSError, ValueError):
            return None

    def _trust(self, key: bytes) -> None:
        if self._trusted() is None:
            (self._folder / "key").write_text(key.hex(), "ascii")

    def _part(self, offer: KnowledgeOffer) -> Path:
        return self._folder / f"{offer.digest}.part"


def _write(release: Release, place: Path) -> None:
    lay_out(release, place)
    (place / _WORDS).write_text(json.dumps(release.translations, ensure_ascii=False), "utf-8")
    # On the disk before it gets the name under which it counts.
    for path in place.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
