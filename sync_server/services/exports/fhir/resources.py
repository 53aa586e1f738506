"""A case as FHIR resources. Their ids are made from the case's random id, so the same case has the same ids again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from shared.case.entry import AnswerValue, Entry, Quantity
from shared.knowledge.model import FindingKind, KnowledgeBase
from shared.privacy.policy import PrivacyPolicy
from sync_server.services.exports.columns import Column, Kind, Tables
from sync_server.services.exports.fhir.coding import cause_codings, condition_codings, measurement_codings
from sync_server.services.exports.fhir.questionnaire import (
    ABSENT,
    URL,
    in_order,
    quantity,
    questionnaire,
    response_items,
)
from sync_server.services.exports.records import ExportedCase
from sync_server.services.wording import Wording, age_words

Resource = dict[str, Any]
Reference = Callable[[str, str], str]
"""How one resource names another, from its type and id."""

AGE_BAND = "urn:handwise:age-band"
DUE_TO = "http://hl7.org/fhir/StructureDefinition/condition-dueTo"
_TERMS = "http://terminology.hl7.org/CodeSystem"
DE_IDENTIFIED = {
    "security": [
        {"system": f"{_TERMS}/v3-ObservationValue", "code": "PSEUDED", "display": "pseudonymized"},
    ]
}
_CATEGORIES = {FindingKind.LAB: ("laboratory", "Laboratory"), FindingKind.EXAM: ("exam", "Exam")}
_VITAL = frozenset({"temperature", "heart_rate", "resp_rate", "spo2"})
_QUESTIONNAIRE_ID = UUID("6b0f6a4e-6f0c-5a53-9a2e-0b7f3c1d9e42")


@dataclass(frozen=True, slots=True)
class Resources:
    """Makes resources with the words and codes of one version of the knowledge."""

    knowledge: KnowledgeBase
    policy: PrivacyPolicy
    tables: Tables

    def questionnaire(self) -> Resource:
        identity = str(uuid5(_QUESTIONNAIRE_ID, self.knowledge.version))
        return questionnaire(self.knowledge, self.policy, self.tables.entry_answers, identity)

    def of_case(self, case: ExportedCase, name: Reference) -> Iterator[Resource]:
        """Give the patient first, then each entry with its observations, then the conditions."""
        patient = self._patient(case)
        subject = {"reference": name("Patient", patient["id"])}
        yield patient
        for place, entry in enumerate(case.entries, 1):
            response = self._response(case, place, entry, subject)
            yield response
            source = [{"reference": name("QuestionnaireResponse", response["id"])}]
            for code, value in in_order(self.tables.entry_answers, entry):
                if made := self._observation(case, place, code, self.tables.entry_answers[code], value):
                    yield {**made, "subject": subject, "derivedFrom": source}
        yield from self._conditions(case, subject)

    def _patient(self, case: ExportedCase) -> Resource:
        digest = case.stored.digest
        patient: Resource = {
            "resourceType": "Patient",
            "id": _id(case, ""),
            "meta": DE_IDENTIFIED,
            "gender": digest.sex if digest.sex in ("male", "female") else "unknown",
        }
        if digest.age_band:
            band = {"coding": [{"system": AGE_BAND, "code": digest.age_band}], "text": age_words(digest.age_band)}
            patient["extension"] = [{"url": AGE_BAND, "valueCodeableConcept": band}]
        return patient

    def _response(self, case: ExportedCase, place: int, entry: Entry, subject: Resource) -> Resource:
        made: Resource = {
            "resourceType": "QuestionnaireResponse",
            "id": _id(case, f"entry-{place}"),
            "meta": DE_IDENTIFIED,
            "questionnaire": f"{URL}|{self.knowledge.version}",
            "status": "completed",
            "subject": subject,
        }
        items = response_items(Wording(self.knowledge), self.tables.entry_answers, entry)
        return {**made, "item": items} if items else made

    def _observation(
        self, case: ExportedCase, place: int, code: str, column: Column, value: AnswerValue
    ) -> Resource | None:
        measurement = self.knowledge.measurement_of(code)
        number = value.value if isinstance(value, Quantity) else value
        if measurement is None or column.kind is not Kind.NUMBER or measurement.kind not in _CATEGORIES:
            return None
        if isinstance(number, bool | str | tuple):
            return None
        category, display = _CATEGORIES[measurement.kind]
        if measurement.id in _VITAL:
            category, display = "vital-signs", "Vital Signs"
        coded: Resource = {"text": measurement.label}
        if codings := measurement_codings(self.knowledge, measurement.id):
            coded["coding"] = codings
        return {
            "resourceType": "Observation",
            "id": _id(case, f"entry-{place}-{code}"),
            "meta": DE_IDENTIFIED,
            "status": "final",
            "category": [{"coding": [_term("observation-category", category, display)]}],
            "code": coded,
            # The profiles of vital signs ask when it was. The day does not leave the tablet.
            "_effectiveDateTime": {"extension": [{"url": ABSENT, "valueCode": "masked"}]},
            "valueQuantity": quantity(number, column.unit),
        }

    def _conditions(self, case: ExportedCase, subject: Resource) -> Iterator[Resource]:
        ranked = case.concluded.differential if case.concluded else ()
        if case.concluded and ranked:
            first = ranked[0]
            said = (
                f"Ranked first by the tool with knowledge {case.concluded.knowledge_version}: "
                f"probability {first.probability:.2f}, 90 % interval {first.low:.2f} to {first.high:.2f}."
            )
            yield self._condition(case, "provisional", "Provisional", first.condition, said, subject)
        if case.stored.review_state == "confirmed" and case.stored.diagnosis:
            proven = ", ".join(case.review.proven_by) if case.review else ""
            said = f"Confirmed by a coordinator's review{f', proven by {proven}' if proven else ''}."
            yield self._condition(case, "confirmed", "Confirmed", case.stored.diagnosis, said, subject)

    def _condition(
        self, case: ExportedCase, status: str, display: str, condition: str, note: str, subject: Resource
    ) -> Resource:
        words, digest = Wording(self.knowledge), case.stored.digest
        regions = [region for region in digest.region.split() if region != "unspecified"]
        coded: Resource = {"text": words.condition(condition)}
        if codings := condition_codings(self.knowledge, condition, regions):
            coded["coding"] = codings
        made: Resource = {
            "resourceType": "Condition",
            "id": _id(case, f"condition-{status}"),
            "meta": DE_IDENTIFIED,
            "verificationStatus": {"coding": [_term("condition-ver-status", status, display)]},
            "category": [{"coding": [_term("condition-category", "encounter-diagnosis", "Encounter Diagnosis")]}],
            "code": coded,
            "subject": subject,
            "note": [{"text": note}],
        }
        if regions:
            made["bodySite"] = [{"text": words.place(digest.region, digest.side)}]
        if cause := cause_codings(self.knowledge, condition):
            made["extension"] = [{"url": DUE_TO, "valueCodeableConcept": {"coding": cause}}]
        return made


def _id(case: ExportedCase, of: str) -> str:
    # The same case handed over to a second site is a case of its own there.
    return str(uuid5(UUID(case.stored.case_id), f"{case.stored.site_no}/{of}"))


def _term(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": f"{_TERMS}/{system}", "code": code, "display": display}
