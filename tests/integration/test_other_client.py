"""Somebody who has only the page of the protocol can write a client: `tests/other_client.py` is one."""

from __future__ import annotations

import ast
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests import other_client
from tests.joined import an_enrolled_tablet
from tests.other_client import OtherClient
from tests.server_world import RunningServer, new_case


def a_client(server: RunningServer, device: str) -> OtherClient:
    client = OtherClient(server.url, Ed25519PrivateKey.generate(), device)
    client.enrol(server.code())
    return client


def an_entry(case_id: str) -> dict[str, object]:
    return {"case_id": case_id, "kind": "assessment", "answers": {"fever_ge_38": True, "sex": "female"}, "parents": []}


def test_the_other_client_uses_nothing_of_ours() -> None:
    tree = ast.parse(Path(other_client.__file__).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not {name for name in imported if name.split(".")[0] in {"shared", "mobile_app", "sync_server", "tests"}}


def test_what_the_other_client_pushes_is_stored_and_reaches_one_of_our_tablets(
    server: RunningServer, tmp_path: Path
) -> None:
    client, case_id = a_client(server, "00000000000000aa"), new_case()
    tablet = an_enrolled_tablet(tmp_path, server)

    assert client.sync([an_entry(case_id)])["acknowledged"]["seq"] == 1
    assert client.sync([an_entry(new_case()), an_entry(new_case())])["acknowledged"]["seq"] == 3
    report = tablet.sync()

    assert (report.failure, report.pulled) == ("", 3)
    assert [entry.answers["fever_ge_38"] for entry in tablet.store.log(case_id)] == [True]
    tablet.close()


def test_the_other_client_pulls_what_one_of_our_tablets_has_pushed(server: RunningServer, tmp_path: Path) -> None:
    client = a_client(server, "00000000000000bb")
    tablet = an_enrolled_tablet(tmp_path, server)
    entry = tablet.record(tablet.store.new_case_id(), {"fever_ge_38": False})
    assert tablet.sync().failure == ""

    told = client.sync([])

    assert [one["case_id"] for one in told["entries"]] == [entry.case_id]
    assert client.sync([])["entries"] == []
    tablet.close()
