"""The arrangement of compose.yaml without containers: PostgreSQL, two server processes, and the proxy that is shipped.

What compose.yaml says is held to what the programs take: an option that no server has, or a file that is not there,
would show only on somebody's machine.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import yaml

from mobile_app.config import ASSETS
from sync_server.__main__ import main
from tests.databases import drop_database, new_database
from tests.server_world import Tablet, new_case

ROOT = ASSETS.parent
CADDYFILE = ROOT / "sync_server" / "Caddyfile"
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


@dataclass
class Arrangement:
    """Two servers and the proxy. `certificate`: of the proxy's own authority."""

    url: str
    database_url: str
    servers: list[subprocess.Popen[bytes]]
    certificate: Path


@pytest.fixture
def arranged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrangement]:
    database_url = new_database("postgresql", tmp_path)
    ports = [_free_port() for _ in range(3)]
    url = f"https://localhost:{ports[2]}"
    with ExitStack() as running:
        running.callback(drop_database, database_url)
        servers = [running.enter_context(_a_server(port, url, database_url)) for port in ports[:2]]
        addresses = " ".join(f"127.0.0.1:{port}" for port in ports[:2])
        certificate = running.enter_context(_the_proxy(tmp_path, ports[2], addresses))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        _wait(lambda: requests.get(f"{url}/health", timeout=5).status_code == 200)
        yield Arrangement(url, database_url, servers, certificate)


@dataclass
class TrustingTablet(Tablet):
    """A tablet that knows the proxy's own authority. What no server has answered is sent again, as tablets do."""

    certificate: Path | None = None

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        with requests.Session() as session:
            for _ in range(20):
                answer = session.send(request, timeout=30, verify=str(self.certificate))
                if answer.status_code != requests.codes.bad_gateway:
                    break
            return answer


def test_a_tablet_syncs_through_either_server_and_goes_on_when_one_is_killed(arranged, capsys):
    assert main(["enrol", "Clinic A", "--database-url", arranged.database_url]) == 0
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", capsys.readouterr().out)
    tablet = TrustingTablet(arranged.url, certificate=arranged.certificate).enrol(code[0])

    for _ in range(6):
        tablet.push(tablet.entry(new_case()))
    arranged.servers[0].send_signal(signal.SIGKILL)
    arranged.servers[0].wait()
    for _ in range(6):
        tablet.push(tablet.entry(new_case()))

    assert tablet.head.seq == 12


def test_pages_are_secure_behind_the_proxy_and_counts_are_not_for_everybody(arranged):
    page = requests.get(f"{arranged.url}/review/sign-in", timeout=10)

    assert page.status_code == 200
    assert "strict-transport-security" in page.headers
    assert "__Host-" in page.headers["set-cookie"]
    assert "secure" in page.headers["set-cookie"].lower()
    assert requests.get(f"{arranged.url}/metrics", timeout=10).status_code == 404


def test_every_option_and_file_that_compose_names_is_there():
    server = COMPOSE["services"]["server-1"]
    said = [line.replace("${HANDWISE_ADDRESS:?set it in .env}", "review.example.org") for line in server["command"]]

    options = subprocess.run(
        [sys.executable, "-m", "sync_server", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert all(one.split("=")[0] in options for one in said)
    assert COMPOSE["services"]["migrate"]["command"] == ["migrate"]
    for mount in COMPOSE["services"]["proxy"]["volumes"]:
        path = mount.split(":")[0]
        assert not path.startswith(".") or (ROOT / path).is_file()
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
        for source in re.findall(r"^COPY (.+) \S+$", line):
            assert all((ROOT / one).exists() for one in source.split())


def test_the_image_has_every_library_that_the_server_imports():
    wanted = (ROOT / "sync_server" / "requirements.in").read_text("utf-8")
    locked = (ROOT / "sync_server" / "requirements.lock").read_text("utf-8")
    everywhere = (ROOT / "requirements.lock").read_text("utf-8")
    versions = re.findall(r"^([a-z0-9.-]+==\S+)", locked, re.MULTILINE)

    # The same versions as those that are tested here.
    assert versions
    assert [one for one in versions if not re.search(rf"^{re.escape(one)}[ \\]", everywhere, re.MULTILINE)] == []
    assert "kivy" not in locked
    imported = _imported()
    missing = {
        name
        for name in imported - _OF_DEVELOPERS
        if not re.search(rf"^{re.escape(_NAMES.get(name, name))}\b", locked, re.MULTILINE)
    }
    assert missing == set(), wanted


_NAMES = {
    "yaml": "pyyaml",
    "argon2": "argon2-cffi",
    "backports": "backports-zstd",
    "http_message_signatures": "http-message-signatures",
}
_OF_PYTHON = frozenset({*sys.stdlib_module_names, "shared", "sync_server"})
_OF_DEVELOPERS = {"babel"}
"""The pretended language, by which words that nobody marked are found, reads the templates of the catalogues."""


def _imported() -> set[str]:
    found: set[str] = set()
    for package in ("shared", "sync_server"):
        for path in (ROOT / package).rglob("*.py"):
            found |= set(re.findall(r"^\s*(?:from|import) ([a-z_0-9]+)", path.read_text("utf-8"), re.MULTILINE))
    # zstd is in the standard library from 3.14 on.
    return found - _OF_PYTHON - {"compression"}


@contextmanager
def _a_server(port: int, public_url: str, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "sync_server", f"--port={port}", f"--public-url={public_url}", "--behind-proxy"]
    environment = {**os.environ, "HANDWISE_DATABASE_URL": database_url}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: requests.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _the_proxy(folder: Path, port: int, servers: str) -> Iterator[Path]:
    assert shutil.which("caddy"), "caddy is not installed; `make test` installs it"
    file = folder / "Caddyfile"
    # On this machine nobody outside can prove the address, so the proxy is its own authority; all else is as shipped.
    text = CADDYFILE.read_text("utf-8")
    text = text.replace("admin off", "admin off\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects")
    file.write_text(text)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "HANDWISE_SITE": f"localhost:{port}",
        "HANDWISE_SERVERS": servers,
    }
    command = ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    certificate = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    try:
        _wait(certificate.is_file)
        yield certificate
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(is_so) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if is_so():
                return
        except requests.RequestException:
            pass
        assert time.monotonic() < deadline, "it did not start within a minute"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
