"""A finger on a real tablet, for every test of the presenters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.presenter_world import Finger, a_finger, copy_a_tablet
from tests.tablet_world import a_tablet


@pytest.fixture
def finger(tmp_path: Path) -> Iterator[Finger]:
    """A finger on an unlocked tablet: a copy of one that was set up. Who needs two that differ sets them up himself."""
    copy_a_tablet(tmp_path)
    with a_finger(tmp_path) as one:
        yield one


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Finger]:
    """A new tablet, switched on."""
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.flow.start()
        yield finger
        finger.flow.lock()
