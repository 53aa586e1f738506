"""What this clinic chose, in the encrypted file: one row for each thing, as canonical JSON (`SettingsStore`).

A thing that was never set, or that this version cannot understand, has its default; the others stay. Rows of names that
this version does not know are left alone, so that going back to an older one loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlmodel import select

from mobile_app.locked_ports import LOCK_TIMES_S
from mobile_app.ports.settings import Settings
from mobile_app.storage.database import Database
from mobile_app.storage.tables import SettingRow
from shared.canonical import canonical_json


class EncryptedSettings:
    """The settings of one open store. They are read once: only this store writes them while it is open."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Settings | None = None

    def read(self) -> Settings:
        if self._known is None:
            with self._database.reading() as session:
                self._known = _understood({row.name: row.value for row in session.exec(select(SettingRow))})
        return self._known

    def keep(self, settings: Settings) -> None:
        with self._database.writing() as session:
            for name, value in asdict(settings).items():
                session.merge(SettingRow(name=name, value=canonical_json(value).decode()))
        self._known = settings


def _understood(rows: Mapping[str, str]) -> Settings:
    found: dict[str, Any] = {}
    for field in fields(Settings):
        try:
            found[field.name] = _READERS[field.name](json.loads(rows[field.name]))
        except (KeyError, ValueError, TypeError):
            continue
    return Settings(**found)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _texts_or_none(value: Any) -> tuple[str, ...] | None:
    return None if value is None else _texts(value)


def _names(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    return {name: _text(one) for name, one in value.items()}


def _lock_time(value: Any) -> int:
    if value not in LOCK_TIMES_S:
        raise ValueError
    return int(value)


_READERS = {
    "clinic": _text,
    "wards": _texts,
    "units": _names,
    "resources": _texts_or_none,
    "lock_after_s": _lock_time,
}
