"""The locked tablet: who may open it, and opening it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from mobile_app.locked_ports import UserAccount

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from mobile_app.ports.store import CaseStore
    from shared.crypto.recovery_code import RecoveryCode


class Vault(Protocol):
    """The locked tablet. It is open only while a `CaseStore` made by it is open."""

    def users(self) -> Sequence[UserAccount]: ...

    def create(self, name: str, role: str, pin: str) -> UserAccount:
        """Make the encrypted store, its random key and its first user.

        Raises:
            InvalidInput: the PIN is too short or the name empty.
            StoreUnusable: there is a store already, or it cannot be made.
        """
        ...

    def unlock(self, user_id: str, pin: str) -> CaseStore:
        """Return the open store.

        Raises:
            WrongPin: with the delay before the next try.
            StoreUnusable: the store is damaged or the cipher is missing; nothing was changed.
        """
        ...

    def seconds_until_next_try(self, user_id: str) -> int:
        """Return how long the PIN pad must stay off; 0 if it may be used."""
        ...

    def confirm_pin(self, store: CaseStore, pin: str) -> None:
        """Make sure that whoever holds the open tablet is its user. A wrong PIN counts as a try.

        Raises:
            WrongPin: with the delay before the next try.
        """
        ...

    # Who may open the tablet. Each takes the open store: someone who can open it decides. None of them touches a case.

    def add_user(self, store: CaseStore, name: str, role: str, pin: str) -> UserAccount:
        """Let one more person open this tablet.

        Raises:
            InvalidInput: the name, the role or the PIN cannot be used.
        """
        ...

    def set_pin(self, store: CaseStore, user_id: str, pin: str) -> None:
        """Give a user, oneself or another, a new PIN and all tries again.

        Raises:
            InvalidInput: the PIN cannot be used; the old one holds.
        """
        ...

    def rename_user(self, store: CaseStore, user_id: str, name: str) -> UserAccount:
        """Show a user under another name from now on; entries keep the name they were written under."""
        ...

    def remove_user(self, store: CaseStore, user_id: str) -> None:
        """Take a user off this tablet; his PIN opens it no more. What he recorded stays.

        Raises:
            InvalidInput: he is the only one left.
        """
        ...

    # The recovery code: for the day when a PIN, or the tablet's secret, is lost. It is never stored.

    def has_recovery_code(self) -> bool:
        """Tell whether there is one; a tablet that was set up by an early Handwise has none."""
        ...

    def set_recovery_code(self, store: CaseStore, code: RecoveryCode) -> None:
        """Let this code open the tablet, durably before returning; the one before opens it no more."""
        ...

    def check_code(self, code: RecoveryCode) -> None:
        """Make sure that it is the code of this tablet. A wrong one counts as a try.

        Raises:
            WrongRecoveryCode: with the delay before the next try.
            StoreUnusable: there is no recovery code.
        """
        ...

    def recover(self, code: RecoveryCode, user_id: str, pin: str) -> None:
        """Give a user a new PIN. If the tablet's secret was lost, it gets a new one: the other PINs are then lost.

        Raises:
            WrongRecoveryCode: with the delay before the next try.
            InvalidInput: the PIN cannot be used.
            StoreUnusable: there is no recovery code; nothing was changed.
        """
        ...

    def seconds_until_next_code(self) -> int:
        """Return how long the recovery code must not be tried; 0 if it may be."""
        ...
