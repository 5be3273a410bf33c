"""Every bundled example and every converted case reads, round-trips and lets no trap into a total."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from algesia.adapters import examples
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.quantities.refusal import WrongCall
from algesia.quantities.time import Instant
from algesia.record.codec import read_record, write_record
from algesia.record.model import Record

ROOT = Path(__file__).parents[2]
CONVERTED = sorted((ROOT / "examples" / "cases").glob("*.json"))


def no_trap_counted(record: Record) -> None:
    exposed = exposure(record, load())
    queried = {m.id for m in record.medications if m.question is not None}
    for item in exposed.items:
        if item.medication in queried:
            assert (item.status, item.daily, item.mme) == ("unconverted", None, None)


@pytest.mark.parametrize("name", examples.names())
def test_bundled(name: str) -> None:
    record = examples.read(name)
    assert write_record(record) == examples.raw(name)
    assert record.source
    assert examples.describe(name)
    no_trap_counted(record)


@pytest.mark.parametrize("path", CONVERTED, ids=lambda path: path.stem)
def test_converted(path: Path) -> None:
    record = read_record(path.read_bytes())
    assert write_record(record) == path.read_bytes()
    assert record.relative
    assert record.person.id == path.stem
    assert record.source
    no_trap_counted(record)


def test_all_published_cases_are_there() -> None:
    assert len(CONVERTED) == 46
    assert (
        sum(m.question is not None for p in CONVERTED for m in read_record(p.read_bytes()).medications) == 18
    )


def test_a_bundled_case_is_the_converted_case() -> None:
    for name in examples.names():
        if name != "synthetic-escalation":
            assert examples.raw(name) == (ROOT / "examples" / "cases" / f"{name}.json").read_bytes()


def test_the_synthetic_diary_is_what_its_script_makes() -> None:
    made = runpy.run_path(str(ROOT / "examples" / "make_synthetic.py"))["record"]()
    assert write_record(made) == examples.raw("synthetic-escalation")


def test_the_synthetic_diary_carries_what_it_promises() -> None:
    record = examples.read("synthetic-escalation")
    exposed = exposure(record, load())
    fixed = [exposed.fixed_mme.at(Instant.parse(day).day).likely for day in (
        "2026-01-05", "2026-02-09", "2026-04-13", "2026-06-08", "2026-07-27", "2026-09-14", "2026-10-12", "2026-11-12",
    )]  # fmt: skip
    assert fixed == [60, 90, 120, 150, 180, 165, 150, 135]
    as_needed = exposed.on(Instant.parse("2026-03-10").day).mme
    assert (as_needed.low, as_needed.high) == (90, 105)
    drops = exposed.on(Instant.parse("2026-08-10").day)
    assert [item.drug for item in drops.unconverted] == ["tramadol"]
    assert (record.first_day, record.last_day) == (
        Instant.parse("2026-01-05").day, Instant.parse("2026-11-12").day,
    )  # fmt: skip
    assert not record.labs


def test_an_unknown_name_is_a_wrong_call_with_close_names() -> None:
    with pytest.raises(WrongCall, match="pitt_v5n3_33f"):
        examples.read("pitt_v5n3")
    with pytest.raises(WrongCall, match="synthetic-escalation"):
        examples.describe("../pyproject")


def test_conversion_names_what_it_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = runpy.run_path(str(ROOT / "examples" / "convert_cases.py"))
    (tmp_path / "bad.json").write_text(json.dumps({"schema": "algesia-case/0.1", "timeline": 3}))
    (tmp_path / "torn.json").write_text("{")
    assert script["convert"](tmp_path) == 3
    printed = capsys.readouterr().err
    assert "bad.json: timeline is 3: is not a list" in printed
    assert "torn.json" in printed
