"""Bytes on the line, every one counted but TLS: a real tablet and a real server, over HTTP on loopback.

A case has 25 answers and a conclusion (`wire_cases.py`), 1.2 KB as JSON. The tablet has synced before, so nothing of a
first sync makes the figures smaller. The same entries are sent plain, and gzip of the same bodies is taken, in the same
run. What other products need is quoted: Kinto 26.5.0 and PouchDB 9.0.0 with express-pouchdb 4.2.0, one client on
loopback behind a proxy that counted bytes, 10,000 synthetic cases of 1,201 B of JSON each, measured in November 2026 on
two cores; starting them takes Node and a second Python environment.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from mobile_app.commands.demo_wire import unpacked
from mobile_app.ports.outbox import Enrolment, Outbox
from mobile_app.ports.records import LocalDetails
from mobile_app.sync_client.http_endpoint import HttpEndpoint
from mobile_app.sync_client.http_post import Traffic
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import Entry
from shared.sync import packing
from shared.sync.messages import write_request
from shared.sync.packed_message import PackedRequest, read_packed_request, write_packed_request
from tests.benchmarks.children import Children
from tests.benchmarks.result import BYTES, Reference, Result
from tests.benchmarks.timing import fastest, taking_turns
from tests.benchmarks.wire_cases import KNOWLEDGE, recorded_cases
from tests.benchmarks.wire_messages import Talk
from tests.cutting_proxy import CuttingProxy, a_cutting_proxy
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, running_server

ALONE, BATCHES, BATCH = 20, 2, 100
SEED = 500

# Quoted, see above. Up and down together where a sync is; per case where cases are pushed.
KINTO_PUSH, POUCHDB_PUSH = 1_424 + 1_798, 1_437 + 43
KINTO_NOTHING_NEW, POUCHDB_NOTHING_NEW = 278 + 516, 2_044 + 3_562
POUCHDB_PULL, KINTO_PULL = 91 + 350, 1_275


@dataclass(frozen=True)
class Passed:
    """What one sync sent and was sent, in bytes on the line, and the plain bodies of its requests."""

    up: int
    down: int
    bodies: tuple[bytes, ...]


class _Clinic(RunningServer):
    """The server behind the proxy, as one clinic knows it."""

    site = "Clinic A"

    def code(self, site: str = "") -> str:
        return super().code(site or self.site)


class _OtherClinic(_Clinic):
    """Whose tablets pull nothing of the first one's."""

    site = "Clinic B"


class _ClinicWithKey(_Clinic):
    site = "Clinic C"


class _OtherClinicWithKey(_Clinic):
    site = "Clinic D"


class Line:
    """A server, and tablets that reach it through a proxy that counts."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._server = stack.enter_context(running_server(f"sqlite:///{folder / 'server.db'}"))
        self._proxy: CuttingProxy = stack.enter_context(a_cutting_proxy(self._server))
        self._stack = stack

    def tablet(self, name: str, clinic: type[_Clinic] = _Clinic) -> JoinedTablet:
        behind = clinic(self._proxy.port, self._server.services, self._server.database_url)
        tablet = an_enrolled_tablet(self._folder / name, behind)
        self._stack.callback(tablet.close)
        return tablet

    def sync(self, tablet: JoinedTablet, *, is_packed: bool = True) -> Passed:
        """Sync once, and fail if that took more than one request."""
        self._proxy.cut_next()
        before = len(self._proxy.up.kept)
        report = OutboxSynchroniser(
            tablet.store.outbox,
            app_version="0.1.0",
            knowledge_version="1.1",
            connect=partial(_connect, is_packed),
        ).sync()
        if report.failure or report.quarantined or report.requests != 1:
            raise RuntimeError(f"one sync, {report.requests} requests, {report.quarantined} refused: {report.failure}")
        sent = bytes(self._proxy.up.kept[before:])
        bodies = unpacked(sent) or (sent.partition(b"\r\n\r\n")[2],)
        return Passed(self._proxy.up.passed, self._proxy.down.passed, bodies)


def results(_: Children) -> Iterator[Result]:
    """Yield bytes of cases pushed and pulled and of a sync with nothing new, then the time of packing."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        line = Line(Path(folder), stack)
        packs, plain, puller = line.tablet("packs"), line.tablet("plain", _OtherClinic), line.tablet("puller")
        cases = list(recorded_cases(KNOWLEDGE, 1 + ALONE + BATCHES * BATCH, SEED))
        first, alone, batches = cases[:1], cases[1 : 1 + ALONE], cases[1 + ALONE :]
        for tablet in (packs, plain):
            _record(tablet, first)
        for tablet in (packs, plain, puller):
            line.sync(tablet)
        yield from _pushed(line, packs, plain, [[case] for case in alone], "alone", at_most=450)
        hundreds = [batches[start : start + BATCH] for start in range(0, len(batches), BATCH)]
        yield from _pushed(line, packs, plain, hundreds, f"in a batch of {BATCH}", at_most=120)
        yield from _pulled(line, puller, cases=ALONE + len(batches))
        yield from _nothing_new(line, packs, plain)
        # As new as the other two were; every entry carries the code of its record number: 16 random bytes, under the
        # same bars.
        linked, linked_plain = line.tablet("linked", _ClinicWithKey), line.tablet("linked plain", _OtherClinicWithKey)
        for tablet in (linked, linked_plain):
            tablet.store.links.make_key()
            _record(tablet, first)
            line.sync(tablet)
        singles = [[case] for case in alone]
        yield from _pushed(line, linked, linked_plain, singles, "with a link, alone", at_most=450)
        yield from _pushed(line, linked, linked_plain, hundreds, f"with a link, in a batch of {BATCH}", at_most=120)
    yield from _times()


def _pushed(
    line: Line, packs: JoinedTablet, plain: JoinedTablet, groups: Sequence[Sequence[Entry]], how: str, at_most: int
) -> Iterator[Result]:
    up, both, raw, zipped = list[float](), list[float](), list[float](), list[float]()
    for group in groups:
        _record(packs, group)
        _record(plain, group)
        one, other = line.sync(packs), line.sync(plain, is_packed=False)
        (body,) = other.bodies
        up.append(one.up / len(group))
        raw.append(other.up / len(group))
        zipped.append((other.up - len(body) + len(gzip.compress(body, 6))) / len(group))
        both.append((one.up + one.down) / len(group))
    what = f"a case {how}, request"
    yield Result(what, up, Reference("the same as plain JSON", raw), at_most=at_most, unit=BYTES)
    yield Result(what, up, Reference("the same, body by gzip", zipped), unit=BYTES)
    if len(groups[0]) > 1:
        yield Result(
            f"a case {how}, both ways", both, Reference("quoted: Kinto, 500 a batch", [KINTO_PUSH]), unit=BYTES
        )
        yield Result(
            f"a case {how}, both ways", both, Reference("quoted: PouchDB, 1000 a batch", [POUCHDB_PUSH]), unit=BYTES
        )


def _pulled(line: Line, tablet: JoinedTablet, cases: int) -> Iterator[Result]:
    passed = line.sync(tablet)
    each = [(passed.up + passed.down) / cases]
    for name, theirs in (("Kinto", KINTO_PULL), ("PouchDB", POUCHDB_PULL)):
        yield Result(
            f"a case pulled with {cases - 1} others, both ways",
            each,
            Reference(f"quoted: {name}", [theirs]),
            unit=BYTES,
        )


def _nothing_new(line: Line, packs: JoinedTablet, plain: JoinedTablet) -> Iterator[Result]:
    for tablet in (packs, plain):
        line.sync(tablet)
    packed, unpacked_ = line.sync(packs), line.sync(plain, is_packed=False)
    both, what = [float(packed.up + packed.down)], "a sync with nothing new, both ways, 1 request"
    as_json = Reference("the same as plain JSON", [unpacked_.up + unpacked_.down])
    yield Result(what, both, as_json, at_most=1_500, unit=BYTES)
    yield Result(what, both, Reference("quoted: Kinto, 1 request", [KINTO_NOTHING_NEW]), unit=BYTES)
    yield Result(what, both, Reference("quoted: PouchDB, 9 requests", [POUCHDB_NOTHING_NEW]), unit=BYTES)


def _times() -> Iterator[Result]:
    talk = Talk(KNOWLEDGE, BATCH, SEED + 1)
    for count in (1, BATCH):
        request = talk.request(talk.entries[:count])
        body = write_request(request)
        message = PackedRequest(request.device, talk.nonce(), bytes(64), body)
        packed = write_packed_request(message)
        pack, by_gzip = taking_turns(
            [partial(write_packed_request, message), partial(gzip.compress, body, 6)], rounds=5
        )
        unpack, by_zlib = taking_turns(
            [partial(read_packed_request, packed), partial(zlib.decompress, zlib.compress(body, 6))], rounds=5
        )
        cases = "1 case" if count == 1 else f"{count} cases"
        yield Result(f"packing {cases}", [pack], Reference("gzip of the same", [by_gzip]))
        yield Result(f"unpacking {cases}", [unpack], Reference("zlib of the same", [by_zlib]))
    yield Result(
        "packing the answer with 100 cases", fastest([partial(packing.pack, body, level=packing.FAST)], rounds=5)
    )


def _record(tablet: JoinedTablet, cases: Sequence[Entry]) -> None:
    for entry in cases:
        # Two tablets that record the same child make two cases.
        case_id = tablet.store.new_case_id()
        local = LocalDetails(record_number=f"MRN {int(case_id[:8], 16)}")
        tablet.store.record(case_id, entry.kind, entry.answers, entry.conclusion, local)


def _connect(is_packed: bool, enrolment: Enrolment, outbox: Outbox, traffic: Traffic) -> HttpEndpoint:
    return HttpEndpoint(
        enrolment.server_url, outbox.device, outbox.sign, enrolment.nonce, traffic, sends_packed=is_packed
    )
