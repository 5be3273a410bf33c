"""Links between the pages of the repository lead to files that exist.

Inside `docs/` MkDocs checks them (and anchors) when the site is built in strict mode; here the pages outside it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(ROOT.glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


def local_links(page: Path) -> list[str]:
    found = ["".join(groups) for groups in LINK.findall(page.read_text())]
    return [link.split("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_of_a_page_outside_the_site_lead_somewhere(page: Path) -> None:
    assert [link for link in local_links(page) if not (page.parent / link).exists()] == []


def test_the_readme_has_links_to_check() -> None:
    assert "LICENSE" in local_links(ROOT / "README.md")


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSE", "NOTICE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
)
def test_the_house_has_its_pages(name: str) -> None:
    assert len((ROOT / name).read_text()) > 500


def test_the_notices_that_others_ask_for_stand_in_full() -> None:
    notice = " ".join((ROOT / "NOTICE").read_text().split())
    assert (
        "This product uses publicly available data courtesy of the U.S. National Library of Medicine (NLM), "
        "National Institutes of Health, Department of Health and Human Services; NLM is not responsible for the "
        "product and does not endorse or recommend this or any other product." in notice
    )
    assert "This material contains content from LOINC (http://loinc.org)." in notice
    assert "SIL Open Font License 1.1" in notice
