"""Pages from templates. Every text of a record is made printable and escaped; markup of our own passes."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from algesia import __version__
from algesia.report.citations import label
from algesia.report.days import sentence
from algesia.report.plan_words import unbroken
from algesia.report.printable import printable
from algesia.report.statements import NUMBERS
from algesia.report.table_rows import table_rows
from algesia.web.state import State
from algesia.web.visit import Visit


def page(visit: Visit, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for this visit. `tab` in the context names the tab that is open."""
    numbers = NUMBERS[visit.place]
    html = (
        environment()
        .get_template(template)
        .render(
            visit=visit,
            clinic=visit.state.settings.clinic,
            asset=visit.state.assets.url,
            numbers=numbers,
            version=__version__,
            example=visit.record_of is not None and visit.record_of.kind == "example",
            **{"tab": "", **context},
        )
    )
    return HTMLResponse(html, status)


def bare(state: State, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page that belongs to no visit: errors, and what is kept for offline."""
    html = (
        environment()
        .get_template(template)
        .render(
            asset=state.assets.url,
            numbers=NUMBERS[state.settings.place],
            version=__version__,
            tab="",
            **context,
        )
    )
    return HTMLResponse(html, status)


def long_day(day: int) -> str:
    """A day in words: "Thursday 12 November".

    >>> long_day(date(2026, 11, 12).toordinal())
    'Thursday 12 November'
    """
    found = date.fromordinal(day)
    return f"{found:%A} {found.day} {found:%B}"


def short_day(day: int) -> str:
    """A day in few words: "12 Nov".

    >>> short_day(date(2026, 11, 12).toordinal())
    '12 Nov'
    """
    found = date.fromordinal(day)
    return f"{found.day} {found:%b}"


def _finalize(value: object) -> object:
    return unbroken(printable(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment() -> Environment:
    """The templates of the web application, then those of the reports."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("algesia.web", "templates"), PackageLoader("algesia.report", "templates")]),
        autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["finish"] = sentence
    made.filters["table_rows"] = table_rows
    made.filters["long_day"] = long_day
    made.filters["short_day"] = short_day
    made.globals["label"] = label
    return made
