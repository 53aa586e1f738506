"""Where things are on this machine, and which version this is. Names only; nothing is opened here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KNOWLEDGE_VERSION = "1.1"
"""The knowledge that new assessments use."""

ASSETS = Path(__file__).resolve().parent.parent / "assets"


@dataclass(frozen=True, slots=True)
class Config:
    """The paths that `bootstrap` hands to those who need them."""

    data_folder: Path
    assets: Path = ASSETS
    papers: Path | None = None
    backups: Path | None = None
    parcels: Path | None = None
    camera: str = ""
    """Which camera reads codes: a device, a film or the address of a stream; the first of the device without one."""

    @property
    def store_folder(self) -> Path:
        return self.data_folder / "store"

    @property
    def device_secret(self) -> Path:
        """Beside the store, not in it: a copy of the store's folder alone cannot be opened."""
        return self.data_folder / "device" / "secret"

    @property
    def preferences(self) -> Path:
        """Language, text size, motion, digits: the one plain file, read before anybody unlocks."""
        return self.data_folder / "preferences.json"

    @property
    def backups_folder(self) -> Path:
        """Where backups go that go on no stick: a folder that can be seen and copied from."""
        return self.backups or self.data_folder / "backups"

    @property
    def parcels_folder(self) -> Path:
        """Where what others carry to the server is written and found: beside backups, where it can be copied from."""
        return self.parcels or self.data_folder / "to carry"

    @property
    def papers_folder(self) -> Path:
        """Where letters for printing are saved: the one place where a clinician looks for documents."""
        return self.papers or self.data_folder / "papers"

    @property
    def fonts(self) -> Path:
        return self.assets / "fonts"

    @property
    def knowledge(self) -> Path:
        return self.assets / "knowledge" / KNOWLEDGE_VERSION

    @property
    def received_knowledge(self) -> Path:
        """Versions that came through the server; they are no secret."""
        return self.data_folder / "knowledge"

    @property
    def published_cases(self) -> Path:
        return self.assets / "published_cases"


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the paths: HANDWISE_HOME if it is set, otherwise `handwise` in the XDG data folder, or Android's own.

    On Android the app itself lies in `app` of that folder and is replaced by each update; what is beside it stays.
    HANDWISE_CAMERA names the camera that reads codes, where that is not the first one of the device.
    """
    camera = environment.get("HANDWISE_CAMERA", "")
    if environment.get("HANDWISE_HOME"):
        return Config(Path(environment["HANDWISE_HOME"]), camera=camera)
    if environment.get("ANDROID_PRIVATE"):
        return Config(Path(environment["ANDROID_PRIVATE"]) / "handwise", camera=camera)
    data_home = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Config(
        Path(data_home) / "handwise",
        papers=Path.home() / "Documents" / "Handwise",
        backups=Path.home() / "Handwise backups",
        parcels=Path.home() / "Handwise to carry",
        camera=camera,
    )


def app_version() -> str:
    """Return the installed version, or that of `pyproject.toml` where Handwise lies there without being installed."""
    # Imported here: it takes longer than everything else in this module, and most commands never ask.
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("handwise")
    except PackageNotFoundError:
        # As on Android, where the app is a folder.
        return str(tomllib.loads((ASSETS.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"])
