"""Small questions put to a record: conditions, latest values, drug classes that run. Nothing after `as_of`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from algesia.assessment.diary import Diary, function_scores, pain_diary
from algesia.exposure.model import Exposure
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.record.model import Condition, Dose, Lab, Medication, Record, Scale

RENAL_FAILURE_WORDS = ("dialysis", "haemodialysis", "hemodialysis", "end-stage", "end stage", "esrd")


@dataclass(frozen=True, slots=True)
class Facts:
    """A record as seen on one day, with the exposure, the diary and the knowledge needed to read it."""

    record: Record
    exposure: Exposure
    knowledge: Knowledge
    as_of: int
    diary: Diary
    function: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, record: Record, exposure: Exposure, knowledge: Knowledge, as_of: int) -> Facts:
        """The facts known on a day."""
        diary, function = pain_diary(record, as_of), function_scores(record, as_of)
        return cls(record, exposure, knowledge, as_of, diary, function)

    def conditions(self, *kinds: str) -> tuple[Condition, ...]:
        """Conditions of these kinds known by `as_of` and not ended, in a stable order."""
        found = [
            c
            for c in self.record.conditions
            if c.kind in kinds
            and (c.at is None or c.at.day <= self.as_of)
            and (c.end is None or c.end.day > self.as_of)
        ]
        return tuple(sorted(found, key=lambda c: (c.kind or "", c.at.day if c.at else 0, c.text or "")))

    def lab(self, name: str) -> Lab | None:
        """The latest value of a laboratory test."""
        found = [x for x in self.record.labs if x.lab.lower() == name and x.at.day <= self.as_of]
        return max(found, key=lambda x: (x.at, x.value), default=None)

    def labs(self, name: str) -> tuple[Lab, ...]:
        """All values of a laboratory test in order of time."""
        found = [x for x in self.record.labs if x.lab.lower() == name and x.at.day <= self.as_of]
        return tuple(sorted(found, key=lambda x: (x.at, x.value)))

    def scale(self, name: str) -> Scale | None:
        """The latest entry of an instrument."""
        found = [x for x in self.record.scales if x.instrument.lower() == name and x.at.day <= self.as_of]
        return max(found, key=lambda x: (x.at, x.score or 0), default=None)

    @property
    def running(self) -> tuple[Medication, ...]:
        """Medications that run on the day of asking, opioid or not."""
        found = [
            m
            for m in self.record.medications
            if m.start.day <= self.as_of and (m.end is None or m.end.day > self.as_of)
        ]
        return tuple(sorted(found, key=lambda m: (m.drug, m.start.day, m.id or "")))

    def running_classes(self) -> dict[str, tuple[str, ...]]:
        """Interacting drug classes that run today, each with the drugs' names."""
        classes: dict[str, set[str]] = {}
        for medication in self.running:
            found = identify(self.knowledge, medication.drug, _rxnorm(medication))
            for name in found.classes:
                classes.setdefault(name, set()).add(medication.drug)
        return {name: tuple(sorted(drugs)) for name, drugs in sorted(classes.items())}

    def running_opioids(self) -> frozenset[str]:
        """Opioids that run today, by ingredient."""
        return frozenset(
            item.drug
            for item in self.exposure.items
            if item.covers(self.as_of) and item.status in ("converted", "unconverted", "apart")
        )

    @property
    def age(self) -> float | None:
        """Age in years on the day of asking."""
        person = self.record.person
        if person.birth_date is not None and not self.record.relative:
            return (self.as_of - person.birth_date.day) / 365.2425
        return person.age_years

    def unstated_agonist(self) -> bool:
        """Whether sublingual buprenorphine or once-daily methadone runs without a word of what it is for."""
        if self.conditions("opioid-use-disorder", "opioid-agonist-treatment"):
            return False
        for medication in self.running:
            drugs = identify(self.knowledge, medication.drug, _rxnorm(medication)).opioids
            if drugs == ("buprenorphine",) and medication.route == "sublingual":
                return True
            once = medication.every_hours == 24 or medication.times_per_day == 1
            if drugs == ("methadone",) and once and not medication.as_needed:
                return True
        return False

    def displacer(self, given: Medication | Dose) -> str | None:
        """The name of an opioid antagonist or of buprenorphine, if that is what was given."""
        found = identify(self.knowledge, given.drug, _rxnorm(given))
        if found.opioids == ("buprenorphine",):
            return "buprenorphine"
        return given.drug if "opioid-antagonist" in found.classes and not found.opioids else None

    def ran_before(self, drug: str, day: int) -> bool:
        """Whether an opioid ran on the day before."""
        return any(item.drug == drug and item.covers(day - 1) for item in self.exposure.items)

    def falling_egfr(self, share: float, within: int) -> str | None:
        """Words for an eGFR that fell by at least `share` within `within` days before its latest value."""
        values = self.labs("egfr")
        if not values:
            return None
        last = values[-1]
        before = [lab for lab in values if 0 < last.at.day - lab.at.day <= within]
        highest = max(before, key=lambda lab: lab.value, default=None)
        if highest is None or last.value > (1 - share) * highest.value:
            return None
        return f"eGFR fell from {highest.value:g} to {last.value:g}"

    def renal_failure(self) -> str | None:
        """Words for an eGFR below 30 or dialysis on record, or ``None``."""
        egfr = self.lab("egfr")
        if egfr is not None and egfr.value < 30:
            return f"eGFR {egfr.value:g}"
        for condition in self.conditions("renal-disease"):
            text = (condition.text or "").lower()
            if any(word in text for word in RENAL_FAILURE_WORDS):
                return condition.text
        return None


def _rxnorm(medication: Medication | Dose) -> Sequence[str]:
    code = medication.code
    return (code.code,) if code is not None and "rxnorm" in code.system.lower() else ()
