"""Letting in enrolled tablets only, each request once.

A device has at most two nonces: the one that came with its last answer, and the challenge of its last 401. A challenge
is derived, not stored, so a stranger who sends bad requests in a device's name cannot take anything from it.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from hashlib import sha256

from sync_server.database import Database
from sync_server.repositories import devices
from sync_server.repositories.devices import Device
from sync_server.services.refusals import NotSigned, Revoked
from sync_server.services.request_signature import SignatureMissing, SignedRequest, verify


@dataclass(frozen=True, slots=True)
class Authentication:
    """Knows which device a request is from."""

    database: Database
    secret: bytes

    def authenticate(self, request: SignedRequest) -> Device:
        """Return the device that sent the request, with the nonce for its next one.

        Raises:
            NotSigned: with the challenge to sign.
            Revoked: the device's signature is right, but it may no longer send.
        """
        try:
            speaker = verify(request, self._public_key_of)
        except SignatureMissing as missing:
            raise NotSigned(self._challenge_for(missing.key_id)) from None
        with self.database.writing() as session:
            device = devices.find(session, speaker.key_id)
            if device is None:
                raise NotSigned(self._challenge(speaker.key_id, 0))
            if device.is_revoked:
                raise Revoked
            if speaker.nonce == self._challenge(device.device, device.challenges_used):
                is_fresh = devices.use_challenge(session, device)
            elif speaker.nonce == device.next_nonce:
                is_fresh = devices.use_nonce(session, device, speaker.nonce)
            else:
                is_fresh = False
            if not is_fresh:
                raise NotSigned(self._challenge(device.device, device.challenges_used))
            nonce = new_nonce()
            devices.set_next_nonce(session, device, nonce)
        return replace(device, next_nonce=nonce)

    def _public_key_of(self, key_id: str) -> bytes | None:
        with self.database.reading() as session:
            device = devices.find(session, key_id)
        return None if device is None else device.public_key

    def _challenge_for(self, key_id: str) -> str:
        with self.database.reading() as session:
            device = devices.find(session, key_id)
        return self._challenge(key_id, 0 if device is None else device.challenges_used)

    def _challenge(self, key_id: str, used: int) -> str:
        mac = hmac.digest(self.secret, f"challenge\n{key_id}\n{used}".encode("utf-8", "replace"), sha256)
        return urlsafe_b64encode(mac[:18]).decode()


def new_nonce() -> str:
    """Return 128 random bits as text."""
    return secrets.token_urlsafe(16)
