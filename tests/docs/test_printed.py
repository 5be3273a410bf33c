"""The outputs that the guides show are what the commands print. `docs/gen/printed.py` writes them anew."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "docs" / "gen"))
printed = import_module("printed")
PAGES = printed.pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands of the guides are for bash")
def test_an_output_shown_is_what_the_command_prints(page: Path) -> None:
    text = page.read_text()
    assert printed.anew(text) == text


def test_the_guides_to_plans_show_outputs() -> None:
    shown = {page.stem for page in PAGES}
    assert shown >= {"plan-a-taper", "rotate", "adjuncts-and-letter", "follow-a-taper"}


def test_an_output_that_is_not_printed_would_be_found() -> None:
    stale = "```\n$ algesia --version\nalgesia 0\n```\n"
    assert printed.BLOCK.search(stale)
    assert printed.anew(stale) != stale
