"""The book is read here hundreds of times in one process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.compiled_once import files_parsed_once


@pytest.fixture(scope="session", autouse=True)
def _once_a_process() -> Iterator[None]:
    """Pay once what no test is about."""
    with files_parsed_once():
        yield
