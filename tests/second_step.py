"""The second step of signing in, done as people do it: an app on a phone, and a paper with recovery codes.

    finish(services, token)             with the services of a server, for the token of a session before that step
    Phone.of(services, name)            the same for a browser: what to type, `take_over` and `code`

Codes are good once each and change twice a minute, so whoever signs in again uses a recovery code, and sets the step up
anew when none is left.
"""

from __future__ import annotations

from base64 import b32decode
from dataclasses import dataclass, field

from shared.crypto.totp import code_at
from sync_server.api.dependencies import Services
from sync_server.services.sign_in import SignInService, Step

_phones: dict[tuple[str, str], Phone] = {}


@dataclass
class Phone:
    """The phone and the paper of one user of one server."""

    sign_in: SignInService | None = None
    """Of the server while it runs: whoever kept it would keep the whole server."""
    key: bytes = b""
    paper: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, services: Services, name: str) -> Phone:
        phone = _phones.setdefault((services.settings.database_url, name), cls())
        phone.sign_in = services.sign_in
        return phone

    def take_over(self, key: str) -> str:
        """Take over the key that a page shows; return the code to type."""
        self.key = b32decode(key.replace(" ", ""))
        assert self.sign_in is not None
        return code_at(self.key, self.sign_in.now())

    def code(self) -> str:
        """Return what to type at the next sign-in: a recovery code."""
        return self.paper.pop()


def let_go(services: Services) -> None:
    """Forget a server that has stopped, but not the phones: it may be started again on the same database."""
    for (url, _), phone in _phones.items():
        if url == services.settings.database_url:
            phone.sign_in = None


def finish(services: Services, token: str) -> str:
    """Return the token of the whole session that follows."""
    sign_in = services.sign_in
    user, step = sign_in.next_step(token)
    phone = Phone.of(services, user.name)
    if step is Step.SET_UP:
        whole, codes = sign_in.finish_set_up(token, phone.take_over(sign_in.set_up(token).secret_text))
        phone.paper = list(codes)
        return whole
    assert step is Step.CODE, step
    return sign_in.enter_code(token, phone.code())


def sign_in_again(services: Services, name: str, password: str) -> str:
    """Return the token of a whole session of a user who may have used up all his recovery codes."""
    if not Phone.of(services, name).paper:
        services.sign_in.forget_second_factor(name)
    return finish(services, services.sign_in.sign_in(name, password))
