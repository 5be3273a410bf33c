"""What every page of the clinician's side shows: who it is about, the tabs, the sources, the keys."""

from __future__ import annotations

from typing import Any, Final, Protocol

from markupsafe import Markup
from starlette.responses import HTMLResponse

from algesia.adapters import examples
from algesia.adapters.store.model import Person
from algesia.report.compose import about
from algesia.report.days import Calendar
from algesia.report.layout import Explanation
from algesia.report.plan_html import draw
from algesia.report.plan_layout import StepTable
from algesia.report.tally import tally_svg
from algesia.web.examples import PREFIX
from algesia.web.render import page
from algesia.web.reviews import Reviewed
from algesia.web.visit import Visit

KEYS: Final = "keys"
"""The cookie that turns single-key shortcuts off."""
TABS: Final = (
    ("review", "", "Review", "r"), ("model", "/model", "Model", "m"), ("taper", "/taper", "Taper", "t"), ("rotate", "/rotate", "Rotate", "o"),
    ("options", "/options", "Options", "p"), ("report", "/report", "Report", "e"), ("history", "/history", "History", "h"),
)  # fmt: skip
"""Name, end of the address, words and key of each page about one person."""


class Cited(Protocol):
    """A document that numbers its sources."""

    @property
    def labels(self) -> dict[str, tuple[str, str]]:
        """Source id to (anchor, label)."""


def desk(
    visit: Visit,
    template: str,
    *,
    tab: str,
    reviewed: Reviewed | None = None,
    doc: Cited | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """A page of the clinician's side.

    Parameters
    ----------
    reviewed
        Whose page it is, for its head and its tabs.
    doc
        The document whose sources the page cites.
    """
    cited = {} if doc is None else {id: i for i, id in enumerate(doc.labels, 1)}
    shown: dict[str, Any] = {
        "keys": visit.request.cookies.get(KEYS) != "off",
        "path": visit.request.url.path,
        "tabs": TABS if reviewed is not None else (),
        "cited": cited,
        "in_order": lambda ids: sorted((i for i in ids if i in cited), key=lambda i: cited[i]),
        "tally": _tally,
        "draw": draw,
        "is_steps": _is_steps,
        "doc": doc,
    }
    if reviewed is not None:
        record, as_of = reviewed.record, reviewed.review.as_of
        shown |= {
            "reviewed": reviewed,
            "name": shown_name(reviewed.person),
            "about": about(record, as_of, Calendar.of(reviewed.review)),
            "here": f"/clinic/{reviewed.person.id}",
        }
    return page(visit, template, status, tab=tab, **(shown | context))


def shown_name(person: Person) -> str:
    """A person's name as the clinician's pages show it.

    >>> shown_name(Person("p1", "imported", "", "")), shown_name(Person("p1", "diary", "Maria", ""))
    ('no name', 'Maria')
    """
    return person.name.strip() or "no name"


def what_example(person: Person) -> str:
    """One line on a bundled example."""
    name = person.id.removeprefix(PREFIX)
    return examples.describe(name) if name in examples.names() else ""


def _tally(row: Explanation) -> Markup:
    return Markup(tally_svg(row))


def _is_steps(section: object) -> bool:
    return isinstance(section, StepTable)
