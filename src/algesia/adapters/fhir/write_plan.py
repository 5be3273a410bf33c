"""A taper or a rotation as FHIR R4: a collection Bundle, a draft in all its parts.

- Patient.
- CarePlan (`draft`, `proposal`): one activity for each step, for each review gate (an appointment) and for each
  decision where the products end; notes with the working, rules, warnings and statements.
- For each drug one MedicationRequest (`draft`, `proposal`) of the ingredient with sequenced dosage instructions. A
  MedicationRequest has one medication and a dose may mix strengths, so the product cannot be the medication; the
  tablets are in the text of each instruction (`write_dosage`).
- For each supply one MedicationRequest of the product with quantity and days (28 at most), `basedOn` the one above. A
  reader that counts that one must not count the supplies, and ours does not.

A draft or a proposal is nobody's medication, and our own reader counts none of it. Once a clinician has made the
requests active orders it reads the amounts of the plan, day by day.

A blocked plan, and one that could not be made, has no CarePlan and no MedicationRequest: a DetectedIssue for each
block or for what is missing, each with what to do instead. Ids are derived from the content. A record without a
calendar has durations in place of dates, and days in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from algesia.adapters.fhir.codes import RXNORM, UCUM
from algesia.adapters.fhir.elements import Json
from algesia.adapters.fhir.write import ID, Writer
from algesia.adapters.fhir.write_dosage import (
    days,
    dosages,
    period,
    step_dosages,
    tidy,
    unit_of,
)
from algesia.adapters.fhir.write_plan_notes import DRAFT, GATES, REPLACES, rotation_notes, taper_notes
from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge, load
from algesia.plan.model import Fill, RotationPlan, Step, TaperPlan
from algesia.plan.wording import amount, listed
from algesia.report.days import sentence
from algesia.report.statements import NOTHING_ELSE, PURPOSE, Place, call_for_help

CHECKS = {"peg": "PEG", "cows": "COWS"}
UNIT_WORDS = {"mg/d": "mg a day", "ug/d": "ug a day", "ug/h": "ug/h"}


def plan_bundle(assessment: Assessment, plan: TaperPlan | RotationPlan, place: Place = "us") -> Json:
    """A plan as a FHIR R4 Bundle of type collection, as plain JSON values.

    Parameters
    ----------
    assessment
        The review that the plan was made from.
    place
        Whose emergency numbers are named when an emergency blocks the plan.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.plan.model import TaperRequest
    >>> from algesia.record.model import Record
    >>> from algesia.review import review
    >>> made = review(Record(), load())
    >>> bundle = plan_bundle(made, TaperPlan("unassessable", made.as_of, "2026.11", TaperRequest()))
    >>> [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    ['Patient', 'DetectedIssue']
    """
    writer = _PlanWriter(assessment, plan, load())
    if plan.status != "planned":
        resources = writer.refusals(place)
    elif isinstance(plan, TaperPlan):
        resources = writer.taper(plan)
    else:
        resources = writer.rotation(plan)
    patient = {"fullUrl": writer.patient_url, "resource": writer.patient()}
    entries = [{"fullUrl": f"urn:uuid:{found['id']}", "resource": found} for found in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": [patient, *entries]}


class _PlanWriter(Writer):
    """Writes the resources of one plan about one person."""

    def __init__(self, assessment: Assessment, plan: TaperPlan | RotationPlan, knowledge: Knowledge) -> None:
        super().__init__(assessment)
        self._plan = plan
        self._knowledge = knowledge
        self._relative = assessment.record.relative
        self._kind = "taper" if isinstance(plan, TaperPlan) else "rotation"
        self._seed = f"{self._seed}|{self._kind}|{plan.request!r}"
        self.patient_url = f"urn:uuid:{self._id('patient')}"
        self._subject = {"reference": self.patient_url}

    def patient(self) -> Json:
        """The person, with what the record says of them."""
        person = self._of.record.person
        named = person.id is not None and ID.fullmatch(person.id) is not None
        found: Json = {"resourceType": "Patient", "id": person.id if named else self._id("patient")}
        if person.id is not None and not named:
            found["identifier"] = [{"value": person.id}]
        if person.sex is not None:
            found["gender"] = person.sex
        if person.birth_date is not None and not self._relative:
            found["birthDate"] = person.birth_date.iso[:10]
        return found

    def refusals(self, place: Place) -> list[Json]:
        """Why there is no plan: the blocks, else what is missing."""
        plan = self._plan
        emergency = any(lock.level == "emergency" for lock in plan.blocked_by)
        help_ = "; ".join(f"{what}: {do}" for what, do in call_for_help(place))
        more = (f"{help_}.", NOTHING_ELSE) if emergency else ()
        if plan.blocked_by:
            return [self.issue(lock, n, more) for n, lock in enumerate(plan.blocked_by)]
        because = [sentence(found.because) for found in plan.unassessable]
        missing = [what for found in plan.unassessable for what in found.missing]
        said = (*because, f"Missing: {'; '.join(missing)}." if missing else "", *self._day(), PURPOSE)
        issue: Json = {
            "resourceType": "DetectedIssue",
            "id": self._id("unassessable"),
            "status": "preliminary",
            "code": {"text": f"A {self._kind} cannot be planned"},
            "patient": self._subject,
            **self._dated("identifiedDateTime"),
            "detail": " ".join(part for part in said if part),
        }
        if plan.nearest:
            issue["mitigation"] = [{"action": {"text": plan.nearest}}]
        return [issue]

    def taper(self, plan: TaperPlan) -> list[Json]:
        """CarePlan, one request for each drug, one for each supply."""
        drugs = list(dict.fromkeys(step.drug for step in plan.steps))
        requests = {drug: self._drug_request(drug, plan) for drug in drugs}
        orders = [found for found in requests.values() if found is not None]
        drug_of = {step.number: step.drug for step in plan.steps}
        supplies = [
            self._supply(fill, n, drug_of[fill.step], requests[drug_of[fill.step]])
            for n, fill in enumerate(plan.supplies)
        ]
        turns = [
            self._activity(
                f"Decide: {amount(turn.daily)} {turn.unit} of {turn.drug}",
                " ".join((turn.says, *turn.ways)),
                turn.at - 1,
            )
            for turn in plan.turns
        ]
        planned = [
            *(_refer(order) for order in orders),
            *(activity for step in plan.steps for activity in self._step(step, len(plan.steps))),
            *turns,
        ]
        start, end = min(step.start for step in plan.steps), max(step.end for step in plan.steps)
        care = self._care(f"Taper of {listed(drugs)}", planned, taper_notes(plan), (start, end))
        return [care, *orders, *supplies]

    def rotation(self, plan: RotationPlan) -> list[Json]:
        """CarePlan, and a request with the dose to start with where one was computed."""
        orders = []
        if plan.doses:
            order = self._request("order", self._ingredient(plan.to_drug), REPLACES)
            order["dosageInstruction"] = dosages(
                plan.doses, plan.to_route, plan.every_days, self._knowledge, head="Start: "
            )
            orders.append(order)
        gates = [
            self._activity(f"Before the change: {gate.says}", gate.on_record or "Not on record.")
            for gate in plan.gates
            if gate.state in ("open", "refused")
        ]
        planned = [*(_refer(order) for order in orders), *gates]
        title = f"Rotation to {plan.to_drug} ({plan.to_route})"
        return [self._care(title, planned, rotation_notes(plan)), *orders]

    def _care(
        self, title: str, planned: list[Json], notes: Sequence[str], span: tuple[int, int] | None = None
    ) -> Json:
        care: Json = {
            "resourceType": "CarePlan",
            "id": self._id("care-plan"),
            "status": "draft",
            "intent": "proposal",
            "title": title,
            "description": DRAFT,
            "subject": self._subject,
            **self._dated("created"),
        }
        if span is not None and not self._relative:
            care["period"] = period(*span)
        if planned:
            care["activity"] = planned
        care["note"] = self._notes(*notes, PURPOSE)
        return care

    def _step(self, step: Step, of: int) -> Iterable[Json]:
        """A step and its review gates."""
        daily = f"{amount(step.daily)} {UNIT_WORDS[step.unit]} of {step.drug}"
        says = sentence(f"{amount(step.before)} to {daily}. {step.says}".strip())
        more: Json = {"productCodeableConcept": self._ingredient(step.drug)}
        if step.unit != "ug/h":
            unit = step.unit.partition("/")[0]
            more["dailyAmount"] = {"value": tidy(step.daily), "unit": unit, "system": UCUM, "code": unit}
        yield self._activity(f"Step {step.number} of {of}: {daily}", says, step.start, step.end, more)
        checks = listed([CHECKS.get(what, what) for what in step.check])
        says = f"Check {checks}. The next step begins only after the last review of this one."
        for day in step.reviews:
            yield self._activity("Review", says, day, more={"kind": "Appointment"})

    def _activity(
        self, code: str, says: str, start: int | None = None, end: int | None = None, more: Json | None = None
    ) -> Json:
        """Something to be done, on a day or in a span of days."""
        detail: Json = {
            "code": {"text": code},
            "status": "not-started",
            "doNotPerform": False,
            "description": says,
        }
        if start is not None:
            last = start if end is None else end - 1
            if self._relative:
                words = [self._calendar.long(day) for day in dict.fromkeys((start, last))]
                detail["scheduledString"] = " to ".join(words)
            else:
                detail["scheduledPeriod"] = period(start, last + 1)
        return {"detail": {**detail, **(more or {})}}

    def _request(self, what: str, medication: Json, *notes: str) -> Json:
        return {
            "resourceType": "MedicationRequest",
            "id": self._id(what),
            "status": "draft",
            "intent": "proposal",
            "medicationCodeableConcept": medication,
            "subject": self._subject,
            **self._dated("authoredOn"),
            "groupIdentifier": {"value": self._id("group")},
            "note": self._notes(DRAFT, *notes),
        }

    def _drug_request(self, drug: str, plan: TaperPlan) -> Json | None:
        """All steps of one drug as one sequenced request; ``None`` when nothing of it is taken at any step."""
        own = [step for step in plan.steps if step.drug == drug]
        instructions = step_dosages(own, self._relative, self._knowledge)
        if not instructions:
            return None
        request = self._request(f"order|{drug}", self._ingredient(drug), GATES, REPLACES)
        request["dosageInstruction"] = instructions
        return request

    def _supply(self, fill: Fill, n: int, drug: str, order: Json | None) -> Json:
        """What to prescribe for some days of one step."""
        strength = f"{amount(fill.strength)} {fill.unit}"
        medication: Json = {"text": f"{drug} {strength}, {fill.product}"}
        if fill.rxcui:
            known = self._knowledge.formulations.get(fill.rxcui)
            shown: Json = {} if known is None else {"display": known.name}
            medication = {"coding": [{"system": RXNORM, "code": fill.rxcui, **shown}], **medication}
        when = f"{self._calendar.long(fill.start)} to {self._calendar.long(fill.end - 1)}"
        request = self._request(
            f"supply|{n}",
            medication,
            f"The supply of step {fill.step}, {when}. Taken as the order it is based on says.",
        )
        if order is not None:
            request["basedOn"] = [{"reference": f"urn:uuid:{order['id']}"}]
        unit = unit_of(fill.line, fill.unit, self._knowledge)
        request["dispenseRequest"] = {
            **({} if self._relative else {"validityPeriod": period(fill.start, fill.end)}),
            "numberOfRepeatsAllowed": 0,
            "quantity": {"value": tidy(fill.count), "unit": unit, "system": UCUM, "code": unit},
            "expectedSupplyDuration": days(fill.end - fill.start),
        }
        return request

    def _ingredient(self, drug: str) -> Json:
        known = self._knowledge.ingredients.get(drug)
        if known is None or known.rxcui is None:
            return {"text": drug}
        return {"coding": [{"system": RXNORM, "code": known.rxcui, "display": drug}], "text": drug}


def _refer(order: Json) -> Json:
    return {"reference": {"reference": f"urn:uuid:{order['id']}"}}
