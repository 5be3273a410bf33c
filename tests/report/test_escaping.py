"""No text of a record is ever read as markup, in any format."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from algesia.assessment.model import Assessment
from algesia.quantities.refusal import Unassessable
from algesia.report.answer import review_json
from algesia.report.fragment import html_fragment
from algesia.report.html import review_html
from algesia.report.pdf import review_pdf
from algesia.report.printable import printable
from algesia.report.text import review_text
from tests.report import sample
from tests.report.test_formats import Page

HOSTILE = (
    '<script>alert("x")</script>',
    "</style><img src=x onerror=alert(1)>",
    "]]><!-- ' \" & &amp; &lt;",
    '#panic("x") $a^2$ *b* _c_ @d <label> \\ // /* ] ) }',
    '#import "@preview/x:1.0.0": *',
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe \u2066 שלום مرحبا",
    "🩺👩‍⚕️ 中文 ñ",
    "\x1b]0;title\x07 \x00 tab\there\nline",
    "x" * 4000,
)
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80)
)


def marked(text: str, base: Assessment) -> Assessment:
    """The assessment with this text wherever a record's words can stand."""
    person = msgspec.structs.replace(base.record.person, id=text[:200])
    record = msgspec.structs.replace(base.record, person=person)
    signs = tuple(replace(s, note=text) if s.history else s for s in base.signs)
    queries = tuple(msgspec.structs.replace(q, value=text, why=text, ask=text) for q in base.queries)
    locks = tuple(replace(i, because=(*i.because, text)) for i in base.interlocks)
    unassessable = (*base.unassessable, Unassessable(text, text, (text,)))
    return replace(
        base,
        record=record,
        signs=signs,
        queries=queries,
        interlocks=locks,
        unassessable=unassessable,
        notes=(text,),
    )


def tags(page: str) -> list[str]:
    """The elements of a page, in order."""
    return [tag for tag, _ in Page(page).tags]


def seen(text: str) -> str:
    """What a page shows of a text, spacing and control characters apart."""
    return "".join(
        c
        for c in text
        if not c.isspace() and c != "\ufffd" and unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Co")
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[3])
@example(HOSTILE[8])
def test_a_page_gains_no_element_and_loses_no_word(text: str) -> None:
    for base in (sample.rich(), sample.emergency()):
        page = review_html(marked(text, base))
        plain = review_html(marked("word", base))
        assert tags(page) == tags(plain)
        if not base.emergency:
            assert seen(text) in seen(Page(page).words)
        assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in page)
        assert not {"\u202e", "\u2066"} & set(page)
        assert tags(html_fragment(marked(text, base))) == tags(html_fragment(marked("word", base)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_text_cannot_steer_the_terminal(text: str) -> None:
    for line in review_text(marked(text, sample.rich())).splitlines():
        assert not any(unicodedata.category(c) == "Cc" for c in line)
        assert not {"\u202e", "\u2066"} & set(line)
    assert "\x1b]" not in review_text(marked(text, sample.rich()), color=True)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[6])
@example(HOSTILE[8])
@example(HOSTILE[9])
def test_paper_sets_any_text_as_text(text: str) -> None:
    assert review_pdf(marked(text, sample.sparse())).startswith(b"%PDF-")


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_json_gives_the_text_back(text: str) -> None:
    document = json.loads(review_json(marked(text, sample.rich())))
    assert document["notes"] == [text]
    assert document["person"] == text[:200]


def test_printable_keeps_letters_and_joiners() -> None:
    assert printable("ñ 中 \u200d") == "ñ 中 \u200d"
