"""Reading a series: chosen, counted, said in words. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence, sentence
from sync_server.database import Database
from sync_server.language import count_of, say, speaking
from sync_server.repositories import sites
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.adjudicated_cases import Adjudicated, AdjudicatedCases
from sync_server.services.cohort.figures import NEWBORN, Figures, figures, spread
from sync_server.services.cohort.healing import Survival
from sync_server.services.cohort.words import Row, many, methods, rows, summary
from sync_server.services.exports.csv_safe import csv_lines
from sync_server.services.refusals import ReportRefused
from sync_server.services.wording import Wording, age_words

DEFAULT = "calcinosis_cutis_iatrogenic"
SMALL = 11
"""Below so many children in a cell the page says that it is for the review team only."""


@dataclass(frozen=True, slots=True)
class CohortChoice:
    """What was asked for. An empty text, and None, leave that side open; `age` is an age group or `newborn`."""

    diagnosis: str = ""
    confirmed: bool = False
    age: str = ""
    site: int | None = None
    first_month: str = ""
    last_month: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CohortView:
    """The report. Without a child `rows`, `summary`, `methods` and `healing` are empty."""

    chosen: CohortChoice
    diagnosis: str
    diagnoses: tuple[Option, ...]
    ages: tuple[Option, ...]
    sites: tuple[Option, ...]
    children: int
    rows: tuple[Row, ...]
    summary: tuple[Sentence, ...]
    methods: tuple[Sentence, ...]
    healing: tuple[Survival, ...]
    mean_months: float | None
    has_small_cells: bool


@dataclass(frozen=True, slots=True)
class CohortService:
    """Makes the report for a user, of his sites."""

    database: Database
    wording: Wording
    server_knowledge: str
    held: AdjudicatedCases

    def view(self, user: User, chosen: CohortChoice) -> CohortView:
        """Return the report, and note that it was seen.

        Raises:
            ReportRefused: the choice makes no sense, or names a site that the user may not see.
        """
        view = self._made(user, chosen)
        self._note(user, audit.SAW_REPORT, view)
        return view

    def csv(self, user: User, chosen: CohortChoice) -> str:
        """Return the same as CSV: the table, then the sentences.

        Raises:
            ReportRefused: as for `view`.
        """
        # A file is read by programs, and by people who share it.
        with speaking("en"):
            view = self._made(user, chosen)
        self._note(user, audit.EXPORTED, view)
        head = ("what", "value", "range", "known")
        table = [(str(row.label), row.value, row.range, str(row.known or "")) for row in view.rows]
        curve = [
            ("still there after months", round(step.at, 2), round(step.left, 4), step.at_risk) for step in view.healing
        ]
        said = [("methods", str(one), "", "") for one in (*view.summary, *view.methods)]
        return csv_lines([head, *table, *curve, *said])

    def _note(self, user: User, action: str, view: CohortView) -> None:
        with self.database.writing() as session:
            audit.record(session, audit.user(user.user_no), action, f"cohort {view.chosen.diagnosis}")

    def _made(self, user: User, chosen: CohortChoice) -> CohortView:
        conditions = self.wording.conditions()
        chosen = CohortChoice(
            chosen.diagnosis or DEFAULT,
            chosen.confirmed,
            chosen.age,
            chosen.site,
            chosen.first_month,
            chosen.last_month,
        )
        bands = tuple(band.id for band in self.wording.knowledge.age_groups)
        if chosen.diagnosis not in conditions:
            raise ReportRefused(sentence("Choose a diagnosis from the list."))
        if chosen.age and chosen.age not in (NEWBORN, *bands):
            raise ReportRefused(sentence("Choose an age group from the list."))
        check_period(chosen.first_month, chosen.last_month)
        wanted = Adjudicated(
            user.sites, chosen.site, chosen.first_month, chosen.last_month, chosen.diagnosis, chosen.confirmed
        )
        of_any = Adjudicated(user.sites, chosen.site, chosen.first_month, chosen.last_month)
        with self.database.reading() as session:
            seen = sites_seen(sites.names(session), user)
            if chosen.site is not None and chosen.site not in seen:
                raise ReportRefused(sentence("Choose a site from the list."))
            with self.held.fresh(session):
                counts = self.held.diagnoses(of_any)
                found = figures(self.held, self.held.of(wanted), chosen.age)
        site = seen[chosen.site] if chosen.site is not None else _all_sites(len(seen))
        healed = spread(found.healed)
        return CohortView(
            chosen=chosen,
            diagnosis=self.wording.condition(chosen.diagnosis),
            diagnoses=tuple(
                Option(code, many(self.wording.condition(code), counts[code]), code == chosen.diagnosis)
                for code in conditions
            ),
            ages=tuple(Option(code, _age_label(code), code == chosen.age) for code in ("", NEWBORN, *bands)),
            sites=(
                Option("", say("All sites"), chosen.site is None),
                *(Option(str(number), name, number == chosen.site) for number, name in seen.items()),
            ),
            children=found.n,
            rows=rows(found, self.wording) if found.n else (),
            summary=summary(found, chosen.diagnosis, self.wording) if found.n else (),
            methods=methods(found, wanted, chosen.age, site, self.server_knowledge) if found.n else (),
            healing=found.healing(),
            mean_months=healed.mean if healed else None,
            has_small_cells=_has_small_cells(found),
        )


def check_period(first_month: str, last_month: str) -> None:
    """Refuse a period that ends before it begins.

    Raises:
        ReportRefused: it does.
    """
    if first_month and last_month and last_month < first_month:
        raise ReportRefused(sentence("The period ends before it begins. Choose a later end or an earlier beginning."))


def sites_seen(names: dict[int, str], user: User) -> dict[int, str]:
    """Return the names of the sites that a user sees, by number, in the order of their names."""
    seen = {number: name for number, name in names.items() if user.sites is None or number in user.sites}
    return dict(sorted(seen.items(), key=lambda item: item[1]))


def _age_label(age: str) -> str:
    if not age:
        return say("Any age")
    return say("Newborns, up to 28 days") if age == NEWBORN else age_words(age)


def _all_sites(count: int) -> str:
    return count_of(count, "{count} site", "{count} sites")


def _has_small_cells(figures: Figures) -> bool:
    counted = (figures.sexes, figures.places, figures.bands, figures.sequelae)
    return any(0 < count < SMALL for one in counted for count in one.values())
