"""A recorder between the demo's tablets and the server: it passes every byte on and keeps what the tablets sent."""

from __future__ import annotations

import re
import socket
import threading
from base64 import b64encode
from contextlib import suppress
from urllib.parse import urlsplit

from shared.errors import InvalidInput
from shared.sync.packed_message import MEDIA_TYPE, read_packed_request

_HEAD = re.compile(rb"POST [^\r\n]+\r\n(?:[^\r\n]+\r\n)*\r\n")
_LENGTH = re.compile(rb"content-length: (\d+)\r\n", re.IGNORECASE)


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


def unpacked(sent: bytes) -> tuple[bytes, ...]:
    """Return the plain body of every packed request that stands whole in what was sent."""
    found = []
    for head in _HEAD.finditer(sent):
        length = _LENGTH.search(head[0])
        if length and MEDIA_TYPE.encode() in head[0]:
            try:
                found.append(read_packed_request(sent[head.end() : head.end() + int(length[1])]).body)
            except InvalidInput:
                # The line was cut there. Whatever it was came again.
                continue
    return tuple(found)


def is_hidden_in(text: str, haystack: bytes) -> bool:
    """Tell whether a text stands in bytes: as it is, in other letter case, as hexadecimal or as base64."""
    plain = text.encode()
    forms = [plain, text.casefold().encode(), text.upper().encode(), plain.hex().encode(), text.encode("utf-16-le")]
    # In base64 the first and last characters depend on the neighbours, so they are cut off.
    forms += [b64encode(bytes(offset) + plain)[4:-4] for offset in range(3)]
    return any(form in haystack for form in forms if form)
