"""The published schema says what the reader does, as far as a schema can."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins
from algesia.record.model import LISTS
from algesia.record.schema import record_schema
from algesia.record.vocabulary import BODY_AREAS, SIGNS
from tests.record.example import EXAMPLE
from tests.record.test_refusals import TABLE
from tests.strategies import wire_records

SCHEMA = record_schema()
VALIDATOR = Draft202012Validator(SCHEMA)

# Rules between facts, the calendar, free names in another spelling, and text: left to the reader.
LEFT_TO_THE_READER = (
    "is not after the start", "is before the beginning", "is also the id of", "is before the birth date",
    "does not go with the birth date", "is below every_hours", "is below times_per_day", "is below score",
    "is above high", "is negative", "the year 1066 is outside", "is not a date that can be read",
    "is longer than a life", "lies outside the years", "gives a date, and the record has no epoch",
    "in a record that says it is relative", "has no offset", "is not a known time zone",
    "is nearly the name", "is a name of the format in another spelling", "holds a control character",
    "holds half of a character", "is not a number that can be used",
)  # fmt: skip


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_the_example_of_the_format_is_valid() -> None:
    VALIDATOR.validate(json.loads(EXAMPLE))


@settings(max_examples=150, deadline=None)
@given(wire_records())
def test_what_the_codec_writes_is_valid(raw: dict[str, Any]) -> None:
    VALIDATOR.validate(raw)


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[1]}-{i}" for i, row in enumerate(TABLE)])
def test_what_is_invalid_is_refused_by_both(row: tuple[dict[str, Any], str, object, str]) -> None:
    raw = {"format": "algesia-record/1", **row[0]}
    with pytest.raises(InputRefused) as caught:
        from_builtins(raw)
    left = any(words in str(caught.value) for words in LEFT_TO_THE_READER)
    assert VALIDATOR.is_valid(raw) <= left


def test_every_list_and_vocabulary_is_there() -> None:
    assert set(LISTS) < set(SCHEMA["properties"])
    definitions = SCHEMA["$defs"]
    assert definitions["Sign"]["properties"]["sign"]["enum"] == list(SIGNS)
    assert definitions["BodyMap"]["properties"]["areas"]["items"]["enum"] == list(BODY_AREAS)
    assert all(definition["description"] for definition in definitions.values())
