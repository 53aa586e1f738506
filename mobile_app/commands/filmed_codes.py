"""A film of codes as a tablet shows them one after the other: it stands in for the camera in pictures and tests.

The codes are the real ones; they lie a little askew and a little out of focus, as in a hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from mobile_app.paper.qr import Modules, modules_of

SIZE = (1280, 720)
_A_SECOND = 20
_FRAMES_A_CODE = 8
_DESK, _CASE, _GLASS = "#8B9A98", "#1F2B2A", "#FFFFFF"


def film_codes(texts: Sequence[str], target: Path) -> Path:
    """Write a film in which each code stands for 0.4 s, and return its name. It needs PyAV."""
    import av

    with av.open(str(target), "w") as container:
        stream = container.add_stream("mjpeg", rate=_A_SECOND)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p"
        for modules in modules_of(texts):
            frame = av.VideoFrame.from_ndarray(np.asarray(_seen(modules)), format="rgb24")
            for _ in range(_FRAMES_A_CODE):
                # Each frame gets its own place in time.
                frame.pts = None
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target


def _seen(modules: Modules) -> Image.Image:
    """Return what a camera sees of a tablet that shows this code."""
    across = SIZE[1] * 7 // 10 // len(modules)
    code = Image.new("L", (len(modules), len(modules)))
    code.putdata([255 * (1 - dark) for row in modules for dark in row])
    code = code.resize((len(modules) * across, len(modules) * across), Image.Resampling.NEAREST)
    picture = Image.new("RGB", SIZE, _DESK)
    tablet = Image.new("RGB", (code.width + 160, code.height + 90), _CASE)
    ImageDraw.Draw(tablet).rectangle((16, 16, tablet.width - 17, tablet.height - 17), fill=_GLASS)
    tablet.paste(code, (80, 45))
    turned = tablet.rotate(2.5, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=_DESK)
    picture.paste(turned, ((SIZE[0] - turned.width) // 2, (SIZE[1] - turned.height) // 2))
    return picture.filter(ImageFilter.GaussianBlur(0.8))
