"""The accuracy report in words, for a terminal of 100 columns: what it can do first, then where it fails, then why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from shared.evaluation.accuracy import AccuracyReport, Miss, Unranked, Variant
from shared.evaluation.calibration import Calibration
from shared.evaluation.cells import FILM, PRIOR, SHARE, Cell
from shared.evaluation.influence import Influence
from shared.evaluation.interview_length import InterviewLength, in_lines
from shared.evaluation.published_cases import PublishedCases
from shared.evaluation.scores import Accuracy, Interval, Share
from shared.evaluation.urgency import Called, TradeOff

WIDTH = 98
_NAME = 44


def in_words(report: AccuracyReport, cases: PublishedCases, questions: InterviewLength | None = None) -> str:
    """Return the report as text that ends with a newline; `questions` where they were counted."""
    parts = [
        _accuracy(report),
        _calibration(report),
        _urgency(report, cases),
        _trade_off(report.trade_off),
        _questions(questions),
        _misses(report.misses),
        _unranked(report.unranked),
        _figures(report.figures),
        _caveats(report),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


# --- tables -----------------------------------------------------------------------------------------------------------


def _accuracy(report: AccuracyReport) -> list[str]:
    lines = [
        f"Accuracy of knowledge {report.knowledge_version} on {report.records} published records "
        f"of {report.children} children",
        f"  {'':<{_NAME}}{'n':>3}{'right first':>14}{'in first three':>16}{'Brier':>8}{'log':>7}",
    ]
    whole = report.variants[0]
    lines.append(_scores(whole.name, whole.scores))
    if report.resampled is not None:
        lines.append(f"  {'  95 % interval, by Wilson':<{_NAME + 3}}{_spans(whole.scores)}")
        again = report.resampled
        lines.append(
            f"  {'  95 % interval, children drawn again':<{_NAME + 3}}{_percents(again.first):>14}"
            f"{_percents(again.first_three):>16} {_decimals(again.brier)} {_decimals(again.log_score)}"
        )
    if report.unranked:
        lines.append(_scores("with those not ranked, as missed", report.with_unranked))
    lines += [_scores(variant.name, variant.scores) for variant in report.variants[1:]]
    lines.append(_scores("by setting, age and place alone", report.at_first))
    lines += [_scores(f"class {row.name}", row.scores) for row in report.by_class]
    few = ", ".join(report.unscorable)
    return lines + _wrapped(
        f"n: records with findings enough and a diagnosis that is ranked; they are of {whole.scores.children} children."
        + (f" Too few findings: {few}." if few else "")
        + " Brier: 0 is perfect, 2 the worst. log: mean of -ln P(right), 0 is perfect."
        + (f" Told that nothing fits, although ranked: {', '.join(report.unfit)}." if report.unfit else "")
    )


def _scores(name: str, scores: Accuracy) -> str:
    first, three = (f"{s.k:>3}  {_percent(s.share) if s.n else '-':>5}" for s in (scores.first, scores.first_three))
    brier, log = ("-" if value is None else f"{value:.2f}" for value in (scores.brier, scores.log_score))
    return f"  {name:<{_NAME}}{scores.records:>3}{first:>14}{three:>16}{brier:>8}{log:>7}"


def _spans(scores: Accuracy) -> str:
    return f"{_percents(scores.first.interval):>14}{_percents(scores.first_three.interval):>16}"


def _calibration(report: AccuracyReport) -> list[str]:
    left = _bins("Of what leads, how often right", report.calibration)
    right = _bins("P(dangerous infection), how often one", report.danger_calibration)
    rows = max(len(left), len(right))
    pairs = zip(left + [""] * (rows - len(left)), right + [""] * (rows - len(right)), strict=True)
    return ["Calibration", *(f"  {a:<48}{b}".rstrip() for a, b in pairs)]


def _bins(title: str, table: Calibration) -> list[str]:
    lines = [title, f"{'called':>9}{'n':>5}{'mean':>8}{'observed':>10}"]
    for row in table.bins:
        called = f"{row.low * 100:.0f}-{row.high * 100:.0f} %"
        observed = f"{_percent(row.observed.share)} ({_bare(row.observed.interval)})"
        lines.append(f"{called:>9}{row.observed.n:>5}{_percent(row.predicted):>8}  {observed}")
    return [*lines, f"expected calibration error {table.error:.2f} (n {table.n})"]


def _urgency(report: AccuracyReport, cases: PublishedCases) -> list[str]:
    whole = report.variants[0].urgency
    lines = [
        "Soon enough, and not too soon (all records, 95 % Wilson)",
        f"  {'':<{_NAME}}{'dangerous, in time':>24}{'mild, called urgent':>25}",
        *(_in_time(variant) for variant in report.variants),
    ]
    days = cases.dangerous.long_standing_after_days
    lines += _wrapped(
        f"Dangerous: {cases.dangerous.says}. In time: emergency or same day; after more than {days} days also within "
        "days, if imaging is asked for."
    )
    lines += _wrapped(f"Mild: {cases.mild.says}. Urgent: emergency or same day.")
    wider = whole.with_diagnosis
    lines += _wrapped(f"All records with a mild diagnosis, ill or not: {wider.k} of {wider.n} called urgent.")
    lines += _wrapped(f"Too late: {_listed(whole.too_late)}.")
    return lines + _wrapped(f"Too soon: {_listed(whole.too_soon)}.")


def _in_time(variant: Variant) -> str:
    return f"  {variant.name:<{_NAME}}{_of(variant.urgency.dangerous):>24}{_of(variant.urgency.mild):>25}"


def _trade_off(rows: Sequence[TradeOff]) -> list[str]:
    lines = [
        "If the same-day lines of reasoning.yaml were other ones",
        f"  {'':<24}{'with the danger rules':^30}{'by the ranking alone':^30}{'all':>8}",
        f"  {'times':>5}{'lines':>15}    {'in time':>12}{'mild urgent':>15}   {'in time':>12}{'mild urgent':>15}"
        f"{'urgent':>11}",
    ]
    for row in rows:
        low, high = row.lines
        between = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
        four = (row.dangerous, row.mild, row.dangerous_ranked, row.mild_ranked)
        of = [f"{figure.k} of {figure.n}" for figure in four]
        lines.append(
            f"  {row.factor:>5g}{between:>15}    {of[0]:>12}{of[1]:>15}   {of[2]:>12}{of[3]:>15}"
            f"{_percent(row.urgent.share):>11}"
        )
    return lines


def _questions(length: InterviewLength | None) -> list[str]:
    if length is None:
        return []
    title = "Questions: asked, until the disposition is stable, and children who leave with another disposition"
    return [title, *(f"  {line}" for line in in_lines(length))]


# --- lists ------------------------------------------------------------------------------------------------------------


def _misses(misses: Sequence[Miss]) -> list[str]:
    if not misses:
        return ["No misses: the right diagnosis led every record."]
    lines = [f"Misses: {len(misses)} records where the right diagnosis did not lead"]
    for miss in misses:
        right = f"{miss.diagnosis}, place {miss.place}, {_percent(miss.p_right)}"
        said = f"{right:<46}  led: {miss.leading}, {_percent(miss.p_leading)}"
        lines += textwrap.wrap(said, WIDTH, initial_indent=f"  {miss.id:<7}", subsequent_indent=" " * 11)
    return lines


def _unranked(rows: Sequence[Unranked]) -> list[str]:
    if not rows:
        return []
    unfit = sum(not row.fits for row in rows)
    lines = [f"Not ranked by this knowledge: {len(rows)} records; {unfit} of them are told that nothing fits"]
    for row in rows:
        fits = "fits" if row.fits else "does not fit"
        said = f"{row.diagnosis}: {fits}, {row.disposition}; led: {row.leading}, {_percent(row.p_leading)}"
        lines += textwrap.wrap(said, WIDTH, initial_indent=f"  {row.id:<7}", subsequent_indent=" " * 11)
    return lines


def _figures(figures: Sequence[Influence]) -> list[str]:
    if not figures:
        return []
    lines = [
        f"The {len(figures)} probabilities that move the results most",
        "  span: of the mean log score, between the figure's low and high. right first: at low, at high.",
    ]
    for number, item in enumerate(figures, start=1):
        cell, figure = item.cell, item.cell.figure
        low, high = (_percent(value) for value in item.first)
        lead = f"  {number:>2}  {item.span:.3f}  {low:>5} {high:>5}  "
        lines += textwrap.wrap(_said(cell), WIDTH, initial_indent=lead, subsequent_indent=" " * 28)
        value = f"{figure.p:.3g} ({figure.low:.3g}-{figure.high:.3g})"
        origin = f"{value}  grade {cell.evidence.quality}: {', '.join(cell.evidence.sources)}"
        lines += textwrap.wrap(origin, WIDTH, initial_indent=" " * 26, subsequent_indent=" " * 28)
    return lines


def _said(cell: Cell) -> str:
    where = f" [{cell.where}]" if cell.where else ""
    heirs = f" and {len(cell.heirs)} like it" if cell.heirs and cell.condition not in cell.heirs else ""
    if cell.finding == PRIOR:
        return f"prior of {cell.condition}{where}"
    if cell.finding == SHARE:
        return f"share of {cell.condition}"
    if cell.finding == FILM:
        return f"calcium seen on the film{where}"
    return f"{cell.finding} = {cell.state} in {cell.condition}{heirs}{where}"


def _caveats(report: AccuracyReport) -> list[str]:
    scores = report.variants[0].scores
    quoted = scores.records - report.variants[-1].scores.records
    return [
        "How to read this",
        *_bullet(
            "Published children are atypical; what was not reported is not absent; shares of diagnoses are no "
            "prevalences. Dangerous disease is published more often than it is met, so its probability must look "
            "too low here. No figure is fitted to the records: leaving one out changes nothing for the others, so the "
            "plain figures are the leave-one-out figures. But whoever works on the knowledge sees them: records that "
            "nobody has seen may fare worse."
        ),
        *_bullet(
            f"{quoted} of the {scores.records} scored records are of reports that the knowledge quotes, so they are no "
            "independent test; the row without them is. IV calcium is reported in every iatrogenic calcinosis and "
            "hardly anywhere else; the row without it shows what rests on that alone."
        ),
    ]


# --- words ------------------------------------------------------------------------------------------------------------


def _listed(called: Sequence[Called]) -> str:
    if not called:
        return "none"
    return "; ".join(f"{row.id} {row.diagnosis} ({', '.join((row.disposition, *row.red_flags))})" for row in called)


def _of(figure: Share) -> str:
    if not figure.n:
        return "none"
    return f"{figure.k} of {figure.n}  {_percent(figure.share)} ({_bare(figure.interval)})"


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _percents(interval: Interval) -> str:
    return f"{_bare(interval)} %"


def _bare(interval: Interval) -> str:
    return f"{interval[0] * 100:.0f}-{interval[1] * 100:.0f}"


def _decimals(interval: Interval) -> str:
    return f"{interval[0]:.2f}-{interval[1]:.2f}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _bullet(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ")
