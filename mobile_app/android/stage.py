"""Gathers what the APK holds in one folder: a list of what goes in, so that nothing gets in by lying around.

.venv/bin/python mobile_app/android/stage.py          fills build/android/app, from which buildozer builds

main.py               what Android starts
mobile_app, shared    code and .kv, without the commands of the command line and without this folder
assets                fonts, translations (.mo), the drawing of the body, the knowledge
icon.png, presplash.png   drawn from the sign of Handwise
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from PIL import Image, ImageDraw  # noqa: E402 (after the path)

from mobile_app.widgets.icon_drawings import DRAWINGS, Shape  # noqa: E402

APP = ROOT / "build" / "android" / "app"
INCLUDED = (
    "LICENSE",
    "pyproject.toml",
    "mobile_app/**/*.py",
    "mobile_app/**/*.kv",
    "shared/**/*.py",
    "shared/sync/dictionaries/*.zdict",
    "assets/bodymap.svg",
    "assets/fonts/*.ttf",
    "assets/fonts/*.otf",
    "assets/fonts/OFL.txt",
    "assets/knowledge/[0-9]*/**/*.yaml",
    # Those of the desk stay on the server.
    "assets/translations/*/LC_MESSAGES/handwise.mo",
    "assets/translations/*/LC_MESSAGES/knowledge.mo",
)
EXCLUDED = ("mobile_app/android", "mobile_app/commands")
ICON_PX, PRESPLASH_PX = 512, 512
_GREEN, _GROUND, _WHITE = "#0A5A58", "#F6F8F8", "#FFFFFF"
_GRID = 24
_FINER = 4
"""Drawn so much larger, then made smaller: smooth edges."""


def stage(app: Path) -> None:
    """Fill the folder; what was in it before goes."""
    if app.exists():
        shutil.rmtree(app)
    app.mkdir(parents=True)
    for file in included():
        target = app / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    shutil.copyfile(Path(__file__).with_name("main.py"), app / "main.py")
    sign(ICON_PX, fills=1.0).save(app / "icon.png")
    sign(PRESPLASH_PX, fills=0.4).save(app / "presplash.png")


def included() -> list[Path]:
    """Return the files of the repository that go into the APK."""
    found = {file for pattern in INCLUDED for file in ROOT.glob(pattern) if file.is_file()}
    kept_out = tuple(ROOT / folder for folder in EXCLUDED)
    return sorted(file for file in found if not any(file.is_relative_to(folder) for folder in kept_out))


def sign(side: int, *, fills: float) -> Image.Image:
    """Return the sign of Handwise, a hand on a green square, filling that share of a picture of `side` pixels."""
    whole = side * _FINER
    picture = Image.new("RGB", (whole, whole), _GROUND)
    draw = ImageDraw.Draw(picture)
    square = whole * fills
    left = (whole - square) / 2
    draw.rounded_rectangle((left, left, left + square - 1, left + square - 1), square / 4, fill=_GREEN)
    scale = square * 0.76 / _GRID
    start = left + square * 0.12
    for shape in DRAWINGS["logo"]:
        _draw(draw, shape, start, scale, _WHITE)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def _draw(draw: ImageDraw.ImageDraw, shape: Shape, start: float, scale: float, colour: str) -> None:
    kind, what = shape[0], shape[1]
    if kind == "hole":
        _draw(draw, what, start, scale, _GREEN)
        return
    points = [(start + x * scale, start + y * scale) for x, y in what]
    if kind == "polygon":
        draw.polygon(points, fill=colour)
        return
    width = shape[2] * scale
    draw.line(points, fill=colour, width=round(width), joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


if __name__ == "__main__":
    stage(APP)
    print(f"{sum(1 for _ in APP.rglob('*.*'))} files in {APP.relative_to(ROOT)}")
