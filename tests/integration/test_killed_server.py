"""A server that is killed while tablets push has, when it comes back, all that it had acknowledged."""

from __future__ import annotations

from pathlib import Path

from tests.killing_server import kill_while_tablets_push


def test_a_killed_server_has_what_it_had_acknowledged_and_all_become_equal(tmp_path: Path) -> None:
    assert kill_while_tablets_push(tmp_path, kills=3, seed=1) > 0
