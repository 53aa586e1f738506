"""Every test here leaves the app speaking English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mobile_app import language


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use("en")
