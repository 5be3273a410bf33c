"""What a diary holds beside the record's lists, as types: goals, doses as planned, bad days, sleep, notes, settings.

The record's own lists are checked by the record's own reader, so that nothing gets into the store that a review
could not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins
from algesia.record.model import LISTS

When = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$")]
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
    """How the person wants the application. The latest holds."""

    place: Literal["us", "eu"] = "us"
    clinician: Annotated[str, Meta(max_length=60)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    reminder: Literal["none", "daily", "every-2-days", "weekly"] = "none"
    reminder_time: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "20:00"


class Release(_Fact, frozen=True):
    """A taper that a clinician released to the person: the plan as `algesia-plan/1`, who released it, whom to call.

    `withdrawn` ends it: the person's plan page then says so and shows no dose.
    """

    at: When
    by: Annotated[str, Meta(min_length=1, max_length=60)]
    phone: Annotated[str, Meta(max_length=40)] = ""
    plan: dict[str, Any] = {}
    withdrawn: bool = False


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
        raise InputRefused(name, None, str(error).lower(), kind.__doc__ or name) from None
    plain: dict[str, Any] = msgspec.to_builtins(fact)
    return plain
