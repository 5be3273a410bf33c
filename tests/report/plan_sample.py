"""Synthetic plans for the tests of their formats, built from the dataclasses alone.

People and numbers are invented; nothing here is a clinical expectation. It only has to be shaped like the real thing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from algesia.assessment.model import Interlock
from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.plan.model import (
    DoseTime,
    Fill,
    GateState,
    Induction,
    Naloxone,
    Pace,
    Piece,
    RatioLine,
    Regimen,
    RotationPlan,
    RotationRequest,
    Rule,
    ScheduleLine,
    Step,
    Support,
    TaperPlan,
    TaperRequest,
    Turn,
)
from algesia.quantities.refusal import Unassessable
from algesia.quantities.time import DEFAULT_EPOCH
from tests.report.sample import AS_OF

FULL, SECONDARY, PRIOR = Confidence.FULL_TEXT, Confidence.SECONDARY, Confidence.EXPERT_PRIOR
CHECK = ("pain", "peg", "cows", "mood", "craving")


def er(strength: float, count: float = 1) -> Piece:
    """Whole extended-release oxycodone tablets."""
    return Piece("oxycodone-er-tablet", "OxyContin and authorized generics", f"{round(strength)}49",
                 strength, "mg", "extended", count)  # fmt: skip


def ir(strength: float, count: float = 1) -> Piece:
    """Immediate-release morphine tablets, which may be halved in this invented case."""
    return Piece("morphine-ir-tablet", "morphine sulfate IR tablets", "", strength, "mg", "immediate", count)


def liquid(volume: float) -> Piece:
    """Oxycodone solution of 1 mg/mL."""
    return Piece(
        "oxycodone-oral-solution", "oxycodone oral solution", "1049604", 1, "mg/mL", "immediate", volume
    )


def patch(strength: float) -> Piece:
    """One fentanyl patch."""
    return Piece("fentanyl-patch", "fentanyl transdermal system", "1603495", strength, "ug/h", "extended", 1)


def at(time: str, name: str, *pieces: Piece) -> DoseTime:
    """A time of day with its pieces."""
    return DoseTime(time, name, pieces)


def rule(id: str, says: str, source: str = "cdc2022", confidence: Confidence = SECONDARY) -> Rule:
    """A rule."""
    return Rule(id, says, source, confidence)


PACE = Pace(
    10, 28, "current", None,
    rule("use-year", "10 % a month or slower after a year or more of use."), False,
)  # fmt: skip
STATEMENTS = (
    rule("fda-never-abrupt", "No abrupt stop with physical dependence.", "fda_class_taper"),
    rule("va-tolerance", "A week can be enough to lose tolerance; the original dose then risks overdose.", "va_tool"),
    rule("pause-danger", "Thoughts of suicide, overdose, pregnancy, acute illness: stop the plan.", "algesia", PRIOR),
)  # fmt: skip
RULES = (
    PACE.rule,
    rule("step-cap", "No step lowers the total by more than 25 %.", "fda_class_taper"),
    rule("supply", "No supply for longer than 28 days.", "algesia", PRIOR),
)


def step(
    number: int,
    start: int,
    days: int,
    before: float,
    doses: tuple[DoseTime, ...],
    *,
    drug: str = "oxycodone",
    route: str = "oral",
    release: Literal["immediate", "extended"] = "extended",
    unit: Literal["mg/d", "ug/d", "ug/h"] = "mg/d",
    every_days: int = 1,
    shared: bool = False,
    per: float | None = 1.5,
    last: bool = False,
    says: str = "",
) -> Step:
    """A step from what is taken; `shared`: taken every so many days, its sum counts for all of them."""
    total = sum(d.amount for d in doses)
    daily = total / every_days if shared else total
    reviews = (*range(start + 27, start + days - 1, 28), start + days - 1)
    return Step(
        number, start, start + days, drug, route, release, "last-steps" if last else "taper", unit, before,
        min(before, max(daily, round(before * 0.9, 6))), daily, doses, every_days, reviews, CHECK,
        None if per is None else round(per * daily, 6), says,
    )  # fmt: skip


def fills(steps: tuple[Step, ...]) -> tuple[Fill, ...]:
    """One supply for each strength and 28 days at most."""
    out = []
    for s in steps:
        for start in range(s.start, s.end, 28):
            end = min(s.end, start + 28)
            counts: dict[Piece, float] = {}
            for p in (p for dose in s.doses for p in dose.pieces):
                one = replace(p, count=1.0)
                counts[one] = counts.get(one, 0) + p.count * -(-(end - start) // s.every_days)
            out += [
                Fill(start, end, s.number, p.line, p.product, p.rxcui, p.strength, p.unit, n)
                for p, n in counts.items()
            ]
    return tuple(out)


def oxycodone(as_of: int = AS_OF) -> TaperPlan:
    """From 90 mg a day down to 55, where the tablets make no further step: close to the mock-up."""
    pairs = (
        ((30, 15), (40,)), ((40,), (40,)), ((40,), (20, 15)), ((20, 15), (20, 15)), ((20, 15), (30,)), ((30,), (30,)),
        ((30,), (15, 10)),
    )  # fmt: skip
    steps: list[Step] = []
    before, start = 90.0, as_of + 4
    for n, (morning, night) in enumerate(pairs, 1):
        doses = (at("08:00", "morning", *map(er, morning)), at("20:00", "night", *map(er, night)))
        steps.append(step(n, start, 28, before, doses))
        before, start = steps[-1].daily, start + 28
    made = tuple(steps)
    return TaperPlan(
        status="planned",
        as_of=as_of,
        knowledge="2026.11",
        request=TaperRequest(),
        use_days=1200,
        regimens=(
            Regimen(("m8",), "oxycodone", "oral", "extended", "oxycodone-er-tablet", "mg/d", 90, 2, (45, 45), 135,
                    "45 mg every 12 h = 90 mg/d"),
        ),
        order=(("oxycodone", "the only opioid on record"),),
        pace=PACE,
        steps=made,
        turns=(
            Turn("oxycodone", start, 55, "mg/d",
                 "From 55 mg a day these tablets make no step of at most 10 %. Decide before then.",
                 ("oxycodone oral solution, 1 mg/mL, makes the next step",), ("oxycodone-oral-solution",)),
        ),
        supplies=fills(made),
        support=(
            Support(load().withdrawal_support["clonidine"], ("blood pressure is not on record",), ()),
            Support(load().withdrawal_support["tizanidine"], (), ("not with clonidine",)),
        ),
        naloxone=Naloxone(True, ("tolerance falls, and a return to a former dose can stop breathing", "135 MME a day"), False),
        rules=RULES,
        statements=STATEMENTS,
        warnings=("Benzodiazepine on record: not tapered at the same time without a specialist.",),
        sources=("cdc2022", "fda_class_taper", "va_tool"),
    )  # fmt: skip


def liquid_end() -> TaperPlan:
    """Half tablets, then a liquid, then last steps on every other day, then none."""
    start = AS_OF + 1
    steps = (
        step(1, start, 28, 15, (at("08:00", "morning", ir(5)), at("14:00", "midday", ir(5, 0.5)), at("20:00", "night", ir(5))),
             drug="morphine", release="immediate", per=1.0),
        step(2, start + 28, 35, 12.5,
             (at("08:00", "morning", liquid(4.5)), at("14:00", "midday", liquid(3.25)), at("20:00", "night", liquid(4))),
             drug="morphine", release="immediate", per=1.0, says="Held 35 instead of 28 days."),
        step(3, start + 63, 28, 11.75, (at("08:00", "morning", ir(5)), at("20:00", "night", ir(5))), drug="morphine",
             release="immediate", per=1.0),
        step(4, start + 91, 28, 10, (at("20:00", "night", ir(5)),), drug="morphine", release="immediate", per=1.0, last=True,
             says="The smallest dose less often: the percentage is large, the amount small."),
        step(5, start + 119, 28, 5, (at("20:00", "night", ir(5)),), drug="morphine", release="immediate",
             every_days=2, shared=True, per=1.0, last=True, says="The smallest dose every other day."),
        step(6, start + 147, 28, 2.5, (), drug="morphine", release="immediate", per=1.0, last=True,
             says="Stop. Tolerance is lost."),
    )  # fmt: skip
    base = oxycodone()
    return replace(
        base, steps=steps, turns=(), supplies=fills(steps), use_days=90, order=(("morphine", "the only opioid"),),
        regimens=(Regimen(("m1",), "morphine", "oral", "immediate", "morphine-ir-tablet", "mg/d", 15, 3, (5, 5, 5), 15, "5 mg x 3"),),
        pace=replace(PACE, of="original", current_below_percent=30, asked=True),
        naloxone=Naloxone(True, ("tolerance falls",), True), warnings=(), support=(),
        request=TaperRequest(drugs=("morphine",), percent=8, start=start, last_steps=True, since=AS_OF - 90),
    )  # fmt: skip


def patches() -> TaperPlan:
    """Fentanyl patches first, then buccal buprenorphine film held; two drugs in order."""
    start = AS_OF + 1
    fentanyl = tuple(
        step(n, start + 28 * (n - 1), 28, before, (at("08:00", "morning", *map(patch, worn)),), drug="fentanyl",
             route="transdermal", unit="ug/h", every_days=3, per=2.4)
        for n, (before, worn) in enumerate(((100.0, (75, 12)), (87, (75,)), (75, (50, 12))), 1)
    )  # fmt: skip
    morphine = (
        step(4, start + 84, 28, 15, (at("08:00", "morning", ir(15, 0.5)), at("20:00", "night", ir(5))), drug="morphine",
             release="immediate", per=1.0),
    )  # fmt: skip
    base = oxycodone()
    return replace(
        base, steps=(*fentanyl, *morphine), supplies=fills((*fentanyl, *morphine)),
        turns=(Turn("fentanyl", start + 84, 62, "ug/h", "No patch makes the next step.", ("hold",), ()),),
        order=(("transdermal fentanyl", "the larger part of the dose"), ("morphine", "second")),
        regimens=(
            Regimen(("m1",), "fentanyl", "transdermal", "extended", "fentanyl-patch", "ug/h", 100, 1, (100,), 240, "100 ug/h"),
            Regimen(("m2",), "morphine", "oral", "immediate", "morphine-ir-tablet", "mg/d", 15, 2, (7.5, 7.5), 15, "7.5 mg x 2"),
        ),
    )  # fmt: skip


def many_times() -> TaperPlan:
    """Six doses a day of a drug without a factor."""
    start = AS_OF + 1
    hours = ("06:00", "10:00", "14:00", "18:00", "22:00", "02:00")
    made = tuple(
        step(n, start + 28 * (n - 1), 28, before, tuple(at(h, "dose", ir(5, c)) for h, c in zip(hours, counts, strict=True)),
             drug="morphine", release="immediate", per=None)
        for n, (before, counts) in enumerate(((60.0, (2, 2, 2, 2, 2, 1)), (55, (2, 2, 2, 2, 1, 1))), 1)
    )  # fmt: skip
    taken = Regimen(
        ("m1",),
        "morphine",
        "oral",
        "immediate",
        "morphine-ir-tablet",
        "mg/d",
        60,
        6,
        (10,) * 6,
        None,
        "10 mg x 6",
    )
    return replace(
        oxycodone(),
        steps=made,
        supplies=fills(made),
        turns=(),
        regimens=(taken,),
        order=(("morphine", "the only opioid"),),
    )


def relative() -> TaperPlan:
    """The same as `oxycodone` for a record that counts days."""
    return replace(
        oxycodone(DEFAULT_EPOCH + 17),
        request=TaperRequest(start=DEFAULT_EPOCH + 21, since=DEFAULT_EPOCH - 400),
    )


def blocked() -> TaperPlan:
    """Pregnancy blocks."""
    lock = Interlock("pregnancy", "block", "Pregnancy", ("pregnant on record",), "Reach a specialist before any taper.",
                     ("cdc2022",), "guideline")  # fmt: skip
    return TaperPlan("blocked", AS_OF, "2026.11", TaperRequest(), blocked_by=(lock,), sources=("cdc2022",))


def emergency() -> TaperPlan:
    """An emergency blocks."""
    lock = Interlock("emergency-neurotoxicity", "emergency", "Myoclonus and new confusion on opioids",
                     ("myoclonus 11 November 2026",), "Assess today in an emergency department.", ("cdc2022",), "guideline")  # fmt: skip
    return replace(blocked(), blocked_by=(lock,))


def unassessable() -> TaperPlan:
    """What was asked is faster than the rule; an amount is missing."""
    return TaperPlan(
        "unassessable", AS_OF, "2026.11", TaperRequest(percent=50, interval_days=7),
        unassessable=(Unassessable("taper", "50 % a step is faster than the slowest rule that applies", ("the daily amount of tramadol",)),),
        nearest="--percent 10 --interval-days 28",
    )  # fmt: skip


TAPERS = {
    "oxycodone": oxycodone, "liquid-end": liquid_end, "patches": patches, "many-times": many_times,
    "relative": relative, "blocked": blocked, "emergency": emergency, "unassessable": unassessable,
}  # fmt: skip

GATES = (
    GateState("reason", "met", "intolerable effect: hyperalgesia", "The reason for the rotation is on record.", "algesia"),
    GateState("egfr", "open", "not on record", "Kidney function within 90 days.", "cdc2022"),
    GateState("qtc", "note", "430 ms on 3 November 2026", "QTc below 450 ms.", "methadone_label"),
)  # fmt: skip


def by_ratio() -> RotationPlan:
    """Morphine to hydromorphone by ranges."""
    return RotationPlan(
        status="planned", as_of=AS_OF, knowledge="2026.11", request=RotationRequest("hydromorphone"), method="ratio",
        regimens=(Regimen(("m1",), "morphine", "oral", "extended", "morphine-er-tablet", "mg/d", 120, 2, (60, 60), 120,
                          "60 mg every 12 h = 120 mg/d"),),
        to_drug="hydromorphone", to_route="oral",
        ratios=(
            RatioLine("fine", 4, 7.5, "4 to 7.5 mg of oral morphine to 1 mg", "fine2009", FULL, True),
            RatioLine("memory", 5, 5, "5 to 1", "va_tool", Confidence.UNVERIFIED, False),
        ),
        before_reduction=(16, 30), reduction_percent=50, after_reduction=(8, 15), start_daily=(8, 8),
        doses=tuple(
            at(h, n, Piece("hydromorphone-ir-tablet", "hydromorphone IR tablets", "897696", 2, "mg", "immediate", 1))
            for h, n in (("06:00", "early"), ("12:00", "midday"), ("18:00", "evening"), ("22:00", "night"))
        ),
        breakthrough="No more than one dose of 1 mg every 4 h as needed.",
        working=(
            "Now: 60 mg every 12 h = 120 mg/d of oral morphine",
            "Ratio: 4 to 7.5 mg of morphine to 1 mg of hydromorphone",
            "120 / 7.5 = 16, 120 / 4 = 30: 16 to 30 mg/d",
            "Less 50 % for incomplete cross-tolerance: 8 to 15 mg/d",
            "The lower end, rounded down to products: 8 mg/d",
        ),
        gates=GATES,
        monitoring=(rule("first-week", "Contact every 2 to 3 days in the first week."),),
        rules=(rule("cross-tolerance", "Take off 25 to 50 % for incomplete cross-tolerance.", "fine2009", FULL),),
        naloxone=Naloxone(True, ("tolerance to the new drug is incomplete",), False),
        warnings=("Kidney function is not on record.",), sources=("cdc2022", "fine2009"),
    )  # fmt: skip


def induction() -> RotationPlan:
    """Buprenorphine day by day."""
    return replace(
        by_ratio(), method="induction", request=RotationRequest("buprenorphine", to_route="sublingual"),
        to_drug="buprenorphine", to_route="sublingual", ratios=(), before_reduction=None, reduction_percent=None,
        after_reduction=None, start_daily=None, doses=(), breakthrough="",
        working=("No dose of buprenorphine is computed from the former opioid.",),
        inductions=(
            Induction("low-dose", "Low-dose start", "outpatient", (
                ScheduleLine("day 1", "0.5 mg once", "unchanged"),
                ScheduleLine("day 2", "0.5 mg twice", "unchanged", "COWS below 13"),
                ScheduleLine("day 8", "12 mg", "stop", "COWS below 13")), "Overlaps with the full agonist.", "jabfm_micro", SECONDARY),
            Induction("standard", "Standard start", "office", (ScheduleLine("day 1", "2 to 4 mg", "stopped 12 to 24 h before", "COWS above 8"),),
                      "After mild to moderate withdrawal.", "cdc2022", FULL),
        ),
    )  # fmt: skip


def rotation_patch() -> RotationPlan:
    """A patch by the label's table."""
    return replace(
        by_ratio(), method="label-table", request=RotationRequest("fentanyl", to_route="transdermal"), to_drug="fentanyl",
        to_route="transdermal", unit="ug/h", ratios=(), before_reduction=None, reduction_percent=None,
        after_reduction=None, start_daily=(25, 25), doses=(at("08:00", "morning", patch(25)),), every_days=3,
        working=("The label's table: 60 to 134 mg/d of oral morphine is 25 ug/h.",),
        naloxone=Naloxone(True, ("tolerance is incomplete",), True), warnings=(),
    )  # fmt: skip


def rotation_blocked() -> RotationPlan:
    """A refused rotation."""
    return RotationPlan(
        "blocked", AS_OF, "2026.11", RotationRequest("methadone"), blocked_by=blocked().blocked_by,
        referral="specialist care in pregnancy; never abrupt", gates=(replace(GATES[2], state="refused"),), sources=("cdc2022",),
    )  # fmt: skip


def rotation_unassessable() -> RotationPlan:
    """One-way tables stay one-way."""
    return RotationPlan(
        "unassessable", AS_OF, "2026.11", RotationRequest("morphine"),
        unassessable=(Unassessable("rotation", "the label's table goes one way", ()),), nearest="--to hydromorphone",
    )  # fmt: skip


ROTATIONS = {
    "ratio": by_ratio, "induction": induction, "patch": rotation_patch, "rotation-blocked": rotation_blocked,
    "rotation-unassessable": rotation_unassessable,
}  # fmt: skip
