"""The codec: what is written is read again, to the byte."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins, read_record, to_builtins, write_record
from algesia.record.model import LISTS, Amount, Code, Person, Record
from algesia.record.wire import FACTS
from tests.record.example import EXAMPLE
from tests.strategies import records


@settings(max_examples=150, deadline=None)
@given(records())
def test_a_record_survives_json(record: Record) -> None:
    data = write_record(record)
    again = read_record(data)
    assert again == record
    assert write_record(again) == data


@settings(max_examples=50, deadline=None)
@given(records())
def test_plain_values_are_json(record: Record) -> None:
    plain = to_builtins(record)
    assert json.loads(json.dumps(plain)) == plain
    assert from_builtins(plain) == record


@settings(max_examples=50, deadline=None)
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter_and_that_of_facts_is_kept(record: Record, shuffler) -> None:
    plain = to_builtins(record)
    keys = list(plain)
    shuffler.shuffle(keys)
    assert from_builtins({key: plain[key] for key in keys}) == record
    turned = {key: value[::-1] if isinstance(value, list) else value for key, value in plain.items()}
    again = from_builtins(turned)
    for name in LISTS:
        assert getattr(again, name) == getattr(record, name)[::-1]


def test_the_strategies_reach_every_field_known_and_unknown() -> None:
    met: set[tuple[str, str, bool]] = set()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(records())
    def collect(record: Record) -> None:
        for fact in (record.person, *(fact for name in LISTS for fact in getattr(record, name))):
            for field in msgspec.structs.fields(fact):
                value = getattr(fact, field.name)
                met.add((type(fact).__name__, field.name, value is None or value == ()))

    collect()
    for kind in (Person, *FACTS.values()):
        for field in msgspec.structs.fields(kind):
            assert (kind.__name__, field.name, False) in met
            if not field.required and field.default is None:
                assert (kind.__name__, field.name, True) in met


def test_the_example_of_the_format_is_read() -> None:
    record = read_record(EXAMPLE)
    medication = record.medications[0]
    assert medication.dose == Amount(value=20, unit="mg")
    assert medication.code == Code(system="http://www.nlm.nih.gov/research/umls/rxnorm", code="1049502")
    assert medication.times_per_day is None and medication.max_per_day is None
    assert record.pain[0].with_ == "rest"
    assert record.interventions[0].text is None
    assert record.relative is False
    assert all(len(getattr(record, name)) == 1 for name in LISTS)
    assert read_record(write_record(record)) == record


def test_one_fact_a_line() -> None:
    written = write_record(read_record(EXAMPLE)).decode()
    assert '    {"at": "2024-02-02", "instrument": "peg", "score": 6.7}\n' in written
    assert written.count("\n") == 2 + 3 + 3 * len(LISTS)


def test_spellings_of_units_are_stored_as_ucum() -> None:
    record = from_builtins(
        {
            "medications": [{"drug": "fentanyl", "day": 0, "dose": {"value": 25, "unit": "mcg/hr"}}],
            "labs": [{"day": 0, "lab": "egfr", "value": 60, "unit": "mL/min/1.73m2"}],
        }
    )
    assert record.medications[0].dose == Amount(value=25, unit="ug/h")
    assert record.labs[0].unit == "mL/min/{1.73_m2}"


def test_nothing_kept_is_nothing_known() -> None:
    raw = {"scales": [{"day": 0, "instrument": "cows", "items": {}}], "source": " "}
    record = from_builtins(raw)
    assert record.scales[0].items is None
    assert record.source is None


def test_the_input_is_left_as_it_was() -> None:
    raw = json.loads(EXAMPLE)
    from_builtins(raw)
    assert raw == json.loads(EXAMPLE)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ("format", "epoch", "relative", "person", "source", *LISTS, "at", "day", "start", "end", "end_day")
)
FACT_KEYS = st.sampled_from(
    sorted(
        {f.encode_name for kind in FACTS.values() for f in msgspec.structs.fields(kind)} | {"day", "end_day"}
    )
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_record(data)
    except InputRefused as refusal:
        assert len(str(refusal).encode()) < 2000


@settings(max_examples=300, deadline=None)
@given(
    ANYTHING
    | st.dictionaries(KEYS, ANYTHING, max_size=5)
    | st.dictionaries(
        KEYS, st.lists(st.dictionaries(FACT_KEYS, ANYTHING, max_size=5), max_size=3), max_size=4
    )
)
def test_any_plain_values_are_read_or_refused(raw: object) -> None:
    try:
        record = from_builtins(raw)
    except InputRefused as refusal:
        str(refusal).encode()
    else:
        assert read_record(write_record(record)) == record


@settings(max_examples=200, deadline=None)
@given(records(most=2), st.data())
def test_a_record_with_one_thing_changed_is_read_or_refused(record: Record, data: st.DataObject) -> None:
    raw = to_builtins(record)
    target: object = raw
    while True:
        options = list(target) if isinstance(target, dict) else list(range(len(target)))  # type: ignore[arg-type]
        if not options:
            return
        key = data.draw(st.sampled_from(options))
        inner = target[key]  # type: ignore[index]
        if not isinstance(inner, dict | list) or data.draw(st.integers(0, 5)) == 0:
            break
        target = inner
    target[key] = data.draw(ANYTHING)  # type: ignore[index]
    try:
        again = from_builtins(raw)
    except InputRefused as refusal:
        assert refusal.expected and refusal.problem
    else:
        assert read_record(write_record(again)) == again


@pytest.mark.parametrize("module", ["difflib", "orjson", "csv", "tempfile", "typer", "importlib.metadata"])
def test_reading_a_record_imports_nothing_heavy(module: str) -> None:
    code = (
        "import sys; from algesia.adapters.read import read_bytes;"
        "read_bytes(sys.stdin.buffer.read());"
        f"sys.exit({module!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=EXAMPLE, check=False)
    assert done.returncode == 0
