"""The tables of the page on drugs: what each is made of, what it rests on, and how near it comes to its label."""

from __future__ import annotations

from collections import Counter
from typing import Final

from mechanism_text import bold, number, table

from algesia.knowledge.loader import load
from algesia.knowledge.mechanism import mechanism_tables
from algesia.mechanism.drugs import blocks_for, unread_metabolites
from algesia.mechanism.inputs import SLOW_KOFF
from algesia.mechanism.label import BAND, LabelRow, label_report
from algesia.mechanism.simulation import Group

GRADES: Final = ("high", "medium", "low", "class", "assumed")
_DISPOSITION: Final = frozenset({"CL", "V1", "V2", "V3", "Q2", "Q3", "K10", "K12", "K21", "K13", "K31"})


def compartments() -> str:
    """Each drug: its body, its metabolites, its ways in, and what its numbers rest on."""
    tables = mechanism_tables()
    rows = []
    for drug, doors in tables.doors.items():
        block = blocks_for((drug,), Group(varies=False))[0][0]
        body = sum(state == "central" or state.startswith("peripheral") for state in block.states)
        metabolites = ", ".join(one.name for one in tables.metabolites.get(drug, ())) or "none"
        read = [row for symbol, row in tables.used[drug].items() if symbol in _DISPOSITION]
        sources = Counter(tables.sources[row.source] for row in read)
        graded = Counter(one.grade for one in block.founded.values())
        rows.append(
            (drug, body, metabolites, ", ".join(doors), sources.most_common(1)[0][0] if sources else "",
             ", ".join(f"{graded[grade]} {grade}" for grade in GRADES if graded[grade]))
        )  # fmt: skip
    return table(
        (
            "drug",
            "compartments",
            "metabolites",
            "ways in",
            "clearance and volumes from",
            "its numbers by grade",
        ),
        rows,
    )


def receptors() -> str:
    """What each species does at its receptors."""
    tables = mechanism_tables()
    rows = []
    for species, one in tables.ligands.items():
        slow = one.koff is not None and one.koff < SLOW_KOFF
        grades = ", ".join(
            f"{symbol} {row.grade}" for symbol, row in one.founded.items() if row.value is not None
        )
        alpha = "" if one.alpha is None else number(one.alpha)
        nmda = "" if one.nmda_c50_ng_ml is None else number(one.nmda_c50_ng_ml)
        c50 = "" if one.c50_ng_ml is None else number(one.c50_ng_ml)
        rows.append((species, c50, alpha, "yes" if slow else "", nmda, grades))
    return table(
        (
            "species",
            "half of relief, ng/mL",
            "intrinsic activity",
            "lets go slowly",
            "half of NMDA block, ng/mL",
            "grades",
        ),
        rows,
    )


def label_row(row: LabelRow) -> tuple[str, ...]:
    """A label check as a row."""
    within = "" if row.within is None else "yes" if row.within else bold("no")
    cells = (number(row.ours), number(row.label), "" if row.ratio is None else f"{row.ratio:.2f}")
    return (row.product, row.measure, row.unit, *cells, within)


HEAD: Final = ("product", "quantity", "unit", "ours", "label", "ours / label", "within")


def checks() -> str:
    """Every comparison that was made."""
    return table(HEAD, (label_row(row) for row in label_report() if row.within is not None))


def missed() -> str:
    """The comparisons that are outside."""
    rows = [row for row in label_report() if row.within is False]
    made = [row for row in label_report() if row.within is not None]
    near = sum(BAND[0] <= (row.ratio or 0.0) <= BAND[1] for row in made)
    told = (
        f"{len(made)} figures of labels and papers were compared for the typical person of 70 kg: {len(made) - len(rows)} are within, "
        f"{len(rows)} are not; {near} lie between half and twice the label's."
    )
    return f"{told}\n\n{table(HEAD, (label_row(row) for row in rows))}"


def uncompared() -> str:
    """Why a figure was not compared."""
    reasons: dict[str, list[str]] = {}
    for row in label_report():
        if row.within is None:
            reasons.setdefault(row.why, []).append(row.product)
    rows = sorted(reasons.items(), key=lambda item: -len(item[1]))
    return table(
        ("why not compared", "figures", "products"),
        ((why, len(p), "; ".join(sorted(set(p)))) for why, p in rows),
    )


def without() -> str:
    """What is unassessable: opioids without kinetics, metabolites that nobody read."""
    tables = mechanism_tables()
    known = set(tables.doors)
    opioids = sorted({row.ingredient for row in load().factors("cdc-2022")} - known)
    lines = [f"- Opioids of the MME table without kinetics here: {', '.join(opioids)}."]
    for drug in tables.doors:
        lines += [
            f"- {drug}: {one.what.removeprefix('plasma/')} ({one.because})."
            for one in unread_metabolites(drug)
        ]
    return "\n".join(lines)
