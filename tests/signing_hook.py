"""What lets generated requests through the door: signed by an enrolled tablet, or sent by a signed-in coordinator.

It puts right only what a JSON Schema cannot ask for: who signs and with which nonce, the order of lists, the chain of
batches, the token of a form, a code that exists. What the schema forbids stays as it is and is signed like the rest,
so that it is refused for what is wrong with it and not for its signature.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase
from starlette.datastructures import Headers

from shared.canonical import canonical_json, read_json
from shared.case.entry import CaseId, DeviceId
from shared.crypto.signing import SigningKey
from shared.errors import InvalidInput
from shared.sync.batch import Batch, batch_hash, entry_hash
from shared.sync.compare import CompareRequest, write_compare_request
from shared.sync.messages import ChainHead, read_request, write_request
from shared.sync.packed_message import MEDIA_TYPE, PackedRequest, write_packed_request
from sync_server.api.dependencies import Services
from sync_server.api.schemas import LAST
from sync_server.repositories import devices
from sync_server.repositories.devices import Device
from sync_server.repositories.users import Role
from sync_server.services.enrolment import EnrolmentRequest, read_enrolment
from sync_server.services.refusals import Malformed
from sync_server.services.request_signature import SignedRequest
from tests.other_client import signature_base
from tests.server_world import PASSWORD, Tablet, new_case, signed_in

_HEX = frozenset("0123456789abcdef")
_WHO = {
    **dict.fromkeys(("/review/users", "/review/knowledge", "/review/api/users"), ("Sena", Role.ADMINISTRATOR)),
    # Whose passwords are typed wrongly: nobody else has to wait for that.
    **dict.fromkeys(("/review/account", "/review/api/account"), ("Nadia", Role.DISTRICT_LEAD)),
}
"""Who else than the district lead an address is for."""


@dataclass
class SignedAsItself(AuthBase):
    """A `requests` authentication: as one tablet where tablets speak, as one coordinator on the pages."""

    services: Services
    tablet: Tablet = field(default_factory=lambda: Tablet(""))
    case_id: CaseId = field(default_factory=new_case)
    cases: int = 0
    enrolments: int = 0

    def __post_init__(self) -> None:
        self.services.enrolment.enrol(_enrolment(self.services, self.tablet.device, self.tablet.key))
        self.sessions: dict[str, str] = {}
        # The first user, number 1, to whom everything is done that is done to a user.
        self.services.sign_in.create_user("Tariq", PASSWORD)
        first = self.tablet.batch([self.tablet.entry(self.case_id)])
        body, url = write_request(self.tablet.request(first)), "http://testserver/v1/sync"
        headers = Headers(self._signed(url, body).plain_headers())
        self.services.exchange.answer(SignedRequest("POST", url, headers, body))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        path = urlsplit(request.url or "").path
        if path.startswith("/review"):
            self._as_a_coordinator(request, path)
        elif path == "/v1/enrol":
            self._with_a_code(request)
        elif path.startswith("/v1/"):
            self._as_a_tablet(request, path)
        return request

    def _as_a_tablet(self, request: PreparedRequest, path: str) -> None:
        body, content_type = _bytes(request.body), request.headers.get("content-type", "")
        if content_type == MEDIA_TYPE:
            nothing = CompareRequest(self.tablet.device)
            plain = write_compare_request(nothing) if path == "/v1/compare" else write_request(self.tablet.request())
        else:
            plain = self._put_right(body)
        signed = self._signed(request.url or "", plain)
        # What was made as JSON travels packed as well, every second time.
        is_packed = content_type == "application/json" and path != "/v1/carry" and len(plain) % 2 == 0
        packed = _packed(signed) if content_type == MEDIA_TYPE or is_packed else None
        if packed is None:
            request.headers.update(signed.plain_headers() | {"content-type": content_type})
            _put(request, plain)
        else:
            request.headers["content-type"] = MEDIA_TYPE
            _put(request, packed)

    def _signed(self, url: str, plain: bytes) -> PackedRequest:
        nonce = self._device().next_nonce or ""
        base = signature_base(url, self.tablet.device, nonce, plain)
        return PackedRequest(self.tablet.device, nonce, self.tablet.key.sign(base), plain)

    def _put_right(self, raw: bytes) -> bytes:
        try:
            body = read_json(raw)
        except InvalidInput:
            return raw
        if not isinstance(body, dict):
            return raw
        if _is_device(body.get("device")):
            body["device"] = self.tablet.device
        body = _sorted(body)
        if isinstance(body.get("ranges"), list):
            body["ranges"] = [_ordered(row) for row in body["ranges"]]
        if isinstance(body.get("batches"), list):
            body["batches"] = [_with_room(batch) for batch in body["batches"]]
        try:
            raw = canonical_json(body)
            wanted = read_request(raw)
        except InvalidInput:
            return raw
        head, batches = self._device().head, []
        for batch in wanted.batches:
            # The simplest case id would be every second one, and that case a very long one.
            self.cases += 1
            case_id = CaseId(f"{self.cases:032x}")
            entries = [
                replace(
                    entry,
                    id=replace(entry.id, seq=seq),
                    case_id=case_id if entry.case_id == "0" * 32 else entry.case_id,
                )
                for seq, entry in enumerate(batch.entries, head.seq + 1)
            ]
            batches.append(self.tablet.batch(entries, after=head))
            head = ChainHead(batches[-1].last_seq, hash_of(self.tablet, batches[-1], head))
        return write_request(replace(wanted, batches=tuple(batches)))

    def _device(self) -> Device:
        with self.services.database.reading() as session:
            found = devices.find(session, self.tablet.device)
        assert found is not None
        return found

    def _with_a_code(self, request: PreparedRequest) -> None:
        try:
            wanted = read_enrolment(_bytes(request.body))
        except Malformed:
            return
        # The first is put right, so that one gets past the door whatever was made.
        self.enrolments += 1
        if self.enrolments % 2:
            made = _enrolment(self.services, wanted.device, SigningKey.generate())
            _put(request, canonical_json(
                {
                    "code": made.code,
                    "device": made.device,
                    "public_key": b64encode(made.public_key).decode(),
                    "proof": b64encode(made.proof).decode(),
                }
            ))  # fmt: skip

    def _as_a_coordinator(self, request: PreparedRequest, path: str) -> None:
        token = self._session_for(path)
        request.url = re.sub(r"(?<=/review/users/)[1-9]\d{0,8}(?=/|$|[?])", "1", request.url or "")
        request.headers["cookie"] = f"handwise_{'form' if path == '/review/sign-in' else 'session'}={token}"
        fields = parse_qsl(_bytes(request.body).decode("utf-8", "replace"), keep_blank_values=True)
        if any(name == "form_token" and len(value) == 64 and set(value) <= _HEX for name, value in fields):
            own = [("form_token", self.services.sign_in.form_token(token))]
            _put(request, urlencode(own + [one for one in fields if one[0] != "form_token"]).encode())
        before, found, after = path.partition("/cases/")
        named = after.split("/")[0]
        if found and before in ("/review", "/review/api") and named != "views" and len(path) % 2:
            request.url = (request.url or "").replace(f"/cases/{named}", f"/cases/{self.case_id}", 1)

    def _session_for(self, path: str) -> str:
        """Return the token of whoever may use the address; of a sign-in that waits for its next step, for these."""
        sign_in = self.services.sign_in
        if path.startswith("/review/sign-in/"):
            sign_in.create_user("Halfway", PASSWORD)
            return sign_in.sign_in("Halfway", PASSWORD)
        name, role = next(
            (user for prefix, user in _WHO.items() if path.startswith(prefix)), ("Huda", Role.DISTRICT_LEAD)
        )
        if sign_in.user_of(self.sessions.get(name, "")) is None:
            self.sessions[name] = signed_in(self.services, name, role)
        return self.sessions[name]


def _packed(signed: PackedRequest) -> bytes | None:
    """Return it packed, or None for a text that cannot be: one with a bare control character is no JSON."""
    try:
        return write_packed_request(signed)
    except InvalidInput:
        return None


def hash_of(tablet: Tablet, batch: Batch, after: ChainHead) -> bytes:
    """Return the hash that the next batch names as the one before."""
    return batch_hash(tablet.device, batch.first_seq, after.hash, map(entry_hash, batch.entries))


def _enrolment(services: Services, device: DeviceId, key: SigningKey) -> EnrolmentRequest:
    code = services.enrolment.make_code("Clinic A")
    proof = key.sign(b"handwise-enrol-1\n" + code.encode() + b"\n" + device.encode())
    return EnrolmentRequest(code, device, key.public_bytes, proof)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("apart"), list) and value["apart"].count(value.get("case_id")) == 1:
            value = {**value, "apart": [one for one in value["apart"] if one != value.get("case_id")]}
        value = {key: _sorted(one) for key, one in value.items()}
        # Of its own device an entry names smaller numbers only.
        if _is_device(value.get("device")) and isinstance(value.get("parents"), list):
            is_own = any(_is_id(one) and one[0] == value["device"] for one in value["parents"])
            value["device"] = "0123456789abcdef" if is_own else value["device"]
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        # To a schema 9.0 is a whole number; a message writes it without a point.
        return int(value)
    if not isinstance(value, list):
        return value
    value = [_sorted(one) for one in value]
    is_of_codes = all(isinstance(one, str) for one in value)
    is_of_ids = all(map(_is_id, value))
    return sorted(value) if is_of_codes or is_of_ids else value


def _is_device(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 16 and set(value) <= _HEX


def _is_id(row: Any) -> bool:
    return isinstance(row, list) and [*map(type, row)] == [str, int]


def _with_room(batch: Any) -> Any:
    """Let a batch begin so that its last entry has a number, too. One that begins too high by itself stays so."""
    first, entries = (batch.get("first_seq"), batch.get("entries")) if isinstance(batch, dict) else (None, None)
    if type(first) is not int or first > LAST or not isinstance(entries, list):
        return batch
    return {**batch, "first_seq": min(first, LAST + 1 - max(1, len(entries)))}


def _ordered(row: Any) -> Any:
    if isinstance(row, list) and [*map(type, row)] == [str, int, int]:
        return [row[0], *sorted(row[1:])]
    return row


def _bytes(body: bytes | str | None) -> bytes:
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body or b""


def _put(request: PreparedRequest, body: bytes) -> None:
    request.body = body
    request.headers["content-length"] = str(len(body))
