"""Diaries for the tests, made through the store: one of five years, one of some days."""

from __future__ import annotations

from datetime import date, timedelta

from algesia.adapters.store.model import Entry
from algesia.adapters.store.people import People
from algesia.record.codec import read_record
from algesia.record.model import Record


def five_years(last: date = date(2026, 11, 12), days: int = 1826) -> Record:
    """Pain every day, a PEG a week, a map a month, four increases and the beginning of a taper. Synthetic."""
    first = last - timedelta(days=days - 1)

    def day(n: int) -> str:
        return (first + timedelta(days=n)).isoformat()

    steps = ((0, 20), (300, 30), (600, 40), (900, 50), (1200, 60), (1700, 55))
    ends = [start for start, _ in steps[1:]]
    medications = [
        {"id": f"m{i}", "drug": "oxycodone", "route": "oral", "form": "tablet", "release": "extended",
         "dose": {"value": mg, "unit": "mg"}, "every_hours": 12, "start": day(start),
         **({"end": day(ends[i])} if i < len(ends) else {})}
        for i, (start, mg) in enumerate(steps)
    ]  # fmt: skip
    raw = {
        "format": "algesia-record/1",
        "person": {"birth_date": "1971-05-02", "sex": "female", "time_zone": "Europe/Paris"},
        "medications": medications,
        "pain": [{"at": day(n), "score": 4 + (n * 7 + n // 30) % 4, "question": "average-24h"} for n in range(days)],
        "function": [{"at": day(n), "instrument": "peg", "score": 5 + n % 3} for n in range(0, days, 7)],
        "body_maps": [{"at": day(n), "areas": ["lower-back-left", "lower-back-right"]} for n in range(0, days, 30)],
    }  # fmt: skip
    import json

    return read_record(json.dumps(raw).encode())


def some_days(people: People, person: str, last: date = date(2026, 11, 11), days: int = 14) -> None:
    """Pain and the goal on some days up to one."""
    entries = []
    for n in range(days):
        at = (last - timedelta(days=n)).isoformat()
        entries.append(
            Entry(
                f"{person}-p{n}", "pain", {"at": f"{at}T20:00", "score": 3 + n % 5, "question": "average-24h"}
            )
        )
        entries.append(
            Entry(f"{person}-g{n}", "goal_days", {"at": at, "done": ("did", "part", "not")[n % 3]})
        )
    people.write(person, entries, by="test", at="2026-11-12T00:00:00.000000Z")
