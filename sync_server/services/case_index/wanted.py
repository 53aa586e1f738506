"""Which cases are asked for, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, fields

SORTS = ("newest", "oldest", "urgency", "late")
FACETS = (
    "site", "age", "region", "condition", "diagnosis", "urgency", "review", "danger", "differs", "overdue",
)  # fmt: skip
"""What is counted, and called so in addresses. The last three have the one value `YES`."""
YES = "yes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter: of each side any of these values, of all sides together. An empty one is left open. Weeks: 2026-W34."""

    site: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    diagnosis: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    from_week: str = ""
    to_week: str = ""
    sort: str = SORTS[0]

    @property
    def is_open(self) -> bool:
        """Tell whether every case is wanted."""
        return all(not getattr(self, field.name) for field in fields(self) if field.name != "sort")

    def pairs(self) -> list[tuple[str, str]]:
        """Return what stands in an address, in its usual order."""
        found = [(facet, value) for facet in FACETS for value in getattr(self, facet)]
        found += [(name, getattr(self, name)) for name in ("from_week", "to_week") if getattr(self, name)]
        return found if self.sort == SORTS[0] else [*found, ("sort", self.sort)]
