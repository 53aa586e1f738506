"""What this clinic chose; it stands in the open store (`Preferences`, in `locked_ports.py`, stand before the PIN)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Settings:
    """What this clinic chose. It stands in the encrypted file: names of wards and of the clinic are nobody's business.

    `units` names the preferred unit of measurements, by code; `resources` what the clinic has, by code, or None where
    nobody said so yet.
    """

    clinic: str = ""
    wards: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[str, ...] | None = None
    lock_after_s: int = 120


class SettingsStore(Protocol):
    """The settings in the open store."""

    def read(self) -> Settings:
        """Return them; the default for each thing that was never set or cannot be understood."""
        ...

    def keep(self, settings: Settings) -> None:
        """Keep them, durably before returning.

        Raises:
            StoreFull: those before are still there.
        """
        ...
