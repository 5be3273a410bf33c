"""The site builds without a warning and without a network, and loads nothing from another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=[\"']?((?:https?:)?//[^\"' >]+)"
    r"|<link\b(?![^>]*rel=[\"']?(?:canonical|alternate|prev|next))[^>]*\bhref=[\"']?((?:https?:)?//[^\"' >]+)",
    re.IGNORECASE,
)
IN_CSS = re.compile(r"(?:@import|url\()\s*[\"']?((?:https?:)?//[^\"')]+)", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    # a proxy that answers nothing: a build that asks the network fails
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)],
        cwd=ROOT,
        env={**os.environ, **nowhere, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def test_no_page_loads_a_file_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    found = {(page.name, *match.groups()) for page in pages for match in LOADED.finditer(page.read_text())}
    assert found == set()


def test_no_style_sheet_loads_a_file_from_another_host(site: Path) -> None:
    sheets = list(site.rglob("*.css"))
    assert sheets
    assert {(s.name, hit) for s in sheets for hit in IN_CSS.findall(s.read_text())} == set()


def test_no_page_has_a_diagram_that_the_theme_would_draw_with_a_script_from_elsewhere(site: Path) -> None:
    assert [page.name for page in site.rglob("*.html") if 'class="mermaid"' in page.read_text()] == []


def test_every_mark_of_a_table_was_replaced(site: Path) -> None:
    assert [page.name for page in site.rglob("*.html") if "<!-- algesia:" in page.read_text()] == []


def test_the_pages_hold_the_tables_of_the_edition(site: Path) -> None:
    from algesia.knowledge.loader import load

    knowledge = load()
    findings = (site / "reference" / "findings.html").read_text()
    claims = (site / "evidence" / "claims.html").read_text()
    locks = (site / "method" / "interlocks.html").read_text()
    assert [f for f in knowledge.features if f'id="{f}"' not in findings] == []
    assert [c for c in knowledge.claims if f'id="{c}"' not in claims] == []
    assert [i for i in knowledge.interlocks if f'id="{i}"' not in locks] == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert LOADED.search('<script async src="https://cdn.example/x.js">')
    assert LOADED.search('<link rel="stylesheet" href="//fonts.example/css">')
    assert not LOADED.search('<link rel="canonical" href="https://algesia.example/">')
    assert not LOADED.search('<a href="https://algesia.example/">')
    assert IN_CSS.search("@font-face{src:url(https://fonts.example/a.woff2)}")
