"""Somebody waits for the unlock screen: what it does not need is not loaded before the PIN."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mobile_app.bootstrap import build_tablet
from mobile_app.config import ASSETS, KNOWLEDGE_VERSION, Config
from shared.errors import KnowledgeError
from tests.tablet_world import PIN, TestTablet, a_tablet

ROOT = Path(__file__).resolve().parents[3]
AFTER_THE_PIN = (
    *("sqlalchemy", "sqlmodel", "pydantic", "numpy", "yaml", "pint", "ucumvert", "requests", "cryptography"),
    *("arabic_reshaper", "bidi", "fontTools", "fpdf", "segno", "PIL", "babel"),
    *(
        "mobile_app.presenters.session",
        "mobile_app.storage.case_store",
        "mobile_app.sync_client",
        "shared.knowledge.loader",
    ),
    *("shared.triage", "shared.differential", "shared.privacy"),
)
"""PIL comes with Kivy's window all the same; here it shows that no presenter brings it."""

START = """
import sys
from pathlib import Path
from mobile_app.bootstrap import build_tablet
from mobile_app.config import Config
views = []
flow = build_tablet(Config(Path(sys.argv[1]))).flow(lambda screen, view: views.append(view))
flow.start()
flow.tick()
assert views
print(flow.screen.value, *sorted(sys.modules))
"""


@pytest.mark.parametrize("is_new", [True, False])
def test_before_the_pin_neither_database_nor_knowledge_nor_reasoning_is_loaded(tmp_path, is_new):
    if not is_new:
        with a_tablet(tmp_path) as tablet:
            tablet.set_up().close()
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr == ""
    screen, *loaded = done.stdout.split()
    assert screen == ("set_up" if is_new else "unlock")
    heavy = [name for name in AFTER_THE_PIN if any(one == name or one.startswith(f"{name}.") for one in loaded)]
    assert heavy == []
    # First start comes once in a tablet's life, and asks for the clinic's settings.
    assert is_new or "mobile_app.ports" not in loaded


def test_knowledge_that_is_damaged_is_told_when_somebody_unlocks_and_the_store_is_closed_again(tmp_path):
    assets = tmp_path / "assets"
    shutil.copytree(ASSETS / "knowledge", assets / "knowledge")
    (assets / "knowledge" / KNOWLEDGE_VERSION / "red_flags.yaml").write_text("rules: [")
    with a_tablet(tmp_path) as tablet:
        tablet.set_up().close()
        source = build_tablet(Config(tmp_path, assets), tablet.clock)
        with pytest.raises(KnowledgeError):
            _ = source.knowledge
        views = []
        flow = source.flow(lambda screen, view: views.append(view))
        flow.start()
        for digit in PIN:
            flow.unlock.press(digit)
        flow.unlock.unlock()

        assert flow.is_locked
        assert flow.screen.value == "unlock"
        assert "knowledge" in views[-1].error
        TestTablet(tmp_path).open().close()


def test_what_is_made_ready_beside_the_pin_pad_is_what_unlocking_needs(tmp_path):
    code = START.replace(
        "flow.tick()",
        "build = build_tablet(Config(Path(sys.argv[1])))\nbuild.get_ready()\nbefore = set(sys.modules)\n"
        "build.for_session(None)\nimport mobile_app.presenters.session, mobile_app.storage.case_store\n"
        "late = set(sys.modules) - before",
    ).replace("*sorted(sys.modules)", "*sorted(late)")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split()[1:] == []
