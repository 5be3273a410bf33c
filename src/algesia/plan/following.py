"""The living plan: a taper and a later review of the same person, and how the plan stands.

In this order, the first that holds:

* **urgent**: an emergency, a same-day interlock or a block of `plan.gates`; or, since the plan was made, an overdose,
  suicidal thoughts, relapse, pregnancy, acute illness, surgery or a hospital stay. The plan ends there.
* **step back**: pain up and function down, both for more than a month, on the dose that the plan holds. Back to the
  step before: never above the dose before the step that runs, nor above what was taken then.
* **pause**: withdrawal at the COWS total of the table (13), or reported later than day 14 of the step; pain up or
  function down for more than a month; a review gate gone by without a review on record; another dose on record than
  the step's. A lower one pauses too: the next step could be a rise. Another opioid added or raised since the plan,
  or a benzodiazepine that runs since then.
* **on track**: none of these. Withdrawal below that total in days 1 to 14, and worse pain in the first 28 days after a
  step, are expected and named so.

Unassessable: none of this, and nothing at all on record since the step began. What is missing is always named.
Thresholds are those of `knowledge.taper_limits.pauses` and `assessment.dose_response`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment, Interlock
from algesia.assessment.wording import day_text, listed, lower_first
from algesia.knowledge.instruments import band
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_tapers import PauseRule
from algesia.plan.follow_beside import beside, dangers
from algesia.plan.follow_course import (
    Compared,
    anything_since,
    cows_totals,
    function_since,
    not_on_record,
    pain_since,
    worse_since,
)
from algesia.plan.follow_dose import above_the_start, differs, on_record, planned, running, step_back
from algesia.plan.gates import gate
from algesia.plan.model import FollowUp, Step, TaperPlan
from algesia.plan.wording import amount

WITHDRAWAL_DAYS: Final = 14
"""Days of a step in which withdrawal is expected (wisp2016: median 14 days)."""
VISIT_DAYS: Final = 7
"""A review counts for a gate from this many days before it on (our own choice)."""
UNIT_WORDS: Final = {"mg/d": "mg a day", "ug/d": "ug a day", "ug/h": "ug/h"}
NOT_A_STOP: Final = "No further step. That does not mean that the opioid is stopped"
ASSESS: Final = "assess the person the same day, breathing and waking first, naloxone at hand; the clinician decides the dose and plans again."
UNTIL_REVIEW: Final = "Hold the dose of this step: the next step begins only after a review."
AS_TAKEN: Final = "Hold the dose that is taken now: no step begins before a review."


@dataclass(frozen=True, slots=True)
class _Said:
    """One reason. `act` is empty where it changes nothing; `expected` where it belongs to a step.

    `beside`: a drug beside the plan; it pauses, lets no dose be raised, and is said first, as `first` is.
    """

    act: Literal["step-back", "pause", "other-dose", "beside", "first", "", "expected"]
    says: str
    do: str = ""
    sources: tuple[str, ...] = ()
    missing: str = ""


def follow(plan: TaperPlan, assessment: Assessment, knowledge: Knowledge) -> FollowUp:
    """How a taper stands on the day of a later review of the same person.

    Parameters
    ----------
    plan
        The taper as it was released.
    assessment
        The later review; facts after its `as_of` are not seen.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.model import Record
    >>> from algesia.review import review
    >>> from algesia.plan.model import TaperRequest
    >>> empty = TaperPlan("unassessable", 738000, "2026.11", TaperRequest())
    >>> follow(empty, review(Record(), load()), load()).status
    'unassessable'
    """
    stop = gate(assessment, knowledge)
    facts = stop.facts
    step = running(plan.steps, facts.as_of)
    if facts.as_of < plan.as_of:
        why = "The day of asking lies before the plan was made."
        later = ("a record of a day after the plan was made",)
        return FollowUp(
            "unassessable", facts.as_of, None, None, None, (why,), (), later, "Ask as of a later day."
        )
    since = (*dangers(facts, plan.as_of), *(above_the_start(plan, facts) if step is not None else ()))
    if stop.blocked or since:
        return _urgent(facts, step, stop.blocked, since)
    if plan.status != "planned" or not plan.steps:
        why = f"The plan is {plan.status if plan.status != 'planned' else 'without a step'}: there is nothing to follow."
        return FollowUp(
            "unassessable", facts.as_of, None, None, None, (why,), (), ("a plan with steps",), "Plan again."
        )
    said = [
        _Said("beside" if one.pause else "first", one.says, one.do, ("algesia",))
        for one in beside(plan, facts, assessment)
    ]
    said += _doses(plan, facts)
    if step is not None:
        said += [*_withdrawal(facts, step), *_course(facts, plan, step), *_review(facts, plan)]
    missing = tuple(one.missing for one in said if one.missing)
    if step is not None:
        missing += not_on_record(facts, step.start)
    return _weighed(plan, facts, step, said, missing)


def _weighed(
    plan: TaperPlan, facts: Facts, step: Step | None, said: list[_Said], missing: tuple[str, ...]
) -> FollowUp:
    """The gravest of what was said, with every reason."""
    expected = tuple(one.says for one in said if one.act == "expected")
    first = tuple(one.says for one in said if one.act in ("beside", "first"))
    rest = tuple(one.says for one in said if one.act not in ("beside", "first", "expected"))
    because = (*first, *_where(plan, facts, step), *rest)
    acts = {one.act for one in said}
    sources = {source for one in said for source in one.sources}
    back = None
    status: Literal["on-track", "pause", "step-back", "unassessable"] = "on-track"
    do = [_on_track(plan, facts, step, bool(expected))]
    if "step-back" in acts and acts.isdisjoint(("other-dose", "beside")) and step is not None:
        status, back, words, more = _back(facts, plan, step)
        sources |= more
        do = [words]
    elif acts & {"step-back", "pause", "other-dose", "beside"}:
        status, do = "pause", [UNTIL_REVIEW if "other-dose" not in acts else AS_TAKEN]
    elif step is not None and not anything_since(facts, step.start):
        status, do = "unassessable", [UNTIL_REVIEW]
        because = (*because, f"Nothing is on record since the step began, {_on(facts, step.start)}.")
    do += [one.do for one in said]
    words = " ".join(dict.fromkeys(part for part in do if part))
    day = None if step is None else facts.as_of - step.start + 1
    return FollowUp(
        status, facts.as_of, step, day, back, because, expected, missing, words, (), tuple(sorted(sources))
    )


def _urgent(
    facts: Facts, step: Step | None, blocked: tuple[Interlock, ...], since: tuple[str, ...]
) -> FollowUp:
    rule = _pause(facts.knowledge, "danger")
    because = tuple(
        f"{lock.title}: {'; '.join(lock.because)}." if lock.because else f"{lock.title}." for lock in blocked
    )
    because += tuple(f"Since the plan was made: {lower_first(words)}" for words in since)
    locks = " ".join(dict.fromkeys(lock.do for lock in blocked))
    do = f"{rule.says} {NOT_A_STOP}: {locks}" if locks else f"Stop the plan. {NOT_A_STOP}: {ASSESS}"
    sources = tuple(sorted({rule.source, *(source for lock in blocked for source in lock.sources)}))
    day = None if step is None else facts.as_of - step.start + 1
    return FollowUp("urgent", facts.as_of, step, day, None, because, (), (), do, blocked, sources)


def _where(plan: TaperPlan, facts: Facts, step: Step | None) -> tuple[str, ...]:
    if step is None:
        first = min(plan.steps, key=lambda s: s.start)
        return (f"The plan has not begun: its first step starts on {_on(facts, first.start)}.",)
    if facts.as_of >= step.end:
        return (f"The last step ended with {_on(facts, step.end - 1)}.",)
    day = f"day {facts.as_of - step.start + 1} of {step.days}"
    return (f"Step {step.number}, {day}: {_dose(step)}, until {_on(facts, step.end - 1)}.",)


def _on_track(plan: TaperPlan, facts: Facts, step: Step | None, support: bool) -> str:
    if step is None:
        return "Keep the dose as it is until the first step."
    gates = [day for s in plan.steps for day in s.reviews if day >= facts.as_of]
    until = f" until the review on {_on(facts, min(gates))}" if gates else ""
    help_ = " Offer support for what is expected." if support else ""
    return f"Keep the dose of this step{until}; the next step begins only after a review.{help_}"


def _withdrawal(facts: Facts, step: Step) -> list[_Said]:
    """The latest COWS from a week before the step on, and withdrawal signs reported since it began."""
    rule = _pause(facts.knowledge, "withdrawal")
    found = []
    totals = cows_totals(facts, step.start - VISIT_DAYS)
    if totals:
        day, total, least = totals[-1]
        cows = facts.knowledge.instruments["cows"]
        words = f"COWS {least}{amount(total)} ({band(cows, total)}), {_on(facts, day)}"
        number_ = day - step.start + 1
        if rule.cows_from is not None and total >= rule.cows_from:
            found.append(_Said("pause", f"{words}: {rule.cows_from} or more.", rule.says, (rule.source,)))
        elif total > cows.bands[0].high and 1 <= number_ <= WITHDRAWAL_DAYS:
            says = f"{words}: below {rule.cows_from}, in days 1 to {WITHDRAWAL_DAYS} of a step."
            found.append(_Said("expected", says, "", (rule.source, "wisp2016")))
        else:
            found.append(_Said("", f"{words}.", "", (rule.source,)))
    answers: dict[int, bool] = {}
    for sign in facts.record.signs:
        if (
            sign.sign == "withdrawal-signs"
            and sign.present is not None
            and step.start <= sign.at.day <= facts.as_of
        ):
            answers[sign.at.day] = answers.get(sign.at.day, False) or sign.present
    if answers and answers[max(answers)]:
        words = f"Withdrawal signs, {_on(facts, max(answers))}"
        if max(answers) - step.start + 1 > WITHDRAWAL_DAYS:
            says = f"{words}: later than day {WITHDRAWAL_DAYS} of the step."
            found.append(_Said("pause", says, rule.says, (rule.source, "wisp2016")))
        else:
            says = f"{words}: in days 1 to {WITHDRAWAL_DAYS} of a step."
            found.append(_Said("expected", says, "", ("wisp2016",)))
    return found


def _course(facts: Facts, plan: TaperPlan, step: Step) -> list[_Said]:
    """Pain and function since the step and since earlier steps."""
    flare, month = _pause(facts.knowledge, "early-flare"), _pause(facts.knowledge, "worse-beyond-a-month")
    since = facts.as_of - step.start
    lasting = worse_since(facts, plan.steps, step, month.days_from or 0)
    found = []
    if len(lasting) == 2:
        words = listed([_lower(one) for one in lasting])
        says = f"Pain is up and function is down for more than a month: {words}."
        found.append(_Said("step-back", says, "", (month.source,)))
    elif lasting:
        says = f"{'Pain is up' if lasting[0].what == 'Pain' else 'Function is down'} for more than a month: {_lower(lasting[0])}."
        found.append(_Said("pause", says, month.says, (month.source,)))
    named = {one.what for one in lasting}
    for one in (pain_since(facts, plan.steps, step), function_since(facts, plan.steps, step)):
        if one is None or one.what in named:
            continue
        if one.worse and flare.days_below is not None and since < flare.days_below:
            says = f"{one.words}: worse, less than {flare.days_below} days after a step."
            found.append(_Said("expected", says, "", (flare.source,)))
        else:
            later = f" Worse; judged from day {month.days_from} after the step on." if one.worse else ""
            found.append(_Said("", f"{one.words}.{later}"))
    return found


def _review(facts: Facts, plan: TaperPlan) -> list[_Said]:
    """The last gate gone by without a PEG, another function score or a COWS from a week before it on."""
    limit = facts.knowledge.taper_limits.limit("review-gate")
    passed = [day for s in plan.steps for day in s.reviews if day < facts.as_of]
    if not passed:
        return []
    visits = [f.at.day for f in facts.record.function]
    visits += [s.at.day for s in facts.record.scales if s.instrument.lower() == "cows"]
    if any(max(passed) - VISIT_DAYS <= day <= facts.as_of for day in visits):
        return []
    says = f"The review of {_on(facts, max(passed))} is not on record."
    return [_Said("pause", says, limit.says, (limit.source,))]


def _doses(plan: TaperPlan, facts: Facts) -> list[_Said]:
    """Each drug of the plan: what the plan holds on the day of asking, against what is on record."""
    found = []
    for drug in dict.fromkeys(s.drug for s in plan.steps):
        holds = planned(plan, drug, facts.as_of)
        taken = on_record(facts, drug)
        says, unknown = f"the plan holds {amount(holds)} mg a day of {drug}.", ""
        if taken == "unknown":
            says, do = f"How much {drug} is taken is not known; {says}", f"Ask how much {drug} is taken."
            unknown = f"how much {drug} is taken"
        elif taken == "none":
            if holds == 0:
                continue
            says, do = f"No {drug} runs on record; {says}", f"Ask whether {drug} is still taken."
            unknown = f"whether {drug} is taken"
        else:
            way = differs(plan, drug, holds, taken)
            if way is None:
                continue
            words = amount(taken.low) if taken.fixed else f"{amount(taken.low)} to {amount(taken.high)}"
            says = f"{words} mg a day of {drug} is on record; {says}"
            do = f"More {drug} than planned: ask what is taken, and why."
            if way == "less":
                do = f"Less {drug} than planned: ask what is taken, and plan again from that dose; never back up to the plan."
        found.append(_Said("other-dose", says, do, ("algesia",), unknown))
    return found


def _back(
    facts: Facts, plan: TaperPlan, step: Step
) -> tuple[Literal["step-back", "pause"], Step | None, str, set[str]]:
    """Where to go back to, with what must have been read first. Without a place to go back to it is a pause."""
    to = step_back(plan, facts, step)
    if to is None:
        why = "No dose of the plan lies between this step and what was taken before it."
        return "pause", None, f"{UNTIL_REVIEW} {why}", set()
    said = {row.id: row for row in facts.knowledge.taper_limits.statements}
    warned = [said[name] for name in ("cdc-pause", "pocket-return", "va-tolerance", "cdc-unable")]
    back = to if to is not step else None
    where = (
        f"step {back.number}: {_dose(back)}"
        if back is not None
        else f"the dose before the plan, {_before(step)}"
    )
    do = " ".join((f"Go back to {where}; never above it.", *(row.says for row in warned)))
    return "step-back", back, do, {row.source for row in warned}


def _pause(knowledge: Knowledge, id_: str) -> PauseRule:
    return next(rule for rule in knowledge.taper_limits.pauses if rule.id == id_)


def _on(facts: Facts, day: int) -> str:
    return day_text(facts.record, day)


def _dose(step: Step) -> str:
    return f"{amount(step.daily)} {UNIT_WORDS[step.unit]} of {step.drug}"


def _before(step: Step) -> str:
    return f"{amount(step.before)} {UNIT_WORDS[step.unit]} of {step.drug}"


def _lower(compared: Compared) -> str:
    words = compared.words
    return words if compared.what == "PEG" else lower_first(words)
