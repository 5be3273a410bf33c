"""Steps down and up in words: by a share of the first dose, or of the dose before, by an amount, or over a time."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Final

from algesia.exposure.working import number
from algesia.mechanism.model import Order
from algesia.mechanism.words_parts import DAY, NUM, TIME, Much, Phrase, hours, how_much, how_often, when

MOST_STEPS: Final = 1000
RIGHT: Final = "'taper 10 %/week', 'taper 5 mg every 2 weeks' or 'taper over 8 weeks to 20 mg'"


@dataclass(frozen=True, slots=True)
class Course:
    """Where a line of the regimen stands after a piece: what was given last and how, and when it is over.

    `kind` is "dose", "patch", "rate" or "target". `orders` and `reading` are those of the last piece alone.
    """

    drug: str = ""
    route: str = ""
    at_h: float = 0.0
    kind: str = ""
    much: Much | None = None
    every_h: float | None = None
    orders: tuple[Order, ...] = ()
    reading: tuple[str, ...] = ()

    def spread(self, start: float, length: float, value: float) -> tuple[Order, ...]:
        """What is given over a stretch. A patch that is worn at its end comes off then."""
        if self.kind == "rate":
            unit = self.much.unit if self.much else "mg/h"
            return (Order(self.drug, self.route, start, rate=value, rate_unit=unit, duration_h=length),)
        if self.kind == "target":
            return (Order(self.drug, self.route, start, target_conc=value, duration_h=length),)
        every = self.every_h or length
        unit = self.much.unit if self.much else "mg"
        whole = math.floor(length / every + 1e-9)
        rest = length - whole * every
        if rest <= 1e-9 * length:
            return (Order(self.drug, self.route, start, value, unit, every, whole),)
        if self.kind == "dose":
            return (Order(self.drug, self.route, start, value, unit, every, whole + 1),)
        last = Order(self.drug, self.route, start + whole * every, value, unit, rest, 1)
        return (Order(self.drug, self.route, start, value, unit, every, whole), last) if whole else (last,)


_LESS: Final = r"\b(?:reduc(?:ed?|ing)|decreas(?:ed?|ing)|lower(?:ed|ing)?|cut(?:ting)?)\b"
_MORE: Final = r"\b(?:increas(?:ed?|ing)|rais(?:ed?|ing)|(?:up-?)?titrat(?:ed?|ing)|escalat(?:ed?|ing))\b"
_TAPER: Final = r"\b(?:taper|wean)(?:ed|ing)?(?: off)?\b"
_STEP: Final = rf"{NUM} ?%|\bby {NUM}"
_EACH: Final = rf"(?:/|\b(?:a|an|every|each|q) ?)({NUM} ?)?{TIME}|\b(daily|weekly|monthly|hourly)\b"


def way_of(phrase: Phrase) -> int:
    """Which way a piece steps: -1 down, 1 up, 0 where it is a dose of its own ("increase to 60 mg bid").

    The verb of a step is blanked out. A change that is neither "by" nor "to" an amount is refused.
    """
    if phrase.take(_TAPER):
        return -1
    for pattern, way in ((_LESS, -1), (_MORE, 1)):
        verb = re.search(pattern, phrase.rest)
        if not verb:
            continue
        after = phrase.rest[verb.end() :]
        stated = re.match(rf"(.*?){NUM}", after)
        to = stated is not None and bool(re.search(r"\bto\b", stated[1]))
        rises = not to and re.match(rf"\D*?{NUM} ?(?:%|[mu]?g[/\w]*) ?(?:{_EACH})", after)
        if rises or re.search(_STEP, after) or re.search(rf"\bover {NUM} ?(?=[dwmy])(?!mi){TIME}", after):
            phrase.blank(verb.start(), verb.end())
            return way
        if stated and not to:
            phrase.refuse(
                f"{verb[0]!r} by or to how much is not said",
                f"'{verb[0]} by 10 mg every week to ...' or '{verb[0]} to ... bid for 4 weeks'",
            )
    return 0


def rhythm_of(piece: str) -> float | None:
    """The hours of a step up, where a piece is steps up: what comes before it lasts as long unless it says."""
    verb = re.search(_MORE, piece)
    each = re.search(rf"{NUM} ?(?:%|[mu]?g[/\w]*) ?(?:{_EACH})", piece[verb.end() :]) if verb else None
    if not each:
        return None
    return hours(each[3] or "1", each[4]) if each[4] else hours("1", _UNITS[each[5]])


_UNITS: Final = {"daily": "d", "weekly": "w", "monthly": "mo", "hourly": "h"}


def changed(phrase: Phrase, before: Course, way: int) -> Course:
    """The steps down (`way` -1) or up from the dose before, the first at once. Each lasts as long as the words say."""
    what = "taper" if way < 0 else "change"
    if before.much is None or before.every_h == 0:
        phrase.refuse(
            f"a {what} of what",
            "a dose in a row or a rate before it: 'morphine ER 30 mg bid 8 weeks, then taper 10 %/week'",
        )
    top = before.much.value
    phrase.take(r"\b(?:slowly|gradual(?:ly)?|linear(?:ly)?)\b")
    current = bool(phrase.take(r"\bof (?:the )?(?:current|present|last|previous)(?: dose)?\b"))
    phrase.take(r"\bof (?:the )?(?:starting|start|first|initial|original)(?: dose)?\b")
    phrase.rest = " ".join(phrase.rest.split())
    over = phrase.take(rf"\bover {NUM} ?{TIME}")
    share = phrase.take(
        rf"{NUM} ?% ?(?:/|a |an |every |each |q ?)? ?(?:{NUM} ?)?(?:{TIME}|(daily|weekly|monthly|hourly)\b)"
    )
    by = None if share else phrase.take(
        rf"\b(?:by )?{NUM} ?(mg|ug|ng)((?:/kg)?(?:/(?:h|min|d))?)(?: ?(?:/|a |every |each |q ?) ?(?:{NUM} ?)?{TIME}"
        r"| (daily|weekly|monthly|hourly)\b)"
    )  # fmt: skip
    end = _end(phrase, before, way)
    at_once = None if over or share or by else _at_once(phrase, top, before)
    phrase.take(r"\bby\b")
    often, times = how_often(phrase), when(phrase)
    if often is not None and often != before.every_h:
        phrase.refuse(
            f"a {what} that changes how often", "the same interval, or a dose of its own after 'then'"
        )
    if sum(one is not None for one in (over, share, by, at_once)) != 1:
        phrase.refuse("how fast is not said, or said twice", RIGHT)
    if times.start is not None and times.start != before.at_h:
        phrase.refuse(f"a {what} begins when the dose before it ends", f"no start in the words of a {what}")
    if at_once is not None:
        if end is not None or times.length is None:
            phrase.refuse(
                "how long each step lasts is not said",
                "'by 10 mg for 2 weeks' or 'by 10 mg every week to 60 mg'",
            )
        fall, how = at_once
        levels, step = [max(round(top + way * fall, 9), 0.0)], times.length
    elif over:
        if way > 0 and end is None:
            phrase.refuse("up to what is not said", "'over 4 weeks to 60 mg'")
        levels, step, how = _over(phrase, over[1], over[2], top, end or 0.0, before)
    else:
        fall, step, how = _fall(phrase, share, by, top, current, before)
        if way > 0 and end is None and times.length is None:
            phrase.refuse("an increase without an end", "'to 60 mg' or 'for 6 weeks'")
        floor = end if end is not None else 0.0 if way < 0 else math.inf
        levels = _levels(phrase, top, way * fall, current, floor, step, times.length)
    return _course(before, levels, step, how, "taper" if way < 0 else "rise")


def _at_once(phrase: Phrase, top: float, before: Course) -> tuple[float, str] | None:
    """One step by an amount or a share: how much, and in words; ``None`` where the piece states none."""
    found = phrase.take(rf"\b(?:by )?{NUM} ?(?:(%)|(mg|ug|ng)((?:/kg)?(?:/(?:h|min|d))?)(?![\w/]))")
    if found is None:
        return None
    unit = _unit(before)
    if found[2]:
        fall = round(top * phrase.positive(found[1], "the percent") / 100, 9)
        return fall, f"by {number(fall)} {unit} ({found[1]} % of {number(top)} {unit})"
    if f"{found[3]}{found[4]}" != unit:
        phrase.refuse("the step is in another unit than the dose", f"an amount in {unit}")
    fall = phrase.positive(found[1], "the step")
    return fall, f"by {number(fall)} {unit}"


def _end(phrase: Phrase, before: Course, way: int) -> float | None:
    """Where the steps end, in the unit of the dose; ``None`` where it is not said, 0 for "to zero" and "until stopped"."""
    if phrase.take(
        r"\b(?:down )?(?:to|until|till) (?:zero|nothing|none|off|stop(?:ped)?|0(?![\d.])(?: ?(?:mg|ug)(?:/h)?)?)"
    ):
        if way > 0:
            phrase.refuse("an increase to nothing", "an end above the dose before it")
        return 0.0
    if not phrase.take(r"\b(?:(?:down|up) )?(?:to|until|till) (?:a dose of )?(?=[\d.])"):
        return None
    much = how_much(phrase)
    unit = _unit(before)
    if much is None or much.unit != unit:
        phrase.refuse("the end is in another unit than the dose", f"an amount in {unit}")
    if before.much and (much.value - before.much.value) * way <= 0:
        side = "below" if way < 0 else "above"
        phrase.refuse(
            f"{number(much.value)} {unit} is not {side} the dose", f"an end {side} the dose before it"
        )
    return much.value


def _over(
    phrase: Phrase, count: str, unit: str, top: float, floor: float, before: Course
) -> tuple[list[float], float, str]:
    length = hours(count, unit)
    step = hours("1", unit)
    steps = round(length / step)
    if steps < 1 or abs(steps - length / step) > 1e-9 or steps > MOST_STEPS:
        phrase.refuse(f"over {count} {unit}", f"a whole number of steps from 1 to {MOST_STEPS}")
    levels = [round(top - (top - floor) * (i + 1) / steps, 9) for i in range(steps)]
    fall = round(abs(top - floor) / steps, 9)
    return levels, step, f"by {number(fall)} {_unit(before)} a step"


def _fall(
    phrase: Phrase, share: object, by: object, top: float, current: bool, before: Course
) -> tuple[float, float, str]:
    """How much each step takes off (a share of the dose of the day where `current`), its hours, and both in words."""
    if isinstance(share, re.Match):
        percent = phrase.positive(share[1], "the percent")
        if percent > 100:
            phrase.refuse(f"{share[1]} %", "a percent above 0 and at most 100")
        unit = share[3] or _UNITS[share[4]]
        step = hours(share[2] or "1", unit)
        if current:
            return percent / 100, step, f"by {number(percent)} % of the dose before it a step"
        fall = round(top * percent / 100, 9)
        told = (
            f"by {number(fall)} {_unit(before)} a step ({number(percent)} % of {number(top)} {_unit(before)})"
        )
        return fall, step, told
    if not isinstance(by, re.Match) or f"{by[2]}{by[3]}" != _unit(before):
        phrase.refuse("the step is in another unit than the dose", f"an amount in {_unit(before)}")
    fall = phrase.positive(by[1], "the step")
    return fall, hours(by[4] or "1", by[5] or _UNITS[by[6]]), f"by {number(fall)} {_unit(before)} a step"


def _levels(
    phrase: Phrase, top: float, change: float, current: bool, end: float, step: float, length: float | None
) -> list[float]:
    """The dose of each step: `change` is added (below 0: taken off), as a share of the dose before where `current`."""
    if step <= 0:
        phrase.refuse("a step without length", RIGHT)
    most = MOST_STEPS if length is None else max(round(length / step), 1)
    if current and end <= 0 and length is None:
        phrase.refuse("a share of the current dose never reaches zero", "an end: 'to 5 mg' or 'for 20 weeks'")
    levels: list[float] = []
    level = top
    while len(levels) < most:
        level = round(level * (1 + change), 9) if current else round(top + change * (len(levels) + 1), 9)
        level = min(level, end) if change > 0 else max(level, end)
        levels.append(level)
        if level == end:
            break
    if len(levels) >= MOST_STEPS:
        phrase.refuse(
            "the taper is too long" if change < 0 else "the rise is too long", f"at most {MOST_STEPS} steps"
        )
    return levels


def _course(before: Course, levels: list[float], step: float, how: str, kind: str) -> Course:
    """The orders of the steps. Doses keep their interval; each has the amount of the step in which it falls."""
    given = [level for level in levels if level > 0]
    end = before.at_h + len(given) * step
    orders: list[Order] = []
    every = before.every_h
    if before.kind in ("rate", "target") or not every:
        for i, level in enumerate(given):
            orders += before.spread(before.at_h + i * step, step, level)
    else:
        index = 0
        while (at := before.at_h + index * every) < end - 1e-9:
            here = min(math.floor((at - before.at_h) / step + 1e-9), len(given) - 1)
            following = max(math.ceil((here + 1) * step / every - 1e-9), index + 1)
            length = min((following - index) * every, end - at)
            orders += before.spread(at, length, given[here])
            index = following
    unit = _unit(before)
    shown = [number(level) for level in given]
    listed = ", ".join(shown if len(shown) <= 12 else [*shown[:5], "...", *shown[-2:]])
    often = f" every {number(every)} h" if every else ""
    top = number(before.much.value) if before.much else ""
    in_days = step >= DAY
    scale, name = (DAY, "days") if in_days else (1.0, "hours")
    span = f"{name} {number(before.at_h / scale)} to {number(end / scale)}"
    each = (
        f"{number(step / DAY)} d"
        if in_days
        else f"{number(step)} h"
        if step >= 1
        else f"{number(step * 60)} min"
    )
    none = ", then none" if levels and levels[-1] <= 0 else ""
    told = f"{kind} from {top} {unit} {how}, a step every {each}: {listed} {unit}{often}, {span}{none}"
    if not given:
        told = f"taper from {top} {unit} {how}: none from then on"
    last = Much(before.much.kind, given[-1], unit) if given and before.much else before.much
    return replace(before, at_h=end, much=last, orders=tuple(orders), reading=(told,))


def _unit(before: Course) -> str:
    return before.much.unit if before.much else ""
