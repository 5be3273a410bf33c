"""The Python that the pages show runs and prints what they say; what they import exists."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = [page for page in PAGES if re.search(r"^>>> ", page.read_text(), re.MULTILINE)]
BLOCK = re.compile(r"^```python\n(.+?)^```", re.MULTILINE | re.DOTALL)
WRITTEN = [(page, code) for page in PAGES for code in BLOCK.findall(page.read_text())]


def test_there_are_examples_to_run() -> None:
    assert (ROOT / "docs" / "guides" / "python.md") in SHOWN
    assert WRITTEN


@pytest.mark.parametrize("page", SHOWN, ids=lambda p: p.stem)
def test_the_sessions_of_a_page_run_as_printed(page: Path) -> None:
    session = re.sub(r"^```.*$", "", page.read_text(), flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(session, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


@pytest.mark.parametrize(("page", "code"), WRITTEN, ids=[page.stem for page, _ in WRITTEN])
def test_what_the_code_of_a_page_imports_exists(page: Path, code: str) -> None:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(node.module or "")
            assert [a.name for a in node.names if not hasattr(module, a.name)] == []
        elif isinstance(node, ast.Import):
            for alias in node.names:
                importlib.import_module(alias.name)
