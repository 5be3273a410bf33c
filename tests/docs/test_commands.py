"""Every command and option of the command line is on its page, and the page names no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from algesia.cli.main import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text()
COMMANDS = typer.main.get_command(app).commands


def section(name: str) -> str:
    found = re.search(rf"^## algesia {name}$(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section for {name}"
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_described(name: str) -> None:
    text = section(name)
    options = [o for p in COMMANDS[name].params for o in p.opts if o.startswith("--") and o != "--help"]
    assert [option for option in options if option not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_names_no_option_that_a_command_lacks(name: str) -> None:
    known = {o for p in COMMANDS[name].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", section(name))) - known == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_explains_it_with_an_example(name: str) -> None:
    text = COMMANDS[name].help or ""
    assert f"algesia {name}" in text


def test_the_page_has_no_section_for_a_command_that_does_not_exist() -> None:
    assert set(re.findall(r"^## algesia (\w+)$", PAGE, re.MULTILINE)) == set(COMMANDS)


def test_the_commands_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    assert set(re.findall(r"^algesia (\w+)", readme, re.MULTILINE)) <= set(COMMANDS)
