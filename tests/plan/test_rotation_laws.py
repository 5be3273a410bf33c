"""Laws of rotations over records and requests: the start stays under its bound, blocked means nothing, dates shift freely."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.knowledge.loader import load
from algesia.plan.model import RotationPlan, RotationRequest
from algesia.plan.rotation import rotate
from algesia.plan.rotation_ratios import Conversion, convert
from algesia.plan.rotation_taken import targets
from algesia.plan.tablets import total
from algesia.record.model import Record
from algesia.review import review
from tests.plan.rotation_records import lab, order, plan, record
from tests.strategies import records

ROWS = tuple(load().equianalgesic.values())
LAW = settings(max_examples=200, deadline=None)
OLD = (
    "morphine",
    "oxycodone",
    "hydromorphone",
    "tapentadol",
    "codeine",
    "oxymorphone",
    "tramadol",
    "levorphanol",
    "hydrocodone",
)
RATIO_TARGETS = (
    "morphine",
    "oxycodone",
    "hydromorphone",
    "tapentadol",
    "codeine",
    "oxymorphone",
    "tramadol",
    "levorphanol",
    "hydrocodone",
)
PAIRS = [(drug, route) for drug, routes in targets(load()).items() for route in routes]


def amounts() -> st.SearchStrategy[float]:
    """Daily amounts in mg, in halves of a milligram."""
    return st.integers(2, 900).map(lambda n: n / 2)


def abouts(drug: str, daily: float, release: str) -> Record:
    """A record with one opioid and an ECG."""
    return record(order(drug, daily, release=release), labs=[lab("qtc", 420), lab("egfr", 80)])


@LAW
@given(
    st.sampled_from(OLD),
    st.sampled_from(RATIO_TARGETS),
    amounts(),
    st.none() | st.floats(50, 99),
    st.sampled_from(("extended", "immediate")),
)
def test_a_start_never_exceeds_the_lowest_result_after_reduction(
    old: str, new: str, daily: float, reduction: float | None, release: str
) -> None:
    found = plan(abouts(old, daily, release), new, reduction=reduction)
    if found.status != "planned":
        assert found.doses == () and found.start_daily is None
        return
    ways = convert(daily, (old, "oral"), (new, "oral"), ROWS)
    assert isinstance(ways, Conversion)
    bound = ways.low * (1 - (50.0 if reduction is None else reduction) / 100)
    assert found.start_daily is not None
    assert total(found.doses) == found.start_daily[0] <= found.start_daily[1] <= bound + 1e-6
    assert found.before_reduction == (ways.low, ways.high) and ways.low <= ways.high


@LAW
@given(st.sampled_from(OLD), st.sampled_from(PAIRS), amounts(), st.floats(50, 99), st.floats(50, 99))
def test_a_larger_reduction_never_gives_a_larger_start(
    old: str, new: tuple[str, str], daily: float, one: float, other: float
) -> None:
    less, more = sorted((one, other))
    about = abouts(old, daily, "extended")
    gentle = plan(about, new[0], to_route=new[1], reduction=less)
    strong = plan(about, new[0], to_route=new[1], reduction=more)
    if strong.start_daily is not None and gentle.start_daily is None:
        # the larger start met a label's maximum, and a start at the maximum is refused
        assert any("maximum" in found.because for found in gentle.unassessable)
    elif strong.start_daily is not None and gentle.start_daily is not None:
        assert strong.start_daily[0] <= gentle.start_daily[0] + 1e-9
        assert strong.start_daily[1] <= gentle.start_daily[1] + 1e-9


@LAW
@given(records(), st.sampled_from(PAIRS))
def test_any_record_gives_a_plan_or_a_reason_and_a_block_gives_no_number(
    about: Record, new: tuple[str, str]
) -> None:
    knowledge = load()
    found = rotate(review(about, knowledge), knowledge, RotationRequest(new[0], new[1]))
    holds = (found.doses, found.start_daily, found.before_reduction, found.after_reduction, found.inductions)
    match found.status:
        case "blocked":
            assert found.blocked_by and found.referral
            assert holds == ((), None, None, None, ())
        case "unassessable":
            assert found.unassessable
            assert found.doses == () and found.start_daily is None
        case "planned":
            assert not found.blocked_by and not found.unassessable
            assert found.naloxone is not None and found.monitoring
    assert set(found.sources) <= set(knowledge.sources)


@LAW
@given(st.sampled_from(OLD), st.sampled_from(PAIRS), amounts(), st.sampled_from(("extended", "immediate")))
def test_equal_questions_have_equal_answers(
    old: str, new: tuple[str, str], daily: float, release: str
) -> None:
    about = abouts(old, daily, release)
    assert plan(about, new[0], to_route=new[1]) == plan(about, new[0], to_route=new[1])


def shifted(about: Record, days: int) -> Record:
    """The record with every date of order, laboratory value and pain entry moved."""

    def moved(fact: Any) -> Any:
        names = [name for name in ("at", "start", "end") if getattr(fact, name, None) is not None]
        return msgspec.structs.replace(fact, **{name: getattr(fact, name).shifted(days) for name in names})

    return msgspec.structs.replace(
        about,
        medications=tuple(map(moved, about.medications)),
        labs=tuple(map(moved, about.labs)),
        pain=tuple(map(moved, about.pain)),
    )


def numbers(found: RotationPlan) -> RotationPlan:
    """The plan without the days that it names."""
    gates = tuple(replace(gate, on_record="") for gate in found.gates)
    return replace(found, as_of=0, gates=gates)


@LAW
@given(st.sampled_from(OLD), st.sampled_from(PAIRS), amounts(), st.integers(-4000, 4000))
def test_shifting_the_dates_changes_nothing(old: str, new: tuple[str, str], daily: float, days: int) -> None:
    about = abouts(old, daily, "extended")
    here, there = (plan(each, new[0], to_route=new[1]) for each in (about, shifted(about, days)))
    assert numbers(here) == numbers(there)


@LAW
@given(
    amounts(), amounts(), st.sampled_from([p for p in PAIRS if p[0] not in ("methadone", "buprenorphine")])
)
def test_a_smaller_dose_never_has_a_larger_upper_bound(
    one: float, other: float, new: tuple[str, str]
) -> None:
    less, more = sorted((one, other))
    small, large = (
        plan(abouts("oxymorphone", daily, "extended"), new[0], to_route=new[1]) for daily in (less, more)
    )
    if small.start_daily is not None and large.start_daily is not None:
        assert small.start_daily[1] <= large.start_daily[1] + 1e-9
