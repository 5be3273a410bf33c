"""Diaries of pain scores as text, as CSV and as `algesia-diary/1`. The JSON Schema is made from the types here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from algesia.mechanism.simulation import Group
from algesia.quantities.refusal import Unassessable
from algesia.report.contract import UnassessableOut
from algesia.report.contract_facts import Part
from algesia.report.simulation import STATEMENT, not_computed, read_as, rounded, wrapped

Scores: TypeAlias = NDArray[np.int8]
"""A score for each person and day, (people, days)."""

FORMAT: Final = "algesia-diary/1"
STEPS: Final = (1, 7, 28, 91, 365, 3650)
"""Days that a row of the table stands for: the first of these with which there are at most `ROWS`."""
ROWS: Final = 30
SHORT: Final = 14
"""From so many days on, a row is a week at least."""
SOURCE: Final = (
    "One whole score a day, drawn around each person's own curve as people on placebo with painful diabetic neuropathy "
    "scored (Plan 2012)."
)
HEADS: Final = ("days", "mean", "median", "90 %", "as the day before")


class DiaryRowOut(Part, frozen=True, kw_only=True):
    """The scores of everybody on days `first` to `last`; `same` is the share that equals the day before's."""

    first: int
    last: int
    mean: float
    median: float
    low90: float
    high90: float
    same: float | None


class DiaryOut(Part, frozen=True, kw_only=True):
    """The whole answer. `scores` holds each person's diary, from day 0 on; the first person is the typical one."""

    format: Literal["algesia-diary/1"] = FORMAT
    statement: str
    source: str
    regimen: tuple[str, ...]
    days: int
    people: int
    seed: int
    rows: tuple[DiaryRowOut, ...]
    scores: tuple[tuple[int, ...], ...]
    unassessable: tuple[UnassessableOut, ...]


def diary_json(
    scores: Scores, regimen: Sequence[str], group: Group, left_out: Iterable[Unassessable] = ()
) -> DiaryOut:
    """The diaries as `algesia-diary/1`. `left_out` is what of a record is not in the model."""
    return DiaryOut(
        statement=STATEMENT,
        source=SOURCE,
        regimen=tuple(regimen),
        days=int(scores.shape[1]),
        people=int(scores.shape[0]),
        seed=group.seed,
        rows=tuple(rows(scores)),
        scores=tuple(tuple(one) for one in scores.tolist()),
        unassessable=tuple(
            UnassessableOut(what=one.what, because=one.because, missing=one.missing) for one in left_out
        ),
    )


def diary_csv(scores: Scores) -> str:
    """Each score as a row; people are counted from 1, who is the typical one, and days from 0."""
    lines = ["person,day,score"]
    for person, one in enumerate(scores.tolist(), 1):
        lines += [f"{person},{day},{score}" for day, score in enumerate(one)]
    return "\n".join(lines) + "\n"


def diary_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `algesia-diary/1`.

    >>> diary_schema()["title"]
    'algesia-diary/1'
    """
    schema = msgspec.json.schema(DiaryOut)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **schema}


def diary_text(
    scores: Scores,
    regimen: Sequence[str],
    group: Group,
    left_out: Iterable[Unassessable] = (),
    width: int = 100,
) -> str:
    """The diaries as text, at most `width` columns wide: what is usual, week by week."""
    table = rows(scores)
    who = "The typical person writes" if group.people == 1 else f"{group.people:,} virtual people write"
    first, last = table[0], table[-1]
    told = f"{first.mean:.1f} on {_when(first)}"
    told += "" if len(table) == 1 else f" and {last.mean:.1f} on {_when(last)}"
    head = f"In this model {who[:1].lower()}{who[1:]} a mean score of {told}."
    lines = [*wrapped(head, width), "", "Read as"]
    lines += read_as(regimen, width)
    cells = [
        (
            _days(row), f"{row.mean:.1f}", _score(row.median), f"{_score(row.low90)} to {_score(row.high90)}",
            "" if row.same is None else f"{100 * row.same:.0f} %",
        )
        for row in table
    ]  # fmt: skip
    sizes = [max(len(row[k]) for row in (HEADS, *cells)) for k in range(len(HEADS))]
    lines += [
        "",
        *wrapped("The scores, and how many are the same as on the day before.", width),
        "",
    ]
    lines += [
        "  ".join(c.ljust(s) for c, s in zip(row, sizes, strict=True)).rstrip() for row in (HEADS, *cells)
    ]
    lines += not_computed(left_out, width)
    lines += ["", *wrapped(f"{SOURCE} {STATEMENT}", width)]
    return "\n".join(lines) + "\n"


def rows(scores: Scores) -> Sequence[DiaryRowOut]:
    """The scores in runs of days: single ones of a short diary, weeks, or longer.

    >>> import numpy as np
    >>> [row.same for row in rows(np.array([[5, 5, 6], [2, 2, 2]], np.int8))]
    [None, 1.0, 0.5]
    """
    days = scores.shape[1]
    step = next(one for one in STEPS if (one > 1 or days < SHORT) and days <= one * ROWS)
    found = []
    for first in range(0, days, step):
        here = scores[:, first : first + step].astype(np.float64)
        before = scores[:, max(first - 1, 0) : first + here.shape[1] - 1]
        same = here[:, here.shape[1] - before.shape[1] :] == before
        median, low, high = np.quantile(here, (0.5, 0.05, 0.95)).tolist()
        found.append(
            DiaryRowOut(
                first=first, last=first + here.shape[1] - 1, mean=rounded(float(here.mean())), median=rounded(median), low90=rounded(low),
                high90=rounded(high), same=rounded(float(same.mean())) if same.size else None,
            )
        )  # fmt: skip
    return found


def _when(row: DiaryRowOut) -> str:
    return f"day {_days(row)}" if row.first == row.last else f"days {_days(row)}"


def _days(row: DiaryRowOut) -> str:
    return f"{row.first}" if row.first == row.last else f"{row.first} to {row.last}"


def _score(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
