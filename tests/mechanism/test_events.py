"""Event tables mean what they mean in NONMEM."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from algesia.mechanism.events import Event, EventTable
from algesia.mechanism.model import Block, Floats, Part
from algesia.mechanism.propagate import concentrations
from algesia.mechanism.schedule import schedule_of_events
from algesia.quantities.refusal import InputRefused
from tests.mechanism.models import block, door, one, oral, people, three, two

AT = np.array([0.3, 1.0, 2.5, 4.0, 7.0, 11.5, 12.5, 20.0, 23.0, 24.5, 40.0])


def curve(of: Block, *events: Event, at: Floats = AT, **more: float) -> Floats:
    made = schedule_of_events(of, EventTable(events), at, first_step_h=0.05, **more)
    return concentrations((of,), made)["plasma/a"][0]


def same(one: Floats, other: Floats, rel: float = 1e-11) -> None:
    assert np.all(np.isfinite(one)) and np.any(one > 0)
    assert one == pytest.approx(other, rel=rel, abs=1e-12)


# --- refusals -------------------------------------------------------------------------------------------------

BAD = [
    (Event(0.0, amt=-1.0), "amt"),
    (Event(0.0, amt=0.0), "amt"),
    (Event(0.0, amt=math.nan), "amt"),
    (Event(math.inf, amt=1.0), "time"),
    (Event(1e9, amt=1.0), "time"),
    (Event(0.0, amt=1.0, rate=-3.0), "rate"),
    (Event(0.0, amt=1.0, rate=math.inf), "rate"),
    (Event(0.0, amt=1.0, dur=0.0), "dur"),
    (Event(0.0, amt=1.0, dur=2.0, rate=2.0), "dur"),
    (Event(0.0, amt=1.0, dur=2.0, rate=-2.0), "dur"),
    (Event(0.0, amt=1.0, addl=3), "ii"),
    (Event(0.0, amt=1.0, ss=1), "ii"),
    (Event(0.0, amt=1.0, ii=-12.0, addl=1), "ii"),
    (Event(0.0, amt=1.0, ii=12.0, addl=-1), "addl"),
    (Event(0.0, amt=1.0, ii=12.0, ss=4), "ss"),
    (Event(0.0, amt=10.0, rate=1.0, ii=8.0, ss=1), "ii"),
    (Event(0.0, amt=10.0, dur=9.0, ii=8.0, ss=2), "ii"),
    (Event(0.0, rate=1.0, ss=1, ii=8.0), "ii"),
    (Event(0.0, rate=1.0, ss=1, addl=2), "addl"),
    (Event(0.0, rate=1.0, ss=1, dur=2.0), "dur"),
    (Event(0.0, rate=1.0), "amt"),
    (Event(0.0, evid=5), "evid"),
    (Event(0.0, amt=1.0, evid=0), "amt"),
    (Event(0.0, ii=1.0, evid=2), "ii"),
    (Event(0.0, dur=1.0, evid=3), "dur"),
    (Event(0.0, amt=1.0, dv=3.0), "dv"),
]


@pytest.mark.parametrize(("event", "field"), BAD)
def test_a_bad_row_is_refused_by_row_and_field(event: Event, field: str) -> None:
    with pytest.raises(InputRefused) as told:
        EventTable((Event(0.0, amt=1.0), event))
    assert told.value.path == f"events[1].{field}"


def test_time_does_not_fall() -> None:
    EventTable((Event(1.0, amt=1.0), Event(1.0, amt=1.0)))
    with pytest.raises(InputRefused, match=r"events\[1\]\.time is 0\.5: is before the row above \(1\)"):
        EventTable((Event(1.0, amt=1.0), Event(0.5, amt=1.0)))


@pytest.mark.parametrize("cmt", ["gut", 0, 3, -1])
def test_an_unknown_compartment_is_refused(cmt: str | int) -> None:
    with pytest.raises(InputRefused, match=r"events\[0\]\.cmt .*1 depot, 2 central.*iv, oral"):
        curve(oral(), Event(0.0, amt=1.0, cmt=cmt))


def test_a_state_reached_in_two_ways_wants_the_door() -> None:
    of = replace(oral(), doors={"oral": door("depot", 0.5), "buccal": door("depot", 0.9)})
    with pytest.raises(InputRefused, match=r"events\[0\]\.cmt .*oral, buccal"):
        curve(of, Event(0.0, amt=1.0, cmt="depot"))
    same(curve(of, Event(0.0, amt=0.9, cmt="oral")), curve(of, Event(0.0, amt=0.5, cmt="buccal")))


def test_a_modeled_input_wants_a_duration() -> None:
    with pytest.raises(InputRefused, match=r"events\[0\]\.rate"):
        curve(one(), Event(0.0, amt=1.0, rate=-2))
    of = replace(one(), doors={"iv": door("central", duration_h=9.0)})
    with pytest.raises(InputRefused, match=r"events\[0\]\.ii is 8\.0: steady states overlap"):
        curve(of, Event(0.0, amt=1.0, rate=-2, ii=8.0, ss=1))


def test_no_steady_state_where_nothing_leaves() -> None:
    of = block(("central", "gone"), [("central", "gone", 0.2)], {"iv": door("central")})
    for event in (Event(0.0, amt=1.0, ii=8.0, ss=1), Event(0.0, rate=1.0, ss=1)):
        with pytest.raises(InputRefused, match=r"events\[0\]\.ss .*no steady state: gone does not empty"):
            curve(of, event)


# --- doses ----------------------------------------------------------------------------------------------------


def test_compartments_by_number_name_and_door() -> None:
    wanted = 500 * 1.1 / 0.9 * (np.exp(-0.2 * AT) - np.exp(-1.1 * AT)) * 0.6
    for cmt in (1, "depot", "oral"):
        same(curve(oral(), Event(0.0, amt=10.0, cmt=cmt)), wanted)
    for cmt in (2, "central", "iv"):
        same(curve(oral(), Event(0.0, amt=10.0, cmt=cmt)), 500 * np.exp(-0.2 * AT))


def test_additional_doses_are_doses_written_out() -> None:
    written = [Event(2.0 + 6.0 * k, amt=10.0, rate=4.0) for k in range(5)]
    same(curve(two(), Event(2.0, amt=10.0, rate=4.0, ii=6.0, addl=4)), curve(two(), *written))


def test_rate_and_duration_say_the_same() -> None:
    same(curve(two(), Event(0.0, amt=10.0, rate=4.0)), curve(two(), Event(0.0, amt=10.0, dur=2.5)))


def test_lag_and_fraction() -> None:
    later = np.maximum(AT - 0.75, 0.0)
    wanted = 500 * 0.6 * 1.1 / 0.9 * (np.exp(-0.2 * later) - np.exp(-1.1 * later))
    same(curve(oral(lag_h=0.75), Event(0.0, amt=10.0)), wanted)


def test_fractions_belong_to_people() -> None:
    of = one(spread=people(1.0, 1.0))
    of = replace(of, doors={"iv": (Part("central", people(0.5, 0.25)),)})
    made = schedule_of_events(of, EventTable((Event(0.0, amt=8.0, rate=2.0),)), AT, first_step_h=0.05)
    found = concentrations((of,), made)["plasma/a"]
    assert found[0] == pytest.approx(2.0 * found[1], rel=1e-14)


def test_modeled_duration_and_rate() -> None:
    part = Part("central", np.ones(1), duration_h=3.0, reference_mg=5.0)
    of = replace(one(), doors={"iv": (part,)})
    same(curve(of, Event(0.0, amt=10.0, rate=-2)), curve(one(), Event(0.0, amt=10.0, dur=3.0)))
    # 5 mg in 3 h: 10 mg last 6 h.
    same(curve(of, Event(0.0, amt=10.0, rate=-1)), curve(one(), Event(0.0, amt=10.0, dur=6.0)))
    # A share that falls with the dose: 20 mg count as 10.
    falls = replace(of, doors={"iv": (replace(part, reference_mg=5.0, exponent=-0.5),)})
    same(curve(falls, Event(0.0, amt=20.0)), curve(one(), Event(0.0, amt=10.0)))


# --- resets ---------------------------------------------------------------------------------------------------


def test_a_reset_empties_stops_and_cancels() -> None:
    events = (
        Event(0.0, amt=10.0, ii=6.0, addl=5),
        Event(1.0, amt=30.0, rate=1.0),
        Event(3.0, evid=3),
    )
    found = curve(one(), *events)
    assert np.all(found[AT < 3] > 0) and not found[AT > 3].any()
    same(
        curve(one(), *events, Event(5.0, amt=2.0))[AT > 5],
        curve(one(), Event(5.0, amt=2.0), from_h=0.0)[AT > 5],
    )


def test_a_reset_cancels_what_waits_for_its_lag() -> None:
    found = curve(oral(lag_h=4.0), Event(0.0, amt=10.0), Event(3.0, evid=3))
    assert not found.any()


def test_reset_and_dose_is_both_in_one() -> None:
    before = Event(0.0, amt=10.0, rate=0.5, ii=30.0, addl=1)
    apart = curve(two(), before, Event(3.0, evid=3), Event(3.0, amt=7.0))
    same(curve(two(), before, Event(3.0, amt=7.0, evid=4)), apart)
    same(apart[AT > 3], curve(two(), Event(3.0, amt=7.0), from_h=0.0)[AT > 3])


def test_a_moment_without_effect_has_none() -> None:
    dose = Event(0.0, amt=10.0)
    plain = curve(two(), dose)
    same(curve(two(), dose, Event(1.7, evid=2), Event(3.0, evid=0, dv=4.0)), plain)


# --- steady state ---------------------------------------------------------------------------------------------


def waited(of: Block, event: Event, tau: float, count: int) -> Floats:
    """The same by waiting: `count` doses before the one at the event's time."""
    early = replace(event, time=event.time - count * tau, ss=0, ii=tau, addl=count)
    return curve(of, early)


SS = [
    (one(), Event(0.0, amt=10.0, ii=12.0, ss=1)),
    (two(), Event(0.0, amt=10.0, ii=6.0, ss=1)),
    (oral(lag_h=1.5), Event(0.0, amt=10.0, ii=8.0, ss=1, cmt="oral")),
    (oral(lag_h=20.0), Event(0.0, amt=10.0, ii=8.0, ss=1, cmt="oral")),
    (two(), Event(0.0, amt=10.0, dur=4.0, ii=6.0, ss=1)),
    (two(), Event(0.0, amt=10.0, dur=6.0, ii=6.0, ss=1)),
    (three(), Event(0.0, amt=10.0, rate=3.0, ii=6.0, ss=1)),
    (
        replace(one(), doors={"iv": door("central", 0.7, 2.5, 5.0)}),
        Event(0.0, amt=10.0, rate=-2, ii=6.0, ss=1),
    ),
]


@pytest.mark.parametrize(("of", "event"), SS)
def test_steady_state_by_solving_is_steady_state_by_waiting(of: Block, event: Event) -> None:
    same(curve(of, event), waited(of, event, event.ii, 400), 1e-9)


def test_steady_state_of_a_bolus() -> None:
    k, tau = 0.2, 12.0
    wanted = 500 * np.exp(-k * AT) / (1 - np.exp(-k * tau))
    same(curve(one(k), Event(0.0, amt=10.0, ii=tau, ss=1)), wanted)


def test_steady_state_of_repeated_infusions() -> None:
    """Peak after each: R/(k V) (1 - exp(-k D)) / (1 - exp(-k tau))."""
    k, tau, lasts, rate = 0.2, 12.0, 2.5, 4.0
    found = curve(one(k), Event(0.0, amt=10.0, rate=rate, ii=tau, ss=1))
    peak = 1000 * rate / (k * 20.0) * (1 - np.exp(-k * lasts)) / (1 - np.exp(-k * tau))
    assert found[list(AT).index(2.5)] == pytest.approx(peak, rel=1e-12)


def test_steady_state_of_an_endless_infusion_that_stops() -> None:
    """C = R/CL, and from the moment of the row on it falls."""
    wanted = 1000 * 4.0 / (0.2 * 20.0) * np.exp(-0.2 * AT)
    same(curve(one(0.2), Event(0.0, rate=4.0, ss=1)), wanted)


def test_steady_state_replaces_or_adds() -> None:
    before = (Event(0.0, amt=50.0, ii=5.0, addl=9), Event(1.0, amt=30.0, rate=1.0))
    steady = Event(3.0, amt=10.0, ii=12.0, ss=1)
    late = AT > 3
    alone = curve(two(), steady, from_h=0.0)
    same(curve(two(), *before, steady)[late], alone[late])
    both = curve(two(), *before) + alone
    same(curve(two(), *before, replace(steady, ss=2))[late], both[late])


def test_steady_state_goes_on_with_additional_doses() -> None:
    steady = Event(0.0, amt=10.0, ii=8.0, ss=1, addl=9, cmt="oral")
    found = curve(oral(), steady, at=np.array([3.0, 11.0, 19.0, 75.0]))
    assert found == pytest.approx(np.full(4, found[0]), rel=1e-12)


def test_steady_state_is_everybodys_own() -> None:
    spread = np.array([0.5, 1.0, 3.0])
    of = one(spread=spread)
    of = replace(of, doors={"iv": door("central", many=3)})
    for time in (0.0, 2.0):
        event = Event(time, amt=10.0, ii=12.0, ss=1)
        made = schedule_of_events(of, EventTable((event,)), AT, first_step_h=0.05, from_h=0.0)
        k = 0.2 * spread[:, None]
        wanted = np.where(time <= AT, 500 * np.exp(-k * (AT - time)) / (1 - np.exp(-k * 12.0)), 0.0)
        assert concentrations((of,), made)["plasma/a"] == pytest.approx(wanted, rel=1e-12)


def test_what_nothing_enters_does_not_spoil_steady_state() -> None:
    """A store beside the plasma that nothing fills has no way out, and that does not matter."""
    of = block(("central", "store"), [("central", None, 0.2)], {"iv": door("central")}, 20.0)
    same(curve(of, Event(0.0, amt=10.0, ii=12.0, ss=1)), curve(one(0.2), Event(0.0, amt=10.0, ii=12.0, ss=1)))
