"""The four ways to a new opioid: by ratio and reduction, by a label's table, by methadone's bands, by an induction.

Each takes a plan that has passed its gates and gives it back with the working as separate lines, or unassessable with
what is missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from algesia.assessment.facts import Facts
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_rotation import DrugLimit
from algesia.plan.inductions import conflicts, cows_gates, inductions
from algesia.plan.model import RotationPlan
from algesia.plan.rotation_labels import beside, fentanyl_table, methadone, patch
from algesia.plan.rotation_ratios import MORPHINE, Drug, convert, span
from algesia.plan.rotation_rules import rules_for, sources_of
from algesia.plan.rotation_start import (
    HOURS_A_DAY,
    IMMEDIATE,
    Start,
    Wanted,
    default_reduction,
    methadone_start,
    refused,
    smallest,
    start,
    words,
)
from algesia.plan.rotation_taken import Taken
from algesia.plan.rotation_tolerance import tolerant
from algesia.plan.wording import amount, share
from algesia.quantities.refusal import Unassessable

OVER_MORPHINE: Final = {
    ("fentanyl", "transdermal"): "fentanyl-patch-from-oral-morphine",
    ("buprenorphine", "transdermal"): "buprenorphine-patch-label",
    ("buprenorphine", "buccal"): "buprenorphine-buccal-label",
}
"""The label's table that is entered with oral morphine, by target."""
TAPER: Final = "a taper of the present opioid, or another target that a table leads to"
SUBLINGUAL: Final = "buprenorphine, sublingual: published starts are shown, none is computed"
NO_BOTH: Final = (
    "The last dose of the old opioid comes before the first dose of the new one; from then on the old one is no longer"
    " taken."
)
NO_BOTH_PATCH: Final = "The old {}opioid is not taken again once the patch is on."


def by_ratio(plan: RotationPlan, facts: Facts, knowledge: Knowledge, now: Taken) -> RotationPlan:
    """By equianalgesic ratios: the range of all sources, the reduction, the lower end, whole products."""
    new = (plan.to_drug, plan.to_route)
    floor = default_reduction(knowledge)
    plan = replace(plan, method="ratio")
    no = refused(plan.request.reduction, floor)
    if no is not None:
        return unassessable(replace(plan, nearest=no[1]), knowledge, (no[0],))
    found = convert(now.low, now.drug, new, tuple(knowledge.equianalgesic.values()))
    if isinstance(found, Unassessable):
        return unassessable(replace(plan, nearest=TAPER), knowledge, (found,))
    percent = floor if plan.request.reduction is None else plan.request.reduction
    keep = (100.0 - percent) / 100.0
    after = (found.low * keep, found.high * keep)
    plan = replace(
        plan,
        ratios=found.ratios,
        before_reduction=(found.low, found.high),
        reduction_percent=percent,
        after_reduction=after,
        working=(
            *plan.working,
            *(f"Ratios: {says}" for says in found.says),
            f"Before reduction: {span(found.low, found.high)} mg/d of {new[0]}, {new[1]}",
            f"Reduction for incomplete cross-tolerance: {share(percent)}",
            f"After reduction: {span(*after)} mg/d",
            f"Lower end: at most {span(after[0], after[0])} mg/d to start",
        ),
    )
    wanted = Wanted(now.regimen.release, tolerant(plan))
    found_start = start(knowledge, new, after[0], wanted, facts.age)
    return _started(plan, knowledge, found_start, smallest(knowledge, new, wanted, "mg/d"))


def by_label(plan: RotationPlan, facts: Facts, knowledge: Knowledge, now: Taken) -> RotationPlan:
    """By a label's table; it holds the reduction already, so a further one is taken only when asked for."""
    new = (plan.to_drug, plan.to_route)
    plan = replace(plan, method="label-table", unit="ug/d" if new[1] == "buccal" else "ug/h")
    no = refused(plan.request.reduction, 0.0)
    if no is not None:
        return unassessable(replace(plan, nearest=no[1]), knowledge, (no[0],))
    direct = fentanyl_table(knowledge, now.drug) if new[0] == "fentanyl" else None
    if direct is not None:
        table, entered = direct, (now.low, now.low)
    else:
        table = knowledge.rotation.tables[OVER_MORPHINE[new]]
        found = convert(now.low, now.drug, MORPHINE, tuple(knowledge.equianalgesic.values()))
        if isinstance(found, Unassessable):
            return unassessable(replace(plan, nearest=TAPER), knowledge, (found,))
        entered = (found.low, found.high)
        plan = replace(
            plan, ratios=found.ratios, working=(*plan.working, *(f"Ratios: {says}" for says in found.says))
        )
    if table.from_drug == MORPHINE[0] and table.from_route == MORPHINE[1]:
        plan = replace(plan, rules=beside(knowledge, new, entered[0]))
    read = patch(table, entered)
    if isinstance(read, Unassessable):
        nearest = SUBLINGUAL if new[0] == "buprenorphine" else TAPER
        return unassessable(replace(plan, nearest=nearest), knowledge, (read,))
    percent = plan.request.reduction
    after = tuple(value * (100.0 - (percent or 0.0)) / 100.0 for value in (read.low, read.high))
    taken_off = (
        "Reduction: none further; the label's table holds it already"
        if percent is None
        else f"Further reduction as asked: {share(percent)}; the label's table holds one already"
    )
    line = next(
        p for p in knowledge.product_lines.values() if (p.ingredient, p.route) == new and p.scope == "pain"
    )
    plan = replace(
        plan,
        before_reduction=(read.low, read.high),
        reduction_percent=percent,
        after_reduction=(after[0], after[1]),
        every_days=max(1, round(line.hours_low / HOURS_A_DAY)),
        working=(
            *plan.working,
            *(f"Label: {says}" for says in read.says),
            *_taper_first(knowledge, new, entered[1]),
            taken_off,
            f"Lower end: {span(after[0], after[0])} {plan.unit}",
        ),
    )
    found_start = start(knowledge, new, after[0], IMMEDIATE, facts.age, read.times)
    return _started(plan, knowledge, found_start, smallest(knowledge, new, IMMEDIATE, plan.unit))


def _taper_first(knowledge: Knowledge, new: Drug, morphine: float) -> tuple[str, ...]:
    """That the old opioid is tapered before the start, where the label asks for it at this dose."""
    return tuple(
        f"Before the start: taper the old opioid to at most {amount(row.value)} {row.unit} of oral morphine equivalent"
        for row in knowledge.rotation.limits
        if row.kind == "taper-first-to" and (row.drug, row.route) == new and morphine > row.value
    )


def by_methadone_label(plan: RotationPlan, knowledge: Knowledge, now: Taken) -> RotationPlan:
    """By the label's bands and nothing else: lower end, start cap, equal doses rounded down; no titration."""
    plan = replace(plan, method="methadone-label")
    if plan.request.reduction is not None:
        because = "a reduction is not stacked on the label's percentages, which hold it already"
        missing = Unassessable("rotation", because, ("a request without a reduction",))
        return unassessable(replace(plan, nearest="the same without a reduction"), knowledge, (missing,))
    found = convert(now.low, now.drug, MORPHINE, tuple(knowledge.equianalgesic.values()))
    if isinstance(found, Unassessable):
        return unassessable(replace(plan, nearest=TAPER), knowledge, (found,))
    read = methadone(knowledge, (found.low, found.high))
    plan = replace(
        plan,
        ratios=found.ratios,
        before_reduction=(read.low, read.high),
        after_reduction=(read.low, read.high),
        rules=beside(knowledge, ("methadone", "oral"), found.low),
        working=(
            *plan.working,
            *(f"Ratios: {says}" for says in found.says),
            *(f"Label: {says}" for says in read.says),
            "Reduction: none further; the label's percentages hold it already",
            f"Lower end: {span(read.low, read.low)} mg/d, in {read.times} doses of {span(read.low / read.times, read.low / read.times)} mg before rounding",
        ),
        warnings=(*plan.warnings, "Methadone: specialist only; no titration plan is made."),
    )
    found_start = methadone_start(knowledge, read.low, read.times)
    return _started(plan, knowledge, found_start, "no methadone product makes so small a dose")


def by_induction(plan: RotationPlan, facts: Facts, knowledge: Knowledge) -> RotationPlan:
    """Sublingual buprenorphine: published starts day by day, every COWS threshold, nothing computed."""
    plan = replace(
        plan,
        method="induction",
        inductions=inductions(knowledge),
        gates=(*plan.gates, *cows_gates(facts, knowledge)),
        rules=conflicts(knowledge),
        working=(
            *plan.working,
            "No dose is computed: the starts below are shown as published, to choose from",
        ),
    )
    return _finished(plan, knowledge, ())


def _started(plan: RotationPlan, knowledge: Knowledge, found: Start | None, least: str) -> RotationPlan:
    """The plan with its start in whole products, or unassessable where none is small enough."""
    after = plan.after_reduction
    if found is None:
        low = 0.0 if after is None else after[0]
        because = f"no product of {plan.to_drug}, {plan.to_route}, makes {span(low, low)} {plan.unit} or less: {least}"
        missing = Unassessable("rotation", because, ("a smaller product",))
        return unassessable(replace(plan, nearest=least), knowledge, (missing,))
    lines = list(plan.working)
    if found.limit is not None:
        lines.append(f"Ceiling: {amount(found.limit.value)} {found.limit.unit} ({found.limit.source})")
    if found.limit is not None and found.limit.kind == "max-per-day":
        return _at_maximum(replace(plan, working=tuple(lines)), knowledge, found.limit)
    if found.line is None:
        lines.append("Rounding: no product by this route is in the tables")
        warnings = (
            *plan.warnings,
            f"No product of {plan.to_drug}, {plan.to_route}, is in the tables: the dose is not rounded.",
        )
    else:
        often = f", changed every {plan.every_days} days" if plan.every_days > 1 else ""
        lines.append(
            f"Rounded down: {words(found.doses)} = {amount(found.daily)} {plan.unit}{often} ({found.line.product})"
        )
        warnings = (
            *plan.warnings,
            f"{found.line.product[0].upper()}{found.line.product[1:]}: {found.line.handling}.",
        )
    plan = replace(
        plan,
        start_daily=(found.daily, found.daily),
        doses=found.doses,
        working=tuple(lines),
        warnings=warnings,
    )
    return _finished(plan, knowledge, (_old_ends(plan),))


def _at_maximum(plan: RotationPlan, knowledge: Knowledge, limit: DrugLimit) -> RotationPlan:
    """No start: a label's maximum leaves nothing to titrate, and less than this dose is no rotation of it."""
    low = 0.0 if plan.after_reduction is None else plan.after_reduction[0]
    when = f" ({limit.when})" if limit.when else ""
    because = (
        f"{plan.to_drug}, {plan.to_route}, cannot stand in for this dose: {span(low, low)} {plan.unit} to start reaches"
        f" the label's maximum of {amount(limit.value)} {limit.unit}{when}"
    )
    missing = Unassessable("rotation", because, ("a target without this maximum, or a lower dose",))
    return unassessable(replace(plan, nearest=TAPER), knowledge, (missing,))


def _old_ends(plan: RotationPlan) -> str:
    """When the old opioid is taken for the last time."""
    if plan.method != "label-table" or plan.to_route != "transdermal":
        return NO_BOTH
    extended = any(regimen.release == "extended" for regimen in plan.regimens)
    return NO_BOTH_PATCH.format("extended-release " if extended else "")


def _finished(plan: RotationPlan, knowledge: Knowledge, old: tuple[str, ...]) -> RotationPlan:
    """The plan with its closing lines, its rules and its sources. `old`: when the old opioid ends, nothing for a
    schedule that says so itself."""
    contact = next((rule.says for rule in plan.monitoring if rule.id == "contact"), "")
    return _sourced(
        replace(
            plan,
            working=(
                *plan.working,
                *old,
                f"Between doses: {plan.breakthrough}",
                f"Watch: {contact}",
                "Naloxone: at hand before the first dose",
            ),
        ),
        knowledge,
    )


def unassessable(plan: RotationPlan, knowledge: Knowledge, missing: tuple[Unassessable, ...]) -> RotationPlan:
    """The plan without a start or a dose, saying what is missing; what was worked out until then stays."""
    plan = replace(
        plan, status="unassessable", unassessable=missing, start_daily=None, doses=(), breakthrough=""
    )
    return _sourced(plan, knowledge)


def _sourced(plan: RotationPlan, knowledge: Knowledge) -> RotationPlan:
    rules = (*plan.rules, *rules_for(knowledge, (plan.to_drug, plan.to_route), plan.method or ""))
    rules = tuple({rule.id: rule for rule in rules}.values())
    tables = {"label-table", "methadone-label"} & {plan.method}
    of_tables = (
        table.source
        for table in knowledge.rotation.tables.values()
        if tables
        and table.policy == "label"
        and (table.to_drug, table.to_route) == (plan.to_drug, plan.to_route)
    )
    return replace(
        plan,
        rules=rules,
        sources=sources_of((*rules, *plan.monitoring), plan.ratios, plan.gates, plan.inductions, of_tables),
    )
