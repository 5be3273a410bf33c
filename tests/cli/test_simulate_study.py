"""`algesia simulate study` as its users run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from algesia.cli import simulate_study
from algesia.cli.main import parser
from algesia.cli.simulate_study import Engine
from algesia.quantities.refusal import InputRefused, WrongCall
from tests.mechanism.study_fakes import fake

STUDY: dict[str, Any] = {
    "id": "s",
    "arms": [
        {"name": "drug", "n": 20, "population": {"group": "healthy", "prior_opioid": None},
         "schedule": [{"drug": "remifentanil", "route": "iv", "start_h": 0, "duration_h": 4, "rate": 0.1, "rate_unit": "ug/kg/min"}]},
        {"name": "placebo", "n": 20, "population": {"group": "healthy", "prior_opioid": None}, "schedule": []},
    ],
    "measures": [
        {"name": "cold-tolerance", "arm": "drug", "time_h": 2, "kind": "level", "statistic": "mean", "unit": "s", "value": 20, "sd": 9, "n": 20, "scorable": True},
        {"name": "mood", "arm": "drug", "time_h": 2, "kind": "level", "statistic": "mean", "unit": "points", "value": 3, "scorable": True},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Engine(fake, lambda n, seed: [1.0] * n, lambda: 1.0, "made")
    monkeypatch.setattr(simulate_study, "engine", lambda: made)


def run(*arguments: str) -> None:
    asked = parser().parse_args(["simulate", "study", *arguments])
    asked.run(asked)


def file(folder: Path, document: object) -> str:
    place = folder / "studies.json"
    place.write_text(json.dumps(document))
    return str(place)


def test_json_answers_every_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(file(tmp_path, [STUDY]), "--format", "json", "--draws", "50")
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "algesia-study/1"
    assert document["studies"] == ["s"]
    assert document["parameters"] == "made"
    first, second = document["answers"]
    assert first["observed"] == 20
    # half of 40 s while the infusion runs, less 2 % of 40 s
    assert first["predicted"]["median"] == pytest.approx(19.2, abs=1.0)
    assert first["predicted"]["low90"] < first["predicted"]["median"] < first["predicted"]["high90"]
    assert second["predicted"] is None
    assert "mood" in second["unassessable"] or "mean" in second["unassessable"]


def test_the_text_shows_predicted_beside_observed(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    run(file(tmp_path, {"studies": [STUDY]}), "--draws", "5", "-o", str(out))
    text = out.read_text()
    assert "predicted" in text
    assert "no change" in text
    assert "linear in dose" in text


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        run(file(tmp_path, STUDY), "--draws", "5", "--seed", "4", "-o", str(tmp_path / name))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize(
    "wrong", [("--draws", "0"), ("--people", "1"), ("--seed", "-1"), ("--format", "pdf")]
)
def test_a_wrong_call_is_said(tmp_path: Path, wrong: tuple[str, str]) -> None:
    with pytest.raises(WrongCall):
        run(file(tmp_path, STUDY), *wrong)


def test_a_file_that_is_not_there_or_broken(tmp_path: Path) -> None:
    with pytest.raises(WrongCall):
        run(str(tmp_path / "none.json"))
    with pytest.raises(InputRefused) as refused:
        run(file(tmp_path, [{**STUDY, "arms": 3}]))
    assert refused.value.path == "[0].arms"
