"""The listening socket: what it accepts answers without waiting."""

from __future__ import annotations

import socket

import pytest

from shared.errors import InvalidInput
from sync_server.api.listener import listen


def test_an_answers_body_does_not_wait_until_its_head_is_confirmed() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(InvalidInput, match="^--port: cannot be opened here"):
        listen("127.0.0.1", listener.getsockname()[1])
