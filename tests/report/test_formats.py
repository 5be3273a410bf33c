"""Text, HTML, PDF and fragment say the same, and an emergency replaces all of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from algesia.report.answer import review_document
from algesia.report.compose import document
from algesia.report.fit import FRONT, Back, back_steps
from algesia.report.fragment import html_fragment
from algesia.report.html import content_policy, review_html, stylesheet
from algesia.report.layout import Explanations, References, Table
from algesia.report.paper import paper
from algesia.report.pdf import review_pdf
from algesia.report.statements import NO_TEST, NOT_SUDDENLY, PURPOSE, statement
from algesia.report.text import review_text
from tests.report import sample

INTERPRETATION = (
    "Strong pattern",
    "What could explain it",
    "Options",
    "Continue the taper",
    "Escalation trap",
)


class Page(HTMLParser):
    """Text, attributes and headings of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "svg")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def flat(text: str) -> str:
    """Text without its line breaks and spacing."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", sample.ALL)
def test_every_format_carries_the_statement(name: str) -> None:
    assessment = sample.ALL[name]()
    text, page = flat(review_text(assessment)), Page(review_html(assessment)).words
    for line in statement():
        assert line in text
        assert line in page
    assert PURPOSE in Page(html_fragment(assessment)).words
    assert NOT_SUDDENLY in statement()


@pytest.mark.parametrize("name", sample.ALL)
def test_page_and_text_hold_every_fact_of_the_document(name: str) -> None:
    assessment = sample.ALL[name]()
    doc = document(assessment)
    text, page = (
        review_text(assessment, width=4000).replace("\u00a0", " "),
        Page(review_html(assessment)).words,
    )
    facts = [doc.stop[0] if doc.emergency else doc.headline]
    page_only: list[str] = []
    for section in doc.sections:
        facts.append(section.title)
        if isinstance(section, Table):
            facts += [c.text for row in section.rows for c in (row.head, *row.cells)]
            facts += [section.lead, section.folded_as if section.folded else ""]
            page_only += [c.text for row in section.folded for c in (row.head, *row.cells)]
        if isinstance(section, Explanations):
            facts += [part for row in section.rows for part in (row.name, row.word, row.tally)]
            for row in section.rows:
                reasons = [reason.text for reason in (*row.for_, *row.against)]
                (page_only if row.folded else facts).extend(reasons)
                page_only += [question.text for question in row.unknown]
        if isinstance(section, References):
            facts += [entry.label for entry in section.entries]
            page_only += [entry.where for entry in section.entries]
    for fact in facts:
        assert flat(fact) in flat(text), fact
    for fact in (*facts, *page_only):
        assert flat(fact) in page, fact


def test_text_says_where_the_rest_of_it_stands() -> None:
    doc = document(sample.rich())
    text = flat(review_text(sample.rich()))
    assert "Citations are in the HTML and the JSON review." in text
    differential = doc.section("differential")
    assert isinstance(differential, Explanations)
    assert any(row.folded for row in differential.rows)
    assert not any(row.folded for row in differential.rows if row.leading or row.word != "Against")
    assert "are in the HTML and the JSON review" in text
    assert len(review_text(sample.rich()).splitlines()) <= 150


def test_the_trap_leads_with_its_answer_and_not_with_its_checks() -> None:
    trap = document(sample.rich()).section("trap")
    assert isinstance(trap, Table)
    assert trap.lead == "Present since 11 May 2026."
    silent = document(sample.sparse()).section("trap")
    assert isinstance(silent, Table)
    assert silent.lead.startswith("Cannot tell. ")


def test_reasons_begin_with_a_capital_and_json_keeps_the_words() -> None:
    base = sample.rich()
    first = base.differential.hypotheses[0]
    lower = replace(
        first, for_=(replace(first.for_[0], finding="eGFR 22"), replace(first.for_[0], finding="pain rose"))
    )
    changed = replace(
        base, differential=replace(base.differential, hypotheses=(lower, *base.differential.hypotheses[1:]))
    )
    text = flat(review_text(changed))
    assert "+ eGFR 22" in text
    assert "+ Pain rose" in text
    assert review_document(changed)["differential"][0]["for"][1]["finding"] == "pain rose"


def test_an_emergency_replaces_everything() -> None:
    assessment = sample.emergency()
    page, text = review_html(assessment), review_text(assessment)
    for words in (Page(page).words, text, Page(html_fragment(assessment)).words):
        assert "Assess now: myoclonus and new confusion on opioids" in words
        assert "911" in words
        for silent in INTERPRETATION:
            assert silent not in words
    assert "<svg" not in page
    assert "<img" not in html_fragment(assessment)
    assert "█" not in text
    assert text.index("EMERGENCY") < text.index("Check at once") < text.index("Whom to call")


def test_an_emergency_says_the_locale_numbers() -> None:
    page = Page(review_html(sample.emergency(), place="eu")).words
    assert "call 112" in page
    assert "911" not in page


def test_the_page_asks_nobody_for_anything() -> None:
    page = review_html(sample.rich())
    parsed = Page(page)
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in parsed.tags}
    for _, attributes in parsed.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "#").startswith("#")
    outside = [
        u for u in re.findall(r"url\(([^)]*)\)", page) if not u.strip("\"'").startswith(("data:", "#"))
    ]
    assert outside == []
    assert content_policy(stylesheet()).startswith("default-src 'none'; style-src 'sha256-")
    assert content_policy(stylesheet()).replace("'", "&#39;") in page
    assert len(page.encode()) < 300_000


def test_every_source_link_lands_on_an_entry_and_every_id_is_unique() -> None:
    for name in sample.ALL:
        tags = Page(review_html(sample.ALL[name]())).tags
        ids = [a["id"] for _, a in tags if a.get("id")]
        assert len(ids) == len(set(ids)), name
        targets = {a["href"] for tag, a in tags if tag == "a"}
        assert targets <= {f"#{i}" for i in ids}, name


def test_a_relative_record_never_shows_a_date() -> None:
    assessment = sample.hospital()
    for words in (Page(review_html(assessment)).words, review_text(assessment)):
        assert "day 14" in words
        assert "Jan 2000" not in words
        assert "January 2000" not in words


def test_what_is_not_known_is_never_written_as_zero() -> None:
    text = flat(review_text(sample.sparse(), width=200))
    assert "Now incomplete: nothing that runs could be converted, 2 February 2024 not known" in text


@pytest.mark.parametrize("width", [40, 80, 100])
def test_text_keeps_to_its_width_and_is_plain_in_a_pipe(width: int) -> None:
    for name in sample.ALL:
        text = review_text(sample.ALL[name](), width=width)
        assert "\x1b" not in text
        assert max(len(line) for line in text.splitlines() if "http" not in line) <= width


def test_color_changes_nothing_but_the_color() -> None:
    assessment = sample.rich()
    colored = review_text(assessment, color=True)
    assert "\x1b[" in colored
    plain = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in plain.splitlines()] == review_text(assessment).splitlines()


@pytest.mark.parametrize("name", sample.ALL)
@pytest.mark.parametrize("size", ["a4", "us-letter"])
def test_the_paper_has_two_pages_at_most_and_is_tagged(name: str, size: str) -> None:
    pdf = review_pdf(sample.ALL[name](), size=size)  # type: ignore[arg-type]
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == (1 if name == "emergency" else 2)
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf


def test_equal_assessments_give_equal_bytes() -> None:
    assert review_pdf(sample.rich()) == review_pdf(sample.rich())
    assert review_html(sample.rich()) == review_html(sample.rich())


def test_text_that_cannot_fit_is_shortened_and_says_so() -> None:
    base = sample.rich()
    long = replace(base, notes=tuple(f"note {i} " + "word " * 700 for i in range(30)))
    pdf = review_pdf(long)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def glyphs(sheet: dict[str, Any]) -> int:
    """How many letters the typesetter draws."""
    import typst

    from algesia.report import pdf

    drawn = typst.compile(pdf._program(), sys_inputs=pdf._inputs(sheet), format="svg", **pdf._settings())
    return len(re.findall(rb"<use ", drawn))


def test_the_paper_of_an_emergency_draws_every_sentence_of_its_block() -> None:
    sheet = paper(document(sample.emergency()), FRONT[0], Back()) | {
        "paper": "a4", "small": 8.5, "svg": "", "svg_height": 0.0, "svg_alt": "", "key": "",
    }  # fmt: skip
    for line in range(len(sheet["stop"])):
        longer = [*sheet["stop"][:line], sheet["stop"][line] + " now", *sheet["stop"][line + 1 :]]
        assert glyphs(sheet | {"stop": longer}) == glyphs(sheet) + 3, sheet["stop"][line]


def test_paper_is_shortened_in_the_order_of_what_can_be_missed() -> None:
    doc = document(sample.rich())
    steps = back_steps(doc)
    assert steps[0] == Back()
    for earlier, later in pairwise(steps):
        for name in ("sources", "reasons", "regimens", "changes", "rows"):
            assert getattr(earlier, name) >= getattr(later, name), name
    uncut = [step for step in steps if step.characters is None]
    differential, trap, exposure = doc.section("differential"), doc.section("trap"), doc.section("exposure")
    assert isinstance(differential, Explanations) and isinstance(trap, Table) and isinstance(exposure, Table)
    for step in uncut:
        sheet = paper(doc, FRONT[0], step)
        shown = [[cell["text"] for cell in row["cells"]] for row in sheet["trap"]["rows"]]
        assert shown == [[c.text for c in (row.head, *row.cells)] for row in trap.rows]
        running = [row["cells"][1]["text"] for row in sheet["exposure"]["rows"]]
        assert [row.cells[0].text for row in exposure.rows[:-1]] == running[: len(exposure.rows) - 1]
        for row, written in zip(differential.rows, sheet["differential"]["rows"], strict=True):
            if row.leading:
                assert len(written["for_"]) == len(row.for_)
                assert len(written["against"]) == len(row.against)
        assert "…" not in json.dumps(sheet, ensure_ascii=False)


def test_no_interlock_leaves_page_one_unnamed() -> None:
    base = sample.rich()
    lock = base.interlocks[0]
    many = replace(base, interlocks=tuple(replace(lock, id=f"i{i}", title=f"Title {i}") for i in range(9)))
    doc = document(many)
    for front in FRONT:
        if front.characters is None:
            said = " ".join(paper(doc, front, Back())["at_risk"]["items"])
            assert [f"Title {i}" in said for i in range(9)] == [True] * 9
    assert len(re.findall(rb"/Type\s*/Page\b", review_pdf(many))) == 2


def test_a_withheld_verdict_is_said_once() -> None:
    base = sample.rich()
    silent = replace(base.differential, withheld="No statement yet.", verdict="No statement yet.")
    section = document(replace(base, differential=silent)).section("differential")
    assert isinstance(section, Explanations)
    assert section.lead == "No statement yet."


def test_the_statement_that_no_test_exists_stands_in_the_foot_of_the_paper_only() -> None:
    sheet = paper(document(sample.rich()), FRONT[0], Back())
    assert NO_TEST in sheet["statement"]
    assert NO_TEST not in sheet["stands_out"]["note"]
