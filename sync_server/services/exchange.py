"""The one exchange, seen from the server: take in what is pushed, give out what is new.

    signature, reading, policy, hashes ──▶ one transaction: lock the site, let the tablet in, store the batches,
    read the page ──▶ commit ──▶ answer

What needs no database is done before the lock is taken. The answer leaves after the commit. Every rule that this
follows stands in `shared/sync/PROTOCOL.md`, sections 3 and 4.

A tablet that remembers more than is stored shows that the database was put back to an older one. The positions that
were lost are given out anew, so no cursor of the site means anything any more: the site gets a new epoch.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from shared.case.entry import EntryKind
from shared.errors import InvalidInput
from shared.sync.batch import MAX_ENTRIES
from shared.sync.holding import Holding
from shared.sync.messages import KnowledgeOffer, Review, SyncRequest, SyncResponse
from sync_server.database import Database
from sync_server.repositories import devices, entries, holdings, reviews, sites
from sync_server.repositories.devices import Device
from sync_server.repositories.statements import undone_if_it_fails
from sync_server.services import audit
from sync_server.services.authentication import Asking, Authentication
from sync_server.services.intake import DIFFERS, Intake, LookedThrough
from sync_server.services.packed_answer import AnswerPacker
from sync_server.services.refusals import IdentityRefused, Malformed, OtherVersion, Refusal
from sync_server.services.request_signature import SignedRequest

PAGE = 500
"""Entries and reviews in one answer, at most. None is larger than 12 KB, so an answer stays under 8 MiB."""
MANY_WAIT, PAGE_WHILE_MANY_WAIT = 4, 100
"""While so many exchanges wait for their turn, a push is answered with a smaller page: what tablets bring is stored and
acknowledged first, what they fetch comes with their next requests."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and the canonical JSON of each entry that it brings; `response.entries` is empty."""

    response: SyncResponse
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ExchangeService:
    """Answers `POST /v1/sync`."""

    database: Database
    authentication: Authentication
    intake: Intake
    epoch: str
    today: Callable[[], str]
    newer_knowledge: Callable[[str], KnowledgeOffer | None]
    packer: AnswerPacker = field(default_factory=AnswerPacker, init=False, compare=False)

    def answer(self, request: SignedRequest, *, waiting: int = 0) -> Answer:
        """Return the answer to a signed request, while so many others wait for their turn.

        Raises:
            IdentityRefused: all but the entries that it names was stored.
            Refusal: nothing of the request was stored.
        """
        asking = self.authentication.ask(request)
        try:
            message, pushed = self._read(request.body)
            if message.device != asking.device.device:
                raise Malformed("device: must be the one that signed the request")
        except Refusal as refusal:
            refusal.nonce = self.authentication.let_in_alone(asking).next_nonce or ""
            raise
        page = PAGE_WHILE_MANY_WAIT if pushed and waiting >= MANY_WAIT else PAGE
        try:
            return self._exchange(asking, message, pushed, page, may_rename=bool(pushed))
        except _OlderThanTheTablet:
            return self._exchange(asking, message, pushed, page, may_rename=True)
        finally:
            if any(entry.kind is EntryKind.WITHDRAWAL for batch in message.batches for entry in batch.entries):
                self.database.forget_erased()
                self.packer.forget()

    def _read(self, body: bytes) -> tuple[SyncRequest, tuple[LookedThrough, ...]]:
        try:
            request, pushed = self.intake.read(body)
        except InvalidInput as problem:
            if problem.field == "protocol":
                raise OtherVersion from None
            raise Malformed(str(problem)) from None
        if sum(len(batch.entries) for batch in request.batches) > MAX_ENTRIES:
            raise Malformed(f"batches: must hold at most {MAX_ENTRIES} entries together")
        return request, pushed

    def _exchange(
        self, asking: Asking, request: SyncRequest, pushed: Sequence[LookedThrough], page: int, *, may_rename: bool
    ) -> Answer:
        with self.database.writing() as session:
            if may_rename:
                # First of all: whoever holds a site's row may wait for the row of a tablet, never the other way round.
                sites.lock(session, asking.device.site_no)
            device = self.authentication.let_in(session, asking)
            epoch = sites.epoch(session, device.site_no, self.epoch)
            if request.epoch == epoch and _remembers_more(session, device, request):
                if not may_rename:
                    raise _OlderThanTheTablet
                epoch = secrets.token_hex(16)
                sites.set_epoch(session, device.site_no, epoch)
            refused: Refusal | None = None
            try:
                # Refused is what the request brings; that it came, and used its nonce up, is kept.
                with undone_if_it_fails(session):
                    answer = self._do(session, device, request, pushed, epoch, page)
            except Refusal as refusal:
                audit.forget(session)
                refused = refusal
        if refused is not None:
            refused.nonce = device.next_nonce or ""
            raise refused
        said = answer.response
        if any(item.reason == DIFFERS for item in said.quarantined):
            # After the commit: all else in the request is stored.
            raise IdentityRefused(said.acknowledged, epoch, said.quarantined, said.nonce)
        return answer

    def _do(
        self,
        session: Session,
        device: Device,
        request: SyncRequest,
        pushed: Sequence[LookedThrough],
        epoch: str,
        at_most: int,
    ) -> Answer:
        acknowledged, quarantined = self.intake.take(session, device, pushed, epoch)
        devices.note_contact(
            session,
            device,
            waiting=request.waiting,
            app_version=request.app_version,
            knowledge_version=request.knowledge_version,
            day=self.today(),
        )
        # A cursor of another database means nothing in this one.
        cursor = request.cursor if request.epoch == epoch else 0
        page = _page(session, device, cursor, at_most)
        response = SyncResponse(
            epoch=epoch,
            nonce=device.next_nonce or "",
            acknowledged=acknowledged,
            quarantined=quarantined,
            entries=(),
            reviews=page.reviews,
            cursor=page.cursor,
            more=page.more,
            holds=page.holds,
            # When nothing else is on its way: the case comes first on a line that holds for a minute.
            release=None if page.more else self.newer_knowledge(request.knowledge_version),
        )
        return Answer(response, page.entries)


class _OlderThanTheTablet(Exception):
    """The tablet was told more than this database holds, and the site's row is not held to say so."""


def _remembers_more(session: Session, device: Device, request: SyncRequest) -> bool:
    is_ahead = request.stored.seq > device.head.seq
    return is_ahead or request.cursor > sites.last_position(session, device.site_no)


@dataclass(frozen=True, slots=True)
class _Page:
    entries: tuple[bytes, ...]
    reviews: tuple[Review, ...]
    cursor: int
    more: bool
    holds: Holding | None


def _page(session: Session, device: Device, cursor: int, at_most: int) -> _Page:
    # Whoever gives positions out holds the site's row until the commit, so all up to this one are visible now.
    # Read in one look, so that what is held is what lies up to there.
    up_to, holds = holdings.of_site(session, device.site_no)
    new_entries = entries.pull(session, device, cursor, up_to, at_most + 1)
    new_reviews = reviews.pull(session, device.site_no, cursor, up_to, at_most + 1)
    positions = sorted([new.position for new in new_entries] + [new.number for new in new_reviews])
    more = len(positions) > at_most
    last = positions[at_most - 1] if more else max(cursor, up_to)
    return _Page(
        entries=tuple(new.entry for new in new_entries if new.position <= last),
        reviews=tuple(new for new in new_reviews if new.number <= last),
        cursor=last,
        more=more,
        holds=None if more else holds,
    )
