"""Every command and option of the command line is on its page, and the page names no other."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from algesia.cli.main import parser

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text()


def commands(top: argparse.ArgumentParser, name: str = "") -> dict[str, argparse.ArgumentParser]:
    """The commands that do something, by their whole name, such as "plan taper"."""
    under = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    if not under:
        return {name: top}
    return {
        whole: found
        for word, below in under[0].choices.items()
        for whole, found in commands(below, f"{name} {word}".strip()).items()
    }


COMMANDS = commands(parser())


def options(name: str) -> set[str]:
    """Every way to write every option of a command."""
    return {option for action in COMMANDS[name]._actions for option in action.option_strings}


def section(name: str) -> str:
    found = re.search(rf"^## algesia {name}$(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section for {name}"
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_described(name: str) -> None:
    text = section(name)
    long = {option for option in options(name) if option.startswith("--")} - {"--help"}
    assert {option for option in long if option not in text} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_names_no_option_that_a_command_lacks(name: str) -> None:
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", section(name))) - options(name) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_explains_it_with_an_example(name: str) -> None:
    text = COMMANDS[name].format_help()
    assert f"  algesia {name}" in text[text.index("examples:") :]


def test_the_page_has_no_section_for_a_command_that_does_not_exist() -> None:
    assert set(re.findall(r"^## algesia ([\w ]+)$", PAGE, re.MULTILINE)) == set(COMMANDS)


def test_the_commands_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"^algesia ((?:plan|audit|keys) \w+|\w+)", readme, re.MULTILINE))
    assert {"review", "plan taper", "serve"} <= named <= set(COMMANDS)


def test_the_commands_of_the_pages_exist() -> None:
    pages = (ROOT / "docs").rglob("*.md")
    group = re.compile(r"\balgesia ((?:plan|audit|keys) [a-z]+)")
    named = {name for page in pages for name in group.findall(page.read_text())}
    assert named == {name for name in COMMANDS if " " in name}
