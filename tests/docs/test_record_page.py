"""The page on the record format names every list, field and closed value of the types."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import msgspec
import pytest

from algesia.record.model import LISTS, Basis, Person, Record, Release, Route
from algesia.record.wire import FACTS, TIMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "record.md").read_text()


def section(name: str) -> str:
    found = re.search(rf"^## `{name}`$(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section for {name}"
    return found[1]


def fields(kind: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(kind)]


@pytest.mark.parametrize("name", LISTS)
def test_every_field_of_a_list_is_described(name: str) -> None:
    text = section(name)
    assert [field for field in fields(FACTS[name]) if f"`{field}`" not in text] == []


def test_every_field_of_the_person_and_the_top_level_is_described() -> None:
    assert [field for field in fields(Person) if f"`{field}`" not in section("person")] == []
    top = PAGE[PAGE.index("## Top level") : PAGE.index("## `person`")]
    assert [field for field in fields(Record) if f"`{field}`" not in top] == []


def test_every_way_to_write_a_time_is_described() -> None:
    keys = {key for pairs in TIMES.values() for pair in pairs for key in pair}
    times = PAGE[PAGE.index("## Times") : PAGE.index("## Top level")]
    assert [key for key in keys if f'"{key}"' not in times and f"`{key}`" not in times] == []


@pytest.mark.parametrize("closed", [Route, Basis, Release], ids=["route", "basis", "release"])
def test_every_closed_value_of_a_medication_is_named(closed: object) -> None:
    assert [value for value in typing.get_args(closed) if f"`{value}`" not in section("medications")] == []


def test_the_example_on_the_page_is_a_record() -> None:
    from algesia.record.codec import read_record

    example = re.search(r"```json\n(.+?)```", PAGE, re.DOTALL)
    assert example
    record = read_record(example[1].encode())
    assert record.medications[0].drug == "oxycodone"
    assert record.signs[0].present is True
