"""Text, HTML, PDF and fragment say the same, and an emergency replaces all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from algesia.report.compose import document
from algesia.report.fragment import html_fragment
from algesia.report.html import content_policy, review_html, stylesheet
from algesia.report.layout import Explanations, References, Table
from algesia.report.pdf import review_pdf
from algesia.report.statements import NOT_SUDDENLY, PURPOSE, statement
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
    for section in doc.sections:
        facts.append(section.title)
        if isinstance(section, Table):
            facts += [c.text for row in (*section.rows, *section.folded) for c in (row.head, *row.cells)]
        if isinstance(section, Explanations):
            facts += [part for row in section.rows for part in (row.name, row.word, row.tally)]
            facts += [reason.text for row in section.rows for reason in (*row.for_, *row.against)]
        if isinstance(section, References):
            facts += [entry.where for entry in section.entries]
    for fact in facts:
        assert flat(fact) in flat(text), fact
        assert flat(fact) in page, fact


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
