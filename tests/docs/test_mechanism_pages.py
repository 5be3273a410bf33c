"""The pages on the simulator say what the packaged fit and the code give. `docs/gen/mechanism.py` writes them anew."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

from algesia.mechanism.label import label_report
from algesia.mechanism.parameters import draws, fit

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "mechanism"
sys.path.append(str(DOCS / "gen"))
made = import_module("mechanism")
fitted = import_module("mechanism_fit")
left = import_module("mechanism_open")

PAGES = sorted(FOLDER.glob("*.md"))
TEXTS = {page.stem: page.read_text(encoding="utf-8") for page in PAGES}
QUICK = (
    "edition",
    "open",
    "identifiability",
    "correlations",
    "drugs",
    "receptors",
    "label-missed",
    "label-checks",
    "uncompared",
    "without",
    "switches",
    *made.PHENOMENA,
)
SAMPLE = ("comelon2016", "gustorff2002", "chu2012", "hood2003")


def part(name: str) -> str:
    """A made part as a page holds it."""
    found = [match[0] for text in TEXTS.values() for match in made.PART.finditer(text) if match[2] == name]
    assert found, f"no page holds {name}"
    return str(found[0]).split("-->\n", 1)[1].rsplit("<!--", 1)[0].strip()


def table_rows(text: str) -> list[list[str]]:
    """The rows of a table without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[2:]]


def test_there_are_four_pages_and_every_part_stands_in_one() -> None:
    assert set(TEXTS) == {"index", "calibration", "drugs", "what-happens"}
    held = {match[2] for text in TEXTS.values() for match in made.PART.finditer(text)}
    assert held == set(made.PARTS)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_page_names_the_edition_of_the_fit(name: str) -> None:
    assert f"**{fit().edition}**" in TEXTS[name]


@pytest.mark.parametrize("name", QUICK)
def test_a_made_part_is_what_the_code_gives(name: str) -> None:
    assert part(name) == made.PARTS[name]().strip()


@pytest.mark.parametrize("name", ["widths", *made.PHENOMENA])
def test_a_picture_is_what_the_code_draws(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == made.PICTURES[name]()


@pytest.mark.parametrize("study", SAMPLE)
def test_a_studys_rows_are_what_the_fit_and_the_fit_without_it_give(study: str) -> None:
    one = next(s for s in fitted.bundled_studies() if s.id == study)
    inside = fitted.score(fitted.fitted_answers(one), (one,)).rows
    held = fitted.score(fitted.held_answers(one), (one,)).rows
    wanted = [list(fitted.line(a, b)) for a, b in zip(inside, held, strict=True) if a.counts]
    assert wanted
    assert [row for row in table_rows(part("observed")) if row[0] == study] == wanted


def test_the_summary_counts_the_rows_of_its_table() -> None:
    rows = table_rows(part("observed"))
    counts = dict(re.findall(r"\| (the fit|\*\*held out)\W.*?(\d+ of \d+) \(", part("summary")))
    assert counts == {
        "the fit": f"{sum(row[5] == 'yes' for row in rows)} of {len(rows)}",
        "**held out": f"{sum(row[8] == 'yes' for row in rows)} of {len(rows)}",
    }


def test_every_miss_is_listed_by_name() -> None:
    rows = table_rows(part("observed"))
    missed = [row[:2] for row in rows if "**no**" in (row[5], row[8])]
    assert missed
    assert [row[:2] for row in table_rows(part("misses"))] == missed


def test_the_label_checks_that_miss_are_those_of_the_report() -> None:
    outside = [row for row in label_report() if row.within is False]
    listed = table_rows(part("label-missed"))
    assert [(row[0], row[1]) for row in listed] == [(one.product, one.measure) for one in outside]
    assert sum(row[6] == "**no**" for row in table_rows(part("label-checks"))) == len(outside)


def test_what_the_data_do_not_decide_is_named() -> None:
    wide = {row[0] for row in table_rows(part("identifiability")) if float(row[6].strip("*")) > left.OPEN}
    said = re.search(r"of \d+: (.*?)\. Their", part("open"))
    assert said is not None
    # a width that rounds to the limit may stand on either side of it
    assert set(said[1].split(", ")) - {"none"} >= wide
    assert left.bounded("TAU") == ""


def test_the_held_out_draws_around_the_fit_are_the_fits_own() -> None:
    assert fitted.draws_at(fit().center, 2, 1) == draws(2, 1)


def test_the_pictures_are_files_that_load_nothing() -> None:
    for name in made.PICTURES:
        root = ElementTree.parse(FOLDER / f"{name}.svg").getroot()
        assert root.tag.endswith("svg")
        assert not [one for one in root.iter() if any("href" in key for key in one.attrib)]
        assert f"{name}.svg" in "".join(TEXTS.values())


def test_no_page_claims_more_than_it_has() -> None:
    for text in TEXTS.values():
        assert not re.search(r"\bvalidat|\bproves?\b|\bproven\b", text, re.IGNORECASE)
    assert "hypothesis" in TEXTS["index"]


def test_a_stale_part_would_be_found() -> None:
    stale = "<!-- made: edition -->\nold\n<!-- /made -->\n"
    assert made.anew(stale) != stale
    assert "old" not in made.anew(stale)
