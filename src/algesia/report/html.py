"""The review as one self-contained page: no script, no request to anywhere, printable, dark where the reader is."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from algesia.assessment.model import Assessment
from algesia.charts import tokens
from algesia.report.citations import label
from algesia.report.compose import document
from algesia.report.fonts import faces
from algesia.report.layout import Document, References
from algesia.report.pictures import on_page
from algesia.report.printable import printable
from algesia.report.statements import NOT_SUDDENLY, Place
from algesia.report.tally import tally_svg


def review_html(assessment: Assessment, place: Place = "us") -> str:
    """The review as an HTML page.

    Everything is inside: stylesheet, font, both drawings (desk and phone). Text of the record is escaped. The page
    forbids every load in its Content-Security-Policy and allows its one stylesheet by hash.
    """
    doc = document(assessment, place)
    css = stylesheet()
    numbers = _numbers(doc)
    page: str = _environment().get_template("review.html.j2").render(
        doc=doc,
        css=Markup(css),
        policy=content_policy(css),
        picture=on_page(assessment) if doc.pictured else None,
        numbers=numbers,
        in_order=lambda ids: sorted((i for i in ids if i in numbers), key=lambda i: numbers[i]),
        label=label,
        tally=lambda row: Markup(tally_svg(row)),
        not_suddenly=NOT_SUDDENLY,
    )  # fmt: skip
    return page


@cache
def stylesheet() -> str:
    """The page's whole stylesheet: fonts, the pictures' rules, the page's rules."""
    page = files("algesia.report").joinpath("templates/page.css").read_text(encoding="utf-8")
    return f"{faces()}\n{tokens.css()}\n{page}"


def content_policy(css: str) -> str:
    """The Content-Security-Policy that allows this stylesheet and its data URIs, and nothing else.

    >>> content_policy("")
    "default-src 'none'; style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; font-src data:; ..."
    """
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"


def _numbers(doc: Document) -> dict[str, int]:
    sources = doc.section("sources")
    if not isinstance(sources, References):
        return {}
    return {entry.id: i for i, entry in enumerate(sources.entries, 1)}


def _finalize(value: object) -> object:
    """Every plain string is made printable before it is escaped; markup passes."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("algesia.report", "templates"), autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True,
    )  # fmt: skip
