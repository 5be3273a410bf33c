"""One opioid event as printed: read from the timeline, not yet interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from algesia.adapters.cases.fields import LARGEST_AMOUNT, LONGEST_NAME, read_flag, read_number, read_text
from algesia.adapters.cases.frequency import Frequency, read_frequency
from algesia.adapters.cases.words import ALL_OPIOIDS, ALL_ROUTES, Kind, plain_drug, read_kind, read_route
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Route

_READ: Final = frozenset({
    "t_day", "event", "drug", "route", "formulation", "dose", "unit", "frequency", "per_day", "per_day_inferred",
    "stop", "note", "t_inferred", "inferred",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """What one opioid event says.

    `routes` is the set of routes meant (see `words.read_route`), `route` the one route where it is clear.
    `ends` marks a stop; `every_drug` and `every_route` how far it reaches. `words` is the event as text.
    """

    at: Instant
    drug: str
    route: Route | None
    routes: frozenset[str]
    kind: Kind
    formulation: str | None
    dose: float | None
    unit: str | None
    frequency: Frequency
    per_day: float | None
    per_day_inferred: bool
    ends: bool
    every_drug: bool
    every_route: bool
    words: str

    @property
    def same_drug(self) -> str:
        """The drug's name for telling regimens apart."""
        return plain_drug(self.drug)

    @property
    def total(self) -> bool:
        """Whether the amount is what a pump gave in all, its basal rate included."""
        said = "total" in (self.formulation or "").lower() or self.frequency.use
        return self.kind is Kind.PCA and said

    @property
    def of_a_period(self) -> bool:
        """Whether the amount is a sum over some days and so no regimen."""
        summed = "cumulative" in (self.formulation or "").lower()
        return self.dose is not None and (self.frequency.of_a_period or summed)


def read_printed(event: Mapping[str, object], at: Instant, path: str) -> Printed:
    """Read one opioid event.

    Raises
    ------
    InputRefused
        When the drug is missing or a value has the wrong type.
    """
    drug = read_text(event.get("drug"), f"{path}.drug", LONGEST_NAME)
    if drug is None:
        raise InputRefused(f"{path}.drug", event.get("drug"), "is missing", "the name of the drug")
    route_words = read_text(event.get("route"), f"{path}.route", LONGEST_NAME)
    formulation = read_text(event.get("formulation"), f"{path}.formulation", LONGEST_NAME)
    unit = read_text(event.get("unit"), f"{path}.unit", LONGEST_NAME)
    frequency_words = read_text(event.get("frequency"), f"{path}.frequency", LONGEST_NAME)
    dose = read_number(event.get("dose"), f"{path}.dose", 0, LARGEST_AMOUNT)
    route, routes = read_route(route_words)
    every_route = (route_words or "").lower() in ALL_ROUTES
    kind = read_kind(formulation, route, unit)
    ends = bool(read_flag(event.get("stop"), f"{path}.stop")) or dose == 0
    return Printed(
        at=at,
        drug=drug,
        route="transdermal" if kind is Kind.PATCH and route_words is None else route,
        routes=frozenset() if every_route else routes,
        kind=kind,
        formulation=formulation,
        dose=None if ends else dose,
        unit=unit,
        frequency=read_frequency(frequency_words),
        per_day=read_number(event.get("per_day"), f"{path}.per_day", 0, LARGEST_AMOUNT),
        per_day_inferred=bool(read_flag(event.get("per_day_inferred"), f"{path}.per_day_inferred")),
        ends=ends,
        every_drug=drug.lower() in ALL_OPIOIDS,
        every_route=every_route,
        words=_as_words(event, drug, route_words, formulation, dose, unit, frequency_words, path),
    )


def _as_words(
    event: Mapping[str, object],
    drug: str,
    route: str | None,
    formulation: str | None,
    dose: float | None,
    unit: str | None,
    frequency: str | None,
    path: str,
) -> str:
    """The event as one line; keys that are not known are kept in it."""
    amount = None if dose is None else " ".join(filter(None, (f"{dose:g}", unit)))
    parts = [" ".join(filter(None, (drug, route))), formulation, amount, frequency]
    per_day = read_number(event.get("per_day"), f"{path}.per_day", 0, LARGEST_AMOUNT)
    if per_day is not None and per_day != dose and not bool(event.get("per_day_inferred")):
        parts.append(f"{per_day:g} a day")
    line = ", ".join(part for part in parts if part)
    note = read_text(event.get("note"), f"{path}.note")
    if bool(read_flag(event.get("inferred"), f"{path}.inferred")):
        note = "; ".join(filter(None, (note, "inferred by the abstractor")))
    more = [f"{key}: {event[key]}" for key in sorted(event) if key not in _READ and event[key] is not None]
    return "; ".join([line, *filter(None, [note]), *more])[:4000]
