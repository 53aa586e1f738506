"""Reading a filter of the case list: what makes no sense is said in one sentence, and is never an empty list."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.sentence import Sentence, sentence
from shared.sync.messages import REVIEW_STATES
from sync_server.services.case_index import FACETS, SORTS, YES, Wanted
from sync_server.services.digest import URGENCIES
from sync_server.services.wording import Wording

_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_UNKNOWN = sentence("The filter names something that is not on the list. Open the list again and choose from it.")
_NO_WEEK = sentence("A week is written as year and number, such as 2026-W34. Choose a week from the list.")
_BACKWARDS = sentence("The last week lies before the first one. Change one of the two.")
_NO_SORT = sentence("Cases can be sorted by newest, oldest, urgency or lateness only. Choose one of these.")
_BOTH_WAYS = sentence("A page cannot lie before and after. Open the list again.")
_NO_CODE = sentence("A case code has four letters and digits, such as 7F3K. Look at it again.")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")


class FilterMakesNoSense(Exception):
    """What was asked for cannot be meant. `advice` says what to do; no value is repeated."""

    def __init__(self, advice: Sentence) -> None:
        super().__init__(str(advice))
        self.advice = advice


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The values that a filter may name, apart from the sites, which depend on who asks."""

    wording: Wording

    @property
    def of(self) -> Mapping[str, Collection[str]]:
        """Return them by the name of the facet. Conditions grow with what is published."""
        knowledge, conditions = self.wording.knowledge, self.wording.conditions()
        return {
            "age": tuple(group.id for group in knowledge.age_groups),
            "region": tuple(knowledge.regions),
            "condition": conditions,
            "diagnosis": conditions,
            "urgency": URGENCIES,
            "review": tuple(REVIEW_STATES),
            "danger": (YES,),
            "differs": (YES,),
            "overdue": (YES,),
        }

    def wanted(self, given: Mapping[str, Sequence[str]], sites: Collection[int], *, is_lenient: bool = False) -> Wanted:
        """Return the filter that was given.

        Args:
            given: the values of each facet, of `from_week`, `to_week` and `sort`.
            sites: the numbers of those that the user may see.
            is_lenient: what is not on the list is left out. A saved view may name a site that was taken from the user.

        Raises:
            FilterMakesNoSense: with what to do.
        """
        known = {**self.of, "site": [str(number) for number in sites]}
        chosen: dict[str, tuple[str, ...]] = {}
        for facet in FACETS:
            values = given.get(facet, ())
            if not is_lenient and any(value not in known[facet] for value in values):
                raise FilterMakesNoSense(_UNKNOWN)
            chosen[facet] = tuple(value for value in known[facet] if value in values)
        first, last = (self._week(_last(given, name)) for name in ("from_week", "to_week"))
        sort = _last(given, "sort")
        if first and last and last < first:
            raise FilterMakesNoSense(_BACKWARDS)
        if sort and sort not in SORTS:
            raise FilterMakesNoSense(_NO_SORT)
        return Wanted(**chosen, from_week=first, to_week=last, sort=sort or SORTS[0])

    @staticmethod
    def _week(words: str) -> str:
        if not words:
            return ""
        parts = _WEEK.fullmatch(words)
        try:
            date.fromisocalendar(int(parts[1]), int(parts[2]), 1) if parts else None
        except ValueError:
            parts = None
        if parts is None:
            raise FilterMakesNoSense(_NO_WEEK)
        return words


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    return (given.get(name) or ("",))[-1]


def check_page(after: int | None, before: int | None) -> None:
    """Refuse a page that lies on both sides of where it begins.

    Raises:
        FilterMakesNoSense: with what to do.
    """
    if after is not None and before is not None:
        raise FilterMakesNoSense(_BOTH_WAYS)


def case_id_prefix(code: str) -> str:
    """Return the first five hexadecimal digits of the ids that have a short code, however it was typed.

    Raises:
        FilterMakesNoSense: it is no code.
    """
    plain = "".join(code.split()).upper().translate(_MISREAD)
    if len(plain) != 4 or any(letter not in _ALPHABET for letter in plain):
        raise FilterMakesNoSense(_NO_CODE)
    bits = 0
    for letter in plain:
        bits = bits * 32 + _ALPHABET.index(letter)
    return f"{bits:05x}"
