"""Reading the packaged tables: CSV and JSON beside this file, nothing else of the machine."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data"


def read_csv(path: str) -> list[dict[str, str]]:
    """The rows of a packaged CSV table, every cell as it stands."""
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_json(path: str) -> Any:
    """A packaged JSON table."""
    return json.loads((DATA / path).read_text(encoding="utf-8"))


def parts(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, separated by semicolons.

    >>> parts("buccal;sublingual"), parts("")
    (('buccal', 'sublingual'), ())
    """
    return tuple(part for part in cell.split(";") if part)


def number(cell: str) -> float | None:
    """The number in a cell, or ``None`` for an empty one. An empty cell is never zero.

    >>> number("0.15"), number("")
    (0.15, None)
    """
    return float(cell) if cell else None
