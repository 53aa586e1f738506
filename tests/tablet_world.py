"""A tablet's storage on a real SQLCipher file, with a clock and a stopwatch that a test can turn."""

from __future__ import annotations

import os
import signal
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from mobile_app.device.device_secret import FileDeviceSecret
from mobile_app.locked_ports import UserAccount
from mobile_app.ports.records import Draft, LocalDetails
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.vault import TabletVault
from shared.case.entry import CaseId, Conclusion, EntryKind, Quantity, RankedCondition
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from shared.errors import WrongPin
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from tests.book import KNOWLEDGE, the_book

PIN = "482913"
CASE = CaseId("7f3c" + "0" * 28)


@cache
def the_policy() -> PrivacyPolicy:
    return load_policy(KNOWLEDGE / "privacy.yaml", Vocabulary.of(the_book()))


@dataclass
class TurnableClock:
    """A wall clock and a stopwatch. Setting the one does not move the other."""

    wall: datetime = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    since_start: float = 1000.0
    start: str = "first start"

    def now(self) -> datetime:
        return self.wall

    def elapsed(self) -> float:
        return self.since_start

    def boot(self) -> str:
        return self.start

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.since_start += seconds

    def restart(self, seconds_since: float = 0.0) -> None:
        self.start += ", again"
        self.since_start = seconds_since


@dataclass
class TestTablet:
    """One tablet in a folder: its files, its vault, and whoever opened it."""

    __test__ = False
    folder: Path
    clock: TurnableClock = field(default_factory=TurnableClock)

    @property
    def store_folder(self) -> Path:
        return self.folder / "store"

    @property
    def vault(self) -> TabletVault:
        return TabletVault(
            self.store_folder,
            device_secret=FileDeviceSecret(self.folder / "device" / "secret"),
            policy=the_policy,
            clock=self.clock,
            stopwatch=self.clock,
        )

    def set_up(self) -> EncryptedCaseStore:
        """Make the store and open it."""
        user = self.vault.create("Ana Sample", "Nurse", PIN)
        return self.vault.unlock(user.user_id, PIN)

    def open(self) -> EncryptedCaseStore:
        return self.vault.unlock(self.vault.users()[0].user_id, PIN)

    def guess(self, user: UserAccount) -> float:
        """Try a wrong PIN; return the wait that it brings, in seconds."""
        try:
            self.vault.unlock(user.user_id, "000001").close()
        except WrongPin as wrong:
            return wrong.wait_s
        raise AssertionError("a wrong PIN opened the store")

    def bytes_on_disk(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()
        }


@contextmanager
def a_tablet(folder: Path) -> Iterator[TestTablet]:
    """Give a tablet whose PIN costs little, so that tests can unlock it often."""
    with TESTONLY_weak_kdf():
        yield TestTablet(folder)


def a_draft(
    answers: int = 1, *, draft_id: str = "d1", case_id: CaseId = CASE, local: LocalDetails | None = None
) -> Draft:
    """Return a draft with so many answers."""
    values = {
        "age_days": 274,
        "sex": "male",
        "region": ("hand", "wrist"),
        "fever_ge_38": False,
        "swelling_consistency": "soft_oedematous",
        "crp": Quantity(0.36, "mg/L"),
        "onset_days": 5,
        "warmth": True,
        "tenderness": True,
        "erythema": True,
    }
    return Draft(
        draft_id=draft_id,
        case_id=case_id,
        kind=EntryKind.ASSESSMENT,
        answers=dict(list(values.items())[:answers]),
        parents=(),
        step=f"step {answers}",
        local=local or LocalDetails(),
    )


def a_conclusion() -> Conclusion:
    return Conclusion(
        knowledge_version="1.0",
        disposition="same_day",
        red_flags=(),
        differential=(RankedCondition("calcinosis_cutis_iatrogenic", 0.7731, 0.1249, 0.9731),),
        fits=True,
    )


def forms_of(canary: str) -> list[bytes]:
    """Return how a text could hide in bytes: plain, folded, reversed, hexadecimal, base64 at any offset."""
    plain = canary.encode()
    forms = [plain, canary.casefold().encode(), canary.upper().encode(), " ".join(reversed(canary.split())).encode()]
    forms += [plain.hex().encode(), plain.hex().upper().encode(), canary.encode("utf-16-le")]
    for offset in range(3):
        coded = b64encode(bytes(offset) + plain)
        # The first and last characters depend on the neighbours, so they are cut off.
        forms.append(coded[4:-4])
    return forms


def crash_at_each_statement(template: str, into: str, rounds: int) -> None:
    """Record the draft of a copy of `template`, killed before the 1st, 2nd ... statement. Runs in a child process."""
    import shutil
    from tempfile import TemporaryDirectory

    from tests.compiled_once import statements_compiled_once

    with statements_compiled_once():
        with TemporaryDirectory() as elsewhere, a_tablet(Path(shutil.copytree(template, f"{elsewhere}/0"))) as tablet:
            # Every child has what this one compiles.
            store = tablet.open()
            store.record_draft("d1", a_conclusion())
            store.close()
        _crash_at_each(template, into, rounds)


def _crash_at_each(template: str, into: str, rounds: int) -> None:
    import shutil

    from sqlalchemy import event

    for number in range(1, rounds + 1):
        folder = Path(into) / str(number)
        shutil.copytree(template, folder)
        child = os.fork()
        if child == 0:
            with a_tablet(folder) as tablet:
                store = tablet.open()
                engine = store.database._engine
                count = 0

                def die(*_: object, at: int = number) -> None:
                    nonlocal count
                    count += 1
                    if count == at:
                        os.kill(os.getpid(), signal.SIGKILL)

                event.listen(engine, "before_cursor_execute", die)
                event.listen(engine, "commit", die)
                store.record_draft("d1", a_conclusion())
                os._exit(0)
        _, status = os.waitpid(child, 0)
        print(number, "killed" if os.WIFSIGNALED(status) else "finished", flush=True)


def save_then_die(folder: str, answers: int) -> None:
    """Save a draft answer by answer and be killed the moment the last save has returned. Runs in a child process."""
    with a_tablet(Path(folder)) as tablet:
        store = tablet.open()
        for number in range(1, answers + 1):
            store.save_draft(a_draft(number))
        os.kill(os.getpid(), signal.SIGKILL)
