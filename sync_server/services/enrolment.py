"""Binding a tablet to a site with a one-time code: `shared/sync/PROTOCOL.md`, section 7.

A code is ten characters of Crockford's alphabet. The first two say whose failed try a wrong code was; the other eight
carry 40 bits, of which five tries in fifteen minutes guess nothing.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from shared.canonical import read_json
from shared.case.entry import DeviceId, EntryId
from shared.crypto import signing
from shared.errors import InvalidInput
from shared.sentence import sentence
from sync_server.database import Database
from sync_server.repositories import devices, enrolment_codes, sites
from sync_server.repositories.devices import Device
from sync_server.services import audit
from sync_server.services.authentication import new_nonce
from sync_server.services.refusals import CodeRefused, CutOff, DeviceTaken, Malformed, NoSuchTablet

CODE_LIFE_S = 15 * 60
_OFF_S = 60
"""So much a clock may be put back beside a code. One that lives longer was made under a clock that was wrong."""
MAX_TRIES = 5
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10
_MAX_BODY = 4096


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """What a tablet sends to join. `proof` shows that it holds the key."""

    code: str
    device: DeviceId
    public_key: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a tablet gets back."""

    site_id: str
    site_name: str
    epoch: str
    nonce: str
    box_key: str
    verify_key: str


def read_enrolment(body: bytes) -> EnrolmentRequest:
    """Return the request that a body spells.

    Raises:
        Malformed: naming the field.
        CutOff: the end is missing.
    """
    if body.startswith(b"{") and not body.rstrip().endswith(b"}"):
        raise CutOff
    try:
        value = read_json(body, max_bytes=_MAX_BODY)
        if not isinstance(value, dict) or value.keys() != {"code", "device", "public_key", "proof"}:
            raise InvalidInput("body", "must be an object of code, device, public_key and proof")
        # PostgreSQL keeps no text with a zero character in it.
        if not isinstance(value["code"], str) or len(value["code"]) > 64 or "\0" in value["code"]:
            raise InvalidInput("code", "must be the code as the coordinator gave it")
        if not isinstance(value["device"], str):
            raise InvalidInput("device", "must be 16 lower-case hexadecimal digits")
        device = EntryId(DeviceId(value["device"]), 1).device
        return EnrolmentRequest(
            code=value["code"],
            device=device,
            public_key=_bytes(value["public_key"], "public_key", signing.PUBLIC_KEY_BYTES),
            proof=_bytes(value["proof"], "proof", signing.SIGNATURE_BYTES),
        )
    except InvalidInput as problem:
        raise Malformed(str(problem)) from None


@dataclass(frozen=True, slots=True)
class EnrolmentService:
    """Makes codes and takes them."""

    database: Database
    epoch: str
    now: Callable[[], int]
    box_key: bytes
    """The public keys that a tablet needs for what is carried without a network (`carry.py`)."""
    verify_key: bytes

    def make_code(self, site_name: str, actor: str = audit.OPERATOR) -> str:
        """Return a new code for the site of this name, which is made if there is none.

        Raises:
            InvalidInput: it is no name.
        """
        name = site_name.strip()
        if not 1 <= len(name) <= 60 or not name.isprintable():
            raise InvalidInput(
                "site",
                "must be a name of 1 to 60 characters",
                sentence("The name of the clinic or ward must be a name of 1 to 60 characters."),
            )
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        with self.database.writing() as session:
            site_no = sites.find_or_add(session, name)
            enrolment_codes.add(session, _hash(code), code[:2], site_no, self.now() + CODE_LIFE_S)
            audit.record(session, actor, audit.CODE_MADE, f"site {site_no}")
        return f"{code[:5]}-{code[5:]}"

    def revoke(self, site_name: str, tablet_no: int) -> None:
        """Take a tablet's right to sync away, from its next request on. It may be admitted again with a new code.

        Raises:
            InvalidInput: there is no such site or tablet.
        """
        with self.database.reading() as session:
            site_no = sites.find(session, site_name.strip())
        try:
            self.revoke_at(-1 if site_no is None else site_no, tablet_no, audit.OPERATOR)
        except NoSuchTablet:
            advice = "there is no such tablet; the review pages show each site's tablets"
            raise InvalidInput("revoke", advice) from None

    def revoke_at(self, site_no: int, tablet_no: int, actor: str) -> None:
        """Do the same to a tablet whose site is known by its number.

        Raises:
            NoSuchTablet: there is no such tablet.
        """
        with self.database.writing() as session:
            if not devices.revoke(session, site_no, tablet_no):
                raise NoSuchTablet
            audit.record(session, actor, audit.REVOKED, f"site {site_no} tablet {tablet_no}")

    def enrol(self, request: EnrolmentRequest) -> Enrolled:
        """Bind the device to the code's site.

        Raises:
            CodeRefused, DeviceTaken: nothing was changed, but a failed try is counted.
        """
        code = _plain(request.code)
        with self.database.writing() as session:
            enrolled = self._take(session, request, code)
            if enrolled is None:
                # Committed although the answer is no: a wrong try counts.
                enrolment_codes.count_failure(session, code[:2])
        if enrolled is None:
            raise CodeRefused
        return enrolled

    def _take(self, session: Session, request: EnrolmentRequest, code: str) -> Enrolled | None:
        now = self.now()
        found = enrolment_codes.find(
            session, _hash(code), not_before=now, not_after=now + CODE_LIFE_S + _OFF_S, max_tries=MAX_TRIES
        )
        if found is None or found.used_by not in ("", request.device):
            return None
        if not signing.verify(request.public_key, _proven(request), request.proof):
            return None
        # Under the site's lock: of two tablets that join at once, each gets a number of its own.
        sites.lock(session, found.site_no)
        device = devices.find(session, request.device)
        if device is not None and (device.public_key, device.site_no) != (request.public_key, found.site_no):
            raise DeviceTaken
        if not found.used_by:
            enrolment_codes.use(session, _hash(code), request.device)
        if device is None:
            device = devices.add(session, request.device, found.site_no, request.public_key, new_nonce())
            audit.record(session, audit.tablet(request.device), audit.ENROLLED, _place(device))
        elif not found.used_by:
            # A new code of its own site: the answer was lost for longer than its code lived, or the coordinator lets a
            # revoked tablet in again.
            devices.readmit(session, device)
            audit.record(session, audit.tablet(request.device), audit.READMITTED, _place(device))
        # Sent again while the code lives, because the answer was lost: the same answer with a new nonce.
        nonce = new_nonce()
        devices.set_next_nonce(session, device, nonce)
        epoch = sites.epoch(session, device.site_no, self.epoch)
        return Enrolled(
            site_id=str(device.site_no),
            site_name=sites.name_of(session, device.site_no),
            epoch=epoch,
            nonce=nonce,
            box_key=b64encode(self.box_key).decode(),
            verify_key=b64encode(self.verify_key).decode(),
        )


def _place(device: Device) -> str:
    return f"site {device.site_no} tablet {device.tablet_no}"


def _proven(request: EnrolmentRequest) -> bytes:
    return b"handwise-enrol-1\n" + request.code.encode() + b"\n" + request.device.encode()


def _plain(code: str) -> str:
    # As Crockford's base 32 reads what people type: O is zero, I and L are one.
    return code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))


def _hash(code: str) -> bytes:
    return sha256(b"handwise-enrolment-code\n" + code.encode()).digest()


def _bytes(value: Any, place: str, length: int) -> bytes:
    try:
        raw = b64decode(value, validate=True)
    except (Base64Error, ValueError, TypeError):
        raw = b""
    if len(raw) != length:
        raise InvalidInput(place, f"must be {length} bytes in base64")
    return raw
