"""Watching that the server answers nothing which its OpenAPI document does not declare, in every test that runs one."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE = {"413", "500"}


class Described:
    """The server, with a note of each answer that is not declared for its address, method, status and type."""

    def __init__(self, app: FastAPI) -> None:
        self._app: ASGIApp = app
        self._operations = _operations_of(app)
        self.undeclared: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._look(scope, message)
            await send(message)

        await self._app(scope, receive, noting if scope["type"] == "http" else send)

    def _look(self, scope: Scope, answer: Message) -> None:
        status, headers = str(answer["status"]), dict(answer["headers"])
        media_type = headers.get(b"content-type", b"").decode().partition(";")[0]
        path, methods = self._found(scope["path"])
        if not methods:
            declared: dict[str, Any] = {"404": {}}
        elif scope["method"] not in methods:
            declared = {"405": {}}
        else:
            declared = methods[scope["method"]]
        told = declared.get(status, {} if status in _EVERYWHERE else None)
        content = (told or {}).get("content", {})
        if told is None or (content and media_type not in content):
            self.undeclared.add(f"{scope['method']} {path}: {status} {media_type}")

    def _found(self, path: str) -> tuple[str, dict[str, Any]]:
        for template, (pattern, methods) in self._operations.items():
            if pattern.match(path):
                return template, methods
        return path, {}


_known: dict[str, Any] = {}


def _operations_of(app: FastAPI) -> dict[str, tuple[Any, dict[str, Any]]]:
    # Every app has the same routes, so the document is made once for a test run.
    if not _known:
        paths = app.openapi()["paths"]
        # What is spelt out comes before a placeholder, and one with an ending before one without.
        for path in sorted(paths, key=lambda path: ("{" in path, path.endswith("}"), path)):
            answers = {method.upper(): operation["responses"] for method, operation in paths[path].items()}
            _known[path] = (compile_path(path)[0], answers)
    return _known
