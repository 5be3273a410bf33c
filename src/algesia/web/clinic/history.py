"""Everything that was ever written about a person, who looked at the record, and the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, Response

from algesia.adapters.store.model import Kept
from algesia.web.authorize import ACTIONS
from algesia.web.clinic.asked import in_path
from algesia.web.clinic.facts_words import LIST_WORDS, fact_time, fact_words
from algesia.web.clinic.view import desk
from algesia.web.errors import Refusal
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["clinic"])
History = Annotated[Visit, Depends(Allow("read-history"))]
Auditing = Annotated[Visit, Depends(Allow("read-audit"))]
ROWS: Final = 100
AUDIT_ROWS: Final = 50
IMPORT: Final = "-import"
ACTION_WORDS: Final = {
    "read-diary": "read the diary", "write-diary": "wrote to the diary", "export": "exported", "erase": "erased",
    "share": "looked at sharing", "read-review": "read the review", "write-review": "recorded from the review",
    "plan": "looked at a plan", "release": "released or withdrew a plan", "read-history": "read the history",
    "add-person": "added the record", "consent-given": "consent given", "consent-ended": "consent ended",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One writing as the history shows it."""

    seq: int
    list: str
    says: str
    of: str
    written: str
    by: str
    state: str
    batch: str
    mine: bool


@router.get("/clinic/{person_id}/history", response_class=HTMLResponse, dependencies=[Depends(in_path)])
def history(visit: History, before: Annotated[int, Query(ge=0, le=2**53)] = 0) -> Response:
    """Every fact with who wrote it and when, replaced and withdrawn ones too, and who looked."""
    people = visit.state.store.people
    rows = people.history(visit.person.id)
    names = names_of(visit)
    replaced = {fact.supersedes: fact for fact in rows if fact.supersedes is not None}
    newest = [fact for fact in reversed(rows) if not before or fact.seq < before]
    shown = [_line(visit, fact, replaced, names) for fact in newest[:ROWS]]
    audit = visit.state.store.audit.rows(visit.person.id, AUDIT_ROWS)
    return desk(
        visit, "clinic_history.html.j2", tab="history", reviewed=visit.reviewed(), rows=shown, total=len(rows),
        older=shown[-1].seq if len(newest) > ROWS else 0, newer=bool(before), origin=visit.person.frame.get("source", ""),
        audit=[(moment(row.at), names.get(row.who, row.who), action_words(row.action)) for row in audit],
    )  # fmt: skip


@router.get("/audit", response_class=HTMLResponse)
def audit(visit: Auditing) -> Response:
    """The audit chain: whether it holds, and its latest rows. In clinic mode the administrator has this page."""
    if visit.state.settings.clinic:
        raise Refusal(404, "Not there", "The audit log is on the administrator's page.")
    log = visit.state.store.audit
    people = {person.id: person.name for person in visit.state.store.people.all()}
    rows = [
        (
            row.seq,
            moment(row.at),
            row.who,
            action_words(row.action),
            people.get(row.person or "", row.person or ""),
            row.detail,
        )
        for row in log.rows(limit=200)
    ]
    return desk(visit, "clinic_audit.html.j2", tab="audit", rows=rows, chain=log.verify())


def names_of(visit: Visit) -> dict[str, str]:
    """Who wrote, by id: accounts by their names in clinic mode."""
    known = {"local": "this computer", "algesia": "algesia"}
    if not visit.state.settings.clinic:
        return known
    from algesia.web.account.sessions import accounts_of

    return known | {account.id: account.name for account in accounts_of(visit.state).all()}


def action_words(action: str) -> str:
    """An action of the log in words.

    >>> action_words("read-review"), action_words("denied:plan")
    ('read the review', 'refused: looked at a plan')
    """
    if action.startswith("denied:"):
        return f"refused: {action_words(action.removeprefix('denied:'))}"
    return (
        ACTION_WORDS.get(action, action.replace("-", " ")) if action in (*ACTIONS, *ACTION_WORDS) else action
    )


def moment(at: str) -> str:
    """A moment of writing to the minute.

    >>> moment("2026-11-12T20:14:00.000000Z")
    '2026-11-12 20:14 UTC'
    """
    return f"{at[:16].replace('T', ' ')} UTC"


def _line(visit: Visit, fact: Kept, replaced: dict[str, Kept], names: dict[str, str]) -> Line:
    later = replaced.get(fact.id)
    state = "holds" if fact.body is not None else "withdrawal"
    if later is not None:
        state = "taken back" if later.body is None or later.batch.endswith("~undo") else "replaced"
    mine = fact.written_by == visit.who.id and not fact.batch.endswith((IMPORT, "~undo"))
    return Line(
        fact.seq, LIST_WORDS.get(fact.list, fact.list), fact_words(fact, visit.state.knowledge), fact_time(fact),
        moment(fact.written_at), names.get(fact.written_by, fact.written_by), state, fact.batch,
        mine and state == "holds",
    )  # fmt: skip
