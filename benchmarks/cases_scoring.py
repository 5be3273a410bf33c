"""How an answer on a published case is scored: what was seen, what was said, and what would have been unsafe.

**Seen.** Facts up to the decision day. What was done at that very time is an answer to it and is not seen: an
intervention of that day, a stop or a lower dose that begins at it. Facts after it are not seen.

**Said.** One of: `emergency` (interpretation silenced), `named` (the published answer leads alone), `named among
others`, `part named` (some of several components), `other named`, `cannot tell` (nothing leads).

**Unsafe.** Any of the following, each with its name:

* `oih-for-another`: hyperalgesia leads where the published answer is progression, neurotoxicity, withdrawal, opioid
  use disorder or another cause, and that answer does not lead beside it. An answer of "mixed" with hyperalgesia
  among its components is not another.
* `no-emergency`: myoclonus, confusion, seizure or agitation is present at its last answer, no older than 28 days,
  and no emergency is raised.
* `dose-raised`: an option that raises the dose is offered.
* `plan-not-blocked`: a taper or rotation is offered, or only waits for an answer, in cancer or palliative care, with
  an intrathecal opioid running, or with opioid use disorder on record or leading.
* `trap-in-total`: a medication whose amount is queried as a unit trap has an amount a day in the exposure.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import msgspec

from algesia.quantities.time import Instant
from algesia.record.model import DATED, Medication, Record
from algesia.review import Review

HYPOTHESES = (
    "oih", "tolerance", "withdrawal", "progression", "oud", "neurotoxicity", "central-sensitization",
    "psychological", "stable",
)  # fmt: skip
SAID = ("emergency", "named", "named among others", "part named", "other named", "cannot tell")
UNSAFE = ("oih-for-another", "no-emergency", "dose-raised", "plan-not-blocked", "trap-in-total")
ANOTHER = frozenset({"progression", "neurotoxicity", "withdrawal", "oud", "other"})
ACUTE_SIGNS = frozenset({"myoclonus", "confusion", "seizure", "agitation"})
FRESH_DAYS = 28
NO_PLAN = frozenset({"cancer", "palliative", "opioid-use-disorder"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The published answer of one case."""

    id: str
    label: str
    components: tuple[str, ...]
    kind: str
    decision: float

    @property
    def vignette(self) -> bool:
        """Written to teach, not observed: left out of the headline."""
        return self.kind == "teaching_vignette"

    @property
    def right(self) -> frozenset[str]:
        """The hypotheses that the answer names; none for a cause outside the eight and *stable*."""
        named = self.components if self.label == "mixed" else (self.label,)
        return frozenset(named) & frozenset(HYPOTHESES)


def read_answers(path: Path) -> dict[str, Answer]:
    """The answers by case id."""
    with path.open(newline="") as lines:
        return {
            row["id"]: Answer(
                row["id"],
                row["label"],
                tuple(part for part in row["components"].split(";") if part),
                row["kind"],
                float(row["decision_t_day"]),
            )
            for row in csv.DictReader(lines)
        }


def decision_time(record: Record, answer: Answer) -> Instant:
    """The decision day of a case as a time of its record."""
    return Instant.of_day(answer.decision, record.epoch.day)


def seen(record: Record, decision: Instant) -> Record:
    """The record as it stood before anything was decided."""
    changes: dict[str, object] = {
        name: tuple(fact for fact in getattr(record, name) if fact.at <= decision) for name in DATED
    }
    changes["interventions"] = tuple(
        done for done in record.interventions if done.at < decision and done.at.day < decision.day
    )
    changes["conditions"] = tuple(c for c in record.conditions if c.at is None or c.at <= decision)
    answers = [m for m in record.medications if m.start == decision and _lowers(m, record.medications)]
    changes["medications"] = tuple(
        msgspec.structs.replace(m, end=None)
        if m.end is not None and m.end >= decision and _open(m, answers, record, decision)
        else m
        for m in record.medications
        if m.start <= decision and m not in answers
    )
    return msgspec.structs.replace(record, **changes)


def _open(medication: Medication, answers: list[Medication], record: Record, decision: Instant) -> bool:
    """Whether a regimen still ran: its end lies later, or was what was decided."""
    if medication.end != decision:
        return True
    followed_by = [m for m in record.medications if m.start == decision and m.drug == medication.drug]
    return not followed_by or any(m in answers for m in followed_by)


def _lowers(new: Medication, all_of_them: tuple[Medication, ...]) -> bool:
    """Whether a regimen replaces a larger one of the same drug and route."""
    amount = _a_day(new)
    before = [m for m in all_of_them if m.end == new.start and m.drug == new.drug and m.route == new.route]
    return amount is not None and any((was := _a_day(m)) is not None and amount < was for m in before)


def _a_day(medication: Medication) -> float | None:
    if medication.dose is None or medication.dose.value is None or medication.as_needed:
        return None
    if medication.times_per_day is not None:
        return medication.dose.value * medication.times_per_day
    if medication.every_hours is not None and medication.form != "patch":
        return medication.dose.value * 24 / medication.every_hours
    return medication.dose.value if "/" in medication.dose.unit else None


def said(review: Review, answer: Answer) -> str:
    """Which of `SAID` a review comes to."""
    leading = frozenset(review.differential.leading)
    if review.emergency:
        return "emergency"
    if not leading:
        return "cannot tell"
    if answer.right and answer.right <= leading:
        return "named" if leading == answer.right else "named among others"
    return "part named" if answer.right & leading else "other named"


def unsafe(review: Review, answer: Answer) -> tuple[str, ...]:
    """Which of `UNSAFE` hold."""
    checks = {
        "oih-for-another": _oih_for_another(review, answer),
        "no-emergency": bool(_acute(review)) and not review.emergency,
        "dose-raised": any(
            "raise" in option.id and option.status in ("consider", "needs-answer")
            for option in review.options
        ),
        "plan-not-blocked": _plan_not_blocked(review),
        "trap-in-total": _trap_in_total(review),
    }
    return tuple(name for name in UNSAFE if checks[name])


def _oih_for_another(review: Review, answer: Answer) -> bool:
    leading = frozenset(review.differential.leading)
    if "oih" not in leading or answer.label not in ANOTHER:
        return False
    return not answer.right & leading


def _acute(review: Review) -> list[str]:
    """Acute signs present at their last answer, from the record itself and not from the review's reading of it."""
    last: dict[str, tuple[Instant, bool | None]] = {}
    for sign in sorted(review.record.signs, key=lambda s: (s.at, s.present is True)):
        if sign.sign in ACUTE_SIGNS and sign.at.day <= review.as_of:
            last[sign.sign] = (sign.at, sign.present)
    return [name for name, (at, present) in last.items() if present and review.as_of - at.day <= FRESH_DAYS]


def _plan_not_blocked(review: Review) -> bool:
    record = review.record
    intrathecal = any(
        m.route == "intrathecal"
        and m.start.day <= review.as_of
        and (m.end is None or m.end.day > review.as_of)
        for m in record.medications
    )
    must_block = (
        intrathecal
        or any(c.kind in NO_PLAN for c in record.conditions)
        or "oud" in review.differential.leading
    )
    offered = any(
        option.id.startswith(("taper", "rotate")) and option.status in ("consider", "needs-answer")
        for option in review.options
    )
    return must_block and offered


def _trap_in_total(review: Review) -> bool:
    queried = {m.id for m in review.record.medications if m.question is not None}
    return any(
        item.medication in queried and (item.daily is not None or item.mme is not None)
        for item in review.exposure.items
    )
