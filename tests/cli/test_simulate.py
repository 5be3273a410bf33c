"""`algesia simulate` as its users run it: what is printed, what is written, and what is refused."""

from __future__ import annotations

import argparse
import builtins
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from algesia.cli import main, simulate_study
from algesia.cli.arguments import Parser
from algesia.cli.simulate import EXTRA
from algesia.cli.simulate_parser import simulations
from algesia.cli.simulate_text import headline, simulation_text
from algesia.cli.simulate_times import AFTER_MIN, MOST_EVENTS, STEPS_H, after_events
from algesia.mechanism import simulate as simulator
from algesia.mechanism.model import Floats, Order
from algesia.mechanism.simulation import MEASURES, Group, Simulation
from algesia.quantities.refusal import Unassessable
from algesia.report.simulation import simulation_schema
from tests.mechanism.made import ERROR, simulated

REAL = simulator.simulate
TAPER = "oxycodone ER 20 mg q12h 90 d, then taper 10 %/week"


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[Order, ...], Floats, Group, Any]]:
    """A command line with this command alone, and a simulator that computes nothing; what it was asked."""
    asked: list[tuple[tuple[Order, ...], Floats, Group, Any]] = []

    def parser(server: object = None) -> argparse.ArgumentParser:
        top = Parser(prog="algesia")
        simulations(top.add_subparsers(required=True))
        return top

    def run(
        orders: Sequence[Order], at_h: Floats, group: Group, *, measures: Sequence[str] | None = None
    ) -> Simulation:
        asked.append((tuple(orders), at_h, group, measures))
        missing = tuple(
            Unassessable(
                f"plasma/{order.drug}", "no kinetics of this drug are in the tables", ("its clearance",)
            )
            for order in orders
            if order.drug == "pethidine" or order.drug == "meperidine"
        )
        return simulated(orders, at_h, group, measures=measures, unassessable=missing)

    monkeypatch.setattr(main, "parser", parser)
    monkeypatch.setattr(simulator, "simulate", run)
    return asked


def status(*arguments: str) -> int:
    """Run `algesia simulate`; its exit status."""
    try:
        main.run(["simulate", *arguments])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def test_text_says_what_comes_out_what_was_read_and_how_it_is_founded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status(TAPER) == 0
    told = capsys.readouterr().out
    first, *_ = told.split("\n\n")
    assert first.startswith(
        "In this model slow tolerance divides the drug's efficacy by 2.3 (1.4 to 3.3) at most (day 153)"
    )
    flat = " ".join(told.split())
    assert "oxycodone oral-er 20 mg every 12 h, days 0 to 90" in flat
    assert "taper from 20 mg by 2 mg a step (10 % of 20 mg), a step every 7 d" in flat
    assert "200 virtual people (with a pain that heals): median, and in brackets the middle 90 %." in flat
    assert "A model's hypothesis, not a prediction for a person." in flat
    assert "4 parameters: 1 read in their source, 1 derived, or fixed in their source, 2 assumed" in flat
    assert f"Steps in time cost {100 * ERROR:.2g} % of a curve at most." in flat
    table = [line for line in told.splitlines() if line.startswith("tolerance, x naive")]
    assert table and table[0].split()[-1] == "1.8)"
    assert all(len(line) <= 100 for line in told.splitlines())


def test_narrow_text_stays_narrow_and_keeps_every_number() -> None:
    order = Order("oxycodone", "oral", 0.0, 5.0, "mg", 6.0, 40)
    done = simulated([order], np.arange(0.0, 900.0, 6.0), Group(people=9), measures=("tolerance", "pain-nrs"))
    told = simulation_text(done, Group(people=9), ["oxycodone"] * 40, 240.0, width=60)
    assert max(len(line) for line in told.splitlines()) <= 60
    assert "and 16 more" in told
    assert "2.3 (1.4 to 3.3)" in told


def test_one_person_is_the_typical_one_and_has_no_band(
    calls: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        status("remifentanil", "iv", "0.1", "ug/kg/min", "for", "4", "h", "--people", "1", "--age", "40") == 0
    )
    told = capsys.readouterr().out
    assert "The typical person (40 years, with a pain that heals). One curve has no band." in told
    assert "(day" not in told and " h)" in told
    orders, times, group, measures = calls[0]
    assert orders[0].rate == 0.1 and times[-1] == pytest.approx(28.0)
    assert (group.people, group.varies) == (1, False)
    assert "sensitization-acute" in measures and "tolerance" not in measures


def test_options_reach_the_simulator(calls: list[Any]) -> None:
    options = (
        "--people 7 --weight 60 --age 71 --egfr 30 --sex female --hepatic mild --cyp2d6 poor --cyp2b6 normal --chronic-pain "
        "--seed 5 --measure tolerance --measure plasma/oxycodone --days 100 --every 12 -f csv"
    )
    assert status(TAPER, *options.split(), "-o", "/dev/null") == 0
    _, times, group, measures = calls[0]
    assert group == Group(
        people=7, varies=True, weight_kg=60, age=71, egfr=30, sex="female", hepatic="mild", cyp2d6="poor", cyp2b6="normal",
        chronic_pain=True, seed=5,
    )  # fmt: skip
    assert measures == ("tolerance", "plasma/oxycodone")
    assert (times[0], times[1], times[-1]) == (0, 12, 2400)


def test_the_last_time_is_always_asked_about(calls: list[Any]) -> None:
    assert status(TAPER, "--hours", "10.5", "--every", "2", "-f", "csv", "-o", "/dev/null") == 0
    assert calls[0][1].tolist() == [0, 2, 4, 6, 8, 10, 10.5]


def test_what_acts_within_minutes_is_asked_about_in_minutes(calls: list[Any]) -> None:
    words = (
        "morphine 60 mg q6h 90 d; naloxone iv 0.4 mg once, day 89; ketamine iv 16 mg/h for 5 d from day 20"
    )
    for more in ((), ("--every", "24", "-f", "csv")):
        assert status(words, *more, "-o", "/dev/null") == 0
        asked = calls[-1][1]
        assert np.all(np.diff(asked) > 0) and asked[-1] == 118 * 24
        for event in (89.0, 20.0, 25.0):
            wanted = event * 24 + np.array(AFTER_MIN) / 60
            assert all(np.min(np.abs(asked - hour)) < 1e-9 for hour in wanted)
    assert len(asked) < 118 + 1 + 3 * len(AFTER_MIN)


def test_a_table_is_never_made_of_fewer_points_than_without_every(calls: list[Any]) -> None:
    for more in ((), ("--every", "1e9"), ("--every", "0.5")):
        assert status(TAPER, *more, "-o", "/dev/null") == 0
    usual, coarse, fine = (len(asked[1]) for asked in calls)
    assert usual == coarse < fine


def test_a_long_list_of_injections_has_points_after_its_first_and_last_only() -> None:
    orders = [Order("morphine", "iv", 24.0 * day, 5.0) for day in range(3000)]
    points = after_events(orders)
    assert len(points) == MOST_EVENTS * len(AFTER_MIN)
    assert (points[0], points[-1]) == (0.0, 2999 * 24 + 1)
    run = after_events([Order("morphine", "sc", 0.0, 5.0, "mg", 4.0, 3000)])
    assert len(run) == 2 * len(AFTER_MIN)
    assert after_events([Order("morphine", "oral", 0.0, 5.0, "mg", 4.0, 3000)]) == []


def test_points_do_not_fall_on_one_hour_of_the_day_only() -> None:
    assert all((24 / step) % 1 > 1e-9 for step in STEPS_H if step >= 5)


def test_json_follows_its_schema_and_holds_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(TAPER, "--format", "json", "--every", "24") == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(simulation_schema()).validate(document)
    assert document["format"] == "algesia-simulation/1"
    assert {one["measure"] for one in document["measures"]} == {*MEASURES, "plasma/oxycodone"}
    assert len(document["orders"]) == 10 and document["orders"][0]["unit"] == "mg"
    assert document["given_until_h"] == 153 * 24
    assert [(one["grade"], one["parameters"]) for one in document["grades"]] == [
        ("high", 1),
        ("medium", 1),
        ("assumed", 2),
    ]
    assert document["error"] == ERROR
    for one in document["measures"]:
        assert len(one["median"]) == len(one["low90"]) == len(one["high90"]) == len(document["times_h"])
        assert all(low <= high for low, high in zip(one["low90"], one["high90"], strict=True))
    broken = {**document, "grades": [{"grade": "sure", "parameters": 1}]}
    assert list(Draft202012Validator(simulation_schema()).iter_errors(broken))


def test_a_value_that_is_no_number_is_null(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(orders: Sequence[Order], at_h: Floats, group: Group, **more: Any) -> Simulation:
        done = simulated(orders, at_h, group, **more)
        done.bands[1, 0, :] = np.nan
        return done

    monkeypatch.setattr(simulator, "simulate", run)
    assert status(TAPER, "-f", "json", "--every", "24", "--measure", "tolerance") == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(simulation_schema()).validate(document)
    assert document["measures"][0]["median"][:3].count(None) == 1
    assert status(TAPER, "-f", "csv", "--every", "24", "--measure", "tolerance") == 0
    assert "24,tolerance,{x naive},,,\n" in capsys.readouterr().out
    assert status(TAPER, "-f", "svg", "--every", "24", "--measure", "tolerance") == 0
    assert "nan" not in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["svg", "csv", "json", "txt"])
def test_the_ending_says_the_format(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"course.{ending}"
    assert status(TAPER, "-o", str(out)) == 0
    text = out.read_text()
    begins = {
        "svg": "<svg ",
        "csv": "time_h,measure,unit,median,low90,high90\n0,",
        "json": "{",
        "txt": "In this model",
    }
    assert text.startswith(begins[ending])
    if ending == "svg":
        assert ElementTree.fromstring(text).tag.endswith("svg")
        assert " style=" not in text


def test_a_record_is_read_with_who_it_is_about(
    tmp_path: Path, calls: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    record = {
        "format": "algesia-record/1",
        "person": {"birth_date": "1970-01-10", "sex": "female", "weight_kg": 61},
        "labs": [
            {"at": "2024-01-11", "lab": "egfr", "value": 55, "unit": "mL/min/{1.73_m2}"},
            {"at": "2024-01-12", "lab": "egfr", "value": 44, "unit": "mL/min/{1.73_m2}"},
        ],
        "medications": [
            {"id": "a", "drug": "oxycodone", "route": "oral", "release": "extended", "dose": {"value": 20, "unit": "mg"},
             "every_hours": 12, "start": "2024-01-10", "end": "2024-02-09"},
            {"id": "b", "drug": "oxycodone", "route": "oral", "dose": {"value": 5, "unit": "mg"}, "as_needed": True,
             "every_hours": 6, "start": "2024-01-10", "end": "2024-02-09"},
        ],
    }  # fmt: skip
    file = tmp_path / "a record.json"
    file.write_text(json.dumps(record))
    assert status(str(file), "--weight", "70") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "70 kg, 54 years, female, eGFR 44" in told
    assert "oxycodone oral-er 20 mg every 12 h, days 0 to 30" in told
    assert (
        "oxycodone (b): as needed: when how much was taken is not on record. Missing: the doses taken."
        in told
    )
    orders, _, group, _ = calls[0]
    assert [order.count for order in orders] == [60]
    assert (group.weight_kg, group.egfr) == (70, 44)


def test_bundled_examples_are_records(calls: list[Any]) -> None:
    assert status("example:synthetic-escalation", "-o", "/dev/null") == 0
    assert {order.drug for order in calls[0][0]} == {"oxycodone"}


def test_a_record_without_a_schedule_cannot_be_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("example:gagnon2013_91m", "-o", "/dev/null") == 0
    capsys.readouterr()
    assert status("meperidine iv 50 mg every 6 h for 2 d") == 4
    assert "cannot simulate: plasma/meperidine: no kinetics of this drug" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more", [(), ("-f", "png"), ("-f", "svg"), ("-f", "json"), ("--measure", "plasma/levorphanol")]
)
@pytest.mark.parametrize(
    ("regimen", "says"),
    [
        ("levorphanol 2 mg q6h 9 d", "plasma/levorphanol: no kinetics of this drug are in the tables"),
        ("morphine intrathecal 1 mg q24h 3 d", "plasma/morphine by intrathecal: no way in by this route"),
    ],
)
def test_what_has_no_kinetics_is_said_in_every_format(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    regimen: str,
    says: str,
    more: tuple[str, ...],
) -> None:
    monkeypatch.setattr(simulator, "simulate", REAL)
    if more == ("--measure", "plasma/levorphanol") and "levorphanol" not in regimen:
        more = ("--measure", "plasma/morphine")
    assert status(regimen, *more) == 4
    told = capsys.readouterr()
    assert f"algesia: cannot simulate: {says}" in told.err and told.out == ""


def test_metabolites_of_morphine_are_shown_where_the_kidneys_fail(calls: list[Any]) -> None:
    for more, there in (((), False), (("--egfr", "90"), False), (("--egfr", "20"), True)):
        assert status("morphine 30 mg q6h 9 d", *more, "-o", "/dev/null") == 0
        assert ({"plasma/M3G", "plasma/M6G"} <= set(calls[-1][3])) is there
    assert status("oxycodone 10 mg q6h 9 d", "--egfr", "20", "-o", "/dev/null") == 0
    assert "plasma/M6G" not in calls[-1][3]


def shaped(name: str, first: float, then: float) -> Simulation:
    """A median that goes from one value to another, with a band that does not move."""
    done = simulated((), np.linspace(0, 2000, 50), Group(people=2), measures=(name,))
    done.bands[:, 0, 0] = np.linspace(first, then, 50)
    done.bands[:, 0, 1:] = (0.1, 0.7)
    return done


def test_the_headline_tells_a_share_that_was_there_before() -> None:
    assert "there is hardly any sensitization" in headline(shaped("sensitization", 0.0, 0.01))
    assert "sensitization stays at 0.37 (0.1 to 0.7) of 1" in headline(shaped("sensitization", 0.37, 0.38))
    told = headline(shaped("sensitization", 0.35, 0.47))
    assert "sensitization reaches 0.47 (0.1 to 0.7) of 1 (from 0.35 before, day 83)" in told
    assert "sensitization falls to 0.2 (0.1 to 0.7) of 1" in headline(shaped("sensitization", 0.35, 0.2))


def test_a_ratio_at_its_bound_is_not_told_as_a_value() -> None:
    done = simulated((), np.linspace(0, 2000, 50), Group(people=2), measures=("potency-ratio",))
    done.bands[:, 0, :] = np.linspace(1, 20, 50)[:, None] * np.array([1.0, 0.5, 5.0])
    told = simulation_text(done, Group(people=2), [], 1000.0)
    assert "20 (10 to 100 or more)" in told


@pytest.mark.parametrize("width", [80, 90, 100])
def test_a_table_stays_a_table(width: int) -> None:
    order = Order("oxycodone", "oral", 0.0, 5.0, "mg", 6.0, 400)
    names = ("plasma/oxycodone", "relief", "pain-nrs", "potency-ratio", "tolerance", "hyperalgesia-area")
    done = simulated([order], np.arange(0.0, 3600.0, 6.0), Group(people=9), measures=names)
    told = simulation_text(done, Group(people=9), [], 2400.0, width=width).splitlines()
    assert max(map(len, told)) <= width
    assert sum(line.startswith(names) for line in told) == len(names)
    assert all(line.count("(") >= 1 for line in told if line.startswith(("tolerance", "pain-nrs")))


def test_an_empty_record_cannot_be_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "r.json"
    file.write_text('{"format": "algesia-record/1"}')
    assert status(str(file)) == 4
    assert "no scheduled opioid is in it" in capsys.readouterr().err


def test_one_unknown_drug_beside_a_known_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(f"{TAPER}; meperidine iv 50 mg every 6 h for 2 d") == 0
    assert "plasma/meperidine: no kinetics of this drug are in the tables." in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["oxycodone 5 mg q6h prn 3 d"], 3, "regimen, part 1 is 'oxycodone 5 mg q6h prn 3 d': as needed is no schedule"),
        (["no-such-file.json"], 3, "no-such-file.json"),
        (["example:nope"], 2, "there is no example 'nope'"),
        ([TAPER, "--people", "0"], 2, "--people 0 is out of range: from 1 to"),
        ([TAPER, "--seed", "-1"], 2, "--seed -1 is out of range"),
        ([TAPER, "--weight", "0"], 2, "--weight 0 is out of range: from 1 to 500"),
        ([TAPER, "--age", "130"], 2, "--age 130 is out of range"),
        ([TAPER, "--egfr", "nan"], 2, "--egfr nan is out of range"),
        ([TAPER, "--sex", "other"], 2, "--sex 'other' is not one of female, male"),
        ([TAPER, "--hepatic", "bad"], 2, "--hepatic 'bad' is not one of none"),
        ([TAPER, "--cyp2d6", "fast"], 2, "--cyp2d6 'fast' is not one of poor"),
        ([TAPER, "--cyp2b6", "fast"], 2, "--cyp2b6 'fast' is not one of poor"),
        ([TAPER, "--measure", "tolerence"], 2, "did you mean tolerance?"),
        ([TAPER, "--measure", "qqqq"], 2, "is no measure; one of cold-tolerance"),
        ([TAPER, "--measure", "urine/oxycodone"], 2, "--measure 'urine/oxycodone' is no measure"),
        ([TAPER, "--days", "3", "--hours", "5"], 2, "name one"),
        ([TAPER, "--days", "-3"], 2, "--days -3 is out of range: above 0 to 36,500"),
        ([TAPER, "--people", "2000000"], 2, "from 1 to 1,000,000"),
        ([TAPER, "--weight", "abc"], 2, "--weight 'abc' is no number"),
        ([TAPER, "--people", "1.5"], 2, "--people '1.5' is no whole number"),
        ([TAPER, "--days", "0"], 2, "--days 0 is out of range"),
        ([TAPER, "--hours", "-3"], 2, "--hours -3 is out of range"),
        ([TAPER, "--every", "0"], 2, "--every 0 is no time"),
        ([TAPER, "--every", "0.001"], 2, "at most 200000 points"),
        ([TAPER, "--format", "gif"], 2, "--format 'gif' is not one of text, json, csv, svg, png, sbml"),
        ([TAPER, "-o", "course.gif"], 2, "ends in none of .json, .txt, .csv, .svg, .png, .sbml"),
        (["study"], 2, "takes one FILE"),
    ],
)  # fmt: skip
def test_what_is_refused(
    arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(*arguments) == code
    told = capsys.readouterr()
    assert says in told.err
    assert told.err.startswith("algesia: ") and told.err.count("\n") == 1
    assert told.out == ""


def test_without_the_extra_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "algesia.mechanism.simulate":
            raise ModuleNotFoundError("No module named 'numba'", name="numba")
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert status(TAPER) == 2
    assert capsys.readouterr().err == f"algesia: {EXTRA}\n"


def test_another_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "algesia.mechanism.simulate":
            raise ModuleNotFoundError("No module named 'algesia.mechanism.simulate'", name=name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModuleNotFoundError):
        status(TAPER)


def test_studies_are_handed_on_with_their_options(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[argparse.Namespace] = []
    monkeypatch.setattr(simulate_study, "study", seen.append)
    assert status("study", "studies.json", "--draws", "50", "-f", "json") == 0
    assert (seen[0].file, seen[0].people, seen[0].draws, seen[0].format) == ("studies.json", 200, 50, "json")


def test_sbml_is_written_by_the_ending(tmp_path: Path) -> None:
    pytest.importorskip("libsbml")
    short, long = tmp_path / "a.sbml", tmp_path / "b.xml"
    assert status("morphine iv 10 mg once", "-o", str(short), "--hours", "5") == 0
    assert status("morphine iv 10 mg once", "-o", str(long)) == 0
    assert all(ElementTree.parse(file).getroot().tag.endswith("sbml") for file in (short, long))
    assert "hour 5;" in short.read_text() and "hour 5;" not in long.read_text()
