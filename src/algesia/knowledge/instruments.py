"""Scoring of instruments. A missing item leaves the total unknown; it is never counted as zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from algesia.knowledge.clinical import Instrument, InstrumentItem
from algesia.quantities.refusal import InputRefused

NOT_COUNTED_WHEN_SUPERVISED: Final = ("tolerance", "withdrawal")


@dataclass(frozen=True, slots=True)
class Scored:
    """A score. `total` and `band` are ``None`` while items are missing, or where no bands were read."""

    total: float | None
    band: str | None
    complete: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fibromyalgia:
    """Whether the 2016 criteria are met (``None``: cannot be said), and which of them fail or are unknown."""

    met: bool | None
    failed: tuple[str, ...]
    unknown: tuple[str, ...]


def item_range(item: InstrumentItem) -> tuple[float, float]:
    """The lowest and the highest value of an item.

    >>> from algesia.knowledge.loader import load
    >>> item_range(load().instruments["cows"].items[2])
    (0.0, 5.0)
    """
    values = [float(level) for level in item.levels]
    return min(values), max(values)


def score(instrument: Instrument, items: Mapping[str, float], *, supervised: bool = True) -> Scored:
    """The total of an instrument from its items.

    The PEG is the mean of its items, the other totals are sums or counts. `supervised` concerns `dsm5-oud` only:
    opioids taken solely under appropriate medical supervision, when tolerance and withdrawal do not count
    (DSM-5 criteria as reproduced in PMC6590307, Table 1).

    Raises
    ------
    InputRefused
        For an item the instrument does not have, and for a value the item cannot take.

    >>> from algesia.knowledge.loader import load
    >>> score(load().instruments["peg"], {"pain": 7, "enjoyment": 6, "general-activity": 8}).total
    7.0
    >>> score(load().instruments["phq-2"], {"interest": 1})
    Scored(total=None, band=None, complete=False, missing=('mood',))
    """
    known = {item.id: item for item in instrument.items}
    for name, value in items.items():
        if name not in known:
            raise InputRefused(
                f"{instrument.id}.{name}", None, "is no item of it", "one of " + ", ".join(known)
            )
        _check(instrument, known[name], value)
    counted = [name for name in known if not (_exempt(instrument, name) and supervised)]
    missing = tuple(name for name in counted if name not in items)
    if missing:
        return Scored(None, None, False, missing)
    total = float(sum(items[name] for name in counted))
    if instrument.combine == "mean":
        total /= len(counted)
    return Scored(total, band(instrument, total), True, ())


def band(instrument: Instrument, total: float) -> str | None:
    """The band of a total; ``None`` where no bands were read.

    Raises
    ------
    InputRefused
        For a total outside the range of the instrument.

    >>> from algesia.knowledge.loader import load
    >>> band(load().instruments["cows"], 4), band(load().instruments["cows"], 5)
    ('none to minimal', 'mild')
    """
    if not instrument.low <= total <= instrument.high:
        expected = f"a total from {instrument.low:g} to {instrument.high:g}"
        raise InputRefused(instrument.id, total, "is outside its range", expected)
    reached = [b.label for b in instrument.bands if b.low <= total]
    return reached[-1] if reached else None


def fibromyalgia_2016(
    wpi: float | None, sss: float | None, regions: int | None, months: float | None
) -> Fibromyalgia:
    """The 2016 criteria of fibromyalgia (Wolfe et al., Semin Arthritis Rheum 2016;46:319-29).

    Met when WPI is at least 7 with SSS at least 5, or WPI is 4 to 6 with SSS at least 9; pain in at least 4 of 5
    regions (jaw, chest and abdomen do not count); symptoms for at least 3 months. A positive result does not
    exclude opioid-induced hyperalgesia.

    >>> fibromyalgia_2016(wpi=5, sss=9, regions=4, months=6).met
    True
    >>> fibromyalgia_2016(wpi=3, sss=12, regions=4, months=6).met
    False
    >>> fibromyalgia_2016(wpi=8, sss=6, regions=None, months=6)
    Fibromyalgia(met=None, failed=(), unknown=('regions',))
    """
    answers = {
        "wpi and sss": _extent(wpi, sss),
        "regions": None if regions is None else regions >= 4,
        "months": None if months is None else months >= 3,
    }
    failed = tuple(name for name, holds in answers.items() if holds is False)
    unknown = tuple(name for name, holds in answers.items() if holds is None)
    return Fibromyalgia(False if failed else None if unknown else True, failed, unknown)


def _extent(wpi: float | None, sss: float | None) -> bool | None:
    if (wpi is not None and wpi < 4) or (sss is not None and sss < 5):
        return False
    if wpi is None or sss is None:
        return None
    return (wpi >= 7 and sss >= 5) or (4 <= wpi <= 6 and sss >= 9)


def _exempt(instrument: Instrument, item: str) -> bool:
    return instrument.id == "dsm5-oud" and item in NOT_COUNTED_WHEN_SUPERVISED


def _check(instrument: Instrument, item: InstrumentItem, value: float) -> None:
    low, high = item_range(item)
    rated = (
        high == 10
    )  # a rating from 0 to 10 prints its two ends only; every other item prints all its values
    fits = low <= value <= high if rated else value in {float(level) for level in item.levels}
    if not fits:
        expected = f"a number from {low:g} to {high:g}" if rated else "one of " + ", ".join(item.levels)
        raise InputRefused(f"{instrument.id}.{item.id}", value, "is not a value of this item", expected)
