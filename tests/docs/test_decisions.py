"""Every decision page says context, decision, why and consequences, and is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
HEADINGS = ["Context", "Decision", "Why", "Consequences"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_decision_has_its_four_parts_in_order(page: Path) -> None:
    assert re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_decision_is_listed_in_the_index_and_the_navigation(page: Path) -> None:
    assert f"({page.name})" in (page.parent / "index.md").read_text()
    assert f"decisions/{page.name}" in (ROOT / "mkdocs.yml").read_text()


def test_decisions_are_numbered_without_holes() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


def test_a_decision_carries_its_number_in_the_title() -> None:
    for page in PAGES:
        assert page.read_text().startswith(f"# {page.name[:4]} ")
