"""The tables of the documentation, as Markdown, from the packaged knowledge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from constants import DEFINITIONS
from plan_tables import PLAN_TABLES

from algesia.exposure.plausible import ASKED, HELD_BACK, TEXTBOOK_TOP
from algesia.knowledge.clinical import Instrument
from algesia.knowledge.loader import load
from algesia.knowledge.model import EDITIONS, MmeFactor
from algesia.quantities.units import DOSE_UNITS
from algesia.record.vocabulary import CONDITION_KINDS

EDITION_TITLES = {
    "cdc-2022": "CDC 2022, guideline (default)",
    "cdc-2016": "CDC 2016, guideline",
    "cdc-2016-file": "CDC 2016, data file",
    "cdc-2018-file": "CDC 2018, data file",
    "nih-heal": "NIH HEAL",
}


def cell(value: object) -> str:
    """A value as the cell of a Markdown table."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = f"{value:g}"
    return str(value).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "| " + " | ".join("---" for _ in names) + " |"]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def names(values: Iterable[str]) -> str:
    """Names as inline code, separated by commas."""
    return ", ".join(f"`{value}`" for value in values)


def tier(row: MmeFactor) -> str:
    """The daily doses in mg for which a factor holds."""
    if row.above is None and row.up_to is None:
        return ""
    if row.up_to is None:
        return f"above {row.above:g} mg/d"
    return f"above {row.above or 0:g} to {row.up_to:g} mg/d"


def mme_factors() -> str:
    parts = []
    for edition in EDITIONS:
        rows = (
            (
                row.ingredient,
                ", ".join(row.routes),
                ", ".join(row.forms),
                row.value,
                row.per,
                "; ".join(
                    part
                    for part in (tier(row), "apart" if row.apart else "", "excluded" if row.excluded else "")
                    if part
                ),
                f"{row.source}, {row.confidence}: {row.row}. {row.note}".rstrip(),
            )
            for row in load().factors(edition)
        )
        head = ("drug", "route", "form", "factor", "per", "holds for", "source, confidence, row and note")
        parts.append(f"## {EDITION_TITLES[edition]}: `{edition}`\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def hypotheses() -> str:
    rows = load().hypotheses.values()
    return table(
        ("hypothesis", "id", "definition", "source", "confidence"),
        ((h.name, f"`{h.id}`", h.definition, h.source, str(h.confidence)) for h in rows),
    )


def weights() -> str:
    order = list(load().hypotheses)
    rows = (
        (f"[{f.id}](#{f.id})", *(f"{f.weights[h]:+d}" if f.weights[h] else "" for h in order))
        for f in load().features.values()
    )
    return table(("finding", *order), rows)


def findings() -> str:
    parts = []
    for f in load().features.values():
        warning = f" Warning sign {f.warning_sign}." if f.warning_sign else ""
        parts.append(
            f"### `{f.id}` {{ #{f.id} }}\n\n{f.question}\n\n"
            f"- **How:** {f.how_measured}\n- **Basis:** {f.basis}, {f.confidence}.{warning}\n"
            f"- **Sources:** {names(f.sources)}" + (f"\n- **Note:** {f.note}" if f.note else "")
        )
    return "\n\n".join(parts)


def interlocks() -> str:
    parts = []
    for rule in load().interlocks.values():
        parts.append(
            f"### `{rule.id}` {{ #{rule.id} }}\n\n"
            f"- **Level:** {rule.level}\n- **When:** {rule.trigger}\n- **Then:** {rule.action}\n"
            f"- **Basis:** {rule.basis}\n- **Sources:** {names(rule.sources)}"
            + (f"\n- **Note:** {rule.note}" if rule.note else "")
        )
    return "\n\n".join(parts)


def signs() -> str:
    rows = (
        (f"`{s.id}`", s.clinical, s.plain, s.feature, ", ".join(s.interlocks), s.warning_sign, s.note)
        for s in load().signs.values()
    )
    return table(
        ("sign", "clinical words", "plain words", "finding", "interlocks", "warning sign", "note"), rows
    )


def instrument(entry: Instrument) -> str:
    lines = [
        f"## {entry.name}: `{entry.id}`",
        f"- **Range:** {entry.low:g} to {entry.high:g}\n- **Scoring:** {entry.scoring}\n"
        f"- **LOINC:** {names(entry.loinc_total) or 'none known'}\n- **Embedded:** {entry.embed}\n"
        f"- **License:** {entry.licence_note}\n- **Source:** `{entry.source}`, {entry.confidence}"
        + (f"\n- **Caution:** {entry.caution}" if entry.caution else ""),
    ]
    if entry.bands:
        lines.append(table(("from", "to", "band"), ((b.low, b.high, b.label) for b in entry.bands)))
    if entry.items:
        lines.append(
            table(("item", "in paraphrase", "LOINC"), ((i.id, i.text, i.loinc) for i in entry.items))
        )
    return "\n\n".join(lines)


def instruments() -> str:
    return "\n\n".join(instrument(entry) for entry in load().instruments.values())


def claims() -> str:
    parts: list[str] = []
    topic = None
    for claim in load().claims.values():
        if claim.topic != topic:
            topic = claim.topic
            parts.append(f"## {topic}")
        parts.append(
            f"### {claim.claim} {{ #{claim.id} }}\n\n"
            f"- **Verdict:** {claim.verdict_class}: {claim.verdict}\n- **Evidence:** {claim.evidence}\n"
            f"- **Sources:** {names(claim.sources)}\n- **Wording used here:** {claim.wording}"
        )
    return "\n\n".join(parts)


def sources() -> str:
    rows = (
        (f"`{s.id}`", s.title, s.year, s.where, str(s.confidence), s.licence, s.note)
        for s in load().sources.values()
    )
    return table(("id", "citation", "year", "where", "confidence", "license", "note"), rows)


def body_areas() -> str:
    rows = (
        (f"`{a.name}`", a.view, a.group, a.wpi_19, a.wpi_19_fit, a.choir_male, a.choir_female, a.michigan_35)
        for a in load().body_areas.values()
    )
    head = (
        "area",
        "view",
        "region",
        "WPI-19",
        "fit",
        "CHOIR male",
        "CHOIR female",
        "Michigan 35 (unverified)",
    )
    return table(head, rows)


def definitions(page: str) -> str:
    """The numbers that one method page rests on, as the code has them."""
    rows = ((d.what, d.text, d.basis, f"`{d.name}`") for d in DEFINITIONS[page])
    return table(("definition", "value", "basis", "where it stands"), rows)


def checking_limits() -> str:
    """Amounts in mg a day above which an entry is held back or asked about."""
    held = (
        (route or "other", drug or "any other", f"{limit.mg_a_day:,.0f}", "held back", limit.basis)
        for (route, drug), limit in HELD_BACK.items()
    )
    asked = (
        ("mouth or nose", drug or "any other", f"{limit.mg_a_day:,.0f}", "asked", limit.basis)
        for drug, limit in ASKED.items()
    )
    top = (
        (route, drug, mg, "asked", "upper end of a textbook range (source it_textbook)")
        for (route, drug), mg in TEXTBOOK_TOP.items()
    )
    return table(("route", "drug", "above mg a day", "then", "basis"), (*held, *asked, *top))


TABLES: dict[str, Callable[[], str]] = {
    "mme-factors": mme_factors,
    "hypotheses": hypotheses,
    "weights": weights,
    "findings": findings,
    "interlocks": interlocks,
    "signs": signs,
    "instruments": instruments,
    "claims": claims,
    "sources": sources,
    "body-areas": body_areas,
    "checking-limits": checking_limits,
    "condition-kinds": lambda: names(CONDITION_KINDS),
    "units": lambda: names(DOSE_UNITS),
    **{name: partial(make, table) for name, make in PLAN_TABLES.items()},
    **{f"definitions-{page}": partial(definitions, page) for page in DEFINITIONS},
}


def schemas() -> dict[str, dict[str, Any]]:
    """The published JSON Schemas by name."""
    from algesia.record.schema import record_schema
    from algesia.report.contract import review_schema
    from algesia.report.mme import mme_schema
    from algesia.report.plan_contract import plan_schema

    return {
        "record": record_schema(),
        "review": review_schema(),
        "mme": mme_schema(),
        "plan": plan_schema(),
    }
