"""The README says nothing that the package contradicts."""

from __future__ import annotations

import re
from pathlib import Path

import algesia
from algesia.knowledge.loader import load
from algesia.knowledge.model import EDITIONS

ROOT = Path(__file__).parents[2]
README = " ".join((ROOT / "README.md").read_text().split())
WORDS = {"Five": 5}


def counted(what: str) -> int:
    """The number that stands before some words."""
    found = re.search(rf"(\w+(?:,\d+)*) {what}", README)
    assert found, f"the README does not say how many {what}"
    return WORDS[found[1]] if found[1] in WORDS else int(found[1].replace(",", ""))


def test_the_counts_are_those_of_the_knowledge_edition() -> None:
    knowledge = load()
    assert counted("editions of MME factors") == len(EDITIONS)
    assert counted("opioid products by RxNorm code") == len(knowledge.formulations)
    assert (counted("findings by"), counted("hypotheses")) == (
        len(knowledge.features),
        len(knowledge.hypotheses),
    )
    assert counted("interlocks,") == len(knowledge.interlocks)
    assert counted("checked claims") == len(knowledge.claims)
    assert counted("published cases") == len(list((ROOT / "examples" / "cases").glob("*.json")))


def test_version_and_edition_are_named() -> None:
    said = f"Version {algesia.__version__}, knowledge edition {load().edition}"
    assert said in README
    assert said in (ROOT / "docs" / "index.md").read_text()
    assert f"## {algesia.__version__}, knowledge {load().edition}" in (ROOT / "CHANGELOG.md").read_text()


def test_what_this_is_not_and_whom_to_call_stand_before_the_first_command() -> None:
    top = README[: README.index("make run")]
    for words in (
        "not validated",
        "no diagnosis",
        "emergency",
        "911",
        "988",
        "Do not stop an opioid suddenly",
    ):
        assert words in top


def test_the_examples_that_pages_name_are_bundled() -> None:
    from algesia.adapters import examples

    pages = [ROOT / "README.md", ROOT / "Makefile", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"example:([a-z0-9_-]+)", page.read_text())}
    assert named
    assert named <= set(examples.names())


def test_the_output_shown_is_what_the_command_prints() -> None:
    from algesia import read_record
    from algesia.exposure.compute import exposure
    from algesia.quantities.time import Instant
    from algesia.report.mme import mme_text

    shown = (
        (ROOT / "README.md").read_text().split("$ algesia mme example:synthetic-escalation --as-of ", 1)[1]
    )
    day = Instant.parse("2026-03-20").day
    printed = mme_text(exposure(read_record("example:synthetic-escalation"), load(), as_of_day=day), day)
    lines = shown.split("```", 1)[0].strip().splitlines()[1:]
    assert [line.rstrip() for line in printed.splitlines()][: len(lines)] == [line.rstrip() for line in lines]
