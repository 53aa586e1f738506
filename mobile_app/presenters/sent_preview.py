"""What is sent of a saved entry, before the next sync sends it: every value in plain words, and what stays here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, LineView
from mobile_app.presenters.wording import HOW_SOON, band_in_words, count_of, joined, lower_first, phrase, say
from shared.canonical import canonical_json
from shared.case.entry import Conclusion, Entry, entry_to_json
from shared.case.short_code import short_code

STAYS = (
    phrase("Name and record number"),
    phrase("Ward"),
    phrase("Birth date, exact dates"),
    phrase("Notes"),
    phrase("Who entered it"),
)
LIMITS = (
    phrase("The copy is de-identified, not anonymous: someone who knows the child could recognise a rare case."),
    phrase("Only the review team sees single cases."),
    phrase("It goes with the next sync."),
)
LINK = phrase(
    "A code made from the record number, so that your clinic’s tablets find the same child. It cannot be turned back"
    " without the clinic’s key."
)
APART = phrase("Which cases are another child’s in spite of the same record number, by their random codes.")


@dataclass(frozen=True, slots=True)
class SentPreviewView:
    """`lines` are all values that leave; nothing is summarised. `send_button` is empty where nothing waits."""

    app_bar: AppBarView
    leaves_title: str
    leaves_hint: str
    size: str
    lines: tuple[LineView, ...]
    conclusion: tuple[str, ...]
    stays_title: str
    stays: tuple[LineView, ...]
    limits_title: str
    limits: tuple[str, ...]
    back_button: str
    send_button: str
    done_button: str
    error: str


class SentPreviewPresenter:
    """What a finger can do on the preview. `send` starts a sync; `done` goes home and leaves it for later."""

    def __init__(self, desk: Desk, show: Callable[[SentPreviewView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go

    def open(self) -> None:
        self._draw()

    def send(self) -> None:
        self._desk.has_seen_what_is_sent = True
        self._go(Way.HOME)
        self._desk.sync.start()

    def done(self) -> None:
        self._go(Way.HOME)

    def back(self) -> None:
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _draw(self) -> None:
        desk = self._desk
        entry = desk.saved_entry
        assert entry is not None
        sent = desk.store.sent_form(entry.id)
        size = len(canonical_json(entry_to_json(sent)))
        under_title = say("Case {code} · one entry", code=short_code(sent.case_id))
        self._show(
            SentPreviewView(
                app_bar=desk.plain_app_bar(say("What will be sent"), under_title),
                leaves_title=say("Leaves the tablet"),
                leaves_hint=self._hint(),
                # On the wire it is packed with what goes along, to a fraction of this.
                size=say("1 entry, at most {size} bytes", size=-(-size // 10) * 10),
                lines=desk.words.lines(sent.answers),
                conclusion=self._conclusion(sent),
                stays_title=say("Stays here"),
                stays=tuple(LineView(say(what), say("encrypted")) for what in STAYS),
                limits_title=say("What this protects, and what not"),
                limits=tuple(say(limit) for limit in LIMITS),
                back_button=say("Case"),
                send_button=say("Send now") if desk.sync.is_enrolled else "",
                done_button=say("Home"),
                error="",
            )
        )

    def _hint(self) -> str:
        everything = say("This is everything that is sent, in plain words.")
        overview = self._desk.store.sync_overview()
        if overview.last_success is not None or overview.waiting < 2:
            return everything
        # Before anything has been sent: what is seen here is one of those that go.
        others = count_of(
            overview.waiting - 1,
            "{count} more case waits, in this form.",
            "{count} more cases wait, in this form.",
        )
        return f"{everything} {others}"

    def _conclusion(self, sent: Entry) -> tuple[str, ...]:
        lines = []
        if sent.conclusion is not None:
            lines.append(self._concluded(sent.conclusion))
            lines += [
                say("Danger rule: {rule}", rule=self._rule(sent.conclusion.knowledge_version, rule))
                for rule in sent.conclusion.red_flags
                if rule in self._desk.knowledge.rules
            ]
            lines.append(say("Knowledge {version}.", version=sent.conclusion.knowledge_version))
        if sent.link is not None:
            lines.append(say(LINK))
        if sent.apart is not None:
            lines.append(say(APART))
        lines.append(say("And random codes for the case and the tablet. They hold nothing of the child."))
        return tuple(lines)

    def _rule(self, version: str, rule: str) -> str:
        """Return a rule's title in the book that concluded it; an old entry may name one that there is no more."""
        rules = self._desk.book_of(version).rules
        return rules[rule].title if rule in rules else rule

    def _concluded(self, conclusion: Conclusion) -> str:
        words = self._desk.words
        # Translators: a condition and how probable it is, as in "cellulitis 50–80%".
        one = phrase("{condition} {band}")
        ranked = joined(
            [
                say(one, condition=lower_first(words.condition(row.condition)), band=band_in_words(row.low, row.high))
                for row in conclusion.differential
            ]
        )
        concluded = say(
            "With it goes what the tablet concluded: {disposition}; {ranked}.",
            disposition=say(HOW_SOON[conclusion.disposition]),
            ranked=ranked,
        )
        fits = "" if conclusion.fits else say("The answers do not fit what the tablet knows.")
        return " ".join(sentence for sentence in (concluded, fits) if sentence)
