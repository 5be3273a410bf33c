"""One day of the diary: what was answered, how the page of the saved day says it, and what could be added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from algesia.adapters.store.model import Kept
from algesia.web.clock import local
from algesia.web.person.answers import answer_of
from algesia.web.render import short_day
from algesia.web.visit import Visit

AVERAGE: Final = "average-24h"
WORST: Final = "worst-24h"
BAD_DAY: Final = "bad day"
DONE_WORDS: Final[dict[str, str]] = {"did": "Did it", "part": "Part of it", "not": "Not today"}
TAKEN_WORDS: Final[dict[str, str]] = {"as-planned": "As planned", "different": "Something was different"}
WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Day:
    """What was answered on one day; ``None`` where it was not."""

    goal: Kept | None
    pain: Kept | None
    worst: Kept | None
    taken: Kept | None
    bad: Kept | None

    @property
    def any(self) -> bool:
        """Whether anything was."""
        return any((self.goal, self.pain, self.worst, self.taken, self.bad))


def is_average(body: dict[str, Any]) -> bool:
    """Whether a pain fact answers the daily question."""
    return body.get("question") == AVERAGE


def is_worst(body: dict[str, Any]) -> bool:
    """Whether a pain fact is the worst of the day."""
    return body.get("question") == WORST


def day_of(visit: Visit, day: str) -> Day:
    """What was answered on a day."""
    return Day(
        answer_of(visit, "goal_days", day),
        answer_of(visit, "pain", day, is_average),
        answer_of(visit, "pain", day, is_worst),
        answer_of(visit, "taken", day),
        answer_of(visit, "bad_days", day),
    )


def lines(day: Day, goal: str) -> list[tuple[str, str, str]]:
    """Name, answer, and where it is changed."""
    found = []
    if day.goal is not None:
        found.append((goal, DONE_WORDS[(day.goal.body or {})["done"]], "/today/goal"))
    if day.pain is not None:
        found.append(("Pain, average", f"{(day.pain.body or {}).get('score', 'not said')}", "/today/pain"))
    if day.worst is not None:
        score = (day.worst.body or {}).get("score")
        words = ("Bad day", "kept") if score is None else ("Worst pain", f"{score}")
        found.append((*words, f"/entries/{day.worst.id}"))
    if day.taken is not None:
        found.append(("Doses", TAKEN_WORDS[(day.taken.body or {})["answer"]], "/today/doses"))
    if day.bad is None:  # a day left in the middle says what is open; on a bad day one tap is enough
        found += [
            (name, "no answer", f"/today/{question}")
            for name, question, kept in (
                (goal, "goal", day.goal), ("Pain, average", "pain", day.pain), ("Doses", "doses", day.taken),
            )
            if kept is None
        ]  # fmt: skip
    return found


def last_time(visit: Visit, day: Day) -> str:
    """The clock time of the day's last answer."""
    kept = [fact for fact in (day.goal, day.pain, day.worst, day.taken, day.bad) if fact is not None]
    if not kept:
        return ""
    last = max(fact.written_at for fact in kept)
    return local(datetime.fromisoformat(last), visit.time_zone).strftime("%H:%M")


def moments(visit: Visit) -> list[tuple[str, str, str]]:
    """What could be added: heading, note, address. A week-old PEG comes first."""
    people, person = visit.state.store.people, visit.person.id
    maps = people.current(person, "body_maps")
    week = iso_day(visit, WEEK - 1)
    pegs = [
        f for f in people.current(person, "function", since=week) if (f.body or {}).get("instrument") == "peg"
    ]
    last = max((str((f.body or {}).get("at", "")) for f in maps), default="")
    marked = (
        f"last marked {short_day(date.fromisoformat(last[:10]).toordinal())}" if last else "not marked yet"
    )
    moments = [
        ("Where does it hurt?", marked, "/body"),
        ("Anything new?", "jerking muscles, touch that hurts, confusion", "/checkup"),
    ]
    if not pegs:
        moments.insert(0, ("Three questions about this week", "pain, enjoyment, activity", "/checkup/peg"))
    return moments


def as_needed(visit: Visit) -> list[tuple[str, str]]:
    """Medicines that are taken only when needed: their name, and where a dose is noted."""
    found = []
    for fact in visit.state.store.people.current(visit.person.id, "medications"):
        body = fact.body or {}
        end = str(body.get("end", "9999"))[:10]
        if body.get("as_needed") and end > iso_day(visit):
            found.append((str(body["drug"]), f"/medicines/{fact.id}/took"))
    return found


def iso_day(visit: Visit, days_ago: int = 0) -> str:
    """Today on the person's own calendar, or so many days before."""
    return (visit.now.date() - timedelta(days=days_ago)).isoformat()
