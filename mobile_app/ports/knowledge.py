"""Newer knowledge that the server offers, and the tablet fetches when there is time for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from shared.sync.messages import KnowledgeOffer

Fetch = Callable[[str, int], Iterator[bytes]]
"""Gives the release of a digest from a byte on, in pieces, as they come; may raise SyncFailed between two."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of an offer: the version, and why it cannot be used, as one sentence; empty if it can."""

    version: str
    failure: str = ""


class KnowledgeReceiver(Protocol):
    """Takes releases in."""

    def take(self, offer: KnowledgeOffer, fetch: Fetch) -> Arrival | None:
        """Fetch what is still missing of an offered release. None: it is here already, or was refused before.

        Raises:
            SyncFailed: the line broke; what came so far is kept, and the next call goes on from there.
        """
        ...
