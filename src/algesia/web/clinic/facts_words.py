"""A stored fact in one line, for the history and for what was just recorded."""

from __future__ import annotations

from typing import Any, Final

from algesia.adapters.store.model import Kept
from algesia.knowledge.loader import Knowledge
from algesia.report.days import number

LIST_WORDS: Final = {
    "conditions": "Condition", "medications": "Medication", "doses": "Dose", "pain": "Pain", "function": "Function",
    "body_maps": "Body map", "signs": "Sign", "tests": "Sensory test", "scales": "Scale", "labs": "Laboratory",
    "interventions": "Treatment", "goals": "Goal", "goal_days": "Goal, that day", "taken": "Doses as planned",
    "bad_days": "Bad day", "sleep": "Sleep", "notes": "Note", "person": "Person", "settings": "Settings",
    "releases": "Released plan",
}  # fmt: skip
TIMES: Final = ("at", "day", "start", "end", "end_day")
LONGEST: Final = 240


def fact_words(fact: Kept, knowledge: Knowledge) -> str:
    """What a fact says, without its time.

    >>> from algesia.knowledge.loader import load
    >>> body = {"at": "2026-11-12", "sign": "myoclonus", "present": False}
    >>> fact_words(Kept(1, "a", "signs", body, None, "a", "", ""), load())
    'Myoclonus: absent'
    """
    body = fact.body
    if body is None:
        return "withdrawn"
    if fact.list == "signs" and body.get("sign") in knowledge.signs:
        state = {True: "present", False: "absent", None: "asked, no answer"}[body.get("present")]
        note = f". {body['note']}" if body.get("note") else ""
        return _short(f"{knowledge.signs[body['sign']].clinical}: {state}{note}")
    if fact.list == "releases":
        end = "withdrawn" if body.get("withdrawn") else f"released by {body.get('by', '')}"
        return f"Taper, {end}"
    if fact.list == "labs":
        return _short(f"{body.get('lab')} {_value(body.get('value'))} {body.get('unit', '')}")
    if fact.list in ("scales", "function"):
        return _short(f"{body.get('instrument')} {_value(body.get('score'))}{_items(body.get('items'))}")
    if fact.list == "body_maps":
        return f"{len(body.get('areas', ()))} areas, light touch hurts in {len(body.get('touch_pain', ()))}"
    parts = [f"{key.replace('_', ' ')} {_value(value)}" for key, value in body.items() if key not in TIMES]
    return _short(", ".join(parts) or "no more than its time")


def fact_time(fact: Kept) -> str:
    """The time a fact is of, as it was written; empty where it has none.

    >>> fact_time(Kept(1, "a", "pain", {"at": "2026-11-12T20:14", "score": 7}, None, "a", "", ""))
    '2026-11-12 20:14'
    """
    body = fact.body or {}
    day = body.get("day")
    if day is not None:
        return f"day {number(float(day))}"
    return str(body.get("at") or body.get("start") or "").replace("T", " ")


def _items(items: Any) -> str:
    if not isinstance(items, dict) or not items:
        return ""
    return f" ({', '.join(f'item {name}: {_value(value)}' for name, value in items.items())})"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, dict):
        if "value" in value and "unit" in value:
            return f"{_value(value['value'])} {value['unit']}"
        return ", ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(part) for part in value)
    return "not known" if value is None else str(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} ..."
