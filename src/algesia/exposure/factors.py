"""From mg a day to MME a day: one factor for each stretch, tiers chosen on the drug's total for the day.

Measures exposure. Nothing here converts one drug into another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Literal

from algesia.exposure.frequency import Daily
from algesia.exposure.model import Item, Span
from algesia.exposure.timeline import RANK_WORDS, Piece
from algesia.exposure.working import between, number, span_words, with_factor
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.mme import find_factor, why_none
from algesia.knowledge.model import Edition, MmeFactor

APART: Final = frozenset({"buprenorphine"})
"""Partial agonist: CDC keeps it out of its totals, NIH HEAL totals it separately. Reported beside, never summed."""
BESIDE: Final = "reported beside the total, never in it"
NEVER_STARTED: Final = "stopped before the supply before it ran out"


class Table:
    """The factors of one edition, looked up once for each drug, route and form."""

    def __init__(self, knowledge: Knowledge, edition: Edition) -> None:
        self._knowledge = knowledge
        self._edition = edition
        self._rows: dict[tuple[str, str | None, str | None], MmeFactor | str] = {}

    def row(self, drug: str, route: str | None, form: str | None) -> MmeFactor | str:
        """The factor of a drug, or in words why there is none. Of a tiered factor, the lowest tier."""
        key = (drug, route, form)
        found = self._rows.get(key)
        if found is None:
            found = find_factor(self._knowledge, self._edition, drug, route, form, 0.0)
            if found is None or found.value is None or found.per is None:
                found = why_none(self._knowledge, self._edition, drug, route, form, 0.0)
            self._rows[key] = found
        return found

    def tier(self, drug: str, route: str | None, form: str | None, total_mg: float) -> MmeFactor:
        """The tier that holds for a total of the drug, in mg a day."""
        found = find_factor(self._knowledge, self._edition, drug, route, form, total_mg)
        if found is None:
            raise LookupError(f"tiers of {drug} have a hole at {total_mg} mg/d")
        return found


def items_of(pieces: Iterable[Piece], table: Table) -> list[Item]:
    """What became of every stretch: converted, unconverted, apart, superseded or no opioid."""
    items: list[Item] = []
    tiered: dict[str, list[tuple[Item, Piece]]] = defaultdict(list)
    for piece in pieces:
        item, row = _item(piece, table)
        if row is not None and row.above is not None and item.status == "converted":
            tiered[item.drug].append((item, piece))
        else:
            items.append(item)
    for entries in tiered.values():
        items.extend(_by_tier(entries, table))
    return items


def _item(piece: Piece, table: Table) -> tuple[Item, MmeFactor | None]:
    reading = piece.line.reading
    if not reading.opioid:
        return _plain(piece, "not-opioid", reading.reason), None
    if piece.end is not None and piece.end <= piece.start:
        return _plain(piece, "superseded", NEVER_STARTED), None
    if piece.beaten_by is not None:
        better = RANK_WORDS[piece.beaten_by]
        return _plain(piece, "superseded", f"{better} amounts of the same drug and route are used"), None
    if reading.daily is None:
        return _plain(piece, "unconverted", reading.reason), None
    found = table.row(reading.drug, reading.product.route, reading.product.form)
    if isinstance(found, str):
        return _plain(piece, "apart" if reading.drug in APART else "unconverted", found), None
    return _converted(piece, reading.daily, (found, found, found), "", piece.start, piece.end), found


def _plain(
    piece: Piece, status: Literal["unconverted", "apart", "superseded", "not-opioid"], why: str | None
) -> Item:
    line = piece.line
    reading = line.reading
    daily = reading.daily
    return Item(
        line.label, reading.drug, reading.product.route, piece.start, piece.end, daily.mg if daily else None,
        None, None, status, daily.words if daily else "", why, None, None, line.basis, line.as_needed, line.text,
    )  # fmt: skip


def _converted(
    piece: Piece,
    daily: Daily,
    rows: tuple[MmeFactor, MmeFactor, MmeFactor],
    total_words: str,
    start: int,
    end: int | None,
) -> Item:
    """The stretch with one factor for each of low, likely and high (they differ across tiers only)."""
    line = piece.line
    reading = line.reading
    amount, restated = _in_unit(daily, rows[1])
    least, likely, most = (row.value or 0.0 for row in rows)
    factor = number(likely)
    if amount.low == amount.high:
        mme = Span.exactly(round(amount.high * most, 9))
    else:
        mme = Span(
            round(amount.low * least, 9), round(amount.likely * likely, 9), round(amount.high * most, 9)
        )
        if least != most:
            factor = between(least, most)
    apart = rows[1].apart or reading.drug in APART
    return Item(
        line.label, reading.drug, reading.product.route, start, end, daily.mg, likely, mme,
        "apart" if apart else "converted", with_factor(daily.words, factor + total_words, mme, restated),
        BESIDE if apart else None, rows[1].source, rows[1].confidence, line.basis, line.as_needed, line.text,
    )  # fmt: skip


def _in_unit(daily: Daily, row: MmeFactor) -> tuple[Span, str]:
    """The daily amount in the unit the factor multiplies, restated in words where that is not mg a day."""
    match row.per:
        case "ug/h":
            return daily.worn if daily.worn is not None else daily.mg.times(1 / 0.024), ""
        case "ug/d":
            mcg = Span(
                *(round(bound * 1000.0, 9) for bound in (daily.mg.low, daily.mg.likely, daily.mg.high))
            )
            return mcg, f" = {span_words(mcg)} ug/d"
        case _:
            return daily.mg, ""


def _by_tier(entries: list[tuple[Item, Piece]], table: Table) -> list[Item]:
    """The items of one drug, cut where its total for the day passes into another tier."""
    opens: dict[int, list[int]] = defaultdict(list)
    closes: dict[int, list[int]] = defaultdict(list)
    for index, (item, _) in enumerate(entries):
        opens[item.start].append(index)
        if item.end is not None:
            closes[item.end].append(index)
    days = sorted({*opens, *closes})
    running: dict[int, int] = {}
    rows_since: dict[int, tuple[tuple[MmeFactor, MmeFactor, MmeFactor], Span]] = {}
    result: list[Item] = []

    def close(index: int, day: int | None) -> None:
        item, piece = entries[index]
        rows, total = rows_since.pop(index)
        start = running.pop(index)
        daily = piece.line.reading.daily
        if daily is not None and (day is None or day > start):
            words = f" (for {span_words(total)} mg/d of {item.drug} in all)"
            result.append(_converted(piece, daily, rows, words, start, day))

    for day in days:
        for index in closes[day]:
            close(index, day)
        started = opens[day]
        alive = [*running, *started]
        total = _total(entries[index][0] for index in alive)
        for index in alive:
            item, piece = entries[index]
            product = piece.line.reading.product
            bounds = (total.low, total.likely, total.high)
            low, likely, high = (table.tier(item.drug, item.route, product.form, bound) for bound in bounds)
            held = rows_since.get(index)
            if held is not None and held == ((low, likely, high), total):
                continue
            if held is not None:
                close(index, day)
            running[index] = day
            rows_since[index] = ((low, likely, high), total)
    for index in list(running):
        close(index, None)
    return result


def _total(items: Iterable[Item]) -> Span:
    low = likely = high = 0
    for item in items:
        if item.daily is not None:
            low += round(item.daily.low * 1e9)
            likely += round(item.daily.likely * 1e9)
            high += round(item.daily.high * 1e9)
    return Span(low / 1e9, likely / 1e9, high / 1e9)
