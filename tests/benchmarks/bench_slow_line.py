"""10 new cases over an emulated 2G line (30 kbit/s, 600 ms there and back), beside Kinto and PouchDB over the same.

`line_program.py` says what the line charges, TLS 1.3 included, for all three alike. A tablet that has synced before
sends 10 cases of 25 answers, and later asks whether there is anything new; a sync opens its connection anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.bench_sync import enrolment_code
from tests.benchmarks.children import Children
from tests.benchmarks.programs import CountedLine, a_line, our_server
from tests.benchmarks.result import Reference, Result
from tests.benchmarks.sync_peers.running import PEERS, Documents, Peer
from tests.benchmarks.sync_tablets import as_documents, let_wait
from tests.joined import JoinedTablet, a_joined_tablet

NEW, ROUNDS = 10, 3
LONGEST_S = 4.0
_PUSH, _ASK = f"{NEW} new cases over 2G", "nothing new, over 2G"


def results(_: Children) -> Iterator[Result]:
    """Yield both syncs beside each peer."""
    with TemporaryDirectory(prefix="handwise-2g-") as name:
        folder = Path(name)
        ours, documents = _ours(folder)
        there = [peer for peer in PEERS if peer.is_there()]
        # They wait for the line nearly all of the time, each for its own.
        with ThreadPoolExecutor() as side_by_side:
            measured = side_by_side.map(lambda peer: _theirs(peer, folder, documents), there)
            theirs: Mapping[str, Mapping[str, list[float]]] = dict(
                zip((peer.name for peer in there), measured, strict=True)
            )
    for what, at_most in ((_PUSH, LONGEST_S), (_ASK, None)):
        for peer in PEERS:
            found = theirs.get(peer.name)
            reference = Reference(peer.name, found[what]) if found else Reference(f"{peer.name}: not installed")
            yield Result(what, ours[what], reference, at_most=at_most)


def _ours(folder: Path) -> tuple[Mapping[str, list[float]], Documents]:
    with ExitStack() as stack:
        line = stack.enter_context(a_line(stack.enter_context(our_server(folder))))
        tablet = a_joined_tablet(folder / "tablet", f"http://127.0.0.1:{line.port}", enrolment_code(folder))
        stack.callback(tablet.close)
        let_wait(tablet.store, 1)
        _sync(tablet, 1)
        found: dict[str, list[float]] = {_PUSH: [], _ASK: []}
        for round_ in range(ROUNDS):
            let_wait(tablet.store, NEW, first=1 + round_ * NEW)
            for what, pushed in ((_PUSH, NEW), (_ASK, 0)):
                found[what].append(_slowly(line, partial(_sync, tablet, pushed)))
        return found, as_documents(tablet.store, folder / "documents.jsonl", after=1 + (ROUNDS - 1) * NEW)


def _theirs(peer: Peer, folder: Path, documents: Documents) -> Mapping[str, list[float]]:
    with peer.serve(folder) as server, a_line(server) as line:
        peer.do("prepare", line.port, folder, documents)
        push = _slowly(line, lambda: peer.do("push", line.port, folder, documents))
        peer.do("pull", line.port, folder, documents)
        # The first time PouchDB notes where it is; from the second on it only looks.
        peer.do("ask", line.port, folder, documents)
        return {_PUSH: [push], _ASK: [_slowly(line, lambda: peer.do("ask", line.port, folder, documents))]}


def _slowly(line: CountedLine, move: Callable[[], float]) -> float:
    line.order("slow")
    seconds = move()
    line.order("fast")
    return seconds


def _sync(tablet: JoinedTablet, pushed: int) -> float:
    start = perf_counter()
    report = tablet.sync()
    if report.failure or (report.pushed, report.requests) != (pushed, 1):
        raise RuntimeError(f"pushed {report.pushed} with {report.requests} requests: {report.failure}")
    return perf_counter() - start
