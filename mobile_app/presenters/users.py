"""Who may open this tablet: a list at the start; at the end one act, step by step.

    add            own PIN ─▶ name and role ─▶ PIN ─▶ PIN again ─▶ done
    change PIN     own PIN ─▶ PIN ─▶ PIN again ─▶ done
    rename         own PIN ─▶ name ─▶ done
    remove         own PIN ─▶ what it means ─▶ done

The own PIN is asked for once, until the screen is left: an unlocked tablet on a table must not let a stranger in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mobile_app.locked_ports import UserAccount, expect_good_pin
from mobile_app.navigation import Way
from mobile_app.ports.vault import Vault
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.pin_pad import PIN_LENGTH, PinPad, TypesPin
from mobile_app.presenters.roles import ROLES, role_in_words
from mobile_app.presenters.unlock import initials_of, next_try_in_words
from mobile_app.presenters.wording import in_words, say, typed
from shared.errors import HandwiseError
from shared.sentence import Sentence, sentence


class Act(StrEnum):
    """What is done to whom."""

    ADD = "add"
    PIN = "pin"
    RENAME = "rename"
    REMOVE = "remove"


class Step(StrEnum):
    """Where the act stands. `NONE`: nobody is being changed."""

    NONE = "none"
    OWN = "own"
    WHO = "who"
    NEW = "new"
    REPEAT = "repeat"
    SURE = "sure"


_STEPS = {
    Act.ADD: (Step.OWN, Step.WHO, Step.NEW, Step.REPEAT),
    Act.PIN: (Step.OWN, Step.NEW, Step.REPEAT),
    Act.RENAME: (Step.OWN, Step.WHO),
    Act.REMOVE: (Step.OWN, Step.SURE),
}
_ON_THE_PAD = (Step.OWN, Step.NEW, Step.REPEAT)


@dataclass(frozen=True, slots=True)
class UserRowView:
    """One user. An empty `remove_button`: this one cannot be removed here."""

    user_id: str
    name: str
    role: str
    initials: str
    is_chosen: bool
    pin_button: str
    rename_button: str
    remove_button: str


@dataclass(frozen=True, slots=True)
class UsersView:
    """The list, and the act in hand: `step` says whether a form, a pad or a sentence belongs to it."""

    app_bar: AppBarView
    title: str
    users: tuple[UserRowView, ...]
    add_button: str
    note: str
    step: str
    idle: str
    act_title: str
    hint: str
    name_label: str
    name: str
    role_label: str
    roles: tuple[ChoiceView, ...]
    rings_filled: int
    rings_total: int
    is_pad_on: bool
    clear_key: str
    button: str
    can_go_on: bool
    cancel_button: str
    done: str
    error: str


class UsersPresenter(TypesPin):
    """What a finger can do on the users screen."""

    def __init__(self, desk: Desk, vault: Vault, show: Callable[[UsersView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._vault = vault
        self._show = show
        self._go = go
        self._is_confirmed = False
        self._done: Sentence | None = None
        """What was done last, kept apart from its words: the language may be changed under it."""
        self._act: Act | None = None
        self._who: UserAccount | None = None
        self._step = Step.NONE
        self._put_down()

    def open(self) -> None:
        self._draw()

    # --- beginning an act ---------------------------------------------------------------------------------------------

    def add(self) -> None:
        self._begin(Act.ADD, None)

    def change_pin(self, user_id: str) -> None:
        self._begin(Act.PIN, self._user(user_id))

    def rename(self, user_id: str) -> None:
        self._begin(Act.RENAME, self._user(user_id))

    def remove(self, user_id: str) -> None:
        user = self._user(user_id)
        if user is not None and self._can_be_removed(user):
            self._begin(Act.REMOVE, user)

    # --- in an act ----------------------------------------------------------------------------------------------------

    def type_name(self, text: str) -> None:
        self._name = text
        self._draw()

    def choose_role(self, role: str) -> None:
        if role in ROLES:
            self._role = role
        self._draw()

    def go_on(self) -> None:
        """Take the step that the button names."""
        if not self._can_go_on():
            return
        try:
            self._take_step()
        except HandwiseError as error:
            self._pad = PinPad()
            if self._step is Step.REPEAT:
                self._step = Step.NEW
            self._draw(in_words(error))

    def cancel(self) -> None:
        """Put the act down; nobody was changed."""
        self._put_down()
        self._draw()

    def tick(self) -> None:
        """Called once a second while the pad is off: the seconds left are counted down."""
        if self._step is Step.OWN:
            self._draw()

    def back(self) -> None:
        self._put_down()
        self._is_confirmed = False
        self._done = None
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _pin_pad(self) -> PinPad:
        return self._pad

    def _begin(self, act: Act, user: UserAccount | None) -> None:
        if act is not Act.ADD and user is None:
            return
        self._put_down()
        self._done = None
        self._act, self._who = act, user
        self._name = user.name if user is not None else ""
        self._step = self._next_step()
        self._draw()

    def _next_step(self) -> Step:
        assert self._act is not None
        steps = [step for step in _STEPS[self._act] if not (step is Step.OWN and self._is_confirmed)]
        return steps[steps.index(self._step) + 1 if self._step in steps else 0]

    def _take_step(self) -> None:
        pin = self._pad.digits
        self._pad = PinPad()
        match self._step:
            case Step.OWN:
                self._vault.confirm_pin(self._desk.store, pin)
                self._is_confirmed = True
                self._step = self._next_step()
            case Step.NEW:
                expect_good_pin(pin)
                self._new_pin = pin
                self._step = Step.REPEAT
            case Step.REPEAT if pin != self._new_pin:
                self._step = Step.NEW
                self._draw(say("The two PINs differ. Choose the PIN again."))
                return
            case Step.WHO if self._act is Act.ADD:
                self._step = Step.NEW
            case _:
                self._finish(pin)
        self._draw()

    def _finish(self, pin: str) -> None:
        """Do what the steps were for."""
        store, who, name = self._desk.store, self._who, self._name.strip()
        match self._act:
            case Act.ADD:
                self._vault.add_user(store, name, self._role, pin)
                done = sentence("{name} can open this tablet now.", name=typed(name))
            case Act.PIN if who is not None:
                self._vault.set_pin(store, who.user_id, pin)
                done = sentence("{name} has a new PIN.", name=typed(who.name))
            case Act.RENAME if who is not None:
                self._vault.rename_user(store, who.user_id, name)
                done = sentence("The name is {name} now.", name=typed(name))
            case Act.REMOVE if who is not None:
                self._vault.remove_user(store, who.user_id)
                done = sentence("{name} can no longer open this tablet.", name=typed(who.name))
            case _:
                return
        self._put_down()
        self._done = done

    def _put_down(self) -> None:
        self._act = self._who = None
        self._step = Step.NONE
        self._name = ""
        self._role = next(iter(ROLES))
        self._new_pin = ""
        self._pad = PinPad()

    # --- the view -----------------------------------------------------------------------------------------------------

    def _user(self, user_id: str) -> UserAccount | None:
        return next((user for user in self._vault.users() if user.user_id == user_id), None)

    def _can_be_removed(self, user: UserAccount) -> bool:
        # Nobody takes himself off: so there is always somebody left who can open the tablet.
        return user.user_id != self._desk.store.user.user_id

    def _wait_s(self) -> int:
        if self._step is not Step.OWN:
            return 0
        return self._vault.seconds_until_next_try(self._desk.store.user.user_id)

    def _is_pad_on(self) -> bool:
        return self._step in _ON_THE_PAD and not self._wait_s()

    def _can_go_on(self) -> bool:
        if self._step is Step.WHO:
            return bool(self._name.strip())
        return self._step is Step.SURE or (self._pad.is_complete and self._is_pad_on())

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        title, hint, button = self._words_of_step()
        wait_s = self._wait_s()
        if wait_s:
            error = " ".join((say("Wrong PIN."), next_try_in_words(wait_s)))
        self._show(
            UsersView(
                app_bar=desk.plain_app_bar(say("Users"), say("Who may open this tablet")),
                title=say("Who may open this tablet"),
                users=tuple(self._row(user) for user in self._vault.users()),
                add_button=say("Add a person"),
                note=say("Names, roles and PINs stay on this tablet."),
                step=self._step.value,
                idle=say("Add a person, or choose what to change.") if self._act is None else "",
                act_title=title,
                hint=hint,
                name_label=say("Name"),
                name=self._name,
                role_label=say("Role"),
                roles=tuple(ChoiceView(role, role_in_words(role), role == self._role) for role in ROLES)
                if self._act is Act.ADD
                else (),
                rings_filled=self._pad.filled,
                rings_total=PIN_LENGTH,
                is_pad_on=self._is_pad_on(),
                clear_key=say("Clear"),
                button=button,
                can_go_on=self._can_go_on(),
                cancel_button=say("Cancel") if self._act is not None else "",
                done=in_words(self._done) if self._done else "",
                error=error,
            )
        )

    def _words_of_step(self) -> tuple[str, str, str]:
        """Return title, hint and button of the step."""
        name = self._who.name if self._who is not None else self._name.strip()
        match self._step:
            case Step.OWN:
                why = say("So that nobody else changes who may open this tablet.")
                return say("Enter your own PIN"), why, say("Go on")
            case Step.WHO if self._act is Act.RENAME:
                return say("Another name"), say("The name stays on this tablet."), say("Save name")
            case Step.WHO:
                return say("Who is new?"), say("The name stays on this tablet."), say("Go on")
            case Step.NEW:
                title = say("New PIN for {name}", name=typed(name))
                return title, say("{count} digits. Not a birthday, not 123456.", count=PIN_LENGTH), say("Go on")
            case Step.REPEAT:
                button = say("Add {name}", name=typed(name)) if self._act is Act.ADD else say("Save PIN")
                return say("Type the PIN again"), say("So that a slip of the finger locks nobody out."), button
            case Step.SURE:
                hint = say("This PIN will no longer open the tablet. What was recorded stays.")
                return say("Remove {name}?", name=typed(name)), hint, say("Remove {name}", name=typed(name))
        return "", "", ""

    def _row(self, user: UserAccount) -> UserRowView:
        is_me = user.user_id == self._desk.store.user.user_id
        role = role_in_words(user.role)
        return UserRowView(
            user_id=user.user_id,
            name=user.name,
            role=say("{role}, now using the tablet", role=role) if is_me else role,
            initials=initials_of(user.name),
            is_chosen=self._who is not None and self._who.user_id == user.user_id,
            pin_button=say("Change PIN"),
            rename_button=say("Rename"),
            remove_button=say("Remove") if self._can_be_removed(user) else "",
        )
