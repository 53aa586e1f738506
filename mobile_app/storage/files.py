"""Small files that are either the old one or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import StoreFull, StoreUnusable


def write_durably(path: Path, content: bytes) -> None:
    """Replace the file: a new file beside it with mode 0600, fsync, rename, fsync of the folder.

    Raises:
        StoreFull, StoreUnusable: the old file is still there.
    """
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with disk_faults():
        try:
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                written = 0
                while written < len(content):
                    written += os.write(handle, content[written:])
                os.fsync(handle)
            finally:
                os.close(handle)
            os.replace(half, path)
            sync_folder(path.parent)
        finally:
            half.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn an operating system's error into the sentence for it."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull from None
        raise StoreUnusable("The tablet's storage cannot be used. Nothing saved so far was changed.") from None
