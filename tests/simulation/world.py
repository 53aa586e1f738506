"""One history: some tablets, a server, a line between them, and what happens to them, as a seed draws it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from requests import PreparedRequest

from mobile_app.ports.records import Draft, LocalDetails
from mobile_app.ports.sync import SyncReport
from mobile_app.sync_client.http_endpoint import PATH
from shared.case.entry import AnswerValue, CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.errors import InvalidInput, StoreFull
from sync_server.repositories import transfer
from sync_server.repositories.users import User
from sync_server.services.refusals import NoSuchCase
from sync_server.services.review import FilledForm, ReviewNotSaved
from tests.simulation import checks
from tests.simulation.ledger import Ledger
from tests.simulation.line import Fate
from tests.simulation.node import Crash
from tests.simulation.profile import Profile
from tests.simulation.server import ADDRESS, SITE, Reply, SimulatedServer
from tests.simulation.tablet import SimulatedTablet
from tests.simulation.template import Template

CODE_OF_NEW_KNOWLEDGE = "fluctuance"
_YES_NO = ("fever_ge_38", "warmth", CODE_OF_NEW_KNOWLEDGE)
_EFFECTS_AHEAD = 16
_MOST_ROUNDS = 8
_TWENTY_YEARS = 20 * 365
# What a sync may say when nothing is wrong with the product: the line, the disk, a revoked or unknown tablet.
_STOPPED = "The sync stopped."


class World:
    """Everything of one history. `lines` tell it; the last ones are printed when it goes wrong."""

    def __init__(self, folder: Path, template: Template, profile: Profile, chance: random.Random) -> None:
        self.profile = profile
        self.chance = chance
        self.ledger = Ledger()
        self.lines: list[str] = []
        self._folder = folder
        unknown = frozenset({CODE_OF_NEW_KNOWLEDGE}) if profile.old_server else frozenset[str]()
        self.server = SimulatedServer(template.copy_server(folder / "server-0"), unknown)
        self.server.told = self.tell  # type: ignore[method-assign]
        self.tablets: list[SimulatedTablet] = []
        for number in range(profile.tablets):
            self._add(SimulatedTablet(f"tablet{number}", template.copy_tablet(number, folder / f"tablet{number}-0")))
        for tablet in self.tablets:
            self._note_written(tablet)
            self._note_acknowledged(tablet)
        self.late: list[tuple[PreparedRequest, bytes]] = []
        self.copies = [self.server.copy_of_disk()]
        self.backups: list[tuple[SimulatedTablet, DeviceId, int, Path]] = []
        self.was_put_back = False
        self._taken: set[bytes] = set()
        self._is_healing = False
        self._speaking: list[SimulatedTablet] = []
        self._acts: dict[str, Callable[[], None]] = {
            "record": lambda: self.record(self._one()),
            "sync": lambda: self.sync(self._one()),
            "begin_draft": lambda: self._begin_draft(self._one()),
            "finish_draft": lambda: self._finish_draft(self._one()),
            "withdraw": lambda: self._withdraw(self._one()),
            "review": self._review,
            "a late message comes": self._let_one_come,
            "line": self._turn_line,
            "clock": self._turn_clock,
            "room": self._turn_room,
            "keep a copy of the server": self._keep_copy,
            "put the server back": self._put_back,
            "back up a tablet": lambda: self._back_up(self._one()),
            "restore a tablet": self._restore,
        }

    def tell(self, line: str) -> None:
        self.lines.append("  " * len(self._speaking) + line)

    def run(self) -> None:
        """Let it all happen, then heal it.

        Raises:
            Broken: something that was promised does not hold.
        """
        names, weights = list(self.profile.acts), list(self.profile.acts.values())
        for _ in range(self.profile.steps):
            act = self.chance.choices(names, weights)[0]
            self._perhaps_crash()
            self._acts[act]()
            checks.after_an_act(self)
        self._heal()
        checks.when_healed(self)

    def close(self) -> None:
        for node in (*self.tablets, self.server):
            node.crashes_in = None
            node.stop()

    # What people do

    def record(self, tablet: SimulatedTablet) -> None:
        """Somebody saves something: of a new case, or of one that this tablet has."""
        cases = self._cases_of(tablet)
        if self.chance.random() < 0.75:
            case_id = self.chance.choice(cases[-3:])
            kind = self.chance.choice((EntryKind.FOLLOW_UP, EntryKind.CORRECTION, EntryKind.OUTCOME))
        else:
            case_id, kind = tablet.store.new_case_id(), EntryKind.ASSESSMENT
        answers = self._answers()
        local = LocalDetails(record_number=f"MRN {self.chance.randrange(10**6)}", patient_name="Canary Child")

        def save() -> Entry:
            return tablet.store.record(case_id, kind, answers, local=local)

        self._save(tablet, f"{kind} of {case_id[:4]}", save)

    def _withdraw(self, tablet: SimulatedTablet) -> None:
        if cases := self._cases_of(tablet):
            case_id = self.chance.choice(cases)

            def save() -> Entry:
                return tablet.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

            self._save(tablet, f"withdrawal of {case_id[:4]}", save)

    def _begin_draft(self, tablet: SimulatedTablet) -> None:
        if cases := self._cases_of(tablet):
            case_id = self.chance.choice(cases)
            heads = tablet.store.log(case_id).heads
            draft = Draft(f"d{self.chance.randrange(10**9)}", case_id, EntryKind.FOLLOW_UP, self._answers(), heads, "")

            def save() -> None:
                tablet.store.save_draft(draft)

            self._save(tablet, f"draft of {case_id[:4]}", save)

    def _finish_draft(self, tablet: SimulatedTablet) -> None:
        if drafts := sorted(tablet.store.drafts(), key=lambda draft: draft.draft_id):
            draft = self.chance.choice(drafts)

            def save() -> Entry:
                return tablet.store.record_draft(draft.draft_id, None)

            self._save(tablet, f"draft of {draft.case_id[:4]} is saved", save)

    def _save(self, tablet: SimulatedTablet, what: str, save: Callable[[], Entry | None]) -> None:
        entry = None
        try:
            entry = save()
            self.tell(f"{tablet.name}: {what}")
        except StoreFull:
            self.tell(f"{tablet.name}: {what}: is full")
        except InvalidInput as refusal:
            # A draft of a case that was withdrawn meanwhile.
            checks.expect(refusal.field == "case", f"{tablet.name} refuses {what}: {refusal}")
            self.tell(f"{tablet.name}: {what}: was withdrawn")
        except Crash as crash:
            self.tell(f"{tablet.name}: {what}: is not told")
            self._come_back(tablet, crash)
            return
        self._note_written(tablet)
        if entry is not None:
            checks.expect(entry.id in self.ledger.written, f"{tablet.name} says that it has saved {what}, and has not")

    def sync(self, tablet: SimulatedTablet) -> SyncReport | None:
        """A tablet syncs. None: it did not live to see the end."""
        if tablet in self._speaking:
            return None
        self.tell(f"{tablet.name}: syncs")
        self._speaking.append(tablet)
        try:
            report = tablet.sync()
        except Crash as crash:
            self._speaking.pop()
            self._come_back(tablet, crash)
            return None
        self._speaking.pop()
        self.tell(f"{tablet.name}: {_in_words(report)}")
        checks.expect(_STOPPED not in report.failure, f"{tablet.name}: the sync ran into something unforeseen")
        if not self.was_put_back:
            needed = report.repaired or report.differing
            checks.expect(not needed, f"{tablet.name}: something has to be mended though nothing was put back")
        self._note_written(tablet)
        self._note_acknowledged(tablet)
        return report

    def _review(self) -> None:
        if not self.ledger.cases:
            return
        case_id = self.chance.choice(self.ledger.cases)
        numbers = [number for number, of in self.server_reviews() if of == case_id]
        seen = str(max(numbers, default=0))
        form = FilledForm("needs_information", "", (), f"Canary words {self.chance.randrange(1000)}", seen)
        try:
            self.server.services.review.save(case_id, form, User(1, "coordinator", ""))
            self.tell(f"a review of {case_id[:4]}")
        except (NoSuchCase, ReviewNotSaved):
            pass
        except Crash:
            self.server.come_back()

    def server_reviews(self) -> list[tuple[int, str]]:
        query = "SELECT r.position, c.case_id FROM review r JOIN case_summary c ON c.case_no = r.case_no"
        return [(number, case_id) for number, case_id in self.server_rows(query)]

    def server_rows(self, query: str) -> list[tuple[object, ...]]:
        connection = self.server.services.database.engine.raw_connection()
        try:
            return list(connection.cursor().execute(query).fetchall())
        finally:
            connection.close()

    # What happens to messages

    def send(self, request: PreparedRequest, body: bytes) -> Reply | None:
        """Do with a tablet's message what chance has for it."""
        tablet = self._speaking[-1]
        tablet.effect("a message leaves")
        self._meanwhile(tablet)
        fate = self._fate(tablet)
        if fate is not Fate.PASSES:
            self.tell(f"the message {fate}")
        if fate is Fate.LOST_UP:
            return None
        if fate is Fate.LATE:
            self.late.append((request, body))
            return None
        if fate is Fate.CUT_UP:
            body = body[: self.chance.randrange(len(body))]
        reply = self._deliver(request, body)
        if fate is Fate.TWICE:
            second = self._deliver(request, body)
            reply = self.chance.choice((reply, second))
        self._meanwhile(tablet)
        tablet.effect("an answer is there")
        if reply is None or fate is Fate.LOST_DOWN:
            return None
        if fate is Fate.CUT_DOWN:
            return replace(reply, body=reply.body[: self.chance.randrange(len(reply.body))])
        return reply

    def _fate(self, tablet: SimulatedTablet) -> Fate:
        if self._is_healing:
            return Fate.PASSES
        if tablet.is_cut_off:
            return Fate.LOST_UP
        return self.chance.choices(list(self.profile.fates), list(self.profile.fates.values()))[0]

    def _deliver(self, request: PreparedRequest, body: bytes) -> Reply | None:
        try:
            reply = self.server.answer(request, body)
        except Crash:
            self.server.come_back()
            return None
        if reply.status == 200 and request.url == ADDRESS + PATH:
            checks.expect(body not in self._taken, "the server took the same request a second time")
            self._taken.add(body)
        return reply

    def _meanwhile(self, tablet: SimulatedTablet) -> None:
        """Let somebody act while a message is under way."""
        if self._is_healing or not self.profile.is_outrun or len(self._speaking) > 1 or self.chance.random() > 0.25:
            return
        if self.chance.random() < 0.5:
            self.record(tablet)
        else:
            self.sync(self._one())

    def _let_one_come(self) -> None:
        if self.late:
            request, body = self.late.pop(self.chance.randrange(len(self.late)))
            reply = self._deliver(request, body)
            self.tell(f"a late message comes: {reply.status if reply else 'no answer'}")

    # What goes wrong

    def _perhaps_crash(self) -> None:
        if self.profile.crashing_tablets and self.chance.random() < 0.5:
            self._doom(self._one())
        if self.profile.crashing_server and self.chance.random() < 0.3:
            self._doom(self.server)

    def _doom(self, node: SimulatedTablet | SimulatedServer) -> None:
        node.crashes_in = self.chance.randrange(_EFFECTS_AHEAD)
        node.loses_power = self.profile.loses_power and self.chance.random() < 0.7

    def _come_back(self, tablet: SimulatedTablet, crash: Crash) -> None:
        if crash.node is not tablet or tablet in self._speaking:
            raise crash
        tablet.come_back()
        self._note_written(tablet, at_most=1)

    def _turn_line(self) -> None:
        tablet = self._one()
        tablet.is_cut_off = not tablet.is_cut_off
        self.tell(f"{tablet.name}: {'no' if tablet.is_cut_off else 'a'} connection")

    def _turn_clock(self) -> None:
        tablet = self._one()
        tablet.clock.wall += timedelta(days=self.chance.randint(-_TWENTY_YEARS, _TWENTY_YEARS))
        tablet.clock.wall = tablet.clock.wall.replace(year=min(max(tablet.clock.wall.year, 1990), 2060), day=1)
        self.tell(f"{tablet.name}: the clock says {tablet.clock.wall:%Y-%m}")

    def _turn_room(self) -> None:
        tablet = self._one()
        tablet.is_full = not tablet.is_full
        self.tell(f"{tablet.name}: {'full' if tablet.is_full else 'has room again'}")

    def _keep_copy(self) -> None:
        self.copies.append(self.server.copy_of_disk())
        self.tell("a copy of the server is kept")

    def _put_back(self) -> None:
        if not self.copies:
            return
        copy = self.chance.choice(self.copies)
        again = copy.with_name(f"{copy.name}-again{len(self.lines)}")
        shutil.copytree(copy, again)
        self.server.start_again_on(again)
        self.was_put_back = True
        # With the nonces of that day, it may take once more what it has forgotten.
        self._taken.clear()
        says_so = self.chance.random() < 0.5
        if says_so:
            # As `handwise-server restore` does it.
            with self.server.services.database.writing() as session:
                transfer.become_another(session)
            self.server.start_again_on(self.server.copy_of_disk())
        self.tell(f"the server is put back to an older copy{', and says so' if says_so else ''}")

    def _back_up(self, tablet: SimulatedTablet) -> None:
        last = max((entry.seq for entry in self.ledger.written if entry.device == tablet.device), default=0)
        self.backups.append((tablet, tablet.device, last, tablet.copy_of_disk()))
        self.tell(f"{tablet.name}: a backup is made")

    def _restore(self) -> None:
        """Restore a backup on another device. The tablet that it was made of is lost, or goes on beside it."""
        if not self.backups:
            return
        tablet, device, last, folder = self.backups.pop(self.chance.randrange(len(self.backups)))
        goes_on = tablet not in self.tablets or tablet.device != device or self.chance.random() < 0.4
        if not goes_on:
            self.tablets.remove(tablet)
            tablet.stop()
            written = {entry for entry in self.ledger.written if entry.device == device and entry.seq > last}
            self.ledger.may_be_gone |= written
            self.ledger.saved_on.pop(tablet.name, None)
        new = SimulatedTablet.restored(f"{tablet.name}+{len(self.lines)}", folder)
        self._add(new)
        held = {EntryId(DeviceId(of), seq) for of, seq in new.rows("SELECT device, seq FROM entry")}
        self.ledger.saved_on[new.name] = {entry for entry in held if entry.device in (device, new.device)}
        self.tell(f"{new.name}: is the backup of {tablet.name}, which {'goes on' if goes_on else 'is lost'}")
        self._enrol(new)

    def _enrol(self, tablet: SimulatedTablet) -> None:
        is_healing, self._is_healing = self._is_healing, True
        self.server.crashes_in = None
        self._speaking.append(tablet)
        tablet.synchroniser.enrol(ADDRESS, self.server.code())
        self._speaking.pop()
        self._is_healing = is_healing

    # Healing

    def _heal(self) -> None:
        """Mend all that is broken, then let everyone sync until nobody has anything new."""
        self.tell("-- all is mended --")
        self._is_healing = True
        while self.late:
            self._let_one_come()
        self.server.crashes_in = None
        for tablet in self.tablets:
            tablet.crashes_in = None
            tablet.is_full = tablet.is_cut_off = False
        waiting = list(self.tablets)
        for _ in range(_MOST_ROUNDS):
            for tablet in waiting:
                report = self.sync(tablet)
                checks.expect(report is not None and not report.differing, f"{tablet.name}: something stays different")
            waiting = [tablet for tablet in self.tablets if self._has_something_to_do(tablet)]
            if not waiting:
                return
        checks.fail(f"after {_MOST_ROUNDS} rounds of syncs {waiting[0].name} still has something to do")

    def _has_something_to_do(self, tablet: SimulatedTablet) -> bool:
        """Tell whether a tablet's last sync failed, something waits on it, or the site's log has gone on."""
        ((cursor, failure, waits),) = tablet.rows(
            "SELECT cursor, last_failure, last_seq > acknowledged_seq OR EXISTS"
            " (SELECT 1 FROM former_device f WHERE f.last_seq > f.acknowledged_seq) FROM device"
        )
        ((position,),) = self.server_rows(f"SELECT next_position - 1 FROM site WHERE name = '{SITE}'")  # noqa: S608
        return bool(failure or waits or cursor != position)

    # Bookkeeping

    def _add(self, tablet: SimulatedTablet) -> None:
        tablet.told = self.tell  # type: ignore[method-assign]
        self.tablets.append(tablet)

    def _one(self) -> SimulatedTablet:
        return self.chance.choice(self.tablets)

    def _cases_of(self, tablet: SimulatedTablet) -> list[CaseId]:
        held = {CaseId(row[0]) for row in tablet.rows("SELECT case_id FROM case_index")}
        return [case_id for case_id in self.ledger.cases if case_id in held]

    def _answers(self) -> dict[str, AnswerValue]:
        codes = self.chance.sample(_YES_NO, self.chance.randint(1, 2))
        answers: dict[str, AnswerValue] = {code: self.chance.random() < 0.5 for code in codes}
        if self.chance.random() < 0.3:
            answers["crp"] = Quantity(self.chance.randint(1, 200), "mg/L")
        return answers

    def _note_written(self, tablet: SimulatedTablet, at_most: int | None = None) -> None:
        """Take what the tablet has written since into the ledger."""
        known = self.ledger.saved_on.get(tablet.name, set())
        new = [
            (EntryId(tablet.device, seq), CaseId(case_id), body, withdraws)
            for seq, case_id, body, withdraws in tablet.rows(
                'SELECT e.seq, e.case_id, s.body, e.body LIKE \'%"kind":"withdrawal"%\' FROM entry e'
                " JOIN sent_form s ON s.seq = e.seq JOIN device d ON d.device = e.device ORDER BY e.seq"
            )
            if EntryId(tablet.device, seq) not in known
        ]
        checks.expect(at_most is None or len(new) <= at_most, f"{tablet.name} has written by itself")
        for entry_id, case_id, body, withdraws in new:
            before = self.ledger.written.get(entry_id, body)
            checks.expect(before == body, f"{entry_id} was written twice, with two contents")
            self.ledger.write(tablet.name, entry_id, case_id, body, withdraws=bool(withdraws))

    def _note_acknowledged(self, tablet: SimulatedTablet) -> None:
        heads = tablet.rows("SELECT device, acknowledged_seq FROM device")
        for device, head in heads:
            self.ledger.acknowledged |= {
                entry for entry in self.ledger.written if entry.device == device and entry.seq <= head
            }


def _in_words(report: SyncReport) -> str:
    if report.failure:
        return report.failure
    mended = f", mended {report.repaired}" if report.repaired else ""
    return f"pushed {report.pushed}, pulled {report.pulled}{mended}, in {report.requests} requests"
