"""A dose that was taken when needed: one tap for now, or with its time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Entry, Kept
from algesia.web.errors import Refusal
from algesia.web.person.fields import ago, day_words, minute, number, refuse
from algesia.web.person.medicine_form import TYPED_UNITS
from algesia.web.person.medicine_words import amount_words, name_words, noun
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]

PRODUCT: Final = ("drug", "code", "route", "form", "release", "strength", "concentration")
"""What a dose has in common with its medicine."""
HOURS_AGO: Final = {"1": "1 hour ago", "2": "2 hours ago", "3": "3 hours ago"}
AMOUNTS: Final[tuple[str, ...]] = tuple(unit for unit in TYPED_UNITS if unit != "ug/h")
MOST_ROWS: Final = 5


@router.get("/medicines/{id}/took", response_class=HTMLResponse)
def took(visit: Reading, id: str, saved: str = "", many: str = "") -> Response:
    """When it was taken; first how much, where the medicine does not settle that."""
    fact = _medicine(visit, id)
    body = fact.body or {}
    choices = _amounts(body)
    known = next((c for c in choices if c[0] == many), choices[0] if len(choices) == 1 else None)
    facts = visit.state.store.people.current(visit.person.id, "doses")
    own = [f for f in facts if (f.body or {}).get("drug") == body["drug"]]
    own.sort(key=lambda f: str((f.body or {})["at"]), reverse=True)
    wrote = next((f for f in own if f.id == saved or f.batch == saved), None)
    return page(
        visit, "medicine_took.html.j2", id=new_id(), medicine=fact.id, name=name_words(body), choices=choices,
        known=known, units=[(u, noun(u, 2)) for u in AMOUNTS], hours=HOURS_AGO, now=f"{visit.now:%H:%M}",
        today=visit.now.date().isoformat(), rows=[_said(visit, f) for f in own[:MOST_ROWS]], saved=wrote,
        said=_said(visit, wrote) if wrote is not None else None,
    )  # fmt: skip


@router.post("/medicines/{id}/took")
def save(
    visit: Writing,
    id: str,
    form: Annotated[str, Form(alias="id", max_length=64)],
    when: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    clock: Annotated[str, Form()] = "",
    many: Annotated[str, Form()] = "",
    amount: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "",
) -> Response:
    """Keep the dose. The same form sent again with another time changes it."""
    people = visit.state.store.people
    fact = _medicine(visit, id)
    body = fact.body or {}
    known = people.fact(visit.person.id, form)
    if known is not None and when == "now":
        return RedirectResponse(f"/medicines/{id}/took?saved={known.batch}", 303)
    at = _when(visit, when, day, clock)
    dose = {key: body[key] for key in PRODUCT if body.get(key) is not None}
    dose |= {"at": at, "dose": _amount(body, many, amount, unit)}
    same = next((f for f in people.current(visit.person.id, "doses") if f.body == dose), None)
    if known is None and same is not None:  # Back and the same tap again: one dose of one minute
        return RedirectResponse(f"/medicines/{id}/took?saved={same.batch}", 303)
    if known is None:
        visit.write([Entry(form, "doses", dose)])
        return RedirectResponse(f"/medicines/{id}/took?saved={form}", 303)
    held = {f.id for f in people.current(visit.person.id, "doses")}
    if known.body != dose and form in held:
        fresh = new_id()
        visit.write([Entry(fresh, "doses", dose, form)], known.batch)
        return RedirectResponse(f"/medicines/{id}/took?saved={fresh}", 303)
    return RedirectResponse(f"/medicines/{id}/took?saved={form}", 303)


def _when(visit: Visit, when: str, day: str, clock: str) -> str:
    """The minute of the dose."""
    if when == "now":
        return ago(visit)
    if when in HOURS_AGO:
        return ago(visit, int(when))
    today = visit.now.date()
    if when != "at" or day not in ("today", "yesterday"):
        raise refuse("When was it?", "Go back and tap a time.")
    on: date = today if day == "today" else today - timedelta(days=1)
    return minute(visit, on, clock)


def _amounts(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The amounts a dose may have by the medicine: one, or each of a short range; none where it does not say."""
    dose = body.get("dose")
    if not dose or "/" in str(dose["unit"]):
        return []
    if dose.get("value") is not None:
        return [(f"{dose['value']:g}", amount_words(dose))]
    low, high = dose.get("low"), dose.get("high")
    if low is None or high is None or high - low > MOST_ROWS:
        return []
    values = [low + step for step in range(int(high - low) + 1)]
    if values[-1] != high:
        values.append(high)
    return [(f"{value:g}", amount_words({"value": value, "unit": dose["unit"]})) for value in values]


def _amount(body: dict[str, Any], many: str, amount: str, unit: str) -> dict[str, Any]:
    """The amount that was taken.

    Raises
    ------
    Refusal
        When neither the medicine nor the form says how much.
    """
    choices = _amounts(body)
    if len(choices) == 1:
        many = choices[0][0]
    if any(value == many for value, _ in choices):
        return {"value": float(many), "unit": body["dose"]["unit"]}
    if unit not in AMOUNTS:
        raise refuse("How much was it?", "Go back and write how much you took, and choose what is counted.")
    return {"value": number(amount, 0.001, 100_000, "How much"), "unit": unit}


def _said(visit: Visit, fact: Kept) -> tuple[str, str, str]:
    """A dose as its day and time, its amount, and where it is changed."""
    body = fact.body or {}
    at = str(body["at"])
    clock = f", {at[11:16]}" if len(at) > 10 else ""
    return f"{day_words(visit, at)}{clock}", amount_words(body["dose"]), f"/entries/{fact.id}"


def _medicine(visit: Visit, id: str) -> Kept:
    facts = visit.state.store.people.current(visit.person.id, "medications")
    found = next((fact for fact in facts if fact.id == id), None)
    if found is None:
        raise Refusal(
            404, "Not on your list", "This medicine was changed or removed. Look at your list again."
        )
    if not (found.body or {}).get("as_needed"):
        # a single dose of a medicine taken at fixed times would stand beside the sum, not in it
        raise Refusal(
            409,
            "This one is taken at fixed times",
            "Single doses are noted for medicines that you take only when needed. On Today, tap Something was different. "
            "Nothing was changed.",
        )
    return found
