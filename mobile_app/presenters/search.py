"""Search: every case of this tablet, found as one types; without a word, the list of all of them.

    key ──▶ typed words ──▶ terms (search_words.py) ──▶ the store ──▶ rows, newest first, and how many more

Drafts are few and change with every tap, so they are not in the index: they are read as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mobile_app.navigation import Way
from mobile_app.ports.records import Draft
from mobile_app.ports.search import CaseIs, Found, FoundCase, SearchTerm
from mobile_app.presenters.agenda import Agenda
from mobile_app.presenters.answers import where_in_words, who_in_words
from mobile_app.presenters.case_rows import CaseRowView, case_row
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.drafts import DraftRowView, draft_row
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.next_checks import check_in_words, due_in_words
from mobile_app.presenters.search_words import SearchWords, matches
from mobile_app.presenters.wording import count_of, phrase, say, typed
from shared.case.search_terms import DIFFERS, MESSAGE, folded_words, number_words
from shared.case.short_code import short_code
from shared.errors import HandwiseError

SHOWN = 50
FOUND_PARTS = 2
"""So many things that a case was found by are named in its row."""

DRAFTS, DUE, WAITING, DIFFER, MESSAGES = "drafts", "due", "waiting", "differs", "message"
_FILTERS = {
    DRAFTS: phrase("Drafts"),
    DUE: phrase("Follow-ups due"),
    WAITING: phrase("Waiting to be sent"),
    DIFFER: phrase("Answers differ"),
    MESSAGES: phrase("Messages"),
}
_TERMS = {
    DUE: SearchTerm(states=frozenset({CaseIs.DUE})),
    WAITING: SearchTerm(states=frozenset({CaseIs.WAITING, CaseIs.LOCAL, CaseIs.NOT_ACCEPTED})),
    DIFFER: SearchTerm(codes=frozenset({DIFFERS})),
    MESSAGES: SearchTerm(codes=frozenset({MESSAGE})),
}
_TEXTS = {
    "patient_name": phrase("Name: {text}"),
    "record_number": phrase("Record no.: {text}"),
    "ward": phrase("Ward: {text}"),
    "note": phrase("Note: {text}"),
    "author": phrase("Recorded by {text}"),
    "message": phrase("Coordinator: “{text}”"),
}


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search screen. `filters` can be chosen beside each other; `more` is empty when every case is shown.

    `takes_keys`: somebody came here to type, so the field is ready for it and a tablet's keyboard is up.
    """

    app_bar: AppBarView
    label: str
    hint: str
    typed: str
    takes_keys: bool
    clear_button: str
    filters: tuple[ChoiceView, ...]
    count: str
    drafts: tuple[DraftRowView, ...]
    cases: tuple[CaseRowView, ...]
    more: str
    note: str
    empty_title: str
    empty_line: str
    error: str


class SearchPresenter:
    """What a finger can do on the search screen. `type` takes the whole text, with every key."""

    def __init__(
        self, desk: Desk, agenda: Agenda, show: Callable[[SearchView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._agenda = agenda
        self._show = show
        self._go = go
        self._typed = ""
        self._filters: frozenset[str] = frozenset()
        self._takes_keys = False
        self._words: SearchWords | None = None
        self._typed_terms: tuple[SearchTerm, ...] = ()

    def open(self) -> None:
        self._desk.put_away()
        self._desk.is_among_changes = False
        self._desk.is_among_found = True
        # Made anew: the language may be another one, and the day.
        self._words = SearchWords(self._desk.knowledge, self._desk.english_book, self._agenda.today)
        self._draw()

    def begin(self, chosen: str = "", *, takes_keys: bool = False) -> None:
        """Start over, with a filter or without: a screen that leads here calls it before it goes."""
        self._typed = ""
        self._takes_keys = takes_keys
        self._filters = frozenset({chosen} if chosen in _FILTERS else ())

    def type(self, text: str) -> None:
        if text != self._typed:
            self._typed = text
            self._draw()

    def clear(self) -> None:
        self.type("")

    def toggle(self, chosen: str) -> None:
        if chosen in _FILTERS:
            self._filters ^= {chosen}
            self._draw()

    def open_case(self, case_id: str) -> None:
        found = next((one for one in self._found().cases if one.summary.case_id == case_id), None)
        if found is not None:
            self._desk.case_id = found.summary.case_id
            self._go(Way.CASE)

    def resume(self, draft_id: str) -> None:
        way = self._desk.resume(draft_id)
        if way is None:
            self._draw()
        else:
            self._go(way)

    def back(self) -> None:
        self._desk.is_among_found = False
        self.begin()
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _terms(self) -> tuple[SearchTerm, ...]:
        chosen = (term for name, term in _TERMS.items() if name in self._filters)
        return (*self._typed_terms, *chosen)

    def _found(self) -> Found:
        if DRAFTS in self._filters:
            # A draft is not a case yet, or a visit to one: the filter shows them alone.
            return Found((), 0)
        return self._desk.store.search.find(
            self._terms(), self._agenda.today, SHOWN, longest_due_first=DUE in self._filters
        )

    def _draw(self) -> None:
        error = ""
        assert self._words is not None
        self._typed_terms = self._words.terms(self._typed)
        try:
            found = self._found()
            drafts = self._drafts()
        except HandwiseError as fault:
            found, drafts, error = Found((), 0), (), str(fault)
        is_empty = not found.cases and not drafts and not error
        self._show(
            SearchView(
                app_bar=self._desk.plain_app_bar(say("Cases"), say("On this tablet")),
                label=say("Search cases"),
                hint=say("Name, number, place, diagnosis, month, message …"),
                typed=self._typed,
                takes_keys=self._takes_keys,
                clear_button=say("Clear") if self._typed else "",
                filters=tuple(ChoiceView(name, say(words), name in self._filters) for name, words in _FILTERS.items()),
                count=self._count(found, len(drafts)),
                drafts=drafts,
                cases=tuple(self._row(one) for one in found.cases),
                more=self._more(found),
                note=self._note(found),
                empty_title=self._empty_title() if is_empty else "",
                empty_line=self._empty_line() if is_empty else "",
                error=error,
            )
        )

    def _count(self, found: Found, drafts: int) -> str:
        if DRAFTS in self._filters:
            return count_of(drafts, "{count} draft", "{count} drafts")
        return count_of(found.count, "{count} case", "{count} cases")

    def _more(self, found: Found) -> str:
        left = found.count - len(found.cases)
        if left <= 0:
            return ""
        return count_of(left, "and {count} more: type to find it", "and {count} more: type to find them")

    def _note(self, found: Found) -> str:
        if not found.not_indexed or not self._terms():
            return ""
        return count_of(
            found.not_indexed,
            "{count} case is not in the index yet; it is being added.",
            "{count} cases are not in the index yet; they are being added.",
        )

    def _empty_title(self) -> str:
        if self._typed.strip():
            return say("No case has all of this")
        return say("No case here") if self._filters else say("No case yet")

    def _empty_line(self) -> str:
        if self._typed.strip() and self._filters:
            return say("Take a word or a filter away.")
        if self._typed.strip():
            return say("Take a word away, or write it in another way.")
        return say("Take the filter away to see all cases.") if self._filters else say("New cases will stand here.")

    # What a case was found by -------------------------------------------------------------------------------------

    def _row(self, one: FoundCase) -> CaseRowView:
        row = case_row(self._desk, one.summary)
        if DUE in self._filters and one.next_check is not None:
            day, key = one.next_check
            check = check_in_words(self._desk.knowledge, key, day, self._agenda.today)
            due = due_in_words(day, self._agenda.today)
            reasons = [say("{due} · {check}", due=due, check=check)]
        else:
            reasons = self._reasons(one, row)
        return replace(row, found=" · ".join(part for part in (row.found, *reasons) if part))

    def _reasons(self, one: FoundCase, row: CaseRowView) -> list[str]:
        badge = row.badge.word if row.badge else ""
        shown = folded_words(f"{row.name} {row.who} {row.line} {badge} {row.sync_word}")
        reasons: list[str] = []
        for term in self._typed_terms:
            if term.prefix and matches(shown, [term.prefix]):
                continue
            reason = self._reason(one, term)
            if reason and reason not in reasons:
                reasons.append(reason)
        return reasons[:FOUND_PARTS]

    def _reason(self, one: FoundCase, term: SearchTerm) -> str:
        assert self._words is not None
        for name, text in one.texts:
            if term.prefix and matches(_words_of(name, text), [term.prefix]):
                return say(_TEXTS[name], text=typed(text))
        codes = sorted(one.codes & term.codes)
        return self._words.labels.get(codes[0], "") if codes else ""

    # Drafts -------------------------------------------------------------------------------------------------------

    def _drafts(self) -> tuple[DraftRowView, ...]:
        if self._filters - {DRAFTS}:
            return ()
        prefixes = folded_words(self._typed)
        if not prefixes and DRAFTS not in self._filters:
            return ()
        rows = ((draft, draft_row(draft)) for draft in self._desk.store.drafts())
        return tuple(row for draft, row in rows if matches(self._words_of_draft(draft, row), prefixes))

    def _words_of_draft(self, draft: Draft, row: DraftRowView) -> Sequence[str]:
        local = draft.local
        texts = (
            f"{short_code(draft.case_id)} {row.title} {row.detail} {_say_draft()}",
            who_in_words(self._desk.knowledge, draft.answers),
            where_in_words(draft.answers),
            *(local.patient_name, local.ward, local.note),
        )
        return [*folded_words(" ".join(texts)), *_words_of("record_number", local.record_number)]


def _say_draft() -> str:
    return say("Drafts")


def _words_of(name: str, text: str) -> list[str]:
    return number_words(text) if name == "record_number" else folded_words(text)
