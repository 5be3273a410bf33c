"""The tables of the pages on plans, as Markdown, from the packaged knowledge."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from algesia.knowledge.loader import load
from algesia.knowledge.plan_rotation import BandTable, DoseBand

Table = Callable[[Iterable[str], Iterable[Iterable[object]]], str]
OF_FEW: dict[str, str] = {"label": "used", "shown": "shown beside it", "never": "never used"}


def span(low: float | None, high: float | None, unit: str = "") -> str:
    """A range, or its one end."""
    tail = f" {unit}" if unit else ""
    if low is None and high is None:
        return ""
    if low is None or low == high:
        return f"{'at most ' if low is None else ''}{high:g}{tail}"
    return f"{low:g} and more{tail}" if high is None else f"{low:g} to {high:g}{tail}"


def taper_rules(table: Table) -> str:
    """Every published rate, with what it is used for."""
    rows = (
        (
            r.guideline, r.use, span(r.percent_low, r.percent_high, "%"),
            r.of + ("" if r.of_stated else " (our reading)"), span(r.interval_low_days, r.interval_high_days, "days"),
            r.role, f"`{r.source}`, {r.confidence}. {r.note}".strip(),
        )
        for r in load().taper_rules.values()
    )  # fmt: skip
    head = (
        "guideline",
        "for use of",
        "step",
        "of which dose",
        "every",
        "role",
        "source, confidence, note",
    )
    return table(head, rows)


def taper_paces(table: Table) -> str:
    """The pace by duration of use."""
    rows = (
        (
            f"`{d.id}`", d.when, f"{d.percent:g} % of the {d.of} dose"
            + ("" if d.current_below_percent is None else f" until {d.current_below_percent:g} % of it is left, then of what is left"),
            span(d.interval_low_days, d.interval_high_days, "days"), f"`{d.source}`, {d.confidence}. {d.note}".strip(),
        )
        for d in load().taper_limits.defaults
    )  # fmt: skip
    return table(("pace", "for", "step", "every", "source, confidence, note"), rows)


def taper_limits(table: Table) -> str:
    """What bounds every taper."""
    rows = (
        (
            f"`{x.id}`",
            x.says,
            "" if x.value is None else f"{x.value:g} {x.unit if x.unit != '1' else 'times'}",
            f"`{x.source}`, {x.confidence}. {x.note}".strip(),
        )
        for x in load().taper_limits.limits
    )
    return table(("limit", "says", "value", "source, confidence, note"), rows)


def taper_pauses(table: Table) -> str:
    """When a taper holds."""
    rows = (
        (f"`{p.id}`", p.when, p.says, f"`{p.source}`, {p.confidence}. {p.note}".strip())
        for p in load().taper_limits.pauses
    )
    return table(("rule", "when", "says", "source, confidence, note"), rows)


def product_lines(table: Table) -> str:
    """The product lines with their strengths; those that a dose may be made of."""
    rows = (
        (
            f"`{p.id}`", p.product, p.route, p.release,
            ", ".join(f"{s.value:g}" for s in p.plannable) + f" {p.unit}" if p.plannable else "none that may be used",
            "yes" if p.may_be_halved else "no", p.scope,
        )
        for p in load().product_lines.values()
    )  # fmt: skip
    return table(("id", "product", "route", "release", "strengths planned with", "halves", "scope"), rows)


def reductions(table: Table) -> str:
    """The cuts that sources print for incomplete cross-tolerance."""
    rows = (
        (
            f"`{r.id}`",
            r.target,
            span(r.percent_low, r.percent_high, "%") or "none further",
            "taken" if r.is_default else "shown",
            f"`{r.source}`, {r.confidence}. {r.note}".strip(),
        )
        for r in load().rotation.reductions
    )
    return table(("id", "to", "cut", "", "source, confidence, note"), rows)


def label_tables(table: Table) -> str:
    """Every printed table from an earlier dose to a new drug."""
    parts = []
    for t in load().rotation.tables.values():
        head = (f"{t.from_drug}, {t.from_route}, {t.from_unit}", f"{t.to_drug}, {t.to_route}")
        rows = ((span(b.low, b.high), _given(t, b)) for b in t.bands)
        says = f"`{t.id}`, {OF_FEW[t.policy]}. Source `{t.source}`, {t.confidence}. {t.note}".strip()
        parts.append(f"### {t.title}\n\n{says}\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def _given(t: BandTable, band: DoseBand) -> str:
    unit = {"1": "", "%": "%"}.get(t.to_unit, t.to_unit)
    value = span(band.value_low, band.value_high, unit)
    return "; ".join(part for part in (f"{value} to 1" if t.to_unit == "1" else value, band.says) if part)


def rotation_gates(table: Table) -> str:
    """What must be known or true before a rotation."""
    rows = (
        (f"`{g.id}`", ", ".join(g.targets), g.says, g.act, f"`{g.source}`, {g.confidence}. {g.note}".strip())
        for g in load().rotation.gates
    )
    return table(("gate", "to", "says", "act", "source, confidence, note"), rows)


def renal_ranks(table: Table) -> str:
    """How opioids stand in renal impairment."""
    rows = (
        (
            r.drug,
            r.rank,
            "" if r.egfr_below is None else f"below {r.egfr_below:g}",
            f"{', '.join(f'`{s}`' for s in r.sources)}. {r.note}".strip(),
        )
        for r in load().rotation.renal
    )
    return table(("opioid", "rank", "eGFR", "source, note"), rows)


def withdrawal_support(table: Table) -> str:
    """Drugs for withdrawal symptoms with the lowest daily maximum that any source prints."""
    rows = (
        (
            w.drug,
            w.dose,
            "not read" if w.ceiling is None else f"{w.ceiling.mg_per_day:g} mg",
            "" if w.avoid_from_age is None else f"from {w.avoid_from_age} years",
            ", ".join(f"`{s}`" for s in w.sources),
        )
        for w in load().withdrawal_support.values()
    )
    return table(("drug", "dose as printed", "lowest maximum a day", "avoid", "sources"), rows)


def adjuncts(table: Table) -> str:
    """Drugs beside the opioid, as read."""
    rows = (
        (
            f"`{a.id}`", a.start or "not read", a.titration or "not read", a.maximum or "not read",
            a.renal_says or "not read", a.policy, f"{', '.join(f'`{s}`' for s in a.sources)}; dose {a.confidence_dose}",
        )
        for a in load().adjuncts.values()
    )  # fmt: skip
    return table(("adjunct", "start", "titration", "maximum", "kidney", "policy", "sources"), rows)


def alternatives(table: Table) -> str:
    """Treatments other than an opioid, as read."""
    rows = (
        (
            f"`{a.id}`", a.title, a.indication or "not read", a.certainty or "not read",
            a.contrary or "not read", ", ".join(f"`{s}`" for s in a.sources),
        )
        for a in load().alternatives.values()
    )  # fmt: skip
    return table(("id", "alternative", "indication", "certainty", "evidence against", "sources"), rows)


PLAN_TABLES: dict[str, Callable[[Table], str]] = {
    "taper-rules": taper_rules,
    "taper-paces": taper_paces,
    "taper-limits": taper_limits,
    "taper-pauses": taper_pauses,
    "product-lines": product_lines,
    "reductions": reductions,
    "label-tables": label_tables,
    "rotation-gates": rotation_gates,
    "renal-ranks": renal_ranks,
    "withdrawal-support": withdrawal_support,
    "adjuncts": adjuncts,
    "alternatives": alternatives,
}
