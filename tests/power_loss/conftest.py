"""A folder in memory: what is flushed is recorded, not measured, and no real disk has to be waited for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.template import quick_folder


@pytest.fixture
def quick_path() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="handwise-power-", dir=quick_folder()))
    yield folder
    shutil.rmtree(folder)
