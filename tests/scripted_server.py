"""A server that answers on loopback with exactly the bytes of a script, and keeps what it was sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Received:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    """Answers each request with the next bytes of a script, exactly as they stand, and keeps what it was sent."""

    script: list[bytes]
    received: list[Received] = field(default_factory=list)
    url: str = ""


@contextmanager
def a_server(*script: bytes) -> Iterator[ScriptedServer]:
    """Serve the script on loopback; the block fails if the client asks less often than the script says."""
    server = ScriptedServer(list(script))
    listener = socket.create_server(("127.0.0.1", 0))
    server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve() -> None:
        for answer in server.script:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                method, path, _ = stream.readline().decode().split()
                headers: dict[str, str] = {}
                while line := stream.readline().strip():
                    name, value = line.decode().split(": ", 1)
                    headers[name.lower()] = value
                body = stream.read(int(headers.get("content-length", "0")))
                server.received.append(Received(method, server.url + path, headers, body))
                # A client that has read enough may be gone already.
                with suppress(OSError):
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
        thread.join(10)
        assert not thread.is_alive(), "the client did not ask as often as the script says"
    finally:
        listener.close()


def http(status: int, body: object, content_type: str = "application/json", extra: str = "") -> bytes:
    """Return the bytes of an answer; a body that is not bytes goes as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {len(raw)}\r\nconnection: close\r\n"
    return f"{head}{extra}\r\n".encode() + raw


def an_error(status: int, code: str, message: str = "Please ask the coordinator.", **more: object) -> bytes:
    """Return the bytes of a refusal as the protocol writes it."""
    return http(status, {"error": {"code": code, "message": message, **more}})
