"""A regimen in words becomes orders, and orders become words that read back the same.

Pieces joined by "then" follow one another; pieces parted by ";" run side by side from hour 0. A piece that names no
drug goes on with the one before it. Nothing is guessed: what is not understood is refused, and what was understood
is said back.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Final

from algesia.exposure.working import number
from algesia.knowledge.loader import Knowledge, load
from algesia.mechanism.model import Order
from algesia.mechanism.patches import worn
from algesia.mechanism.routes import door_of
from algesia.mechanism.words_drug import drug_in, meant, route_of, way_in
from algesia.mechanism.words_parts import (
    DAY,
    EXAMPLE,
    YEAR,
    Much,
    Phrase,
    check_schedule,
    hours,
    how_much,
    how_often,
    normal,
    split_day,
    when,
)
from algesia.mechanism.words_taper import Course, changed, rhythm_of, way_of
from algesia.mechanism.words_told import ends, moment, words_of
from algesia.quantities.refusal import InputRefused

__all__ = ["Said", "ends", "orders_from_words", "words_of"]
LONGEST: Final = 50 * YEAR
MOST_DOSES: Final = 200_000
MOST_LETTERS: Final = 100_000
MOST_IN_A_PIECE: Final = 500
_APART: Final = re.compile(
    r"(?P<line>[;\n])|,?\s*\b(?:and )?then\b|,?\s*\bfollowed by\b|,(?=\s*(?:taper|wean|stop|hold|rotate|switch|increase|titrate|reduce|decrease)\b)",
    re.IGNORECASE,
)
_STOP: Final = r"\b(?:abrupt(?:ly)? )?(?:stop(?:ped|ping)?|off|nothing|no drug|wash ?out|discontinue[d]?|end)(?: abruptly)?\b"
_AGAIN: Final = (
    r"\b(?:hold|held|continued?|resumed?|restart(?:ed)?|unchanged|(?:the )?same(?: dose)?|stay(?: on)?)\b"
)
_NOISE: Final = re.compile(
    r"\b(?:for|of|at|with|to|the|on|in|and|a|an|dose[sd]?|dosing|given|taken|take|tablets?|tabs?|capsules?|caps?|films?|divided"
    r"|infus(?:ion|ed)|bolus|injection|continuous(?:ly)?|rotate[d]?|switch(?:ed)?|change[d]?|convert(?:ed)?|start(?:ed|ing)?"
    r"|increase[d]?|raise[d]?|titrate[d]?|lower(?:ed)?|reduce[d]?|decrease[d]?|up|down|each|hydrochloride|hcl|sulfate|sulphate|target|tci)\b|[,.:()]"
)
_RIGHT: Final = f"a drug, an amount with its unit, how often and how long: {EXAMPLE!r}"


@dataclass(frozen=True, slots=True)
class Said:
    """A regimen as it was read. `hours` is when all that was said is over; `reading` tells each piece in plain words."""

    orders: tuple[Order, ...]
    hours: float
    reading: tuple[str, ...]


def orders_from_words(text: str, knowledge: Knowledge | None = None) -> Said:
    """Read a regimen in words.

    A month is 30 days, a year 365. A taper in percent takes that share of the dose at its start off at every step,
    the first at once, until nothing is left. A patch that is still worn when its piece ends is taken off then.

    Raises
    ------
    InputRefused
        Naming the piece, its words and what would be right.

    >>> said = orders_from_words("oxycodone ER 20 mg q12h 90 d, then taper 25 %/week")
    >>> said.reading[0], said.hours / 24
    ('oxycodone oral-er 20 mg every 12 h, days 0 to 90', 111.0)
    >>> said.reading[1]
    'taper from 20 mg by 5 mg a step (25 % of 20 mg), a step every 7 d: 15, 10, 5 mg every 12 h, days 90 to 111, then none'
    """
    tables = knowledge or load()
    if len(text) > MOST_LETTERS:
        raise InputRefused(
            "regimen", text, f"longer than {MOST_LETTERS} characters", "a shorter regimen, or a record"
        )
    orders: list[Order] = []
    reading: list[str] = []
    course = Course()
    latest = 0.0
    pieces = _pieces(text)
    steps = [None if fresh else rhythm_of(normal(piece)) for piece, fresh in (*pieces[1:], ("", True))]
    for index, ((piece, fresh), step) in enumerate(zip(pieces, steps, strict=False), 1):
        if fresh:
            course = Course()
        phrase = Phrase(f"regimen, part {index}", piece, normal(piece))
        if len(piece) > MOST_IN_A_PIECE:
            phrase.refuse(f"longer than {MOST_IN_A_PIECE} characters", "a shorter piece")
        course = _read(phrase, course, step, tables)
        orders.extend(course.orders)
        reading.extend(course.reading)
        latest = max(latest, course.at_h, *(ends(order) for order in course.orders))
        if latest > LONGEST or sum(order.count for order in orders) > MOST_DOSES:
            phrase.refuse("the regimen is too long", f"at most 50 years and {MOST_DOSES} doses")
    if not orders:
        raise InputRefused("regimen", text or None, "no dose is in it", _RIGHT)
    return Said(tuple(orders), latest, tuple(reading))


def _pieces(text: str) -> list[tuple[str, bool]]:
    """The pieces of a text, and whether each begins a line of its own at hour 0."""
    found: list[tuple[str, bool]] = []
    at, fresh = 0, True
    for match in [*_APART.finditer(text), None]:
        piece = text[at : match.start() if match else len(text)].strip(" ,.\t\r")
        if piece:
            found.append((piece, fresh))
            fresh = False
        if match:
            # "; then" goes on with the line before it
            fresh = bool(match["line"])
            at = match.end()
    return found


def _read(phrase: Phrase, before: Course, step: float | None, knowledge: Knowledge) -> Course:
    """One piece, after what came before it on its line; `step` is how long it lasts where it does not say."""
    check_schedule(phrase)
    named = drug_in(phrase, knowledge)
    if up := way_of(phrase):
        if named and named[0] != before.drug:
            phrase.refuse(
                f"a {'taper' if up < 0 else 'change'} of {named[0]}, which was not given just before",
                "a piece of its own after that of its dose: 'morphine ER 30 mg bid 8 weeks, then taper 10 %/week'",
            )
        after = changed(phrase, before, up)
        _nothing_left(phrase, knowledge)
        return after
    if named is None and phrase.take(_STOP):
        times = when(phrase)
        _nothing_left(phrase, knowledge)
        return replace(
            before, at_h=before.at_h + (times.length or 0.0), orders=(), reading=("stop: none from then on",)
        )
    again = bool(phrase.take(_AGAIN))
    much, over, every = how_much(phrase), phrase.take(r"\bover (\S+?) ?([a-z]+)\b"), how_often(phrase)
    much, every = split_day(phrase, much, every)
    times = when(phrase)
    route, extended = way_in(phrase)
    steady = bool(phrase.take(r"\b(?:at |in )?steady[- ]state\b"))
    _nothing_left(phrase, knowledge)
    if named is None and not before.drug:
        phrase.refuse("it names no drug that the tables know", _RIGHT)
    drug = named[0] if named else before.drug
    same = drug == before.drug
    way = before.route
    if named or route is not None or extended is not None:
        way = route_of(phrase, named, drug, (route, extended), much, before, knowledge)
    if much is None:
        if not (again and before.much and same):
            phrase.refuse("it states no amount with a unit", _RIGHT)
        much = before.much
    if every is None and same and much.kind == before.kind:
        every = before.every_h
    way = door_of(drug, way, every)
    start = before.at_h if times.start is None else times.start
    if over:
        return _infused(
            phrase, Course(drug=drug, route=way), much, over[1], over[2], every, start, times.length
        )
    length = times.length
    if length is None and every != 0 and step is not None and start == before.at_h:
        length = step
    return _given(phrase, Course(drug=drug, route=way), much, every, start, length, steady, knowledge)


def _nothing_left(phrase: Phrase, knowledge: Knowledge) -> None:
    left = " ".join(_NOISE.sub(" ", phrase.rest).split()).strip("-/ ")
    if re.fullmatch(r"[\d.]+", left):
        phrase.refuse(f"the number {left} has no unit that is understood here", _RIGHT)
    for word in left.split():
        if name := meant(knowledge, word):
            phrase.refuse(f"{word!r} is no drug that the tables know", f"perhaps {name!r}")
    if left:
        phrase.refuse(f"not understood: {left!r}", _RIGHT)


def _given(
    phrase: Phrase,
    to: Course,
    much: Much,
    every: float | None,
    start: float,
    length: float | None,
    steady: bool,
    knowledge: Knowledge,
) -> Course:
    """A piece that gives a drug: doses in a row, one dose, a patch, a rate, or a target."""
    drug, route = to.drug, to.route
    if route == "transdermal":
        if much.kind != "rate" or "kg" in much.unit:
            phrase.refuse("a patch is given by its rate", "ug/h as printed on the patch")
        rate = much.value * {"ug/h": 1.0, "mg/h": 1e3, "mg/d": 1e3 / 24, "ug/d": 1 / 24}.get(
            much.unit, math.nan
        )
        if not rate > 0:
            phrase.refuse(f"{much.unit} is no rate of a patch", "ug/h as printed on the patch")
        single = every == 0 or (every is None and length is None)
        every = every or worn(knowledge, drug, rate)
        if not every:
            phrase.refuse("how long a patch is worn is not said", "'every 72 h' or 'every 7 d'")
        if single:
            if (length or 0.0) > every:
                phrase.refuse(
                    f"a single patch is worn for {number(every)} h",
                    "how often it is changed, beside how long",
                )
            length = every if length is None else length
        much = Much("patch", rate, "ug/h")
    elif much.kind in ("rate", "target"):
        injected = route in ("iv", "sc", "intrathecal", "epidural")
        if every and much.unit.endswith("/d") and not injected:
            much = Much("dose", round(much.value * every / DAY, 9), much.unit[:-2])
        elif every or not injected:
            phrase.refuse(
                f"{number(much.value)} {much.unit} is no dose" + (" beside an interval" if every else ""),
                "the amount of one dose and how often, or a rate with iv or sc",
            )
    if much.kind == "dose":
        if every is None and length is None:
            every = 0.0
        if every is None:
            phrase.refuse("how often is not said", "'every 12 h', 'daily', '3 times a day' or 'once'")
        if every == 0:
            if length or steady:
                phrase.refuse("a single dose has no length of time", "'once', or how often and for how long")
            order = Order(drug, route, start, much.value, much.unit)
            return Course(drug, route, start, much.kind, much, 0.0, (order,), words_of((order,)))
    if length is None:
        phrase.refuse("how long is not said", "'for 90 d', '12 weeks' or 'days 90 to 95'")
    if steady and much.kind != "dose":
        phrase.refuse(
            "steady state is for doses in a row", "'oxycodone ER 20 mg every 12 h at steady state for 10 d'"
        )
    course = Course(drug, route, start + length, much.kind, much, every)
    orders = course.spread(start, length, much.value)
    if steady:
        orders = (replace(orders[0], steady_state=True), *orders[1:])
    return replace(course, orders=orders, reading=words_of(orders))


def _infused(
    phrase: Phrase,
    to: Course,
    much: Much,
    span: str,
    unit: str,
    every: float | None,
    start: float,
    length: float | None,
) -> Course:
    """Doses that each run in over a time: one rate for each."""
    known = re.fullmatch(r"(\d*\.?\d+)", span) and re.fullmatch(r"(?:m|h|d|w|y)\w*", unit)
    lasts = hours(span, unit) if known else 0.0
    if much.kind != "dose" or not lasts > 0:
        phrase.refuse("'over' goes with one dose and a time", "'ketamine iv 30 mg over 40 min'")
    if to.route not in ("iv", "sc", "intrathecal", "epidural"):
        phrase.refuse(f"{to.route} does not run in over a time", "'over' with iv or sc")
    if bool(every) != bool(length):
        phrase.refuse("how often or how long is not said", "'over 40 min daily for 5 d'")
    if every and every < lasts:
        phrase.refuse("each infusion lasts longer than the time between them", "a longer interval")
    count = max(math.ceil((length or 0.0) / every - 1e-9), 1) if every else 1
    if count > MOST_DOSES:
        phrase.refuse("the regimen is too long", f"at most {MOST_DOSES} doses")
    rate = Much("rate", much.value / lasts, f"{much.unit}/h")
    orders = tuple(
        Order(
            to.drug,
            to.route,
            start + i * (every or 0.0),
            rate=rate.value,
            rate_unit=rate.unit,
            duration_h=lasts,
        )
        for i in range(count)
    )
    told = f"{to.drug} {to.route} {number(much.value)} {much.unit} over {number(lasts)} h"
    if count > 1:
        told += f", {count} times every {number(every or 0.0)} h"
    at = start + (length or lasts)
    told += f", from {moment(start)}"
    return Course(to.drug, to.route, at, "rate", None, None, orders, (told,))
