"""From mg a day to MME a day: one factor for each stretch, tiers chosen on the drug's total for the day.

Measures exposure. Nothing here converts one drug into another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from algesia.exposure.frequency import Daily
from algesia.exposure.kernel import SCALE
from algesia.exposure.model import Item, Span
from algesia.exposure.timeline import RANK_WORDS, Piece
from algesia.exposure.working import between, number, span_words, with_factor
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.mme import EDITION_NAMES, find_factor, why_none
from algesia.knowledge.model import Edition, MmeFactor

APART: Final = frozenset({"buprenorphine"})
"""Partial agonist: CDC keeps it out of its totals, NIH HEAL totals it separately. Reported beside, never summed."""
BESIDE_WITHOUT: Final = (
    "a partial agonist, for which {table} has no factor that fits: reported apart in mg a day"
)
BESIDE: Final = "reported beside the total, never in it"
NEVER_STARTED: Final = "stopped before the supply before it ran out"

Tiers: TypeAlias = tuple[MmeFactor, MmeFactor, MmeFactor]
"""The rows that hold for the low, the likely and the high total of a drug."""


class Table:
    """The factors of one edition, looked up once for each drug, route and form."""

    def __init__(self, knowledge: Knowledge, edition: Edition) -> None:
        self._knowledge = knowledge
        self._edition = edition
        self._rows: dict[tuple[str, str | None, str | None], MmeFactor | str] = {}
        self._tiers: dict[tuple[str, str | None, str | None, float], MmeFactor] = {}

    @property
    def edition(self) -> Edition:
        """The edition of the table."""
        return self._edition

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
        key = (drug, route, form, total_mg)
        found = self._tiers.get(key)
        if found is None:
            found = find_factor(self._knowledge, self._edition, drug, route, form, total_mg)
            if found is None:
                raise LookupError(f"the tiers of {drug} have a hole at {total_mg} mg/d")
            self._tiers[key] = found
        return found


def items_of(pieces: Iterable[Piece], table: Table) -> list[Item]:
    """What became of every stretch: converted, unconverted, apart, superseded or no opioid."""
    items: list[Item] = []
    tiered: dict[str, list[tuple[Piece, Span]]] = defaultdict(list)
    for piece in pieces:
        item, row = _item(piece, table)
        if row is not None and row.above is not None and item.daily is not None:
            tiered[item.drug].append((piece, item.daily))
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
        return _plain(piece, "superseded", f"{better} of the same drug and route are used"), None
    if reading.daily is None:
        return _plain(piece, "unconverted", reading.reason), None
    found = table.row(reading.drug, reading.product.route, reading.product.form)
    if isinstance(found, str):
        if reading.drug in APART:
            return _plain(piece, "apart", BESIDE_WITHOUT.format(table=EDITION_NAMES[table.edition])), None
        return _plain(piece, "unconverted", found), None
    return _converted(piece, reading.daily, (found, found, found), "", piece.start, piece.end), found


def _plain(
    piece: Piece, status: Literal["unconverted", "apart", "superseded", "not-opioid"], why: str | None
) -> Item:
    line = piece.line
    reading = line.reading
    daily = reading.daily
    # A stretch that better evidence ends, ends on a known day.
    lasts = not line.end_known and piece.end == line.end
    return Item(
        line.label, reading.drug, reading.product.route, piece.start, None if lasts else piece.end, daily.mg if daily else None,
        None, None, status, daily.words if daily else "", why, None, None, line.basis, line.as_needed, line.text,
        piece.end if lasts else None,
    )  # fmt: skip


def _converted(
    piece: Piece,
    daily: Daily,
    rows: Tiers,
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
    if amount.low == amount.high and least == most:
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


def _by_tier(entries: list[tuple[Piece, Span]], table: Table) -> list[Item]:
    """The stretches of one drug, cut where its total for the day passes into another tier."""
    opens: dict[int, list[int]] = defaultdict(list)
    closes: dict[int, list[int]] = defaultdict(list)
    for index, (piece, _) in enumerate(entries):
        opens[piece.start].append(index)
        if piece.end is not None:
            closes[piece.end].append(index)
    running: dict[int, tuple[int, Tiers]] = {}
    result: list[Item] = []

    def close(index: int, day: int | None) -> None:
        since, tiers = running.pop(index)
        piece = entries[index][0]
        daily = piece.line.reading.daily
        if daily is not None:
            result.append(_converted(piece, daily, tiers, _tier_words(tiers[1]), since, day))

    for day in sorted({*opens, *closes}):
        for index in closes[day]:
            close(index, day)
        alive = [*running, *opens[day]]
        total = _total(entries[index][1] for index in alive)
        for index in alive:
            reading = entries[index][0].line.reading
            where = (reading.drug, reading.product.route, reading.product.form)
            low, likely, high = (table.tier(*where, bound) for bound in (total.low, total.likely, total.high))
            held = running.get(index)
            if held is not None and held[1] == (low, likely, high):
                continue
            if held is not None:
                close(index, day)
            running[index] = (day, (low, likely, high))
    for index in list(running):
        close(index, None)
    return result


def _tier_words(row: MmeFactor) -> str:
    above = number(row.above or 0.0)
    reach = f"above {above} mg/d" if row.up_to is None else f"above {above} up to {number(row.up_to)} mg/d"
    return f" ({reach} of {row.ingredient} in all)"


def _total(spans: Iterable[Span]) -> Span:
    """The exact sum of spans, in the kernel's whole units."""
    low = likely = high = 0
    for span in spans:
        low += round(span.low * SCALE)
        likely += round(span.likely * SCALE)
        high += round(span.high * SCALE)
    return Span(low / SCALE, likely / SCALE, high / SCALE)
