"""Freezes the databases of the present schema, for the tests of later ones: `python -m tests.freezing`.

To be run when a schema is released, before the next revision is added. What it writes to tests/vectors/databases is
never changed afterwards.

    server-<revision>.sqlite.gz      a server's SQLite file           server-<revision>.sqlite.json      every row of it
    server-<revision>.postgresql.sql the same as PostgreSQL dumps it  server-<revision>.postgresql.json  every row of it
    tablet-<version>/                a tablet's folder, with its PIN in tests/tablet_world.py
    tablet-<version>.json            every row of it
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, MetaData, make_url, select

from mobile_app.ports.records import LocalDetails
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.tables import SCHEMA_VERSION, JudgementRow, QuarantineRow, RefusalRow, SeenRow
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import AnswerValue, EntryKind, Quantity
from shared.case.reply import REPLY, REPLY_TO
from shared.sync.compare import CompareRequest
from sync_server.database import Database
from sync_server.migrations import HEAD, REVISION_TABLE
from sync_server.repositories import alerts, devices, sites
from sync_server.repositories.users import Role
from sync_server.services.review import FilledForm
from tests.databases import KINDS, PROGRAMS, drop_database, new_database
from tests.server_world import RunningServer, Tablet, conclusion, new_case, running_server, signed_in
from tests.tablet_world import a_conclusion, a_draft, a_tablet

FROZEN = Path(__file__).parent / "vectors" / "databases"
Rows = dict[str, list[dict[str, object]]]


def rows_of(connection: Connection) -> Rows:
    """Return every row of every table, in an order of their own; bytes as hexadecimal digits."""
    tables = MetaData()
    tables.reflect(connection)
    found: Rows = {}
    for table in tables.sorted_tables:
        if table.name != REVISION_TABLE:
            rows = [_plain(row._mapping) for row in connection.execute(select(table))]
            found[table.name] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
    return found


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


def fill_server(server: RunningServer) -> None:
    """Leave a trace in every table of the server."""
    ward, clinic = (Tablet(server.url).enrol(server.code(site)) for site in ("Ward 3", "Clinic A"))
    colleague = Tablet(server.url).enrol(server.code("Ward 3"))
    case, withdrawn = new_case(), new_case()
    first = ward.entry(case, {"fever_ge_38": False, "crp": Quantity(0.36, "mg/L")}, concluded=conclusion())
    ward.push(first, ward.entry(withdrawn, {"erythema": True}))
    ward.push(ward.entry(case, {"made_up_code": True}), ward.entry(case, {"warmth": True}, parents=[first]))
    colleague.push(colleague.entry(case, {"fever_ge_38": True}, kind=EntryKind.FOLLOW_UP, parents=[first]))
    colleague.push(colleague.entry(withdrawn, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL))
    clinic.push(clinic.entry(new_case(), {"fluctuance": True}, concluded=conclusion("cellulitis")))
    lost = Tablet(server.url)
    with server.services.database.reading() as session:
        bringer = devices.find(session, colleague.device)
    assert bringer is not None
    brought = lost.entry(case, {"erythema": True}, kind=EntryKind.FOLLOW_UP, parents=[first])
    server.services.compare.compare(bringer, CompareRequest(bringer.device, witnessed=(brought,)))
    clinic.cursor = 99
    clinic.exchange()
    sign_in = server.services.sign_in
    user = sign_in.user_of(signed_in(server.services, "Huda Saleh", Role.COORDINATOR, ["Ward 3"]))
    assert user is not None
    form = FilledForm("needs_information", "cellulitis", ["culture"], "How was the birth?", "0")
    server.services.review.save(case, form, user)
    said: dict[str, AnswerValue] = {REPLY: ("case_completed",), REPLY_TO: 1}
    colleague.push(colleague.entry(case, said, kind=EntryKind.REPLY, parents=[first]))
    _raise_an_alert(server, user.user_no)
    try:
        sign_in.sign_in("Huda Saleh", "not this one")
    except Exception as refused:
        assert "wrong" in str(refused)
    server.code("Clinic A")


def _raise_an_alert(server: RunningServer, user_no: int) -> None:
    with server.services.database.writing() as session:
        site_no = sites.find(session, "Ward 3")
        assert site_no is not None
        rules = ("C1", "between")
        weeks = "2026-W43", "2026-W45"
        raised = alerts.Alert(
            0, site_no, "calcinosis_cutis_iatrogenic", *weeks, rules, 5, 0.4, "2026-11-21", alerts.NEW
        )
        number = alerts.add(session, raised)
        ticked = ["Look at the site."]
        alerts.add_act(session, number, alerts.LOOKED_AT, "2026-11-21", user_no=user_no, checked=ticked, note="Asked")


def fill_tablet(store: EncryptedCaseStore, server: RunningServer) -> None:
    """Leave a trace in every table of the tablet."""
    synchroniser = OutboxSynchroniser(store.outbox, app_version="0.1.0", knowledge_version="1.0")
    synchroniser.enrol(server.url, server.code("Ward 3"))
    local = LocalDetails(record_number="MRN00471123", patient_name="Amina Testname", ward="Jasmine", note="Fell")
    case = store.new_case_id()
    store.record(case, EntryKind.ASSESSMENT, {"age_days": 274, "fever_ge_38": False}, a_conclusion(), local)
    assert synchroniser.sync().failure == ""
    store.record(case, EntryKind.FOLLOW_UP, {"healed_days": 28})
    store.save_draft(a_draft(10, local=local))
    with store.database.writing() as session:
        session.add(RefusalRow(seq=2, case_id=case, reason="This case belongs to another site."))
        session.add(QuarantineRow(device="b" * 16, seq=7, body="{}", reason="Other content."))
        session.add(JudgementRow(case_id=case, version="1.1", touched=1, number=1, steps=0, change=None))
        session.add(SeenRow(user_id=store.user.user_id, version="1.1", up_to=1))


def main() -> int:
    """Write what is not there yet; refuse to change what is."""
    for kind in KINDS:
        _freeze_server(kind, FROZEN / f"server-{HEAD}.{kind}")
    _freeze_tablet(FROZEN / f"tablet-{SCHEMA_VERSION}")
    return 0


def _freeze_server(kind: str, into: Path) -> None:
    data = into.with_name(into.name + (".gz" if kind == "sqlite" else ".sql"))
    if data.exists():
        print(f"{data.name} is frozen already")
        return
    with tempfile.TemporaryDirectory() as folder:
        url = new_database(kind, Path(folder))
        with running_server(url) as server:
            fill_server(server)
        with closing(Database(url)) as database, database.reading() as session:
            rows = rows_of(session.connection())
        data.write_bytes(_dump(url))
        drop_database(url)
    into.with_name(into.name + ".json").write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")


def _dump(url: str) -> bytes:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return gzip.compress(Path(parsed.database or "").read_bytes(), mtime=0)
    command = [PROGRAMS / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--dbname", url]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # Plain statements only: lines for psql itself would need psql to read them.
    return "".join(line for line in dumped.splitlines(True) if not line.startswith(("\\", "--"))).encode()


def _freeze_tablet(into: Path) -> None:
    if into.exists():
        print(f"{into.name} is frozen already")
        return
    with tempfile.TemporaryDirectory() as name, a_tablet(Path(name) / "tablet") as tablet:
        store = tablet.set_up()
        with running_server(new_database("sqlite", Path(name))) as server:
            fill_server(server)
            fill_tablet(store, server)
        with store.database.reading() as session:
            rows = rows_of(session.connection())
        store.close()
        shutil.copytree(tablet.folder, into)
    into.with_name(into.name + ".json").write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main())
