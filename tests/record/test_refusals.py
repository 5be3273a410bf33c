"""Bad input: one refusal with the path, the value and what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins, read_record

D = "2024-02-02"
START = {"drug": "oxycodone", "start": "2024-01-10"}


def med(**fields: Any) -> dict[str, Any]:
    return {"medications": [{**START, **fields}]}


def dose(value: Any = 20, unit: Any = "mg", **rest: Any) -> dict[str, Any]:
    return med(dose={"value": value, "unit": unit, **rest})


def pain(**fields: Any) -> dict[str, Any]:
    return {"pain": [{"at": D, "score": 5}, {"at": D, **fields}]}


def fact(name: str, **fields: Any) -> dict[str, Any]:
    return {name: [{"at": D, **fields}]}


#    record                                             path                               value       words
TABLE: list[tuple[dict[str, Any], str, object, str]] = [
    # keys
    ({"medication": []},                                "medication",                      None,       "'medications', perhaps"),
    (med(dosage={"value": 20}),                         "medications[0].dosage",           None,       "not a key"),
    (dose(units="mg"),                                  "medications[0].dose.units",       None,       "'unit', perhaps"),
    ({"person": {"birthdate": "1970-01-01"}},           "person.birthdate",                None,       "'birth_date', perhaps"),
    (fact("pain", score=5, dat=3),                      "pain[0].dat",                     None,       "not a key"),
    ({"format": "algesia-record/2"},                    "format",                          "algesia-record/2", "'algesia-record/1'"),
    ({"format": None},                                  "format",                          None,       "'algesia-record/1'"),
    # missing
    ({"medications": [{"start": D}]},                   "medications[0].drug",             None,       "is missing"),
    ({"medications": [{"drug": "morphine"}]},           "medications[0].start",            None,       "is missing"),
    ({"pain": [{"score": 5}]},                          "pain[0].at",                      None,       "or day with a number"),
    (med(dose={"value": 20}),                           "medications[0].dose.unit",        None,       "is missing"),
    (med(dose={"unit": "mg"}),                          "medications[0].dose",             None,       "has no amount"),
    (fact("signs", sign="allodynia"),                   "signs[0].present",                None,       "is missing"),
    (fact("conditions"),                                "conditions[0]",                   None,       "names no condition"),
    # types
    ({"medications": {}},                               "medications",                     None,       "a list"),
    ({"pain": None},                                    "pain",                            None,       "a list"),
    ({"pain": [7]},                                     "pain[0]",                         7,          "an object with"),
    ({"person": []},                                    "person",                          None,       "an object with"),
    (pain(score="7"),                                   "pain[1].score",                   "7",        "a number from 0"),
    (pain(score=True),                                  "pain[1].score",                   True,       "a number from 0"),
    (dose("20"),                                        "medications[0].dose.value",       "20",       "a number from 0"),
    (dose(unit=1),                                      "medications[0].dose.unit",        1,          "text"),
    (med(as_needed="yes"),                              "medications[0].as_needed",        "yes",      "true or false"),
    (med(dose=20),                                      "medications[0].dose",             20,         "an object with"),
    (pain(sites=["shin-left", 4]),                      "pain[1].sites[1]",                4,          "text"),
    (fact("scales", instrument="cows", items={"a": "b"}), "scales[0].items.a",             "b",        "a number"),
    # closed lists
    (med(route="orall"),                                "medications[0].route",            "orall",    "'oral', perhaps"),
    (med(release="slow"),                               "medications[0].release",          "slow",     "extended"),
    (med(basis="prescribe"),                            "medications[0].basis",            "prescribe", "'prescribed', perhaps"),
    ({"person": {"sex": "F"}},                          "person.sex",                      "F",        "female"),
    (pain(scale="nrs"),                                 "pain[1].scale",                   "nrs",      "nrs-0-10"),
    (fact("signs", sign="alodynia", present=True),      "signs[0].sign",                   "alodynia", "'allodynia', perhaps"),
    (fact("signs", sign="slow_breathing", present=True), "signs[0].sign",                  "slow_breathing", "'slow-breathing', perhaps"),
    (fact("body_maps", areas=["lower-back-lft"]),       "body_maps[0].areas[0]",           "lower-back-lft", "'lower-back-left'"),
    (fact("body_maps", areas=[], touch_pain=["leg"]),   "body_maps[0].touch_pain[0]",      "leg",      "74 areas"),
    (fact("body_maps", areas=["shin-left"] * 2),        "body_maps[0].areas[1]",           "shin-left", "listed twice"),
    (pain(sites=["lower-bakc-left"]),                   "pain[1].sites[0]",                "lower-bakc-left", "'lower-back-left'"),
    (pain(sites=["Shin left"]),                         "pain[1].sites[0]",                "Shin left", "'shin-left'"),
    (fact("conditions", kind="Cancer"),                 "conditions[0].kind",              "Cancer",   "'cancer'"),
    (fact("scales", instrument="PHQ9", score=4),        "scales[0].instrument",            "PHQ9",     "'phq-9'"),
    (fact("labs", lab="eGFR", value=60, unit="x"),      "labs[0].lab",                     "eGFR",     "'egfr'"),
    # numbers
    (pain(score=14),                                    "pain[1].score",                   14,         "a number from 0 to 10"),
    (pain(score=-1),                                    "pain[1].score",                   -1,         "a number from 0"),
    (pain(score=101, scale="vas-0-100"),                "pain[1].score",                   101,        "a number from 0 to 100"),
    (pain(score=5, score_high=4),                       "pain[1].score_high",              4,          "below score, 5"),
    (pain(score_high=4),                                "pain[1].score_high",              4,          "without score"),
    (dose(-20),                                         "medications[0].dose.value",       -20,        "a number from 0"),
    (dose(2e9),                                         "medications[0].dose.value",       2e9,        "out of range"),
    (med(every_hours=0),                                "medications[0].every_hours",      0,          "a number above 0"),
    (med(days_supply=-7),                               "medications[0].days_supply",      -7,         "a number above 0"),
    (med(max_per_day=-2),                               "medications[0].max_per_day",      -2,         "a number above 0"),
    (fact("function", instrument="peg", score=11),      "function[0].score",               11,         "from 0 to 10"),
    (fact("scales", instrument="cows", score=49),       "scales[0].score",                 49,         "from 0 to 48"),
    (fact("scales", instrument="phq-9", score=28),      "scales[0].score",                 28,         "from 0 to 27"),
    (fact("scales", instrument="phq-2", score=7),       "scales[0].score",                 7,          "from 0 to 6"),
    (fact("scales", instrument="gad-7", score=22),      "scales[0].score",                 22,         "from 0 to 21"),
    (fact("scales", instrument="ort-oud", score=10),    "scales[0].score",                 10,         "from 0 to 9"),
    (fact("scales", instrument="cows", items={"a": -1}), "scales[0].items.a",              -1,         "negative"),
    ({"person": {"age_years": 130}},                    "person.age_years",                130,        "a number from 0 to 120"),
    ({"person": {"weight_kg": 0}},                      "person.weight_kg",                0,          "a number above 0"),
    (pain(score=float("nan")),                          "pain[1].score",                   "nan",      "a finite number"),
    (dose(float("inf")),                                "medications[0].dose.value",       "inf",      "a finite number"),
    (dose(10**400),                                     "medications[0].dose.value",       "an integer of 401 digits", "finite"),
    # units and amounts
    (dose(unit="mgg"),                                  "medications[0].dose.unit",        "mgg",      "'mg'"),
    (dose(unit="fraction"),                             "medications[0].dose.unit",        "fraction", "mg, ug, g"),
    (dose(unit="mg/mL"),                                "medications[0].dose.unit",        "mg/mL",    "is a concentration"),
    (dose(low=1, high=2),                               "medications[0].dose.value",       20,         "one or the other"),
    (med(dose={"low": 1, "unit": "mg"}),                "medications[0].dose",             None,       "low and high"),
    (med(dose={"low": 3, "high": 2, "unit": "mg"}),     "medications[0].dose.low",         3,          "at most 2"),
    (med(strength={"value": 5, "unit": "mg/mL"}),       "medications[0].strength.unit",    "mg/mL",    "is a concentration"),
    (med(concentration={"value": 5, "unit": "mg"}),     "medications[0].concentration.unit", "mg",     "mg/mL or ug/mL"),
    (med(quantity={"value": 5, "unit": "mg/h"}),        "medications[0].quantity.unit",    "mg/h",     "is a mass rate"),
    (med(max_per_day={"value": 5, "unit": "mg/mL"}),    "medications[0].max_per_day.unit", "mg/mL",    "is a concentration"),
    (fact("doses", drug="morphine", dose={"value": 5, "unit": "mg/h"}), "doses[0].dose.unit", "mg/h",  "is a mass rate"),
    (fact("labs", lab="egfr", value=74, unit="mg/dL"),  "labs[0].unit",                    "mg/dL",    "mL/min/{1.73_m2}"),
    (fact("labs", lab="qtc", value=0.4, unit="s"),      "labs[0].unit",                    "s",        "ms"),
    # rules between fields
    (med(end="2024-01-09"),                             "medications[0].end",              "2024-01-09", "not after the start, 2024-01-10"),
    (med(end="2024-01-10"),                             "medications[0].end",              "2024-01-10", "a later end"),
    ({"medications": [{"drug": "x", "day": 5, "end_day": 5}]}, "medications[0].end",       "day 5",    "not after the start, day 5"),
    (med(every_hours=8, times_per_day=3),               "medications[0].times_per_day",    3,          "given together with every_hours"),
    (med(every_hours=8, every_hours_max=6),             "medications[0].every_hours_max",  6,          "at least 8"),
    (med(times_per_day=3, times_per_day_max=2),         "medications[0].times_per_day_max", 2,         "at least 3"),
    (med(every_hours_max=6),                            "medications[0].every_hours_max",  6,          "without every_hours"),
    (fact("interventions", kind="x", end="2024-02-01"), "interventions[0].end",            "2024-02-01", "before the beginning"),
    (fact("conditions", text="x", end="2024-02-01"),    "conditions[0].end",               "2024-02-01", "before the beginning"),
    ({"medications": [{**START, "id": "m"}, {**START, "id": "m"}]}, "medications[1].id",   "m",        "medications[0]"),
    ({"person": {"birth_date": "2024-02-03"}, **pain()}, "pain[0].at",                     D,          "before the birth date"),
    ({"person": {"birth_date": "1970-01-01", "age_years": 48}, **pain()}, "person.age_years", 48,      "does not go with"),
    # times
    (pain(at="20244-01-01"),                            "pain[1].at",                      "20244-01-01", "the year 20244 is outside 1880 to 2120"),
    (pain(at="1066-10-14"),                             "pain[1].at",                      "1066-10-14", "the year 1066"),
    (pain(at="02/01/2024"),                             "pain[1].at",                      "02/01/2024", "ISO 8601"),
    (pain(at="2024-02-30"),                             "pain[1].at",                      "2024-02-30", "is not a date"),
    (pain(at="2024-02"),                                "pain[1].at",                      "2024-02",  "ISO 8601"),
    (pain(at="2024-02-02T25:00"),                       "pain[1].at",                      "2024-02-02T25:00", "ISO 8601"),
    (pain(at=20240202),                                 "pain[1].at",                      20240202,   "day or end_day"),
    (pain(at=None),                                     "pain[1].at",                      None,       "is null"),
    (pain(day=3),                                       "pain[1].day",                     3,          "at or day, not both"),
    (med(end="2024-03-01", end_day=9),                  "medications[0].end_day",          9,          "end or end_day, not both"),
    ({"pain": [{"day": "3"}]},                          "pain[0].day",                     "3",        "a number of days"),
    ({"pain": [{"day": 1e9}]},                          "pain[0].day",                     1e9,        "longer than a life"),
    ({"pain": [{"day": 60_000}]},                       "pain[0].day",                     60_000,     "1880 to 2120"),
    ({"epoch": "2024-01-01T08:00"},                     "epoch",                           "2024-01-01T08:00", "time of day"),
    ({"epoch": 20240101},                               "epoch",                           20240101,   "the date of day 0"),
    ({"pain": [{"at": D}, {"day": 3}]},                 "pain[1].day",                     3,          "pain[0].at gives a date"),
    ({"relative": True, "pain": [{"at": D}]},           "pain[0].at",                      D,          "says it is relative"),
    ({"pain": [{"at": "2024-02-02T08:00Z"}, {"at": "2024-02-02T08:00"}]}, "pain[1].at",    "2024-02-02T08:00", "pain[0].at has one (2024-02-02T08:00Z)"),
    ({"person": {"time_zone": "Europe/Londn"}},         "person.time_zone",                "Europe/Londn", "'Europe/London'"),
    ({"person": {"time_zone": "../etc/passwd"}},        "person.time_zone",                "../etc/passwd", "not a known time zone"),
    ({"person": {"time_zone": "localtime"}},            "person.time_zone",                "localtime", "not a known time zone"),
    # text
    (med(drug=""),                                      "medications[0].drug",             "",         "is empty"),
    (med(drug=" morphine"),                             "medications[0].drug",             " morphine", "blanks at its ends"),
    (med(drug="m\norphine"),                            "medications[0].drug",             "m\norphine", "a line break"),
    (med(drug="m" * 201),                               "medications[0].drug",             "m" * 201,  "is too long"),
    (med(text="a\x00b"),                                "medications[0].text",             "U+0000 at position 1", "control character"),
    (med(text="\ud800"),                                "medications[0].text",             "U+D800 at position 0", "surrogate"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "path", "value", "words"), TABLE, ids=[f"{row[1]}-{i}" for i, row in enumerate(TABLE)]
)
def test_bad_input_is_refused(raw: dict[str, Any], path: str, value: object, words: str) -> None:
    with pytest.raises(InputRefused) as caught:
        from_builtins({"format": "algesia-record/1", **raw})
    refusal = caught.value
    shown = refusal.value if refusal.value is None or isinstance(value, int | float) else str(refusal.value)
    assert (refusal.path, shown) == (path, value)
    message = str(refusal)
    assert words in message
    message.encode()
    assert len(message) < 700


#    bytes                                                  path                     value              words
BYTES: list[tuple[bytes, str, object, str]] = [
    (b"",                                                   "",                      None,              "is empty"),
    (b" \n ",                                               "",                      None,              "is empty"),
    (b"{",                                                  "line 1, column 2",      None,              "not JSON"),
    (b'{"pain": [\n  {"at": 2024-01-01}]}',                 "line 2, column 14",     "-01-01}]}",       "not JSON"),
    (b'{"format": "algesia-record/1"} x',                   "line 1, column 32",     "x",               "extra data"),
    (b"\x89\x00\x01",                                       "line 1, byte 1",        "byte 0x89",       "not UTF-8"),
    (b'{"source": "caf\xe9"}',                              "line 1, byte 16",       "byte 0xe9",       "not UTF-8"),
    (b"\xff\xfe{\x00}\x00",                                 "line 1, byte 1",        "byte 0xff",       "UTF-16"),
    (b"[]",                                                 "",                      [],                "not a record"),
    (b"7",                                                  "",                      7,                 "not a record"),
    (b"{}",                                                 "format",                None,              "is missing"),
    (b"[" * 100_000,                                        "",                      None,              "nested too deeply"),
    (b'{"format":"algesia-record/1","source":' + b'{"a":' * 40 + b"1" + b"}" * 41, "source.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", None, "nested too deeply"),
    (b'{"format":"algesia-record/1","pain":[{"at":"2024-01-01","score":NaN}]}', "pain[0].score", "NaN", "a finite number"),
    (b'{"format":"algesia-record/1","pain":[{"at":"2024-01-01","score":-Infinity}]}', "pain[0].score", "-Infinity", "a finite number"),
    (b'{"format":"algesia-record/1","pain":[{"at":"2024-01-01","score":1e400}]}', "pain[0].score", "1e400", "a finite number"),
    (b'{"format":"algesia-record/1","pain":[{"day":1' + b"0" * 400 + b"}]}", "pain[0].day", "1" + "0" * 400, "a finite number"),
    (b'{"format":"algesia-record/1","pain":[{"day":' + b"9" * 9000 + b"}]}", "pain[0].day", "9" * 9000, "a finite number"),
    (b'{"format":"algesia-record/1","pain":[{"day":1,"score":2,"score":3}]}', "pain[0].score", None,   "given twice"),
    (b'{"format":"algesia-record/1","pain":[],"pain":[]}',  "pain",                  None,              "given twice"),
    (b'{"format":"algesia-record/1","\\ud800":1}',          "",                      "U+D800 at position 0", "surrogate"),
    (b" " * (64 * 1024 * 1024 + 1),                         "",                      None,              "larger than 64 MiB"),
    (b"[" + b"1," * 1_000_001 + b"1]", "", None, "more than a million values"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "path", "value", "words"), BYTES, ids=range(len(BYTES)))
def test_bad_bytes_are_refused(data: bytes, path: str, value: object, words: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read_record(data)
    refusal = caught.value
    shown = refusal.value if not hasattr(refusal.value, "text") else repr(refusal.value)
    assert (refusal.path, shown) == (path, value)
    message = str(refusal)
    assert words in message
    message.encode()
    assert len(message) < 700


def test_an_implausible_amount_is_not_refused() -> None:
    assert from_builtins(dose(2000)).medications[0].dose is not None


def test_birth_and_age_may_differ_by_a_year() -> None:
    person = {"birth_date": "1971-05-02", "age_years": 53}
    assert from_builtins({"person": person, **pain()}).person.age_years == 53


def test_a_condition_may_end_on_its_first_day() -> None:
    record = from_builtins(fact("conditions", text="x", end=D))
    assert record.conditions[0].end == record.conditions[0].at


def test_contract_of_the_table() -> None:
    assert len(TABLE) + len(BYTES) >= 120
