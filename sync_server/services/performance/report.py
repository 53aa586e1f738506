"""Reading the report: counted from the scores, said in words. It is noted who saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.entry import NOT_POSSIBLE, UNKNOWN
from shared.case.short_code import short_code
from shared.sentence import Sentence, counted, sentence
from sync_server.database import Database
from sync_server.language import say
from sync_server.repositories import cases, entries, scores, sites
from sync_server.repositories.scores import Score
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.adjudicated_cases import Adjudicated, AdjudicatedCases
from sync_server.services.cohort.report import check_period, sites_seen
from sync_server.services.performance import words
from sync_server.services.performance.figures import Concluded, Figures, concluded, figures, needs_today, under
from sync_server.services.performance.views import (
    Named,
    Option,
    Part,
    PerformanceChoice,
    PerformanceView,
    Report,
)
from sync_server.services.refusals import ReportRefused
from sync_server.services.wording import Wording, joined, urgency_words

CALCINOSIS = "calcinosis_cutis_iatrogenic"
MOST_LISTED = 20
_MOST_MISSING = 4
_LOW = ("within_days", "routine")


@dataclass(frozen=True, slots=True)
class PerformanceService:
    """Makes the report for a user, of his sites."""

    database: Database
    wording: Wording
    held: AdjudicatedCases

    def view(self, user: User, chosen: PerformanceChoice) -> PerformanceView:
        """Return the report, and note that it was seen.

        Raises:
            ReportRefused: the choice makes no sense, or names a site that the user may not see.
        """
        check_period(chosen.first_month, chosen.last_month)
        knowledge = self.wording.knowledge
        among = Adjudicated(user.sites, chosen.site, chosen.first_month, chosen.last_month)
        with self.database.reading() as session:
            seen = sites_seen(sites.names(session), user)
            if chosen.site is not None and chosen.site not in seen:
                raise ReportRefused(sentence("Choose a site from the list."))
            with self.held.fresh(session):
                total, of_any = concluded(self.held, among, chosen.is_last)
            wanted = under(of_any, chosen.knowledge) if chosen.knowledge else of_any
            found = figures(wanted, knowledge, CALCINOSIS)
            report = None if found is None else self._report(session, wanted, found, seen, chosen)
        with self.database.writing() as session:
            audit.record(session, audit.user(user.user_no), audit.SAW_REPORT, "performance")
        versions, scored = sorted(of_any.versions() | {chosen.knowledge} - {""}), len(of_any.numbers)
        return PerformanceView(
            chosen=chosen,
            sites=(
                Option("", say("All sites"), chosen.site is None),
                *(Option(str(number), name, number == chosen.site) for number, name in seen.items()),
            ),
            versions=(
                Option("", say("All versions"), not chosen.knowledge),
                *(Option(one, say("Knowledge {version}", version=one), one == chosen.knowledge) for one in versions),
            ),
            adjudicated=total,
            scored=scored,
            how=words.how(chosen.is_last, total - scored, knowledge.version),
            missing=_missing(chosen, total, scored) if report is None else None,
            report=report,
        )

    def warm(self) -> None:
        """Read every adjudicated case once, so that nobody waits for that after a start."""
        with self.database.reading() as session, self.held.fresh(session):
            pass

    def _report(
        self, session: Session, wanted: Concluded, found: Figures, seen: dict[int, str], chosen: PerformanceChoice
    ) -> Report:
        low = wanted.called_so(needs_today(self.wording.knowledge), _LOW, MOST_LISTED)
        warning = None
        if found.n < words.FEW:
            warning = counted(
                found.n,
                "Only {count} case: the intervals say how little that is. Compare nothing with it.",
                "Only {count} cases: the intervals say how little that is. Compare nothing with it.",
            )
        return Report(
            n=found.n,
            tiles=words.tiles(found, found.antibiotics),
            first=found.first,
            first_three=found.first_three,
            brier=round(found.brier, 4),
            log_score=round(found.log_score, 4),
            bins=found.bins,
            statements=found.statements,
            line=found.line,
            line_words=words.line_words(found.line, found.statements),
            confusion=words.confusion(found, self.wording),
            triage=words.triage_rows(found),
            triage_words=words.triage_words(found),
            too_low=found.triage.too_low,
            too_high=found.triage.too_high,
            too_low_cases=self._named(session, low, is_last=chosen.is_last),
            by_site=tuple(
                Part(name, found.by_site[number]) for number, name in seen.items() if number in found.by_site
            ),
            by_version=tuple(
                Part(say("Knowledge {version}", version=version), right) for version, right in found.by_version.items()
            ),
            antibiotics=words.antibiotics_words(found.antibiotics),
            warning=warning,
        )

    def _named(self, session: Session, low: Sequence[int], *, is_last: bool) -> tuple[Named, ...]:
        stored = cases.by_number(session, low)
        references = cases.references(session, list(stored.values()))
        found = entries.of_cases(session, {number: case.case_id for number, case in stored.items()})
        places = scores.places_of_entries(session, list(stored))
        said = scores.of_cases(session, list(stored))
        named = []
        for number in low:
            if not said.get(number):
                # It was counted a moment after the one that this session sees.
                continue
            score = said[number][-1 if is_last else 0]
            telling = [entry for entry in found[number] if entry.conclusion and entry.conclusion.differential]
            telling.sort(key=lambda entry: places[entry.id])
            # The answers of the entry that concluded first: what was not known there is part of why.
            answers = telling[0].answers if telling else {}
            missing = [code for code, value in answers.items() if value in (UNKNOWN, NOT_POSSIBLE)]
            case = stored[number]
            named.append(Named(references[number], short_code(case.case_id), self._why(score, missing)))
        return tuple(named)

    def _why(self, score: Score, missing: Sequence[str]) -> tuple[Sentence, ...]:
        wording = self.wording
        names = {
            "final": wording.condition(score.diagnosis),
            "leader": wording.condition_inside(score.leader),
            "urgency": urgency_words(score.urgency).lower(),
        }
        if score.leader == score.diagnosis:
            said = [sentence("{final} was put first, and called: {urgency}.", **names)]
        else:
            said = [sentence("{final}, taken for {leader}; called: {urgency}.", **names)]
        if score.place > 1:
            said.append(sentence("It stood in place {place} with {percent}%.", place=score.place, percent=score.given))
        elif not score.place:
            said.append(sentence("It was not named among the first."))
        measured = [code for code in missing if wording.knowledge.measurement_of(code) or _is_a_test(wording, code)]
        if measured:
            tests = joined(wording.question(code).rstrip("?؟") for code in measured[:_MOST_MISSING])
            said.append(sentence("Not known when first seen: {tests}.", tests=tests))
        if not score.danger_rules:
            said.append(sentence("No danger rule fired."))
        return tuple(said)


def _is_a_test(wording: Wording, code: str) -> bool:
    finding = wording.knowledge.findings.get(code)
    return finding is not None and finding.kind.value in ("lab", "imaging")


def _missing(chosen: PerformanceChoice, total: int, scored: int) -> Sentence:
    if scored or (not total and chosen != PerformanceChoice(is_last=chosen.is_last)):
        return sentence("No case with a final diagnosis fits this choice. Choose another site, version or period.")
    if total:
        return counted(
            total,
            "{count} case has a final diagnosis, but nothing was concluded before it was given, so nothing can be"
            " compared.",
            "{count} cases have a final diagnosis, but nothing was concluded before it was given, so nothing can be"
            " compared.",
        )
    return sentence(
        "No case here has a final diagnosis yet. A coordinator gives it on the page of the case; then the tool can be"
        " set against it."
    )
