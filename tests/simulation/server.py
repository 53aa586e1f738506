"""The server of a simulation: the real application on SQLite or PostgreSQL, called without socket, loop or thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from fastapi import FastAPI
from requests import PreparedRequest
from starlette.concurrency import run_in_threadpool

from shared.privacy.policy import PrivacyPolicy
from sync_server.api.dependencies import Services
from sync_server.database import Database
from sync_server.main import build_services, create_app
from sync_server.repositories.schema import identify
from sync_server.services.acceptance import Acceptance
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from tests.simulation.checks import expect
from tests.simulation.disk import Disk, PostgresqlDatabase
from tests.simulation.node import Node, share_dialect

ADDRESS = "https://sync.example.org"
SITE = "Clinic A"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class SimulatedServer(Node):
    """`unknown_codes`: answers that this server's knowledge does not have yet, so it refuses entries with them."""

    kind = "server"

    def __init__(self, disk: Disk, unknown_codes: frozenset[str] = frozenset()) -> None:
        super().__init__("server", disk)
        self._unknown = unknown_codes
        self.services: Services
        self.start()

    def start(self) -> None:
        settings = Settings(database_url=self.disk.url, public_url=ADDRESS)
        database = Database(settings.database_url)
        self.services = build_services(settings, database, identify(database))
        intake = self.services.exchange.intake
        if self._unknown:
            known = intake.acceptance.policy
            object.__setattr__(intake, "acceptance", Acceptance(_without(known, self._unknown)))
        if database.is_sqlite:
            with database._writing.connect() as connection:
                self.synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        self.watch(database._writing)
        share_dialect(database._reading)

    def stop(self) -> None:
        self.services.close()

    def copy_of_disk(self) -> Disk:
        if isinstance(self.disk, PostgresqlDatabase):
            # It is copied only while nobody has it open.
            self.services.database.close()
        copy = super().copy_of_disk()
        self.watch(self.services.database._writing)
        return copy

    def _after_a_crash(self) -> Disk:
        return self.disk if isinstance(self.disk, PostgresqlDatabase) else super()._after_a_crash()

    def answer(self, request: PreparedRequest, body: bytes) -> Reply:
        """Answer an HTTP request.

        Raises:
            Crash: it stopped meanwhile; nobody gets an answer.
            Broken: it went wrong by itself.
        """
        self.doing = f"answers {request.path_url}"
        self.effect("a request is there")
        app = _the_app()
        app.state.services = self.services
        reply = _called(app, request, body)
        expect(reply.status < 500, f"the server answered {reply.status}")
        self.effect("the answer is ready")
        return reply

    def code(self) -> str:
        return self.services.enrolment.make_code(SITE)

    def faults(self) -> list[str]:
        """Return what `handwise-server verify` finds."""
        found: list[str] = []
        Verification(self.services.database, self.services.exchange.intake.digests, found.append).run()
        return found


@cache
def _the_app() -> FastAPI:
    """Return the application with all its routes, made once: it keeps nothing but the services of who answers.

    To make it anew at every start takes a tenth of the time of a history.
    """
    with TemporaryDirectory() as folder:
        app = create_app(Settings(database_url=f"sqlite:///{folder}/handwise.db", public_url=ADDRESS))
        app.state.services.close()
    return app


def _without(policy: PrivacyPolicy, codes: frozenset[str]) -> PrivacyPolicy:
    return replace(policy, codes={code: rule for code, rule in policy.codes.items() if code not in codes})


@contextmanager
def without_threads() -> Iterator[None]:
    """Have the framework call the routes where they are: one thing after the other, always in the same order."""

    async def call(function: Any, /, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    with ExitStack() as stack:
        for module in _calling_in_threads():
            stack.enter_context(patch.object(module, "run_in_threadpool", call))
        yield


@cache
def _calling_in_threads() -> tuple[ModuleType, ...]:
    """Return the modules that have functions called in threads; all of them are loaded with the application."""
    modules = [*sys.modules.values()]
    return tuple(one for one in modules if getattr(one, "run_in_threadpool", None) is run_in_threadpool)


def _called(app: FastAPI, request: PreparedRequest, body: bytes) -> Reply:
    parts = urlsplit(request.url or "")
    named = [(name, value) for name, value in request.headers.items() if isinstance(value, str)]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", parts.netloc.encode())]
        + [(name.lower().encode(), value.encode()) for name, value in named],
        "client": ("192.0.2.1", 40000),
        "server": (parts.hostname, 443),
    }
    answer: list[Any] = []
    is_given = False

    async def receive() -> dict[str, Any]:
        nonlocal is_given
        if is_given:
            return {"type": "http.disconnect"}
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        answer.append(message)

    call = app(scope, receive, send)
    try:
        # Nothing in it waits for anything, so it runs through without a loop.
        call.send(None)
    except StopIteration:
        pass
    else:
        raise AssertionError("The application waits for something.")
    head, *rest = answer
    headers = tuple((name.decode(), value.decode()) for name, value in head["headers"])
    return Reply(head["status"], headers, b"".join(message.get("body", b"") for message in rest))
