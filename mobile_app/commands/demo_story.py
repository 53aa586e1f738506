"""The story of the demo: two tablets, one server, one boy with two visits, three neonates, one coordinator.

    tablet 1 ─┐                         ┌─ encrypted case file each
              ├─ recorder ─ HTTP ─ handwise-server (another process, new database) ─ review pages
    tablet 2 ─┘

Each step says in plain words what happens, and stops the demo with one sentence if it is not what was promised.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mobile_app.commands.demo_children import (
    BOY_FIRST_VISIT,
    BOY_SECOND_VISIT,
    CANARIES,
    CANARY_NAME,
    DAYS_TO_SECOND_VISIT,
    ONE_MONTH,
    THREE_NEONATES,
    TWO_WEEKS,
)
from mobile_app.commands.demo_server import COORDINATOR, DemoFailed, DemoServer, ReviewPages
from mobile_app.commands.demo_tablet import DemoClock, DemoTablet
from mobile_app.commands.demo_wire import RecordingWire, is_hidden_in, unpacked
from mobile_app.navigation import Screen
from mobile_app.presenters.result import ResultView
from shared.case.entry import CaseId
from shared.case.fold import fold

SITE = "Children's clinic"
CALCINOSIS = "calcinosis_cutis_iatrogenic"
INTERVAL = "days_since_iv_calcium"
FIRST_DAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
MESSAGE = "Calcinosis, proven by the X-ray. No antibiotics, no knife. Please repeat the film in 2 months."
PINS = ("618033", "271828")


@dataclass
class Story:
    """Prints the steps and stops at the first promise that is not kept."""

    number: int = 0

    def step(self, title: str) -> None:
        self.number += 1
        print(f"\n{self.number}. {title}", flush=True)

    def say(self, *lines: str) -> None:
        for line in lines:
            print(f"   {line}", flush=True)

    @staticmethod
    def expect(is_kept: bool, sentence: str) -> None:
        if not is_kept:
            raise DemoFailed(sentence)


class Demo:
    """The story: two tablets, one server, one boy with two visits, three neonates, one coordinator."""

    def __init__(self, server: DemoServer, folder: Path) -> None:
        self._server = server
        self._story = Story()
        self._clock = DemoClock(FIRST_DAY)
        self._tablets = (
            DemoTablet(folder / "tablet-1", self._clock, "Nurse 1", "Nurse", PINS[0]),
            DemoTablet(folder / "tablet-2", self._clock, "Dr A", "Doctor", PINS[1]),
        )

    def play(self) -> None:
        """Play every step. The first promise that is not kept ends it with one sentence."""
        story = self._story
        with RecordingWire(self._server.url) as wire:
            story.step("The server runs as another process, with a new SQLite database.")
            story.say(f"Address: {self._server.url}. A coordinator can sign in.")
            self._set_up_tablets(wire)
            boy = self._first_visit()
            self._pull_on_tablet_2(boy)
            self._second_visit_and_correction(boy)
            self._merge(boy)
            self._neonates()
            self._review(boy)
            self._read_review(boy)
            self._nothing_readable(wire, boy)
        print("\nDone: triaged offline, kept encrypted, synced, merged, reviewed. Every step was checked.", flush=True)

    def _set_up_tablets(self, wire: RecordingWire) -> None:
        story = self._story
        story.step("Two tablets of one clinic are set up, each with a user, a PIN and an encrypted case file.")
        for tablet in self._tablets:
            tablet.set_up()
            tablet.connect(wire.url, self._server.make_code(SITE))
        first = self._tablets[0]
        first.flow.lock()
        first.enter_pin("135792")
        story.expect(first.flow.screen is Screen.UNLOCK, "A wrong PIN opened the tablet.")
        story.say(f"A wrong PIN: {first.unlock_view().error}")
        first.enter_pin()
        story.expect(first.flow.screen is Screen.HOME, "The right PIN did not open the tablet.")
        story.say("Both joined the site with a code that works once.")

    def _first_visit(self) -> CaseId:
        story, tablet = self._story, self._tablets[0]
        story.step("Tablet 1, no connection needed: a boy of 9 months with a swollen left hand and wrist.")
        tablet.begin_case(BOY_FIRST_VISIT)
        asked, known = tablet.answer_questions(BOY_FIRST_VISIT)
        story.say(f"{asked} questions asked; the paper answers {known}, the others are answered: don't know.")
        result = tablet.result_view()
        self._print_result(result)
        story.expect(result.rows[0].condition == CALCINOSIS, "Calcinosis did not come first at the first visit.")
        story.expect(
            result.next_test is not None and "x-ray" in result.next_test.title.lower(),
            "The X-ray was not the next test.",
        )
        prompts = [rule.title for rule in (result.banner, *result.other_rules)]
        story.expect(
            any("x-ray before" in title.lower() for title in prompts), "Nothing asked for the X-ray before antibiotics."
        )
        story.step("The visit is saved. This, and nothing else, will be sent of it:")
        tablet.save_visit()
        sent = tablet.sent_view()
        story.say(*_wrapped(f"{line.label}: {line.value}" for line in sent.lines), *sent.conclusion)
        story.say(f"{sent.size}. Stays here: {', '.join(line.label.lower() for line in sent.stays)}.")
        boy = tablet.case_ids()[0]
        tablet.flow.sent_preview.done()
        story.say(tablet.sync())
        return boy

    def _print_result(self, result: ResultView) -> None:
        story = self._story
        story.say(f"{result.disposition.word}: {result.banner.title}")
        for row in result.rows:
            story.say(f"  {row.name:<42} {row.word:<12} {row.band}")
        for chip in (*result.rows[0].for_[:3], *result.rows[0].against[:2]):
            story.say(f"    {chip.strength:<4} {chip.text}")
        if result.next_test is not None:
            story.say(f"Next test: {result.next_test.title} ({result.next_test.availability.lower()})")

    def _pull_on_tablet_2(self, boy: CaseId) -> None:
        story, tablet = self._story, self._tablets[1]
        story.step("Tablet 2 syncs and finds the case.")
        story.say(tablet.sync())
        rows = [row for row in tablet.home_view().recent if row.case_id == boy]
        story.expect(len(rows) == 1, "The case did not reach tablet 2.")
        story.say(f"{rows[0].name}: {rows[0].who}. {rows[0].line}.")
        tablet.open_case(boy)
        story.expect(not tablet.case_view().local, "Something local of tablet 1 reached tablet 2.")
        tablet.go_home()

    def _second_visit_and_correction(self, boy: CaseId) -> None:
        story, (first, second) = self._story, self._tablets
        self._clock.pass_time(days=DAYS_TO_SECOND_VISIT)
        story.step(
            f"{DAYS_TO_SECOND_VISIT} days later, tablet 2, no connection: the swelling is hard, calcium on the film."
        )
        second.begin_follow_up(boy, BOY_SECOND_VISIT)
        second.answer_questions(BOY_SECOND_VISIT)
        result = second.result_view()
        if result.next_test is not None and result.next_test.button and "x-ray" in result.next_test.title.lower():
            second.enter_test_result(BOY_SECOND_VISIT)
            result = second.result_view()
        self._print_result(result)
        story.expect(result.rows[0].condition == CALCINOSIS, "Calcinosis did not come first at the second visit.")
        story.expect(result.rows[0].word == "very likely", "The film did not make calcinosis very likely.")
        second.save_visit()
        second.flow.sent_preview.done()
        story.step("Both tablets, without a connection, read again when the calcium was given, and differ.")
        second.correct(boy, INTERVAL, ONE_MONTH)
        first.correct(boy, INTERVAL, TWO_WEEKS)
        for tablet in (first, second):
            tablet.go_home()
        story.say("The paper says both: 1 month before the first visit, and 2 weeks before.")

    def _merge(self, boy: CaseId) -> None:
        story, (first, second) = self._story, self._tablets
        story.step("Both sync. The two lines of the case are joined; nothing is overwritten.")
        for tablet in (second, first, second):
            tablet.sync()
        states = [fold(tablet.store.log(boy)) for tablet in self._tablets]
        story.expect(states[0].heads == states[1].heads, "The tablets did not come to the same case.")
        story.expect(len(states[0].heads) == 2, "The two lines were not kept beside each other.")
        for tablet in self._tablets:
            tablet.open_case(boy)
            differing = [item for item in tablet.case_view().disagreements if item.code == INTERVAL]
            story.expect(len(differing) == 1, "The disagreement about the calcium is not shown.")
            tablet.go_home()
        item = differing[0]
        story.say(f"{item.title}: {item.question}")
        story.say(*(f"  {answer.value} ({answer.who})" for answer in item.answers), f"{item.note}.")

    def _neonates(self) -> None:
        story, tablet = self._story, self._tablets[1]
        story.step("Tablet 2: three neonates of another paper, each with a hard nodule after IV calcium.")
        for told in THREE_NEONATES:
            self._clock.pass_time(minutes=30)
            tablet.begin_case(told)
            if tablet.flow.screen is Screen.EMERGENCY:
                tablet.flow.emergency.questions()
            tablet.answer_questions(told)
            result = tablet.result_view()
            row = result.rows[0]
            story.expect(row.condition == CALCINOSIS, "Calcinosis did not come first in a neonate.")
            child = f"{'Girl' if told.sex == 'female' else 'Boy'}, {told.age[0]} weeks"
            story.say(f"{child}: calcinosis {row.word}, {row.band}. {result.disposition.word}.")
            tablet.save_visit()
            tablet.flow.sent_preview.done()
        story.say(tablet.sync())

    def _review(self, boy: CaseId) -> None:
        story = self._story
        story.step("The coordinator signs in to the review pages and opens the boy's case.")
        pages = ReviewPages(self._server.url)
        pages.sign_in(COORDINATOR, self._server.password)
        self._server.recovery_codes = pages.recovery_codes
        cases = self._tablets[1].case_ids()
        listed = pages.case_list()
        story.expect(all(case_id in listed for case_id in cases), "The list does not show every case.")
        page = pages.case(boy)
        story.expect("differ" in page.lower(), "The case page does not show that two answers differ.")
        story.say(f"The list shows {len(cases)} cases; the case shows its graph and the two answers that differ.")
        saved = pages.review(boy, state="confirmed", diagnosis=CALCINOSIS, proven_by="xray", message=MESSAGE)
        story.expect("Saved" in saved, "The review was not saved.")
        story.say("Confirmed: iatrogenic calcinosis cutis, proven by X-ray.")

    def _read_review(self, boy: CaseId) -> None:
        story = self._story
        story.step(
            "The tablets sync again. The answer is read back from the encrypted file, after locking and unlocking."
        )
        for tablet in self._tablets:
            tablet.sync()
            tablet.flow.lock()
            tablet.enter_pin()
            tablet.open_case(boy)
            review = next(iter(tablet.case_view().reviews), None)
            story.expect(
                review is not None and MESSAGE in review.quote and review.badge.word == "Confirmed",
                "The coordinator's answer did not reach a tablet.",
            )
            tablet.go_home()
        if review is not None:
            story.say(f"{review.title}: {review.badge.word}. {review.diagnosis}.", review.quote)

    def _nothing_readable(self, wire: RecordingWire, boy: CaseId) -> None:
        story = self._story
        story.step("The case files are encrypted, and nothing that names the child has left the tablet.")
        first = self._tablets[0]
        local = [row.local for row in first.store.timeline(boy)]
        story.expect(
            any(kept.patient_name == CANARY_NAME for kept in local),
            "The name is not kept on the tablet that it was typed on.",
        )
        for tablet in self._tablets:
            tablet.flow.lock()
            raw = b"".join(path.read_bytes() for path in tablet.folder.rglob("*") if path.is_file())
            story.expect(
                tablet.case_file.read_bytes()[:16] != b"SQLite format 3\x00", "The case file is not encrypted."
            )
            story.expect(not _plain_sqlite_reads(tablet.case_file), "Plain SQLite can read the case file.")
            story.expect(not any(is_hidden_in(text, raw) for text in CANARIES), "A name stands readable on a tablet.")
        story.say("The files do not begin like SQLite, and plain SQLite refuses them.")
        sent = wire.sent
        at_rest = self._server.bytes_at_rest()
        readable = b"".join(unpacked(sent))
        story.expect(boy.encode() in readable, "The recorder saw nothing of what was sent.")
        for text in CANARIES:
            story.expect(not is_hidden_in(text, sent + readable), "Something that names the child was sent.")
            story.expect(not is_hidden_in(text, at_rest), "Something that names the child is on the server.")
        story.say(
            f"Name and record number stand in none of {len(sent):,} bytes sent ({len(readable):,} unpacked), "
            f"{len(at_rest):,} on the server."
        )


def _wrapped(items: Iterable[str], width: int = 100) -> list[str]:
    """Return the items joined into lines."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) + 3 > width:
            lines.append("")
        lines[-1] += f" · {item}" if lines[-1] else item
    return lines


def _plain_sqlite_reads(path: Path) -> bool:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return True
