"""Synthetic assessments for the tests of the report: people and numbers are invented.

Built from the dataclasses alone, so that the report is tested without the engine. Nothing here is a clinical
expectation; it only has to be shaped like the real thing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from algesia.assessment.model import (
    Ask,
    Assessment,
    Differential,
    DoseChange,
    Episode,
    Evidence,
    Hypothesis,
    Interlock,
    Now,
    Option,
    SignState,
    Spread,
    Support,
    Trap,
    TrapCheck,
    Unknown,
    Verdict,
    Window,
)
from algesia.exposure.model import Exposure, Item, Query, Span, Steps
from algesia.knowledge.model import Confidence
from algesia.quantities.refusal import Unassessable
from algesia.quantities.time import DEFAULT_EPOCH, Instant
from algesia.record.model import (
    Amount,
    BodyMap,
    Condition,
    Function,
    Intervention,
    Medication,
    Pain,
    Person,
    Record,
    Sign,
)


def day(text: str) -> int:
    """The ordinal of an ISO date."""
    return date.fromisoformat(text).toordinal()


STEPS = (
    ("2026-01-05", 60.0), ("2026-02-09", 90.0), ("2026-04-13", 120.0), ("2026-06-08", 150.0),
    ("2026-07-27", 180.0), ("2026-09-14", 165.0), ("2026-10-12", 150.0), ("2026-11-09", 135.0),
)  # fmt: skip
AS_OF = day("2026-11-12")
GAPS = ((day("2026-05-02"), day("2026-05-14")), (day("2026-08-18"), day("2026-08-23")))
LEVELS = (5.4, 5.5, 6.3, 7.2, 8.0, 8.8, 8.0, 7.0)
DIPS = (0.0, 1.9, 1.2, 1.4, 0.0, -0.5, -0.6, 0.0)
LENGTHS = (1, 20, 10, 8, 1, 7, 7, 1)


def diary() -> tuple[Pain, ...]:
    """A rating on most days: a level for each dose, a dip that fades after an increase, and a fixed wobble."""
    starts = [day(at) for at, _ in STEPS]
    out: list[Pain] = []
    for now in range(starts[0], AS_OF + 1):
        if any(a <= now < b for a, b in GAPS) or (now * 37) % 11 == 3:
            continue
        index = max(i for i, start in enumerate(starts) if start <= now)
        since = now - starts[index]
        dip = DIPS[index] * max(0.0, 1 - since / LENGTHS[index])
        wobble = ((now * 7919) % 13 - 6) / 6
        score = min(10, max(0, round(LEVELS[index] - dip + wobble)))
        out.append(Pain(at=Instant(now, 1200), score=score, question="average-24h"))
    return tuple(out)


def mean(ratings: tuple[Pain, ...], start: int, end: int) -> Window | None:
    """The ratings of [start, end) averaged."""
    scores = [p.score for p in ratings if p.score is not None and start <= p.at.day < end]
    if not scores:
        return None
    middle = sum(scores) / len(scores)
    sd = (sum((s - middle) ** 2 for s in scores) / len(scores)) ** 0.5
    return Window(round(middle, 2), round(sd, 2), len(scores))


def item(
    medication: str,
    drug: str,
    start: int,
    end: int | None,
    daily: Span | None,
    factor: float | None,
    working: str,
    *,
    route: str = "oral",
    status: str = "converted",
    reason: str | None = None,
    as_needed: bool = False,
) -> Item:
    """An item; MME is daily times factor when it is converted."""
    return Item(
        medication=medication, drug=drug, route=route, start=start, end=end, daily=daily, factor=factor,
        mme=daily.times(factor) if daily is not None and factor is not None else None,
        status=status, working=working, reason=reason,  # type: ignore[arg-type]
        source="cdc2022" if factor is not None else None,
        confidence=Confidence.FULL_TEXT if factor is not None else None,
        basis="taken", as_needed=as_needed,
    )  # fmt: skip


def steps(pairs: list[tuple[int, float]]) -> Steps:
    """A step function of exact amounts."""
    return Steps(tuple(d for d, _ in pairs), tuple(Span.exactly(v) for _, v in pairs))


def rich_exposure() -> Exposure:
    """Eight regimens of oxycodone, one as needed, and tramadol drops without an amount."""
    items: list[Item] = []
    ends = [*(day(at) for at, _ in STEPS[1:]), None]
    for number, ((at, mme), end) in enumerate(zip(STEPS, ends, strict=True), 1):
        mg = mme / 1.5
        items.append(
            item(f"m{number}", "oxycodone", day(at), end, Span.exactly(mg), 1.5,
                 f"{mg / 2:g} mg every 12 h = {mg:g} mg/d; x 1.5 = {mme:g} MME/d")
        )  # fmt: skip
    items.append(
        item("m9", "oxycodone", day("2026-03-02"), day("2026-06-08"), Span(0, 0, 10), 1.5,
             "0 to 2 x 5 mg a day = 0 to 10 mg/d; x 1.5 = 0 to 15 MME/d", as_needed=True)
    )  # fmt: skip
    items.append(
        item("m10", "tramadol", day("2026-08-03"), day("2026-08-17"), None, None, "no amount", status="unconverted",
             reason="The amount is not known. Ask the person or the pharmacy.")
    )  # fmt: skip
    fixed = [(day(at), mme) for at, mme in STEPS]
    spans = {d: Span.exactly(v) for d, v in fixed}
    a, b = day("2026-03-02"), day("2026-06-08")
    spans[a] = Span(90, 90, 105)
    spans[day("2026-04-13")] = Span(120, 120, 135)
    spans[b] = Span.exactly(150)
    ordered = sorted(spans)
    mme = Steps(tuple(ordered), tuple(spans[d] for d in ordered))
    track = steps([(d, v / 1.5) for d, v in fixed])
    return Exposure(
        edition="cdc-2022", first_day=fixed[0][0], last_day=AS_OF, items=tuple(items), mme=mme,
        fixed_mme=steps(fixed), tracks={("oxycodone", "oral"): track}, fixed_tracks={("oxycodone", "oral"): track},
        queries=(Query("medications[9].dose", "drops", "drops without a concentration are not an amount",
                       "How many mg of tramadol does one drop hold?"),),
        used="Taken amounts were used where they are on record, else dispensed, else prescribed.",
    )  # fmt: skip


VERDICTS: tuple[tuple[Verdict, int | None, str], ...] = (
    ("brief-relief", 21, "Relief for 20 days, back by day 21."),
    ("brief-relief", 11, "Relief for 10 days, back by day 11."),
    ("brief-relief", 9, "Relief for 8 days, back by day 9."),
    ("worse", None, "No relief. Pain was higher by 1.0 in week 7."),
    ("worse", None, "One hard week, then lower by 0.4 at week 4."),
    ("lasting-relief", None, "One hard week, then lower by 1.3 at week 4."),
    ("unassessable", None, "Day 4: too early to say."),
)


def episodes(pain: tuple[Pain, ...]) -> tuple[Episode, ...]:
    """One episode for each of the seven changes."""
    out = []
    days = [day(at) for at, _ in STEPS]
    for i, (verdict, back, says) in enumerate(VERDICTS, 1):
        at = days[i]
        before, after = STEPS[i - 1][1], STEPS[i][1]
        until = days[i + 1] if i + 1 < len(days) else AS_OF + 1
        out.append(
            Episode(
                change=DoseChange(at, "increase" if after > before else "decrease", before, after, "MME/d",
                                  "oxycodone", "oral"),
                pain_before=mean(pain, at - 7, at), pain_after=mean(pain, at + 7, min(at + 29, until)),
                pain_late=mean(pain, until - 14, until), function_before=None, function_after=None,
                returned_after_days=back, still_below=False, judged_days=until - 1 - at, verdict=verdict, says=says,
                why="Only 3 days of 28 have passed." if verdict == "unassessable" else None,
            )
        )  # fmt: skip
    return tuple(out)


def evidence(
    feature: str, finding: str, weight: int, at: str | None = None, source: str = "cdc2022"
) -> Evidence:
    """A finding with the given weight."""
    return Evidence(feature, finding, None if at is None else day(at), weight, (source,), "guideline",
                    Confidence.SECONDARY)  # fmt: skip


def hypothesis(
    id: str,
    name: str,
    support: Support,
    for_: tuple[Evidence, ...] = (),
    against: tuple[Evidence, ...] = (),
    unknown: tuple[Unknown, ...] = (),
) -> Hypothesis:
    """A hypothesis; its score is the sum of its weights."""
    score = float(sum(e.weight for e in for_) + sum(e.weight for e in against))
    return Hypothesis(
        id, name, f"{name}, as its source defines it.", "cdc2022", support, score, for_, against, unknown
    )


def rich_differential() -> Differential:
    """Eight hypotheses and stable, as on the mock-up."""
    egfr = Unknown("egfr", "eGFR", 1)
    return Differential(
        hypotheses=(
            hypothesis("oih", "Opioid-induced hyperalgesia", "strong",
                       (evidence("worse", "Pain rose after the increase", 2, "2026-07-27"),
                        evidence("allodynia", "Light touch hurts away from the first place", 2, "2026-06-15"),
                        evidence("spread", "Spread, not one nerve root", 2, "2026-04-27"),
                        evidence("brief", "Relief shorter after each increase", 1, "2026-07-27")),
                       (evidence("relief", "First three increases gave relief", -1, "2026-06-17"),),
                       (egfr, Unknown("qst", "Sensory test at a far site", 2))),
            hypothesis("central-sensitization", "Central sensitization, other cause", "possible",
                       (evidence("areas", "Spread to 11 areas", 2, "2026-11-03"),
                        evidence("allodynia", "Light touch hurts", 1, "2026-06-15")),
                       (evidence("order", "Began after dose rises, not before", -1),),
                       (Unknown("fm", "Fibromyalgia survey before 2026", 1),)),
            hypothesis("tolerance", "Tolerance", "weak",
                       (evidence("brief", "Brief relief after increases", 1),),
                       (evidence("touch", "Touch pain and spread do not fit", -2),
                        evidence("above", "Pain above the old level, not at it", -2))),
            hypothesis("withdrawal", "Withdrawal between or after doses", "weak",
                       (evidence("hard", "One hard week after each step down", 1),),
                       (evidence("eod", "No end-of-dose pattern in 260 entries", -1),),
                       (Unknown("cows", "COWS, next visit", 2),)),
            hypothesis("progression", "Progression of disease", "weak",
                       (evidence("brief", "Brief relief after increases", 1),),
                       (evidence("mri", "MRI: no change from 2024", -1, "2026-10-02"),),
                       (Unknown("neuro", "Neurological examination", 1),)),
            hypothesis("psychological", "Psychological amplification", "weak",
                       (evidence("sleep", "Sleep poor since June", 1, "2026-06-01"),),
                       (evidence("phq", "PHQ-9 is 6", -1, "2026-11-03"),)),
            hypothesis("neurotoxicity", "Opioid neurotoxicity", "none", (),
                       (evidence("myo", "No myoclonus, no confusion", -1, "2026-11-10"),),
                       (egfr, Unknown("hydration", "Hydration, infection", 1))),
            hypothesis("oud", "Opioid use disorder", "against", (),
                       (evidence("dsm", "0 of 9 criteria; tolerance and withdrawal not counted", -2, "2026-11-03"),)),
            hypothesis("stable", "Stable", "against", (),
                       (evidence("rise", "Pain higher than a year ago", -2, "2026-11-12"),)),
        ),
        leading=("oih",),
        verdict="Opioid-induced hyperalgesia stands out. Central sensitization of other cause stays possible.",
        withheld=None,
    )  # fmt: skip


def sign(name: str, clinical: str, *history: tuple[str, bool | None], note: str | None = None) -> SignState:
    """A sign from its history; the last answer gives the status."""
    days = tuple((day(at), answer) for at, answer in history)
    last = days[-1][1] if days else None
    status = "not-examined" if last is None else ("present" if last else "absent")
    since = min((d for d, answer in days if answer), default=None) if status == "present" else None
    return SignState(name, clinical, clinical, status, since,  # type: ignore[arg-type]
                     days[-1][0] if days else None, days, None, note)  # fmt: skip


def rich_signs() -> tuple[SignState, ...]:
    """Present, gone, absent and never asked."""
    return (
        sign("spreading-pain", "Spread beyond first place", ("2026-01-20", False), ("2026-03-10", False),
             ("2026-04-27", True), ("2026-11-03", True)),
        sign("allodynia", "Light touch hurts", ("2026-03-10", False), ("2026-06-15", True), ("2026-11-03", True),
             note="Clothes hurt at the leg."),
        sign("worse-after-dose", "Worse after a dose", ("2026-07-02", True), ("2026-10-20", True), ("2026-11-03", False)),
        sign("myoclonus", "Myoclonus", ("2026-11-10", False)),
        sign("confusion", "Confusion", ("2026-11-10", False)),
        sign("hyperalgesia-on-examination", "Hyperalgesia on examination"),
        sign("end-of-dose-failure", "End-of-dose failure"),
    )  # fmt: skip


def rich_record(pain: tuple[Pain, ...]) -> Record:
    """The record behind the rich case."""
    ends = [*(day(at) for at, _ in STEPS[1:]), None]
    meds = tuple(
        Medication(drug="oxycodone", id=f"m{n}", route="oral", release="extended", basis="taken", every_hours=12,
                   dose=Amount(unit="mg", value=mme / 3), start=Instant(day(at)), end=None if e is None else Instant(e))
        for n, ((at, mme), e) in enumerate(zip(STEPS, ends, strict=True), 1)
    )  # fmt: skip
    return Record(
        epoch=Instant(day("2026-01-01")),
        person=Person(id="Maria Ellison", birth_date=Instant(day("1971-05-02")), sex="female", weight_kg=68),
        conditions=(Condition(kind="chronic-pain", text="low back pain", at=Instant(day("2019-03-01"))),),
        medications=(*meds, Medication(drug="tramadol", id="m10", route="oral", start=Instant(day("2026-08-03")),
                                       end=Instant(day("2026-08-17")), text="tramadol drops"),
                     Medication(drug="gabapentin", id="m11", route="oral", start=Instant(day("2026-01-05")),
                                dose=Amount(unit="mg", value=300), times_per_day=3)),
        pain=pain,
        function=(Function(at=Instant(day("2026-09-10")), instrument="peg", score=7.7),
                  Function(at=Instant(day("2026-11-03")), instrument="peg", score=6.3)),
        body_maps=(BodyMap(at=Instant(day("2026-01-20")), areas=("lower-back-left", "lower-back-right")),
                   BodyMap(at=Instant(day("2026-11-03")), areas=("lower-back-left", "lower-back-right", "buttock-left"))),
        signs=(Sign(at=Instant(day("2026-06-15")), sign="allodynia", present=True, note="Clothes hurt at the leg."),),
        interventions=(Intervention(at=Instant(day("2026-02-16")), kind="physiotherapy", end=Instant(day("2026-04-29"))),
                       Intervention(at=Instant(day("2026-07-13")), kind="steroid-injection"),
                       Intervention(at=Instant(day("2026-10-01")), kind="duloxetine", end=Instant(AS_OF))),
    )  # fmt: skip


def rich() -> Assessment:
    """A year of diary, four increases, three steps down: close to the mock-up."""
    pain = diary()
    found = episodes(pain)
    return Assessment(
        record=rich_record(pain), as_of=AS_OF, knowledge_edition="2026.11", exposure=rich_exposure(),
        interlocks=(Interlock("naloxone", "warn", "Naloxone is not on record",
                              ("135 MME a day on 12 November 2026", "gabapentin 900 mg a day since 5 January 2026"),
                              "Offer naloxone and teach its use before any plan.", ("cdc2022",), "guideline"),),
        episodes=found,
        trap=Trap("present", day("2026-05-11"), ("Four increases within 12 months.", "Dose up by 200 %."), (
            TrapCheck("2 or more increases within 12 months", "4: 9 Feb, 13 Apr, 8 Jun, 27 Jul", True, "expert_prior"),
            TrapCheck("Dose up by 30 % or more", "60 to 180 MME a day, +200 %", True, "expert_prior"),
            TrapCheck("No 30 % gain in pain, 1 to 4 weeks after each", "Pain −4, +4, +9, +14 %", True, "cdc2022"),
            TrapCheck("No 30 % gain in PEG, 1 to 4 weeks after each", "PEG known after 2 of 4", None, "cdc2022"))),
        signs=rich_signs(),
        spread=Spread(day("2026-01-20"), day("2026-11-03"), 2, 11, 6, ("buttock-left", "thigh-back-left"), (), 4,
                      "both", ("thigh-back-left",), "No agreement between repeats is known for these 74 areas.", True),
        differential=rich_differential(),
        ask_next=(
            Ask("egfr", "eGFR", "None since March. Neurotoxicity cannot be judged without it.", "blood test", "low",
                ("neurotoxicity", "oih")),
            Ask("touch", "Brush and pin at the hand", "Touch pain is so far known only from the leg.", "2 minutes",
                "low", ("oih", "progression")),
            Ask("cows", "COWS in the first week of a step", "Tells withdrawal from pain.", "nurse visit", "medium",
                ("withdrawal", "oih")),
            Ask("old-scores", "Pain scores from the old chart, 2024 to 2025", "Shows the level before opioids.",
                "records", "medium", ("progression", "stable"))),
        options=(
            Option("taper", "Continue the taper, 10 % every 4 weeks or slower", "consider",
                   ("On opioids 1 year or more.",), ("cdc2022",)),
            Option("rotate-buprenorphine", "Rotate to buprenorphine", "needs-answer",
                   ("Needs COWS before the first dose.", "Never computed from MME."), ("cdc2022",)),
            Option("rotate-methadone", "Rotate to methadone", "blocked", ("QTc is not on record.",), ()),
            Option("raise", "Raise the dose", "not-offered", ("No option here tests the pattern by raising a dose.",), ())),
        now=Now(mean(pain, AS_OF - 6, AS_OF + 1), ("peg", 6.3, day("2026-11-03")), Span.exactly(135), True),
        headline="Pain was back within 21, 11 and 9 days of three increases, rose after the fourth, and is 1.7 lower "
                 "since the taper began.",
        subline="From 260 diary days of 312, 7 dose changes and 4 visits.",
        unassessable=(Unassessable("Neurotoxicity", "No eGFR since March.", ("egfr",)),
                      Unassessable("Sensory testing", "Never done.", ("qst",))),
        queries=(Query("medications[9].dose", "drops", "drops without a concentration are not an amount",
                       "How many mg of tramadol does one drop hold?"),),
        sources=("cdc2022",), notes=("52 of 312 diary days are empty, 17 of them in two gaps.",),
    )  # fmt: skip


def emergency() -> Assessment:
    """The rich case with myoclonus and confusion today; the engine's findings are left in, to prove silence."""
    base = rich()
    signs = (
        sign(
            "myoclonus",
            "Myoclonus",
            ("2026-11-10", False),
            ("2026-11-12", True),
            note="Arms jerk at rest, 07:50.",
        ),
        sign("confusion", "Confusion", ("2026-11-12", True)),
        sign("slow-breathing", "Slow breathing"),
        sign("cannot-be-woken", "Cannot be woken"),
        *(s for s in base.signs if s.sign not in ("myoclonus", "confusion")),
    )
    lock = Interlock(
        "delirium_seizure", "emergency", "Assess now: myoclonus and new confusion on opioids",
        ("Myoclonus 12 November 2026", "Confusion 12 November 2026"),
        "Breathing rate, waking, pupils, oxygen. Naloxone if breathing is slow. Kidney function, hydration, infection. "
        "Hospital assessment today.", ("cdc2022",), "guideline",
    )  # fmt: skip
    return replace(base, signs=signs, interlocks=(lock, *base.interlocks),
                   headline="Assess now: myoclonus and new confusion on opioids.",
                   subline="Possible opioid neurotoxicity or overdose.")  # fmt: skip


def sparse() -> Assessment:
    """Almost nothing on record: one drug without an amount and one rating. Cannot tell."""
    at = day("2024-02-02")
    names = (("oih", "Opioid-induced hyperalgesia"), ("tolerance", "Tolerance"), ("stable", "Stable"))
    exposure = Exposure(
        "cdc-2022", at, at,
        (item("medications[0]", "oxycodone", at, None, None, None, "no amount", status="unconverted",
              reason="No amount is on record."),),
        Steps(), Steps(), {}, {}, (), "Prescribed amounts were used.",
    )  # fmt: skip
    return Assessment(
        record=Record(medications=(Medication(drug="oxycodone", start=Instant(at)),),
                      pain=(Pain(at=Instant(at), score=7),)),
        as_of=at, knowledge_edition="2026.11", exposure=exposure, interlocks=(), episodes=(),
        trap=Trap("unassessable", None, ("No dose change is on record.",), ()),
        signs=(sign("allodynia", "Light touch hurts"), sign("myoclonus", "Myoclonus")), spread=None,
        differential=Differential(
            tuple(hypothesis(i, n, "none", unknown=(Unknown("f", "Any dose change", 2),)) for i, n in names), (),
            "Cannot tell: no dose change and no sign is on record.", None),
        ask_next=(Ask("dose", "Dose and frequency of oxycodone", "Nothing can be counted without it.", "ask", "low",
                      ("oih", "tolerance")),),
        options=(), now=Now(Window(7.0, None, 1), None, Span(0, 0, 0), False),
        headline="Cannot tell yet: the record holds one medication without an amount and one pain rating.",
        subline="From 1 rating on 1 day.",
        unassessable=(Unassessable("The escalation trap", "No dose change is on record.", ("doses", "pain")),),
        queries=(), sources=(), notes=(),
    )  # fmt: skip


def hospital() -> Assessment:
    """Relative days, intravenous morphine that has no MME, followed in mg a day."""
    e = DEFAULT_EPOCH
    rates = [(e, 48.0), (e + 3, 96.0), (e + 6, 240.0), (e + 10, 480.0), (e + 14, 120.0)]
    ends = [*(d for d, _ in rates[1:]), None]
    items = tuple(
        item(f"m{n}", "morphine", d, end, Span.exactly(v), None, f"{v / 24:g} mg/h x 24 h = {v:g} mg/d",
             route="intravenous", status="unconverted",
             reason="Intravenous morphine has no factor in this table; it is followed in mg a day.")
        for n, ((d, v), end) in enumerate(zip(rates, ends, strict=True), 1)
    )  # fmt: skip
    track = steps(rates)
    pain = tuple(
        Pain(at=Instant(e + d, 480), score=s)
        for d, s in enumerate((6, 5, 6, 7, 6, 7, 8, 8, 9, 9, 10, 10, 10, 10, 8, 6, 4, 3))
    )
    changes = tuple(
        Episode(DoseChange(d, "increase" if v > b else "decrease", b, v, "mg/d", "morphine", "intravenous"),
                mean(pain, d - 3, d), mean(pain, d, d + 4), None, None, None, None, v < b, 4,
                "worse" if v > b else "lasting-relief",
                "No relief. Pain rose." if v > b else "Pain fell by 6 within 4 days.", None)
        for (_, b), (d, v) in pairwise(rates)
    )  # fmt: skip
    signs = (
        SignState(
            "allodynia",
            "Light touch hurts",
            "Allodynia",
            "present",
            e + 8,
            e + 8,
            ((e + 2, False), (e + 8, True)),
            3,
        ),
        SignState("myoclonus", "Muscles jerk", "Myoclonus", "absent", None, e + 12, ((e + 12, False),), 5),
    )
    base = rich()
    return replace(
        base,
        record=Record(relative=True, person=Person(id="case 12", age_years=61, sex="male"), pain=pain,
                      source="A published case."),
        as_of=e + 17,
        exposure=Exposure("cdc-2022", e, e + 17, items, Steps(), Steps(), {("morphine", "intravenous"): track},
                          {("morphine", "intravenous"): track}, (), "Taken amounts were used."),
        interlocks=(Interlock("inpatient", "block", "In hospital", ("Inpatient from day 0",),
                              "No taper or rotation plan is made here.", ("cdc2022",), "guideline"),),
        episodes=changes, signs=signs, spread=None,
        trap=Trap("present", e + 6, ("Three increases in 10 days.",), (
            TrapCheck("2 or more increases", "3: day 3, day 6, day 10", True, "expert_prior"),)),
        now=Now(mean(pain, e + 11, e + 18), None, Span(0, 0, 0), False),
        headline="Pain rose after each of three increases and fell after the reduction on day 14.",
        subline="From 18 ratings on 18 days and 4 dose changes.", unassessable=(), queries=(), notes=(),
        differential=replace(base.differential, hypotheses=tuple(
            replace(h, for_=tuple(replace(x, day=None if x.day is None else e + 8) for x in h.for_),
                    against=tuple(replace(x, day=None if x.day is None else e + 12) for x in h.against))
            for h in base.differential.hypotheses)),
    )  # fmt: skip


def twelve() -> Assessment:
    """Twelve dose changes over two years: what a long record does to two pages."""
    base = rich()
    start = AS_OF - 730
    pairs = [(start + 56 * i, 30.0 + 15 * i) for i in range(13)]
    pain = tuple(Pain(at=Instant(d, 1200), score=min(10, round(4 + (d - start) / 150 + (d * 7919) % 3 / 2)))
                 for d in range(start, AS_OF + 1, 2))  # fmt: skip
    ends = [*(d for d, _ in pairs[1:]), None]
    items = tuple(
        item(f"m{n}", "morphine", d, end, Span.exactly(v), 1.0, f"{v / 2:g} mg every 12 h = {v:g} mg/d; x 1 = {v:g} MME/d")
        for n, ((d, v), end) in enumerate(zip(pairs, ends, strict=True), 1)
    )  # fmt: skip
    found = tuple(
        Episode(DoseChange(d, "increase", b, v, "MME/d", "morphine", "oral"), mean(pain, d - 7, d),
                mean(pain, d + 7, d + 29), None, None, None, 9 if i % 2 else None, False, 56,
                "brief-relief" if i % 2 else "no-relief",
                "Relief for 8 days, back by day 9." if i % 2 else "No relief.", None)
        for i, ((_, b), (d, v)) in enumerate(pairwise(pairs))
    )  # fmt: skip
    track = steps(pairs)
    exposure = Exposure("cdc-2022", start, AS_OF, items, track, track, {("morphine", "oral"): track},
                        {("morphine", "oral"): track}, (), "Prescribed amounts were used.")  # fmt: skip
    return replace(
        base, record=replace_record(base.record, pain), exposure=exposure, episodes=found,
        now=Now(mean(pain, AS_OF - 6, AS_OF + 1), ("peg", 6.3, day("2026-11-03")), Span.exactly(210), True),
        headline="After 6 of 12 increases pain was back within 9 days; after 6 it did not fall.",
    )  # fmt: skip


def replace_record(record: Record, pain: tuple[Pain, ...]) -> Record:
    """The record with another diary and without its medications."""
    return Record(epoch=record.epoch, person=record.person, conditions=record.conditions, pain=pain,
                  interventions=record.interventions)  # fmt: skip


ALL = {"rich": rich, "emergency": emergency, "sparse": sparse, "hospital": hospital, "twelve": twelve}
