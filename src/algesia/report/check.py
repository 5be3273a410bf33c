"""A visual predictive check as text, as CSV and as `algesia-check/1`. The JSON Schema is made from the types here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

import msgspec
import numpy as np

from algesia.charts.check import time_unit
from algesia.charts.scale import amount
from algesia.exposure.working import number
from algesia.mechanism.check import DAY_H, FEW, SCORED
from algesia.mechanism.model import Floats
from algesia.mechanism.simulation import Group
from algesia.mechanism.vpc import Vpc
from algesia.quantities.refusal import Unassessable
from algesia.report.contract import UnassessableOut
from algesia.report.contract_facts import Part
from algesia.report.simulation import STATEMENT, GroupOut, meaning, not_computed, read_as, rounded, wrapped

FORMAT: Final = "algesia-check/1"
NINE: Final = "about nine in ten do where a model is right"
NO_PERSON: Final = "It is a check of the model on these data, no statement on a person."
DIARY: Final = (
    "Each virtual person writes one whole score a day around their own curve (Plan 2012); so percentiles are often equal "
    "to a bound, which counts as within."
)
NO_ERROR: Final = "The model spreads people and has no error of measurement: observations may spread wider."
ONE: Final = "All observations are one person's, and a person's percentiles lie in or out together."
SPARSE: Final = f"With fewer than {FEW} observations a bin only the median is compared."
SHARED: Final = "Several scores of a person on one day stand beside one score of the virtual person."


class CheckedOut(Part, frozen=True, kw_only=True):
    """One percentile of the observations in a bin, and median and 90 % interval of it over the replicates."""

    percentile: float
    observed: float
    median: float
    low90: float
    high90: float
    inside: bool


class BinOut(Part, frozen=True, kw_only=True):
    """Observations that are near in time: the first, the median and the last time, how many, their percentiles."""

    first_h: float
    time_h: float
    last_h: float
    n: int
    percentiles: tuple[CheckedOut, ...]


class CheckOut(Part, frozen=True, kw_only=True):
    """The whole answer. `people` observed each have a virtual person in each of `replicates`."""

    format: Literal["algesia-check/1"] = FORMAT
    statement: str
    regimen: tuple[str, ...]
    group: GroupOut
    measure: str
    unit: str
    meaning: str
    people: int
    observations: int
    replicates: int
    bins: tuple[BinOut, ...]
    inside: int
    compared: int
    notes: tuple[str, ...]
    unassessable: tuple[UnassessableOut, ...]


class Bin(NamedTuple):
    """A bin of a check: which, and the first and last time in it."""

    at: int
    first_h: float
    last_h: float


@dataclass(frozen=True)
class Checked:
    """A check with what it is of: `ids`, `times_h` and `values` are those of the observations.

    `notes` are sentences on the observations; `left_out` is what of a record is not in the model.
    """

    vpc: Vpc
    measure: str
    unit: str
    ids: tuple[str, ...]
    times_h: tuple[float, ...]
    values: tuple[float, ...]
    replicates: int
    group: Group
    reading: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[Unassessable, ...] = ()

    @property
    def people(self) -> int:
        """How many were observed."""
        return len(set(self.ids))

    @property
    def compared(self) -> int:
        """How many observed percentiles there are."""
        return int(self.vpc.observed.size)

    @property
    def inside(self) -> int:
        """How many of them lie in their interval."""
        return round(self.vpc.inside * self.compared)

    @cached_property
    def at_h(self) -> Floats:
        """The times that were compared: a pain score is its day's."""
        at = np.array(self.times_h)
        return np.floor(at / DAY_H) * DAY_H if self.measure == SCORED else at

    def bins(self) -> Iterator[Bin]:
        """The bins, with what lies in them."""
        last = self.vpc.n.size - 1
        which = np.clip(np.searchsorted(self.vpc.edges, self.at_h, side="right") - 1, 0, last)
        for k in range(last + 1):
            here = self.at_h[which == k]
            yield Bin(k, float(here.min()), float(here.max()))

    def sentences(self) -> tuple[str, ...]:
        """How to read the check: what the virtual people do, and what was left out."""
        days = set(zip(self.ids, self.at_h.tolist(), strict=True))
        told = [DIARY if self.measure == SCORED else NO_ERROR]
        told += [SHARED] if self.measure == SCORED and len(days) < len(self.ids) else []
        told += [ONE] if self.people == 1 else []
        told += [SPARSE] if len(self.vpc.percentiles) == 1 else []
        return (*told, *self.notes)


def check_json(found: Checked) -> CheckOut:
    """A check as `algesia simulate --observed FILE --format json` prints it."""
    return CheckOut(
        statement=f"{STATEMENT} {NO_PERSON}",
        regimen=found.reading,
        group=GroupOut(**{name: getattr(found.group, name) for name in GroupOut.__struct_fields__}),
        measure=found.measure, unit=found.unit, meaning=meaning(found.measure), people=found.people,
        observations=len(found.values), replicates=found.replicates, bins=tuple(_bin(found.vpc, one) for one in found.bins()),
        inside=found.inside, compared=found.compared, notes=found.sentences(),
        unassessable=tuple(
            UnassessableOut(what=one.what, because=one.because, missing=one.missing) for one in found.left_out
        ),
    )  # fmt: skip


def check_csv(found: Checked) -> str:
    """Each percentile of each bin as a row."""
    lines = ["first_h,last_h,n,measure,unit,percentile,observed,median,low90,high90"]
    for one in (_bin(found.vpc, part) for part in found.bins()):
        for row in one.percentiles:
            numbers = (row.percentile, row.observed, row.median, row.low90, row.high90)
            told = ",".join(f"{value:g}" for value in numbers)
            lines.append(f"{one.first_h:g},{one.last_h:g},{one.n},{found.measure},{found.unit},{told}")
    return "\n".join(lines) + "\n"


def check_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `algesia-check/1`.

    >>> sorted(check_schema()["$defs"]["BinOut"]["properties"])
    ['first_h', 'last_h', 'n', 'percentiles', 'time_h']
    """
    schema = msgspec.json.schema(CheckOut)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **schema}


def check_text(found: Checked, width: int = 100) -> str:
    """The check as text, at most `width` columns wide."""
    who = "1 person" if found.people == 1 else f"{found.people:,} people"
    each = "" if found.people == 1 else " for each"
    many = "1 observation" if len(found.values) == 1 else f"{len(found.values):,} observations"
    what = meaning(found.measure)
    unit = f", {found.unit}" if "{" not in found.unit else ""
    head = (
        f"{what[:1].upper()}{what[1:]}{unit}: {many} of {who} beside "
        f"{found.replicates:,} virtual people{each}."
    )
    lines = [*wrapped(head, width), "", "Read as"]
    lines += read_as(found.reading, width)
    lines += [
        "",
        *wrapped("Observed percentiles, and in brackets the model's 90 % interval of each.", width),
    ]
    lines += ["", *_table(found, width), ""]
    verdict = f"{found.inside} of {found.compared} observed percentiles lie within the model's 90 % interval; {NINE}."
    lines += wrapped(f"{verdict} {NO_PERSON}", width)
    lines += not_computed(found.left_out, width)
    lines += ["", *wrapped(" ".join((*found.sentences(), STATEMENT)), width)]
    return "\n".join(lines) + "\n"


def percentile_words(percentile: float) -> str:
    """A percentile as a column's name.

    >>> percentile_words(50.0), percentile_words(10.0)
    ('median', '10 %')
    """
    return "median" if percentile == 50 else f"{percentile:g} %"


def _table(found: Checked, width: int) -> list[str]:
    """The bins as rows, with as many digits as there is room for; below each other where there is none."""
    unit_h, name = time_unit(float(max(found.at_h)), found.measure)
    heads = [f"{name}s", "n", *(percentile_words(one) for one in found.vpc.percentiles)]
    rows: list[list[str]] = []
    for digits in (3, 2):
        rows = []
        for one in found.bins():
            first, last = (number(round(hour / unit_h, 2)) for hour in (one.first_h, one.last_h))
            cells = [_cell(found, one.at, k, digits) for k in range(len(found.vpc.percentiles))]
            rows.append(
                [first if first == last else f"{first} to {last}", f"{found.vpc.n[one.at]:,}", *cells]
            )
        sizes = [max(len(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
        if sum(sizes) + 2 * (len(sizes) - 1) <= width:
            table = (heads, *rows)
            return ["  ".join(c.ljust(s) for c, s in zip(row, sizes, strict=True)).rstrip() for row in table]
    lines = []
    for row in rows:
        lines.append(f"{heads[0]} {row[0]}, n {row[1]}")
        lines += [f"  {head}: {cell}" for head, cell in zip(heads[2:], row[2:], strict=True)]
    return lines


def _cell(found: Checked, k: int, j: int, digits: int) -> str:
    """An observed percentile with its interval, and on which side it lies where it is outside."""
    vpc = found.vpc
    seen, low, high = (float(values[k, j]) for values in (vpc.observed, vpc.low, vpc.high))
    side = " below" if seen < low else " above" if seen > high else ""
    told = [_scored(v) if found.unit == "{NRS}" else _digits(v, digits) for v in (seen, low, high)]
    return f"{told[0]} ({told[1]} to {told[2]}){side}"


def _scored(value: float) -> str:
    """A percentile of scores: one decimal at most.

    >>> _scored(7.0), _scored(0.57)
    ('7', '0.6')
    """
    return f"{value:.1f}".removesuffix(".0")


def _digits(value: float, digits: int) -> str:
    """So many digits that count.

    >>> _digits(3.14159, 3), _digits(1234.5, 2), _digits(7.0, 3)
    ('3.14', '1,200', '7')
    """
    cut = float(f"{value:.{digits}g}")
    return amount(cut) if abs(cut) >= 10 else f"{cut:g}"


def _bin(vpc: Vpc, one: Bin) -> BinOut:
    k = one.at
    return BinOut(
        first_h=rounded(one.first_h),
        time_h=rounded(float(vpc.time[k])),
        last_h=rounded(one.last_h),
        n=int(vpc.n[k]),
        percentiles=tuple(
            CheckedOut(
                percentile=percentile, observed=rounded(vpc.observed[k, j]), median=rounded(vpc.median[k, j]),
                low90=rounded(vpc.low[k, j]), high90=rounded(vpc.high[k, j]),
                inside=bool(vpc.low[k, j] <= vpc.observed[k, j] <= vpc.high[k, j]),
            )
            for j, percentile in enumerate(vpc.percentiles)
        ),
    )  # fmt: skip
