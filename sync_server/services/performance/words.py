"""The report in words: tiles, tables and sentences out of figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from shared.evaluation.scores import Share
from shared.sentence import Sentence, phrase, sentence
from sync_server.language import level, say
from sync_server.services.performance.figures import NEEDED, Antibiotics, Figures
from sync_server.services.performance.recalibration import LEAST, Recalibration
from sync_server.services.performance.views import Cell, Confusion, ConfusionRow, Tile, TriageRow
from sync_server.services.wording import Wording, urgency_words

MOST_NAMED = 6
"""So many diagnoses have a line of their own in the confusion table; the rest stand together."""
OFTEN_MIXED = 4
FEW = 30
SHORT = {
    "calcinosis_cutis_iatrogenic": phrase("Calcin."),
    "tumoral_or_dystrophic_calcinosis": phrase("Other calc."),
    "cellulitis": phrase("Cellul."),
    "abscess": phrase("Abscess"),
    "osteomyelitis": phrase("Osteom."),
    "septic_arthritis": phrase("Septic j."),
    "necrotising_fasciitis": phrase("Nec. fasc."),
    "flexor_tenosynovitis": phrase("Tendon"),
    "thrombophlebitis": phrase("Phleb."),
    "periostitis": phrase("Periost."),
    "extravasation_injury": phrase("Extrav."),
    "fracture_trauma": phrase("Injury"),
    "insect_bite_allergic": phrase("Bite"),
    "sickle_dactylitis": phrase("Sickle"),
    "deep_vein_thrombosis": phrase("DVT"),
    "tumour": phrase("Tumour"),
    "other_not_modelled": phrase("Else"),
}
"""Column heads, where the names of the diagnoses have no room; the whole name stands behind each."""


def percent(of: Share) -> str:
    """Return a share as a whole per cent."""
    return level(f"{100 * of.share:.0f}%")


def interval(of: Share) -> str:
    """Return its 95% interval."""
    low, high = of.interval
    return level(f"{100 * low:.0f}–{100 * high:.0f}%")


def tiles(found: Figures, given: Antibiotics) -> tuple[Tile, ...]:
    """Return the large figures, each with its numbers."""
    triage = found.triage
    return (
        _shared(sentence("Right diagnosis first"), found.first),
        _shared(sentence("Among the first three"), found.first_three),
        _counted(sentence("Sent too low"), triage.too_low, sentence("no diagnosis here needs today")),
        _counted(sentence("Sent too high"), triage.too_high, sentence("every diagnosis here needs today")),
        Tile(
            sentence("No antibiotics"),
            sentence_text(given.none, given.said),
            sentence("in calcinosis, of those whose entries say it")
            if given.said
            else sentence("in calcinosis: no entry says it"),
        ),
    )


def sentence_text(k: int, n: int) -> str:
    """Return "2 of 63", or a dash for nothing of nothing."""
    return say("{k} of {n}", k=k, n=n) if n else "–"


def confusion(found: Figures, wording: Wording) -> Confusion:
    """Return the table: the commonest diagnoses with a line each, the rest together."""
    total: Counter[str] = Counter()
    for (final, leader), count in found.confusion.items():
        total[final] += 2 * count
        total[leader] += count
    order = [name for name, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))]
    named = order if len(order) <= MOST_NAMED + 1 else order[:MOST_NAMED]
    rest = [name for name in order if name not in named]
    groups: list[tuple[str, list[str]]] = [(wording.condition(name), [name]) for name in named]
    if rest:
        groups.append((say("All others"), rest))
    heads = [(_short(name, wording), wording.condition(name)) for name in named]
    if rest:
        heads.append((say("Others"), say("All others")))
    rows = []
    for label, finals in groups:
        cells = [_cell(found.confusion, finals, leaders) for _, leaders in groups]
        n = sum(cell.count for cell in cells)
        if n:
            rows.append(ConfusionRow(label, tuple(cells), n))
    return Confusion(tuple(heads), tuple(rows))


def triage_rows(found: Figures) -> tuple[TriageRow, ...]:
    """Return how soon children were called, by how soon they needed it."""
    table = found.triage.table
    return tuple(
        TriageRow(urgency_words(needed), tuple(table.get((needed, called), 0) for called in NEEDED))
        for needed in NEEDED
    )


def triage_words(found: Figures) -> tuple[Sentence, ...]:
    """Return what the table of urgencies leaves open."""
    said = [
        sentence(
            "Rows: how soon the final diagnosis is usually seen, by the knowledge. Too low: it needed to be seen today"
            " and was given days. Too high: it could have waited and was called today."
        )
    ]
    high = found.triage.too_high
    if high.k:
        said.append(
            sentence(
                "In {by_rule} of the {high} sent too high a danger rule had fired: a sign that had to be looked at.",
                by_rule=found.triage.too_high_by_rule,
                high=high.k,
            )
        )
    return tuple(said)


def line_words(line: Recalibration | None, statements: int) -> tuple[Sentence, ...]:
    """Return what the recalibration says."""
    if line is None:
        return (
            sentence(
                "{statements} statements are too few for a slope: it takes {least}, and five of each kind.",
                statements=statements,
                least=LEAST,
            ),
        )
    (low, high), (below, above) = line.slope_interval, line.intercept_interval
    if low <= 1 <= high and below <= 0 <= above:
        verdict = sentence("On the line within chance.")
    elif high < 1:
        verdict = sentence("Too sure: high chances came true less often than said, low ones more often.")
    elif low > 1:
        verdict = sentence("Not sure enough: high chances came true more often than said, low ones less often.")
    elif above < 0:
        verdict = sentence("What the tool named was true less often than it said.")
    else:
        verdict = sentence("What the tool named was true more often than it said.")
    figures = sentence(
        "Slope {slope} ({low} to {high}), intercept {intercept} ({below} to {above}), {statements} statements on"
        " {cases} cases.",
        slope=level(f"{line.slope:.2f}"),
        low=level(f"{low:.2f}"),
        high=level(f"{high:.2f}"),
        intercept=_signed(line.intercept),
        below=_signed(below),
        above=_signed(above),
        statements=line.statements,
        cases=line.cases,
    )
    return (verdict, figures)


def antibiotics_words(given: Antibiotics) -> tuple[Sentence, ...]:
    """Return what entries say of antibiotics in calcinosis, and what they do not."""
    n = given.said + given.not_said
    if not n:
        return (sentence("No case here was calcinosis in the end."),)
    return (
        sentence(
            "Of {n} with calcinosis in the end, {none} had none at any visit before the diagnosis was given, {before}"
            " already when first seen, {later} begun later; of {not_said} no entry says it.",
            n=n,
            none=given.none,
            before=given.before,
            later=given.later,
            not_said=given.not_said,
        ),
        sentence(
            "This is what was recorded, not what the tool avoided: nobody knows what would have been given without it."
            " Entries do not say whether a swelling was cut, so nothing is counted of that."
        ),
    )


def how(is_last: bool, left_out: int, knowledge: str) -> tuple[Sentence, ...]:
    """Return how it is counted."""
    which = (
        sentence(
            "Counted is the last conclusion that reached the server before a coordinator first gave a diagnosis. It"
            " knows more than the first, such as a film or a culture."
        )
        if is_last
        else sentence(
            "Counted is the first conclusion that reached the server, from before a coordinator first gave a diagnosis."
        )
    )
    return (
        which,
        sentence(
            "The final diagnosis is that of the last review; rejected and withdrawn cases are left out, and {left_out}"
            " without a conclusion from before the diagnosis.",
            left_out=left_out,
        ),
        sentence(
            "How soon a diagnosis usually needs to be seen is that of knowledge {knowledge}; a child with a danger sign"
            " may rightly be seen sooner, a sprain or a swelling of weeks later. Today means an emergency or the same"
            " day.",
            knowledge=knowledge,
        ),
        sentence(
            "Intervals are 95% (Wilson; the slope with one cluster a case). Chances count for the first three"
            " diagnoses of each conclusion. A conclusion travels with its five most probable diagnoses and the rest, in"
            " whole per cent; a diagnosis that it does not name counts as half a per cent in the log score."
        ),
        sentence("Coordinators see the tool's answer before they decide, so agreement can be better than the truth."),
    )


def _shared(label: Sentence, of: Share) -> Tile:
    return Tile(label, percent(of), sentence("{k} of {n} · {interval}", k=of.k, n=of.n, interval=interval(of)))


def _counted(label: Sentence, of: Share, nothing: Sentence) -> Tile:
    under = sentence("{percent} · {interval}", percent=percent(of), interval=interval(of)) if of.n else nothing
    return Tile(label, sentence_text(of.k, of.n), under)


def _cell(table: Mapping[tuple[str, str], int], finals: list[str], leaders: list[str]) -> Cell:
    count = sum(table.get((final, leader), 0) for final in finals for leader in leaders)
    if finals == leaders and len(finals) == 1:
        return Cell(count, "right" if count else "")
    return Cell(count, "mixed" if count >= OFTEN_MIXED and finals != leaders else "")


def _short(name: str, wording: Wording) -> str:
    full = wording.condition(name)
    return say(SHORT[name]) if name in SHORT else full if len(full) <= 9 else f"{full[:8]}."


def _signed(number: float) -> str:
    return level(f"{number:.2f}".replace("-", "−"))
