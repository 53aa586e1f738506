"""Bytes of what is carried without a network: parcels of a real tablet, as they lie in a file or stand in codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.case.entry import Entry
from shared.sync.qr_frames import PARCEL, frames_of
from tests.benchmarks.children import Children
from tests.benchmarks.result import BYTES, Result
from tests.benchmarks.wire_cases import KNOWLEDGE, recorded_cases
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import running_server

SEED = 700
COUNTS = (1, 10, 100)


def results(_: Children) -> Iterator[Result]:
    """Yield bytes a case, and what the codes hold that carry them, of 1, 10 and 100 cases."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(running_server(f"sqlite:///{Path(folder) / 'server.db'}"))
        cases = list(recorded_cases(KNOWLEDGE, sum(COUNTS), SEED))
        for count in COUNTS:
            tablet = an_enrolled_tablet(Path(folder) / str(count), server)
            stack.callback(tablet.close)
            some, cases = cases[:count], cases[count:]
            parcel = _sealed(tablet, some)
            codes = frames_of(parcel, PARCEL)
            what = f"{count} case{'s' if count > 1 else ''} as a parcel"
            yield Result(f"{what}, a case, {len(codes)} QR code{'s' if len(codes) > 1 else ''}", [len(parcel) / count],
                         unit=BYTES)  # fmt: skip


def _sealed(tablet: JoinedTablet, cases: list[Entry]) -> bytes:
    for case in cases:
        tablet.store.record(tablet.store.new_case_id(), case.kind, case.answers, case.conclusion)
    return tablet.store.parcels.seal(app_version="0.1.0", knowledge_version="1.1").data
