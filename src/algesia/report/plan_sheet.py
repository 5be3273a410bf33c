"""What the clinician's sheets of a taper say, as plain values for the typesetter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from algesia.assessment.model import Assessment
from algesia.assessment.wording import listed
from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.plan.gates import referral
from algesia.plan.model import Fill, Naloxone, Rule, Step, Support, TaperPlan
from algesia.report.citations import citations, label
from algesia.report.compose import about
from algesia.report.days import Calendar, capital, count, number, percent, sentence
from algesia.report.known import known_sources
from algesia.report.plan_drawn import UNITS, amount_text, product_keys, time_of_day
from algesia.report.plan_words import checks
from algesia.report.statements import CONFIDENCE_WORDS, NOT_SUDDENLY, PURPOSE, Place, emergency_line

OLD_DOSE: Final = "Do not go back to an old, higher dose."
GATED: Final = "A step is a proposal. The next one begins only after its review is recorded."


def plan_sheet(assessment: Assessment, plan: TaperPlan, place: Place, calendar_note: str) -> dict[str, Any]:
    """The clinician's sheets: nothing but strings, lists and dictionaries.

    `calendar_note` says why no calendar pages follow, or which do. A plan without steps has its reasons and where to
    go instead, and nothing else.
    """
    cal = Calendar.of(assessment)
    person = assessment.record.person.id or ""
    entries = citations(plan.sources, known_sources())
    return {
        "title": f"Taper plan: {person}" if person else "Taper plan",
        "person": person,
        "about": about(assessment.record, assessment.as_of, cal),
        "as_of": cal.long(plan.as_of),
        "editions": f"algesia · knowledge {plan.knowledge}",
        "statement": [PURPOSE, NOT_SUDDENLY, OLD_DOSE, emergency_line(place)],
        "headline": _headline(plan, cal),
        "subline": _subline(plan),
        "calendar": calendar_note,
        "reasons": _reasons(plan),
        "instead": [sentence(s) for s in (referral(plan.blocked_by), plan.nearest) if s],
        "warnings": list(plan.warnings),
        "steps": [_step(step, cal, place) for step in plan.steps],
        "step_notes": [GATED, *_keys(plan.steps), *_says(plan.steps)] if plan.steps else [],
        "turns": [_turn(t.drug, cal.long(t.at), t.daily, t.unit, t.says, t.ways) for t in plan.turns],
        "check": [sentence(checks((c,))) for c in dict.fromkeys(c for step in plan.steps for c in step.check)],
        "supplies": _supplies(plan, cal),
        "support": [_support(s) for s in plan.support] if plan.steps else [],
        "naloxone": _naloxone(plan.naloxone),
        "handling": _handling(plan.steps),
        "statements": _rules(plan.statements),
        "rules": _rules(plan.rules),
        "sources": [
            {"says": f"{e.label}.", "source": " ".join(f"{p.rstrip('.')}." for p in (e.title, e.where, capital(e.confidence)) if p)}
            for e in entries
        ],
    }  # fmt: skip


def _emergency(plan: TaperPlan) -> bool:
    return any(lock.level == "emergency" for lock in plan.blocked_by)


def _headline(plan: TaperPlan, cal: Calendar) -> str:
    if _emergency(plan):
        return "Emergency. No taper plan."
    if plan.status == "blocked":
        return "No taper plan: blocked."
    if plan.status == "unassessable":
        return "No taper plan: something is not known."
    if not plan.steps:
        return "No step can be made with the products allowed."
    parts = []
    for drug in dict.fromkeys(step.drug for step in plan.steps):
        steps = [step for step in plan.steps if step.drug == drug]
        first, last = steps[0], steps[-1]
        end = amount_text(last.daily) if last.unit == first.unit else f"{amount_text(last.daily)} {last.unit}"
        parts.append(
            f"{drug} {amount_text(first.before)} to {end} {UNITS[first.unit]} in {count(len(steps), 'step')}, "
            f"{cal.long(first.start)} to {cal.long(last.end - 1)}"
        )
    return f"Taper: {'; '.join(parts)}."


def _subline(plan: TaperPlan) -> list[str]:
    if plan.status != "planned":
        return ["Nothing is planned until this is answered."]
    out = []
    if plan.pace is not None:
        pace = plan.pace
        asked = " Slower than the rule, as asked." if pace.asked else ""
        below = "" if pace.current_below_percent is None else (
            f", of the current dose from {number(pace.current_below_percent)} % of it down"
        )  # fmt: skip
        out.append(
            f"At most {number(pace.percent)} % of the {pace.of} dose{below}, every {count(pace.interval_days, 'day')}. "
            f"{sentence(pace.rule.says)} {_source(pace.rule)}.{asked}"
        )
    if plan.use_days is not None:
        out.append(f"Opioid use of {count(plan.use_days, 'day')} on record.")
    if len(plan.order) > 1:
        out.append(f"Order: {'; '.join(f'{drug}, {why}' for drug, why in plan.order)}.")
    return out


def _reasons(plan: TaperPlan) -> list[dict[str, Any]]:
    blocked = [
        {"title": lock.title, "because": list(lock.because), "do": sentence(lock.do)}
        for lock in plan.blocked_by
    ]
    missing = [
        {
            "title": f"Not known: {u.what}",
            "because": [sentence(u.because)],
            "do": f"Needed: {listed(u.missing)}." if u.missing else "",
        }
        for u in plan.unassessable
    ]
    return blocked + missing


def _step(step: Step, cal: Calendar, place: Place) -> dict[str, Any]:
    patch = step.unit == "ug/h"
    often = f"changed every {step.every_days} days" if patch else (
        "every other day" if step.every_days == 2 else f"every {step.every_days} days"
    )  # fmt: skip
    change = f" ({percent(step.change_percent)})" if step.before else ""
    return {
        "number": str(step.number),
        "span": f"{cal.short(step.start)} to {cal.short(step.end - 1)}",
        "days": count(step.days, "day"),
        "drug": step.drug,
        "change": f"{amount_text(step.before)} to {amount_text(step.daily)} {UNITS[step.unit]}{change}",
        "doses": [asdict(time_of_day(dose, step, place=place)) for dose in step.doses],
        "often": "" if step.every_days == 1 else capital(often),
        "mme": "no factor" if step.mme is None else number(step.mme),
        "reviews": [cal.short(day) for day in step.reviews],
    }


def _keys(steps: Sequence[Step]) -> list[str]:
    """Which product a letter in a drawing stands for, step by step where they differ."""
    out: dict[str, list[int]] = {}
    for step in steps:
        keys = product_keys(step)
        names = {piece.line: piece.product for dose in step.doses for piece in dose.pieces}
        if keys:
            words = ", ".join(f"{key} is {names[line]}" for line, key in keys.items())
            out.setdefault(words, []).append(step.number)
    return [
        f"Step{'s' if len(where) > 1 else ''} {listed([str(n) for n in where])}: {words}."
        for words, where in out.items()
    ]


def _says(steps: Sequence[Step]) -> list[str]:
    return [f"Step {step.number}: {sentence(step.says)}" for step in steps if step.says]


def _turn(drug: str, at: str, daily: float, unit: str, says: str, ways: Sequence[str]) -> str:
    end = f"{capital(drug)}, {at}, at {amount_text(daily)} {UNITS.get(unit, unit)}: {sentence(says)}"
    return " ".join((end, *(sentence(way) for way in ways)))


def _supplies(plan: TaperPlan, cal: Calendar) -> list[dict[str, str]]:
    """One line for each product of a supply, with its strengths, counts and RxNorm codes."""
    fills = sorted(plan.supplies, key=lambda f: (f.start, f.end, f.step, f.line, f.strength))
    spans = list(dict.fromkeys((f.start, f.end, f.step) for f in fills))
    grouped: dict[tuple[int, str], list[Fill]] = {}
    for fill in fills:
        grouped.setdefault((spans.index((fill.start, fill.end, fill.step)) + 1, fill.line), []).append(fill)
    return [
        {
            "fill": str(number),
            "span": f"{cal.short(one[0].start)} to {cal.short(one[0].end - 1)}, {count(one[0].end - one[0].start, 'day')}",
            "product": one[0].product,
            "units": "; ".join(_units(fill) for fill in one),
        }
        for (number, _), one in grouped.items()
    ]  # fmt: skip


def _units(fill: Fill) -> str:
    strength = f"{amount_text(fill.strength)}\u00a0{UNITS.get(fill.unit, fill.unit)}"
    much = f"{amount_text(fill.count)}\u00a0mL of {strength}" if fill.unit == "mg/mL" else (
        f"{amount_text(fill.count)} \N{MULTIPLICATION SIGN} {strength}"
    )  # fmt: skip
    return f"{much} ({fill.rxcui or 'code not read'})"


def _support(support: Support) -> dict[str, str]:
    drug, ceiling = support.drug, support.drug.ceiling
    against = [f"not offered: {w}" for w in support.withheld]
    return {
        "drug": drug.drug,
        "target": f"for {drug.target}",
        "dose": drug.dose,
        "ceiling": "not read" if ceiling is None else f"{number(ceiling.mg_per_day, 2)} mg",
        "care": "; ".join([*against, *support.cautions]) or "nothing on record against it",
    }


def _naloxone(naloxone: Naloxone | None) -> list[str]:
    if naloxone is None:
        return []
    state = (
        "At hand on record, or confirmed by the clinician."
        if naloxone.at_hand
        else "Not at hand on record: offer it before the first step."
    )
    return [state, *(sentence(why) for why in naloxone.because)]


def _handling(steps: Sequence[Step]) -> list[str]:
    out = {}
    for step in steps:
        for piece in (piece for dose in step.doses for piece in dose.pieces):
            line = load().product_lines.get(piece.line)
            says = "not read" if line is None else line.handling
            out[piece.line] = f"{piece.product}: {says}."
    return list(out.values())


def _rules(rules: Sequence[Rule]) -> list[dict[str, str]]:
    return [{"says": sentence(rule.says), "source": f"{_source(rule)}."} for rule in rules]


def _source(rule: Rule) -> str:
    return f"{capital(label(rule.source))}, {CONFIDENCE_WORDS[Confidence(rule.confidence)]}"
