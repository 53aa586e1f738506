"""What makes a tablet's copied file the file of another tablet: a new identity beside the former one.

    device (id, key, chain, enrolment) ──▶ former_device    a new one: new id and key, nothing written, not enrolled
    sent_form, batch, refusal          ──▶ former_*         empty

Two tablets must never write under one identity: the same number would then mean two entries. What the former one had
not had acknowledged is still sent, under its own identity (`outbox.py`). Everything else stays as it is.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from mobile_app.storage.database import Database
from mobile_app.storage.tables import CaseIndexRow, DeviceRow, FormerDeviceRow
from shared.case.entry import DeviceId
from shared.crypto.keyring import DataKey
from shared.crypto.signing import SigningKey

_TO_THE_FORMER = (
    "INSERT INTO former_sent_form (device, seq, body, hash, hash_before)"
    " SELECT :device, seq, body, hash, hash_before FROM sent_form",
    "INSERT INTO former_batch (device, first_seq, last_seq, hash, signature)"
    " SELECT :device, first_seq, last_seq, hash, signature FROM batch",
    "INSERT INTO former_refusal (device, seq, case_id, reason) SELECT :device, seq, case_id, reason FROM refusal",
    "DELETE FROM sent_form",
    "DELETE FROM batch",
    "DELETE FROM refusal",
)


def become_new_device(path: Path, key: DataKey) -> DeviceId:
    """Give a copied file a new identity, bringing it up to date if it is older; return the new device's id.

    Raises:
        StoreDamaged: the copy is not whole.
        StoreUnusable: it was written by a newer version.
    """
    # Closing the file forgets the key that it was opened with; the caller still needs his.
    database = Database.open(path, DataKey(key.raw()))
    try:
        with database.writing() as session:
            device = session.get_one(DeviceRow, 1)
            _keep_as_former(session, device)
            session.execute(update(CaseIndexRow).values(own_last_seq=0))
            session.delete(device)
            session.flush()
            new = DeviceRow(device=secrets.token_hex(8), signing_key=SigningKey.generate().private_bytes)
            session.add(new)
        return DeviceId(new.device)
    finally:
        database.close()


def _keep_as_former(session: Session, device: DeviceRow) -> None:
    last = session.exec(select(func.max(col(FormerDeviceRow.number)))).one() or 0
    session.add(
        FormerDeviceRow(
            device=device.device,
            number=last + 1,
            signing_key=device.signing_key,
            last_seq=device.last_seq,
            server_url=device.server_url,
            site_id=device.site_id,
            site_name=device.site_name,
            epoch=device.epoch,
            nonce=device.nonce,
            cursor=device.cursor,
            acknowledged_seq=device.acknowledged_seq,
            acknowledged_hash=device.acknowledged_hash,
            box_key=device.box_key,
            verify_key=device.verify_key,
            given_seq=device.given_seq,
        )
    )
    session.flush()
    connection = session.connection()
    for statement in _TO_THE_FORMER:
        parameters = {"device": device.device} if ":device" in statement else {}
        connection.exec_driver_sql(statement, parameters)
