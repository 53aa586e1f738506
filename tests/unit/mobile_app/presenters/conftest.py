"""A finger on a real tablet, for every test of the presenters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.presenter_world import Finger, a_finger


@pytest.fixture
def finger(tmp_path: Path) -> Iterator[Finger]:
    with a_finger(tmp_path) as one:
        yield one
