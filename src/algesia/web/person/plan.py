"""The plan as the person sees it: only what a clinician released, only the step that runs, never a dose beyond it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.plan.model import Step, TaperPlan
from algesia.report.days import capital
from algesia.report.pdf import Paper
from algesia.report.plan_calendar import clinic_day, day_words
from algesia.report.plan_drawn import UNITS, amount_text, how_taken, product_keys, product_words
from algesia.report.plan_ics import taper_ics
from algesia.report.plan_wall import wall_page, wall_pdf
from algesia.report.release import withheld
from algesia.report.statements import Place, emergency_line
from algesia.web.errors import Refusal
from algesia.web.person.plan_reasons import plain_reasons
from algesia.web.person.plan_today import DoseWords, note_of, of_step
from algesia.web.person.released import Standing, next_review, standing
from algesia.web.render import page
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Sheet = Literal["a4", "letter"]

PAPER: Final[dict[str, Paper]] = {"a4": "a4", "letter": "us-letter"}
CHECKED: Final = {
    "peg": "your pain, and what it keeps you from", "cows": "withdrawal signs", "pain": "your pain",
    "mood": "your mood", "craving": "a wish for more of the medicine",
}  # fmt: skip
"""What is looked at in a review, in the person's words. What the clinician looks up alone is not listed."""
ON_PAPER: Final = (
    ("Tick when taken. ", ""), ("Tick when changed.", ""), ("Keep this page and the naloxone.", "Keep the naloxone."),
)  # fmt: skip
NO_CALENDAR: Final = "The wall calendar comes when naloxone is at hand. Ask your clinician for it."
UNNAMED: Final = "your clinician"


@dataclass(frozen=True, slots=True)
class Later:
    """A step that has not begun: its number, and the day of the review it waits for."""

    number: int
    day: str
    review: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """One page. `doses` is empty where no dose may be shown; `calendar` says whether it may be printed.

    `expected`: what was written down belongs to a step. `quiet`: nothing was written down since it began.
    """

    state: str
    heading: str
    lead: str
    who: str
    phone: str
    reasons: tuple[str, ...] = ()
    doses: tuple[DoseWords, ...] = ()
    total: str = ""
    note: str = ""
    how: tuple[str, ...] = ()
    review: str = ""
    talk: str = ""
    checks: tuple[str, ...] = ()
    later: tuple[Later, ...] = ()
    expected: bool = False
    quiet: bool = False
    calendar: bool = False
    no_calendar: str = ""


@router.get("/plan", response_class=HTMLResponse)
def plan(visit: Reading) -> Response:
    """The released plan, as it stands today."""
    found = standing(visit)
    if (found is not None and found.state == "emergency") or (found is None and _emergency(visit)):
        return RedirectResponse("/help", 303)
    return page(
        visit,
        "plan_page.html.j2",
        tab="plan",
        plan=None if found is None else view(found, visit.today, visit.place),
        always=always(visit.place),
    )


@router.get("/plan/hard-week", response_class=HTMLResponse)
def hard_week(visit: Reading) -> Response:
    """What helps in a hard week, without any dose, and whom to call."""
    from algesia.knowledge.learn import learn_pages

    found = standing(visit)
    wishes = visit.wishes
    own = next(one for one in learn_pages() if one.id == "hard-weeks")
    return page(
        visit,
        "plan_hard_week.html.j2",
        tab="plan",
        learn=own,
        who=found.by if found is not None else wishes.get("clinician") or UNNAMED,
        phone=found.phone if found is not None else wishes.get("phone", ""),
        always=always(visit.place),
    )


@router.get("/plan/calendar.pdf")
def calendar(visit: Reading, size: Sheet = "a4") -> Response:
    """The wall calendar of the step that holds, up to its next review."""
    found, own = _printable(visit)
    sheet = wall_page(own, found.release, visit.today, visit.place)
    if sheet is None:
        raise Refusal(
            409,
            "The plan has ended",
            "There is no next page. Call your clinician before you change anything.",
        )
    return _file(wall_pdf([sheet], own, found.release, PAPER[size]), "application/pdf", "wall-calendar.pdf")


@router.get("/plan/calendar.ics")
def ics(visit: Reading) -> Response:
    """The same days for the calendar of a phone."""
    found, own = _printable(visit)
    sheet = wall_page(own, found.release, visit.today, visit.place)
    if sheet is None:
        raise Refusal(
            409,
            "The plan has ended",
            "There is no next page. Call your clinician before you change anything.",
        )
    step = next(one for one in own.steps if one.number == sheet.step)
    gates = tuple(day for day in step.reviews if sheet.first <= day <= sheet.last) or (sheet.last,)
    shown = replace(own, steps=(replace(step, start=sheet.first, end=sheet.last + 1, reviews=gates),))
    text = taper_ics(shown, found.release, "all")
    return _file(text.encode(), "text/calendar; charset=utf-8", "plan.ics")


def view(found: Standing, today: int, place: Place) -> PlanView:
    """What the page says of a standing."""
    who, phone = found.by, found.phone
    if found.state == "withdrawn":
        lead = f"{who} took it back on {_day(found.at, today)}. Ask what holds now. Until then, do not stop your medicine suddenly."
        return PlanView("withdrawn", "Your plan was withdrawn.", lead, who, phone)
    if found.plan is None or found.found is None or found.step is None:
        lead = f"{who} released a plan on {_day(found.at, today)}, but it cannot be read here. Ask for it again. Until then, change nothing."
        return PlanView("unreadable", "Your plan cannot be shown.", lead, who, phone)
    own, step = found.plan, found.step
    reasons = plain_reasons(found.found, found.review, place)
    heading, lead = _words(found, step, today)
    told = PlanView(
        found.state, heading, lead, who, phone,
        reasons=() if found.state in ("runs", "before") else reasons, quiet=found.state == "runs" and bool(reasons),
        expected=bool(found.found.expected), note=note_of(found),
    )  # fmt: skip
    if found.state in ("urgent", "over", "hold"):
        return told
    review = next_review(own, max(today, step.start))
    if review is not None:
        told = replace(
            told, review=_day(review, today), talk=_talk(review, step, today), later=_later(own, today),
            checks=_checks(step),
        )  # fmt: skip
    if found.shows_dose:
        told = replace(
            told, doses=of_step(step, today, ""), total=f"{amount_text(step.daily)} {UNITS[step.unit]}",
            how=_how(own, step, place),
        )  # fmt: skip
    if found.state not in ("runs", "before"):
        return told
    why = withheld(own, found.release)
    return replace(told, calendar=not why, no_calendar=NO_CALENDAR if why else "")


def always(place: Place) -> tuple[str, ...]:
    """What stands on every page of a plan."""
    return (
        "Do not stop suddenly.",
        "Do not go back to an old, higher dose. Your body may no longer stand it.",
        "Keep naloxone at home, and show others where it is.",
        emergency_line(place),
    )


def _words(found: Standing, step: Step, today: int) -> tuple[str, str]:
    """Heading and lead."""
    who = found.by
    day = today - step.start + 1
    where = f"Step {step.number}, day {day} of {step.days}."
    match found.state:
        case "urgent":
            return (
                f"Call {who} today.",
                "The plan stops here. That does not mean that you stop your medicine. Take no further step down.",
            )
        case "hold":
            return (
                f"Call {who} before the next step.",
                "Keep the dose that you take now. Change nothing before you have talked.",
            )
        case "call":
            held = (
                f"{where} Keep this dose until you have talked."
                if found.shows_dose
                else "Keep your dose as it is until you have talked."
            )
            return f"Call {who} before the next step.", held
        case "before":
            return (
                f"Your plan begins on {_day(step.start, today)}.",
                f"{capital(product_words(step))}. Keep your dose as it is until then.",
            )
        case "over":
            return (
                f"The last step of your plan ended on {_day(step.end - 1, today)}.",
                f"Change nothing. Call {who} and ask what comes next.",
            )
        case _:
            often = "Every day the same." if step.every_days == 1 else ""
            return where, " ".join(part for part in (often, note_of(found)) if part)


def _checks(step: Step) -> tuple[str, ...]:
    """What the review looks at; pain once, though two instruments ask for it."""
    return tuple(
        CHECKED[name]
        for name in step.check
        if name in CHECKED and not (name == "pain" and "peg" in step.check)
    )


def _how(own: TaperPlan, step: Step, place: Place) -> tuple[str, ...]:
    """How it is taken, without what only a sheet of paper needs."""
    lines = how_taken(own, step, product_keys(step), place)
    for paper, screen in ON_PAPER:
        lines = tuple(line.replace(paper, screen) for line in lines)
    return lines


def _talk(review: int, step: Step, today: int) -> str:
    """The day to call, in time for new tablets; empty once it has gone by."""
    call = clinic_day(review, step.start)
    return _day(call, today) if today <= call < review else ""


def _later(own: TaperPlan, today: int) -> tuple[Later, ...]:
    rows = []
    for step in own.steps:
        if step.start > today and step is not own.steps[0]:
            before = max(one.reviews[-1] for one in own.steps if one.number < step.number)
            rows.append(Later(step.number, _day(step.start, today), _day(before, today)))
    return tuple(rows)


def _day(day: int, today: int) -> str:
    words = day_words(day, year=date.fromordinal(day).year != date.fromordinal(today).year)
    return words.replace(" ", "\N{NO-BREAK SPACE}", 1)


def _emergency(visit: Visit) -> bool:
    return bool(visit.reviewed().review.emergency)


def _printable(visit: Visit) -> tuple[Standing, TaperPlan]:
    """The released plan, where its calendar may be made."""
    found = standing(visit)
    if found is None or found.plan is None:
        raise Refusal(404, "No plan", "No plan has been released to you. Plans are made with your clinician.")
    if found.state not in ("runs", "before"):
        raise Refusal(409, "Call first", f"Call {found.by} before you print the next page.")
    if withheld(found.plan, found.release):
        raise Refusal(409, "No calendar yet", NO_CALENDAR)
    return found, found.plan


def _file(data: bytes, kind: str, name: str) -> Response:
    shown = "inline" if kind == "application/pdf" else "attachment"
    return Response(data, media_type=kind, headers={"Content-Disposition": f'{shown}; filename="{name}"'})
