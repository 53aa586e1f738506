"""A made-up district on a real server: four sites, five tablets, some 120 cases over 14 weeks, users and reviews.

    desk = a_district(server)       14 weeks of signed pushes, in the order of days, through the real intake
    desk.cases[...]                 what was made of each case: whose it is, what it has, its entries
    desk.linked, desk.rejected ...  those to which something rare happens

    Huda Saleh    district lead        Omar Aziz    coordinator of Clinic A and B
    Sena Okoye    administrator        password: `PASSWORD` of server_world.py

Arrival days are those of the story, not of the clock: `set_today` hands the services another day. At the end it is
`TODAY` there, a Saturday. Among the cases are follow-ups and outcomes, answers that differ between two tablets, two
cases of one child, one that was withdrawn, one rejected, clinics' answers, and calcium leaks that come together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta

from shared.case.entry import AnswerValue, CaseId, Entry, EntryKind, Link, Quantity
from shared.case.reply import REPLY, REPLY_TO
from shared.privacy.projection import Timing, project
from shared.sync.batch import Batch
from shared.sync.messages import SyncRequest
from sync_server.api.dependencies import Services
from sync_server.repositories import cases, reviews, users
from sync_server.repositories.users import Role
from sync_server.services.review import FilledForm
from tests.desk_story import CALCINOSIS, SITES, Child, assess, children, policy
from tests.server_world import PASSWORD, RunningServer, Tablet

TODAY = date(2026, 11, 21)
LEAD, COORDINATOR, ADMINISTRATOR = "Huda Saleh", "Omar Aziz", "Sena Okoye"
SILENT = "Clinic C"
"""Its tablet has not been heard of for nine days."""
_SILENT_DAYS = 9
_WITHIN = ("intake", "counts", "noting")
"""Parts of services that have a present day of their own."""
_CLINIC_ASKED = "Please repeat the X-ray and tell us when antibiotics were stopped."
_REJECTED = "This child stands here twice. Please go on with the other case."


@dataclass
class DeskTablet(Tablet):
    """A tablet that says how many entries wait on it."""

    waiting: int = 0

    def request(self, *batches: Batch) -> SyncRequest:
        return replace(super().request(*batches), waiting=self.waiting, knowledge_version="1.1")


@dataclass
class MadeCase:
    """A case of the story: its child, and what was sent of it so far."""

    case_id: CaseId
    child: Child
    link: Link | None = None
    sent: list[Entry] = field(default_factory=list)


@dataclass
class Desk:
    """The district."""

    server: RunningServer
    tablets: Mapping[tuple[str, int], DeskTablet]
    cases: Sequence[MadeCase]
    withdrawn: MadeCase
    rejected: MadeCase
    differing: Sequence[MadeCase]
    linked: Sequence[MadeCase]


@dataclass(frozen=True)
class _Act:
    """Something that a tablet sends on a day. `write` makes the entry when its turn has come."""

    day: date
    tablet: tuple[str, int]
    write: Callable[[DeskTablet], Entry]


def a_district(server: RunningServer, seed: int = 6) -> Desk:
    """Fill an empty server."""
    return _Maker(server, seed).make()


def set_today(services: Services, day: date) -> None:
    """Let every service take this for the present day."""
    told = [getattr(services, one.name) for one in fields(Services)]
    for service in (*told, *(getattr(one, name, None) for one in told for name in _WITHIN)):
        if hasattr(service, "today") and callable(service.today) and "today" in getattr(service, "__slots__", ()):
            object.__setattr__(service, "today", lambda: day.isoformat())


class _Maker:
    def __init__(self, server: RunningServer, seed: int) -> None:
        self._server = server
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311
        self._acts: list[_Act] = []
        self._reviews: list[tuple[date, Callable[[], None]]] = []

    def make(self) -> Desk:
        today = TODAY
        self._cases = [
            MadeCase(CaseId(self._chance.randbytes(16).hex()), child) for child in children(self._seed, today)
        ]
        self._take_out_the_rare()
        for case in self._cases:
            self._plan(case, today)
        self._enrol(min(case.child.seen_on for case in self._cases))
        self._play(today)
        self._last_exchanges(today)
        set_today(self._server.services, today)
        return Desk(
            self._server, self._tablets, self._cases, self._withdrawn, self._rejected, self._differing, self._linked
        )

    def _take_out_the_rare(self) -> None:
        """Choose the cases to which something rare happens."""
        of_two = [case for case in self._cases if case.child.site == "Clinic A"]
        self._linked = of_two[-14:-12]
        for one in self._linked:
            one.link = Link(16 * "5e")
        old_enough = [case for case in of_two if (TODAY - case.child.seen_on).days > 5]
        self._differing = [old_enough[-1], old_enough[-4], old_enough[-9]]
        self._withdrawn = next(case for case in self._cases[40:] if case.child.site == "Clinic B")
        self._rejected = next(case for case in self._cases[60:] if case.child.site == "Clinic B")

    # What happens to one case

    def _plan(self, case: MadeCase, today: date) -> None:
        child, chance = case.child, self._chance
        own = (child.site, child.tablet)
        self._act(case, own, 0, EntryKind.ASSESSMENT, dict(child.answers))
        if case is self._withdrawn:
            self._act(case, own, 3, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
            return
        if case in self._differing:
            for tablet, felt in ((1, "firm_indurated"), (2, "rock_hard_nodular")):
                self._act(
                    case, (child.site, tablet), 2, EntryKind.FOLLOW_UP, {"swelling_consistency": felt}, aside=True
                )
            return
        age = (today - child.seen_on).days
        is_emergency = child.concluded.disposition == "emergency"
        for day in sorted(chance.sample((2, 4, 7, 14, 28), chance.choice((0, 1, 1, 2)))):
            self._act(case, own, day, EntryKind.FOLLOW_UP, self._later(child, day))
        if age > 30 and chance.random() < (0.9 if is_emergency else 0.5):
            self._act(case, own, 30, EntryKind.OUTCOME, self._ended(child))
        self._plan_review(case, age)

    def _later(self, child: Child, day: int) -> dict[str, AnswerValue]:
        answers: dict[str, AnswerValue] = {"erythema": day < 4, "tenderness": day < 7}
        size = child.answers.get("lump_size")
        if isinstance(size, Quantity):
            answers["lump_size"] = Quantity(max(4, round(size.value * (1 - day / 60))), "mm")
        return answers

    def _ended(self, child: Child) -> dict[str, AnswerValue]:
        answers: dict[str, AnswerValue] = {
            "final_diagnosis": child.condition,
            "proven_by": child.proven_by,
            "healed_days": self._chance.randint(30, 90)
            if child.condition == CALCINOSIS
            else self._chance.randint(5, 28),
            "sequelae": "no",
        }
        return answers

    def _act(
        self,
        case: MadeCase,
        tablet: tuple[str, int],
        visit_day: int,
        kind: EntryKind,
        answers: Mapping[str, AnswerValue],
        *,
        aside: bool = False,
    ) -> None:
        """Plan an entry. `aside`: its author has seen the first visit only."""

        def write(author: DeskTablet) -> Entry:
            first = case.sent[:1]
            parents = first if aside else _heads(case.sent)
            concludes = kind in (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP)
            known = {**case.child.answers, **answers}
            concluded = None
            if concludes:
                concluded = assess(known) if first else case.child.concluded
            entry = author.entry(case.case_id, answers, kind=kind, parents=parents, concluded=concluded)
            is_own = not first or first[0].id.device == author.device
            month = case.child.seen_on.isoformat()[:7]
            when = Timing(visit_day=visit_day) if first and is_own else Timing() if first else Timing(month=month)
            sent = project(replace(entry, link=case.link if not first else None), when, policy())
            case.sent.append(sent)
            return sent

        day = _synced_on(case.child.seen_on + timedelta(days=visit_day))
        if day <= TODAY and not (case.child.site == SILENT and day > TODAY - timedelta(days=_SILENT_DAYS)):
            self._acts.append(_Act(day, tablet, write))

    # What the desk says of it

    def _plan_review(self, case: MadeCase, age: int) -> None:
        if case is self._rejected:
            self._review(case, 5, "rejected", "", (), _REJECTED)
            return
        said = self._chance.random()
        if age > 10 and said < 0.72:
            self._review(case, 8, "confirmed", case.child.condition, case.child.proven_by, "")
        elif age > 6 and said > 0.88:
            self._review(case, 4, "needs_information", "", (), _CLINIC_ASKED)
            if said > 0.93:
                self._reply(case, 6)

    def _review(
        self, case: MadeCase, after: int, state: str, diagnosis: str, proven_by: Sequence[str], message: str
    ) -> None:
        day = case.child.seen_on + timedelta(days=after)

        def save() -> None:
            if not case.sent:
                return
            services = self._server.services
            with services.database.reading() as session:
                account = users.find(session, LEAD)
                assert account is not None
                found = cases.find(session, case.case_id)
                assert found is not None
                last = reviews.of_case(session, found.case_no, found.case_id)
            seen = str(last[-1].review.number if last else 0)
            services.review.save(case.case_id, FilledForm(state, diagnosis, proven_by, message, seen), account.user)

        if day <= TODAY:
            self._reviews.append((day, save))

    def _reply(self, case: MadeCase, after: int) -> None:
        """Plan the clinic's answer to the last review of a case."""

        def write(author: DeskTablet) -> Entry:
            with self._server.services.database.reading() as session:
                found = cases.find(session, case.case_id)
                assert found is not None
                number = reviews.of_case(session, found.case_no, found.case_id)[-1].review.number
            said: dict[str, AnswerValue] = {REPLY: ("seen_again", "xray_repeated"), REPLY_TO: number}
            entry = author.entry(case.case_id, said, kind=EntryKind.REPLY, parents=_heads(case.sent))
            case.sent.append(entry)
            return entry

        day = _synced_on(case.child.seen_on + timedelta(days=after))
        if day <= TODAY and case.child.site != SILENT:
            self._acts.append(_Act(day, (case.child.site, case.child.tablet), write))

    # Playing it, day by day

    def _enrol(self, first_day: date) -> None:
        set_today(self._server.services, first_day)
        sign_in = self._server.services.sign_in
        self._tablets = {
            (site, number): DeskTablet(self._server.url).enrol(self._server.code(site))
            for site, tablets in SITES.items()
            for number in range(1, tablets + 1)
        }
        sign_in.create_user(LEAD, PASSWORD)
        sign_in.create_user(COORDINATOR, PASSWORD, Role.COORDINATOR, ("Clinic A", "Clinic B"))
        sign_in.create_user(ADMINISTRATOR, PASSWORD, Role.ADMINISTRATOR)

    def _play(self, today: date) -> None:
        days = sorted({act.day for act in self._acts} | {day for day, _ in self._reviews})
        for day in (one for one in days if one <= today):
            set_today(self._server.services, day)
            for name, tablet in self._tablets.items():
                written = [act.write(tablet) for act in self._acts if act.day == day and act.tablet == name]
                if written:
                    answer = tablet.push(*written)
                    assert not answer.quarantined, answer.quarantined
            for on_day, save in self._reviews:
                if on_day == day:
                    save()

    def _last_exchanges(self, today: date) -> None:
        """Let the tablets be heard of once more: one with entries that wait, one yesterday, one not at all."""
        set_today(self._server.services, today - timedelta(days=_SILENT_DAYS))
        self._tablets[SILENT, 1].exchange()
        set_today(self._server.services, today - timedelta(days=1))
        self._tablets["Clinic B", 1].exchange()
        set_today(self._server.services, today)
        self._tablets["Clinic A", 2].waiting = 3
        for name in (("Clinic A", 1), ("Clinic A", 2), ("Hospital D", 1)):
            self._tablets[name].exchange()


def _synced_on(day: date) -> date:
    """Return the day on which what was written then reaches the server: the next Monday, Wednesday or Friday."""
    return next(one for one in (day + timedelta(days=more) for more in range(3)) if one.weekday() in (0, 2, 4))


def _heads(sent: Sequence[Entry]) -> list[Entry]:
    named = {parent for entry in sent for parent in entry.parents}
    return [entry for entry in sent if entry.id not in named]
