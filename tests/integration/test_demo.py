"""`handwise demo`, run as `make run` runs it: the whole main job in other processes, every promise checked inside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "mobile_app", "demo", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ,
        timeout=300,
        check=False,
    )


def test_the_main_job_is_played_to_its_end_and_the_server_left_running_if_asked(tmp_path):
    done = demo("--keep")
    kept = re.search(r"To stop the server: kill (\d+)\. Its files: (\S+)", done.stdout)
    address = re.search(r"Review pages: (\S+)", done.stdout)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        for line in (
            "Two tablets of one clinic are set up",
            "Same day: X-ray before any cut, needle or further antibiotics",
            "Iatrogenic calcinosis cutis                very likely",
            "Two answers differ",
            "Confirmed: iatrogenic calcinosis cutis, proven by X-ray.",
            "plain SQLite refuses them",
            "Done: triaged offline, kept encrypted, synced, merged, reviewed. Every step was checked.",
        ):
            assert line in done.stdout
        assert address is not None
        assert requests.get(address[1] + "/sign-in", timeout=30).status_code == 200
        assert "password: " in done.stdout
        assert len(re.findall(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b", done.stdout)) == 10
    finally:
        if kept is not None:
            os.kill(int(kept[1]), signal.SIGTERM)
            _wait_until_gone(int(kept[1]))
            subprocess.run(["rm", "-r", kept[2]], check=True)


def _wait_until_gone(pid: int) -> None:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the server did not stop")
