"""Every public name carries a docstring, and what a user calls is on the page that explains it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import algesia

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "algesia"
REFERENCE = (ROOT / "docs" / "reference" / "python.md").read_text()
LISTED = re.findall(r"^::: ([\w.]+)$", REFERENCE, re.MULTILINE)
PROGRAMS = {"cli", "web"}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "data" not in path.parts)
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(node: ast.Module | ast.ClassDef) -> Iterator[Named]:
    for child in node.body:
        if isinstance(child, Named) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_public_name_of_a_module_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module has no docstring"
    overloads = {"overload", "setter"}
    silent = [
        f"{node.name}, line {node.lineno}"
        for node in public(tree)
        if not ast.get_docstring(node)
        and not any(getattr(d, "id", getattr(d, "attr", "")) in overloads for d in node.decorator_list)
    ]
    assert silent == []


@pytest.mark.parametrize("name", LISTED)
def test_a_name_in_the_reference_exists(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute)


def test_every_package_of_the_library_is_in_the_reference() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")} - PROGRAMS
    assert {package for package in packages if not any(f".{package}" in name for name in LISTED)} == set()


def test_the_page_says_which_packages_are_no_library() -> None:
    said = REFERENCE.rsplit(":::", 1)[1]
    assert [package for package in PROGRAMS if f"`algesia.{package}`" not in said] == []
    assert [name for name in LISTED if name.split(".")[1:2] in ([p] for p in PROGRAMS)] == []


def test_every_name_that_the_package_offers_is_explained() -> None:
    page = (ROOT / "docs" / "guides" / "python.md").read_text()
    assert algesia.__all__
    assert [name for name in algesia.__all__ if f"algesia.{name}" not in page] == []
