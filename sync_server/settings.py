"""Everything that can be set when the server starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from shared.errors import InvalidInput

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_ASSETS = Path(__file__).resolve().parents[1] / "assets"


def default_database_url() -> str:
    """Return HANDWISE_DATABASE_URL, or a SQLite file in HANDWISE_HOME or the user's own data folder."""
    if configured := os.environ.get("HANDWISE_DATABASE_URL"):
        return configured
    if home := os.environ.get("HANDWISE_HOME"):
        return f"sqlite:///{Path(home) / 'server' / 'handwise.db'}"
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return f"sqlite:///{Path(data_home) / 'handwise-server' / 'handwise.db'}"


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs. `public_url` is its address as tablets and browsers see it, behind a TLS proxy."""

    # Not part of the printed form: an address may hold a password.
    database_url: str = field(default_factory=default_database_url, repr=False)
    host: str = "127.0.0.1"
    port: int = 8470
    public_url: str | None = None
    allow_plain_http: bool = False
    behind_proxy: bool = False
    """Whether the proxy in front appends to X-Forwarded-For whom it speaks for. Else nobody is believed who says so."""
    connections: int = 256
    """How many may be open at once: tablets, browsers, and what a proxy keeps. Each may hold a body of 1 MiB."""
    assets: Path = _ASSETS

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise InvalidInput("--port", "must be a number from 0 to 65535")
        if not 8 <= self.connections <= 10_000:
            raise InvalidInput("--connections", "must be a number from 8 to 10000")
        if self.public_url is not None:
            parts = urlsplit(self.public_url)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
                raise InvalidInput("--public-url", "must look like https://review.example.org")
        if self.host not in LOOPBACK_HOSTS and not self.is_https and not self.allow_plain_http:
            raise InvalidInput(
                "--host",
                "other than this machine needs --public-url https://... (a TLS proxy in front) or --allow-plain-http",
            )

    @property
    def is_https(self) -> bool:
        """Whether browsers and tablets reach this server through TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")
