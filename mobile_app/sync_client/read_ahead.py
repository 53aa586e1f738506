"""The next page is asked for and read while this one is stored.

    asks for page 1 ──▶ stores page 1 ──▶ stores page 2 ──▶ ...
                   └──▶ asks for page 2 ┘└──▶ asks for page 3

Still one request follows the other, for each carries the nonce of the answer before. Only a request that sends nothing
is made ahead: it changes nothing at the server, so whatever becomes of it, it can be asked again. Where the tablet asks
for something else than was foreseen, as after a case was saved meanwhile, the answer that came ahead is not used.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Protocol

from shared.sync.carry import CarryRequest, CarryResponse
from shared.sync.compare import CompareRequest, CompareResponse
from shared.sync.endpoint import SyncEndpoint
from shared.sync.messages import SyncRequest, SyncResponse


class Closable(SyncEndpoint, Protocol):
    """An endpoint that holds a connection."""

    def close(self) -> None:
        """Hang up. What waits for an answer in another thread fails at once."""
        ...


class ReadingAhead:
    """An endpoint in front of another one, which it alone uses. Use as a context manager."""

    def __init__(self, endpoint: Closable) -> None:
        self._endpoint = endpoint
        self._ahead: _Asked | None = None

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """Send a request and return the server's answer, which may be here already.

        Raises:
            SyncFailed: as the endpoint behind this one.
        """
        ahead = self._settled()
        came_ahead = ahead is not None and ahead.request == request
        response = ahead.answer() if ahead is not None and came_ahead else self._endpoint.exchange(request)
        following = _following(request, response)
        if following is not None:
            self._ahead = _Asked(self._endpoint, following)
        return response

    def carry(self, request: CarryRequest) -> CarryResponse:
        self._settled()
        return self._endpoint.carry(request)

    def compare(self, request: CompareRequest) -> CompareResponse:
        self._settled()
        return self._endpoint.compare(request)

    def close(self) -> None:
        """Hang up, and wait until nobody holds anything any more: neither what was asked ahead nor its answer."""
        self.hang_up()
        self._settled()

    def hang_up(self) -> None:
        """Let whoever waits for an answer fail at once, and let nothing be asked any more. From any thread."""
        self._endpoint.close()

    def __enter__(self) -> ReadingAhead:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settled(self) -> _Asked | None:
        """Wait until nobody else uses the endpoint, and return what was asked ahead."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.thread.join()
        return ahead


@dataclass(slots=True)
class _Asked:
    """A request that is being asked in a thread of its own, and what came of it."""

    endpoint: SyncEndpoint
    request: SyncRequest
    thread: threading.Thread = field(init=False)
    _response: SyncResponse | None = None
    _fault: BaseException | None = None

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ask, name="sync reads ahead", daemon=True)
        self.thread.start()

    def answer(self) -> SyncResponse:
        if self._fault is not None:
            raise self._fault
        assert self._response is not None
        return self._response

    def _ask(self) -> None:
        try:
            self._response = self.endpoint.exchange(self.request)
        except BaseException as fault:  # noqa: BLE001 (whoever asks for the answer gets it)
            self._fault = fault


def _following(request: SyncRequest, response: SyncResponse) -> SyncRequest | None:
    """Return what the tablet will ask once it has stored this answer; None where that cannot be foreseen."""
    is_as_expected = response.epoch == request.epoch and response.acknowledged == request.stored
    if request.batches or request.waiting or not response.more or not is_as_expected:
        return None
    return replace(request, cursor=response.cursor) if response.cursor > request.cursor else None
