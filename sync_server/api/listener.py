"""The socket that the server listens on."""

from __future__ import annotations

import socket

from shared.errors import InvalidInput

UNTAKEN_MS = 120_000
"""How long an answer may lie with nobody taking a byte of it. A tablet hangs up after half of that."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        InvalidInput: the port cannot be opened here.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError:
        raise InvalidInput("--port", "cannot be opened here: it is taken, or not allowed; choose another") from None
    # An answer is written as head and body. Without this the body waits until the tablet has confirmed the head: one
    # more way there and back for every answer but a connection's first. What is accepted inherits it; asyncio sets it
    # by itself only on sockets that it has made.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Whoever asks and does not read, or has lost its power meanwhile, is given up. Inherited, too.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_MS)
    return listener
