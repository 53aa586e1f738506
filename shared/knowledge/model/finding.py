"""The questions: findings, the inputs of rules, how findings are grouped, and the danger-sign screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.knowledge.model.condition import Code
from shared.knowledge.model.criterion import Criterion
from shared.knowledge.model.evidence import Likelihood

JOIN = "+"
"""Joins the states of an answer that holds several: "knee+lower_leg"."""


def held_states(state: str) -> tuple[str, ...]:
    """Return the states that an answer holds: one, or several of a swelling that reaches over several places."""
    return tuple(state.split(JOIN))


class FindingKind(StrEnum):
    """Where a finding comes from: it decides what asking for it costs and which resource it needs."""

    HISTORY = "history"
    EXAM = "exam"
    LAB = "lab"
    IMAGING = "imaging"


@dataclass(frozen=True, slots=True)
class FindingDefinition:
    """A question with its possible states, and how each condition answers it.

    `age_overrides[age_band][condition]` and `setting_overrides[setting][condition]` replace single likelihoods; the
    setting's comes last. `ask_if` is a criterion in the grammar of the red flags, or None. `state_labels` says each
    state as one says it of the child ("At the drip site"). A step of `how_to` begins with its lead: "Look. ...".
    `follows_from[field][value]` is the state that follows from a field of the case (`region`, `side`); such a finding
    is never asked. Several regions give several states at once (`held_states`).
    """

    id: str
    label: str
    ask: str
    kind: FindingKind
    states: tuple[str, ...]
    group: str
    likelihoods: Mapping[str, Likelihood]
    age_overrides: Mapping[str, Mapping[str, Likelihood]]
    setting_overrides: Mapping[str, Mapping[str, Likelihood]]
    skip_in_settings: frozenset[str]
    ask_if: Criterion | None
    why: str = ""
    how_to: tuple[str, ...] = ()
    note: str = ""
    from_age_days: int = 0
    detail: str = ""
    state_labels: Mapping[str, str] = field(default_factory=dict)
    applicable_age: str = ""
    is_red_flag: bool = False
    codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    follows_from: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_binary(self) -> bool:
        return self.states == ("yes", "no")

    def in_words(self, state: str) -> str:
        """Return an answer as one says it of the child: "Swollen hand, swollen wrist"; nothing if it has no words."""
        labels = [self.state_labels.get(held, "") for held in held_states(state)]
        return ", ".join([labels[0], *(label[:1].lower() + label[1:] for label in labels[1:])]) if all(labels) else ""


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """A yes/no answer or a number that red flags use beside the findings, such as `tense_limb` or `spo2`."""

    id: str
    label: str
    is_numeric: bool
    is_derived: bool = False
    ask: str = ""


@dataclass(frozen=True, slots=True)
class GroupDefinition:
    """Findings that are partly one piece of evidence. Exponents by rank or state: `first`, `second`, `positive` ...

    `shrinks[group]` multiplies this group's exponents when that other group counts too (fever beside laboratory
    markers). `combine` is how the members share the exponents, where `shared.differential.grouping` has no rule of its
    own for the group: `strongest_first`, or empty (each counts in full).
    """

    id: str
    members: tuple[str, ...]
    exponents: Mapping[str, float]
    rule: str
    shrinks: Mapping[str, float] = field(default_factory=dict)
    combine: str = ""


@dataclass(frozen=True, slots=True)
class DangerSign:
    """One line of the danger-sign screen. A yes sets the codes `yes` to yes, a no sets the codes `no` to no.

    It is shown for ages from `from_days` up to `to_days` and, where `regions` are named, if one of them is chosen and
    none of `except_regions`. `then_ask` are codes that a yes leaves open and that should be asked next.
    """

    id: str
    label: str
    hint: str
    note: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    then_ask: tuple[str, ...] = ()
    from_days: int = 0
    to_days: int | None = None
    regions: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()

    def is_shown(self, age_days: float, regions: Collection[str]) -> bool:
        """Tell whether the line is asked for a child of this age with these places swollen."""
        if age_days < self.from_days or (self.to_days is not None and age_days >= self.to_days + 1):
            return False
        if any(region in self.except_regions for region in regions):
            return False
        return not self.regions or any(region in self.regions for region in regions)
