"""A folder in memory: what is flushed is recorded, not measured, and no real disk has to be waited for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compiled_once import statements_compiled_once
from tests.simulation.template import quick_folder


@pytest.fixture(scope="session", autouse=True)
def _once_a_process() -> Iterator[None]:
    """Pay once what no test is about: hundreds of files are opened."""
    with statements_compiled_once():
        yield


@pytest.fixture
def quick_path() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="handwise-power-", dir=quick_folder()))
    yield folder
    shutil.rmtree(folder)
