"""The demo's server: `handwise-server` as another process, on a free port of this machine, with a new database.

The tablet's package knows the server only by its command line and over HTTP.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from base64 import b32decode
from html.parser import HTMLParser
from pathlib import Path

import requests

from shared.crypto.totp import code_at
from shared.errors import HandwiseError

START_LIMIT_S = 60.0
COORDINATOR = "coordinator"
_ADDRESS = re.compile(r"Handwise server on (\S+)")
_SET_UP = "/review/sign-in/set-up"
_KEY = re.compile(r'class="key">([A-Z2-7 ]+)<')
_RECOVERY_CODE = re.compile(r"<code>([a-z2-7-]{19})</code>")
_CODE = re.compile(r":\s*(\S+)\s*$")


class DemoFailed(HandwiseError):
    """A step of the demo did not do what it promises."""


class DemoServer:
    """One running server and its administration."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.database = folder / "server.db"
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.password = secrets.token_urlsafe(15)
        self.recovery_codes: list[str] = []

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it says where it listens."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sync_server", "--port", "0", "--database-url", self._database_url],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )
        end = time.monotonic() + START_LIMIT_S
        while not self.url:
            said = _ADDRESS.search(self.log_text())
            if said:
                self.url = said[1].rstrip("/")
            elif self._process.poll() is not None:
                raise DemoFailed("The server did not start. Is the part handwise[server] installed?")
            elif time.monotonic() > end:
                raise DemoFailed("The server did not answer within a minute. Try again when this machine is less busy.")
            else:
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it, gently first."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def log_text(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def make_coordinator(self) -> None:
        """Create the user who signs in to the review pages."""
        self._administer("create-user", COORDINATOR, "--password-stdin", told=self.password + "\n")

    def make_code(self, site: str) -> str:
        """Return a one-time code with which a tablet joins a site."""
        code = _CODE.search(self._administer("enrol", site).strip())
        if code is None:
            raise DemoFailed("The server gave no code for the tablet.")
        return code[1]

    def bytes_at_rest(self) -> bytes:
        """Return everything that the server has written, its log included."""
        return b"".join(path.read_bytes() for path in sorted(self._folder.glob("server*")) if path.is_file())

    @property
    def _database_url(self) -> str:
        return f"sqlite:///{self.database}"

    def _administer(self, *arguments: str, told: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "sync_server", *arguments, "--database-url", self._database_url],
            input=told,
            capture_output=True,
            text=True,
            timeout=60,
            env=self._environment(),
            check=False,
        )
        if done.returncode:
            raise DemoFailed(f"handwise-server {arguments[0]} did not work.")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("HANDWISE_")}


class ReviewPages:
    """A coordinator's browser: cookies, forms with their token, and nothing else."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self.recovery_codes: list[str] = []

    def sign_in(self, name: str, password: str) -> None:
        form = self._form(self._get("/review/sign-in"), "/review/sign-in")
        answer = self._post("/review/sign-in", {**form, "name": name, "password": password})
        if not answer.url.endswith(_SET_UP):
            raise DemoFailed("The coordinator could not sign in.")
        self._set_up_second_step(answer.text)

    def _set_up_second_step(self, page: str) -> None:
        """Do what the coordinator's authenticator app does: read the key, and answer with the code of now."""
        key = _KEY.search(page)
        if key is None:
            raise DemoFailed("The second step of signing in shows no key.")
        code = code_at(b32decode(key[1].replace(" ", "")), int(time.time()))
        done = self._post(_SET_UP, {**self._form(page, _SET_UP), "code": code}).text
        self.recovery_codes = _RECOVERY_CODE.findall(done)
        if not self.recovery_codes:
            raise DemoFailed("The second step of signing in was not done.")

    def case_list(self) -> str:
        return self._get("/review/cases")

    def case(self, case_id: str) -> str:
        return self._get(f"/review/cases/{case_id}")

    def review(self, case_id: str, *, state: str, diagnosis: str, proven_by: str, message: str) -> str:
        """Fill in and send the form of a case's page."""
        path = f"/review/cases/{case_id}"
        form = self._form(self.case(case_id), path)
        filled = {**form, "state": state, "diagnosis": diagnosis, "proven_by": proven_by, "message": message}
        return self._post(path, filled).text

    def _get(self, path: str) -> str:
        answer = self._session.get(self._url + path, timeout=30)
        if answer.status_code != 200:
            raise DemoFailed(f"The review page {path.split('/')[1]} answered {answer.status_code}.")
        return answer.text

    def _post(self, path: str, form: dict[str, str]) -> requests.Response:
        answer = self._session.post(self._url + path, data=form, timeout=30)
        if answer.status_code != 200:
            raise DemoFailed(f"The server did not take the form: {answer.status_code}.")
        return answer

    @staticmethod
    def _form(page: str, action: str) -> dict[str, str]:
        finder = _HiddenFields(action)
        finder.feed(page)
        return finder.fields


class _HiddenFields(HTMLParser):
    """The hidden fields of the form with this action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._is_inside = False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self._is_inside = values.get("action") == self._action
        elif tag == "input" and self._is_inside and values.get("type") == "hidden":
            self.fields[values.get("name") or ""] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
