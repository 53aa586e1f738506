"""A document as the screen previews it: its parts as titles with lines, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.paper.blocks import (
    Badge,
    Block,
    Document,
    Heading,
    Listed,
    Pairs,
    Paragraph,
    Ranked,
    Section,
    Signature,
)


@dataclass(frozen=True, slots=True)
class PaperPartView:
    """One part. The first one has no title."""

    title: str
    lines: tuple[str, ...]


def preview_of(document: Document) -> tuple[PaperPartView, ...]:
    """Return the parts of a document. What is left to write by hand is not listed."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for block in document.blocks:
        if isinstance(block, Section):
            parts.append((block.title, []))
        else:
            parts[-1][1].extend(_lines(block))
    return tuple(PaperPartView(title, tuple(lines)) for title, lines in parts if lines)


def _lines(block: Block) -> list[str]:
    match block:
        case Heading():
            return [line for line in (block.at_end,) if line]
        case Badge():
            return [f"{block.word}: {block.text}" if block.text else block.word]
        case Paragraph():
            return [block.text]
        case Listed():
            return [f"{number}. {item}" if block.is_numbered else item for number, item in enumerate(block.items, 1)]
        case Pairs():
            return [f"{pair.label}: {pair.text}" for pair in block.pairs if pair.text]
        case Ranked():
            return [f"{block.name}: {block.band}"]
        case Signature():
            return [block.labels[0]]
        case Section():
            return []
