"""What a sync endpoint does.

The tablet's HTTP client and the server's exchange service both are one, so a test can join a tablet to a server with or
without a network between them.
"""

from __future__ import annotations

from typing import Protocol

from shared.sync.carry import CarryRequest, CarryResponse
from shared.sync.compare import CompareRequest, CompareResponse
from shared.sync.messages import SyncRequest, SyncResponse


class SyncEndpoint(Protocol):
    """The other end of the exchange, and of what is carried."""

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """Store what the request pushes, and return what is stored and what is new.

        Raises:
            SyncFailed: nothing that was acknowledged before is lost, and the same request may be sent again.
        """
        ...

    def carry(self, request: CarryRequest) -> CarryResponse:
        """Hand in parcels that were carried here without a network, and return what became of each.

        Raises:
            SyncFailed: the same parcels may be handed in again.
        """
        ...

    def compare(self, request: CompareRequest) -> CompareResponse:
        """Return what is stored in ranges and what was asked for, and keep what the request brings back.

        Raises:
            SyncFailed: as `exchange`.
        """
        ...
