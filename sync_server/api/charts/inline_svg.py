"""From the drawing library's SVG to one that may stand in our pages.

The pages' content security policy allows no inline style: every `style` attribute becomes presentation attributes, the
style sheet becomes attributes of the root. Ids are renamed, so that two charts can share a page; unused ones go.
Words never pass through the drawing library: it draws numbered places, and here the words are put in, as text.
"""

from __future__ import annotations

import re
import unicodedata

# What is parsed here is what the drawing library has just written: no document from outside.
from xml.etree import ElementTree  # noqa: S405
from xml.etree.ElementTree import Element  # noqa: S405

from markupsafe import Markup

from sync_server.api.charts import tokens

PLACE = re.compile(r"#?#(\d+)##?")
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_KEPT = {"g", "path", "text", "use", "defs", "clipPath", "rect", "pattern"}
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_NO_TURN = re.compile(r"rotate\(-?0(?:\.0)? ")
# The library's own font and what is so anyway.
_DROPPED = {"font-family", "stroke-dashoffset"}
_DEFAULTS = {
    ("stroke-linejoin", "round"),
    ("stroke-linecap", "butt"),
    ("font-size", f"{tokens.TEXT}px"),
    ("stroke-width", "1"),
}
_EDGE = {"paint-order": "stroke", "stroke": tokens.SURFACE, "stroke-width": "3"}
"""Words over lines. The library's own way would write them twice."""
_ISOLATE, _END_ISOLATE = "\u2067", "\u2069"


def inline_svg(drawn: str, name: str, title: str, description: str, words: list[str]) -> Markup:
    """Return the drawing as an element of a page.

    Args:
        drawn: what the drawing library wrote, with #n# in the place of the n-th of `words`.
        name: letters, digits and dashes; begins every id.
    """
    root = ElementTree.fromstring(drawn)  # noqa: S314
    _, _, width, height = root.get("viewBox", "").split()
    new = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-words",
            "width": _short(width),
            "height": _short(height),
            "viewBox": f"0 0 {_short(width)} {_short(height)}",
            # Numbers, signs and axes run from left to right in every language.
            "direction": "ltr",
            "font-family": "'Noto Sans', 'Noto Sans Arabic', 'Noto Sans KR', system-ui, sans-serif",
            "font-size": str(tokens.TEXT),
            "stroke-linejoin": "round",
        },
    )
    for tag, text in (("title", title), ("words", description)):
        said = Element("title" if tag == "title" else "desc", {"id": f"{name}-{tag}"})
        said.text = clean(text)
        new.append(said)
    new.extend(child for part in root for child in _kept(part, words))
    _rename(new, name)
    return Markup(ElementTree.tostring(new, encoding="unicode"))  # noqa: S704  every text was escaped just here


def clean(text: str) -> str:
    """Return the text without what no XML document may hold."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs") or ord(letter) & 0xFFFE == 0xFFFE else letter
        for letter in text
    )


def _kept(part: Element, words: list[str]) -> list[Element]:
    tag = part.tag.removeprefix(_SVG)
    if tag not in _KEPT:
        return []
    children = [child for inner in part for child in _kept(inner, words)]
    attributes = _attributes(part)
    if tag in ("g", "defs") and not attributes.keys() - {"id"} and (tag == "g" or not children):
        return children
    if tag == "path" and not attributes.get("d"):
        return []
    new = Element(tag, attributes)
    if tag == "text":
        if (part.text or "").startswith("##"):
            new.attrib |= _EDGE
        new.text = PLACE.sub(lambda place: _isolated(words[int(place[1])]), part.text or "")
    new.extend(children)
    return [new]


def _isolated(words: str) -> str:
    """Return words so that those of a right-to-left language do not reorder what stands beside them."""
    said = clean(words)
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in said):
        return f"{_ISOLATE}{said}{_END_ISOLATE}"
    return said


def _attributes(part: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in part.attrib.items():
        if key == "style":
            found |= _presentation(value)
        elif key == _HREF:
            found["href"] = value
        elif key == "d":
            found["d"] = _path(value)
        elif key == "transform":
            if not _NO_TURN.match(value):
                found[key] = _NUMBER.sub(lambda number: _short(number[0]), value)
        elif key in ("x", "y", "width", "height"):
            found[key] = _short(value)
        else:
            found[key] = value
    return found


def _presentation(style: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for declaration in style.split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key and key not in _DROPPED and (key, value) not in _DEFAULTS:
            found[key] = {"bold": "600", "700": "600"}.get(value, value) if key == "font-weight" else value
    if "stroke-width" in found:
        found["stroke-width"] = _short(found["stroke-width"])
    return found


def _path(data: str) -> str:
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", _NUMBER.sub(lambda number: _short(number[0]), " ".join(data.split())))


def _short(number: str) -> str:
    words = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if words == "-0" else words


def _rename(root: Element, name: str) -> None:
    wanted: dict[str, str] = {}
    for part in root.iter():
        for value in part.attrib.values():
            found = _REFERENCE.fullmatch(value)
            old = found[1] if found else value[1:] if part.tag == "use" and value.startswith("#") else ""
            if old and old not in wanted:
                wanted[old] = f"{name}-{len(wanted)}"
    own = {f"{name}-title", f"{name}-words"}
    for part in root.iter():
        for key, value in list(part.attrib.items()):
            found = _REFERENCE.fullmatch(value)
            if found:
                part.set(key, f"url(#{wanted[found[1]]})")
            elif key == "href":
                part.set(key, f"#{wanted[value[1:]]}")
            elif key == "id" and value not in own:
                if value in wanted:
                    part.set("id", wanted[value])
                else:
                    del part.attrib["id"]
