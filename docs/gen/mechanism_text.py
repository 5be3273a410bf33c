"""How the pages on the simulator write a number and a table."""

from __future__ import annotations

import math
from collections.abc import Iterable


def number(value: float | None) -> str:
    """Three digits, never a negative zero.

    >>> number(0.123456), number(1234.5), number(-1e-9), number(None)
    ('0.123', '1230', '0', '')
    """
    if value is None:
        return ""
    if not math.isfinite(value):
        return "no number"
    if abs(value) < 1e-7:
        return "0"
    found = float(f"{value:.3g}")
    return f"{found:.0f}" if abs(found) >= 1000 else f"{found:g}"


def bold(text: str) -> str:
    """Text that stands out."""
    return f"**{text}**"


def cell(value: object) -> str:
    """A value as the cell of a table."""
    return str(value).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "| " + " | ".join("---" for _ in names) + " |"]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def fold(title: str, text: str) -> str:
    """A part that is closed until it is asked for."""
    return f'<details markdown="1">\n<summary>{title}</summary>\n\n{text}\n\n</details>'
