"""The taper on paper: the same amounts as the plan, on the days of the plan, and only when released."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from algesia.assessment.model import Interlock
from algesia.plan.model import DoseTime, Step, TaperPlan, TaperRequest
from algesia.quantities.refusal import InputRefused, Unassessable, WrongCall
from algesia.report.pdf import Paper
from algesia.report.plan_calendar import CalendarPage, calendar_pages, taken_on
from algesia.report.plan_drawn import clock, headline, time_of_day
from algesia.report.plan_pdf import taper_pdf
from algesia.report.release import Release, released, withheld
from tests.report import plan_samples as samples
from tests.report import sample
from tests.report.plan_samples import DOCTOR, ER, MONDAY, PLANS, dose, piece, step

POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
SIZES: tuple[Paper, ...] = ("a4", "us-letter")
STACKED = ("extended", "long", "liquid", "patch", "last-steps")
"""The plans whose days have every tablet drawn."""
LONGEST = Release("Dr " + "W" * 57, "5" * 40, "M" * 60)


@cache
def made(name: str, size: Paper = "a4", all_pages: bool = True) -> bytes:
    """A released sample as PDF."""
    return taper_pdf(sample.rich(), PLANS[name](), DOCTOR, size=size, pages="all" if all_pages else "next")


def sheets(pdf: bytes) -> int:
    """How many pages there are."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def poppler(pdf: bytes, folder: Path, *options: str) -> str:
    """What pdftotext reads."""
    file = folder / "plan.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """The words of each page on one line."""
    return [" ".join(page.split()) for page in poppler(pdf, folder).split("\f")[:-1]]


class Word(NamedTuple):
    """A word where it stands, in pt."""

    left: float
    top: float
    text: str


def words_of(pdf: bytes, folder: Path) -> list[tuple[float, list[Word]]]:
    """The width of each page and its words."""
    out = []
    for page in poppler(pdf, folder, "-bbox").split("<page ")[1:]:
        width = re.match(r'width="([\d.]+)"', page)
        found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)</word>', page)
        assert width is not None
        out.append((float(width[1]), [Word(float(x), float(y), text) for x, y, text in found]))
    return out


def written(one: Step, day: int) -> Counter[str]:
    """The words that the plan itself asks for on a day: the amounts, times of day, or that there is none."""
    patch = one.unit == "ug/h"
    if not taken_on(one, day):
        return Counter(("same patch" if patch else "no dose").split())
    out: Counter[str] = Counter()
    for at in one.doses:
        out.update(["New", "patch"] if patch else [at.name.capitalize()])
        for part in at.pieces:
            if part.liquid:
                out.update([f"{part.count:g}", "mL"])
                continue
            out[f"{part.strength:g}"] += int(part.count)
            if part.count != int(part.count):
                assert part.count - int(part.count) == 0.5
                out.update(["half", f"{part.strength:g}"])
    return out


@POPPLER
@pytest.mark.parametrize("name", STACKED)
@pytest.mark.parametrize("size", SIZES)
def test_every_day_of_every_page_shows_what_the_plan_says(name: str, size: Paper, tmp_path: Path) -> None:
    plan = PLANS[name]()
    steps = {one.number: one for one in plan.steps}
    pages = calendar_pages(plan, DOCTOR, pages="all")
    drawn = words_of(made(name, size), tmp_path)[-len(pages) :]
    margin = 11 / 25.4 * 72
    for page, (width, words) in zip(pages, drawn, strict=True):
        top = next(word.top for word in words if word.text == "Mon") + 5
        end = next(word.top for word in words if word.text == "first" and word.top > top)
        for column in range(7):
            left = margin + column * (width - 2 * margin) / 7
            here = [
                w for w in words if 0 <= w.left - left < (width - 2 * margin) / 7 and top < w.top < end - 3
            ]
            found = [w.text for w in sorted(here, key=lambda w: w.top) if w.text != "clinic"]
            for week in page.weeks:
                day = week[column]
                if day is None:
                    continue
                expected = written(steps[page.step], day.day) + Counter([day.text, *day.month.split()])
                count = expected.total()
                assert Counter(found[:count]) == expected, (page.span, day)
                del found[:count]
            assert found == []


def amount(page: CalendarPage, at: int) -> float:
    """What the marks of one time of day add up to, in pieces times strength or mL."""
    parts = {"": 1.0, "half": 0.5}
    return sum(float(m.label.removesuffix(" mL")) * m.times * parts[m.part] for m in page.doses[at].marks)


@pytest.mark.parametrize("name", PLANS)
def test_pages_hold_every_day_once_with_the_amounts_of_the_plan(name: str) -> None:
    plan = PLANS[name]()
    seen = {}
    for page in calendar_pages(plan, DOCTOR, pages="all"):
        days = [day for week in page.weeks for day in week if day is not None]
        assert [day.day for day in days] == list(range(page.first, page.last + 1))
        assert 1 <= len(days) <= 31
        (call,) = (day.day for day in days if day.gate)
        assert page.first <= call <= page.last
        assert call == page.first or (page.last - call >= 3 and date.fromordinal(call).weekday() < 5)
        for week in page.weeks:
            assert [None if d is None else (d.day - MONDAY) % 7 for d in week] == [
                None if d is None else i for i, d in enumerate(week)
            ]
        for day in days:
            taken = [amount(page, i) for i in range(len(page.doses))] if day.taken else []
            seen[(page.step, day.day)] = taken
    expected = {
        (one.number, day): [
            sum(p.count if p.liquid else p.amount for p in at.pieces) for at in one.doses
        ] if taken_on(one, day) else []
        for one in plan.steps for day in range(one.start, one.end)
    }  # fmt: skip
    assert seen == expected


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("size", SIZES)
def test_each_calendar_page_is_one_page_and_the_file_is_tagged(name: str, size: Paper) -> None:
    pdf = made(name, size)
    every = len(calendar_pages(PLANS[name](), DOCTOR, pages="all"))
    assert sheets(pdf) - sheets(made(name, size, all_pages=False)) == every - 1
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf


@POPPLER
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("size", SIZES)
def test_the_longest_names_fit_one_page(name: str, size: Paper, tmp_path: Path) -> None:
    texts = pages_of(taper_pdf(sample.rich(), PLANS[name](), LONGEST, "eu", size, "all"), tmp_path)
    pages = calendar_pages(PLANS[name](), LONGEST, "eu", "all")
    own = [text for text in texts if "For the clinician" not in text]
    assert len(own) == len(pages)
    for page, text in zip(pages, own, strict=True):
        for part in (page.span, page.headline, page.review_title, page.only_after, *page.how):
            assert " ".join(part.split()) in text
        assert "Do not stop suddenly" in text
        assert "Danger: call 112, use naloxone" in text
        assert "112 or the local crisis line" in text
        assert "Naloxone is kept:" in text


@pytest.mark.parametrize("name", ["extended", "crowded"])
def test_equal_plans_give_equal_bytes(name: str) -> None:
    assert taper_pdf(sample.rich(), PLANS[name](), DOCTOR, pages="all") == made(name)


@POPPLER
def test_the_calendar_ends_at_the_first_gate_unless_all_is_asked_for(tmp_path: Path) -> None:
    plan = PLANS["long"]()
    (page,) = calendar_pages(plan, DOCTOR)
    assert (page.first, page.last) == (MONDAY + 2, MONDAY + 32)
    assert page.review_title == "Tuesday 5 January: talk to the clinic"
    later = replace(plan, as_of=MONDAY + 40)
    assert [(p.first, p.last) for p in calendar_pages(later, DOCTOR)] == [(MONDAY + 33, MONDAY + 57)]
    assert calendar_pages(replace(plan, as_of=MONDAY + 90), DOCTOR) == ()
    every = [text for text in pages_of(made("long"), tmp_path) if "For the clinician" not in text]
    assert ["Only after your review on 8 January 2027." in text for text in every] == [False, True]
    assert "Only after" not in pages_of(made("long", all_pages=False), tmp_path)[-1]


@POPPLER
def test_the_page_for_the_wall_says_what_the_person_must_know(tmp_path: Path) -> None:
    text = pages_of(made("extended", all_pages=False), tmp_path)[-1]
    for part in (
        "Maria Ellison · oxycodone, slow release", "Step 1 · 7 December 2026 to 3 January 2027",
        "Every day the same: morning 40 and 10, night 40.", "Swallow whole.", "The first week can be hard",
        "call Dr Okafor, 555 0142", "Thursday 31 December: talk to the clinic",
        "Before that call, nothing changes. New tablets come only after it.",
        "Do not go back to an old, higher dose by yourself.", "Danger: call 911, use naloxone",
        "Thoughts of ending your life: 988", "Plan of 9 November 2026, released by Dr Okafor.",
        "Not valid after 3 January 2027.",
    ):  # fmt: skip
        assert part in text, part


def test_headlines() -> None:
    assert [headline(p().steps[0]).replace("\u00a0", " ") for p in PLANS.values()][:5] == [
        "Every day the same: morning 40 and 10, night 40.",
        "Every day the same: morning 20, night two 20.",
        "Every day the same: morning, noon and evening each 4.5 mL, night 4.25 mL.",
        "New patches every 3 days: 25 and 12 mcg/h.",
        "Every day the same: morning half a 5, night 5.",
    ]
    other, none = samples.last_steps().steps[1:]
    assert headline(other).replace("\u00a0", " ") == "Every other day: night 5. No dose on the days between."
    assert headline(none) == "No dose of oxycodone any more."


def test_two_products_of_one_strength_do_not_look_alike() -> None:
    both = DoseTime("08:00", "morning", (piece(ER, 10), piece("oxycodone-ir-tablet", 10)))
    one = step(1, MONDAY, 28, 30, 20, both)
    assert [(m.key, m.label) for m in time_of_day(both, one).marks] == [("A", "10"), ("B", "10")]
    (page,) = calendar_pages(samples.plan(one), DOCTOR)
    assert any(line.startswith("A is OxyContin") and "B is oxycodone IR tablets" in line for line in page.how)


def test_many_pieces_are_counted_and_not_drawn() -> None:
    many = dose("08:00", "morning", piece(ER, 10, 5), piece(ER, 20, 2))
    one = step(1, MONDAY, 28, 100, 90, many)
    shown = time_of_day(many, one)
    assert [(m.label, m.times) for m in shown.marks] == [("10", 5), ("20", 1), ("20", 1)]
    assert shown.words.replace("\u00a0", " ") == "five 10 and two 20"


def test_the_liquid_names_its_bottle_and_the_patch_its_handling() -> None:
    (bottle,) = calendar_pages(PLANS["liquid"](), DOCTOR)
    assert bottle.product == "oxycodone, liquid 1 mg/mL"
    assert "The bottle must say 1 mg/mL." in bottle.how[0]
    patched = calendar_pages(PLANS["patch"](), DOCTOR)[0]
    assert "Take the old patch off first. Never cut" in patched.how[0]
    assert "no heat" in patched.how[0]


def test_other_opioids_are_said_to_stay() -> None:
    assert calendar_pages(PLANS["six-times"](), DOCTOR)[0].how[-1] == "Stays the same: morphine 60 mg a day."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"release": None}, "has not been released by a clinician: for the calendar, release it (--released-by NAME)."),
        ({"at_hand": False}, "Naloxone is not at hand on record: for the calendar, record naloxone"),
        ({"relative": True}, "The record counts days from an event and knows no date"),
        ({"status": "blocked"}, "The plan is blocked"),
    ],
)  # fmt: skip
def test_nothing_is_made_for_the_person_unless_all_is_there(change: dict[str, object], says: str) -> None:
    plan = samples.extended()
    if "status" in change:
        plan = TaperPlan("blocked", plan.as_of, plan.knowledge, TaperRequest())
    if "at_hand" in change and plan.naloxone is not None:
        plan = replace(plan, naloxone=replace(plan.naloxone, at_hand=False))
    release = None if "release" in change else DOCTOR
    assert says in withheld(plan, release, "relative" in change)
    with pytest.raises(WrongCall, match=re.escape(says)):
        released(plan, release, "relative" in change)


@POPPLER
@pytest.mark.parametrize("release", [None, DOCTOR])
def test_the_clinicians_sheet_says_why_there_is_no_calendar(release: Release | None, tmp_path: Path) -> None:
    plan = samples.extended()
    assert plan.naloxone is not None
    text = " ".join(
        pages_of(
            taper_pdf(sample.rich(), replace(plan, naloxone=replace(plan.naloxone, at_hand=False)), release),
            tmp_path,
        )
    )
    assert "(--naloxone-offered)" in text
    assert ("by NAME)" in text) is (release is None)
    assert "Every day the same" not in text
    assert "Tick when taken" not in text
    assert "100 to 90 mg a day" in text


@POPPLER
def test_a_blocked_plan_is_one_page_with_its_reason_and_where_to_go(tmp_path: Path) -> None:
    lock = Interlock(
        "pregnancy", "block", "Pregnancy", ("on record since May",), "refer", ("cdc2022",), "guideline"
    )
    plan = TaperPlan("blocked", sample.AS_OF, "2026.11", TaperRequest(), blocked_by=(lock,))
    (text,) = pages_of(taper_pdf(sample.rich(), plan, DOCTOR), tmp_path)
    for part in ("No taper plan: blocked.", "Pregnancy", "on record since May", "Where to go instead",
                 "Specialist care in pregnancy; never abrupt."):  # fmt: skip
        assert part in text
    assert "Supplies to prescribe" not in text
    danger = replace(plan, blocked_by=(replace(lock, level="emergency", title="Slow breathing"),))
    (text,) = pages_of(taper_pdf(sample.rich(), danger, DOCTOR), tmp_path)
    assert "Emergency. No taper plan." in text
    unknown = replace(
        plan, status="unassessable", blocked_by=(), nearest="Ask for 5 % a step",
        unassessable=(Unassessable("plan", "tramadol: no amount", ("the daily amount of tramadol",)),),
    )  # fmt: skip
    (text,) = pages_of(taper_pdf(sample.rich(), unknown, DOCTOR), tmp_path)
    for part in (
        "something is not known", "Tramadol: no amount.", "the daily amount of tramadol", "Ask for 5 % a step.",
    ):  # fmt: skip
        assert part in text


@POPPLER
def test_a_record_without_dates_counts_days_and_has_no_calendar(tmp_path: Path) -> None:
    base = sample.hospital()
    start = base.record.epoch.day + 21
    one = step(1, start, 28, 100, 90, dose("08:00", "morning", piece(ER, 80), piece(ER, 10)))
    plan = replace(samples.plan(one), as_of=base.as_of)
    text = " ".join(pages_of(taper_pdf(base, plan, DOCTOR, pages="all"), tmp_path))
    assert "day 21 to day 48" in text
    assert "knows no date" in text
    assert "January 2000" not in text
    assert "talk to the clinic" not in text


@POPPLER
def test_text_from_outside_is_text_and_what_the_font_lacks_is_left_to_be_written(tmp_path: Path) -> None:
    sly = Release('#panic("x") *b*', "[555]", "\u5c71\u7530 \u82b1\u5b50")
    text = pages_of(taper_pdf(sample.rich(), PLANS["extended"](), sly), tmp_path)[-1]
    assert '#panic("x") *b*, [555]' in text
    assert "?" not in text.split("Step 1")[0]
    assert text.startswith("________________ · oxycodone")
    empty = pages_of(taper_pdf(sample.rich(), PLANS["extended"](), Release("Dr Okafor")), tmp_path)[-1]
    assert "call Dr Okafor, ________________." in empty


@pytest.mark.parametrize(
    ("by", "phone", "name", "path"),
    [(" ", "", "", "release.by"), ("Dr A", "5" * 41, "", "release.phone"), ("Dr A", "", "n" * 61, "release.name")],
)  # fmt: skip
def test_a_release_is_refused_where_it_has_no_name_or_no_room(
    by: str, phone: str, name: str, path: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        Release(by, phone, name)
    assert refused.value.path == path


def test_clock_in_both_places() -> None:
    assert [clock(t, "us") for t in ("00:00", "00:30", "12:00", "12:15", "23:05")] == [
        "12 midnight", "12:30 am", "12 noon", "12:15 pm", "11:05 pm",
    ]  # fmt: skip
    assert clock("08:00", "eu") == "08:00"
