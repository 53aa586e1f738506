"""A finger on a real tablet, for every test of the presenters."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.presenter_world import Finger, a_finger


@pytest.fixture(scope="session")
def _folder_of_a_tablet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set-up")
    with a_finger(folder):
        return folder


@pytest.fixture
def finger(_folder_of_a_tablet: Path, tmp_path: Path) -> Iterator[Finger]:
    """A finger on an unlocked tablet: a copy of one that was set up. Who needs two that differ sets them up himself."""
    shutil.copytree(_folder_of_a_tablet, tmp_path, dirs_exist_ok=True)
    with a_finger(tmp_path) as one:
        yield one
