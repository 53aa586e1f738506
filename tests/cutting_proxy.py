"""A wire between a tablet and a server that can be cut after any byte, and that keeps what the tablet has sent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.server_world import RunningServer


@dataclass
class OneWay:
    """What goes in one direction; with `cut_after`, both ends are closed after so many bytes more."""

    passed: int = 0
    cut_after: int | None = None
    kept: bytearray = field(default_factory=bytearray)

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """Pass bytes on until the source ends or the cut comes; then close both."""
        with suppress(OSError):
            while piece := source.recv(65536):
                if self.cut_after is not None:
                    piece = piece[: self.cut_after - self.passed]
                target.sendall(piece)
                self.passed += len(piece)
                self.kept += piece
                if self.passed == self.cut_after:
                    break
        for end in (target, source):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class CuttingProxy:
    """Listens beside the server. `cut_next` says where the next connection is cut."""

    target: int
    up: OneWay = field(default_factory=OneWay)
    down: OneWay = field(default_factory=OneWay)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut_next(self, *, up: int | None = None, down: int | None = None) -> None:
        """Count from here, and cut after so many bytes up or down; without either, do not cut."""
        self.up.passed = self.down.passed = 0
        self.up.cut_after, self.down.cut_after = up, down

    def serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self.target)) as server:
                for end in (client, server):
                    # Otherwise each small piece waits 40 ms for the acknowledgement of the one before.
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                back = threading.Thread(target=self.down.carry, args=(server, client), daemon=True)
                back.start()
                self.up.carry(client, server)
                back.join()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def a_cutting_proxy(server: RunningServer) -> Iterator[CuttingProxy]:
    """Give a proxy before the server, until the block ends."""
    proxy = CuttingProxy(server.port)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
