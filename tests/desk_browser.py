"""A signed-in browser without a screen over the made-up district: what it gets, and forms of its session."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests

from tests.second_step import sign_in_again
from tests.server_world import PASSWORD, RunningServer


@dataclass
class DeskBrowser:
    """Somebody at the desk."""

    server: RunningServer
    name: str
    tongue: str = "en"
    """The language that the browser asks for, by its cookie."""
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = sign_in_again(self.server.services, self.name, PASSWORD)

    @property
    def cookies(self) -> dict[str, str]:
        return {"handwise_session": self.token, "handwise_language": self.tongue}

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(f"{self.server.url}{path}", cookies=self.cookies, timeout=30, **options)  # type: ignore[arg-type]

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        """Send a form; where it leads to is not followed."""
        form = {"form_token": self.server.services.sign_in.form_token(self.token), **fields}
        return requests.post(
            f"{self.server.url}{path}", data=form, cookies=self.cookies, allow_redirects=False, timeout=30
        )
