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
from algesia.mechanism.words_parts import (
    DAY,
    EXAMPLE,
    YEAR,
    Much,
    Phrase,
    brands,
    check_schedule,
    hours,
    how_much,
    how_often,
    letters,
    normal,
    usual_routes,
    way_in,
    when,
    worn,
)
from algesia.mechanism.words_taper import Course, taper
from algesia.mechanism.words_told import ends, moment, words_of
from algesia.quantities.refusal import InputRefused

__all__ = ["Said", "ends", "orders_from_words", "words_of"]
LONGEST: Final = 50 * YEAR
MOST_DOSES: Final = 200_000
MOST_LETTERS: Final = 100_000
MOST_IN_A_PIECE: Final = 500
_APART: Final = re.compile(
    r"(?P<line>[;\n])|,?\s*\b(?:and )?then\b|,?\s*\bfollowed by\b|,(?=\s*(?:taper|stop|hold|rotate|switch)\b)",
    re.IGNORECASE,
)
_STOP: Final = r"\b(?:abrupt(?:ly)? )?(?:stop(?:ped|ping)?|off|nothing|no drug|wash ?out|discontinue[d]?|end)(?: abruptly)?\b"
_AGAIN: Final = r"\b(?:hold|held|continued?|unchanged|(?:the )?same(?: dose)?|stay(?: on)?)\b"
_NOISE: Final = re.compile(
    r"\b(?:for|of|at|by|with|to|the|on|in|and|a|an|dose[sd]?|dosing|given|taken|take|tablets?|tabs?|capsules?|caps?|films?"
    r"|infus(?:ion|ed)|bolus|injection|continuous(?:ly)?|rotate[d]?|switch(?:ed)?|change[d]?|convert(?:ed)?|start(?:ed|ing)?"
    r"|increase[d]?|raise[d]?|reduce[d]?|decrease[d]?|up|down|each|hydrochloride|hcl|sulfate|sulphate|target|tci)\b|[,.:()]"
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
    for index, (piece, fresh) in enumerate(_pieces(text), 1):
        if fresh:
            course = Course()
        phrase = Phrase(f"regimen, part {index}", piece, normal(piece))
        if len(piece) > MOST_IN_A_PIECE:
            phrase.refuse(f"longer than {MOST_IN_A_PIECE} characters", "a shorter piece")
        course = _read(phrase, course, tables)
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


def _read(phrase: Phrase, before: Course, knowledge: Knowledge) -> Course:
    """One piece, after what came before it on its line."""
    check_schedule(phrase)
    named = _drug(phrase, knowledge)
    if phrase.take(r"\btaper(?:ed|ing)?\b"):
        if named and named[0] != before.drug:
            phrase.refuse(f"a taper of {named[0]}, which was not given just before", "a taper after its dose")
        after = taper(phrase, before)
        _nothing_left(phrase)
        return after
    if named is None and phrase.take(_STOP):
        times = when(phrase)
        _nothing_left(phrase)
        return replace(
            before, at_h=before.at_h + (times.length or 0.0), orders=(), reading=("stop: none from then on",)
        )
    again = bool(phrase.take(_AGAIN))
    much, over, every = how_much(phrase), phrase.take(r"\bover (\S+?) ?([a-z]+)\b"), how_often(phrase)
    times = when(phrase)
    route, extended = way_in(phrase)
    steady = bool(phrase.take(r"\b(?:at |in )?steady[- ]state\b"))
    _nothing_left(phrase)
    if named is None and not before.drug:
        phrase.refuse("it names no drug that the tables know", _RIGHT)
    drug = named[0] if named else before.drug
    same = drug == before.drug
    way = before.route
    if named or route is not None or extended is not None:
        way = _route(phrase, named, drug, (route, extended), much, before, knowledge)
    if much is None:
        if not (again and before.much and same):
            phrase.refuse("it states no amount with a unit", _RIGHT)
        much = before.much
    if every is None and same and much.kind == before.kind:
        every = before.every_h
    start = before.at_h if times.start is None else times.start
    if over:
        return _infused(
            phrase, Course(drug=drug, route=way), much, over[1], over[2], every, start, times.length
        )
    return _given(phrase, Course(drug=drug, route=way), much, every, start, times.length, steady, knowledge)


def _nothing_left(phrase: Phrase) -> None:
    left = " ".join(_NOISE.sub(" ", phrase.rest).split()).strip("-/ ")
    if re.fullmatch(r"[\d.]+", left):
        phrase.refuse(f"the number {left} has no unit that is understood here", _RIGHT)
    if left:
        phrase.refuse(f"not understood: {left!r}", _RIGHT)


def _drug(phrase: Phrase, knowledge: Knowledge) -> tuple[str, str] | None:
    """The drug that a piece names and the name it was given; ``None`` where it names none."""
    hits = knowledge.name_index.find(phrase.rest)
    if not hits:
        return None
    targets = {hit.target for hit in hits}
    if len(targets) > 1:
        names = " and ".join(sorted(targets))
        phrase.refuse(
            f"it names {names}", "one drug in each piece, parted by ';' (side by side) or 'then' (in turn)"
        )
    hit = hits[0]
    if hit.kind == "unverified":
        phrase.refuse(f"a name held from memory only, as that of {hit.target}", "the name of the ingredient")
    name = phrase.rest[hit.start : hit.end]
    drug = hit.target
    if drug == "ketamine" and (name.startswith("es") or phrase.rest[: hit.start].endswith(("s-", "s "))):
        drug = "s-ketamine"
        phrase.take(r"\bs-(?=\s|ketamine)")
    for one in hits:
        phrase.blank(one.start, one.end)
    return drug, name


def _route(
    phrase: Phrase,
    named: tuple[str, str] | None,
    drug: str,
    said: tuple[str | None, bool | None],
    much: Much | None,
    before: Course,
    knowledge: Knowledge,
) -> str:
    """The way in: as said, else as the brand says, else the only one or by mouth."""
    route, extended = said
    generic = named is None or letters(drug)[:5] in letters(named[1]) or drug == "s-ketamine"
    routes, releases = (
        brands(knowledge).get(letters(named[1]), (frozenset(), frozenset())) if named else ((), ())
    )
    if extended is None and len(releases) == 1 and route in (None, "oral"):
        extended = "extended" in releases
    if route is None and len(routes) == 1 and None not in routes:
        route = next(iter(routes))
    usual = usual_routes(knowledge).get(drug, frozenset({"?"}))
    if route is None:
        by_day = much is None or much.kind == "dose" or much.unit.endswith("g/d")
        if "oral" in usual and by_day and not (much and "/kg" in much.unit):
            route = "oral"
        elif usual == {None} or (much is not None and much.kind == "target"):
            route = "iv"
        else:
            phrase.refuse(f"the way {drug} is given is not said", "iv, sc, oral, sublingual, buccal or patch")
    if route != "oral":
        if extended and route != "transdermal":
            phrase.refuse(f"extended release and {route}", "ER or ER tablets by mouth only")
        return route
    if extended is None and not generic:
        phrase.refuse(
            f"the tables do not hold the release of {named[1] if named else drug!r}", "ER or IR beside it"
        )
    if extended is None and named and before.drug == drug and before.route == "oral-er":
        phrase.refuse(f"{drug} was extended release before; now it is not said", "ER or IR beside it")
    return "oral-er" if extended else "oral"


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
        every = every or worn(knowledge, drug, rate)
        if not every:
            phrase.refuse("how long a patch is worn is not said", "'every 72 h' or 'every 7 d'")
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
