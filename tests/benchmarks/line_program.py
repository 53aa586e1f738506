"""A line on loopback that counts every byte, and is as slow as 2G when asked.

`python -m tests.benchmarks.line_program PORT` prints the port that it listens on, and passes everything on to PORT. It
takes orders on its input, one in a line: `reset`, `read`, `slow`, `fast`, and answers each with the counts as JSON. It
ends with its input, and so with whoever started it.

    slow   one line for all connections, 30 kbit/s each way, 300 ms on the way, so 600 ms there and back. A segment
           of 1,400 bytes carries 62 more (TCP/IP 40, a TLS record 22). A connection first pays 600 ms for TCP, then
           TLS 1.3: one way there and back with 700 bytes up and 4,200 down, a chain of two ECDSA certificates.

TLS is charged and not spoken: certificates made here would be smaller than those of the web, and two of the servers
speak none. Left out: the slow start of TCP, lost segments, the delay of a radio that wakes up, DNS. The same for all.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field

BITS_PER_S = 30_000
ROUND_TRIP_S = 0.6
SEGMENT, FRAME = 1_400, 62
HELLO_UP, HELLO_DOWN = 700, 4_200
_PIECE = 256 * 1024


@dataclass
class Way:
    """One direction: what went through, and until when it is taken."""

    passed: int = 0
    free_at: float = 0.0

    def arrival(self, size: int, now: float) -> float:
        """Return when the last of these bytes arrives."""
        size += FRAME * -(-size // SEGMENT)
        self.free_at = max(now, self.free_at) + 8 * size / BITS_PER_S
        return self.free_at + ROUND_TRIP_S / 2


@dataclass
class Line:
    """Both directions between clients and one server."""

    target: int
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    connections: int = 0
    requests: int = 0
    is_slow: bool = False

    def reset(self) -> None:
        self.up, self.down, self.connections, self.requests = Way(), Way(), 0, 0

    def counts(self) -> dict[str, int]:
        return {
            "up": self.up.passed,
            "down": self.down.passed,
            "connections": self.connections,
            "requests": self.requests,
        }

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a client."""
        self.connections += 1
        with suppress(OSError):
            if self.is_slow:
                await self._shake_hands()
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
            for end in (writer, server_writer):
                end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asked = _Asked()
            await asyncio.gather(
                self._carry(reader, server_writer, asked, is_up=True),
                self._carry(server_reader, writer, asked, is_up=False),
            )

    async def _shake_hands(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(ROUND_TRIP_S)
        self.up.arrival(HELLO_UP, loop.time())
        # The server's part begins to arrive a way there and back later.
        arrived = self.down.arrival(HELLO_DOWN, loop.time()) + ROUND_TRIP_S / 2
        await asyncio.sleep(arrived - loop.time())

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: _Asked, *, is_up: bool
    ) -> None:
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(_deliver(on_the_way, writer))
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while piece := await reader.read(SEGMENT if self.is_slow else _PIECE):
                # Counts are made anew by `reset`, so the present ones are looked up for each piece.
                way = self.up if is_up else self.down
                way.passed += len(piece)
                self.requests += asked.turns(is_up)
                if self.is_slow:
                    on_the_way.put_nowait((way.arrival(len(piece), loop.time()), piece))
                else:
                    writer.write(piece)
                    await writer.drain()
        on_the_way.put_nowait((0.0, b""))
        await delivery
        writer.close()


@dataclass
class _Asked:
    """Whether the client spoke last on a connection: each time that it begins is a request."""

    is_asking: bool = False

    def turns(self, is_up: bool) -> bool:
        begins = is_up and not self.is_asking
        self.is_asking = is_up
        return begins


async def _deliver(on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while (item := await on_the_way.get())[1]:
            arrival, piece = item
            await asyncio.sleep(max(0.0, arrival - loop.time()))
            writer.write(piece)
            await writer.drain()


async def _serve(target: int) -> None:
    line = Line(target)
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).decode().strip():
        match order:
            case "reset":
                line.reset()
            case "slow" | "fast":
                line.is_slow = order == "slow"
        print(json.dumps(line.counts()), flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1])))
