"""A clinician at work on a tablet: drafts answer by answer, cases, a withdrawal. Each saved act is told as it is saved.

A line of the notes is one act that the app would have shown as saved: `draft <id> <answers>` or `case <seq> <case>`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from mobile_app.locked_ports import UserAccount
from mobile_app.storage import database
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.database import Database
from mobile_app.storage.tables import DeviceRow
from shared.case.entry import CaseId, EntryKind
from shared.crypto.keyring import DataKey
from shared.crypto.signing import SigningKey
from shared.errors import HandwiseError
from tests.tablet_world import TurnableClock, a_draft, the_policy

FILE = "handwise.db"
NOTES = "notes"
_KEY = bytes(range(32))
_TAPS = 4


def make_tablet(folder: Path) -> None:
    """Make an empty tablet's file, closed."""
    folder.mkdir(parents=True)
    key = SigningKey.generate().private_bytes
    Database.create(folder / FILE, DataKey(_KEY), DeviceRow(device="00000000000000aa", signing_key=key)).close()


def open_tablet(folder: Path) -> EncryptedCaseStore:
    """Open it as the app does, with every check."""
    opened = Database.open(folder / FILE, DataKey(_KEY))
    return EncryptedCaseStore(opened, UserAccount("u1", "Ana Sample", "Nurse"), the_policy(), TurnableClock())


def work(folder: Path, cases: int, attempt: Callable[[Callable[[], object]], object]) -> None:
    """Save so many cases, tap by tap, and withdraw one in the middle. `attempt` does one act."""
    notes = os.open(folder / NOTES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(line: str) -> None:
        os.write(notes, f"{line}\n".encode())

    store = attempt(lambda: open_tablet(folder))
    assert isinstance(store, EncryptedCaseStore)
    first = CaseId(f"{1:032x}")
    for number in range(cases):
        case_id = CaseId(f"{number + 1:032x}")
        for taps in range(1, _TAPS + 1):
            draft = a_draft(taps, draft_id=f"d{number}", case_id=case_id)
            attempt(lambda draft=draft: store.save_draft(draft))  # type: ignore[misc]
            note(f"draft d{number} {taps}")
        attempt(lambda number=number: store.record_draft(f"d{number}", None))  # type: ignore[misc]
        note(f"case {number + 1} {case_id}")
        if number == cases // 2:
            # It empties the log into the main file and cuts it: the other kind of writes.
            attempt(lambda: store.record(first, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"}))
            note(f"withdrawn {first}")
    attempt(store.close)


@dataclass(frozen=True, slots=True)
class Promised:
    """What a person had been told is saved."""

    cases: tuple[str, ...] = ()
    withdrawn: str = ""
    draft: str = ""
    answers: int = 0

    @classmethod
    def by(cls, lines: Iterator[str]) -> Promised:
        cases: list[str] = []
        withdrawn = draft = ""
        answers = 0
        for line in lines:
            kind, *rest = line.split()
            if kind == "draft":
                draft, answers = rest[0], int(rest[1])
            elif kind == "case":
                cases.append(rest[1])
                draft, answers = "", 0
            else:
                withdrawn = rest[0]
        return cls(tuple(cases), withdrawn, draft, answers)


def what_is_missing(folder: Path, promised: Promised) -> str:
    """Open the tablet's files; return what is not there although it was promised, or nothing."""
    try:
        store = open_tablet(folder)
    except HandwiseError as fault:
        return f"does not open: {fault}"
    try:
        for case_id in promised.cases:
            log = store.log(CaseId(case_id))
            if not len(log):
                return f"case {case_id[-4:]} is gone"
            is_whole = any(len(entry.answers) >= _TAPS for entry in log)
            if not is_whole and case_id != "0" * 31 + "1":
                return f"case {case_id[-4:]} has lost answers"
        if promised.withdrawn and any(
            entry.answers for entry in store.log(CaseId(promised.withdrawn)) if entry.kind is not EntryKind.WITHDRAWAL
        ):
            return "the withdrawn case can be read again"
        kept = {draft.draft_id: len(draft.answers) for draft in store.drafts()}
        if promised.draft and kept.get(promised.draft, 0) < promised.answers:
            recorded = CaseId(f"{int(promised.draft[1:]) + 1:032x}")
            if not len(store.log(recorded)):
                return "the draft has lost answers"
        return ""
    finally:
        store.close()


@contextmanager
def synchronous_normal() -> Iterator[None]:
    """The control: the setting that most apps have, which does not force a saved act to the disk."""
    careless = tuple(("synchronous", "NORMAL", 1) if one[0] == "synchronous" else one for one in database._SETTINGS)
    with patch.object(database, "_SETTINGS", careless):
        yield


@dataclass
class Attempts:
    """Does acts once more when they fail with a sentence, and keeps the sentences."""

    sentences: list[str] = field(default_factory=list)

    def __call__(self, act: Callable[[], object]) -> object:
        try:
            return act()
        except HandwiseError as fault:
            self.sentences.append(str(fault))
            return act()

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.sentences))


def main(arguments: list[str]) -> int:
    """Work in a folder: `FOLDER CASES full|normal`. What is recorded is this process."""
    folder, cases, setting = Path(arguments[0]), int(arguments[1]), arguments[2]
    if setting == "normal":
        with synchronous_normal():
            work(folder, cases, lambda act: act())
    else:
        work(folder, cases, lambda act: act())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
