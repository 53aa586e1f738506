"""What people do: record, withdraw, review, and say which cases are of one child."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mobile_app.ports.records import Draft, LocalDetails
from mobile_app.storage.rows import entry_from_text
from shared.case.entry import AnswerValue, CaseId, Entry, EntryKind, Quantity
from shared.errors import InvalidInput
from shared.privacy.link import pseudonym
from sync_server.repositories.users import Role, User
from sync_server.services.review import FilledForm
from tests.simulation import checks
from tests.simulation.same_child import view_of

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

CODE_OF_NEW_KNOWLEDGE = "fluctuance"
CLINIC_KEY = bytes(range(32))
_YES_NO = ("fever_ge_38", "warmth", CODE_OF_NEW_KNOWLEDGE)
_NUMBERS = ("MRN 00-4711", "mrn004711", "ＭＲＮ ００４７１１", "mrn-00.4711", "MRN 00 4712")
"""Two children's record numbers, as different people write them."""
_COORDINATOR = User(1, "coordinator", "", Role.DISTRICT_LEAD, None)


class People:
    """Clinicians at the tablets, and a coordinator at the server."""

    most_entries_at_once = 2
    """What one act saves: a word that two cases are of one child after all can be an entry in each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance

    def acts(self) -> dict[str, Callable[[], None]]:
        one = self._world.one
        return {
            "record": lambda: self.record(one()),
            "withdraw": lambda: self._withdraw(one()),
            "begin_draft": lambda: self._begin_draft(one()),
            "finish_draft": lambda: self._finish_draft(one()),
            "review": self._review,
            "take the clinic's key": lambda: self._take_key(one()),
            "part or join two cases": self._part_or_join,
            "the coordinator parts or joins": self._coordinator_parts_or_joins,
        }

    def begin(self) -> None:
        """Give the clinic's key to those tablets that have it from the start."""
        for tablet in self._world.tablets[: self._world.profile.with_key]:
            tablet.store.links.take_key(CLINIC_KEY)
        if self._world.profile.has_links:
            # Somebody saw the same child twice.
            first = self._world.tablets[0]
            for number in _NUMBERS[:2]:
                first.store.record(
                    first.store.new_case_id(), EntryKind.ASSESSMENT, {"warmth": True}, local=LocalDetails(number)
                )
            self._world.note_written(first)

    # At a tablet

    def record(self, tablet: SimulatedTablet) -> None:
        """Somebody saves something: of a new case, or of one that this tablet has."""
        cases = self._world.cases_of(tablet)
        if self._chance.random() < (0.35 if self._world.profile.has_links else 0.75):
            case_id = self._chance.choice(cases[-3:])
            kind = self._chance.choice((EntryKind.FOLLOW_UP, EntryKind.CORRECTION, EntryKind.OUTCOME))
        else:
            case_id, kind = tablet.store.new_case_id(), EntryKind.ASSESSMENT
        answers, local = self._answers(), LocalDetails(record_number=self._number(), patient_name="Canary Child")

        def save() -> Entry:
            return tablet.store.record(case_id, kind, answers, local=local)

        key = tablet.store.links.clinic_key() if self._world.profile.has_links else None
        entry = self._save(tablet, f"{kind} of {case_id[:4]}", save)
        if entry is not None and key is not None and local.record_number:
            sent = entry_from_text(self._world.ledger.written[entry.id])
            is_so = sent.link == pseudonym(key, local.record_number) or case_id in self._world.ledger.withdrawn
            checks.expect(is_so, f"{tablet.name} sends {entry.id} without the link of its record number")

    def _number(self) -> str:
        if self._world.profile.has_links:
            return self._chance.choice(_NUMBERS) if self._chance.random() < 0.85 else ""
        return f"MRN {self._chance.randrange(1, 10**6)}"

    def _answers(self) -> dict[str, AnswerValue]:
        codes = self._chance.sample(_YES_NO, self._chance.randint(1, 2))
        answers: dict[str, AnswerValue] = {code: self._chance.random() < 0.5 for code in codes}
        if self._chance.random() < 0.3:
            answers["crp"] = Quantity(self._chance.randint(1, 200), "mg/L")
        return answers

    def _withdraw(self, tablet: SimulatedTablet) -> None:
        if cases := self._world.cases_of(tablet):
            case_id = self._chance.choice(cases)

            def save() -> Entry:
                return tablet.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

            self._save(tablet, f"withdrawal of {case_id[:4]}", save)

    def _begin_draft(self, tablet: SimulatedTablet) -> None:
        if cases := self._world.cases_of(tablet):
            case_id = self._chance.choice(cases)
            heads = tablet.store.log(case_id).heads
            draft = Draft(f"d{self._chance.randrange(10**9)}", case_id, EntryKind.FOLLOW_UP, self._answers(), heads, "")

            def save() -> None:
                tablet.store.save_draft(draft)

            self._save(tablet, f"draft of {case_id[:4]}", save)

    def _finish_draft(self, tablet: SimulatedTablet) -> None:
        if drafts := sorted(tablet.store.drafts(), key=lambda draft: draft.draft_id):
            draft = self._chance.choice(drafts)

            def save() -> Entry:
                return tablet.store.record_draft(draft.draft_id, None)

            self._save(tablet, f"end of the draft of {draft.case_id[:4]}", save)

    def _take_key(self, tablet: SimulatedTablet) -> None:
        self._world.attempt(tablet, "takes the clinic's key", lambda: tablet.store.links.take_key(CLINIC_KEY))

    def _part_or_join(self) -> None:
        tablets = self._world.tablets
        for tablet in self._chance.sample(tablets, len(tablets)):
            if self._part_or_join_on(tablet):
                break

    def _part_or_join_on(self, tablet: SimulatedTablet) -> bool:
        """Part two cases that are taken for one child's, or join them again; False if there are none here."""
        pairs: list[tuple[CaseId, CaseId, bool]] = []

        def look() -> None:
            for case_id in self._world.cases_of(tablet):
                found = tablet.store.links.of(case_id)
                pairs.extend((case_id, other, True) for other in found.linked)
                pairs.extend((case_id, other, False) for other in found.apart)

        if self._world.attempt(tablet, "looks for the same child", look) and pairs:
            one, other, is_apart = self._chance.choice(pairs)

            def save() -> None:
                tablet.store.set_apart(one, other, is_apart=is_apart)

            word = "parted" if is_apart else "joined"
            self._world.reach(f"two cases are {word}")
            self._save(tablet, f"{word} {one[:4]} and {other[:4]}", save)
        return bool(pairs)

    def _save(self, tablet: SimulatedTablet, what: str, save: Callable[[], Entry | None]) -> Entry | None:
        """Have somebody save something; return the entry that it became, if he was told of one."""
        entry: Entry | None = None

        def act() -> None:
            nonlocal entry
            entry = save()

        try:
            is_told = self._world.attempt(tablet, what, act)
        except InvalidInput as refusal:
            # A draft of a case that was withdrawn meanwhile.
            checks.expect(refusal.field == "case", f"{tablet.name} refuses {what}: {refusal}")
            self._world.tell(f"{tablet.name}: {what}: was withdrawn")
            return None
        self._world.note_written(tablet)
        if is_told and entry is not None:
            is_saved = entry.id in self._world.ledger.written
            checks.expect(is_saved, f"{tablet.name} says that it has saved {what}, and has not")
        return entry if is_told else None

    # At the server

    def reviews(self) -> list[tuple[int, str]]:
        """Return number and case of every review that the server has."""
        query = "SELECT r.position, c.case_id FROM review r JOIN case_summary c ON c.case_no = r.case_no"
        return [(number, case_id) for number, case_id in self._world.server_rows(query)]

    def _review(self) -> None:
        if not self._world.ledger.cases:
            return
        case_id = self._chance.choice(self._world.ledger.cases)
        numbers = [number for number, of in self.reviews() if of == case_id]
        seen = str(max(numbers, default=0))
        form = FilledForm("needs_information", "", (), f"Canary words {self._chance.randrange(1000)}", seen)
        self._world.at_the_server(
            f"a review of {case_id[:4]}",
            lambda: self._world.server.services.review.save(case_id, form, _COORDINATOR),
        )

    def _coordinator_parts_or_joins(self) -> None:
        links = self._world.server.services.links
        for case_id in self._shuffled(self._world.ledger.cases):
            view = view_of(self._world, case_id)
            if view is not None:
                other = self._chance.choice(view.cases)
                self._world.reach("the coordinator parts or joins two cases")
                self._world.at_the_server(
                    f"the coordinator: {case_id[:4]} and {other.short_code}, apart: {not other.is_parted_here}",
                    lambda one=case_id, other=other: links.set_apart(  # type: ignore[misc]
                        one, other.case_id, _COORDINATOR, is_apart=not other.is_parted_here
                    ),
                )
                return

    def _shuffled(self, cases: list[CaseId]) -> list[CaseId]:
        return self._chance.sample(cases, len(cases))
