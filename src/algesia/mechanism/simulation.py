"""What a simulation is asked for and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from algesia.mechanism.model import Floats, Founded
from algesia.quantities.refusal import Unassessable

Phenotype: TypeAlias = Literal["poor", "intermediate", "normal", "ultrarapid"]

MEASURES: Final[Mapping[str, tuple[str, str]]] = {
    "cold-tolerance": ("s", "Time that a hand stays in ice water"),
    "cold-threshold": ("s", "Time until ice water hurts"),
    "heat-tolerance": ("{x baseline}", "Heat that is borne"),
    "heat-threshold": ("{x baseline}", "Heat that begins to hurt"),
    "heat-rating": ("{NRS}", "Rating of a fixed heat"),
    "cold-rating": ("{NRS}", "Rating of a fixed cold"),
    "electrical": ("{x baseline}", "Current that is borne"),
    "pressure": ("{x baseline}", "Pressure that is borne"),
    "hyperalgesia-area": ("{x baseline}", "Area of skin where a pin hurts too much"),
    "pain-nrs": ("{NRS}", "Pain score, 0 to 10"),
    "withdrawal-score": ("{0-1}", "Withdrawal, as a share of its worst"),
    "potency-ratio": ("{x naive}", "Dose for the same relief beside an opioid-naive person"),
    "relief": ("{NRS}", "What the drug takes off the pain score now"),
    "tolerance": ("{x naive}", "How many times weaker the drug works by slow tolerance"),
    "tolerance-fast": ("{x naive}", "How many times weaker by fast desensitization"),
    "sensitization": ("{0-1}", "Slow sensitization"),
    "sensitization-acute": ("{0-1}", "Sensitization of hours"),
    "withdrawal-fast": ("{0-1}", "Rebound of hours"),
    "withdrawal-slow": ("{0-1}", "Rebound of days"),
    "stimulus": ("{0-1}", "Receptors in work, weighted by intrinsic activity"),
}
"""Every measure of the nervous system: unit and meaning. Beside them ``plasma/DRUG`` and ``effect/DRUG`` in ng/mL."""


@dataclass(frozen=True, slots=True)
class Group:
    """Who is simulated: covariates that everybody shares, and whether people differ.

    A covariate that is ``None`` is not known: the typical value of the source is taken and said.
    People in a `trial` get better by being in it (placebo, from hour 0 on; Plan 2012).
    `sensitizes` is the share of people in whom sensitization happens at all (``None``: as fitted).
    """

    people: int = 1
    varies: bool = True
    weight_kg: float | None = None
    age: float | None = None
    egfr: float | None = None
    sex: Literal["female", "male"] | None = None
    hepatic: Literal["none", "mild", "moderate", "severe"] | None = None
    cyp2d6: Phenotype | None = None
    cyp2b6: Phenotype | None = None
    chronic_pain: bool = False
    trial: bool = False
    baseline_pain: float | None = None
    sensitizes: float | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Curves of a group. `bands` is (times, measures, 3): median, 5 % and 95 % of the people.

    `values` (people, times, measures) is kept for small groups only. `error` is what the steps in time cost at most of
    a curve's largest value: twice its change when every step is halved, on the typical person. `unassessable` names what could not be computed and what is
    missing for it; such a measure has no curve.
    """

    times_h: Floats
    measures: tuple[str, ...]
    units: tuple[str, ...]
    bands: Floats
    values: Floats | None
    people: int
    error: float
    founded: Mapping[str, Founded] = field(default_factory=dict)
    unassessable: tuple[Unassessable, ...] = ()

    def median(self, measure: str) -> Floats:
        """The median curve of a measure, (times,)."""
        curve: Floats = self.bands[:, self.measures.index(measure), 0]
        return curve
