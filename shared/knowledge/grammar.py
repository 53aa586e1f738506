"""The grammar of conditions, in two spellings of one meaning.

    YAML    {all: [..]} | {any: [..]} | {none: [..]} | {at_least: {n: k, of: [..]}} | atom
            atom: {f: finding} is yes | {f: finding, eq: state} | {f: finding, in: [states]} | {i: input} is yes
                  {n: number, op: ">=", v: 38} | {unknown: finding} | {rule: rule}
    words   prior_iv_calcium_same_limb_3m != yes        antibiotics_given >= 48 h        a == x or b == y
            == and != compare a finding with a state (= is read as ==); < <= > >= compare a number; the unit is for the
            reader; `or` binds weaker than `and`

Missing data make an atom false, so `a != yes` holds while `a` is unanswered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

from shared.knowledge.model import (
    All,
    Any_,
    AtLeast,
    Criterion,
    FindingIs,
    InputIsYes,
    IsUnknown,
    None_,
    NumberIs,
    RuleFired,
)
from shared.knowledge.section import nearest

NEVER = Any_(())
"""A condition that never holds: what a faulty one is read as."""

_ATOM_KEYS: dict[str, frozenset[str]] = {
    "f": frozenset({"f", "eq", "in"}),
    "n": frozenset({"n", "op", "v"}),
    "i": frozenset({"i"}),
    "unknown": frozenset({"unknown"}),
    "rule": frozenset({"rule"}),
}
_LISTS: dict[str, type[All | Any_ | None_]] = {"all": All, "any": Any_, "none": None_}
_OPS = ("<", "<=", ">", ">=")
_WORDS = re.compile(
    r"\s*(?P<name>[a-z][a-z0-9_]*)\s*(?P<op>==|!=|<=|>=|=|<|>)\s*(?P<value>[A-Za-z0-9_.]+)\s*(?P<unit>[A-Za-z/%]*)\s*"
)


class GrammarFault(Exception):
    """A condition that does not follow the grammar: `place` is where inside it, the text says what to do.

    `more` are the faults of its other parts, so that one reading finds them all.
    """

    def __init__(self, place: str, advice: str, more: Sequence[GrammarFault] = ()) -> None:
        super().__init__(advice)
        self.place = place
        self.advice = advice
        self.more = tuple(more)

    def each(self) -> Iterator[GrammarFault]:
        """Yield this fault and all others."""
        yield self
        for fault in self.more:
            yield from fault.each()


def parse_condition(value: Any, place: str = "") -> Criterion:
    """Return the condition that a YAML value spells.

    Raises:
        GrammarFault: with every fault.
    """
    if not isinstance(value, dict) or not value or not all(isinstance(key, str) for key in value):
        raise GrammarFault(place, "must be a block such as {f: fever_ge_38} or {all: [..]}")
    keys = set(value)
    head = next((key for key in (*_LISTS, "at_least", *_ATOM_KEYS) if key in value), None)
    if head is None:
        known = [*_LISTS, "at_least", *_ATOM_KEYS]
        word = sorted(keys)[0]
        found = nearest(word, known)
        hint = f"; did you mean {found}?" if found else f"; it is one of {', '.join(known)}"
        raise GrammarFault(f"{place}.{word}" if place else word, f"is not a word of the grammar{hint}")
    extra = keys - _ATOM_KEYS.get(head, frozenset({head}))
    if extra:
        raise GrammarFault(f"{place}.{sorted(extra)[0]}".lstrip("."), f"does not belong beside {head}")
    inner = f"{place}.{head}".lstrip(".")
    if head in _LISTS:
        return _LISTS[head](_parts(value[head], inner))
    if head == "at_least":
        return _at_least(value[head], inner)
    return _atom(head, value, inner)


def parse_words(text: str) -> Criterion:
    """Return the condition that an `ask_if` line spells.

    Raises:
        GrammarFault: at the first fault.
    """
    either = [_all_of(part) for part in re.split(r"\s+or\s+", text.strip())]
    return either[0] if len(either) == 1 else Any_(tuple(either))


def walk(condition: Criterion) -> Iterator[Criterion]:
    """Yield the condition and everything inside it."""
    yield condition
    if isinstance(condition, All | Any_ | None_ | AtLeast):
        for part in condition.of:
            yield from walk(part)


def _parts(value: Any, place: str) -> tuple[Criterion, ...]:
    if not isinstance(value, list) or not value:
        raise GrammarFault(place, "must be a list with at least one condition")
    parts, faults = [], []
    for count, item in enumerate(value, start=1):
        try:
            parts.append(parse_condition(item, f"{place}[{count}]"))
        except GrammarFault as fault:
            faults += list(fault.each())
    if faults:
        raise GrammarFault(faults[0].place, faults[0].advice, [GrammarFault(f.place, f.advice) for f in faults[1:]])
    return tuple(parts)


def _at_least(value: Any, place: str) -> Criterion:
    if not isinstance(value, dict) or set(value) != {"n", "of"}:
        raise GrammarFault(place, "needs exactly n and of")
    parts = _parts(value["of"], f"{place}.of")
    count = value["n"]
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= len(parts):
        raise GrammarFault(f"{place}.n", "must be a whole number from 1 to the length of the list")
    return AtLeast(count, parts)


def _atom(head: str, value: dict[str, Any], place: str) -> Criterion:
    name = value[head]
    if not isinstance(name, str):
        raise GrammarFault(place, "must be an id")
    if head == "f":
        if "eq" in value and "in" in value:
            raise GrammarFault(place, "takes eq or in, not both")
        states = value["in"] if "in" in value else [value.get("eq", "yes")]
        if not isinstance(states, list) or not states or not all(isinstance(state, str) for state in states):
            raise GrammarFault(place, "must name its states as words")
        return FindingIs(name, tuple(states))
    if head == "n":
        number = value.get("v")
        if value.get("op") not in _OPS:
            raise GrammarFault(f"{place}.op", f"must be one of {' '.join(_OPS)}, in quotes")
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise GrammarFault(f"{place}.v", "must be a number")
        return NumberIs(name, value["op"], float(number))
    if head == "i":
        return InputIsYes(name)
    return IsUnknown(name) if head == "unknown" else RuleFired(name)


def _all_of(text: str) -> Criterion:
    parts = tuple(_comparison(part) for part in re.split(r"\s+and\s+", text))
    return parts[0] if len(parts) == 1 else All(parts)


def _comparison(text: str) -> Criterion:
    match = _WORDS.fullmatch(text)
    if match is None:
        raise GrammarFault("", "must read like: finding == state, finding != state, or number >= 48 h")
    name, op, value = match["name"], match["op"], match["value"]
    if match["unit"] in ("or", "and") or (match["unit"] and op not in _OPS):
        raise GrammarFault("", "ends in the middle; complete or shorten it")
    if op in _OPS:
        try:
            return NumberIs(name, cast(Literal["<", "<=", ">", ">="], op), float(value))
        except ValueError:
            raise GrammarFault("", f"compares {name} with a word; {op} needs a number") from None
    same = FindingIs(name, (value,))
    return None_((same,)) if op == "!=" else same
