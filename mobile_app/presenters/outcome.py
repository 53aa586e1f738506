"""How the case went: when the swelling was gone, whether anything stayed behind, and what it turned out to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, ChoiceView


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """A number with its unit, and choices, each with its label. Everything may be left empty but one."""

    app_bar: AppBarView
    title: str
    healed_label: str
    healed_text: str
    healed_units: tuple[ChoiceView, ...]
    sequelae_label: str
    sequelae: tuple[ChoiceView, ...]
    diagnosis_label: str
    diagnoses: tuple[ChoiceView, ...]
    proofs_label: str
    proofs: tuple[ChoiceView, ...]
    back_button: str
    on_button: str
    can_go_on: bool
    error: str


class OutcomePresenter:
    """What a finger can do on the outcome screen. `save` appends the outcome to the case."""

    def __init__(self, show: Callable[[OutcomeView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def type_healed(self, text: str) -> None: ...

    def choose_healed_unit(self, unit: str) -> None: ...

    def choose_sequelae(self, value: str) -> None: ...

    def choose_diagnosis(self, condition: str) -> None: ...

    def toggle_proof(self, proof: str) -> None: ...

    def save(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
