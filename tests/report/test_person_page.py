"""The body of the person's page: classes only, everything escaped, the same words as the view."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files

import msgspec
import pytest

from algesia.assessment.model import Assessment
from algesia.record.model import Intervention, Medication
from algesia.report.person import PersonView, person_page_html, person_view
from algesia.report.person_changes import PersonChange
from tests.report import sample
from tests.report.test_person import NAMES, example

HOSTILE = '<script>alert("x")</script>'


class Body(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def classes() -> set[str]:
    """Every class of the pages' stylesheets."""
    static = files("algesia.web").joinpath("static")
    css = "".join(static.joinpath(name).read_text(encoding="utf-8") for name in ("app.css", "picture.css"))
    return set(re.findall(r"\.([a-z][a-z-]*)", css))


@pytest.mark.parametrize("name", [*sample.ALL, *NAMES])
def test_page_holds_the_view_and_no_style_script_or_frame(name: str) -> None:
    view = person_view(sample.ALL[name]() if name in sample.ALL else example(name), clinician="Dr Okafor")
    body = Body(person_page_html(view, "/picture/report"))
    names = [tag for tag, _ in body.tags]
    assert not {"html", "head", "body", "script", "style", "link", "iframe"} & set(names)
    assert names.count("h1") == 1
    for _, attributes in body.tags:
        assert not [a for a in attributes if a == "style" or a.startswith("on")]
    ids = [str(a["id"]) for _, a in body.tags if "id" in a]
    assert len(ids) == len(set(ids))
    told = (*view.emergency, *view.today, view.headline, view.subline, *view.questions, *view.not_known,
            *(w for c in view.changes for w in (c.title, c.says)), *(w for s in view.signs for w in (s.name, s.words, s.explains)))  # fmt: skip
    for words in told:
        assert " ".join(words.split()) in body.words
    assert ("One-page report" in body.words) is not bool(view.emergency)
    assert ("svg" in names) is (view.picture is not None)


def test_classes_of_the_body_are_in_the_stylesheets() -> None:
    known = classes()
    for name in ("synthetic-escalation", "methadone_oih_64m", "enclara_rl_64f"):
        page = re.sub(r"<svg.*?</svg>", "", person_page_html(person_view(example(name)), "/r"), flags=re.S)
        used = {c for found in re.findall(r'class="([^"]*)"', page) for c in found.split()}
        assert used - known <= {"sub", "earlier", "picture", "data", "broad"}


def test_text_of_a_record_is_escaped() -> None:
    rich = sample.rich()
    record = replace_record(rich)
    page = person_page_html(person_view(record, clinician=HOSTILE), '"><script>')
    assert "<script" not in page
    assert HOSTILE in unescape(page)


def replace_record(rich: Assessment) -> Assessment:
    """The rich case with markup in what a person or a clinician typed."""
    record = msgspec.structs.replace(
        rich.record,
        interventions=(Intervention(at=rich.record.pain[0].at, kind="x", text=HOSTILE),),
        medications=(*rich.record.medications, Medication(drug=HOSTILE, start=rich.record.pain[0].at)),
    )
    return replace(rich, record=record)


def test_a_long_list_of_changes_folds_the_earlier_ones_and_keeps_its_numbers() -> None:
    view = person_view(sample.rich())
    many = tuple(PersonChange(n, "1 Jan", "60", "90", "MME a day", f"Said {n}.") for n in range(1, 31))
    page = person_page_html(replace(view, changes=many), "/r")
    assert "Show 18 earlier changes" in page
    values = [int(str(a["value"])) for tag, a in Body(page).tags if tag == "li" and "value" in a]
    assert values == list(range(1, 31))
    fold = page[page.index('class="earlier"') : page.index("</details>")]
    assert "Said 18." in fold
    assert "Said 19." not in fold


def test_phone_and_desk_have_their_own_drawing_without_its_own_list() -> None:
    view: PersonView = person_view(example("synthetic-escalation"))
    page = person_page_html(view, "/r")
    assert page.index("narrow-only") < page.index("wide-only") < page.index("picture-cols")
    assert view.picture is not None
    assert "What followed each change" not in view.picture.phone
    assert 'viewBox="0 0 358 ' in view.picture.phone
    assert 'viewBox="0 0 1200 ' in view.picture.wide
