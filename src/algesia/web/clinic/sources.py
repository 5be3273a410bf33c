"""Every table, row, edition, citation, license and confidence that a number can rest on."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, Response

from algesia.knowledge.model import Confidence
from algesia.quantities.refusal import WrongCall
from algesia.report.citations import label
from algesia.report.days import count
from algesia.report.sources import TABLES, list_sources
from algesia.report.sources_mechanism import GRADE_MARKS
from algesia.report.statements import CONFIDENCE_WORDS
from algesia.web.clinic.view import desk
from algesia.web.errors import Refusal
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["sources"])
Open = Annotated[Visit, Depends(Allow("open"))]
ROWS: Final = 100
CITED: Final = ("source", "sources", "codes_source")
NOT_SHOWN: Final = ("path", "label_at", "rxcuis", "confidence", "grade", "table")
LONGEST: Final = 1200


@router.get("/sources", response_class=HTMLResponse)
def sources(visit: Open) -> Response:
    """Every table in short."""
    listed = list_sources(visit.state.knowledge)
    tables = [
        {
            **table,
            "marks": _marks(table),
            "href": link(table["table"]),
            "named": table["sources"][:6],
            "told": table["citations"][:6],
        }
        for table in listed["tables"]
    ]
    return desk(
        visit, "clinic_sources.html.j2", tab="sources", tables=tables, edition=listed["knowledge"], link=link
    )


@router.get("/sources/{id:path}", response_class=HTMLResponse)
def source(
    visit: Open, id: str, first: Annotated[int, Query(alias="from", ge=0, le=1_000_000)] = 0
) -> Response:
    """One table, or everything that a name stands for: a source, a drug, a finding, an interlock."""
    try:
        listed = list_sources(visit.state.knowledge, id[:200])
    except WrongCall:
        raise Refusal(
            404, "Not there", "No source, table or row has this name. All tables are listed under Sources."
        ) from None
    rows = listed["rows"]
    key = TABLES[id].key if id in TABLES else ""
    shown = [_row(row, key or TABLES[row["table"]].key) for row in rows[first : first + ROWS]]
    return desk(
        visit, "clinic_source.html.j2", tab="sources", id=id, title=TABLES[id].about if id in TABLES else label(id),
        listed=listed, is_table=id in TABLES, rows=shown, total=len(rows), first=first,
        more=first + ROWS if len(rows) > first + ROWS else 0, link=link, marks=_marks(listed),
        cited_by=listed.get("cited_by", ()),
    )  # fmt: skip


def link(id: str) -> str:
    """The address of a table, a source or a row.

    >>> link("cdc2022"), link("a/b c")
    ('/sources/cdc2022', '/sources/a%2Fb%20c')
    """
    return f"/sources/{quote(str(id), safe='')}"


def _marks(listed: dict[str, Any]) -> str:
    """How many rows were read, or are founded, how well."""
    read = [f"{n} {CONFIDENCE_WORDS[Confidence(mark)]}" for mark, n in listed.get("confidence", {}).items()]
    graded = [f"{n} {GRADE_MARKS[grade]}" for grade, n in listed.get("grades", {}).items()]
    return "; ".join((*read, *graded)) or "no grade of their own"


def _row(row: dict[str, Any], key: str) -> dict[str, Any]:
    """A row as it is shown: its name, how it was read, its facts in words, and its sources."""
    cites: list[str] = []
    for name in CITED:
        value = row.get(name)
        cites += (
            [value]
            if isinstance(value, str)
            else [*(value.values() if isinstance(value, dict) else value or ())]
        )
    facts = [
        (name.replace("_", " "), _words(value))
        for name, value in row.items()
        if name not in (*CITED, *NOT_SHOWN, key) and value not in (None, "", [], {})
    ]
    mark, grade = row.get("confidence"), row.get("grade")
    return {
        "name": str(row.get(key, "")), "table": row.get("table", ""), "facts": facts,
        "read": CONFIDENCE_WORDS[Confidence(mark)] if mark else GRADE_MARKS[grade] if grade else "",
        "sources": [c for c in dict.fromkeys(cites) if c],
    }  # fmt: skip


def _words(value: Any) -> str:
    """A value of a table in words, no longer than a paragraph."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not read"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        parts = [
            f"{name.replace('_', ' ')}: {_words(part)}"
            for name, part in value.items()
            if part not in (None, "", [], {})
        ]
        return "; ".join(parts)[:LONGEST]
    if isinstance(value, list):
        if len(value) > 60:
            return count(len(value), "entry", "entries")
        joint = ". " if any(isinstance(part, dict) for part in value) else ", "
        return joint.join(_words(part) for part in value)[:LONGEST]
    return str(value)[:LONGEST]
