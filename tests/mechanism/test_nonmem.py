"""NONMEM-style CSV: what is read, what is refused, and there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism.events import Event, EventTable
from algesia.mechanism.nonmem import read_nonmem, write_nonmem
from algesia.mechanism.propagate import concentrations
from algesia.mechanism.schedule import schedule_of_events
from algesia.quantities.refusal import InputRefused
from tests.mechanism.models import oral

TEXT = """ID,TIME,AMT,RATE,II,ADDL,SS,CMT,EVID,DV,MDV
1,0,100,0,12,3,1,2,1,.,1
1,2.5,.,.,.,.,.,2,0,3.75,0
1,3,.,.,.,.,.,2,0,.,1
1,24,.,.,.,.,.,2,3,.,1
2,0,50,-2,0,0,0,depot,4,.,1
"""


def test_rows_become_events() -> None:
    tables = read_nonmem(TEXT)
    assert list(tables) == ["1", "2"]
    assert tables["1"].events == (
        Event(0.0, 100.0, ii=12.0, addl=3, ss=1, cmt=2),
        Event(2.5, cmt=2, evid=0, dv=3.75),
        Event(3.0, cmt=2, evid=0),
        Event(24.0, cmt=2, evid=3),
    )
    assert tables["2"].events == (Event(0.0, 50.0, -2.0, cmt="depot", evid=4),)


def test_without_evid_a_row_with_a_dose_is_a_dose() -> None:
    found = read_nonmem("\ufeffid, time ,amt,dv\r\n5,0,10,.\r\n\r\n5,1,0,2\r\n5,2,,\r\n")["5"].events
    assert [event.evid for event in found] == [1, 0, 0]
    assert [event.dv for event in found] == [None, 2.0, None]


def test_a_value_that_is_marked_missing_is_not_read() -> None:
    assert read_nonmem("ID,TIME,DV,MDV\n5,0,9.9,1\n")["5"].events[0].dv is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ""),
        ("ID,TIME,WT\n", "line 1"),
        ("ID,AMT\n", "line 1"),
        ("ID,TIME,AMT,AMT\n", "line 1"),
        ("ID,TIME,AMT\n1,0\n", "line 2"),
        ("ID,TIME,AMT\n1,0,ten\n", "line 2, AMT"),
        ("ID,TIME,AMT\n1,12:30,10\n", "line 2, TIME"),
        ("ID,TIME,AMT\n1,.,10\n", "line 2, TIME"),
        ("ID,TIME,AMT\n.,0,10\n", "line 2, ID"),
        ("ID,TIME,AMT\n1,0,10\n2,0,10\n1,5,10\n", "line 4, ID"),
        ("ID,TIME,AMT\n1,4,10\n1,3,10\n", "line 3, TIME"),
        ("ID,TIME,AMT\n1,0,-4\n", "line 2, AMT"),
        ("ID,TIME,AMT\n1,0,inf\n", "line 2, AMT"),
        ("ID,TIME,AMT,ADDL\n1,0,1,2\n", "line 2, II"),
        ("ID,TIME,AMT,ADDL,II\n1,0,1,2.5,3\n", "line 2, ADDL"),
        ("ID,TIME,AMT,CMT\n1,0,1,1.5\n", "line 2, CMT"),
        ("ID,TIME,AMT,EVID\n1,0,1,7\n", "line 2, EVID"),
        ("ID,TIME,AMT,EVID\n1,0,1,0\n", "line 2, AMT"),
        ("ID,TIME,AMT,EVID,MDV\n1,0,1,1,0\n", "line 2, MDV"),
        ("ID,TIME,DV,MDV\n1,0,.,0\n", "line 2, DV"),
        ("ID,TIME,DV,MDV\n1,0,.,3\n", "line 2, MDV"),
        ('ID,TIME\n"1,0\n', "line 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_line_and_column(text: str, path: str) -> None:
    with pytest.raises(InputRefused) as told:
        read_nonmem(text)
    assert told.value.path == path


@pytest.mark.parametrize("person", ["", ".", " 1", "a\nb"])
def test_an_id_that_is_no_cell_is_refused(person: str) -> None:
    with pytest.raises(InputRefused, match="ID"):
        write_nonmem({person: EventTable(())})


amounts = st.floats(1e-6, 1e6)
compartments = st.one_of(st.integers(1, 9), st.sampled_from(["depot", "central", "oral-er", 'a,"b"']))


@st.composite
def rows(draw: st.DrawFn) -> Event:
    cmt = draw(compartments)
    evid = draw(st.sampled_from([0, 1, 1, 2, 3, 4]))
    if evid == 0:
        return Event(0.0, cmt=cmt, evid=0, dv=draw(st.one_of(st.none(), st.floats(-1e6, 1e6))))
    if evid in (2, 3):
        return Event(0.0, cmt=cmt, evid=evid)
    kind = draw(st.sampled_from(["bolus", "dur", "modeled", "endless"]))
    if kind == "endless":
        return Event(0.0, rate=draw(amounts), ss=draw(st.sampled_from([1, 2])), cmt=cmt, evid=evid)
    lasts = draw(st.floats(0.01, 10)) if kind == "dur" else None
    rate = draw(st.sampled_from([-1.0, -2.0])) if kind == "modeled" else 0.0
    return Event(
        0.0, draw(amounts), rate, lasts, draw(st.floats(10, 100)), draw(st.integers(0, 9)),
        draw(st.sampled_from([0, 1, 2])), cmt, evid,
    )  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> EventTable:
    events = draw(st.lists(rows(), min_size=1, max_size=6))
    times = sorted(draw(st.lists(st.floats(-1e4, 1e4), min_size=len(events), max_size=len(events))))
    fields = ("amt", "rate", "dur", "ii", "addl", "ss", "cmt", "evid", "dv")
    return EventTable(
        tuple(Event(t, *(getattr(e, name) for name in fields)) for t, e in zip(times, events, strict=True))
    )


@given(st.dictionaries(st.sampled_from(["1", "2", "anna", "x,y"]), tables(), min_size=1))
@settings(max_examples=100, deadline=None)
def test_there_and_back(written: dict[str, EventTable]) -> None:
    text = write_nonmem(written)
    assert read_nonmem(text) == written
    assert write_nonmem(read_nonmem(text)) == text


def test_a_read_table_can_be_simulated() -> None:
    table = read_nonmem("ID,TIME,AMT,CMT\n1,0,10,2\n")["1"]
    at = np.array([1.0, 5.0])
    found = concentrations((oral(),), schedule_of_events(oral(), table, at, first_step_h=0.1))
    assert found["plasma/a"][0] == pytest.approx(500 * np.exp(-0.2 * at), rel=1e-12)
