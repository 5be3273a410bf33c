"""Settings: whose emergency numbers, the clinic, a reminder, and what is known of the person. Everything may stay empty."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Entry
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins, to_builtins
from algesia.report.days import number
from algesia.report.plan_calendar import day_words
from algesia.report.statements import Place
from algesia.web.errors import Refusal
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]
Id = Annotated[str, Form(min_length=8, max_length=40)]
Part = Literal["numbers", "clinic", "reminder", "time-zone", "about"]
Rate = Literal["none", "daily", "every-2-days", "weekly"]

POUND: Final = 0.45359237
"""kg in a pound: the avoirdupois pound of UCUM, as the FHIR reader has it."""
PLACES: Final = {"us": "United States: 911 and 988", "eu": "Europe: 112"}
RATES: Final = {
    "none": "No reminder",
    "daily": "Every day",
    "every-2-days": "Every 2 days",
    "weekly": "Once a week",
}
RULES: Final = {"daily": "FREQ=DAILY", "every-2-days": "FREQ=DAILY;INTERVAL=2", "weekly": "FREQ=WEEKLY"}
SEXES: Final = {"": "Leave empty", "female": "Female", "male": "Male", "other": "Other"}
TITLES: Final[dict[Part, str]] = {
    "numbers": "Emergency numbers", "clinic": "Your clinic", "reminder": "Reminder", "time-zone": "Time zone",
    "about": "About you",
}  # fmt: skip


@router.get("/settings", response_class=HTMLResponse)
def settings(visit: Reading, saved: str = "") -> Response:
    """Every setting with what it is now."""
    batch = saved if saved.isalnum() and _holds(visit, saved) else ""
    return page(visit, "wishes.html.j2", tab="more", rows=_rows(visit), batch=batch)


@router.get("/settings/reminder.ics")
def reminder_file(visit: Reading) -> Response:
    """The reminder as a file for the calendar of the phone."""
    wishes = visit.wishes
    rate = str(wishes.get("reminder", "none"))
    if rate not in RULES:
        raise Refusal(404, "No reminder", "No reminder is chosen. Choose one under Settings first.")
    made = reminder_ics(rate, str(wishes.get("reminder_time", "20:00")), visit.today, visit.stamp)
    headers = {"Content-Disposition": 'attachment; filename="reminder.ics"'}
    return Response(made, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/settings/{part}", response_class=HTMLResponse)
def one(visit: Reading, part: Part) -> Response:
    """One setting."""
    return _form(visit, part)


@router.post("/settings/numbers")
def save_numbers(visit: Writing, id: Id, place: Annotated[Place, Form()]) -> Response:
    """Whose emergency numbers are shown."""
    return _wish(visit, id, {"place": place})


@router.post("/settings/clinic")
def save_clinic(
    visit: Writing,
    id: Id,
    clinician: Annotated[str, Form(max_length=60)] = "",
    phone: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Whom to call."""
    return _wish(visit, id, {"clinician": clinician.strip(), "phone": phone.strip()})


@router.post("/settings/reminder")
def save_reminder(
    visit: Writing,
    id: Id,
    reminder: Annotated[Rate, Form()],
    reminder_time: Annotated[str, Form(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "20:00",
) -> Response:
    """How often to be reminded, and when."""
    return _wish(visit, id, {"reminder": reminder, "reminder_time": reminder_time})


@router.post("/settings/time-zone")
def save_zone(visit: Writing, id: Id, time_zone: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Which clock the diary goes by."""
    return _about(visit, id, "time-zone", {"time_zone": time_zone.strip().replace(" ", "_") or None})


@router.post("/settings/about")
def save_about(
    visit: Writing,
    id: Id,
    birth_date: Annotated[str, Form(max_length=10)] = "",
    sex: Annotated[Literal["", "female", "male", "other"], Form()] = "",
    weight: Annotated[str, Form(max_length=8)] = "",
    unit: Annotated[Literal["kg", "lb"], Form()] = "kg",
) -> Response:
    """Birth date, sex, weight."""
    kilograms = _kilograms(weight, unit)
    if kilograms is not None and kilograms <= 0:
        return _form(
            visit, "about", 422, "The weight is no number. Write it like 68 or 68.5, or leave it empty."
        )
    if birth_date.strip() > date.fromordinal(visit.today).isoformat():
        return _form(
            visit, "about", 422, "This birth date is still to come, or cannot be read. Pick it again."
        )
    changed = {"birth_date": birth_date.strip() or None, "sex": sex or None, "weight_kg": kilograms}
    return _about(visit, id, "about", changed)


def reminder_ics(rate: str, time: str, today: int, stamp: str) -> bytes:
    """A repeated event with an alarm, on the clock of whoever imports it. It says nothing about health."""
    day = date.fromordinal(today).strftime("%Y%m%d")
    made = stamp[:19].replace("-", "").replace(":", "") + "Z"
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//algesia//reminder//EN", "BEGIN:VEVENT",
        "UID:diary-reminder@algesia", f"DTSTAMP:{made}", f"DTSTART:{day}T{time.replace(':', '')}00", "DURATION:PT5M",
        f"RRULE:{RULES[rate]}", "SUMMARY:Diary", "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "BEGIN:VALARM",
        "ACTION:DISPLAY", "DESCRIPTION:Diary", "TRIGGER:PT0M", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines).encode()


def _wish(visit: Visit, id: str, changed: dict[str, Any]) -> Response:
    """Change settings. Nothing is written when nothing changes."""
    people = visit.state.store.people
    known = people.fact(visit.person.id, id)
    kept = people.current(visit.person.id, "settings")
    if known is None:
        body = {**({"place": visit.place} | visit.wishes), **changed}
        visit.write([Entry(id, "settings", body, kept[-1].id if kept else None)])
    return RedirectResponse(f"/settings?saved={id}", 303)


def _about(visit: Visit, id: str, part: Part, changed: dict[str, Any]) -> Response:
    """Change what is known of the person, where the record still reads with it."""
    people = visit.state.store.people
    if people.fact(visit.person.id, id) is not None:
        return RedirectResponse(f"/settings?saved={id}", 303)
    body = {key: value for key, value in {**visit.about, **changed}.items() if value is not None}
    try:
        from_builtins({**to_builtins(visit.reviewed().record), "person": body})
    except InputRefused as refused:
        return _form(visit, part, 422, _plainly(part, str(refused)))
    kept = people.current(visit.person.id, "person")
    entries = [Entry(id, "person", body, kept[-1].id if kept else None)]
    entries += [Entry(f"{id}-{n}", "person", None, old.id) for n, old in enumerate(kept[:-1])]
    visit.write(entries, id)
    return RedirectResponse(f"/settings?saved={id}", 303)


def _plainly(part: Part, refused: str) -> str:
    """What the record's reader refused, without its names of fields."""
    if part == "time-zone":
        return (
            "This time zone is not known. Write it like America/New_York or Europe/Paris, or leave it empty."
        )
    if "before the birth date" in refused:
        return "One of your entries is before the birth date. Check the day that you picked."
    return "This birth date cannot be read. Pick it, or write it as year-month-day, such as 1964-02-28."


def _form(visit: Visit, part: Part, status: int = 200, problem: str = "") -> Response:
    wishes, about = visit.wishes, visit.about
    return page(
        visit, "wishes_part.html.j2", status, tab="more", part=part, title=TITLES[part], id=new_id(), problem=problem,
        wishes=wishes, about=about, place=visit.place, places=PLACES, rates=RATES, sexes=SEXES,
        zones=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        if part == "time-zone" else (),
        weight="" if "weight_kg" not in about else number(float(about["weight_kg"])),
    )  # fmt: skip


def _rows(visit: Visit) -> tuple[tuple[str, str, str], ...]:
    """Name, value, address of each setting."""
    wishes, about = visit.wishes, visit.about
    rate = str(wishes.get("reminder", "none"))
    clinic = ", ".join(part for part in (wishes.get("clinician"), wishes.get("phone")) if part)
    born = str(about.get("birth_date", ""))
    said = [
        f"born {day_words(date.fromisoformat(born).toordinal())}" if born else "",
        str(about.get("sex", "")),
        f"{number(float(about['weight_kg']))} kg" if "weight_kg" in about else "",
    ]
    values: dict[Part, str] = {
        "numbers": PLACES[visit.place],
        "clinic": clinic or "empty",
        "reminder": RATES[rate] + (f", {wishes.get('reminder_time', '20:00')}" if rate != "none" else ""),
        "time-zone": str(about.get("time_zone", "that of this device")).replace("_", " "),
        "about": ", ".join(part for part in said if part) or "empty",
    }
    return tuple((title, values[part], f"/settings/{part}") for part, title in TITLES.items())


def _kilograms(weight: str, unit: str) -> float | None:
    """A weight in kg; ``None`` when empty, 0 when it is no number."""
    text = weight.strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return round(value * (POUND if unit == "lb" else 1.0), 1) if 0 < value < 1500 else 0.0


def _holds(visit: Visit, batch: str) -> bool:
    people = visit.state.store.people
    return any(
        fact.batch == batch
        for name in ("settings", "person")
        for fact in people.current(visit.person.id, name)
    )
