"""Kinto and PouchDB, started and used: the same verbs for both.

    prepare   make ready what is pushed        pull   a second tablet gets it
    push      send it                          ask    that one syncs again: nothing is new

A client is a process of its own that says how long its library took; the server is one whose processor time counts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.benchmarks.programs import Server, a_server, free_port
from tests.benchmarks.sync_peers.install import HERE, KINTO, KINTO_BIN, POUCHDB, is_installed

VERSIONS = {
    package: version
    for package, _, version in (
        line.partition("==") for line in (HERE / "requirements.in").read_text().splitlines() if line[0] != "#"
    )
} | json.loads((HERE / "package.json").read_text())["dependencies"]


@dataclass(frozen=True, slots=True)
class Documents:
    """A file with one JSON document in each line, each with an `id`; the first `count` of them count."""

    file: Path
    count: int


class Peer(Protocol):
    """A server of others with its client."""

    @property
    def name(self) -> str: ...

    def is_there(self) -> bool:
        """Tell whether `make bench` could install it."""

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start the server."""

    def do(self, verb: str, port: int, folder: Path, documents: Documents) -> float:
        """Return the seconds that the client's library took for a verb, through a port.

        Raises:
            RuntimeError: it did not move what it should have.
        """


@dataclass(frozen=True, slots=True)
class Kinto:
    """Kinto, everything in memory, with its own client: 500 records in one request."""

    name: str = f"Kinto {VERSIONS['kinto']}"

    def is_there(self) -> bool:
        return is_installed(KINTO, HERE / "requirements.lock")

    @contextmanager
    def serve(self, folder: Path) -> Iterator[Server]:
        port = free_port()
        command = [KINTO_BIN / "kinto", "start", "--ini", HERE / "kinto.ini", "--port", port]
        with a_server(command, folder / "kinto.log", {}, port) as server:
            yield server

    def do(self, verb: str, port: int, folder: Path, documents: Documents) -> float:
        address, collection = f"http://127.0.0.1:{port}/v1", f"cases{documents.count}"
        command = [KINTO_BIN / "python", HERE / "kinto_client.py", address, verb, collection]
        return _done([*command, documents.file, documents.count], verb, documents.count)


@dataclass(frozen=True, slots=True)
class PouchDB:
    """PouchDB on LevelDB, replicating with express-pouchdb on LevelDB: 1000 documents in one request."""

    name: str = f"PouchDB {VERSIONS['pouchdb']}"

    def is_there(self) -> bool:
        return shutil.which("node") is not None and is_installed(POUCHDB, HERE / "package-lock.json")

    @contextmanager
    def serve(self, folder: Path) -> Iterator[Server]:
        command = ["node", HERE / "pouchdb_server.js", folder / "pouchdb-server"]
        with a_server(command, folder / "pouchdb.log", _NODE) as server:
            yield server

    def do(self, verb: str, port: int, folder: Path, documents: Documents) -> float:
        command = ["node", HERE / "pouchdb_client.js", f"http://127.0.0.1:{port}", verb, folder / "pouchdb-tablets"]
        return _done([*command, documents.file, documents.count], verb, documents.count)


PEERS: tuple[Peer, ...] = (Kinto(), PouchDB())
_NODE = {"NODE_PATH": str(POUCHDB / "node_modules")}


def _done(command: Sequence[object], verb: str, count: int) -> float:
    done = subprocess.run(
        [str(word) for word in command], env={**os.environ, **_NODE}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{verb} failed: {done.stderr[-500:]}")
    said = json.loads(done.stdout.splitlines()[-1])
    if said["moved"] != (0 if verb == "ask" else count):
        raise RuntimeError(f"{verb} moved {said['moved']} of {count} documents")
    return float(said["seconds"])
