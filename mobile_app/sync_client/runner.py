"""One sync: exchange until nothing waits and nothing is left to pull (`Synchroniser` in `mobile_app/ports/sync.py`).

    take what waits ──▶ exchange ──▶ store the answer ──▶ more? from the start; else newer knowledge, if it is offered
                           │                         └──▶ the server holds something else than we believe? compare, mend
                           ├ the chains differ ──▶ go to where the server's ends, if it is an end of ours, and go on
                           └ a number was used twice ──▶ note which entries were not accepted, and go on

What is sent was stored before, and what is answered is stored in one transaction, so a sync may stop at any point.
A failure is a sentence in the report; it is never raised, and nothing is lost by it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from traceback import extract_tb

from mobile_app.ports.knowledge import Arrival, KnowledgeReceiver
from mobile_app.ports.outbox import Enrolment, Outbox
from mobile_app.ports.sync import SyncFault, SyncReport
from mobile_app.sync_client.comparing import Comparing
from mobile_app.sync_client.enrolment import enrol
from mobile_app.sync_client.fetch_release import fetch_release
from mobile_app.sync_client.hand_in import hand_in
from mobile_app.sync_client.http_endpoint import HttpEndpoint
from mobile_app.sync_client.http_post import Traffic
from mobile_app.sync_client.read_ahead import ReadingAhead
from shared.case.entry import EntryId
from shared.errors import (
    ChainMismatch,
    DeviceRevoked,
    HandwiseError,
    IdentityConflictAnswered,
    InvalidInput,
    ServerBusy,
    ServerNonsense,
    ServerRefused,
    ServerUnreachable,
)
from shared.sentence import phrase
from shared.sync.endpoint import SyncEndpoint
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead, KnowledgeOffer, SyncRequest

FIRST_REQUEST_BYTES = 128 * 1024
"""As plain JSON: 100 cases, packed 8 KB. Small at first, so that a cut on a slow line costs little; then doubled after
each success."""
MAX_REQUEST_BYTES = 900 * 1024
MAX_TURNS = 10_000
"""5 million entries. A server that always has one more page is not one."""
_FORMER_NOT_CONNECTED = phrase("The former tablet's cases wait. Ask the coordinator for a code: Settings, Backup.")
_STOPPED = phrase("The sync stopped. Every case is kept and will be sent later.")
MAX_COMPARISONS = 3
MAX_SETBACKS = 3
"""Turns that got nowhere or had to go back: a restored server costs one or two, a faulty one would go on for ever."""

_log = logging.getLogger("handwise.sync")

Connect = Callable[[Enrolment, Outbox, Traffic], AbstractContextManager[SyncEndpoint]]
"""How a server is reached: over HTTP, or for a test directly."""


def over_http(enrolment: Enrolment, outbox: Outbox, traffic: Traffic) -> ReadingAhead:
    """Return the server that the tablet is enrolled with."""
    endpoint = HttpEndpoint(
        enrolment.server_url,
        outbox.device,
        outbox.sign,
        enrolment.nonce,
        traffic,
        read_entry=outbox.read_entry,
        make_ready=outbox.make_ready,
    )
    return ReadingAhead(endpoint)


@dataclass(slots=True)
class _Progress:
    """What this sync has done so far."""

    pushed: int = 0
    pulled: int = 0
    reviews: int = 0
    quarantined: int = 0
    reasons: tuple[str, ...] = ()
    repaired: int = 0
    differing: int = 0


@dataclass(frozen=True, slots=True)
class _Last:
    """The exchange after which nothing waited and nothing more was to be pulled."""

    request: SyncRequest
    holds: Holding | None
    must_compare: bool
    release: KnowledgeOffer | None = None


class OutboxSynchroniser:
    """Syncs one open store. Call it from any thread; a second call while one runs does nothing."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        app_version: str,
        knowledge_version: str,
        connect: Connect = over_http,
        receiver: KnowledgeReceiver | None = None,
    ) -> None:
        self._outbox = outbox
        self._app_version = app_version
        self._knowledge_version = knowledge_version
        self._connect = connect
        self._receiver = receiver
        self._one_at_a_time = threading.Lock()
        self._hang_up: Callable[[], None] = _nothing
        self._is_stopped = False

    def stop(self) -> None:
        self._is_stopped = True
        self._hang_up()

    def enrol(self, server_url: str, code: str) -> None:
        self._outbox.save_enrolment(enrol(self._outbox, server_url, code))

    def enrol_former(self, code: str) -> None:
        own, former = self._outbox.enrolment(), self._outbox.former()
        if own is None or not former:
            raise InvalidInput("code", "is not needed: no other tablet's entries wait here")
        former[0].save_enrolment(enrol(former[0], own.server_url, code))

    def sync(self) -> SyncReport:
        if not self._one_at_a_time.acquire(blocking=False):
            return SyncReport(failure=phrase("A sync is running already."))
        progress, traffic = _Progress(), Traffic()
        failure, fault_kind, carry_failure, wait_s = "", SyncFault.OTHER, "", 0
        arrival: Arrival | None = None
        try:
            enrolment = self._outbox.enrolment()
            if enrolment is None:
                return SyncReport(failure=phrase("This tablet is not connected to a server yet."))
            self._outbox.sync_started()
            try:
                fault_of_former = self._send_of_former_tablets(progress, traffic)
                with self._connected(enrolment, self._outbox, traffic) as endpoint:
                    last = self._exchange_until_done(self._outbox, endpoint, progress)
                    if last.must_compare:
                        self._mend(endpoint, last, progress)
                    carry_failure = hand_in(self._outbox.parcels, self._outbox.device, endpoint)
                if fault_of_former is not None:
                    raise fault_of_former
                arrival = self._fetch_knowledge(enrolment, last.release, traffic)
            except HandwiseError as fault:
                failure, fault_kind = str(fault), _kind_of(fault)
                wait_s = fault.wait_s if isinstance(fault, ServerBusy) else 0
            except Exception as fault:
                # Whoever waits for the report must get one; the text of an error could quote a patient's answer.
                _log_unforeseen(fault)
                failure = _STOPPED
            except BaseException:
                self._outbox.sync_ended(_STOPPED, SyncFault.OTHER)
                raise
            self._outbox.sync_ended(failure, fault_kind if failure else None)
        except HandwiseError as fault:
            # The tablet was locked or its disk is full: there is nowhere to note it.
            failure = failure or str(fault)
        finally:
            self._one_at_a_time.release()
        return SyncReport(
            pushed=progress.pushed,
            pulled=progress.pulled,
            reviews=progress.reviews,
            quarantined=progress.quarantined,
            requests=traffic.requests,
            bytes_up=traffic.up,
            bytes_down=traffic.down,
            failure=failure,
            quarantine_reasons=tuple(dict.fromkeys(progress.reasons)),
            repaired=progress.repaired,
            differing=progress.differing,
            carry_failure=carry_failure,
            wait_s=wait_s,
            knowledge=arrival.version if arrival is not None and not arrival.failure else "",
            knowledge_failure=arrival.failure if arrival is not None else "",
        )

    @contextmanager
    def _connected(self, enrolment: Enrolment, outbox: Outbox, traffic: Traffic) -> Iterator[SyncEndpoint]:
        """Give the server, in such a way that `stop` hangs up."""
        connection = self._connect(enrolment, outbox, traffic)
        with connection as endpoint:
            self._hang_up = connection.hang_up if isinstance(connection, ReadingAhead) else _nothing
            if self._is_stopped:
                # The tablet was locked while this was on its way here.
                self._hang_up()
            try:
                yield endpoint
            finally:
                self._hang_up = _nothing

    def _fetch_knowledge(self, enrolment: Enrolment, offer: KnowledgeOffer | None, traffic: Traffic) -> Arrival | None:
        """Fetch newer knowledge, last of all: where the line breaks now, every case is sent, the rest comes later."""
        if offer is None or self._receiver is None:
            return None
        fetch = partial(fetch_release, enrolment.server_url, traffic)
        try:
            return self._receiver.take(offer, fetch)
        except HandwiseError:
            return None
        except OSError:
            # The disk is full. What is written of cases has a reserve of its own.
            return None

    def _send_of_former_tablets(self, progress: _Progress, traffic: Traffic) -> HandwiseError | None:
        """Send what tablets wrote whose backups were restored here; return what went wrong, which stops nothing else.

        It goes first: what this tablet writes builds on it.
        """
        fault: HandwiseError | None = None
        for former in self._outbox.former():
            enrolment = former.enrolment()
            try:
                if enrolment is None:
                    raise ServerRefused(_FORMER_NOT_CONNECTED)
                with self._connected(enrolment, former, traffic) as endpoint:
                    self._exchange_until_done(former, endpoint, progress)
            except DeviceRevoked:
                # This tablet may still send; only the lost one may not.
                fault = ServerRefused(_FORMER_NOT_CONNECTED)
            except HandwiseError as problem:
                fault = problem
        return fault

    def _mend(self, endpoint: SyncEndpoint, last: _Last, progress: _Progress) -> None:
        """Find out where the server holds something else than this tablet believes, and mend what can be mended."""
        account = self._outbox.comparison
        # Cheaper than asking: perhaps it is only our count that is wrong.
        account.recount()
        if last.holds is None or not account.has_new_difference(last.holds):
            return
        for _ in range(MAX_COMPARISONS):
            repair, own = Comparing(self._outbox, endpoint).run()
            mended = repair.fetched + repair.brought + self._send_again(endpoint, own, last.request, progress)
            progress.pulled += repair.fetched
            progress.reasons += repair.reasons
            progress.repaired += mended
            last = self._exchange_until_done(self._outbox, endpoint, progress)
            # What was mended can show more: a withdrawal that was fetched is one that the server has only kept apart.
            if not mended or not last.must_compare:
                break
        if last.holds is not None:
            progress.differing = account.remember(last.holds, progress.repaired, len(repair.unrepaired))

    def _send_again(
        self, endpoint: SyncEndpoint, own: Sequence[EntryId], like: SyncRequest, progress: _Progress
    ) -> int:
        """Send batches again whose entries the server has lost, and return how many entries it has again."""
        left = sorted(one.seq for one in own)
        while left:
            request = self._outbox.request_again(left[0], like, max_bytes=MAX_REQUEST_BYTES)
            try:
                self._outbox.save_response(request, endpoint.exchange(request))
            except IdentityConflictAnswered as conflict:
                self._take_conflict(self._outbox, endpoint, request, conflict, progress)
            except InvalidInput:
                raise ServerNonsense from None
            left = [seq for seq in left if seq > request.batches[-1].last_seq]
        return len(own)

    def _take_conflict(
        self,
        outbox: Outbox,
        endpoint: SyncEndpoint,
        request: SyncRequest,
        conflict: IdentityConflictAnswered,
        progress: _Progress,
    ) -> bool:
        reasons = tuple(reason for _, reason in conflict.quarantined)
        progress.quarantined += len(reasons)
        progress.reasons += reasons
        if conflict.seq > request.stored.seq:
            progress.pushed += conflict.seq - request.stored.seq
        try:
            return outbox.save_conflict(request, conflict)
        except ChainMismatch as mismatch:
            return _go_to(outbox, endpoint, request, mismatch)
        except InvalidInput:
            raise ServerNonsense from None

    def _exchange_until_done(self, outbox: Outbox, endpoint: SyncEndpoint, progress: _Progress) -> _Last:
        max_bytes = FIRST_REQUEST_BYTES
        setbacks = 0
        for _ in range(MAX_TURNS):
            request = outbox.next_request(
                max_bytes=max_bytes, app_version=self._app_version, knowledge_version=self._knowledge_version
            )
            try:
                response = endpoint.exchange(request)
            except ChainMismatch as mismatch:
                setbacks += 1
                if setbacks > MAX_SETBACKS or not _go_to(outbox, endpoint, request, mismatch):
                    raise
                continue
            except IdentityConflictAnswered as conflict:
                # Without batches there is nothing that could be in conflict.
                if not request.batches or not self._take_conflict(outbox, endpoint, request, conflict, progress):
                    setbacks += 1
                    if setbacks > MAX_SETBACKS or not request.batches:
                        raise ServerNonsense from None
                continue
            try:
                stored = outbox.save_response(request, response)
            except InvalidInput:
                # An answer about entries that this tablet never wrote: not an answer to this request.
                raise ServerNonsense from None
            if response.acknowledged.seq > request.stored.seq:
                progress.pushed += response.acknowledged.seq - request.stored.seq
            progress.pulled += stored.pulled
            progress.reviews += stored.reviews
            progress.quarantined += len(stored.quarantine_reasons)
            progress.reasons += stored.quarantine_reasons
            if not stored.must_come_again:
                return _Last(request, response.holds, stored.must_compare, response.release)
            has_gone_back = response.acknowledged.seq < request.stored.seq or response.epoch != request.epoch
            if has_gone_back or not stored.has_moved:
                setbacks += 1
                if setbacks > MAX_SETBACKS:
                    raise ServerNonsense
            max_bytes = min(2 * max_bytes, MAX_REQUEST_BYTES)
        raise ServerNonsense


def _go_to(outbox: Outbox, endpoint: SyncEndpoint, request: SyncRequest, mismatch: ChainMismatch) -> bool:
    """Go to where the server's chain ends; return whether that is another place than before.

    Where that is no end of ours, a tablet with the same chain may have withdrawn a case that we hold as it was: we send
    up to there, and the server says which entries differ.

    Raises:
        ChainMismatch: it is not our chain.
    """
    head = ChainHead(mismatch.seq, mismatch.hash)
    try:
        return outbox.move_head(head, mismatch.epoch)
    except ChainMismatch:
        differing: list[int] = []
        for asked in outbox.requests_up_to(head.seq, request):
            try:
                endpoint.exchange(asked)
            except IdentityConflictAnswered as conflict:
                differing += [seq for seq, _ in conflict.quarantined]
        if not differing:
            raise
        return outbox.take_head(head, mismatch.epoch, differing)


def _nothing() -> None:
    pass


def _log_unforeseen(fault: Exception) -> None:
    frames = extract_tb(fault.__traceback__)
    places = " ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)
    _log.error("event=unforeseen kind=%s at=%s", type(fault).__name__, places)


def _kind_of(fault: HandwiseError) -> SyncFault:
    match fault:
        case ServerUnreachable():
            return SyncFault.NO_CONNECTION
        case DeviceRevoked():
            return SyncFault.REVOKED
        case _:
            return SyncFault.OTHER
