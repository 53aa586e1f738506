"""What a page is made of. All texts are already in words, in logical order; `typeset.py` gives them their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a document, with something short at the line's end."""

    text: str
    at_end: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """An outlined word, and a sentence beside it. `is_strong`: a thick outline, for what cannot wait."""

    word: str
    text: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A title over a hairline. It never stands alone at the foot of a page."""

    title: str
    at_end: str = ""
    size: str = "body_large"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text: `size` is `caption`, `body`, `body_large` or `question`. A box is drawn round it if it is boxed."""

    text: str
    size: str = "body"
    is_bold: bool = False
    is_boxed: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Lines one under another, with numbers or with a dash. Numbers stand for an order in which things are done."""

    items: tuple[str, ...]
    is_numbered: bool = False
    size: str = "body"


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what belongs to it, line by line. Where `is_to_write` says so, no text is a line to write on."""

    label: str
    text: str
    is_to_write: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels in a column of their own. With `columns` 2 the pairs stand side by side, by rows."""

    pairs: tuple[Pair, ...]
    columns: int = 1
    size: str = "body"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a ranking: its name with the word and band at the line's end, and smaller lines below."""

    name: str
    band: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Lines to sign on, each with its label below."""

    labels: tuple[str, ...]


Block = Heading | Badge | Section | Paragraph | Listed | Pairs | Ranked | Signature


@dataclass(frozen=True, slots=True)
class Document:
    """One letter or sheet. `page_words(number, count)` says what stands at the foot of each page."""

    language: str
    is_rtl: bool
    blocks: tuple[Block, ...]
    page_words: Callable[[int, int], str]
    foot: str = ""
