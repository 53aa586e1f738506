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


def test_the_other_client_compares_fetches_and_brings_back(server: RunningServer) -> None:
    client, colleague = a_client(server, "00000000000000aa"), a_client(server, "00000000000000bb")
    for _ in range(3):
        colleague.sync([an_entry(new_case())])
    told = client.sync([])
    assert other_client.holding(client.pulled) == told["holds"]

    answer = client.compare(ranges=[[colleague.device, 1, 2**53 - 1], [colleague.device, 2, 2], [client.device, 1, 9]])
    assert answer["devices"] == [[colleague.device, 3]]
    assert answer["ranges"] == [
        list(other_client.holding(some).values()) for some in (client.pulled, client.pulled[1:2], [])
    ]
    assert client.compare(wanted=[[colleague.device, 2]])["entries"] == client.pulled[1:2]

    case_id = new_case()
    lost = {**an_entry(case_id), "device": "00000000000000cc", "seq": 1}
    assert client.compare(witnessed=[lost])["not_kept"] == []
    # Kept apart: neither counted nor passed on.
    assert client.sync([])["holds"] == told["holds"]
    other = {**lost, "answers": {"zuleika_haddad": True}}
    assert [row[:2] for row in client.compare(witnessed=[other])["not_kept"]] == [["00000000000000cc", 1]]
    withdrawal = {**lost, "seq": 2, "kind": "withdrawal", "answers": {"withdrawal_reason": "consent"}}
    assert client.compare(witnessed=[withdrawal])["not_kept"] == []
    told_after = client.compare(witnessed=[lost, {**lost, "seq": 3}])
    assert [row[:2] for row in told_after["not_kept"]] == [["00000000000000cc", 1], ["00000000000000cc", 3]]
    assert told_after["entries"] == [withdrawal]
