"""The only script of the desk: what it is called, and the hash by which browsers run it and no other.

The content policy names the hash and no place, so what somebody brought into a page would not run, wherever it lay.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

SCRIPT = Path(__file__).with_name("static") / "desk.js"
SCRIPT_HASH = f"sha256-{b64encode(sha256(SCRIPT.read_bytes()).digest()).decode()}"
