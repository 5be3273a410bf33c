"""What a diary holds beside the record's lists, as types: goals, doses as planned, bad days, sleep, notes, settings.

The record's own lists are checked by the record's own reader, so that nothing gets into the store that a review
could not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.codec import from_builtins
from algesia.record.model import LISTS

When = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?\Z")]
# no control character: these stand in a line of a calendar file and on paper
Who = Annotated[str, Meta(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Phone = Annotated[str, Meta(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    pass


class Goal(_Fact, frozen=True):
    """The person's own goal, from that day on."""

    at: When
    text: Line


class GoalDay(_Fact, frozen=True):
    """What could be done of the goal that day."""

    at: When
    done: Literal["did", "part", "not"]


class Taken(_Fact, frozen=True):
    """Whether doses were taken as planned that day, as the person says."""

    at: When
    answer: Literal["as-planned", "different"]
    note: Words | None = None


class BadDay(_Fact, frozen=True):
    """A day on which one tap was all that was possible."""

    at: When


class Sleep(_Fact, frozen=True):
    """How the night was: hours slept, and how restful, 0 (not at all) to 10."""

    at: When
    hours: Annotated[float, Meta(ge=0, le=24)] | None = None
    rest: Annotated[float, Meta(ge=0, le=10)] | None = None


class Note(_Fact, frozen=True):
    """A few words to bring to the clinician."""

    at: When
    text: Words


class Settings(_Fact, frozen=True):
    """How the person wants the application. The latest holds.

    `place` has no default of its own: who chose none gets that of the installation, and who chose "us" keeps it there.
    """

    place: Literal["us", "eu"] | None = None
    clinician: Who = ""
    phone: Phone = ""
    reminder: Literal["none", "daily", "every-2-days", "weekly"] = "none"
    reminder_time: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")] = "20:00"


class Release(_Fact, frozen=True):
    """A taper that a clinician released to the person: the plan as `algesia-plan/1`, who released it, whom to call.

    `withdrawn` ends it: the person's plan page then says so and shows no dose.
    """

    at: When
    by: Annotated[Who, Meta(min_length=1)]
    phone: Phone = ""
    plan: dict[str, Any] = {}
    withdrawn: bool = False


_LETTERS: Final = re.compile("`str` matching regex '.*'")
TYPES: Final[dict[str, type[_Fact]]] = {
    "goals": Goal, "goal_days": GoalDay, "taken": Taken, "bad_days": BadDay, "sleep": Sleep, "notes": Note,
    "settings": Settings, "releases": Release,
}  # fmt: skip


def checked(name: str, body: Mapping[str, Any], frame: Mapping[str, Any]) -> dict[str, Any]:
    """A fact's body as it may be written to the list `name` of a record with this `frame`.

    Raises
    ------
    InputRefused
        With the path of what is wrong, the value, and what would be right.

    >>> checked("goal_days", {"at": "2026-11-12", "done": "part"}, {})
    {'at': '2026-11-12', 'done': 'part'}
    """
    if name in LISTS:
        from_builtins({**frame, name: [dict(body)]})
        return dict(body)
    if name == "person":
        from_builtins({**frame, "person": dict(body)})
        return dict(body)
    kind = TYPES.get(name)
    if kind is None:
        raise InputRefused("list", name, "is no list of a record", ", ".join((*LISTS, *TYPES, "person")))
    try:
        fact = msgspec.convert(dict(body), kind)
    except msgspec.ValidationError as error:
        what = (kind.__doc__ or name).partition("\n")[0].rstrip(".")
        raise InputRefused(name, None, _LETTERS.sub("other letters", str(error).lower()), what) from None
    plain: dict[str, Any] = msgspec.to_builtins(fact)
    if "at" in plain:
        _a_day(name, plain["at"])
    return plain


def _a_day(name: str, at: str) -> None:
    """Refuse what is written like a day and is none, such as 30 February: pages count with it."""
    try:
        Instant.parse(at)
    except ValueError:
        raise InputRefused(
            f"{name}.at", at, "is no day of the calendar", "a day such as 2026-11-12"
        ) from None
