"""The measurements of a case as charts: a line for each tablet over the zones of the child's age."""

from __future__ import annotations

from collections.abc import Sequence

from shared.sentence import sentence
from sync_server.api.charts import Chart, Line, Zone, lines
from sync_server.services.case_measurements import MeasurementView

_MOST_TABLETS = 6
"""More cannot be told apart by mark and dash; the table has them all."""


def charts_of(measurements: Sequence[MeasurementView]) -> dict[str, Chart]:
    """Return the chart of each measurement that was taken on two days or more, by its code."""
    return {one.code: _chart(one) for one in measurements if _is_a_course(one)}


def _is_a_course(measurement: MeasurementView) -> bool:
    return len({value.day for value in measurement.values if value.day is not None}) > 1


def _chart(measurement: MeasurementView) -> Chart:
    by_tablet: dict[str, list[tuple[float, float]]] = {}
    for value in measurement.values:
        if value.day is not None:
            by_tablet.setdefault(value.tablet, []).append((value.day, value.value))
    return lines(
        f"measured-{measurement.code.replace('_', '-')}",
        measurement.label,
        sentence("{label} at each visit, in {unit}.", label=measurement.label, unit=measurement.unit),
        series=[Line(tablet, sorted(points)) for tablet, points in sorted(by_tablet.items())[:_MOST_TABLETS]],
        level_word=sentence("Days since the first visit"),
        value_word=sentence("{label}, {unit}", label=measurement.label, unit=measurement.unit),
        zones=[Zone(zone.word, zone.low, zone.high) for zone in measurement.zones],
        width=600,
        height=240,
    )
