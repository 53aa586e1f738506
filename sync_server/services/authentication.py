"""Letting in enrolled tablets only, each request once.

    ask       signature and nonce looked at, without a lock: what cannot be let in goes no further
    let_in    in the transaction that does what is asked: the nonce is used up, and the next one issued

A device has at most two nonces: the one that came with its last answer, and the challenge of its last 401. A challenge
is derived, not stored, so a stranger who sends bad requests in a device's name cannot take anything from it.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlmodel import Session

from sync_server.database import Database
from sync_server.repositories import devices
from sync_server.repositories.devices import Device
from sync_server.services.refusals import NotSigned, Revoked
from sync_server.services.request_signature import SignatureMissing, SignedRequest, verify


@dataclass(frozen=True, slots=True)
class Asking:
    """A request with a right signature, and the device as it was stored when it came."""

    device: Device
    nonce: str


@dataclass(frozen=True, slots=True)
class Authentication:
    """Knows which device a request is from."""

    database: Database
    secret: bytes

    def authenticate(self, request: SignedRequest) -> Device:
        """Return the device that sent the request, with the nonce for its next one, in a transaction of its own.

        Raises:
            NotSigned: with the challenge to sign.
            Revoked: the device's signature is right, but it may no longer send.
        """
        return self.let_in_alone(self.ask(request))

    def ask(self, request: SignedRequest) -> Asking:
        """Return who sent the request. It has not been let in yet: another request may use up its nonce.

        Raises:
            NotSigned, Revoked: as `authenticate` says.
        """
        found: list[Device] = []

        def public_key_of(key_id: str) -> bytes | None:
            device = self._find(key_id)
            found[:] = [] if device is None else [device]
            return None if device is None else device.public_key

        try:
            speaker = verify(request, public_key_of)
        except SignatureMissing as missing:
            raise NotSigned(self._challenge_for(missing.key_id)) from None
        (device,) = found
        self._refuse_unless_fresh(device, speaker.nonce)
        return Asking(device, speaker.nonce)

    def let_in(self, session: Session, asking: Asking) -> Device:
        """Use the nonce up, and return the device as it is now, with the nonce for its next request.

        Where it raises, nothing has been changed.
        """
        device = devices.find(session, asking.device.device)
        if device is None:
            raise NotSigned(self._challenge(asking.device.device, 0))
        if self._refuse_unless_fresh(device, asking.nonce):
            is_first = devices.use_challenge(session, device)
        else:
            is_first = devices.use_nonce(session, device, asking.nonce)
        if not is_first:
            raise NotSigned(self._challenge(device.device, device.challenges_used))
        nonce = new_nonce()
        devices.set_next_nonce(session, device, nonce)
        return replace(device, next_nonce=nonce)

    def let_in_alone(self, asking: Asking) -> Device:
        """Do the same in a transaction of its own."""
        with self.database.writing() as session:
            return self.let_in(session, asking)

    def _refuse_unless_fresh(self, device: Device, nonce: str) -> bool:
        """Return whether the nonce is the device's challenge; otherwise it is the one of its last answer."""
        if device.is_revoked:
            raise Revoked
        is_challenge = nonce == self._challenge(device.device, device.challenges_used)
        if not is_challenge and nonce != device.next_nonce:
            raise NotSigned(self._challenge(device.device, device.challenges_used))
        return is_challenge

    def _find(self, key_id: str) -> Device | None:
        with self.database.reading() as session:
            return devices.find(session, key_id)

    def _challenge_for(self, key_id: str) -> str:
        device = self._find(key_id)
        return self._challenge(key_id, 0 if device is None else device.challenges_used)

    def _challenge(self, key_id: str, used: int) -> str:
        mac = hmac.digest(self.secret, f"challenge\n{key_id}\n{used}".encode("utf-8", "replace"), sha256)
        return urlsafe_b64encode(mac[:18]).decode()


def new_nonce() -> str:
    """Return 128 random bits as text."""
    return secrets.token_urlsafe(16)
