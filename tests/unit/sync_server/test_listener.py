"""The listening socket: what it accepts answers without waiting."""

from __future__ import annotations

import socket

import pytest

from shared.errors import InvalidInput
from sync_server.api.listener import UNTAKEN_MS, listen


def test_an_answers_body_does_not_wait_until_its_head_is_confirmed() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    """The system ends it: also where the other side has lost its power, and where it keeps its window shut."""

    def send_for_ever(line: socket.socket) -> None:
        while True:
            line.send(b"x" * 65536)

    with listen("127.0.0.1", 0) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_MS // 100)
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted, pytest.raises(TimeoutError):
                send_for_ever(accepted)


def test_so_is_one_on_every_connection_that_is_accepted() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == UNTAKEN_MS


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(InvalidInput, match="^--port: cannot be opened here"):
        listen("127.0.0.1", listener.getsockname()[1])
