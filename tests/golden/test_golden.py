"""The golden cases: one folder, one thing, with the answer worked by hand.

Every folder of `tests/golden` holds three files:

- `input.json`: a record (`algesia-record/1`) or FHIR R4.
- `expected.json`: `as_of`, and under `mme` (by table) and `review` the part of the two JSON answers that matters.
- `why.md`: the sum in words, the rule it follows, and on its last line the sources by their ids.

An expectation is partial: an object names the keys that matter. A list is exact unless marked:
``{"$contains": [...]}`` asks for an element like each, ``{"$lacks": {...}}`` for none like it, ``{"$says": "..."}``
for a text with these words in it. Numbers agree within 1e-6.

The commands themselves are run, down to the file they write.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from algesia.cli.main import run
from algesia.knowledge.loader import load
from algesia.knowledge.model import EDITIONS

HERE: Final = Path(__file__).parent
FILES: Final = ("expected.json", "input.json", "why.md")
CASES: Final = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")
TOLERANCE: Final = 1e-6
LEAST_CASES: Final = 25
SOURCE_LINE: Final = re.compile(r"^Sources?: (`[^`]+`(?:, `[^`]+`)*)\.$")


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where `found` is not what was expected: a line for each place, none when it is."""
    if isinstance(expected, dict):
        marks = [key for key in expected if key.startswith("$")]
        if marks:
            return _marked(marks[0], expected[marks[0]], found, path)
        if not isinstance(found, dict):
            return [f"{path}: {found!r} is no object"]
        lost = [f"{path}.{key}: is not there" for key in expected if key not in found]
        shared = [key for key in expected if key in found]
        return lost + [
            line for key in shared for line in differences(expected[key], found[key], f"{path}.{key}")
        ]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{path}: expected {expected!r}, found {found!r}"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for i, (one, other) in pairs for line in differences(one, other, f"{path}[{i}]")]
    return [] if _same(expected, found) else [f"{path}: expected {expected!r}, found {found!r}"]


def _same(expected: Any, found: Any) -> bool:
    numbers = [isinstance(x, int | float) and not isinstance(x, bool) for x in (expected, found)]
    if all(numbers):
        return bool(abs(expected - found) <= TOLERANCE)
    return type(expected) is type(found) and bool(expected == found)


def _marked(mark: str, wanted: Any, found: Any, path: str) -> list[str]:
    if mark == "$says":
        holds = isinstance(found, str) and wanted in found
        return [] if holds else [f"{path}: {found!r} does not say {wanted!r}"]
    if not isinstance(found, list):
        return [f"{path}: {found!r} is no list"]
    if mark == "$contains":
        missing = [one for one in wanted if all(differences(one, other) for other in found)]
        return [f"{path}: nothing like {one!r} in {found!r}" for one in missing]
    if mark == "$lacks":
        return [f"{path}: holds {other!r}" for other in found if not differences(wanted, other)]
    raise ValueError(f"{path}: {mark} is no mark")


def answer(arguments: list[str], place: Path) -> dict[str, Any]:
    """What a command writes, read back."""
    run([*arguments, "--format", "json", "--output", str(place)])
    document: dict[str, Any] = json.loads(place.read_text())
    return document


@pytest.mark.parametrize("slug", CASES)
def test_golden_case(slug: str, tmp_path: Path) -> None:
    folder = HERE / slug
    expected = json.loads((folder / "expected.json").read_text())
    asked = [str(folder / "input.json"), "--as-of", expected["as_of"]]
    wrong: list[str] = []
    if "mme" in expected:
        tables = answer(["mme", *asked, "--table", "all"], tmp_path / "mme.json")["tables"]
        wrong += differences(expected["mme"], tables, "mme")
    if "review" in expected:
        wrong += differences(
            expected["review"], answer(["review", *asked], tmp_path / "review.json"), "review"
        )
    assert wrong == []


@pytest.mark.parametrize("slug", CASES)
def test_a_case_is_whole(slug: str) -> None:
    folder = HERE / slug
    assert sorted(path.name for path in folder.iterdir()) == list(FILES)
    expected = json.loads((folder / "expected.json").read_text())
    assert {"as_of"} < set(expected) <= {"as_of", "mme", "review"}
    assert set(expected.get("mme", {})) <= set(EDITIONS)
    lines = (folder / "why.md").read_text().rstrip("\n").split("\n")
    assert lines[0].startswith("# ")
    sources = SOURCE_LINE.match(lines[-1])
    assert sources, f"the last line of {slug}/why.md names no source"
    unknown = [name for name in re.findall(r"`([^`]+)`", sources[1]) if name not in load().sources]
    assert unknown == []


def test_no_case_was_lost() -> None:
    assert len(CASES) >= LEAST_CASES


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 1}, {"a": 1.1}),
        ({"a": 1}, {}),
        ({"a": 1}, {"a": True}),
        ({"a": None}, {"a": 0}),
        ([1], [1, 2]),
        ({"$contains": [{"a": 1}]}, [{"a": 2}]),
        ({"$lacks": {"a": 1}}, [{"a": 1, "b": 2}]),
        ({"$says": "route"}, "form"),
        ({"a": {}}, {"a": None}),
    ],
)
def test_a_difference_is_seen(expected: Any, found: Any) -> None:
    assert differences(expected, found) != []


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 5.8333333}, {"a": 35 / 6, "b": 1}),
        ({"$contains": [{"a": 1}]}, [{"a": 2}, {"a": 1, "b": 3}]),
        ({"$lacks": {"a": 3}}, [{"a": 2}]),
        ([{"$says": "rou"}], ["the route"]),
    ],
)
def test_what_agrees_passes(expected: Any, found: Any) -> None:
    assert differences(expected, found) == []
