"""The tables that pages show of a benchmark are what it prints now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def printed(*arguments: str) -> str:
    """What a benchmark prints."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    return done.stdout


def rows_of(page: str, columns: int) -> list[list[str]]:
    """The rows of every table of a page with so many columns, without head and rule."""
    found: list[list[str]] = []
    for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
        if len(rows[0]) == columns:
            found += rows[2:]
    return found


def test_the_tables_of_the_cases_are_what_the_benchmark_prints() -> None:
    page = (ROOT / "docs" / "cases.md").read_text()
    told = printed("benchmarks/cases.py", "examples/cases").split("Case by case")[0]
    lines = [re.split(r"\s{2,}", line.strip()) for line in told.splitlines() if "  " in line]
    for columns, tables in ((9, 3), (10, 1), (6, 1)):
        wanted = [row for row in lines if len(row) == columns and row[1] != "cases" and row[1] != "oih"]
        assert rows_of(page, columns) == wanted
        assert len([row for row in lines if len(row) == columns]) - len(wanted) == tables
    for said in re.findall(r"\d+ of \d+ maskings change the answer, in \d+ of \d+ cases", told) + re.findall(
        r"annot tell: (\d+ of \d+)", told
    ):
        assert said in page
    assert told.count("unsafe: none") == page.lower().count("unsafe: none") == 3


def test_the_simulation_of_the_page_is_what_the_benchmark_prints() -> None:
    page = (ROOT / "docs" / "method" / "dose-response.md").read_text()
    told = []
    for line in printed("benchmarks/dose_response.py").splitlines()[1:]:
        *cells, back = re.split(r"\s{2,}", line.strip(), maxsplit=8)
        told.append(
            [
                *(cell.replace("%", " %") if cell.endswith("%") else cell for cell in cells),
                back.replace("-", ""),
            ]
        )
    assert rows_of(page, 9) == told
    noise = {row[2]: row for row in told if row[:2] == ["no effect", "1.0"]}["0.5"]
    assert f"it is {noise[3]} and {noise[6]}" in page
    assert f"in {noise[6]} of simulations" in (ROOT / "docs" / "limits.md").read_text()
