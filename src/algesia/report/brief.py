"""Page one of the paper: what stands out, where things stand, what is asked, what is not known, what is at risk."""

from __future__ import annotations

import re
from typing import Final

from algesia.assessment.model import Ask, Assessment
from algesia.report.days import Calendar, amount, number, score, sentence
from algesia.report.facts import DANGER, drug_and_route
from algesia.report.layout import Brief, Cell, Facts, Points, Step, Steps
from algesia.report.statements import LEVEL_WORDS, stands_out, support_word

MOST: Final = 4
"""Opioids named on page one before it says how many more there are."""

MOST_NAMED: Final = 5
"""Explanations with a line of their own."""

AREAS: Final = 74
"""Areas of the body figure."""


def brief(a: Assessment, cal: Calendar) -> Brief:
    """Page one, from the assessment."""
    asks = a.ask_next[:3]
    return Brief(
        stands_out=_stands_out(a),
        now=_now(a, cal),
        asks=Steps("asks", {0: "Asked of you", 1: "One thing asked of you", 2: "Two things asked of you"}.get(
            len(asks), "Three things asked of you"), "", tuple(Step(q.question, "", how(q)) for q in asks)),
        not_known=Points("brief-unknown", "Not known", "", _not_known(a)),
        at_risk=Points("risk", "At risk now", "", tuple(
            Cell(" ".join(sentence(part) for part in (f"{LEVEL_WORDS[i.level]}: {i.title}", *i.because)))
            for i in a.interlocks) or (Cell("No interlock is raised by what is on record."),)),
        absent=Points("absent", "Asked, and absent", "", _absent(a, cal)),
    )  # fmt: skip


def how(ask: Ask) -> str:
    """How a thing is asked or observed, without the id of its instrument."""
    return re.sub(r"\s*\(instrument [^)]*\)", "", ask.how)


def _stands_out(a: Assessment) -> Facts:
    """A line each for what leads and what is possible; the others by name in one sentence for each word."""
    d = a.differential
    ranked = stands_out(d)
    named = [h for h in ranked if h.id in d.leading or h.support in ("strong", "possible")][:MOST_NAMED]
    rows = [(h.name, Cell(support_word(h.support), strong=h.id in d.leading)) for h in named]
    said = [d.withheld or ("" if d.leading else d.verdict)]
    for support in ("strong", "possible", "weak", "none", "against"):
        names = [h.name for h in ranked if h.support == support and h not in named]
        if names:
            said.append(f"{support_word(support)}: {', '.join(n[:1].lower() + n[1:] for n in names)}.")
    said.append("Reasons on page 2.")
    return Facts("stands-out", "What stands out", " ".join(s for s in said if s), tuple(rows))


def _now(a: Assessment, cal: Calendar) -> Facts:
    rows: list[tuple[str, Cell]] = []
    running = [
        i for i in a.exposure.items if i.covers(a.as_of) and i.status in ("converted", "unconverted", "apart")
    ]
    for item in running[:MOST]:
        daily = "amount not known" if item.daily is None else f"{amount(item.daily)} mg a day"
        rows.append((drug_and_route(item)[:1].upper() + drug_and_route(item)[1:], Cell(daily)))
    if len(running) > MOST:
        rows.append((f"and {len(running) - MOST} more opioids", Cell("see the HTML review", quiet=True)))
    counted = any(item.status == "converted" for item in running)
    if not running:
        rows.append(("Opioids", Cell("none running on record")))
    elif not counted and not a.now.complete:
        rows.append(("Sum in MME", Cell("not known")))
    elif not counted:
        rows.append(("Sum in MME", Cell("none, reported apart")))
    else:
        least = "" if a.now.complete else "at least "
        rows.append(("Sum", Cell(f"{least}{amount(a.now.mme)} MME a day", strong=True)))
    if a.now.pain is None:
        rows.append(("Pain", Cell("not known")))
    else:
        n = a.now.pain.n
        rows.append(
            (
                f"Pain, mean of {n} {'rating' if n == 1 else 'ratings'}",
                Cell(score(a.now.pain.mean), strong=True),
            )
        )
    if a.now.function is not None:
        name, value, day = a.now.function
        rows.append((f"{name.upper()}, {cal.short(day)}", Cell(number(value))))
    if a.spread is not None:
        rows.append(
            (
                "Areas that hurt",
                Cell(
                    f"{a.spread.areas_last} of {AREAS} ({a.spread.areas_first} on {cal.short(a.spread.first_day)})"
                ),
            )
        )
    return Facts("now", "Now", "", tuple(rows))  # fmt: skip


def _not_known(a: Assessment) -> tuple[Cell, ...]:
    cells = [Cell(sentence(f"{u.what}: {u.because}")) for u in a.unassessable]
    cells += [Cell(q.ask) for q in a.queries]
    cells += [Cell(note) for note in a.notes]
    return tuple(cells) or (Cell("Nothing in the record was in question."),)


def _absent(a: Assessment, cal: Calendar) -> tuple[Cell, ...]:
    absent = [s for s in a.signs if s.status == "absent" and s.sign in DANGER and s.last_asked is not None]
    found = ", ".join(f"{s.clinical} ({cal.short(s.last_asked)})" for s in absent if s.last_asked is not None)
    never = [s.clinical for s in a.signs if s.status == "not-examined" and s.sign in DANGER]
    cells = (
        [Cell(found + ".")] if found else [Cell("None of the signs of an emergency was asked and absent.")]
    )
    if never:
        cells.append(Cell("Not examined: " + ", ".join(never) + "."))
    return tuple(cells)
