"""Locking ends a sync at once: no thread goes on that waits for an answer, and what comes late is not read."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from mobile_app.sync_client.http_endpoint import HttpEndpoint
from mobile_app.sync_client.read_ahead import ReadingAhead
from shared.case.entry import DeviceId
from shared.errors import ServerUnreachable
from shared.sync.batch import GENESIS
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead, SyncRequest, SyncResponse, write_response

REQUEST = SyncRequest(DeviceId("a" * 16), "epoch-1", 0, ChainHead(0, GENESIS), 0, "0.1.0", "1.1")
FIRST_PAGE = write_response(SyncResponse("epoch-1", "n-1", ChainHead(0, GENESIS), (), (), (), 1, more=True))
LAST_PAGE = write_response(SyncResponse("epoch-1", "n-2", ChainHead(0, GENESIS), (), (), (), 2, False, Holding()))


class SlowServer:
    """Answers the first so many requests on a connection at once, and each later one when it is told to."""

    def __init__(self, answers_at_once: int) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.at_once = answers_at_once
        self.was_asked, self.may_answer = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        line, _ = self.socket.accept()
        with line, suppress(OSError):
            for _ in range(self.at_once):
                self._read(line)
                self._answer(line, FIRST_PAGE)
            self._read(line)
            self.was_asked.set()
            self.may_answer.wait(60)
            self._answer(line, LAST_PAGE)

    def _read(self, line: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more(line)
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._more(line)

    def _more(self, line: socket.socket) -> bytes:
        received = line.recv(4096)
        if not received:
            raise ConnectionError
        return received

    def _answer(self, line: socket.socket, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body)


@contextmanager
def a_server(answers_at_once: int) -> Iterator[SlowServer]:
    server = SlowServer(answers_at_once)
    try:
        yield server
    finally:
        server.may_answer.set()
        server.thread.join()
        server.socket.close()


def an_endpoint(server: SlowServer) -> HttpEndpoint:
    return HttpEndpoint(server.url, REQUEST.device, lambda message: bytes(64), "n-0", sends_packed=False)


def test_who_waits_for_an_answer_stops_waiting_when_another_thread_hangs_up() -> None:
    with a_server(0) as server:
        endpoint, faults = an_endpoint(server), []

        def ask() -> None:
            with pytest.raises(ServerUnreachable) as fault:
                endpoint.exchange(REQUEST)
            faults.append(fault)

        asking = threading.Thread(target=ask)
        asking.start()
        assert server.was_asked.wait(60)
        endpoint.close()
        # Not one byte of the answer has come, and none will before this thread has ended.
        asking.join(30)

        assert not asking.is_alive()
        assert len(faults) == 1


def test_when_the_connection_is_closed_no_thread_holds_what_was_asked_ahead() -> None:
    with a_server(1) as server:
        with ReadingAhead(an_endpoint(server)) as ahead:
            assert ahead.exchange(REQUEST).more
            assert server.was_asked.wait(60)
        # Nothing was answered meanwhile.

        assert not any(thread.name == "sync reads ahead" for thread in threading.enumerate())


def test_after_hanging_up_nothing_is_asked_any_more() -> None:
    with a_server(1) as server:
        endpoint = an_endpoint(server)
        endpoint.exchange(REQUEST)
        endpoint.close()

        with pytest.raises(ServerUnreachable):
            endpoint.exchange(REQUEST)

        server.thread.join(30)
        assert not server.was_asked.is_set()
