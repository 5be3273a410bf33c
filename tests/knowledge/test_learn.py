"""The Learn pages: rows behind every statement, both sides, words a person can read."""

from __future__ import annotations

import copy
import re
from typing import Any

import msgspec
import pytest

from algesia.knowledge.certainty import CERTAINTIES, certainty
from algesia.knowledge.clinical import Claim
from algesia.knowledge.learn import PAGES, LearnPage, Statement, build_page, learn_pages
from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.knowledge.tables import read_json
from algesia.quantities.refusal import WrongCall
from algesia.web.render import environment
from tests.knowledge.reading import DOSE, FORBIDDEN, grade, syllables

KNOWLEDGE = load()
NUMBER = re.compile(r"\d+(?:\.\d+)?")
STATEMENTS = [
    pytest.param(page, statement, id=f"{page.id}-{at}")
    for page in learn_pages()
    for at, statement in enumerate(page.statements)
]


def words_of(page: LearnPage) -> str:
    headings = (page.title, *(section.heading for section in page.sections))
    asks = page.asks if page.asks.endswith("?") else f"{page.asks}."
    return " ".join([*(f"{heading}." for heading in headings), asks, *(s.text for s in page.statements)])


def test_the_pages_stand_in_their_order_with_an_answer_first() -> None:
    assert tuple(page.id for page in learn_pages()) == PAGES
    assert len(PAGES) == len(set(PAGES)) == 9
    for page in learn_pages():
        assert page.answer.text and page.asks.endswith("?")
        assert page.statements[0] is page.answer
        assert all(2 <= len(section.statements) <= 6 for section in page.sections), page.id


@pytest.mark.parametrize(("page", "statement"), STATEMENTS)
def test_every_statement_has_rows_that_exist_and_a_source_to_open(
    page: LearnPage, statement: Statement
) -> None:
    assert statement.claims or statement.sources or statement.treatments or statement.tapers
    assert set(statement.claims) <= KNOWLEDGE.claims.keys()
    assert statement.sources and set(statement.sources) <= KNOWLEDGE.sources.keys()
    assert statement.certainty in CERTAINTIES
    assert set(statement.claims) <= set(page.claims) and set(statement.sources) <= set(page.sources)


@pytest.mark.parametrize(("page", "statement"), STATEMENTS)
def test_a_number_stands_in_the_rows_that_the_statement_names(page: LearnPage, statement: Statement) -> None:
    limits = KNOWLEDGE.taper_limits
    tapers = {row.id: row for row in (*limits.statements, *limits.pauses, *limits.limits, *limits.conflicts)}
    rows: list[Any] = [
        *(KNOWLEDGE.claims[name] for name in statement.claims),
        *(KNOWLEDGE.alternatives[name] for name in statement.treatments),
        *(tapers[name] for name in statement.tapers),
    ]
    cited = " ".join(
        f"{KNOWLEDGE.sources[name].title} {KNOWLEDGE.sources[name].year}" for name in statement.sources
    )
    printed = set(NUMBER.findall(f"{[msgspec.to_builtins(row) for row in rows]} {cited}"))
    assert set(NUMBER.findall(statement.text)) <= printed, page.id


@pytest.mark.parametrize(("page", "statement"), STATEMENTS)
def test_a_statement_can_be_read_and_names_no_dose_share_or_blame(
    page: LearnPage, statement: Statement
) -> None:
    assert grade(statement.text) <= 11, statement.text
    assert not FORBIDDEN.search(statement.text)
    assert not DOSE.search(statement.text)
    assert "%" not in statement.text and "percent " not in statement.text
    assert "you have opioid-induced" not in statement.text.lower()
    assert not re.search(r"[!→≥≤✓]", statement.text)


@pytest.mark.parametrize("page", learn_pages(), ids=lambda page: page.id)
def test_a_page_reads_at_the_eighth_grade(page: LearnPage) -> None:
    assert grade(words_of(page)) <= 8.9
    assert not FORBIDDEN.search(words_of(page))


@pytest.mark.parametrize("page", learn_pages(), ids=lambda page: page.id)
def test_a_page_says_both_sides_and_a_doubt(page: LearnPage) -> None:
    assert page.supports and page.doubts
    assert {s.text for s in page.supports}.isdisjoint(s.text for s in page.doubts)
    weighed = [s for s in page.statements if s.claims]
    assert any(KNOWLEDGE.claims[name].verdict_class != "supported" for s in weighed for name in s.claims)


def test_contrary_trials_stand_on_the_pages_of_what_they_speak_against() -> None:
    pages = {page.id: page for page in learn_pages()}
    for page, source in (
        ("what-it-is", "chu2012"),
        ("what-it-is", "wasserman2015"),
        ("escalation", "chu2012"),
        ("nervous-system", "swartjes2012"),
        ("nervous-system", "mccann2010"),
        ("what-helps", "agnoli2021"),
        ("what-helps", "younger2008"),
        ("what-helps", "bmj2025"),
        ("what-helps", "snmd2021"),
        ("what-helps", "ket_cochrane2025"),
    ):
        assert source in pages[page].sources, (page, source)


def test_the_words_of_certainty_are_distinct_plain_and_sorted() -> None:
    assert list(CERTAINTIES) == sorted(CERTAINTIES)
    assert len({c.word for c in CERTAINTIES}) == len({c.rank for c in CERTAINTIES}) == len(CERTAINTIES)
    for word in CERTAINTIES:
        assert grade(word.means) <= 8.9, word
    verdicts = {claim.verdict_class: certainty([claim], [], []).word for claim in KNOWLEDGE.claims.values()}
    assert verdicts["supported"] == "Strong agreement" and verdicts["unsupported"] == "Not shown"
    for treatment in KNOWLEDGE.alternatives.values():
        assert certainty([], [treatment], []).word.endswith("evidence")


def test_a_statement_is_as_sure_as_its_least_sure_row() -> None:
    claims = KNOWLEDGE.claims
    sure, open_ = claims["abrupt-stop-dangerous"], claims["taper-improves-pain"]
    assert certainty([sure, open_], [], []) == certainty([open_], [], []) > certainty([sure], [], [])
    ketamine = KNOWLEDGE.alternatives["ketamine-infusion"]
    assert certainty([sure], [ketamine], []).word == "Very weak evidence"
    assert certainty([sure], [], [Confidence.EXPERT_PRIOR]).word == "Strong agreement"


@pytest.mark.parametrize("read", [Confidence.UNVERIFIED, Confidence.NOT_READ])
def test_a_source_from_memory_never_stands_alone(read: Confidence) -> None:
    with pytest.raises(WrongCall, match="may not stand alone"):
        certainty([], [], [Confidence.FULL_TEXT, read])


def test_a_verdict_without_a_word_is_refused() -> None:
    claim: Claim = next(iter(KNOWLEDGE.claims.values()))
    fields = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
    with pytest.raises(WrongCall, match="has no word"):
        certainty([Claim(**{**fields, "verdict_class": "proven"})], [], [])
    with pytest.raises(WrongCall, match="without a row"):
        certainty([], [], [])


@pytest.mark.parametrize("column", ["claims", "sources", "treatments", "tapers"])
def test_a_row_that_does_not_exist_is_refused(column: str) -> None:
    row = copy.deepcopy(read_json("learn/what-it-is.json"))
    row["sections"][0]["statements"][0][column] = ["nowhere2099"]
    with pytest.raises(WrongCall, match=f"nowhere2099.*{column}"):
        build_page(row, KNOWLEDGE)


def test_a_statement_without_a_row_is_refused() -> None:
    row = copy.deepcopy(read_json("learn/questions.json"))
    row["answer"] = {"text": "Trust us."}
    with pytest.raises(WrongCall, match="without a row"):
        build_page(row, KNOWLEDGE)


@pytest.mark.parametrize(("side", "missing"), [("for", "nothing for"), ("against", "nothing against")])
def test_a_page_with_one_side_only_is_refused(side: str, missing: str) -> None:
    row = {**read_json("learn/escalation.json"), side: []}
    with pytest.raises(WrongCall, match=missing):
        build_page(row, KNOWLEDGE)


def test_syllables_of_words_that_these_pages_use() -> None:
    known = {
        "tolerance": 3, "dependence": 3, "addiction": 3, "withdrawal": 3, "sensitive": 3, "receptors": 3,
        "rehabilitation": 6, "breathing": 2, "crises": 2, "studies": 2, "measured": 2, "doses": 2, "causes": 2,
        "prescribed": 2, "specialist": 3, "diagnosis": 4, "FDA": 3, "NMDA": 4, "quiet": 2, "table": 2,
    }  # fmt: skip
    assert {word: syllables(word) for word in known} == known


def test_the_grade_agrees_with_its_formula() -> None:
    assert grade("Ask for help.") == pytest.approx(0.39 * 3 + 11.8 * 1 - 15.59)
    assert grade("Pain can pass. Call now.") == pytest.approx(0.39 * 5 / 2 + 11.8 - 15.59)
    with pytest.raises(ValueError, match="without words"):
        grade(" . ")


def rendered(page: LearnPage) -> str:
    module: Any = environment().get_template("learn_page.html.j2").module
    return str(module.learn_page(page, KNOWLEDGE.claims, KNOWLEDGE.sources, lambda name: f"/sources/{name}"))


@pytest.mark.parametrize("page", learn_pages(), ids=lambda page: page.id)
def test_a_rendered_page_links_its_sources_and_repeats_no_figure_that_nothing_supports(
    page: LearnPage,
) -> None:
    html = rendered(page)
    assert html.count("<h1>") == 1 and "style=" not in html and "<script" not in html
    named = {*page.sources, *(name for claim in page.claims for name in KNOWLEDGE.claims[claim].sources)}
    assert set(re.findall(r'href="/sources/([^"]+)"', html)) >= named
    assert all(statement.certainty.word in html for statement in page.statements)
    shown = re.sub(r"<[^>]+>", " ", html)
    assert not FORBIDDEN.search(shown)
    assert "30%" not in shown and "0.01%" not in shown


def test_the_list_of_pages_shows_the_answer_of_each() -> None:
    module: Any = environment().get_template("learn_page.html.j2").module
    html = str(module.learn_index(learn_pages()))
    for page in learn_pages():
        assert f'href="/learn/{page.id}"' in html and page.answer.text in html
