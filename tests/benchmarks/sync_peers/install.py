"""Installs the peers into build/peers, each where it can be had; `make bench` runs it, and it never fails.

    kinto/      an environment of its own, by uv, with the versions and hashes of requirements.lock
    pouchdb/    node_modules, by npm, with those of package-lock.json; no script of a package is run

What is missing is said here, and the table says "not installed".
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[2] / "build" / "peers"
KINTO, POUCHDB = PEERS / "kinto", PEERS / "pouchdb"
KINTO_BIN = KINTO / "bin"


def main() -> None:
    """Install what is not there in the version that is wanted."""
    for name, folder, wanted, install in (
        ("Kinto", KINTO, HERE / "requirements.lock", _install_kinto),
        ("PouchDB", POUCHDB, HERE / "package-lock.json", _install_pouchdb),
    ):
        if is_installed(folder, wanted):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            install()
        except (OSError, subprocess.CalledProcessError) as problem:
            why = getattr(problem, "stderr", b"") or str(problem).encode()
            print(f"{name} cannot be installed here: {why.decode().strip().splitlines()[-1][:200]}", file=sys.stderr)
        else:
            shutil.copy(wanted, _stamp(folder))


def is_installed(folder: Path, wanted: Path) -> bool:
    """Tell whether the peer in this folder is there as this lock file has it."""
    stamp = _stamp(folder)
    return stamp.exists() and stamp.read_bytes() == wanted.read_bytes()


def _stamp(folder: Path) -> Path:
    return folder / "installed.lock"


def _install_kinto() -> None:
    uv = Path(sys.executable).with_name("uv")
    _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, KINTO)
    lock = HERE / "requirements.lock"
    _run(uv, "pip", "install", "--quiet", "--python", KINTO_BIN / "python", "--require-hashes", "-r", lock)


def _install_pouchdb() -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, POUCHDB)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", POUCHDB)


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=PEERS)


if __name__ == "__main__":
    main()
