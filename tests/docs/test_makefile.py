"""The commands that the README and the other pages name exist in the Makefile."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def named(text: str) -> set[str]:
    """The targets after `make` in code: inline, or at the head of a line of a block."""
    return set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))


def test_every_make_target_that_a_page_names_exists() -> None:
    unknown = {(page.name, name) for page in pages() for name in named(page.read_text()) - targets()}
    assert not unknown


def test_the_readme_names_the_two_commands_first() -> None:
    assert re.search(r"^make run.*\nmake test", (ROOT / "README.md").read_text(), re.MULTILINE)


def test_every_target_is_phony_or_a_file() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    assert targets() == phony


def test_every_phony_target_is_explained_by_make_help_or_serves_another() -> None:
    makefile = (ROOT / "Makefile").read_text()
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert targets() - explained == {"chromium", "postgresql"}
