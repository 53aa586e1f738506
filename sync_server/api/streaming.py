"""A file that is sent while it is made, and whose maker is told when nobody takes it any more."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import cast

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class FileInPieces(StreamingResponse):
    """Sends the pieces of a generator, each made in a thread while the one before is on its way.

    However it ends, the generator is closed at once: one that has not given its last piece then knows that the file
    broke off. HTTP sends it in chunks, so the browser knows it too.
    """

    def __init__(self, pieces: Iterator[bytes], media_type: str, file_name: str) -> None:
        super().__init__(
            pieces,
            headers={"content-disposition": f'attachment; filename="{file_name}"', "x-accel-buffering": "no"},
        )
        # As it is: Starlette would write a charset after every text type.
        self.headers["content-type"] = media_type
        self._pieces = cast(Generator[bytes, None, None], pieces)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Whoever went away has cancelled everything here, but what was sent must still be written down.
            with CancelScope(shield=True):
                await run_in_threadpool(self._pieces.close)
