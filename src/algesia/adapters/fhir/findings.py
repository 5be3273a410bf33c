"""Pain, function, scales, laboratory values and weight: gathered from observations and questionnaires, then joined.

Scores of one instrument on one day belong to one administration of it: an item reported apart (PHQ-9 item 9) is
joined to its total, so that the latest total never hides it. Where an item was reported twice on a day, the higher
value stands, since a missed warning is the worse mistake.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from algesia.adapters.fhir.codes import PEG_ITEMS
from algesia.adapters.fhir.context import Context
from algesia.quantities.time import Instant
from algesia.record.model import Function, Lab, Pain, Scale

_ROUND: Final = 6


class Findings:
    """Everything measured or rated in one file, while it is being read."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.pain: list[Pain] = []
        self.labs: list[Lab] = []
        self.weights: list[tuple[Instant, float]] = []
        self._peg_means: dict[Instant, set[float]] = defaultdict(set)
        self._peg_items: dict[Instant, dict[str, set[float]]] = defaultdict(lambda: defaultdict(set))
        self._totals: dict[tuple[str, int], list[tuple[Instant, float]]] = defaultdict(list)
        self._items: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
        self._latest: dict[tuple[str, int], Instant] = {}

    def add_peg_mean(self, at: Instant, score: float) -> None:
        """A PEG score as reported: the mean of its three items."""
        self._peg_means[at].add(score)

    def add_peg_item(self, at: Instant, loinc: str, score: float) -> None:
        """One answered item of the PEG."""
        self._peg_items[at][loinc].add(score)

    def add_total(self, instrument: str, at: Instant, score: float) -> None:
        """The total of an instrument."""
        self._totals[instrument, at.day].append((at, score))

    def add_item(self, instrument: str, at: Instant, item: str, score: float) -> None:
        """One answered item of an instrument."""
        key = (instrument, at.day)
        kept = self._items[key]
        kept[item] = max(score, kept.get(item, 0.0))
        self._latest[key] = max(at, self._latest.get(key, at))

    def functions(self) -> list[Function]:
        """PEG scores: as reported, else the mean where all three items were answered once."""
        found = [(at, score) for at, scores in self._peg_means.items() for score in scores]
        days = {at.day for at in self._peg_means}
        for at, answered in self._peg_items.items():
            if at in self._peg_means or (at.minute is None and at.day in days):
                continue
            if all(len(answered.get(code, ())) == 1 for code in PEG_ITEMS):
                total = sum(next(iter(answered[code])) for code in PEG_ITEMS)
                found.append((at, round(total / len(PEG_ITEMS), _ROUND)))
            elif set(answered) != {PEG_ITEMS[0]}:
                self._ctx.note("a PEG without each of its three items once has no score")
        return [Function(at=at, instrument="peg", score=score) for at, score in sorted(found)]

    def scales(self) -> list[Scale]:
        """One entry for each total; items of the same day go with its last one."""
        found = []
        for key in sorted(self._totals.keys() | self._items.keys()):
            instrument, _ = key
            items = dict(sorted(self._items[key].items())) if key in self._items else None
            totals = sorted(set(self._totals.get(key, ())))
            for at, score in totals[:-1]:
                found.append(Scale(at=at, instrument=instrument, score=score))
            if totals:
                at, score = totals[-1]
                at = max(at, self._latest.get(key, at))
                found.append(Scale(at=at, instrument=instrument, score=score, items=items))
            else:
                found.append(Scale(at=self._latest[key], instrument=instrument, items=items))
        return sorted(found, key=lambda s: (s.at, s.instrument, s.score or 0.0))

    @property
    def weight(self) -> float | None:
        """The latest weight in kg; of several at one time the lowest."""
        if not self.weights:
            return None
        last = max(at for at, _ in self.weights)
        return min(kg for at, kg in self.weights if at == last)
