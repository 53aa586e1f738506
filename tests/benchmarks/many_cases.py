"""A tablet after years of use: thousands of cases in its real encrypted file, written in one transaction.

    a few hundred simulated children, assessed ──varied──▶ entries, sent forms ──the store's own code──▶ its tables

Ages, names, record numbers, wards, notes and days differ from case to case; every sixth has a follow-up visit. Rows are
made by the functions that the store uses, so a list, a search or a sync cannot tell them from cases that were typed.
The same arguments give the same cases; nobody is behind them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from mobile_app.ports.records import LocalDetails
from mobile_app.storage.case_index import update_index
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.rows import entry_to_text, local_to_text
from mobile_app.storage.tables import DeviceRow, EntryRow, SentFormRow
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.case.log import CaseLog
from shared.knowledge.loader import load_knowledge
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.privacy.projection import Timing, project
from shared.sync.batch import entry_hash
from tests.benchmarks.wire_cases import KNOWLEDGE, recorded_cases

MANY = 10_000
_CHILDREN = 200
_A_DAY = 25
"""Cases recorded on one day, so that ten thousand reach back over a year."""

FIRST_NAMES = (
    *("Amina", "José", "Zoë", "Marie-Claire", "Ibrahim", "Kwame", "Lucía", "François", "Ngozi", "Tariku", "Élodie"),
    *("Mateo", "Fatoumata", "Nia", "Noé", "Sofía", "Blessing", "Omar", "Aïcha", "Daniel", "Grace", "Samuel", "Inés"),
    *("أحمد", "مريم", "يوسف", "ليلى", "민준", "서연", "지우"),
)
LAST_NAMES = (
    *("Okafor", "Diallo", "Núñez", "Traoré", "Haile", "Mensah", "García", "Lefèvre", "Abdi", "Koné", "Mwangi"),
    *("Sesay", "Peña", "Okeke", "Bâ", "Gómez", "Dubois", "Tesfaye", "Banda", "Müller", "Osei", "Rojas", "Camara"),
    *("الحسن", "العلي", "김", "이", "박"),
)
WARDS = ("Paediatric A", "Paediatric B", "Neonatal", "Emergency", "Surgery", "Bed 12", "Outpatients")
NOTES = ("", "", "", "Mother asks for a call.", "Comes from far; keep for one night.", "Twin of the child in bed 7.")


@dataclass(frozen=True, slots=True)
class Written:
    """One case: its entries in order, the day of the first, and what only the tablet knows of it."""

    entries: tuple[Entry, ...]
    days: tuple[date, ...]
    local: LocalDetails


def write_many_cases(store: EncryptedCaseStore, count: int = MANY, *, seed: int = 4, folder: Path = KNOWLEDGE) -> None:
    """Put `count` cases into an open, empty store, the oldest first, the newest of yesterday by the store's clock."""
    write_cases(store, list(_cases(store.device, count, seed, store._clock.now().date(), folder)), folder=folder)


def write_cases(store: EncryptedCaseStore, cases: Sequence[Written], *, folder: Path = KNOWLEDGE) -> None:
    """Put cases into an open store; their entries have this device's next numbers, in order."""
    policy = load_policy(folder / "privacy.yaml", Vocabulary.of(load_knowledge(folder)))
    now = store._clock.now()
    with store.database.writing() as session:
        entries, forms = _rows(cases, store.user.name, now, policy)
        session.execute(insert(EntryRow), entries)
        session.execute(insert(SentFormRow), forms)
        device = session.get_one(DeviceRow, 1)
        device.last_seq += len(forms)
        session.add(device)
        for day in sorted({case.days[-1] for case in cases}):
            logs = [CaseLog.of(case.entries[0].case_id, case.entries) for case in cases if case.days[-1] == day]
            own_date = min(case.days[0] for case in cases if case.days[-1] == day).isoformat()
            update_index(session, logs, store.device, _at(now, day), own_date=own_date)


def _cases(device: DeviceId, count: int, seed: int, today: date, folder: Path) -> Iterator[Written]:
    chance = random.Random(seed)  # noqa: S311
    assessed = list(recorded_cases(folder, min(count, _CHILDREN), seed))
    seq = 0
    for number in range(count):
        like = assessed[number % len(assessed)]
        case_id = CaseId(chance.randbytes(16).hex())
        days_ago = 1 + (count - 1 - number) // _A_DAY
        day = today - timedelta(days=days_ago)
        answers = dict(like.answers)
        age = answers["age_days"]
        assert isinstance(age, int)
        answers["age_days"] = max(1, age + chance.randint(-20, 20))
        seq += 1
        first = replace(like, id=EntryId(device, seq), case_id=case_id, answers=answers, parents=())
        entries, days = [first], [day]
        if number % 6 == 0 and days_ago > 1:
            seq += 1
            later = day + timedelta(days=chance.randint(1, days_ago - 1))
            changed = {code: value for code, value in answers.items() if code in ("erythema", "crp", "tenderness")}
            follow_up = Entry(EntryId(device, seq), case_id, EntryKind.FOLLOW_UP, changed, (first.id,), like.conclusion)
            entries, days = [first, follow_up], [day, later]
        yield Written(tuple(entries), tuple(days), _local(chance, number))


def _local(chance: random.Random, number: int) -> LocalDetails:
    name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
    return LocalDetails(f"HN-{20_000 + number}", name, chance.choice(WARDS), chance.choice(NOTES))


def _rows(
    cases: Sequence[Written], author: str, now: datetime, policy: PrivacyPolicy
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the rows of the entries and of their sent forms."""
    entries: list[dict[str, object]] = []
    forms: list[dict[str, object]] = []
    for case in cases:
        for entry, day in zip(case.entries, case.days, strict=True):
            is_first = entry is case.entries[0]
            when = Timing(month=day.strftime("%Y-%m")) if is_first else Timing()
            sent = project(entry, when, policy)
            entries.append(
                {
                    "device": entry.id.device,
                    "seq": entry.id.seq,
                    "case_id": entry.case_id,
                    "body": entry_to_text(entry),
                    "recorded_at": _at(now, day).isoformat(),
                    "author": author,
                    "local": local_to_text(case.local if is_first else LocalDetails()),
                }
            )
            forms.append({"seq": entry.id.seq, "body": entry_to_text(sent), "hash": entry_hash(sent)})
    return entries, forms


def _at(now: datetime, day: date) -> datetime:
    return datetime.combine(day, now.timetz())
