"""The time pass: dates, date-times and day numbers of a record become `Instant`.

Rules, in the order they are applied:

- `at`, `start`, `end` and `birth_date` are ISO 8601 dates or date-times (kept to the minute); `day` and
  `end_day` are days since `epoch`, a fraction being the time of day. A fact gives one or the other.
- A date-time with an offset is moved to `person.time_zone`; without a time zone it is read on its own clock.
  A record that mixes date-times with and without an offset must therefore name the time zone.
- A record that mixes dates and day numbers must give its epoch.
- Day numbers alone, without an epoch or a birth date, make a relative record: no calendar is known. The key
  ``relative`` says it outright and is written only where this rule would say otherwise.
"""

from __future__ import annotations

import math
import re
from typing import Final
from zoneinfo import ZoneInfo

from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import DEFAULT_EPOCH, FIRST_YEAR, LAST_YEAR, Instant, has_offset
from algesia.record.wire import TEXTS, TIMES

A_DATE: Final = "an ISO 8601 date or date-time such as 2024-02-01 or 2024-02-01T08:10"
A_DAY: Final = "a number of days since the epoch, such as 21"
_FIRST_DAY: Final = Instant.parse(f"{FIRST_YEAR}-01-01").day
_LAST_DAY: Final = Instant.parse(f"{LAST_YEAR}-12-31").day
_LONG_YEAR: Final = re.compile(r"[+-]?0*(\d{5,})-")
_MACHINE_ZONES: Final = ("localtime", "posixrules")

Where = tuple[str, int, str]


def read_times(raw: dict[str, object]) -> dict[str, object]:
    """A copy of `raw` with every time an `Instant`, under the key of its type, and with `relative` settled.

    What is not shaped like a record is left as it stands, for the type check to name.

    Raises
    ------
    InputRefused
        A time that cannot be read, is given twice, or contradicts the rules above.
    """
    return _TimePass(raw).run()


class _TimePass:
    def __init__(self, raw: dict[str, object]) -> None:
        self.raw = raw
        self.zone: ZoneInfo | None = None
        self.epoch = DEFAULT_EPOCH
        self.first_day_number: Where | None = None
        self.first_date: Where | None = None
        self.first_offset: Where | None = None
        self.first_clock: Where | None = None

    def run(self) -> dict[str, object]:
        out = dict(self.raw)
        born = False
        person = out.get("person")
        if isinstance(person, dict):
            person = dict(person)
            self.zone = _zone(person.get("time_zone"))
            born = person.get("birth_date") is not None
            if born:
                person["birth_date"] = self.date(person["birth_date"], ("person", -1, "birth_date"))
            out["person"] = person
        if out.get("epoch") is not None:
            epoch = _epoch(out["epoch"])
            self.epoch, out["epoch"] = epoch.day, epoch
        else:
            out.pop("epoch", None)
        if isinstance(out.get("source"), str) and not str(out["source"]).strip():
            out["source"] = None
        for name, keys in TIMES.items():
            facts = out.get(name)
            if isinstance(facts, list | tuple):
                texts = TEXTS.get(name, ())
                out[name] = [
                    self.fact(name, index, fact, keys, texts) if isinstance(fact, dict) else fact
                    for index, fact in enumerate(facts)
                ]
        self.check_mixing(out)
        if out.get("relative") is None:
            out["relative"] = (
                self.first_day_number is not None
                and self.first_date is None
                and not born
                and "epoch" not in out
            )
        return out

    def fact(
        self,
        name: str,
        index: int,
        raw: dict[str, object],
        keys: tuple[tuple[str, str], ...],
        texts: tuple[str, ...],
    ) -> dict[str, object]:
        fact = dict(raw)
        for key, number_key in keys:
            value = fact.get(key)
            number = fact.pop(number_key, None)
            if number is not None:
                where = (name, index, number_key)
                if value is not None:
                    problem = f"is given together with {key}"
                    raise InputRefused(_path(where), number, problem, f"{key} or {number_key}, not both")
                self.first_day_number = self.first_day_number or where
                fact[key] = _day_number(number, self.epoch, where)
            elif value is not None:
                fact[key] = self.date(value, (name, index, key))
        for key in texts:
            text = fact.get(key)
            if isinstance(text, str) and not text.strip():
                fact[key] = None
        return fact

    def date(self, value: object, where: Where) -> Instant:
        if isinstance(value, Instant):
            return _in_range(value, _path(where), value.day)
        if not isinstance(value, str):
            hint = f"{A_DATE}; days since the epoch go under day or end_day"
            raise InputRefused(_path(where), value, "is not a date", hint)
        if where[1] >= 0:
            self.first_date = self.first_date or where
        if len(value) > 10:
            if has_offset(value):
                self.first_offset = self.first_offset or where
            else:
                self.first_clock = self.first_clock or where
        return _instant(value, self.zone, where)

    def check_mixing(self, out: dict[str, object]) -> None:
        number, date = self.first_day_number, self.first_date
        if date is not None and out.get("relative") is True:
            problem = "is a date in a record that says it is relative"
            raise InputRefused(_path(date), self.value(date), problem, "day numbers only, or no `relative`")
        if number is not None and date is not None and "epoch" not in out:
            problem = f"counts days, while {_path(date)} gives a date, and the record has no epoch"
            raise InputRefused(_path(number), self.value(number), problem, "epoch: the date of day 0")
        if self.first_offset is not None and self.first_clock is not None and self.zone is None:
            offset, clock = self.first_offset, self.first_clock
            problem = (
                f"has no offset, while {_path(offset)} has one ({str(self.value(offset))[:40]}), "
                "and the record names no time zone"
            )
            raise InputRefused(_path(clock), self.value(clock), problem, "person.time_zone, or one kind only")

    def value(self, where: Where) -> object:
        name, index, key = where
        facts = self.raw[name]
        if isinstance(facts, dict):
            return facts.get(key)
        return facts[index].get(key) if isinstance(facts, list | tuple) else None


def _path(where: Where) -> str:
    name, index, key = where
    return f"{name}.{key}" if index < 0 else f"{name}[{index}].{key}"


def _instant(text: str, zone: ZoneInfo | None, where: Where | str) -> Instant:
    path = where if isinstance(where, str) else _path(where)
    long_year = _LONG_YEAR.match(text)
    if long_year:
        problem = f"the year {long_year[1][:20]} is outside {FIRST_YEAR} to {LAST_YEAR}"
        raise InputRefused(path, text, problem, A_DATE)
    try:
        instant = Instant.parse(text, zone)
    except (ValueError, OverflowError) as error:
        told = str(error)
        problem = told if told.startswith("the year ") else "is not a date that can be read"
        raise InputRefused(path, text, problem, A_DATE) from None
    return _in_range(instant, path, text)


def _in_range(instant: Instant, path: str, value: object) -> Instant:
    if not _FIRST_DAY <= instant.day <= _LAST_DAY:
        raise InputRefused(path, value, f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}", A_DATE)
    return instant


def _day_number(value: object, epoch: int, where: Where) -> Instant:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        hint = f"{A_DAY}; a date goes under {'end' if where[2] == 'end_day' else 'at or start'}"
        raise InputRefused(_path(where), value, "is not a number of days", hint)
    if abs(value) > _LAST_DAY - _FIRST_DAY:
        raise InputRefused(_path(where), value, "is longer than a life", A_DAY)
    return _in_range(Instant.of_day(value, epoch), _path(where), value)


def _epoch(value: object) -> Instant:
    expected = "the date of day 0, such as 2024-01-01"
    if isinstance(value, Instant):
        epoch = value
    elif isinstance(value, str):
        epoch = _instant(value, None, "epoch")
    else:
        raise InputRefused("epoch", value, "is not a date", expected)
    if epoch.minute is not None:
        raise InputRefused("epoch", value, "has a time of day", expected)
    return epoch


def _zone(name: object) -> ZoneInfo | None:
    if not isinstance(name, str):
        return None  # absent, or of a wrong type, which the type check names
    try:
        if name in _MACHINE_ZONES:
            raise ValueError("means another zone on every machine")
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    from zoneinfo import available_timezones

    from algesia.record.near import one_of

    expected = one_of(name, sorted(available_timezones()), "the IANA time zones, such as Europe/London")
    raise InputRefused("person.time_zone", name, "is not a known time zone", expected)
