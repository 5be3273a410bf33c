"""Every story names a risk, and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STORIES = yaml.safe_load((ROOT / "stories.yaml").read_text())["stories"]


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s["id"])
def test_a_story_has_a_person_a_risk_and_tests(story: dict[str, object]) -> None:
    assert set(story) == {"id", "as", "want", "so_that", "risk", "tests"}
    assert all(story.values())


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s["id"])
def test_the_tests_of_a_story_exist(story: dict[str, list[str]]) -> None:
    for test in story["tests"]:
        file, _, name = test.partition("::")
        path = ROOT / file
        assert path.is_file(), f"{test}: no such file"
        if name:
            assert re.search(rf"^\s*def {re.escape(name)}\b", path.read_text(), re.MULTILINE), (
                f"{test}: no such test"
            )


def test_story_ids_are_unique() -> None:
    ids = [story["id"] for story in STORIES]
    assert len(ids) == len(set(ids))
