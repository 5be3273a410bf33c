"""A taper written as JSON is read back whole, and what no longer agrees with itself is refused with its path."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.plan_file import read_plan
from algesia.plan.model import DoseTime, Fill, Phase, Piece, Step, TaperPlan, TaperRequest
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Person, Record
from algesia.report.plan_answer import taper_json
from tests.report import plan_sample as samples
from tests.report.sample import AS_OF

DATED = Record(epoch=Instant(AS_OF - 300), person=Person(id="a1"))
COUNTED = Record(relative=True)


def record_of(name: str) -> Record:
    return COUNTED if name == "relative" else DATED


def written(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def refused(document: Any) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        read_plan(written(document), "plan.json")
    assert str(caught.value).startswith("plan.json: ")
    return caught.value


@pytest.mark.parametrize("name", samples.TAPERS)
def test_what_is_written_is_read_back_whole(name: str) -> None:
    plan, record = samples.TAPERS[name](), record_of(name)
    document = taper_json(plan, record)
    read = read_plan(written(document), "plan.json")
    assert read == plan
    assert taper_json(read, record) == document


TIMES = (("08:00", "morning"), ("14:00", "midday"), ("20:00", "evening"))
UNITS = {"mg/d": ("mg", "mg/mL"), "ug/d": ("ug",), "ug/h": ("ug/h",)}
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=20)


@st.composite
def pieces(draw: st.DrawFn, unit: str) -> Piece:
    made = draw(st.sampled_from(UNITS[unit]))
    release = "immediate" if made == "mg/mL" else draw(st.sampled_from(["immediate", "extended"]))
    count = draw(st.integers(1, 4)) if release == "extended" else draw(st.integers(1, 40)) / 4
    strength = draw(st.integers(1, 4000)) / 8
    return Piece(
        draw(WORDS),
        draw(WORDS),
        draw(st.sampled_from(["", "1049604"])),
        strength,
        made,
        release,
        float(count),
    )  # type: ignore[arg-type]


@st.composite
def plans(draw: st.DrawFn) -> TaperPlan:
    base = draw(st.sampled_from([make() for make in samples.TAPERS.values() if make().status == "planned"]))
    unit = draw(st.sampled_from(sorted(UNITS)))
    steps: list[Step] = []
    before, day = 1e7, AS_OF + draw(st.integers(1, 40))
    for number in range(1, draw(st.integers(1, 6)) + 1):
        every = draw(st.integers(1, 3))
        doses = tuple(
            DoseTime(time, name, tuple(draw(st.lists(pieces(unit), min_size=1, max_size=3))))
            for time, name in draw(st.lists(st.sampled_from(TIMES), unique=True, max_size=3))
        )
        daily = sum(d.amount for d in doses) / draw(st.sampled_from([1, every]))
        if daily > before:
            break
        gaps = draw(st.lists(st.integers(1, 31), min_size=1, max_size=4))
        reviews = tuple(day + sum(gaps[: i + 1]) for i in range(len(gaps)))
        phase: Phase = draw(st.sampled_from(["taper", "last-steps"]))
        target = before - (before - daily) * draw(st.floats(0, 1))
        steps.append(
            Step(number, day, reviews[-1] + 1, "morphine", "oral", "immediate", phase, unit, before, min(target, before), daily,  # type: ignore[arg-type]
                 doses, every, reviews, tuple(draw(st.lists(WORDS, max_size=2))), draw(st.none() | st.floats(0, 1e4)), draw(WORDS))
        )  # fmt: skip
        if daily == 0:
            break
        before, day = daily, reviews[-1] + 1
    fills = tuple(
        Fill(s.start, s.start + draw(st.integers(1, 28)), s.number, "line", "product", "", 5.0, "mg", float(draw(st.integers(1, 99))))
        for s in steps
    )  # fmt: skip
    request = TaperRequest(
        drugs=tuple(draw(st.lists(WORDS, max_size=2))), start=draw(st.none() | st.just(day)),
        percent=draw(st.none() | st.floats(0.1, 100)), interval_days=draw(st.none() | st.integers(1, 366)),
        until=draw(st.floats(0, 100)), strengths=tuple(draw(st.lists(st.floats(0.1, 100), max_size=2))),
        since=draw(st.none() | st.integers(AS_OF - 3000, AS_OF)), naloxone_acknowledged=draw(st.booleans()),
        last_steps=draw(st.booleans()),
    )  # fmt: skip
    return replace(
        base,
        steps=tuple(steps),
        supplies=fills,
        request=request,
        nearest=draw(WORDS),
        as_of=AS_OF,
        regimens=(),
    )


@settings(max_examples=200, deadline=None)
@given(plans(), st.sampled_from([DATED, COUNTED]))
def test_json_to_plan_to_json_is_the_same(plan: TaperPlan, record: Record) -> None:
    document = taper_json(plan, record)
    assert taper_json(read_plan(written(document), "plan.json"), record) == document


def at(document: Any, path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The document with one value changed (`...` takes the key away)."""
    changed: dict[str, Any] = copy.deepcopy(document)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


FIRST: tuple[str | int, ...] = ("steps", 0)
PRODUCT = (*FIRST, "doses", 0, "products", 0)
WRONG: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "format": (("format",), "algesia-plan/2"),
    "kind": (("kind",), "rotation"),
    "status": (("status",), "done"),
    "as_of": (("as_of",), "2026-02-30"),
    "as_of_day": (("as_of_day",), 5),
    "knowledge": (("knowledge",), ...),
    "dose": (("dose",), 5),
    "blocked_by": (("blocked_by",), ["pregnancy"]),
    "pace": (("pace",), None),
    "pace.percent": (("pace", "percent"), 0),
    "pace.interval_days": (("pace", "interval_days"), 0),
    "request.percent": (("request", "percent"), 101),
    "request.until": (("request", "until"), -1),
    "request.start": (("request", "start"), "tomorrow"),
    "steps[0].start": ((*FIRST, "start"), "2026-13-01"),
    "steps[0].start_day": ((*FIRST, "start_day"), "two"),
    "steps[0].end": ((*FIRST, "end"), "2026-11-01"),
    "steps[0].daily.value": ((*FIRST, "daily", "value"), 95.0),
    "steps[0].daily.unit": ((*FIRST, "daily", "unit"), "g/d"),
    "steps[0].before.unit": ((*FIRST, "before", "unit"), "ug/d"),
    "steps[0].before.value": ((*FIRST, "before", "value"), 0),
    "steps[0].change_percent": ((*FIRST, "change_percent"), -15.6),
    "steps[0].every_days": ((*FIRST, "every_days"), 0),
    "steps[0].review_by": ((*FIRST, "review_by"), "2026-12-01"),
    "steps[0].reviews[1]": ((*FIRST, "reviews"), ["2026-12-13", "2026-12-20"]),
    "steps[0].phase": ((*FIRST, "phase"), "fast"),
    "steps[0].doses[0].time": ((*FIRST, "doses", 0, "time"), "8 am"),
    "steps[0].doses[0].products": ((*FIRST, "doses", 0, "products"), []),
    "steps[0].doses[0].products[0].count": ((*PRODUCT, "count"), 0.5),
    "steps[0].doses[0].products[0].amount": ((*PRODUCT, "count"), 2),
    "steps[0].doses[0].products[0].strength.value": ((*PRODUCT, "strength", "value"), 0),
    "steps[0].doses[0].products[0].strength.unit": ((*PRODUCT, "strength", "unit"), "g"),
    "steps[0].doses[0].products[0].strenght": ((*PRODUCT, "strenght"), 30),
    "steps[1].number": (("steps", 1, "number"), 1),
    "steps[1].start": (("steps", 1, "start"), "2026-12-01"),
    "supplies[0].end": (("supplies", 0, "end"), "2026-12-31"),
    "supplies[0].count": (("supplies", 0, "count"), 0),
    "supplies[0].step": (("supplies", 0, "step"), 99),
    "support[0]": (("support", 0, "dose"), "a handful"),
    "turns[0].at": (("turns", 0, "at"), "soon"),
}  # fmt: skip


@pytest.mark.parametrize("path", WRONG)
def test_anything_wrong_is_refused_with_its_path(path: str) -> None:
    document = taper_json(samples.oxycodone(), DATED)
    read_plan(written(document), "plan.json")
    where, value = WRONG[path]
    found = refused(at(document, where, value))
    assert found.path == path
    assert found.expected


def test_a_step_that_rises_is_refused() -> None:
    plan = samples.oxycodone()
    again = replace(plan.steps[1], doses=plan.steps[0].doses, before=90.0, daily=85.0, target=85.0)
    found = refused(taper_json(replace(plan, steps=(plan.steps[0], again), supplies=()), DATED))
    assert (found.path, found.expected) == ("steps[1].before.value", "85, the step above")
    up = DoseTime("08:00", "morning", (samples.er(80), samples.er(10)))
    found = refused(
        taper_json(
            replace(plan, steps=(plan.steps[0], replace(again, before=85.0, daily=90.0, doses=(up,)))), DATED
        )
    )
    assert (found.path, found.expected) == ("steps[1].daily.value", "0 to 85")


def test_a_gate_that_comes_too_late_is_refused() -> None:
    plan = samples.oxycodone()
    first = plan.steps[0]
    late = replace(first, end=first.start + 40, reviews=(first.start + 39,))
    found = refused(taper_json(replace(plan, steps=(late,), supplies=()), DATED))
    assert (found.path, found.expected) == ("steps[0].reviews[0]", "at most 31")


def test_a_day_number_that_says_another_day_is_refused() -> None:
    document = taper_json(samples.relative(), COUNTED)
    found = refused(at(document, ("steps", 0, "start_day"), 22))
    assert (found.path, found.expected) == ("steps[0].start", "day 21")
    found = refused(at(document, ("as_of_day",), ...))
    assert found.path == "as_of_day"


def test_a_blocked_plan_has_no_steps() -> None:
    document = taper_json(samples.oxycodone(), DATED)
    blocked = taper_json(samples.blocked(), DATED)
    document.update({key: blocked[key] for key in ("status", "blocked_by", "blocks")})
    assert refused(document).path == "steps"
    assert refused(at(blocked, ("status",), "planned")).path == "status"


@pytest.mark.parametrize("data", [b"", b"  \n", b"[]", b"7", b"{", b"\xff\xfe", b'{"format": "algesia-plan/1"}', b'{"a": NaN}',
                                  b'{"format": "algesia-plan/1", "format": "algesia-plan/1"}', b"[" * 100_000])  # fmt: skip
def test_what_is_no_plan_is_refused_and_never_crashes(data: bytes) -> None:
    with pytest.raises(InputRefused) as caught:
        read_plan(data, "plan.json")
    assert caught.value.file == "plan.json"


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)),
       st.sampled_from([*WRONG.values()]))  # fmt: skip
def test_any_value_anywhere_is_read_or_refused(value: Any, place: tuple[tuple[str | int, ...], Any]) -> None:
    document = at(taper_json(samples.oxycodone(), DATED), place[0], value)
    try:
        read_plan(written(document), "plan.json")
    except InputRefused as found:
        assert found.file == "plan.json"
