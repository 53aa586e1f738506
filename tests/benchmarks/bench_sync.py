"""10,000 cases pushed by one tablet and pulled by another, beside Kinto and PouchDB with the same answers as JSON.

    tablet ──▶ a line that counts bytes ──▶ server process, SQLite with synchronous=FULL ──▶ line ──▶ second tablet

Ours are real tablets: outbox, runner, encrypted files; so wall time holds signing, packing, and storing on both. The
processor time is the server's. Kinto keeps everything in memory and its client stores nothing; PouchDB is on LevelDB on
both sides. Start-up, enrolment and opening files are counted for none.

Ours puts pulled cases into its search behind the sync, which has a line of its own; the others have no search.

A third tablet pulls the same while somebody taps on it: how long an answer waits until it is saved.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from mobile_app.presenters.agenda import INDEXED_AT_A_TIME
from sync_server.database import Database
from sync_server.main import build_services
from sync_server.repositories.schema import identify
from sync_server.settings import Settings
from tests.benchmarks.children import Children
from tests.benchmarks.programs import CountedLine, Server, a_line, database_url, our_server
from tests.benchmarks.result import BYTES, MEGABYTES, SECONDS, Reference, Result
from tests.benchmarks.sync_peers.running import PEERS, Documents, Peer
from tests.benchmarks.sync_tablets import as_documents, let_wait
from tests.benchmarks.taps import slowest_but_one_in_a_hundred, tapping
from tests.joined import JoinedTablet, a_joined_tablet

CASES = 10_000
MOST_MEMORY_MB = 300
LONGEST_WAIT_S = 0.1
"""What a person takes for at once."""
SITE = "Clinic A"


@dataclass(frozen=True, slots=True)
class Cost:
    """What moving all the cases one way cost: seconds of the client, processor seconds of the server, bytes."""

    wall: float
    processor: float
    passed: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.processor + other.processor, self.passed + other.passed)


@dataclass(frozen=True, slots=True)
class Measured:
    """One product: pushing, pulling, and the most memory that its server held, in MB."""

    push: Cost
    pull: Cost
    memory: float


_BOTH = "pushed and pulled"
_WAYS: Mapping[str, Callable[[Measured], Cost]] = {
    _BOTH: lambda one: one.push + one.pull,
    "pushed": lambda one: one.push,
    "pulled": lambda one: one.pull,
}
_FIGURES: Sequence[tuple[str, Callable[[Cost], float], float, str]] = (
    ("server's processor time", lambda cost: cost.processor, 1.0, SECONDS),
    ("wall time", lambda cost: cost.wall, 1.0, SECONDS),
    ("bytes both ways", lambda cost: cost.passed, 10.0, BYTES),
)


def results(_: Children) -> Iterator[Result]:
    """Yield what both ways cost beside each peer, then each way for itself, then memory, then the wait of a tap."""
    with TemporaryDirectory(prefix="handwise-sync-") as name:
        folder = Path(name)
        ours, documents, behind, waits = _ours(folder)
        theirs = {peer.name: _theirs(peer, folder, documents) if peer.is_there() else None for peer in PEERS}
    cases = f"{CASES:,} cases"
    for way, costs in _WAYS.items():
        for name, peer in theirs.items():
            for what, figure, times_faster, unit in _FIGURES:
                yield Result(
                    f"{cases} {way}: {what}",
                    [figure(costs(ours))],
                    Reference(name, [figure(costs(peer))]) if peer else Reference(f"{name}: not installed"),
                    times_faster=times_faster if way == _BOTH else None,
                    unit=unit,
                )
    for name, peer in theirs.items():
        yield Result(
            f"server's peak memory after {cases}",
            [ours.memory],
            Reference(name, [peer.memory]) if peer else Reference(f"{name}: not installed"),
            at_most=MOST_MEMORY_MB,
            unit=MEGABYTES,
        )
    yield Result(f"{cases} pulled: put into the search behind the sync", [behind], unit=SECONDS)
    yield Result(f"an answer saved beside the pull of {cases}", waits)
    slowest = [slowest_but_one_in_a_hundred(waits)]
    yield Result("the slowest of these but one in a hundred", slowest, at_most=LONGEST_WAIT_S)


def _ours(folder: Path) -> tuple[Measured, Documents, float, Sequence[float]]:
    """Measure our own and leave the cases behind as documents; with them, the seconds until all that was pulled is
    found by the search, and how long each tap beside a pull waited."""
    with ExitStack() as stack:
        server = stack.enter_context(our_server(folder))
        line = stack.enter_context(a_line(server))
        names = "pusher", "puller", "tapped on"
        pusher, puller, tapped_on = (_joined(folder, tablet, line, stack) for tablet in names)
        let_wait(pusher.store, CASES)
        documents = as_documents(pusher.store, folder / "documents.jsonl")
        push = _cost(server, line, lambda: _synced(pusher, pushed=CASES))
        pull = _cost(server, line, lambda: _synced(puller, pulled=CASES))
        ours = Measured(push, pull, server.peak_memory())
        behind = _put_into_the_search(puller)
        # As the app does: what this process holds of all that went before is out of the collector's sight.
        gc.collect()
        gc.freeze()
        with tapping(tapped_on.store) as waits:
            _synced(tapped_on, pulled=CASES)
        return ours, documents, behind, waits


def _put_into_the_search(tablet: JoinedTablet) -> float:
    """Do what the app does behind a sync, without its rests."""
    start = perf_counter()
    while tablet.store.search.index_some(INDEXED_AT_A_TIME):
        pass
    return perf_counter() - start


def _joined(folder: Path, name: str, line: CountedLine, stack: ExitStack) -> JoinedTablet:
    tablet = a_joined_tablet(folder / name, f"http://127.0.0.1:{line.port}", enrolment_code(folder))
    stack.callback(tablet.close)
    # Every tablet but a new one has synced before.
    _synced(tablet)
    return tablet


def enrolment_code(folder: Path, site: str = SITE) -> str:
    """Return a code for the server that runs on this folder's database."""
    with closing(Database(database_url(folder))) as database:
        settings = Settings(database_url=database_url(folder))
        return build_services(settings, database, identify(database)).enrolment.make_code(site)


def _synced(tablet: JoinedTablet, *, pushed: int = 0, pulled: int = 0) -> float:
    """Sync, and return how long it took; fail unless so many cases were moved."""
    start = perf_counter()
    report = tablet.sync()
    seconds = perf_counter() - start
    if report.failure or report.quarantined or (report.pushed, report.pulled) != (pushed, pulled):
        raise RuntimeError(f"pushed {report.pushed}, pulled {report.pulled}: {report.failure}")
    return seconds


def _theirs(peer: Peer, folder: Path, documents: Documents) -> Measured:
    with peer.serve(folder) as server, a_line(server) as line:
        peer.do("prepare", line.port, folder, documents)
        push = _cost(server, line, lambda: peer.do("push", line.port, folder, documents))
        pull = _cost(server, line, lambda: peer.do("pull", line.port, folder, documents))
        return Measured(push, pull, server.peak_memory())


def _cost(server: Server, line: CountedLine, move: Callable[[], float]) -> Cost:
    """Return what a move costs that returns its own wall time."""
    line.order("reset")
    before = server.processor_seconds()
    wall = move()
    counts = line.order("read")
    return Cost(wall, server.processor_seconds() - before, counts["up"] + counts["down"])
