"""Where the tablet keeps its files, on a desktop and on Android, and which version it says it is."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

from mobile_app.config import ASSETS, app_version, read_config


def test_on_android_nothing_lies_where_an_update_replaces_the_app():
    config = read_config({"ANDROID_PRIVATE": "/data/user/0/org.handwise/files", "XDG_DATA_HOME": "/elsewhere"})

    app = Path("/data/user/0/org.handwise/files/app")
    kept = [config.data_folder, config.store_folder, config.device_secret, config.preferences]
    kept += [config.papers_folder, config.backups_folder]
    assert all(path.is_relative_to(app.parent) and not path.is_relative_to(app) for path in kept)


def test_the_version_is_the_projects_own_installed_or_not(monkeypatch):
    written = tomllib.loads((ASSETS.parent / "pyproject.toml").read_text())["project"]["version"]
    assert app_version() == written

    def not_installed(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", not_installed)

    assert app_version() == written
