"""What holds for any record, and the proof against the day-by-day reference."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.exposure.compute import exposure
from algesia.exposure.model import Exposure, Span, Steps
from algesia.knowledge.loader import load
from algesia.knowledge.model import EDITIONS
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Dose, Medication, Record
from tests.exposure.build import DAY
from tests.exposure.reference import Bounds, Entry, Plan, by_day

LAST = 40
KNOWLEDGE = load()

plan = st.builds(
    Plan,
    drug=st.sampled_from(["oxycodone", "morphine", "methadone"]),
    start=st.integers(0, 30),
    end=st.none() | st.integers(31, 45),
    dose=st.sampled_from([5, 10]),
    times=st.integers(1, 4),
    as_needed=st.booleans(),
    basis=st.sampled_from(["prescribed", "dispensed", "taken"]),
    days=st.none() | st.integers(1, 12),
)
plans = st.lists(plan, max_size=8)


def medication(plan: Plan, name: str) -> Medication:
    """A plan as an order. Plans with `days` are supplies by quantity, the others run until their end."""
    common = {"drug": plan.drug, "route": "oral", "start": Instant(DAY + plan.start), "id": name}
    supply = {}
    if plan.days is not None:
        units = Amount(unit="{tablet}", value=plan.times * plan.days)
        supply = {"quantity": units, "days_supply": plan.days}
    elif plan.end is not None:
        supply = {"end": Instant(DAY + plan.end)}
    return Medication(
        **common, **supply, strength=Amount(unit="mg", value=plan.dose), dose=Amount(unit="{tablet}", value=1),
        times_per_day=plan.times, as_needed=plan.as_needed, basis=plan.basis,
    )  # type: ignore[arg-type]  # fmt: skip


def close(span: Span, expected: Bounds) -> bool:
    got = (span.low, span.likely, span.high)
    return all(abs(Fraction(a) - b) < Fraction(1, 10**6) for a, b in zip(got, expected, strict=True))


def equal(one: Exposure, other: Exposure, shift: int = 0) -> bool:
    def moved(steps: Steps) -> tuple[tuple[int, ...], tuple[Span, ...]]:
        return tuple(day + shift for day in steps.days), steps.values

    tracks = {key: moved(steps) for key, steps in one.tracks.items()}
    return (
        moved(one.mme) == (other.mme.days, other.mme.values)
        and moved(one.fixed_mme) == (other.fixed_mme.days, other.fixed_mme.values)
        and tracks == {key: (steps.days, steps.values) for key, steps in other.tracks.items()}
    )


def asked(record: Record, last: int = LAST, edition: str = "cdc-2016") -> Exposure:
    return exposure(record, KNOWLEDGE, edition, DAY + last)  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(plans)
def test_every_day_agrees_with_the_reference(found: list[Plan]) -> None:
    record = Record(medications=tuple(medication(plan, f"m{n}") for n, plan in enumerate(found)))
    computed = asked(record)
    # A dispensed as-needed supply tells what is likely; here it supplies exactly the most allowed.
    for day, expected in by_day(found, LAST).items():
        assert close(computed.mme.at(DAY + day), expected.every), day
        assert close(computed.fixed_mme.at(DAY + day), expected.fixed), day


entries = st.lists(
    st.builds(
        Entry,
        drug=st.sampled_from(["oxycodone", "morphine", "methadone"]),
        day=st.integers(0, 20),
        mg=st.sampled_from([5, 20, 60]),
    ),
    max_size=12,
)


@settings(max_examples=500, deadline=None)
@given(st.lists(plan, max_size=3), entries, st.integers(5, 25))
def test_every_day_of_a_log_agrees_with_the_reference(found: list[Plan], log: list[Entry], last: int) -> None:
    record = Record(
        medications=tuple(medication(plan, f"m{n}") for n, plan in enumerate(found)),
        doses=tuple(
            Dose(drug=e.drug, route="oral", at=Instant(DAY + e.day), dose=Amount(unit="mg", value=e.mg))
            for e in log
        ),
    )
    computed = asked(record, last)
    found = [plan for plan in found if plan.start <= last]
    for day, expected in by_day(found, last, log).items():
        total = computed.on(DAY + day)
        assert close(total.mme, expected.every), day
        assert close(computed.fixed_mme.at(DAY + day), expected.fixed), day
        assert {item.drug for item in total.unconverted} == expected.unknown, day
        assert total.complete == (not expected.unknown), day


orders = st.lists(
    st.builds(
        lambda drug, route, start, length, dose, times, as_needed, basis, known: Medication(
            drug=drug, route=route, start=Instant(DAY + start), end=length and Instant(DAY + start + length),
            dose=Amount(unit="mg", value=dose) if known else None, times_per_day=times, as_needed=as_needed,
            basis=basis,
        ),
        st.sampled_from(["oxycodone", "morphine", "methadone", "buprenorphine", "remifentanil", "tramadol"]),
        st.sampled_from(["oral", "intravenous", None]),
        st.integers(0, 30),
        st.none() | st.integers(1, 20),
        st.sampled_from([0.1, 2.5, 7.5, 10, 33.3]),
        st.integers(1, 6),
        st.booleans(),
        st.sampled_from(["prescribed", "dispensed", "taken"]),
        st.booleans(),
    ),
    max_size=8,
)  # fmt: skip
doses = st.lists(
    st.builds(
        lambda drug, day, amount: Dose(
            drug=drug, route="oral", at=Instant(DAY + day), dose=Amount(unit="mg", value=amount)
        ),
        st.sampled_from(["oxycodone", "morphine", "methadone"]),
        st.integers(0, 30),
        st.sampled_from([5, 10, 0.3]),
    ),
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(orders, doses, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing(meds: list[Medication], log: list[Dose], shuffle: object) -> None:
    before = asked(Record(medications=tuple(meds), doses=tuple(log)))
    shuffle.shuffle(meds)  # type: ignore[attr-defined]
    shuffle.shuffle(log)  # type: ignore[attr-defined]
    after = asked(Record(medications=tuple(meds), doses=tuple(log)))
    assert before == after


@settings(max_examples=100, deadline=None)
@given(orders, doses, st.integers(-4000, 4000))
def test_shifting_all_dates_changes_nothing(meds: list[Medication], log: list[Dose], days: int) -> None:
    import msgspec

    before = asked(Record(medications=tuple(meds), doses=tuple(log)))
    moved = Record(
        medications=tuple(
            msgspec.structs.replace(m, start=m.start.shifted(days), end=m.end and m.end.shifted(days))
            for m in meds
        ),
        doses=tuple(msgspec.structs.replace(d, at=d.at.shifted(days)) for d in log),
    )
    assert equal(before, asked(moved, LAST + days), days)


@settings(max_examples=100, deadline=None)
@given(orders)
def test_mme_adds_up_across_drugs(meds: list[Medication]) -> None:
    together = asked(Record(medications=tuple(meds)))
    apart = [
        asked(Record(medications=tuple(m for m in meds if m.drug == drug))) for drug in {m.drug for m in meds}
    ]
    for day in range(DAY, DAY + LAST + 1):
        total = together.mme.at(day)
        parts = [part.mme.at(day) for part in apart]
        assert abs(total.low - sum(part.low for part in parts)) < 1e-6
        assert abs(total.high - sum(part.high for part in parts)) < 1e-6


@settings(max_examples=100, deadline=None)
@given(orders, st.sampled_from(EDITIONS))
def test_nothing_is_dropped_and_complete_says_so(meds: list[Medication], edition: str) -> None:
    found = asked(Record(medications=tuple(meds)), edition=edition)
    assert len({item.medication for item in found.items}) == len({m.drug for m in meds})
    for m in meds:
        mine = [item for item in found.items if item.drug == m.drug and item.route == m.route]
        assert any(item.covers(m.start.day) for item in mine)
    for day in range(DAY, DAY + LAST + 1):
        running = [item for item in found.items if item.covers(day)]
        assert found.on(day).complete == (not any(item.status == "unconverted" for item in running))
    for item in found.items:
        assert (item.mme is None) == (item.factor is None)
        if item.status == "unconverted":
            assert item.reason
            assert item.mme is None


@settings(max_examples=60, deadline=None)
@given(orders)
def test_editions_differ_by_factor_only(meds: list[Medication]) -> None:
    record = Record(medications=tuple(meds))
    found = [asked(record, edition=edition) for edition in EDITIONS]
    for other in found[1:]:
        assert other.tracks == found[0].tracks
        assert other.fixed_tracks == found[0].fixed_tracks
        assert other.queries == found[0].queries


@settings(max_examples=60, deadline=None)
@given(orders, st.integers(0, LAST))
def test_what_comes_later_does_not_change_earlier_days(meds: list[Medication], day: int) -> None:
    record = Record(medications=tuple(meds))
    assert asked(record, day).mme.at(DAY + day) == asked(record).mme.at(DAY + day)


@settings(max_examples=100, deadline=None)
@given(orders)
def test_bounds_keep_their_order_and_nothing_is_left_behind(meds: list[Medication]) -> None:
    found = asked(Record(medications=tuple(meds)))
    for span in (*found.mme.values, *(v for steps in found.tracks.values() for v in steps.values)):
        assert 0 <= span.low <= span.likely <= span.high
    ended = asked(Record(medications=tuple(m for m in meds if m.end is not None)), 400)
    assert ended.mme.at(DAY + 400) == Span(0, 0, 0)


def test_orders_without_a_name_that_start_together_are_asked_about_in_any_order() -> None:
    orders = [
        Medication(
            drug="morphine",
            route="oral",
            start=Instant(DAY),
            dose=Amount(unit="mg", value=mg),
            times_per_day=2,
        )
        for mg in (10.0, 2.5, 10.0)
    ]
    found = [asked(Record(medications=turned)) for turned in permutations(orders)]
    assert all(one == found[0] for one in found)
    assert "Is it one order written twice?" in [query.ask for query in found[0].queries]
