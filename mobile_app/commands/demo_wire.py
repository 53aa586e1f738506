"""A recorder between the demo's tablets and the server: it passes every byte on and keeps what the tablets sent."""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from contextlib import suppress
from urllib.parse import urlsplit


class RecordingWire:
    """Listens on a free port of this machine and forwards to the server. Use as a context manager."""

    def __init__(self, server_url: str) -> None:
        parts = urlsplit(server_url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sent = bytearray()
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def sent(self) -> bytes:
        """Everything that the tablets have sent so far, headers included."""
        with self._lock:
            return bytes(self._sent)

    def __enter__(self) -> RecordingWire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                tablet, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._server, timeout=30)
            except OSError:
                tablet.close()
                continue
            server.settimeout(None)
            threading.Thread(target=self._forward, args=(tablet, server, True), daemon=True).start()
            threading.Thread(target=self._forward, args=(server, tablet, False), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, is_sent: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                if is_sent:
                    with self._lock:
                        self._sent += chunk
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def is_hidden_in(text: str, haystack: bytes) -> bool:
    """Tell whether a text stands in bytes: as it is, in other letter case, as hexadecimal or as base64."""
    plain = text.encode()
    forms = [plain, text.casefold().encode(), text.upper().encode(), plain.hex().encode(), text.encode("utf-16-le")]
    # In base64 the first and last characters depend on the neighbours, so they are cut off.
    forms += [b64encode(bytes(offset) + plain)[4:-4] for offset in range(3)]
    return any(form in haystack for form in forms if form)
