"""The colors of the pages, read from the stylesheets: words 7 to 1, marks and borders 3 to 1, light, dark and print."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

import pytest

from algesia.charts.tokens import TOKENS, Theme
from tests.charts.test_parts import contrast

STATIC: Final = files("algesia.web").joinpath("static")
SHEETS: Final = {
    **{
        part.name: part.read_text(encoding="utf-8") for part in STATIC.iterdir() if part.name.endswith(".css")
    },
    **{
        name: files("algesia.report").joinpath("templates", name).read_text(encoding="utf-8")
        for name in ("page.css", "plan.css")
    },
}
WORDS: Final = 7
MARKS: Final = 3

TEXT: Final = (
    ("ink", "paper"), ("ink", "raised"), ("ink", "sunk"), ("ink", "warn-bg"), ("ink", "action-soft"),
    ("ink-2", "paper"), ("ink-2", "raised"), ("ink-2", "sunk"), ("ink-2", "warn-bg"), ("ink-2", "action-soft"),
    ("dose-text", "paper"), ("dose-text", "raised"), ("dose-text", "sunk"), ("dose-text", "warn-bg"), ("pain", "paper"),
    ("dose-text", "action-soft"), ("action-ink", "action"), ("stop", "paper"), ("paper", "ink"),
)  # fmt: skip
"""Words on their grounds."""
BORDERS: Final = (
    ("edge", "paper"), ("edge", "raised"), ("edge", "sunk"), ("action", "paper"), ("dose", "paper"),
    ("warn-bar", "paper"), ("warn-bar", "warn-bg"), ("focus", "paper"), ("focus", "raised"), ("pain", "raised"),
    ("ink", "raised"), ("action", "raised"),
)  # fmt: skip
"""What shows where a control, a bar or the focus is."""
EMERGENCY: Final = ("#ffffff", "#a3071f")


def tokens_of(theme: Theme) -> dict[str, str]:
    """The tokens of the pictures and, over them, those of the pages, as the stylesheet sets them."""
    sheet = SHEETS["app.css"]
    light = block(sheet, ":root{")
    own = {
        "light": light,
        "dark": light | block(sheet, "@media (prefers-color-scheme:dark){:root{"),
        "print": light | block(sheet, "@media print{:root{"),
    }[theme]
    return {**TOKENS[theme], **own}


def block(sheet: str, opens: str) -> dict[str, str]:
    start = sheet.index(opens) + len(opens)
    found = re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{6})", sheet[start : sheet.index("}", start)])
    assert found
    return dict(found)


def low(theme: Theme, pairs: tuple[tuple[str, str], ...], least: float) -> dict[str, float]:
    tokens = tokens_of(theme)
    return {
        f"{a} on {b}": round(found, 2) for a, b in pairs if (found := contrast(tokens[a], tokens[b])) < least
    }


@pytest.mark.parametrize("theme", TOKENS)
def test_words_are_read(theme: Theme) -> None:
    assert low(theme, TEXT, WORDS) == {}


@pytest.mark.parametrize("theme", TOKENS)
def test_controls_are_seen(theme: Theme) -> None:
    assert low(theme, BORDERS, MARKS) == {}


def test_the_emergency_block_is_read() -> None:
    assert contrast(*EMERGENCY) >= WORDS


@pytest.mark.parametrize("name", SHEETS)
def test_every_ground_carries_words_that_were_measured(name: str) -> None:
    """A rule that sets both a ground and a color of words sets a pair that is measured here."""
    wrong = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", SHEETS[name]):
        ground = re.search(r"background(?:-color)?:var\(--([a-z0-9-]+)", body)
        words = re.search(r"(?<![-\w])color:var\(--([a-z0-9-]+)", body)
        if ground and words and (words[1], ground[1]) not in TEXT:
            wrong.append(f"{selector.strip()}: {words[1]} on {ground[1]}")
    assert wrong == []


@pytest.mark.parametrize("name", SHEETS)
def test_no_color_but_the_tokens(name: str) -> None:
    """A color written out is one of the tokens, or the emergency block's, which is the same in every scheme."""
    allowed = {"#a3071f", "#5e0010", "#ffffff", "#fff", "#000000", "#000"}
    declared = re.sub(r"--[a-z0-9-]+:#[0-9a-f]{3,8}", "", re.sub(r"/\*.*?\*/", "", SHEETS[name], flags=re.S))
    assert sorted(set(re.findall(r":[^;{}]*?(#[0-9a-fA-F]{3,8})\b", declared)) - allowed) == []
