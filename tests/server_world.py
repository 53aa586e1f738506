"""A real server on a free port, and tablets that speak to it over HTTP as the protocol says, byte by byte."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socket import socket

import requests
import uvicorn
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519
from sqlalchemy import Engine

from shared.case.entry import AnswerValue, CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind, RankedCondition
from shared.crypto.signing import SigningKey
from shared.sync.batch import GENESIS, Batch, batch_hash, entry_hash
from shared.sync.messages import ChainHead, SyncRequest, SyncResponse, read_response, write_request
from sync_server.api.connections import uvicorn_config
from sync_server.api.dependencies import Services
from sync_server.api.listener import listen
from sync_server.database import Database
from sync_server.main import create_app
from sync_server.repositories.sites import find_or_add
from sync_server.repositories.users import Role
from sync_server.settings import Settings
from tests.databases import stored_bytes
from tests.described import Described
from tests.second_step import let_go, sign_in_again

PASSWORD = "correct horse battery staple"
COVERED = ("@method", "@authority", "@target-uri", "content-type", "content-digest")


@dataclass
class RunningServer:
    """A server that answers on a loopback port."""

    port: int
    services: Services
    database_url: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stored_bytes(self) -> bytes:
        """Return every byte of the files that hold its tables."""
        return stored_bytes(self.database_url)

    def code(self, site: str = "Clinic A") -> str:
        return self.services.enrolment.make_code(site)


class _QuickServer(uvicorn.Server):
    """Stops at once instead of looking every 100 ms whether it should and whether it may: tests stop thousands."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        self._loop, self._stops = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            counter = (counter + 1) % 864000
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stops.wait(), 0.1)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.002)
        for server in self.servers:
            await server.wait_closed()
        await self.lifespan.shutdown()

    def stop(self) -> None:
        """Finish what is being answered, and no more. Called from another thread."""
        self.should_exit = True
        with suppress(RuntimeError):  # it has ended already
            self._loop.call_soon_threadsafe(self._stops.set)


@contextmanager
def running_server(database_url: str, **settings: object) -> Iterator[RunningServer]:
    """Serve from a database until the block ends."""
    app = create_app(Settings(database_url=database_url, **settings))  # type: ignore[arg-type]
    # Argon2 at its real cost would take most of the time of these tests; test_sign_in.py holds the real parameters.
    object.__setattr__(app.state.services.sign_in, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    _share_compiled(app.state.services.database)
    listener = listen("127.0.0.1", 0)
    described = Described(app)
    server = _QuickServer(uvicorn_config(described, app.state.services.settings.connections))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        yield RunningServer(listener.getsockname()[1], app.state.services, database_url)
    finally:
        server.stop()
        thread.join()
        listener.close()
        let_go(app.state.services)
        app.state.services.close()
    assert not described.undeclared, f"The OpenAPI document does not say so: {sorted(described.undeclared)}"


_first: dict[bool, Engine] = {}


def _share_compiled(database: Database) -> None:
    """Let a new server find the SQL that those before it made of the same statements: a third of what a test takes."""
    first = _first.setdefault(database.is_sqlite, database.engine)
    for engine in (database._reading, database._writing):
        # Kept by dialect, of which every engine has one of its own.
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def conclusion(
    condition: str = "calcinosis_cutis_iatrogenic",
    probability: float = 0.77,
    disposition: str = "same_day",
    red_flags: tuple[str, ...] = (),
) -> Conclusion:
    """A conclusion with one leading condition and what is left for another."""
    rest = "other_not_modelled" if condition != "other_not_modelled" else "cellulitis"
    return Conclusion(
        knowledge_version="1.0",
        disposition=disposition,
        red_flags=red_flags,
        differential=(
            RankedCondition(condition, probability, 0.12, 0.97),
            RankedCondition(rest, round(1 - probability, 2), 0.01, 0.4),
        ),
        fits=True,
    )


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: SigningKey) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key.private_bytes)

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key


@dataclass
class Tablet:
    """A tablet that keeps nothing but what the protocol needs."""

    url: str
    device: DeviceId = field(default_factory=lambda: DeviceId(secrets.token_hex(8)))
    key: SigningKey = field(default_factory=SigningKey.generate)
    nonce: str = ""
    epoch: str = ""
    head: ChainHead = field(default_factory=lambda: ChainHead(0, GENESIS))
    cursor: int = 0
    written: int = 0

    def enrol(self, code: str) -> Tablet:
        answer = self.post_enrolment(code)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.epoch, self.nonce = body["epoch"], body["nonce"]
        return self

    def post_enrolment(self, code: str) -> requests.Response:
        proven = b"handwise-enrol-1\n" + code.encode() + b"\n" + self.device.encode()
        return requests.post(
            f"{self.url}/v1/enrol",
            json={
                "code": code,
                "device": self.device,
                "public_key": b64encode(self.key.public_bytes).decode(),
                "proof": b64encode(self.key.sign(proven)).decode(),
            },
            timeout=30,
        )

    def entry(
        self,
        case_id: CaseId,
        answers: Mapping[str, AnswerValue] | None = None,
        *,
        kind: EntryKind = EntryKind.ASSESSMENT,
        parents: Sequence[Entry] = (),
        concluded: Conclusion | None = None,
    ) -> Entry:
        """Write the next entry of this tablet."""
        self.written += 1
        return Entry(
            id=EntryId(self.device, self.written),
            case_id=case_id,
            kind=kind,
            answers={"fever_ge_38": False} if answers is None else answers,
            parents=tuple(sorted(parent.id for parent in parents)),
            conclusion=concluded,
        )

    def batch(self, entries: Sequence[Entry], after: ChainHead | None = None) -> Batch:
        """Sign the entries as the batch that follows `after` (the head, if not said)."""
        previous = self.head if after is None else after
        first_seq = entries[0].id.seq
        digest = batch_hash(self.device, first_seq, previous.hash, [entry_hash(entry) for entry in entries])
        return Batch(first_seq, tuple(entries), self.key.sign(digest))

    def request(self, *batches: Batch) -> SyncRequest:
        return SyncRequest(
            device=self.device,
            epoch=self.epoch,
            cursor=self.cursor,
            stored=self.head,
            waiting=0,
            app_version="0.1.0",
            knowledge_version="1.0",
            batches=batches,
        )

    def signed(
        self,
        body: bytes,
        *,
        nonce: str | None = None,
        key: SigningKey | None = None,
        created: int = 0,
        address: str = "",
    ) -> requests.PreparedRequest:
        """Return the signed HTTP request of a body."""
        request = requests.Request(
            "POST", f"{self.url}/v1/sync", data=body, headers={"content-type": "application/json"}
        ).prepare()
        if address:
            request.url = address
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Keys(key or self.key)).sign(
            request,
            key_id=self.device,
            nonce=self.nonce if nonce is None else nonce,
            tag="sync-v1",
            created=datetime.fromtimestamp(created, UTC),
            covered_component_ids=COVERED,
            body=body,
        )
        request.url = f"{self.url}/v1/sync"
        return request

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        with requests.Session() as session:
            return session.send(request, timeout=30)

    def post(self, *batches: Batch) -> requests.Response:
        """Send batches and keep the nonce of the answer."""
        answer = self.send(self.signed(write_request(self.request(*batches))))
        body = answer.json()
        self.nonce = body["nonce"] if answer.status_code == 200 else body["error"].get("nonce", self.nonce)
        return answer

    def exchange(self, *batches: Batch) -> SyncResponse:
        """Send batches, and take over what the answer says."""
        answer = self.post(*batches)
        assert answer.status_code == 200, answer.text
        response = read_response(answer.content)
        self.head, self.cursor, self.epoch = response.acknowledged, response.cursor, response.epoch
        return response

    def push(self, *entries: Entry) -> SyncResponse:
        """Send entries as one batch."""
        return self.exchange(self.batch(entries))


def signed_in(
    services: Services, name: str = "Huda", role: Role = Role.DISTRICT_LEAD, sites: Collection[str] = ()
) -> str:
    """Make a user of this role (a coordinator of these sites) and return the token of a session.

    The token is the value of the cookie `handwise_session`; `services.sign_in.user_of(token)` is the user.
    """
    with services.database.writing() as session:
        for site in sites:
            find_or_add(session, site)
    services.sign_in.create_user(name, PASSWORD, role, sites)
    return sign_in_again(services, name, PASSWORD)


def new_case() -> CaseId:
    return CaseId(secrets.token_hex(16))
