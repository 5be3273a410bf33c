"""``algesia mme`` as JSON and text: the contract's shape, its schema, no residue."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from algesia import read_record
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.knowledge.model import EDITIONS
from algesia.quantities.time import Instant
from algesia.record.model import Record
from algesia.report.mme import mme_all, mme_document, mme_schema, mme_text
from tests.exposure.build import START, order, run, taken

CONTRACT = {"dose": "20 mg", "every_hours": 12, "id": "m1", "release": "extended", "end": 51}


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_example_of_the_contract() -> None:
    day = Instant.parse("2024-02-02").day
    found = run(order(**CONTRACT), taken(23, "20 mg", minute=490), as_of=23)
    document = mme_document(found, day)
    assert document["format"] == "algesia-mme/1"
    assert document["as_of"] == "2024-02-02"
    assert document["table"] == "cdc-2022"
    assert document["total"] == {"low": 60.0, "likely": 60.0, "high": 60.0, "complete": True}
    assert document["unconverted"] == []
    (item,) = (item for item in document["items"] if item["status"] == "converted")
    expected = {
        "medication": "m1", "drug": "oxycodone", "route": "oral", "daily_dose": {"value": 40.0, "unit": "mg/d"},
        "factor": 1.5, "mme_per_day": 60.0, "status": "converted",
        "working": "20 mg every 12 h = 40 mg/d; x 1.5 = 60 MME/d", "source": "cdc2022",
    }  # fmt: skip
    assert {key: item[key] for key in expected} == expected


def test_every_status_fits_the_schema() -> None:
    facts = (
        order(**CONTRACT), order("morphine", route="intravenous", dose="5 mg/h"), order("morphine"),
        order(dose="5 mg", every_hours=4, every_hours_max=6, as_needed=True, basis="dispensed"),
        order("buprenorphine", route="sublingual", form="tablet", dose="8 mg", times_per_day=1),
        order("lorazepam"), order("zzyzx"), taken(0, "10 mg"), taken(1, "10 mg"),
    )  # fmt: skip
    by_edition = {edition: run(*facts, edition=edition, as_of=1) for edition in EDITIONS}
    schema = mme_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for found in by_edition.values():
        document = mme_document(found, found.last_day)
        jsonschema.validate(document, schema)
        statuses = {item["status"] for item in document["items"]}
        assert statuses >= {"converted", "unconverted", "apart", "superseded"}
        assert document["not_opioids"] == ["lorazepam"]
        assert document["not_recognized"] == ["zzyzx"]
        assert [item["drug"] for item in document["unconverted"]] == ["morphine", "morphine"]
        assert document["total"]["complete"] is False
    everything = mme_all(by_edition, START.day + 1)
    jsonschema.validate(everything, schema)
    assert set(everything["tables"]) == set(EDITIONS)
    assert json.loads(json.dumps(everything)) == everything


def test_the_schema_refuses_an_unconverted_item_without_reason() -> None:
    found = run(order("morphine"))
    document = mme_document(found, found.last_day)
    document["items"][0]["reason"] = None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, mme_schema())


def test_as_needed_is_an_interval() -> None:
    found = run(order(dose="5 mg", every_hours=4, every_hours_max=6, as_needed=True))
    document = mme_document(found, found.last_day)
    assert document["total"] == {"low": 0.0, "likely": 45.0, "high": 45.0, "complete": True}
    assert document["items"][0]["daily_dose"] == {"low": 0.0, "likely": 30.0, "high": 30.0, "unit": "mg/d"}
    assert document["items"][0]["mme_per_day"] == {"low": 0.0, "likely": 45.0, "high": 45.0}


def test_no_residue() -> None:
    found = run(*(order(dose="0.1 mg", times_per_day=1, id=str(n)) for n in range(3)))
    assert mme_document(found, found.last_day)["total"]["likely"] == 0.45


def test_no_opioid_is_zero_and_says_so() -> None:
    found = exposure(Record(), load())
    document = mme_document(found, found.last_day)
    assert document["total"] == {"low": 0.0, "likely": 0.0, "high": 0.0, "complete": True}
    assert document["notes"][0] == "no opioid on record"
    text = mme_text(found, found.last_day)
    assert text.lower().count("no opioid") == 1
    assert "No opioid is on record.\n" in text


def test_a_name_that_no_table_knows_is_not_called_a_non_opioid() -> None:
    found = run(order("zyntrapex", id="m1"), order("lorazepam", id="m2"))
    text = mme_text(found, found.last_day)
    assert "1 drug not recognized: zyntrapex (asked)" in text
    assert "Not opioids: lorazepam\n" in text
    assert "No drug on record is recognized as an opioid." in text
    assert "No opioid on record" not in text
    assert found.on(found.last_day).complete
    many = run(*(order(f"zyntrapex{n}") for n in range(7)))
    names = "zyntrapex0, zyntrapex1, zyntrapex2, zyntrapex3, zyntrapex4 and 2 more"
    assert f"7 drugs not recognized: {names} (asked)" in mme_text(many, many.last_day, width=120)
    assert len(mme_document(many, many.last_day)["not_recognized"]) == 7


def test_buprenorphine_is_explained_once() -> None:
    found = run(order("buprenorphine", route="sublingual", form="tablet", dose="8 mg", times_per_day=1))
    text = mme_text(found, found.last_day)
    assert "reported apart in mg a day" in text
    assert text.count("apart") == 2  # the status, and the reason
    assert "left out" not in text and "leaves" not in text


def test_text_names_what_is_left_out() -> None:
    found = run(order(**CONTRACT), order("morphine", route="intravenous", dose="5 mg/h", id="drip"))
    text = mme_text(found, START.day)
    assert "60 MME a day + 1 item not converted" in text
    assert "20 mg every 12 h = 40 mg/d; x 1.5 = 60 MME/d" in text
    assert (
        "5 mg/h = 120 mg/d: CDC 2022 has no factor for intravenous morphine; it has one for oral"
        in one_line(text)
    )


def test_days_without_a_calendar_are_numbers() -> None:
    record = read_record("example:pitt_v5n3_33f")
    found = exposure(record, load())
    assert mme_text(found, record.last_day, record).startswith("day 3  CDC 2022\n")
    document = mme_document(found, record.last_day, record)
    assert (document["relative"], document["day"]) == (True, 3)
    for item in document["items"]:
        assert item["start_day"] == Instant.parse(item["start"]).day - record.epoch.day
        assert (item["end_day"] is None) == (item["end"] is None)
    jsonschema.validate(document, mme_schema())
    jsonschema.validate(mme_all({"cdc-2022": found}, record.last_day, record), mme_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({key: value for key, value in document.items() if key != "day"}, mme_schema())
    dated = mme_document(found, record.last_day)
    assert dated["relative"] is False
    assert "day" not in dated
    jsonschema.validate(dated, mme_schema())


@pytest.mark.parametrize("width", [60, 100, 120])
def test_no_line_is_wider_than_asked(width: int) -> None:
    record = read_record("example:pitt_v5n3_33f")
    text = mme_text(exposure(record, load()), record.last_day, record, width)
    assert max(map(len, text.splitlines())) <= width
    assert "\n  m2  fentanyl transdermal       300 MME/d\n      125 ug/h worn; x 2.4 = 300 MME/d" in text
    assert "MME measures exposure; it must not be used to switch" in one_line(text)
    assert "\u00a0" not in text


def test_a_working_that_fits_stands_beside_its_item() -> None:
    found = run(order(**CONTRACT))
    assert "60 MME/d  20 mg every 12 h = 40 mg/d" in mme_text(found, START.day)


def test_importing_exposure_stays_light() -> None:
    heavy = "{'numpy', 'rich', 'jinja2', 'typer', 'typst'}"
    code = (
        f"import algesia.exposure.compute, algesia.report.mme, sys; sys.exit(len({heavy} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
