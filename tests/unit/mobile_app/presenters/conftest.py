"""A finger on a real tablet, for every test of the presenters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compiled_once import children_assessed_once
from tests.presenter_world import Finger, a_copied_finger
from tests.tablet_world import a_tablet


@pytest.fixture(autouse=True)
def _assessed_once() -> Iterator[None]:
    """What is concluded no test is about here."""
    with children_assessed_once():
        yield


@pytest.fixture
def finger(tmp_path: Path) -> Iterator[Finger]:
    """A finger on an unlocked tablet: a copy of one that was set up."""
    with a_copied_finger(tmp_path) as one:
        yield one


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Finger]:
    """A new tablet, switched on."""
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.flow.start()
        yield finger
        finger.flow.lock()
