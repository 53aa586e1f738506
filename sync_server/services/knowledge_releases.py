"""Knowledge for the tablets: a signed file is given, looked at, and published; tablets are told of the newest.

    given by an administrator ──checked──▶ waits, with what it changes ──published──▶ offered in the answer to each sync

The server signs nothing. It takes in only what the key signed that was named on the server itself
(`handwise-server trust-knowledge-key`), and tablets check that signature again. What is published stays as it is: a
mistake is put right by a newer version.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from shared.crypto.signing import PUBLIC_KEY_BYTES
from shared.errors import HandwiseError, InvalidInput
from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.release import NoRelease, Release, digest_of, lay_out, read_release, version_order
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.sync.messages import KnowledgeOffer
from sync_server.database import Database
from sync_server.repositories import knowledge_releases
from sync_server.repositories.knowledge_releases import StoredRelease
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.refusals import NoSuchRelease
from sync_server.services.wording import ReleasedBook

LOOKED_UP_S = 30
"""So long a server process may not know what another one has published."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the knowledge, and the ids in it that a release adds, takes away or changes."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release on the page. `changes`: against the version that is in use, only for one that waits.

    `names` says of what is in `changes` how the release calls it, in the user's language where it brings the word.
    """

    version: str
    digest: str
    size: int
    published_on: str
    changes: tuple[Part, ...]
    languages: tuple[str, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnowledgeView:
    """`shipped` came with the server; `newest` is what tablets should use; `key`: 64 hexadecimal digits or empty."""

    shipped: str
    newest: str
    key: str
    waiting: tuple[ReleaseView, ...]
    published: tuple[ReleaseView, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeService:
    """Takes releases in, publishes them, and hands them out."""

    database: Database
    shipped: KnowledgeBase
    today: Callable[[], str]
    seconds: Callable[[], float] = time.monotonic
    _newest: list[tuple[float, KnowledgeOffer | None]] = field(default_factory=list, repr=False, compare=False)
    _book: list[tuple[str, ReleasedBook]] = field(default_factory=list, repr=False, compare=False)
    _reading: Lock = field(default_factory=Lock, repr=False, compare=False)

    def trust(self, public_key: str) -> None:
        """Keep the public key of whoever answers for the knowledge, as hexadecimal digits.

        Raises:
            InvalidInput: it is no key.
        """
        try:
            key = bytes.fromhex(public_key)
        except ValueError:
            key = b""
        if len(key) != PUBLIC_KEY_BYTES:
            raise InvalidInput("key", f"must be {2 * PUBLIC_KEY_BYTES} hexadecimal digits, as new-key printed them")
        with self.database.writing() as session:
            knowledge_releases.trust(session, key)
            audit.record(session, audit.OPERATOR, audit.TRUSTED, f"knowledge key {public_key[:16].lower()}")

    def view(self) -> KnowledgeView:
        with self.database.reading() as session:
            key = knowledge_releases.trusted_key(session)
            found = knowledge_releases.every(session)
            bodies = {
                one.digest: body[0]
                for one in found
                if not one.published_on and (body := knowledge_releases.body_of(session, one.digest)) is not None
            }
            in_use = self._in_use(found)
            used = None if in_use is None else knowledge_releases.body_of(session, in_use.digest)
            before = self.shipped if used is None else book_of(used[0])[0]
        return KnowledgeView(
            shipped=self.shipped.version,
            newest=before.version,
            key=key.hex() if key else "",
            waiting=tuple(self._waiting(one, bodies[one.digest], before) for one in found if not one.published_on),
            published=tuple(
                ReleaseView(one.version, one.digest, one.size, one.published_on, (), (), {})
                for one in found
                if one.published_on
            ),
        )

    def give(self, raw: bytes, user: User) -> None:
        """Keep a signed file until it is published.

        Raises:
            NoRelease: it cannot be used; nothing of it was kept.
        """
        with self.database.reading() as session:
            trusted = knowledge_releases.trusted_key(session)
            found = knowledge_releases.every(session)
        if trusted is None:
            raise NoRelease(
                "No key is trusted on this server yet. On the server itself: handwise-server trust-knowledge-key."
            )
        release = read_release(raw, trusted)
        if release.order <= version_order(self.shipped.version):
            raise NoRelease(
                "The server has knowledge {version}. Give the release a higher version.", version=self.shipped.version
            )
        if any(release.order <= version_order(one.version) for one in found):
            raise NoRelease("A release of this or a higher version is here already. Give it a higher version.")
        try:
            book_of(raw)
        except HandwiseError:
            raise NoRelease(
                "This server cannot read that knowledge. Update the server, or run: handwise knowledge check."
            ) from None
        with self.database.writing() as session:
            knowledge_releases.add(session, release.version, digest_of(raw), raw, user.user_no)
            audit.record(session, audit.user(user.user_no), audit.GIVEN, f"knowledge {release.version}")

    def publish(self, digest: str, user: User) -> None:
        """Let tablets see a release that waits. Doing it again changes nothing.

        Raises:
            NoSuchRelease: there is none.
        """
        self._decide(digest, user, is_published=True)

    def discard(self, digest: str, user: User) -> None:
        """Take a release away that waits.

        Raises:
            NoSuchRelease: there is none, or it is published.
        """
        self._decide(digest, user, is_published=False)

    def piece(self, digest: str, start: int) -> bytes:
        """Return a published file from a byte on.

        Raises:
            NoSuchRelease: it is not there, not published, or has no such byte.
        """
        with self.database.reading() as session:
            found = knowledge_releases.body_of(session, digest)
        if found is None or not found[1] or start >= len(found[0]):
            raise NoSuchRelease
        return found[0][start:]

    def offer(self, has: str) -> KnowledgeOffer | None:
        """Return what a tablet that works with version `has` should fetch, if anything."""
        newest = self._looked_up()
        return newest if newest is not None and version_order(newest.version) > version_order(has) else None

    def book(self) -> ReleasedBook | None:
        """Return the version that tablets should use, for its words.

        None while that is the shipped one, and for the moment in which another thread reads it.
        """
        newest, known = self._looked_up(), self._book[:]
        if newest is None or (known and known[0][0] == newest.digest):
            return known[0][1] if newest is not None else None
        if not self._reading.acquire(blocking=False):
            return None
        try:
            with self.database.reading() as session:
                found = knowledge_releases.body_of(session, newest.digest)
            if found is None:
                return None
            knowledge, _, release = book_of(found[0])
            made = ReleasedBook(knowledge, release.translations)
            self._book[:] = [(newest.digest, made)]
            return made
        finally:
            self._reading.release()

    def policies(self) -> tuple[PrivacyPolicy, ...]:
        """Return what each published version lets tablets send, the newest first; as it is now, not as it was noted."""
        with self.database.reading() as session:
            digests = knowledge_releases.published(session).values()
            found = [knowledge_releases.body_of(session, digest) for digest in digests]
        books = [book_of(one[0]) for one in found if one is not None]
        return tuple(policy for _, policy, _ in sorted(books, key=lambda book: book[2].order, reverse=True))

    def _looked_up(self) -> KnowledgeOffer | None:
        now, known = self.seconds(), self._newest[:]
        if known and now - known[0][0] <= LOOKED_UP_S:
            return known[0][1]
        # Who looks may hold a connection already: the others go on with what was known, and do not wait for a second.
        self._newest[:] = [(now, known[0][1] if known else None)]
        with self.database.reading() as session:
            key = knowledge_releases.trusted_key(session)
            one = self._in_use(knowledge_releases.every(session))
        made = None if one is None or key is None else KnowledgeOffer(one.version, one.digest, one.size, key.hex())
        self._newest[:] = [(now, made)]
        return made

    def _decide(self, digest: str, user: User, *, is_published: bool) -> None:
        with self.database.writing() as session:
            waiting = {one.digest: one for one in knowledge_releases.every(session) if not one.published_on}
            if digest not in waiting:
                raise NoSuchRelease
            if is_published:
                knowledge_releases.publish(session, digest, self.today())
            else:
                knowledge_releases.discard(session, digest)
            word = audit.PUBLISHED if is_published else audit.DISCARDED
            audit.record(session, audit.user(user.user_no), word, f"knowledge {waiting[digest].version}")
        self._newest.clear()

    def _in_use(self, found: tuple[StoredRelease, ...]) -> StoredRelease | None:
        shipped = version_order(self.shipped.version)
        newer = [one for one in found if one.published_on and version_order(one.version) > shipped]
        return max(newer, key=lambda one: version_order(one.version), default=None)

    def _waiting(self, one: StoredRelease, raw: bytes, before: KnowledgeBase) -> ReleaseView:
        knowledge, _, release = book_of(raw)
        languages = tuple(sorted(release.translations))
        changes, book = differences(before, knowledge), ReleasedBook(knowledge, release.translations)
        codes = {code for part in changes for code in (*part.added, *part.removed, *part.changed)}
        labels = {code: label for of in (before, knowledge) for code, label in _labels(of).items() if code in codes}
        names = {code: book.term(label) for code, label in labels.items()}
        return ReleaseView(one.version, one.digest, one.size, "", changes, languages, names)


def _labels(book: KnowledgeBase) -> dict[str, str]:
    return {
        **{one.id: one.label for one in book.conditions.values()},
        **{one.id: one.label for one in book.findings.values()},
        **{one.id: one.label for one in book.measurements.values()},
    }


@lru_cache(maxsize=4)
def book_of(raw: bytes) -> tuple[KnowledgeBase, PrivacyPolicy, Release]:
    """Return what is in a signed file that was checked already, read as the folder that it was.

    Raises:
        KnowledgeError: this version of the server cannot read it.
    """
    release = read_release(raw)
    with TemporaryDirectory() as place:
        folder = Path(place) / release.version
        lay_out(release, folder)
        knowledge = load_knowledge(folder)
        return knowledge, load_policy(folder / "privacy.yaml", Vocabulary.of(knowledge)), release


def differences(before: KnowledgeBase, after: KnowledgeBase) -> tuple[Part, ...]:
    """Return what differs between two versions, part by part; parts in which nothing differs are left out."""
    parts: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("conditions", before.conditions, after.conditions),
        ("findings", before.findings, after.findings),
        ("measurements", before.measurements, after.measurements),
        ("rules", before.rules, after.rules),
        ("plans", before.plans, after.plans),
        ("sources", before.sources, after.sources),
    )
    found = tuple(
        Part(
            name,
            added=tuple(sorted(new.keys() - old.keys())),
            removed=tuple(sorted(old.keys() - new.keys())),
            changed=tuple(sorted(code for code in old.keys() & new.keys() if old[code] != new[code])),
        )
        for name, old, new in parts
    )
    return tuple(part for part in found if part.added or part.removed or part.changed)
