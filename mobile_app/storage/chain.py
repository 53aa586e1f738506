"""Whose entries are sent: this tablet's own, or those of a former one whose backup was restored here.

Both have the same tables, those of former tablets with the device in every row. The outbox works on either through a
`Chain`; a former one only grows by batches, signed with its own key, for it writes no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from mobile_app.storage.tables import (
    BatchRow,
    DeviceRow,
    FormerBatchRow,
    FormerDeviceRow,
    FormerRefusalRow,
    FormerSentFormRow,
    RefusalRow,
    SentFormRow,
)
from shared.case.entry import DeviceId


@dataclass(frozen=True, slots=True)
class Chain:
    """One device's sent forms, batches and refusals, and how far the server has them."""

    device: DeviceId
    is_former: bool = False

    # The rows of a former tablet have all the columns of our own, so they are typed as those.

    @property
    def form(self) -> type[SentFormRow]:
        return cast(type[SentFormRow], FormerSentFormRow) if self.is_former else SentFormRow

    @property
    def batch(self) -> type[BatchRow]:
        return cast(type[BatchRow], FormerBatchRow) if self.is_former else BatchRow

    @property
    def refusal(self) -> type[RefusalRow]:
        return cast(type[RefusalRow], FormerRefusalRow) if self.is_former else RefusalRow

    def of_it(self, row: type[Any]) -> tuple[ColumnElement[bool], ...]:
        """Return what picks this chain's rows of a table."""
        return (row.device == self.device,) if self.is_former else ()

    def named(self) -> dict[str, str]:
        """Return what a new row of this chain carries besides its own values."""
        return {"device": self.device} if self.is_former else {}

    def state(self, session: Session) -> DeviceRow:
        """Return the row that says how far the server has got."""
        if self.is_former:
            return cast(DeviceRow, session.get_one(FormerDeviceRow, self.device))
        return session.get_one(DeviceRow, 1)


def own_chain(session: Session) -> Chain:
    return Chain(DeviceId(session.get_one(DeviceRow, 1).device))


def former_chains(session: Session) -> Sequence[Chain]:
    """Return the chains of the tablets whose backups were restored here, the oldest first."""
    devices = session.exec(select(FormerDeviceRow.device).order_by(col(FormerDeviceRow.number)))
    return tuple(Chain(DeviceId(device), is_former=True) for device in devices)


def all_chains(session: Session) -> Sequence[Chain]:
    return (*former_chains(session), own_chain(session))
