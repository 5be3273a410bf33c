"""The simulator for clinicians: sliders before a model of the nervous system, alone or beside a person's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.charts.picture import picture_of
from algesia.quantities.refusal import InputRefused, Unassessable
from algesia.web.clinic.asked import in_path
from algesia.web.clinic.view import desk
from algesia.web.model_form import AFTER_WEEKS, LINES, THEN, WITHOUT, Wanted, command_of, wanted, words_of
from algesia.web.model_record import Told, age_of, egfr_of, told, way_on, weight_of
from algesia.web.model_run import DAY_H, INSTALL, PEOPLE, RUNNER, Busy, Incomplete, Question, available
from algesia.web.reviews import Reviewed
from algesia.web.visit import Allow, Visit

if TYPE_CHECKING:
    from algesia.mechanism.model import Order
    from algesia.mechanism.simulation import Group

router = APIRouter(tags=["model"])
Open = Annotated[Visit, Depends(Allow("open"))]
Reading = Annotated[Visit, Depends(Allow("read-review"))]
PREPARING: Final = "The simulator is being prepared, or others wait for it. Show it again in half a minute."
LAST_DAYS: Final = AFTER_WEEKS * 7


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: the orders in words, the days that are shown, and the days that are spoken of.

    `changed` is the day before which the doses were as they are today; 0 where nothing changes.
    """

    orders: tuple[Order, ...]
    reading: tuple[str, ...]
    end: int
    spoken: tuple[tuple[int, str], ...]
    marks: tuple[tuple[int, str], ...]
    until_h: float
    changed: int


@router.get("/simulator", response_class=HTMLResponse)
def alone(visit: Open) -> Response:
    """The simulator without a record; everything that is asked stands in the address."""
    return _page(visit, wanted(_sent(visit.request)), None, None)


@router.get("/clinic/{person_id}/model", response_class=HTMLResponse, dependencies=[Depends(in_path)])
def beside(visit: Reading) -> Response:
    """The simulator with the record's own orders until today, the person's pain entries as dots, and a way on."""
    reviewed = visit.reviewed()
    if reviewed.review.emergency:
        return RedirectResponse(f"/clinic/{quote(visit.person.id, safe='')}", 303)
    review = reviewed.review
    asked = wanted(_sent(visit.request), {"weight": weight_of(review), "egfr": egfr_of(review)})
    if not available():
        return _page(visit, asked, reviewed, None)
    known = visit.state.reviews.kept_with(
        reviewed, "model", lambda: told(review.record, visit.state.knowledge, review.as_of)
    )
    return _page(visit, asked, reviewed, known)


def _page(visit: Visit, asked: Wanted, reviewed: Reviewed | None, known: Told | None) -> HTMLResponse:
    shown: dict[str, Any] = {
        "asked": asked, "lines": LINES, "then": THEN, "without": WITHOUT, "known": known, "install": INSTALL, "refused": "",
        "made": None, "running": (), "missing": (),
    }  # fmt: skip
    status = 200
    if not available():
        status = 503
    elif known is not None and not known.orders:
        shown["missing"] = known.missing
    else:
        try:
            shown |= _made(asked, reviewed, known, _who(visit))
        except Busy:
            status, shown["refused"] = 503, PREPARING
        except Incomplete as incomplete:
            shown["missing"] = (*(known.missing if known else ()), *incomplete.missing)
        except InputRefused as refused:
            status, shown["refused"] = 422, str(refused)
    answer = desk(visit, "simulator.html.j2", tab="model", reviewed=reviewed, status=status, **shown)
    if status == 503:
        answer.headers["Retry-After"] = "30"
    return answer


def _made(asked: Wanted, reviewed: Reviewed | None, known: Told | None, who: str) -> dict[str, Any]:
    """What the page shows of a simulation."""
    from algesia.mechanism.words_told import words_of as in_words
    from algesia.web import model_words as words
    from algesia.web.model_picture import HYPOTHESIS, Mark, Shown, on_page

    plan = _plan(asked) if known is None else _plan_of(asked, known)
    ran = RUNNER.run(Question(plan.orders, 0, plan.end, _group(asked, reviewed)), who)
    days = [words.When(plan.changed - 1, "the day before")] if plan.changed else []
    days.append(words.When(plan.end - 1, "the last day"))
    spoken = [words.When(day, said) for day, said in plan.spoken]
    dots = _dots(reviewed, known)
    picture = on_page(ran, Shown(asked.without, tuple(Mark(day, said) for day, said in plan.marks), dots))
    missing: tuple[Unassessable, ...] = (*(() if known is None else known.missing), *ran.people.unassessable)
    return {
        "made": picture, "lead": words.headline(ran, spoken), "hypothesis": HYPOTHESIS, "fading": words.fading(ran, plan.until_h),
        "width": words.width(ran, spoken[-1]), "parts": words.parts(ran, days), "parts_on": days, "own": "" if known is None else words.entries(ran, dots, known.today), "founded": words.founded(ran),
        "rows": words.rows(dict(ran.people.founded)), "missing": tuple(dict.fromkeys(missing)), "reading": plan.reading,
        "running": () if known is None else in_words([replace(o, start_h=0.0, count=1) for o in known.running]),
        "command": command_of(asked, plan.end, PEOPLE), "people": PEOPLE,
    }  # fmt: skip


def _plan(asked: Wanted) -> Plan:
    from algesia.mechanism.words import orders_from_words
    from algesia.web.model_words import span

    said = orders_from_words(words_of(asked))
    changed = round(asked["weeks"] * 7)
    opioid = [order for order in said.orders if order.drug != "ketamine"]
    until = max(_end(order) for order in opioid)
    last = max(said.hours, until) / DAY_H
    end = round(last) + (0 if asked.then in ("stay", "rotate") else LAST_DAYS)
    spoken = [(28, "after 4 weeks")] if changed > 28 else []
    marks: list[tuple[int, str]] = []
    if asked.then == "stay":
        spoken.append((end - 1, f"after {span(end)}"))
        until = 0.0
    else:
        marks.append((changed, THEN[asked.then].lower()))
        spoken += [(changed - 1, f"after {span(changed)}"), (end - 1, f"{span(end - changed)} later")]
    if asked["ketamine"]:
        marks.append((round(asked["ketamine_day"]), "ketamine"))
    turned = 0 if asked.then == "stay" else changed
    return Plan(said.orders, said.reading, end, tuple(spoken), tuple(marks), _until(asked, until), turned)


def _plan_of(asked: Wanted, known: Told) -> Plan:
    from algesia.mechanism.words_told import words_of as in_words
    from algesia.web.model_words import span

    orders = way_on(known, asked)
    today = known.today + 1
    until = max(_end(order) for order in orders if order.drug != "ketamine")
    last = max(today, max(_end(order) for order in orders) / DAY_H)
    end = round(last) + (0 if asked.then in ("stay", "rotate") else LAST_DAYS)
    if asked.then in ("stay", "rotate") and end < today + LAST_DAYS:
        end = today + LAST_DAYS
    spoken = ((today - 1, "today"), (end - 1, f"in {span(end - today)}"))
    marks = [(today, "today")]
    if asked["ketamine"]:
        marks.append((today + round(asked["ketamine_day"]), "ketamine"))
    turned = 0 if asked.then == "stay" else today
    return Plan(orders, in_words(orders), end, spoken, tuple(marks), _until(asked, until), turned)


def _group(asked: Wanted, reviewed: Reviewed | None) -> Group:
    from algesia.mechanism.simulation import Group

    age = None if reviewed is None else age_of(reviewed.review)
    weight, egfr = asked.numbers["weight"], asked.numbers["egfr"]
    return Group(people=PEOPLE, weight_kg=weight, egfr=egfr, age=age, chronic_pain=asked.chronic)


def _until(asked: Wanted, until_h: float) -> float:
    """The hour of the last dose; 0 where doses go on to the end."""
    return until_h if asked.then in ("taper", "stop") else 0.0


def _end(order: Order) -> float:
    from algesia.mechanism.words_told import ends

    return max(ends(order), order.start_h)


def _dots(reviewed: Reviewed | None, known: Told | None) -> tuple[tuple[float, float], ...]:
    """The person's own pain entries as (day, score), days counted from the first that is simulated."""
    if reviewed is None or known is None:
        return ()
    points = picture_of(reviewed.review).pain.points
    return tuple((one.at - known.epoch, one.score) for one in points if one.at >= known.epoch)


def _who(visit: Visit) -> str:
    """Who asks, for the runner: an account at an address."""
    client = visit.request.client
    return f"{visit.who.id} {client.host if client else ''}"


def _sent(request: Request) -> Mapping[str, str]:
    return {name: value[:200] for name, value in request.query_params.items()}
