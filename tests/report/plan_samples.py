"""Synthetic tapers for the tests of what is printed and exported: drugs and numbers are invented.

Built from the types alone, so that the pages are tested without the planner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.plan.model import (
    DoseTime,
    Fill,
    Naloxone,
    Pace,
    Phase,
    Piece,
    Regimen,
    Rule,
    Step,
    Support,
    TaperPlan,
    TaperRequest,
    Turn,
)
from algesia.report.plan_calendar import taken_on
from algesia.report.release import Release
from tests.report import sample

PRODUCTS = {
    "oxycodone-er-tablet": ("oxycodone", "mg", "extended"),
    "oxycodone-ir-tablet": ("oxycodone", "mg", "immediate"),
    "oxycodone-oral-solution": ("oxycodone", "mg/mL", "immediate"),
    "fentanyl-patch": ("fentanyl", "ug/h", "extended"),
    "buprenorphine-buccal-film": ("buprenorphine", "ug", "immediate"),
}
MONDAY = sample.day("2026-12-07")
DOCTOR = Release("Dr Okafor", "555 0142", "Maria Ellison")
RULE = Rule("r1", "at most 10 % of the current dose every 28 days", "cdc2022", Confidence.SECONDARY)


def piece(line: str, strength: float, count: float = 1.0) -> Piece:
    """Units of a product of the table."""
    product = load().product_lines[line]
    codes = {s.value: s.rxcuis for s in product.strengths}.get(strength, ())
    return Piece(
        line, product.product, codes[0] if codes else "", strength, product.unit, product.release, count
    )


def dose(time: str, name: str, *pieces: Piece) -> DoseTime:
    """A time of day."""
    return DoseTime(time, name, pieces)


def step(
    number: int,
    start: int,
    days: int,
    before: float,
    daily: float,
    *doses: DoseTime,
    every: int = 1,
    reviews: Sequence[int] = (),
    line: str = "oxycodone-er-tablet",
    phase: Phase = "taper",
) -> Step:
    """A step; `reviews` count from its first day, 1 to `days`."""
    drug, unit, release = PRODUCTS[line]
    return Step(
        number=number, start=start, end=start + days, drug=drug, route=load().product_lines[line].route,
        release=release,  # type: ignore[arg-type]
        phase=phase, unit="ug/h" if unit == "ug/h" else "ug/d" if unit == "ug" else "mg/d", before=before,
        target=daily, daily=daily, doses=doses, every_days=every,
        reviews=tuple(start + day - 1 for day in reviews) or (start + days - 1,),
        check=("pain and function (PEG)", "COWS", "mood"), mme=None if unit == "ug" else daily * 1.5,
    )  # fmt: skip


def fills(steps: Sequence[Step]) -> tuple[Fill, ...]:
    """Supplies of at most 28 days for every step."""
    out = []
    for one in steps:
        for start in range(one.start, one.end, 28):
            end = min(start + 28, one.end)
            taken = sum(taken_on(one, day) for day in range(start, end))
            counts: dict[Piece, float] = {}
            for at in one.doses:
                for p in at.pieces:
                    key = replace(p, count=0.0)
                    counts[key] = counts.get(key, 0.0) + p.count * taken
            out += [
                Fill(start, end, one.number, p.line, p.product, p.rxcui, p.strength, p.unit,
                     total if p.liquid else ceil(total))
                for p, total in counts.items()
            ]  # fmt: skip
    return tuple(out)


def plan(*steps: Step, at_hand: bool = True, turns: tuple[Turn, ...] = ()) -> TaperPlan:
    """A planned taper with the given steps."""
    return TaperPlan(
        status="planned", as_of=sample.day("2026-11-09"), knowledge=load().edition, request=TaperRequest(),
        use_days=700, order=((steps[0].drug, "the only opioid"),),
        regimens=(Regimen(("m1",), steps[0].drug, steps[0].route, steps[0].release, "x", steps[0].unit,
                          steps[0].before, 2, (), None, "as on record"),),
        pace=Pace(10.0, 28, "current", None, RULE, False), steps=steps, turns=turns, supplies=fills(steps),
        support=tuple(Support(drug, (), ()) for drug in load().withdrawal_support.values())[:3],
        naloxone=Naloxone(True, ("tolerance falls",), at_hand), rules=(RULE,),
        statements=tuple(
            Rule(s.id, s.says, s.source, s.confidence) for s in load().taper_limits.statements[:6]
        ),
        warnings=("Sedative on record: alprazolam. Assess before the first step.",), sources=("cdc2022", "va_tool"),
    )  # fmt: skip


ER = "oxycodone-er-tablet"
IR = "oxycodone-ir-tablet"
LIQUID = "oxycodone-oral-solution"
PATCH = "fentanyl-patch"


def extended() -> TaperPlan:
    """Extended release twice a day: 50 in the morning, 40 at night, 28 days; then 40 and 40."""
    morning = (piece(ER, 40), piece(ER, 10))
    return plan(
        step(1, MONDAY, 28, 100, 90, dose("08:00", "morning", *morning), dose("20:00", "night", piece(ER, 40))),
        step(2, MONDAY + 28, 28, 90, 80, dose("08:00", "morning", piece(ER, 40)), dose("20:00", "night", piece(ER, 40))),
    )  # fmt: skip


def long() -> TaperPlan:
    """A step of 56 days from a Wednesday with reviews after 31 and 56 days."""
    both = (dose("08:00", "morning", piece(ER, 20)), dose("20:00", "night", piece(ER, 20, 2)))
    return plan(step(1, MONDAY + 2, 56, 70, 60, *both, reviews=(31, 56)))


def liquid() -> TaperPlan:
    """A liquid four times a day."""
    at = (
        ("06:00", "morning", 4.5),
        ("12:00", "noon", 4.5),
        ("18:00", "evening", 4.5),
        ("22:00", "night", 4.25),
    )
    return plan(
        step(1, MONDAY, 28, 20, 17.75, *(dose(t, n, piece(LIQUID, 1, ml)) for t, n, ml in at), line=LIQUID)
    )


def patch() -> TaperPlan:
    """A patch changed every three days."""
    return plan(
        step(1, MONDAY + 1, 30, 50, 37, dose("09:00", "morning", piece(PATCH, 25), piece(PATCH, 12)), every=3, line=PATCH)
    )  # fmt: skip


def last_steps() -> TaperPlan:
    """The last steps: a half tablet twice a day, then one every other day, then none."""
    half = (dose("08:00", "morning", piece(IR, 5, 0.5)), dose("20:00", "night", piece(IR, 5)))
    return plan(
        step(1, MONDAY, 28, 10, 7.5, *half, line=IR, phase="last-steps"),
        step(2, MONDAY + 28, 14, 7.5, 2.5, dose("20:00", "night", piece(IR, 5)), every=2, line=IR, phase="last-steps"),
        step(3, MONDAY + 42, 14, 2.5, 0, line=IR, phase="last-steps"),
        turns=(Turn("oxycodone", MONDAY + 42, 2.5, "mg/d", "no smaller strength is marketed", ("a liquid of 1 mg/mL",), (LIQUID,)),),
    )  # fmt: skip


def crowded() -> TaperPlan:
    """Four times a day with three strengths each, from a Sunday over 31 days: six weeks on the page."""
    three = (piece(ER, 30), piece(ER, 15), piece(IR, 5, 0.5))
    times = (("06:00", "morning"), ("12:00", "noon"), ("18:00", "evening"), ("22:00", "night"))
    one = step(1, MONDAY - 1, 31, 220, 190, *(dose(t, n, *three) for t, n in times))
    return plan(replace(one, drug="oxycodone hydrochloride with a very long product name of a maker"))


PLANS = {
    "extended": extended, "long": long, "liquid": liquid, "patch": patch, "last-steps": last_steps, "crowded": crowded,
}  # fmt: skip


def six_times() -> TaperPlan:
    """Every four hours with three strengths over six weeks of the page, and a second opioid that stays."""
    three = (piece(ER, 30), piece(ER, 15), piece(IR, 5, 0.5))
    names = ("night", "early morning", "morning", "noon", "afternoon", "evening")
    one = step(
        1, MONDAY - 1, 31, 330, 285, *(dose(f"{4 * i:02d}:00", n, *three) for i, n in enumerate(names))
    )
    other = Regimen(
        ("m2",), "morphine", "oral", "extended", "morphine-er-tablet", "mg/d", 60, 2, (), 60, "as on record"
    )
    made = plan(one)
    return replace(made, regimens=(*made.regimens, other))


PLANS["six-times"] = six_times
