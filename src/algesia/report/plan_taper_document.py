"""From a taper to its document: what is said, in which order, in which words."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from algesia.plan.gates import referral
from algesia.plan.model import Fill, Pace, Step, Support, TaperPlan, Turn
from algesia.plan.wording import amount
from algesia.record.model import Record
from algesia.report.days import MONTHS, Calendar, capital, count, number, sentence, signed
from algesia.report.layout import Cell, Column, Points, Row, Table
from algesia.report.plan_answer import change_percent
from algesia.report.plan_layout import (
    ALL_DOSES,
    PlanDocument,
    PlanSection,
    StepRow,
    StepTable,
    asks,
    assembled,
    blocks,
    cannot,
    drawn,
    naloxone_points,
    rule_points,
    rule_table,
    taken_now,
)
from algesia.report.plan_words import (
    both,
    checks,
    daily_words,
    drug_words,
    how_often,
    noun,
    spans,
    supply_words,
    time_words,
)
from algesia.report.statements import CONFIDENCE_WORDS, Place

SUPPLY_DAYS: Final = 28
MOST_COLUMNS: Final = 4
"""More times of day than this share one column."""


def taper_document(plan: TaperPlan, record: Record, place: Place = "us") -> PlanDocument:
    """Lay out a taper. A blocked one holds the reason and where to go instead, an emergency nothing else."""
    cal = Calendar(record.relative, record.epoch.day, plan.as_of)
    emergency = tuple(lock for lock in plan.blocked_by if lock.level == "emergency")
    return assembled(
        "Taper",
        record,
        cal,
        plan.knowledge,
        place,
        headline=_headline(plan, cal),
        sublines=_sublines(plan, cal),
        locks=blocks(plan.blocked_by) if plan.blocked_by else asks(plan.naloxone, plan.warnings),
        sections=_sections(plan, cal),
        sources=plan.sources,
        emergency=emergency,
    )


def _sections(plan: TaperPlan, cal: Calendar) -> list[PlanSection | None]:
    return [
        *cannot(plan.unassessable, plan.nearest),
        *_tables(plan, cal),
        _turns(plan.turns, cal) if plan.steps else None,
        _supplies(plan, cal),
        _support(plan.support) if plan.steps else None,
        naloxone_points(plan.naloxone) if plan.steps else None,
        rule_points("statements", "Before release", "harms, lost tolerance, when to stop", plan.statements),
        _order(plan),
        taken_now(plan.regimens),
        rule_table(plan.rules, "the slowest that applies wins"),
    ]


def _headline(plan: TaperPlan, cal: Calendar) -> str:
    if plan.status == "blocked":
        return f"No taper is made: {both([lock.title[:1].lower() + lock.title[1:] for lock in plan.blocked_by])}."
    if not plan.steps:
        return "No taper can be made from this record and this request."
    groups = _groups(plan.steps)
    ways = [_way(steps, len(groups) > 1, cal) for steps in groups]
    return " ".join([f"From {ways[0]}.", *(f"Then from {way}." for way in ways[1:])])


def _way(steps: list[Step], several: bool, cal: Calendar) -> str:
    """ "90 to 55 mg a day of oxycodone by June 2027, in 5 mg steps, at least four weeks each"."""
    first, last = steps[0], steps[-1]
    name = drug_words(first.drug, first.route, first.release if several else "")
    sizes = [before.before - before.daily for before in steps]
    size_unit = first.unit.removesuffix("/d")
    days = [step.days for step in steps]
    if last.daily == 0:
        span = f"{daily_words(first.before, first.unit)} of {name} to none"
    else:
        span = f"{amount(first.before)} to {daily_words(last.daily, last.unit)} of {name}"
    size = spans(sizes)
    if len(steps) == 1:
        how = f"in one step of {size} {size_unit}, held at least"
    else:
        how = (
            f"in {size} {size_unit} steps, at least"
            if " to " not in size
            else f"in steps of {size} {size_unit}, at least"
        )
    least = time_words(min(days))
    return f"{span} by {_month(last.start, cal)}, {how} {least}{' each' if len(steps) > 1 else ''}"


def _month(day: int, cal: Calendar) -> str:
    if cal.relative:
        return cal.long(day)
    _, month, year = cal.long(day).split()
    return month if month in MONTHS and cal.long(cal.as_of).endswith(year) else f"{month} {year}"


def _sublines(plan: TaperPlan, cal: Calendar) -> tuple[Cell, ...]:
    as_of = Cell(f"As of {cal.long(plan.as_of)}.")
    if plan.status == "blocked":
        return (as_of, Cell(sentence(f"instead: {referral(plan.blocked_by)}"), strong=True))
    if plan.pace is None or not plan.steps:
        return (as_of,)
    used = (
        ()
        if plan.use_days is None
        else (
            Cell(f"Opioids for {number(plan.use_days)} {'day' if plan.use_days == 1 else 'days'} on record."),
        )
    )
    return (
        Cell(_pace(plan.pace)),
        Cell(sentence(plan.pace.rule.says), (plan.pace.rule.source,)),
        Cell("It can go slower, pause or step back. It cannot go faster here."),
        *used,
        as_of,
    )


def _pace(pace: Pace) -> str:
    why = "Slower than the rule, as asked" if pace.asked else "The slowest rule that applies wins"
    below = ""
    if pace.of == "original" and pace.current_below_percent is not None:
        below = f" (of the current dose from {amount(pace.current_below_percent)} % of the original down)"
    return f"{why}: at most {amount(pace.percent)} % of the {pace.of} dose{below}, at least {time_words(pace.interval_days)} apart."


def _groups(steps: tuple[Step, ...]) -> list[list[Step]]:
    """Steps of one drug and route in a row; a drug that comes twice has two ways down."""
    found: list[list[Step]] = []
    for _, same in groupby(steps, key=lambda s: (s.drug, s.route, s.unit)):
        for step in same:
            last = found[-1][-1] if found else None
            goes_on = last is not None and (last.drug, last.route, last.unit) == (
                step.drug,
                step.route,
                step.unit,
            )
            if last is not None and goes_on and abs(last.daily - step.before) <= 1e-6 * step.before:
                found[-1].append(step)
            else:
                found.append([step])
    return found


def _tables(plan: TaperPlan, cal: Calendar) -> list[StepTable]:
    groups = _groups(plan.steps)
    return [_table(steps, f"steps-{i}", len(groups) > 1, cal) for i, steps in enumerate(groups, 1)]


def _table(steps: list[Step], id: str, several: bool, cal: Calendar) -> StepTable:
    products = {p.line: p for step in steps for d in step.doses for p in d.pieces}
    mixed = len([p for p in products.values() if not p.liquid and p.unit != "ug/h"]) > 1
    same = len({step.check for step in steps}) == 1
    times = sorted({(d.time, d.name) for step in steps for d in step.doses})
    apart = len(times) <= MOST_COLUMNS and len({name for _, name in times}) == len(times)
    columns = tuple(capital(name) for _, name in times) if apart else (ALL_DOSES,)
    rows = []
    for step in steps:
        doses = {(d.time, d.name): drawn(d, mixed) for d in step.doses}
        cells = tuple((doses[t],) if t in doses else () for t in times) if apart else (tuple(doses.values()),)
        rows.append(
            StepRow(
                cal.short(step.start), cells, daily_words(step.daily, step.unit).removesuffix(" a day"),
                f"{signed(change_percent(step.before, step.daily))} %",
                "no factor" if step.mme is None else amount(step.mme), _gate(step, cal, not same),
                how_often(step), sentence(step.says),
            )
        )  # fmt: skip
    named = [
        f"{p.product}, {noun(line)}s, swallowed whole" if _whole(p.release, line) else p.product
        for line, p in products.items()
    ]
    lead = capital("; ".join(named)) + "." if named else ""
    if same and steps[0].check:
        lead = f"{lead} Each review checks {checks(steps[0].check)}.".strip()
    first = steps[0]
    title = capital(drug_words(first.drug, first.route, first.release)) if several else "Steps"
    note = "a proposal; each begins only after the review before it"
    return StepTable(id, title, note, lead, columns, tuple(rows))


def _whole(release: str, line: str) -> bool:
    return release == "extended" and noun(line) in ("tablet", "capsule")


def _gate(step: Step, cal: Calendar, checked: bool) -> str:
    days = [cal.short(day) for day in step.reviews]
    when = f"review by {days[0]}" if len(days) == 1 else f"reviews by {both(days)}"
    return f"{when}: {checks(step.check)}" if checked and step.check else when


def _turns(turns: tuple[Turn, ...], cal: Calendar) -> Points | None:
    if not turns:
        return None
    items: list[Cell] = []
    for turn in turns:
        where = f"{capital(turn.drug)}, {daily_words(turn.daily, turn.unit)}, from {cal.short(turn.at)}"
        items.append(Cell(f"{where}: {sentence(turn.says)}", strong=True))
        items += [Cell(sentence(way)) for way in turn.ways]
    return Points("turns", "Where it ends", "and what would make the next step", tuple(items))


def _supplies(plan: TaperPlan, cal: Calendar) -> Table | None:
    if not plan.supplies:
        return None
    until = plan.supplies[0].start + SUPPLY_DAYS
    near = [fill for fill in plan.supplies if fill.start < until]
    rows = []
    for (start, end), same in groupby(near, key=lambda f: (f.start, f.end)):
        fills: list[Fill] = list(same)
        rows.append(
            Row(Cell(f"{cal.short(start)} to {cal.short(end - 1)}", strong=True),
                (Cell("; ".join(supply_words(f) for f in fills)), Cell(both([f.product for f in fills]))))
        )  # fmt: skip
    columns = (Column("Days"), Column("To prescribe"), Column("Product"))
    later = len(plan.supplies) - len(near)
    foot = (
        (Cell(f"{count(later, 'later supply', 'later supplies')}: in the JSON and the CSV."),)
        if later
        else ()
    )
    return Table(
        "supplies", "Supplies", "the next 28 days; never for longer at once", columns, tuple(rows), foot=foot
    )


def _support(support: tuple[Support, ...]) -> Table | None:
    if not support:
        return None
    rows = tuple(_offered(s) for s in support if not s.withheld)
    columns = (Column("Drug"), Column("Dose"), Column("At most a day"), Column("Watch"))
    foot = [
        Cell(f"Not offered: {s.drug.drug}. {' '.join(sentence(w) for w in s.withheld)}", s.drug.sources)
        for s in support
        if s.withheld
    ]
    return Table(
        "support",
        "Withdrawal support",
        "for symptoms, with the lowest ceiling printed",
        columns,
        rows,
        foot=tuple(foot),
    )


def _offered(support: Support) -> Row:
    drug = support.drug
    mark = "" if drug.confidence.may_drive_a_dose else f" ({CONFIDENCE_WORDS[drug.confidence]})"
    ceiling = drug.ceiling
    most = Cell("no maximum was read", quiet=True)
    if ceiling is not None:
        when = f", {ceiling.when}" if ceiling.when else ""
        most = Cell(f"{amount(ceiling.mg_per_day)} mg{when}", (ceiling.source,))
    watch = [*support.cautions, *drug.warn]
    if drug.hold:
        watch.append(f"hold: {drug.hold}")
    if drug.max_days is not None:
        watch.append(f"at most {count(drug.max_days, 'day')}")
    head = Cell(f"{drug.drug}, {drug.target}", strong=True)
    return Row(
        head,
        (
            Cell(f"{drug.dose}{mark}", drug.sources),
            most,
            Cell(" ".join(sentence(w) for w in dict.fromkeys(watch))),
        ),
    )


def _order(plan: TaperPlan) -> Table | None:
    if len(plan.order) < 2:
        return None
    rows = tuple(
        Row(Cell(f"{i}. {capital(drug)}", strong=True), (Cell(sentence(why)),))
        for i, (drug, why) in enumerate(plan.order, 1)
    )
    return Table("order", "Which first", "one at a time", (Column("Opioid"), Column("Because")), rows)
