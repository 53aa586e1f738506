"""Parcels and receipts on their way between real tablets and a real server, for the tests of what is carried."""

from __future__ import annotations

from mobile_app.ports.parcels import Sealed
from mobile_app.ports.records import SyncState
from shared.case.entry import CaseId
from tests.joined import JoinedTablet
from tests.tablet_world import CASE

ANSWERS = {"age_days": 274, "sex": "male", "region": ("hand",), "fever_ge_38": False}

NAME = "Quillon Testbairn"


def sealed(writer: JoinedTablet) -> Sealed:
    parcels = writer.store.parcels.seal(app_version="0.1.0", knowledge_version="1.0")
    writer.store.parcels.note_given(parcels)
    return parcels


def carried(carrier: JoinedTablet, data: bytes) -> bytes:
    """Take parcels in, hand them in, and return the receipts."""
    carrier.store.parcels.take_in(data)
    report = carrier.sync()
    assert report.failure == ""
    assert carrier.store.parcels.overview().carried == 0
    return carrier.store.parcels.receipts()


def state_of(tablet: JoinedTablet, case_id: CaseId = CASE) -> SyncState:
    return next(row.sync_state for row in tablet.store.summaries() if row.case_id == case_id)


def sealed_bytes(inside: bytes, box_key: bytes) -> bytes:
    from shared.crypto.box import OVERHEAD, name_of_key, seal_to
    from shared.sync.envelope import head_of

    head = head_of(b"HWP", name_of_key(box_key), len(inside) + OVERHEAD)
    return head + seal_to(box_key, inside, b"handwise-parcel-1\n" + head)
