"""The page about the store names every table, column, list and field that there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import msgspec
import orjson
import pytest

from algesia.adapters.store import schema
from algesia.adapters.store.diary import TYPES
from algesia.adapters.store.incoming import EXPORT
from algesia.adapters.store.model import Kept
from algesia.adapters.store.transfer import MOST_FACTS, export_json
from algesia.record.model import Record

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "store.md").read_text()


def section(title: str) -> str:
    found = re.search(rf"^##+ {title}$(.+?)(?=^##+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


def row(of: str, name: str) -> str:
    found = re.search(rf"^\| `{name}`.*$", of, re.MULTILINE)
    assert found, f"no row {name}"
    return found[0]


def named(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=lambda t: t.name)
def test_every_column_of_a_table_is_named(table: object) -> None:
    name, columns = str(table.name), {str(column.name) for column in table.columns}  # type: ignore[attr-defined]
    own = {"facts": "Facts", "audit": "The audit chain"}.get(name)
    assert row(section("Tables"), name)
    said = named(section(own)) if own else named(row(section("Tables"), name))
    assert columns - said == set()


@pytest.mark.parametrize("list_", TYPES)
def test_every_field_of_a_list_of_the_diary_is_named(list_: str) -> None:
    said = named(section("A release") if list_ == "releases" else row(section("Lists of a diary"), list_))
    assert {one.encode_name for one in msgspec.structs.fields(TYPES[list_])} - said == set()


def test_the_keys_of_an_export_are_those_of_the_page() -> None:
    said = section("Export")
    made = orjson.loads(export_json(Record(), (), (), "2026-11-12T19:14:00.000000Z"))
    assert set(made) - named(said) == set()
    assert {one.name for one in fields(Kept)} - named(row(said, "history")) == set()
    assert f"`{EXPORT}`" in said
    assert f"At most {MOST_FACTS:,} facts" in " ".join(said.split())
