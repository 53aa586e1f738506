"""Every byte that a tablet puts on the wire, from enrolment to the last sync, and every file of the server: no canary.

The bytes are taken off the connection itself, so headers, addresses and errors are in it and not only bodies.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

from mobile_app.commands.demo_wire import unpacked
from mobile_app.ports.records import LocalDetails
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import EntryKind, Quantity
from shared.crypto.key_derivation import derive_key
from shared.privacy.link import INFO, normalised, pseudonym
from tests.cutting_proxy import a_cutting_proxy
from tests.server_world import running_server
from tests.tablet_world import PIN, a_tablet, forms_of

CANARIES = ("Zuhairquist", "MRN-77-QX-0419", "Ward Kestrelbloom", "grandmother telephones 0555-0142", "2026-02-19")
USER = "Ana Sample"


def test_no_canary_is_in_any_byte_sent_nor_in_any_file_of_the_server(database_url: str, tmp_path: Path) -> None:
    name, record_number, ward, note, birth_date = CANARIES
    with (
        running_server(database_url) as server,
        a_cutting_proxy(server) as proxy,
        a_tablet(tmp_path / "tablet") as tablet,
    ):
        store = tablet.set_up()
        synchroniser = OutboxSynchroniser(store.outbox, app_version="0.1.0", knowledge_version="1.0")
        synchroniser.enrol(replace(server, port=proxy.port).url, server.code())
        clinic_key = store.links.make_key()
        case_id = store.new_case_id()
        local = LocalDetails(record_number=record_number, patient_name=name, ward=ward, note=note)
        known = {
            "age_days": 274,
            "sex": "male",
            "region": ("hand",),
            "crp": Quantity(0.36, "mg/L"),
            "fever_ge_38": False,
        }
        unclassified = {"mother": name, "born": birth_date, "record_number": record_number}
        store.record(case_id, EntryKind.ASSESSMENT, {**known, **unclassified}, local=local)
        store.record(
            case_id, EntryKind.FOLLOW_UP, {"swelling_consistency": "firm_indurated", "note": note}, local=local
        )

        assert synchroniser.sync().failure == ""
        proxy.cut_next(up=150)
        assert synchroniser.sync().failure
        proxy.cut_next()
        assert synchroniser.sync().failure == ""

        assert server.services.figures.figures().entries == 2
        store.close()
        on_server = server.stored_bytes()
    as_sent = bytes(proxy.up.kept)
    # What was compressed must be searched as it was before.
    bodies = unpacked(as_sent)
    sent = as_sent + b"".join(bodies)

    assert len(bodies) == 2
    for canary in (*CANARIES, USER, PIN):
        # Shorter pieces than six bytes stand in random bytes by chance.
        for form in (form for form in forms_of(canary) if len(form) >= 6):
            assert form not in sent
            assert form not in on_server
    # The search would find what is there: the case id was sent, and the answers that may be.
    assert case_id.encode() in sent
    assert b"firm_indurated" in sent
    # The code of the record number was sent; the key that would lead back to it is nowhere.
    link = pseudonym(clinic_key, record_number)
    assert link is not None
    assert link.encode() in sent
    assert link.encode() in on_server
    link_key = derive_key(clinic_key, salt=b"", info=INFO)
    for secret in (clinic_key, link_key):
        for form in (secret, secret.hex().encode(), secret.hex().upper().encode(), b64encode(secret)[:42]):
            assert form not in sent
            assert form not in on_server
    assert normalised(record_number).encode() not in sent + on_server
