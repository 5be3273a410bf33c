"""One answer a day to one question: the first is written, a second one changes it, the same one sent again does nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from algesia.adapters.store.model import Entry, Kept
from algesia.adapters.store.people import Conflict
from algesia.web.visit import Visit, new_id

TRIES: Final = 4
_ONE_AT_A_TIME: Final = threading.Lock()


def put(
    visit: Visit,
    id: str,
    list: str,
    body: dict[str, Any],
    batch: str,
    same: Callable[[dict[str, Any]], bool] = lambda _body: True,
) -> None:
    """Write today's answer to a question, or change the one that is there.

    Parameters
    ----------
    id
        The form's id. A form that comes back with another answer (the back button) is a change, not a mistake.
    same
        Which facts of that day and list answer the same question.
    """
    # two devices that answer at the same moment: the second sees the first's answer and changes it
    with _ONE_AT_A_TIME:
        _put(visit, id, list, body, batch, same)


def _put(
    visit: Visit,
    id: str,
    list: str,
    body: dict[str, Any],
    batch: str,
    same: Callable[[dict[str, Any]], bool],
) -> None:
    day = str(body["at"])[:10]
    for left in reversed(range(TRIES)):
        known = visit.state.store.people.fact(visit.person.id, id)
        old = answer_of(visit, list, day, same)
        if old is not None and _alike(old.body, body):
            return
        entry = Entry(new_id() if known is not None else id, list, body, None if old is None else old.id)
        try:
            visit.write([entry], batch)
        except Conflict:
            if left == 0:
                raise
            continue
        return


def answer_of(
    visit: Visit, list: str, day: str, same: Callable[[dict[str, Any]], bool] = lambda _body: True
) -> Kept | None:
    """The latest fact of a list on a day that answers the question."""
    found = [
        fact
        for fact in visit.state.store.people.current(visit.person.id, list, since=day)
        if fact.body is not None and str(fact.body.get("at", ""))[:10] == day and same(fact.body)
    ]
    return found[-1] if found else None


def _alike(old: dict[str, Any] | None, new: dict[str, Any]) -> bool:
    """Whether only the minute differs."""
    return {k: v for k, v in (old or {}).items() if k != "at"} == {k: v for k, v in new.items() if k != "at"}
