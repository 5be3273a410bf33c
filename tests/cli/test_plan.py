"""`algesia plan` as its users run it: what is printed, what is written, and what is refused with the nearest safe thing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from algesia.cli.main import run

OXYCODONE = {
    "id": "m1", "drug": "oxycodone", "route": "oral", "release": "extended", "dose": {"value": 40, "unit": "mg"},
    "every_hours": 12, "start": "2022-01-10",
}  # fmt: skip
AS_NEEDED = {
    **OXYCODONE,
    "id": "m2",
    "release": "immediate",
    "dose": {"value": 5, "unit": "mg"},
    "as_needed": True,
}
RELEASED = ("--released-by", "Dr Okafor", "--call", "555 0142", "--naloxone-offered")


def record(folder: Path, *medications: dict[str, Any], **more: Any) -> str:
    document = {"format": "algesia-record/1", "medications": list(medications) or [OXYCODONE], **more}
    document.setdefault("pain", [{"at": "2024-02-02", "score": 7}])
    file = folder / "record.json"
    file.write_text(json.dumps(document))
    return str(file)


def status(*arguments: str) -> int:
    """Run the command; its exit status."""
    try:
        run(arguments)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


@pytest.mark.parametrize("ending", ["json", "html", "pdf", "txt", "csv"])
def test_a_taper_is_written_in_every_format(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"plan.{ending}"
    assert status("plan", "taper", record(tmp_path), "-o", str(out)) == 0
    assert out.stat().st_size > 100


def test_the_calendar_file_needs_a_release_and_naloxone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, facts = tmp_path / "plan.ics", record(tmp_path)
    assert status("plan", "taper", facts, "-o", str(out)) == 2
    assert "--released-by" in capsys.readouterr().err
    assert not out.exists()
    assert status("plan", "taper", facts, "-o", str(out), *RELEASED) == 0
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_json_has_the_words_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("plan", "taper", record(tmp_path), "--format", "json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["format"], plan["kind"], plan["status"]) == ("algesia-plan/1", "taper", "planned")
    first = plan["steps"][0]
    assert first["target_daily"] == {"value": 72.0, "unit": "mg/d"}
    assert first["daily"] == {"value": 75.0, "unit": "mg/d"}
    assert first["change_percent"] == -6.2
    assert (first["start"], first["end"], first["review_by"]) == ("2024-02-03", "2024-03-02", "2024-03-01")
    taken = [(p["strength"]["value"], p["count"]) for dose in first["doses"] for p in dose["products"]]
    assert sum(strength * count for strength, count in taken) == 75


#   what is asked                              status  what it says
REFUSED = [
    (("--percent", "20"),                           4, "Nearest: --percent 10"),
    (("--interval-days", "7"),                      4, "Nearest: --interval-days 28"),
    (("--until", "80"),                             4, "is not above --until 80"),
    (("--start", "2024-02-02"),                     4, "on or before the day of asking"),
    (("--drug", "morphine"),                        4, "morphine does not run on the day of asking"),
    (("--percent", "0"),                            2, "--percent 0 is not a percentage above 0"),
    (("--percent", "nan"),                          2, "--percent nan is not a percentage above 0"),
    (("--until", "inf"),                            2, "--until inf is not an amount"),
    (("--with", "oxycodone-syrup"),                 2, "no product 'oxycodone-syrup' is in the table"),
    (("--strengths", "10;20"),                      2, "is not a list of numbers"),
    (("--start", "soon"),                           2, "--start 'soon' is not an ISO date"),
    (("--format", "docx"),                          2, "--format 'docx' is not one of"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "code", "words"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_what_cannot_be_met_says_why_and_what_is_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], code: int, words: str
) -> None:
    assert status("plan", "taper", record(tmp_path), *asked) == code
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_blocked_record_yields_no_plan_in_any_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = record(tmp_path, person={"pregnant": True})
    assert status("plan", "taper", facts, "--format", "json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["status"], plan["blocked_by"], plan["steps"]) == ("blocked", ["pregnancy"], [])
    for ending in ("csv", "ics"):
        out = tmp_path / f"plan.{ending}"
        assert status("plan", "taper", facts, *RELEASED, "-o", str(out)) == 4
        assert not out.exists()


def test_an_amount_that_is_not_known_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plan.pdf"
    assert status("plan", "taper", record(tmp_path, AS_NEEDED), "-o", str(out)) == 4
    assert "how much oxycodone is taken on a usual day" in capsys.readouterr().err
    assert not out.exists()


def test_as_needed_doses_stay_beside_a_fixed_regimen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status("plan", "taper", record(tmp_path, OXYCODONE, AS_NEEDED), "--format", "json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert {step["daily"]["value"] for step in plan["steps"]} <= set(range(0, 80, 5))
    assert any("not taken more often to make up" in warning for warning in plan["warnings"])


def test_a_plan_is_followed_with_a_later_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.json"
    assert status("plan", "taper", record(tmp_path), "-o", str(plan)) == 0
    stepped = {**OXYCODONE, "id": "m3", "dose": {"value": 37.5, "unit": "mg"}, "start": "2024-02-03"}
    later = record(
        tmp_path, {**OXYCODONE, "end": "2024-02-03"}, stepped,
        scales=[{"at": "2024-02-10", "instrument": "cows", "score": 15}],
    )  # fmt: skip
    assert status("plan", "follow", str(plan), later, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "pause"
    assert status("plan", "follow", later, later) == 3


def test_a_rotation_is_computed_from_ranges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    morphine = {**OXYCODONE, "drug": "morphine", "dose": {"value": 60, "unit": "mg"}}
    facts = record(
        tmp_path,
        morphine,
        labs=[{"at": "2024-01-20", "lab": "egfr", "value": 80, "unit": "mL/min/{1.73_m2}"}],
    )
    assert status("plan", "rotate", facts, "--to", "hydromorphone", "--format", "json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["from"] == {"drug": "morphine", "route": "oral", "daily": {"value": 120.0, "unit": "mg/d"}}
    assert plan["before_reduction"]["low"] == pytest.approx(16, abs=0.5)
    assert plan["reduction_percent"] == 50
    assert status("plan", "rotate", facts, "--to", "hydromorphone", "--reduction", "25") == 4
    assert "50" in capsys.readouterr().err


def test_options_and_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = record(tmp_path)
    assert status("plan", "options", facts, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "options"
    assert status("plan", "letter", facts, "-o", str(tmp_path / "letter.pdf")) == 0
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF-")


def test_the_schema_of_plans_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("schema", "plan") == 0
    assert json.loads(capsys.readouterr().out)["$schema"].endswith("2020-12/schema")
