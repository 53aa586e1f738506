"""Handing in what other tablets gave to carry, in the same connection as a sync: `POST /v1/carry`.

What is handed in stays on this tablet until the answer is stored; cut off anywhere, it is handed in again, which
changes nothing on the server.
"""

from __future__ import annotations

from mobile_app.ports.parcels import Parcels
from shared.case.entry import DeviceId
from shared.errors import DeviceRevoked, HandwiseError, StoreUnusable
from shared.sync.carry import CarryRequest, in_portions
from shared.sync.endpoint import SyncEndpoint


def hand_in(parcels: Parcels, device: DeviceId, endpoint: SyncEndpoint) -> str:
    """Hand in every parcel that waits here, and keep what the server says of each.

    Return why some were not answered, as a sentence; empty if all were. They wait on. The tablet's own cases were sent
    before, so nothing that goes wrong here is a failure of its sync, unless this tablet itself may no longer send or
    keep anything.

    Raises:
        DeviceRevoked, StoreFull, StoreUnusable: as said.
    """
    try:
        for portion in in_portions(parcels.to_hand_in()):
            parcels.keep_answers(portion, endpoint.carry(CarryRequest(device, tuple(portion))))
    except (DeviceRevoked, StoreUnusable):
        raise
    except HandwiseError as fault:
        return str(fault)
    return ""
