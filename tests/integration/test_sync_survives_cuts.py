"""A connection that is cut after any byte, of the request or of the answer, loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.cutting_proxy import CuttingProxy, a_cutting_proxy
from tests.databases import KINDS, drop_database, new_database
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, running_server


@dataclass
class Bench:
    server: RunningServer
    proxy: CuttingProxy
    tablet: JoinedTablet
    other: JoinedTablet
    step: int


@pytest.fixture(scope="module", params=[("sqlite", 1), ("postgresql", 8)], ids=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    # Which database it is does not change what goes over the line: every byte on the one, every eighth on the other.
    kind, step = request.param
    folder = tmp_path_factory.mktemp("cuts")
    url = new_database(kind, folder)
    with running_server(url) as server, a_cutting_proxy(server) as proxy:
        through_proxy = replace(server, port=proxy.port)
        tablet = an_enrolled_tablet(folder / "tablet", through_proxy)
        other = an_enrolled_tablet(folder / "other", server)
        yield Bench(server, proxy, tablet, other, step)
        tablet.close()
        other.close()
    drop_database(url)


def entries_on_server(server: RunningServer) -> int:
    return server.services.figures.figures().entries


def one_exchange(bench: Bench, *, pulls: bool = False) -> tuple[int, int]:
    """Push one entry, and pull one if so asked; return the bytes that went up and down through the proxy."""
    if pulls:
        bench.other.record(bench.other.store.new_case_id(), {"erythema": False})
        assert bench.other.sync().failure == ""
    bench.tablet.record(bench.tablet.store.new_case_id(), {"fever_ge_38": True})
    bench.proxy.cut_next()
    assert bench.tablet.sync().failure == ""
    return bench.proxy.up.passed, bench.proxy.down.passed


def cut_and_resume(bench: Bench, *, up: int | None = None, down: int | None = None) -> None:
    case_id = bench.tablet.store.new_case_id()
    entry = bench.tablet.record(case_id, {"fever_ge_38": True})
    before = entries_on_server(bench.server)

    bench.proxy.cut_next(up=up, down=down)
    cut = bench.tablet.sync()
    assert entry.id in bench.tablet.store.log(case_id)
    if cut.failure:
        # Not sent on any word but the server's.
        assert bench.tablet.store.sync_overview().waiting == 1
        assert "\n" not in cut.failure

    bench.proxy.cut_next()
    assert bench.tablet.sync().failure == ""
    assert bench.tablet.store.sync_overview().waiting == 0
    assert entries_on_server(bench.server) == before + 1


def cut_after_each_byte(bench: Bench, direction: str, length: int, stored: int) -> None:
    """Cut one exchange after each byte, then let it through; `stored`: entries that the server has of a cut one."""
    before = entries_on_server(bench.server)
    case_id = bench.tablet.store.new_case_id()
    entry = bench.tablet.record(case_id, {"fever_ge_38": True})

    for after in range(0, length, bench.step):
        bench.proxy.cut_next(**{direction: after})
        assert bench.tablet.sync().failure
        assert entries_on_server(bench.server) == before + stored
        assert entry.id in bench.tablet.store.log(case_id)
        assert bench.tablet.store.sync_overview().waiting == 1

    bench.proxy.cut_next()
    assert bench.tablet.sync().failure == ""
    assert bench.tablet.store.sync_overview().waiting == 0
    assert entries_on_server(bench.server) == before + 1


def test_a_request_may_be_cut_after_any_byte(bench: Bench) -> None:
    length, _ = one_exchange(bench)

    # A request that did not arrive whole is no request, and it stays the same request.
    cut_after_each_byte(bench, "up", length, stored=0)


def test_after_a_cut_request_the_next_sync_sends_it(bench: Bench) -> None:
    length, _ = one_exchange(bench)

    for after in range(0, length, 41 * bench.step):
        cut_and_resume(bench, up=after)


def test_an_answer_may_be_cut_after_any_byte(bench: Bench) -> None:
    _, length = one_exchange(bench)

    # The server has it, and the tablet takes nobody's word for it but the server's: it sends the same again.
    cut_after_each_byte(bench, "down", length, stored=1)


def test_after_a_cut_answer_the_next_sync_makes_up_for_it(bench: Bench) -> None:
    _, length = one_exchange(bench)

    for after in range(0, length, 7 * bench.step):
        cut_and_resume(bench, down=after)


def test_an_answer_with_pulled_entries_may_be_cut_after_any_byte(bench: Bench) -> None:
    """The page and its cursor are stored together: a cut page is pulled again, whole, and no entry twice."""
    _, length = one_exchange(bench, pulls=True)
    pulled = 0
    for after in range(0, length, 7 * bench.step):
        case_id = bench.other.store.new_case_id()
        bench.other.record(case_id, {"erythema": False})
        assert bench.other.sync().failure == ""

        bench.proxy.cut_next(down=after)
        pulled += bench.tablet.sync().pulled
        bench.proxy.cut_next()
        pulled += bench.tablet.sync().pulled

        assert len(bench.tablet.store.log(case_id)) == 1
    assert pulled == len(range(0, length, 7 * bench.step))
