"""`algesia simulate --diary` as its users run it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from algesia.cli import main
from algesia.report.diary import ROWS, diary_schema, rows

REGIMEN = "oxycodone ER 20 mg q12h 20 d"


def status(*arguments: str) -> int:
    """Run `algesia simulate ... --diary`; its exit status."""
    try:
        main.run(["simulate", *arguments, "--diary"])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def test_csv_has_a_whole_score_for_each_person_and_day(tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    assert status(REGIMEN, "--chronic-pain", "--people", "7", "--days", "30", "-o", str(out)) == 0
    found = list(csv.DictReader(io.StringIO(out.read_text())))
    assert len(found) == 7 * 30
    assert {int(row["score"]) for row in found} <= set(range(11))
    assert [(row["person"], row["day"]) for row in (found[0], found[-1])] == [("1", "0"), ("7", "29")]


def test_json_follows_its_schema_and_is_the_same_diary_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    asked = (REGIMEN, "--chronic-pain", "--people", "5", "--seed", "3")
    assert status(*asked, "-f", "json") == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(diary_schema()).validate(document)
    assert (document["format"], document["people"], document["days"], document["seed"]) == (
        "algesia-diary/1",
        5,
        48,
        3,
    )
    assert [row["first"] for row in document["rows"]] == list(range(0, 48, 7))
    assert status(*asked, "-f", "csv") == 0
    written = [int(row["score"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert written == [score for one in document["scores"] for score in one]
    assert list(Draft202012Validator(diary_schema()).iter_errors({**document, "scores": "none"}))


def test_text_tells_weeks_and_how_often_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(REGIMEN, "--chronic-pain", "--people", "60") == 0
    told = capsys.readouterr().out
    assert told.startswith("In this model 60 virtual people write a mean score of ")
    table = [line.split() for line in told.splitlines() if line[:1].isdigit()]
    assert [line[:3] for line in table] == [[str(7 * k), "to", str(min(7 * k + 6, 47))] for k in range(7)]
    shares = [int(line[-2]) for line in table]
    # about half of the scores of the trials are the day before's, and more as the diary goes on
    assert 30 < shares[0] < 75 and shares[-1] > shares[0]
    assert "painful diabetic neuropathy scored (Plan 2012)." in " ".join(told.split())
    assert all(len(line) <= 100 for line in told.splitlines())


def test_one_person_is_the_typical_one_and_a_short_diary_is_told_by_days(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status(REGIMEN, "--people", "1", "--days", "4") == 0
    told = capsys.readouterr().out
    assert "the typical person writes a mean score of" in told
    assert [line.split()[0] for line in told.splitlines() if line[:1].isdigit()] == ["0", "1", "2", "3"]


def test_a_diary_of_one_day_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(REGIMEN, "--people", "5", "--days", "1") == 0
    assert capsys.readouterr().out.split(".\n")[0].count("on day 0") == 1


def test_a_record_has_a_diary_and_says_what_is_not_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("example:synthetic-escalation", "--people", "5") == 0
    flat = " ".join(capsys.readouterr().out.split())
    assert "oxycodone oral-er 20 mg every 12 h, days 0 to 35" in flat
    assert "Not computed oxycodone (ir1): as needed" in flat


def test_rows_are_counted_as_by_hand() -> None:
    scores = np.array([[5, 5, 6, 6, *[7] * 12], [2, 2, 2, 3, *[3] * 12]], np.int8)
    first, second, last = rows(scores)
    assert (first.first, first.last, last.first, last.last) == (0, 6, 14, 15)
    assert first.mean == round((5 + 5 + 6 + 6 + 7 * 3 + 2 * 3 + 3 * 4) / 14, 5)
    # 12 pairs of days, of which 5 to 6, 6 to 7 and 2 to 3 differ
    assert first.same == 0.75 and second.same == last.same == 1.0
    assert all(len(rows(np.zeros((1, days), np.int8))) <= ROWS for days in (1, 13, 14, 211, 900, 36_500))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-f", "svg"], "--diary gives text, json or csv, and no SVG"),
        (["-o", "d.png"], "--diary gives text, json or csv, and no PNG"),
        (["-f", "sbml"], "and no SBML"),
        (["--every", "3"], "--every has no meaning with --diary"),
        (["--measure", "tolerance"], "--diary is of pain scores"),
        (["--people", "1000000", "--days", "20"], "at most 10,000,000 scores"),
        (["--observed", "o.csv"], "--observed and --diary answer different questions"),
        (["--days", "3", "--hours", "5"], "name one"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(REGIMEN, *arguments) == 2
    told = capsys.readouterr()
    assert says in told.err and told.err.count("\n") == 1 and told.out == ""


def test_a_study_has_no_diary_and_an_unknown_drug_none_either(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("study", "bundled") == 2
    assert "--diary and study answer different questions" in capsys.readouterr().err
    assert status("meperidine iv 50 mg every 6 h for 2 d") == 4
    assert "cannot simulate: pain-nrs: " in capsys.readouterr().err
