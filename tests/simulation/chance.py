"""Chance that follows from a seed, also where the product draws its own: names, nonces, keys."""

from __future__ import annotations

import random
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from shared.crypto.signing import SigningKey


@contextmanager
def seeded(seed: int) -> Iterator[random.Random]:
    """Have the product draw from this seed until the block ends; give what the simulation itself draws from."""
    # Two streams: what the product draws must not change which acts come.
    names, acts = random.Random(f"names {seed}"), random.Random(f"acts {seed}")

    def choice(among: Sequence[Any]) -> Any:
        return among[names.randrange(len(among))]

    drawn = {
        "token_bytes": lambda nbytes=32: names.randbytes(nbytes),
        "token_hex": lambda nbytes=32: names.randbytes(nbytes).hex(),
        "token_urlsafe": lambda nbytes=32: urlsafe_b64encode(names.randbytes(nbytes)).rstrip(b"=").decode(),
        "choice": choice,
    }
    with ExitStack() as stack:
        for name, draw in drawn.items():
            stack.enter_context(patch.object(secrets, name, draw))
        stack.enter_context(patch.object(SigningKey, "generate", classmethod(lambda cls: cls(names.randbytes(32)))))
        yield acts
