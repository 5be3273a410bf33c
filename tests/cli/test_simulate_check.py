"""`algesia simulate --observed` as its users run it: answers, pictures, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from algesia.adapters.observed_file import read_observed
from algesia.charts.check import MOST_DOTS, check_picture
from algesia.cli import main
from algesia.mechanism.check import check
from algesia.mechanism.simulation import Group
from algesia.mechanism.vpc import Vpc, vpc
from algesia.mechanism.words import orders_from_words
from algesia.quantities.refusal import InputRefused
from algesia.report.check import Checked, check_schema, check_text

BOLUS = "morphine iv 10 mg once"
REGIMEN = "oxycodone ER 20 mg q12h 20 d"
SVG = "{http://www.w3.org/2000/svg}"


def status(*arguments: str) -> int:
    """Run `algesia simulate`; its exit status."""
    try:
        main.run(["simulate", *arguments])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


@pytest.fixture
def scores(tmp_path: Path) -> str:
    """Scores of six people on twenty days, who have more pain than the model's."""
    chance = np.random.default_rng(1)
    lines = [f"p{i},{day},{chance.integers(4, 10)}" for i in range(6) for day in range(20)]
    file = tmp_path / "scores.csv"
    file.write_text("\n".join(["Id,DAY,Value", *lines, "p6,3,.", ""]))
    return str(file)


@pytest.fixture
def plasma(tmp_path: Path) -> str:
    """A data file of NONMEM with doses, a missing value and concentrations."""
    rows = [f"{i},{t},{30 / t + i},0,0,70" for i in range(1, 9) for t in (1, 2, 4, 8)]
    file = tmp_path / "plasma.csv"
    file.write_text("\n".join(["ID,TIME,DV,EVID,MDV,WT", "1,0,.,1,1,70", *rows, "1,9,77,0,1,70"]))
    return str(file)


def test_text_compares_percentiles_and_says_what_it_is(
    scores: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(REGIMEN, "--chronic-pain", "--observed", scores, "--people", "50") == 0
    told = capsys.readouterr().out
    flat = " ".join(told.split())
    assert flat.startswith(
        "Pain score, 0 to 10: 120 observations of 6 people beside 50 virtual people for each."
    )
    assert "oxycodone oral-er 20 mg every 12 h, days 0 to 20" in flat
    assert (
        "observed percentiles lie within the model's 90 % interval; about nine in ten do where a model is right. "
        "It is a check of the model on these data, no statement on a person."
    ) in flat
    assert "Each virtual person writes one whole score a day" in flat
    assert "1 row of" in flat and "held no observation." in flat
    head, *table = [line for line in told.splitlines() if line.startswith(("days", "0 to", "18 to", "17 to"))]
    assert head.split() == ["days", "n", "10", "%", "median", "90", "%"]
    assert len(table) == 2 and "above" in told
    assert all(len(line) <= 100 for line in told.splitlines())


def test_json_follows_its_schema_and_counts_what_lies_inside(
    plasma: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        status(BOLUS, "--observed", plasma, "--measure", "plasma/morphine", "-f", "json", "--people", "40")
        == 0
    )
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(check_schema()).validate(document)
    assert (document["format"], document["people"], document["observations"]) == ("algesia-check/1", 8, 32)
    assert (document["replicates"], document["compared"]) == (40, 12)
    assert [one["n"] for one in document["bins"]] == [8] * 4
    assert [one["time_h"] for one in document["bins"]] == [1, 2, 4, 8]
    cells = [cell for one in document["bins"] for cell in one["percentiles"]]
    assert sum(cell["inside"] for cell in cells) == document["inside"]
    for cell in cells:
        assert cell["inside"] == (cell["low90"] <= cell["observed"] <= cell["high90"])
    # 30 / t + 1, ..., 30 / t + 8: the median is 30 / t + 4.5
    medians = [one["percentiles"][1]["observed"] for one in document["bins"]]
    assert medians == pytest.approx([34.5, 19.5, 12.0, 8.25])
    assert any("no error of measurement" in note for note in document["notes"])
    broken = {**document, "inside": "all"}
    assert list(Draft202012Validator(check_schema()).iter_errors(broken))


def test_csv_has_a_row_for_each_percentile_of_each_bin(
    plasma: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        status(BOLUS, "--observed", plasma, "--measure", "plasma/morphine", "-f", "csv", "--people", "20")
        == 0
    )
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 12 and {row["measure"] for row in rows} == {"plasma/morphine"}
    assert [row["percentile"] for row in rows[:3]] == ["10", "50", "90"]
    assert all(float(row["low90"]) <= float(row["median"]) <= float(row["high90"]) for row in rows)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_by_the_ending(tmp_path: Path, scores: str, ending: str) -> None:
    out = tmp_path / f"check.{ending}"
    assert status(REGIMEN, "--observed", scores, "--people", "20", "-o", str(out)) == 0
    if ending == "png":
        assert out.read_bytes().startswith(b"\x89PNG")
        return
    text = out.read_text()
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg" and " style=" not in text
    said = " ".join(root.itertext())
    assert "observed percentiles lie within the model's 90 % interval." in said
    rings = len(root.findall(f"{SVG}circle"))
    assert rings > 0 and f"{24 - rings} of 24 observed" in said and "Ring: outside." in said
    assert {"median", "10 %", "90 %"} <= {part.text for part in root.findall(f"{SVG}text")}


def drawn(times: list[float], values: list[float], measure: str, unit: str) -> ElementTree.Element:
    chance = np.random.default_rng(3)
    found = vpc(times, values, np.array(values) * chance.uniform(0.9, 1.1, (30, len(values))))
    return ElementTree.fromstring(check_picture(found, times, values, measure, unit))


def test_the_observations_are_dots_unless_they_would_be_a_block() -> None:
    few = drawn([1.0, 2.0, 2.0, 5.0], [4.0, 6.0, 6.0, 8.0], "pain-nrs", "{NRS}")
    dots = [path for path in few.iter(f"{SVG}path") if (path.get("class") or "").startswith("dots")]
    assert sum((path.get("d") or "").count("h0") for path in dots) == 3
    assert "larger where more are equal" in " ".join(few.itertext())
    many = drawn(np.linspace(0, 99, MOST_DOTS).tolist(), [5.0] * MOST_DOTS, "plasma/morphine", "ng/mL")
    assert "Dots" not in " ".join(many.itertext())
    assert not any("hatch d" in (path.get("class") or "") for path in many.iter(f"{SVG}path"))


def test_observations_of_one_time_can_be_drawn() -> None:
    one = drawn([48.0] * 9, [float(v) for v in range(1, 10)], "plasma/morphine", "ng/mL")
    areas = [path for path in one.iter(f"{SVG}path") if path.get("class") in ("relief", "dose-area")]
    assert len(areas) == 3 and all("nan" not in (path.get("d") or "") for path in areas)


def test_cool_is_a_concentration_and_warm_is_the_pain() -> None:
    cool = drawn([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], "plasma/morphine", "ng/mL")
    warm = drawn([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], "pain-nrs", "{NRS}")
    for picture, here, not_here in ((cool, "dose-area", "band"), (warm, "band", "dose-area")):
        classes = {path.get("class") for path in picture.iter(f"{SVG}path")}
        assert here in classes and not_here not in classes


def test_a_record_is_checked_on_its_own_scores(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("example:synthetic-escalation", "--observed", "record", "--people", "40") == 0
    flat = " ".join(capsys.readouterr().out.split())
    assert flat.startswith("Pain score, 0 to 10: 295 observations of 1 person beside 40 virtual people.")
    assert "All observations are one person's" in flat
    assert "Not computed oxycodone (ir1): as needed" in flat
    assert "275 to 311 37 7 (" in flat


def test_scores_before_the_first_dose_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = {
        "format": "algesia-record/1",
        "pain": [{"at": f"2024-01-{day:02}", "score": day % 5 + 2} for day in range(5, 25)],
        "medications": [
            {"drug": "oxycodone", "route": "oral", "release": "extended", "dose": {"value": 20, "unit": "mg"},
             "every_hours": 12, "start": "2024-01-10", "end": "2024-02-09"},
        ],
    }  # fmt: skip
    file = tmp_path / "r.json"
    file.write_text(json.dumps(record))
    assert status(str(file), "--observed", "record", "-f", "json", "--people", "20") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["observations"] == 15
    assert document["bins"][0]["first_h"] == 0 and document["bins"][-1]["last_h"] == 14 * 24
    assert "5 days before the first dose are left out." in document["notes"]
    del record["pain"][5:]
    file.write_text(json.dumps(record))
    assert status(str(file), "--observed", "record") == 3
    assert "pain: has no score from 0 to 10 from the first dose on" in capsys.readouterr().err


def test_narrow_text_stays_narrow() -> None:
    ids = [str(i) for i in range(5) for _ in range(6)]
    times, values = [0.5, 1.0, 2.0, 4.0, 6.0, 8.0] * 5, [123.456, 44.4, 20.2, 9.1, 4.2, 1.3] * 5
    orders = orders_from_words(BOLUS).orders
    found = check(orders, ids, times, values, Group(), "plasma/morphine", replicates=20)
    assert isinstance(found, Vpc)
    made = Checked(
        found, "plasma/morphine", "ng/mL", tuple(ids), tuple(times), tuple(values), 20, Group(), ("morphine",)
    )
    for width in (50, 80, 100):
        told = check_text(made, width)
        assert max(len(line) for line in told.splitlines()) <= width
        assert "median" in told and "above" in told


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("time_h,value\n", "holds no row below its header"),
        ("time_h,value\n1,.\n2,\n", "holds no observation in 2 rows"),
        ("score,value\n1,2\n", "row 1: has no column that says when"),
        ("time_h,score\n1,2\n", "row 1: has no column that says what was observed"),
        ("time_h,value,VALUE\n1,2,3\n", "row 1 is 'value': stands in the header twice"),
        ("time_h,value\n1,2\n2,high\n", "row 3, value is 'high': is not a number"),
        ("time_h;value\n1;2,5\n", "row 2, value is '2,5': has a comma"),
        ("time_h,value\n1,2\nten,5\n", "row 3, time_h is 'ten': is not a number"),
        ("TIME,DV\n8:30,5\n", "row 2, time is '8:30': is not a number"),
        ("time_h,value\n,5\n", "row 2, time_h: is missing"),
        ("day,value\n-1,5\n", "row 2, day is '-1': lies before hour 0"),
        ("day,value\n40000,5\n", "row 2, day is '40000': lies beyond 100 years"),
        (
            "time_h,value\n1,11\n",
            "row 2, value is '11': is out of range. Expected: a number from 0 to 10, for pain-nrs;",
        ),
        ("time_h,value\n1,nan\n", "row 2, value is 'nan': is not a number"),
        ("id,time_h,value\n,1,5\n", "row 2, id: is missing"),
        ("time_h,value\n1,2,3\n", "row 2: has 3 cells where the header has 2"),
        ('time_h,value\n1,"2\n', "is not CSV"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    tmp_path: Path, content: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "o.csv"
    file.write_text(content)
    assert status(REGIMEN, "--observed", str(file)) == 3
    told = capsys.readouterr()
    assert says in told.err and told.out == ""
    assert told.err.startswith(f"algesia: {file}: ") and told.err.count("\n") == 1


def test_files_that_cannot_be_read_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes("time_h,value,wo\n1,5,Köln\n".encode("latin-1"))
    for place, says in (
        (str(latin), "is not UTF-8 text"),
        (str(tmp_path), "is a folder"),
        ("no.csv", "does not exist"),
    ):
        assert status(REGIMEN, "--observed", place) == 3
        told = capsys.readouterr().err
        assert says in told and told.startswith(f"algesia: {place}: ")


def test_other_columns_case_and_separators_do_not_matter() -> None:
    plain = read_observed(b"id,time_h,value\na,24,5\nb,48,6\n", "f", "{NRS}")
    assert read_observed("\ufeffID;Day;x;DV\r\na;1;?;5\r\n\r\nb;2;!;6\r\n".encode(), "f", "{NRS}") == plain
    assert read_observed(b"WT\tDV\tTIME\tID\n70\t5\t24\ta\n70\t6\t48\tb\n", "f", "{NRS}") == plain
    # hours win over a column of days that stands beside them
    assert read_observed(b"id,day,time_h,value\na,9,24,5\nb,9,48,6\n", "f", "{NRS}") == plain
    assert read_observed(b"day,value\n1,5\n", "f", "{NRS}").ids == ("1",)


@pytest.mark.parametrize(
    "content",
    [
        "C,ID,TIME,DV\n.,a,24,5\nC,b,30,999\n.,b,48,6\n",
        "ID,TIME,DV,IGNORE\na,24,5,0\nb,30,999,1\nb,48,6,.\n",
        "ID,TIME,DV\na,24,5\n#b,30,999,5\nb,48,6\n",
        "# of a trial, second part\n#ID,TIME,DV\na,24,5\n# b was ill\nb,48,6\n",
    ],
)
def test_comments_are_no_observations(content: str) -> None:
    found = read_observed(content.encode(), "f", "{NRS}")
    assert (found.ids, found.values, found.skipped) == (("a", "b"), (5.0, 6.0), 1)


def test_a_value_beyond_the_score_names_the_way_to_another_measure(
    plasma: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(BOLUS, "--observed", plasma) == 3
    told = capsys.readouterr().err
    assert "for pain-nrs; --measure names another, such as plasma/morphine" in told and told.count("\n") == 1


@pytest.mark.parametrize(
    ("unit", "good", "bad"),
    [("{0-1}", "1", "1.1"), ("ng/mL", "1e4", "-0.1"), ("{NRS}", "10", "10.5"), ("s", "0", "-1")],
)
def test_the_unit_bounds_the_values(unit: str, good: str, bad: str) -> None:
    assert read_observed(f"time_h,value\n1,{good}\n".encode(), "f", unit).values == (float(good),)
    with pytest.raises(InputRefused, match="row 2, value"):
        read_observed(f"time_h,value\n1,{bad}\n".encode(), "f", unit)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--diary"], "--observed and --diary answer different questions: ask one at a time"),
        (["-f", "sbml"], "--observed gives text, json, csv, svg or png, and no SBML"),
        (["--days", "9"], "--days has no meaning with --observed"),
        (["--hours", "9"], "--hours has no meaning with --observed"),
        (["--every", "9"], "--every has no meaning with --observed"),
        (["--people", "1"], "--people 1 is out of range: from 20 to"),
        (["--measure", "relief", "--measure", "tolerance"], "--measure is named 2 times"),
        (["--measure", "tolerence"], "did you mean tolerance?"),
        (["--measure", "plasma/morphine"], "there is no measure 'plasma/morphine' here"),
        (["--observed", "record"], "--observed record needs a record"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(
    scores: str, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(REGIMEN, "--observed", scores, *arguments) == 2
    told = capsys.readouterr()
    assert says in told.err and told.err.count("\n") == 1 and told.out == ""


def test_a_study_and_a_record_have_their_own_observations(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("study", "bundled", "--observed", "o.csv") == 2
    assert "--observed and study answer different questions" in capsys.readouterr().err
    assert status("example:synthetic-escalation", "--observed", "record", "--measure", "relief") == 2
    assert "--observed record is the record's pain scores" in capsys.readouterr().err


def test_an_order_without_kinetics_cannot_be_checked(scores: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("meperidine iv 50 mg every 6 h for 2 d", "--observed", scores) == 4
    told = capsys.readouterr()
    assert "cannot simulate: pain-nrs: " in told.err and "meperidine" in told.err and told.out == ""


def test_observations_come_from_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Piped:
        buffer = io.BytesIO(b"day,value\n1,5\n2,6\n")

    monkeypatch.setattr("sys.stdin", Piped)
    assert status(REGIMEN, "--observed", "-", "--people", "20") == 0
    flat = " ".join(capsys.readouterr().out.split())
    assert "2 observations of 1 person" in flat
    assert "With fewer than 5 observations a bin only the median is compared." in flat
    assert status("-", "--observed", "-") == 2
    assert "cannot both come from standard input" in capsys.readouterr().err
