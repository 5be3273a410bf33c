"""What the tables of plans must satisfy. The tests demand an empty answer, and break the tables on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_options import Adjunct, RenalDose, WithdrawalDrug
from algesia.knowledge.plan_products import ProductLine
from algesia.knowledge.plan_rotation import BandTable, DrugLimit, EquianalgesicRatio
from algesia.knowledge.plan_tapers import TaperDefault, TaperLimits, TaperRule
from algesia.knowledge.proof import duplicates, rows_of, without_confidence
from algesia.quantities.units import DOSE_UNITS, dimension

CAP_PERCENT: Final = 25.0
"""No step above this part of the current dose (FDA class label): the one number that code and table both hold."""

_FILES: Final = {
    "plan/taper_rules.json": ("id",),
    "plan/products.csv": ("id",),
    "plan/strengths.csv": ("line", "value"),
    "plan/equianalgesic.csv": ("id",),
    "plan/adjuncts.json": ("id",),
    "plan/alternatives.json": ("id",),
    "plan/withdrawal.json": ("drug",),
}
_WORST_LAST: Final = list(Confidence)


def prove_plans(knowledge: Knowledge) -> list[str]:
    """Everything that is wrong with the tables of plans, in words; empty when nothing is.

    >>> from algesia.knowledge.loader import load
    >>> prove_plans(load())
    []
    """
    drugs = set(knowledge.ingredients)
    limits, rotation = knowledge.taper_limits, knowledge.rotation
    return [
        *(f for path, keys in _FILES.items() for f in file_faults(path, keys, rows_of(path))),
        *(f for name, rows in parts_of(knowledge).items() for f in part_faults(name, rows)),
        *sourced(knowledge),
        *(f for rule in knowledge.taper_rules.values() for f in taper_rule(rule)),
        *(f for default in limits.defaults for f in taper_default(default, knowledge.taper_rules)),
        *hard_limits(limits),
        *(f for line in knowledge.product_lines.values() for f in product_line(line, drugs)),
        *codes(knowledge),
        *(f for ratio in knowledge.equianalgesic.values() for f in equianalgesic(ratio, drugs)),
        *(f for table in rotation.tables.values() for f in band_table(table, drugs)),
        *(f for limit in rotation.limits for f in drug_limit(limit, drugs)),
        *rotation_rest(knowledge),
        *(f for row in knowledge.adjuncts.values() for f in adjunct(row, knowledge)),
        *(f for row in knowledge.withdrawal_support.values() for f in withdrawal(row, knowledge)),
        *alternatives(knowledge),
    ]


def file_faults(path: str, keys: tuple[str, ...], rows: list[dict[str, object]]) -> Iterator[str]:
    """Keys that occur twice in a file, rows without a known confidence, rows without a place in the source."""
    yield from duplicates(path, [tuple(str(row[key]) for key in keys) for row in rows])
    yield from without_confidence(path, rows)
    yield from (
        f"{path} row {at}: no place in the source" for at, row in enumerate(rows, 1) if not row["row"]
    )


def parts_of(knowledge: Knowledge) -> dict[str, tuple[Any, ...]]:
    """The tables inside the taper limits and the rotation, by name."""
    limits, rotation = knowledge.taper_limits, knowledge.rotation
    return {
        "limits": limits.limits,
        "defaults": limits.defaults,
        "pauses": limits.pauses,
        "reviews": limits.reviews,
        "statements": limits.statements,
        "conflicts": limits.conflicts,
        "principles": rotation.principles,
        "reductions": rotation.reductions,
        "tables": tuple(rotation.tables.values()),
        "gates": rotation.gates,
        "drug-limits": rotation.limits,
        "inductions": rotation.inductions,
        "schedules": rotation.schedules,
        "renal": rotation.renal,
        "intrathecal": rotation.intrathecal,
    }


def part_faults(name: str, rows: Iterable[Any]) -> Iterator[str]:
    """Ids that occur twice in a table, and rows without a place in the source."""
    rows = list(rows)
    yield from duplicates(name, [(getattr(row, "id", None) or row.drug,) for row in rows])
    yield from (f"{name}: a row has no place in the source" for row in rows if not row.row)


def sourced(knowledge: Knowledge) -> Iterator[str]:
    """Sources that rows name and no table holds, and rows that name none."""
    whole: list[Any] = [
        *knowledge.taper_rules.values(), *knowledge.product_lines.values(), *knowledge.equianalgesic.values(),
        *knowledge.adjuncts.values(), *knowledge.alternatives.values(), *knowledge.withdrawal_support.values(),
        *(row for rows in parts_of(knowledge).values() for row in rows),
        *(s for line in knowledge.product_lines.values() for s in line.strengths),
        *(r for row in knowledge.adjuncts.values() for r in row.renal or ()),
        *(c for row in knowledge.withdrawal_support.values() for c in (*row.ceilings, *row.renal)),
        *(e for row in knowledge.alternatives.values() for e in row.effects or ()),
    ]  # fmt: skip
    for row in whole:
        named = row.sources if hasattr(row, "sources") else (row.source,)
        if not named:
            yield f"{row.row}: names no source"
        yield from (
            f"source {source!r} is not in the table of sources"
            for source in named
            if source not in knowledge.sources
        )


def taper_rule(rule: TaperRule) -> Iterator[str]:
    """Percents outside 0 to 100, intervals that are not positive, a pace that is from memory or past the cap."""
    yield from _percents(rule.id, rule.percent_low, rule.percent_high, rule.current_below_percent)
    yield from _days(rule.id, rule.interval_low_days, rule.interval_high_days)
    yield from _days(rule.id, rule.use_from_days, rule.use_below_days)
    if rule.role in ("pace", "ceiling") and not rule.confidence.may_drive_a_dose:
        yield f"{rule.id}: a rate that was not read cannot be a {rule.role}"
    if rule.role in ("pace", "ceiling", "specialist") and rule.percent_high > CAP_PERCENT:
        yield f"{rule.id}: {rule.percent_high:g} % is past the step cap"
    if rule.role == "pace" and rule.subject != "opioid":
        yield f"{rule.id}: a pace for {rule.subject}"
    if not rule.of_stated and rule.of == "original" and rule.role == "pace":
        yield f"{rule.id}: where the dose is not said, the percent is of the current dose"


def taper_default(default: TaperDefault, rules: Mapping[str, TaperRule]) -> Iterator[str]:
    """A default outside what may be asked for, or faster than its own source."""
    yield from _percents(default.id, default.percent, default.allow_low, default.allow_high)
    yield from _days(default.id, default.interval_low_days, default.interval_high_days)
    if not default.allow_low <= default.percent <= default.allow_high <= CAP_PERCENT:
        yield f"{default.id}: the default lies outside what may be asked for"
    paces = [r for r in rules.values() if r.source == default.source and r.role == "pace"]
    paces = [r for r in paces if r.use_from_days == default.use_from_days]
    if not paces:
        yield f"{default.id}: {default.source} has no pace for this duration of use"
    for rule in paces[:1]:
        if default.percent > rule.percent_high or default.interval_low_days < rule.interval_low_days:
            yield f"{default.id}: faster than {rule.id}"


def hard_limits(limits: TaperLimits) -> Iterator[str]:
    """The step cap, the shortest interval, the review gate and the ban on daily schedules must all be there."""
    steps = [row for row in limits.limits if row.kind == "step"]
    if [(row.value, row.unit, row.use_from_days) for row in steps] != [(CAP_PERCENT, "%", None)]:
        yield f"the step cap of {CAP_PERCENT:g} % of the current dose is missing or changed"
    kinds = {row.kind for row in limits.limits}
    for kind in ("interval", "review", "supply", "over-planned", "never"):
        if kind not in kinds:
            yield f"no limit of the kind {kind}"
    for row in limits.limits:
        if row.kind != "never" and (row.value is None or row.value <= 0 or row.unit is None):
            yield f"{row.id}: a limit needs a positive value with its unit"
        if row.kind == "review" and (row.value or 0) > 31:
            yield f"{row.id}: reviews at least monthly"
        if not row.confidence.may_drive_a_dose:
            yield f"{row.id}: a limit that was not read"


def product_line(line: ProductLine, drugs: set[str]) -> Iterator[str]:
    """Strengths that are not positive or sorted, unknown units, extended release that may be split."""
    if line.ingredient not in drugs:
        yield f"{line.id}: {line.ingredient} is no ingredient"
    if line.unit not in DOSE_UNITS:
        yield f"{line.id}: {line.unit} is no unit"
    if (line.unit == "ug/h") != (line.route == "transdermal"):
        yield f"{line.id}: ug/h belongs to patches and only to them"
    if not 0 < line.hours_low <= line.hours_high:
        yield f"{line.id}: the dosing interval is {line.hours_low:g} to {line.hours_high:g} h"
    values = [strength.value for strength in line.strengths]
    if any(not value > 0 for value in values):
        yield f"{line.id}: a strength is not positive"
    if values != sorted(set(values)):
        yield f"{line.id}: strengths are not sorted"
    if line.release == "extended" and (line.split == "yes" or line.crush == "yes"):
        yield f"{line.id}: extended release is never split or crushed"
    if line.route == "transdermal" and line.open_or_cut != "no":
        yield f"{line.id}: an opioid patch is never cut"
    worse = max((line.confidence_strengths, line.confidence_handling), key=_WORST_LAST.index)
    if line.confidence != worse:
        yield f"{line.id}: the confidence is not the lower of strengths and handling"
    for strength in line.strengths:
        if strength.status == "listed" and not strength.confidence.may_drive_a_dose:
            yield f"{line.id} {strength.value:g}: listed, but not read"
        if strength.may_be_planned and not strength.rxcuis:
            yield f"{line.id} {strength.value:g}: may be planned and has no code"


def codes(knowledge: Knowledge) -> Iterator[str]:
    """Codes of strengths that no product has, or whose product is another drug, release or strength."""
    factor = {"ug": 1000.0}
    for line in knowledge.product_lines.values():
        for strength in line.strengths:
            for code in strength.rxcuis:
                product = knowledge.formulations.get(code)
                held = {o.ingredient: o.value for o in product.opioids} if product else {}
                value = held.get(line.ingredient, 0.0) * factor.get(line.unit, 1.0)
                if product is None or abs(value - strength.value) > 1e-6 or product.release != line.release:
                    yield f"{line.id} {strength.value:g}: code {code} is not this product"


def equianalgesic(ratio: EquianalgesicRatio, drugs: set[str]) -> Iterator[str]:
    """Ratios that are not positive, that leave the printed pair, or that may convert where they must not."""
    if ratio.drug not in drugs or ratio.reference_drug not in drugs:
        yield f"{ratio.id}: {ratio.drug} or {ratio.reference_drug} is no ingredient"
    if not 0 < ratio.low <= ratio.high:
        yield f"{ratio.id}: the ratio is {ratio.low} to {ratio.high}"
    elif (
        ratio.drug_dose_low
        and ratio.drug_dose_high
        and ratio.reference_dose_low
        and ratio.reference_dose_high
    ):
        low = ratio.reference_dose_low / ratio.drug_dose_high
        high = ratio.reference_dose_high / ratio.drug_dose_low
        if low < 0.97 * ratio.low or high > 1.03 * ratio.high:
            yield f"{ratio.id}: the printed pair gives {low:g} to {high:g}"
    if dimension(ratio.unit) not in ("mass", "mass rate"):
        yield f"{ratio.id}: {ratio.unit} is no mass and no rate"
    if ratio.drug == "methadone" and ratio.purpose == "equianalgesic":
        yield f"{ratio.id}: methadone has no fixed ratio"
    if ratio.route in ("intrathecal", "epidural") and ratio.may_convert:
        yield f"{ratio.id}: never computed"
    if ratio.route == "transdermal" and ratio.direction != "to-drug":
        yield f"{ratio.id}: a patch table goes one way"
    if ratio.purpose == "label" and ratio.direction == "both":
        yield f"{ratio.id}: a label table goes one way"


def band_table(table: BandTable, drugs: set[str]) -> Iterator[str]:
    """Bands must run up without overlap past an edge and without a gap wider than the printed step."""
    if table.from_drug not in drugs or table.to_drug not in drugs:
        yield f"{table.id}: {table.from_drug} or {table.to_drug} is no ingredient"
    if table.policy == "label" and not table.confidence.may_drive_a_dose:
        yield f"{table.id}: a label table that was not read"
    for band in table.bands:
        if band.high is not None and not band.low < band.high:
            yield f"{table.id}: a band from {band.low:g} to {band.high:g}"
        if (band.value_low is None) != (band.value_high is None) or (band.value_low or 0) > (
            band.value_high or 0
        ):
            yield f"{table.id}: a value from {band.value_low} to {band.value_high}"
        if table.to_unit == "%":
            yield from _percents(table.id, band.value_low, band.value_high)
    for lower, upper in pairwise(table.bands):
        gap = None if lower.high is None else upper.low - lower.high
        if gap is None or gap < 0 or gap > table.printed_step + 1e-9:
            yield f"{table.id}: a band ends at {lower.high} and the next begins at {upper.low:g}"
        elif gap == 0 and lower.high_open and upper.low_open:
            yield f"{table.id}: {upper.low:g} lies in no band"


def drug_limit(limit: DrugLimit, drugs: set[str]) -> Iterator[str]:
    """Limits of unknown drugs or without a positive value."""
    if limit.drug not in drugs:
        yield f"{limit.id}: {limit.drug} is no ingredient"
    if not limit.value > 0 or (limit.value_high is not None and limit.value_high < limit.value):
        yield f"{limit.id}: a limit of {limit.value:g}"


def rotation_rest(knowledge: Knowledge) -> Iterator[str]:
    """Reductions, gates and schedules: percents, one default, ECG gates, days in order, sensible waits."""
    rotation = knowledge.rotation
    for rule in rotation.reductions:
        yield from _percents(rule.id, rule.percent_low, rule.percent_high)
    defaults = [rule for rule in rotation.reductions if rule.is_default]
    if [(d.target, d.percent_low) for d in defaults] != [("any", 50.0)]:
        yield "one default reduction of 50 % for any opioid is needed"
    refused = [g.at_least for g in rotation.gates if g.measure == "qtc" and g.act == "refuse"]
    if refused != [500.0]:
        yield "the gate of a QTc of 500 ms for methadone is missing"
    for gate in rotation.gates:
        if gate.at_least is not None and gate.below is not None and gate.below <= gate.at_least:
            yield f"gate {gate.id}: from {gate.at_least:g} to below {gate.below:g}"
    for induction in rotation.inductions:
        for wait in induction.waits:
            yield from _days(induction.id, wait.hours_low, wait.hours_high)
    for schedule in rotation.schedules:
        days = schedule.days or ()
        for day in days:
            if any(not dose > 0 for dose in day.doses_mg) or not (day.doses_mg or day.says):
                yield f"schedule {schedule.id} day {day.first}: no dose and no word"
        if any(later.first <= earlier.first for earlier, later in pairwise(days)):
            yield f"schedule {schedule.id}: days out of order"
    for rank in rotation.renal:
        if rank.drug not in knowledge.ingredients:
            yield f"renal: {rank.drug} is no ingredient"


def adjunct(row: Adjunct, knowledge: Knowledge) -> Iterator[str]:
    """Adjuncts of unknown drugs, with classes the class table does not give, or ceilings that are not positive."""
    for drug in row.drugs:
        if drug not in knowledge.classes:
            yield f"{row.id}: {drug} is not in the table of drug classes"
    given = {c for drug in row.drugs if drug in knowledge.classes for c in knowledge.classes[drug].classes}
    if not given <= {*row.classes}:
        yield f"{row.id}: classes {sorted(given - {*row.classes})} are missing"
    if row.max_daily_mg is not None and not row.max_daily_mg > 0:
        yield f"{row.id}: the maximum is {row.max_daily_mg:g}"
    worse = max((row.confidence_dose, row.confidence_evidence), key=_WORST_LAST.index)
    if row.confidence != worse:
        yield f"{row.id}: the confidence is not the lower of dose and evidence"
    if row.policy == "offer" and (row.start is None or not row.confidence_dose.may_drive_a_dose):
        yield f"{row.id}: offered without a starting dose that was read"
    yield from renal_rows(row.id, row.renal or ())


def renal_rows(name: str, rows: tuple[RenalDose, ...]) -> Iterator[str]:
    """Of each source: the lower the clearance, the lower the ceiling, without a gap."""
    for source in dict.fromkeys(row.source for row in rows):
        steps = sorted(
            (row for row in rows if row.source == source and not row.supplement),
            key=lambda row: -1.0 if row.clearance_from is None else row.clearance_from,
        )
        if steps[0].clearance_from is not None:
            yield f"{name} {source}: nothing for the lowest clearance"
        for lower, upper in pairwise(steps):
            if lower.clearance_below != upper.clearance_from:
                yield f"{name} {source}: a gap at {lower.clearance_below}"
            if (lower.high or 0) > (upper.high or 0):
                yield f"{name} {source}: more at a lower clearance"


def withdrawal(row: WithdrawalDrug, knowledge: Knowledge) -> Iterator[str]:
    """Doses and ceilings that are not positive, or a single dose above the lowest ceiling."""
    if not 0 < row.dose_low_mg <= row.dose_high_mg:
        yield f"{row.drug}: a dose from {row.dose_low_mg:g} to {row.dose_high_mg:g} mg"
    yield from _days(row.drug, row.hours_low, row.hours_high)
    if any(not ceiling.mg_per_day > 0 for ceiling in row.ceilings):
        yield f"{row.drug}: a ceiling is not positive"
    if row.ceiling is not None and row.dose_high_mg > row.ceiling.mg_per_day:
        yield f"{row.drug}: one dose is above the ceiling of a day"
    known = knowledge.classes.get(row.drug)
    if known is not None and {*known.classes} != {*row.classes}:
        yield f"{row.drug}: classes differ from the table of drug classes"
    yield from renal_rows(row.drug, row.renal)


def alternatives(knowledge: Knowledge) -> Iterator[str]:
    """Effects whose interval does not hold the estimate, or that have one end only."""
    for row in knowledge.alternatives.values():
        for effect in row.effects or ():
            if (effect.low is None) != (effect.high is None):
                yield f"{row.id} {effect.measure}: an interval with one end"
            elif effect.low is not None and not effect.low <= (effect.estimate or 0.0) <= (
                effect.high or 0.0
            ):
                yield f"{row.id} {effect.measure}: the interval does not hold the estimate"


def _percents(name: str, *values: float | None) -> Iterator[str]:
    for value in values:
        if value is not None and not 0 <= value <= 100:
            yield f"{name}: {value:g} % is outside 0 to 100"


def _days(name: str, low: float | None, high: float | None) -> Iterator[str]:
    if any(value is not None and not value > 0 for value in (low, high)):
        yield f"{name}: an interval is not positive"
    if low is not None and high is not None and high < low:
        yield f"{name}: an interval from {low:g} to {high:g}"
