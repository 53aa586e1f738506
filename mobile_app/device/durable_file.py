"""A small file that is either the old one or the new one, whatever happens in between.

new file beside it, mode 0600 ──▶ fsync ──▶ moved into place ──▶ fsync of the folder
"""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from shared.errors import StoreFull, StoreUnusable


def replace_file(path: Path, content: bytes, *, if_unusable: str) -> None:
    """Make the file hold these bytes, durably before returning. Its folder is made where it is missing.

    Raises:
        StoreFull: no room; the file is as it was before.
        StoreUnusable: with `if_unusable`; the file is as it was before.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written under another name and moved into place, so that half a file is never found under this one.
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                if os.write(handle, content) != len(content):
                    # So small a file is written in one piece unless the room ends in its middle.
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(handle)
            finally:
                os.close(handle)
            os.replace(half, path)
        finally:
            half.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull from None
        raise StoreUnusable(if_unusable) from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
