"""From a drug's name to its kinetics in every person: compartments, flows, ways in, and where each number is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.mechanism_rows import Door, Metabolite, Parameter
from algesia.mechanism.covariates import factor, unknown_effects, weight
from algesia.mechanism.disposition import concentration_per_mg, ke0, macro, per_volume, typical
from algesia.mechanism.model import Block, Floats, Founded, Output, Part, Transfer
from algesia.mechanism.simulation import Group
from algesia.mechanism.variability import cv_of, normal, spread
from algesia.quantities.refusal import Unassessable


def blocks_for(
    drugs: Iterable[str],
    group: Group,
    *,
    routes: Mapping[str, frozenset[str]] | None = None,
    start: int = 0,
) -> tuple[tuple[Block, ...], tuple[Unassessable, ...]]:
    """The kinetics of each drug in `group.people` people, and what cannot be computed.

    Row 0 is the typical person and does not vary. `routes` keeps only the ways in that are needed. `start` is the
    number of the first row's person, so that a large group can be made in pieces. A drug or route without
    parameters is an `Unassessable`, never an error.

    >>> blocks, missing = blocks_for(["morphine", "levorphanol"], Group(), routes={"morphine": frozenset({"oral"})})
    >>> blocks[0].states
    ('central', 'peripheral', 'peripheral2', 'M3G', 'M6G', 'effect', 'effect-M6G', 'oral')
    >>> [one.what for one in missing]
    ['plasma/levorphanol']
    """
    blocks: list[Block] = []
    missing: list[Unassessable] = []
    for drug in dict.fromkeys(drugs):
        doors = mechanism_tables().doors.get(drug, {})
        asked = None if routes is None else routes.get(drug)
        if not doors:
            missing.append(_without_kinetics(drug))
            continue
        wanted = set(doors) if asked is None else asked & set(doors)
        missing += [_without_door(drug, route, doors) for route in sorted((asked or set()) - set(doors))]
        if wanted:
            blocks.append(_Draft(drug, group, start).block({r: d for r, d in doors.items() if r in wanted}))
            missing += unknown_effects(drug, group)
            missing += unread_metabolites(drug)
    return tuple(blocks), tuple(missing)


def unread_metabolites(drug: str) -> tuple[Unassessable, ...]:
    """Metabolites that a drug is known to have and whose kinetics nobody read.

    >>> [one.what for one in unread_metabolites("hydromorphone")]
    ['plasma/H3G']
    """
    rows = mechanism_tables().parameters
    return tuple(
        Unassessable(f"plasma/{row.species}", row.note, (f"clearance and volume of {row.species}",))
        for row in rows
        if row.symbol == "UNREAD" and row.route == drug
    )


def _without_kinetics(drug: str) -> Unassessable:
    because = "no kinetics of this drug are in the tables"
    return Unassessable(f"plasma/{drug}", because, (f"clearance and volume of {drug}",))


def _without_door(drug: str, route: str, doors: Mapping[str, object]) -> Unassessable:
    because = f"no way in by this route is in the tables; there are {', '.join(sorted(doors))}"
    return Unassessable(f"plasma/{drug} by {route}", because, (f"absorption of {drug} by {route}",))


@dataclass(slots=True)
class _Draft:
    """A block while it is put together."""

    drug: str
    group: Group
    start: int
    states: list[str] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    rates: list[Floats] = field(default_factory=list)
    gains: list[Floats] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    scales: list[Floats] = field(default_factory=list)
    founded: dict[str, Founded] = field(default_factory=dict)
    bodies: dict[str, dict[str, Floats]] = field(default_factory=dict)

    def block(self, doors: Mapping[str, tuple[Door, ...]]) -> Block:
        """The whole of it. Compartments come first, then effect sites, then the ways in."""
        metabolites = mechanism_tables().metabolites.get(self.drug, ())
        body = self._disposition(self.drug, "", "central")
        for one in metabolites:
            self._metabolite(one)
        self._elimination(body, metabolites)
        self._read(f"plasma/{self.drug}", "central", "plasma", body["V1"])
        self._effect(self.drug, f"effect/{self.drug}", "central", "effect", "", body["V1"])
        for one in metabolites:
            volume = self._body(one.species)["V1"]
            self._read(f"plasma/{one.name}", one.species, "metabolite", volume)
            if one.effect:
                site, suffix = f"effect-{one.species}", f"_{one.species}"
                self._effect(one.species, f"effect/{one.name}", one.species, site, suffix, volume)
        parts = {route: tuple(self._part(door) for door in rows) for route, rows in doors.items()}
        return Block(
            drug=self.drug,
            states=tuple(self.states),
            transfers=tuple(self.transfers),
            rates=np.stack(self.rates, axis=1),
            gains=np.stack(self.gains, axis=1),
            outputs=tuple(self.outputs),
            scales=np.stack(self.scales, axis=1),
            doors=parts,
            founded=self.founded,
        )

    def _disposition(self, species: str, suffix: str, central: str) -> dict[str, Floats]:
        """A central compartment and its peripheral ones, without elimination."""
        body = self._body(species)
        self.states.append(central)
        for number, name in (("2", "peripheral"), ("3", "peripheral2")):
            if f"Q{number}" in body:
                side = f"{species}-{name}" if suffix else name
                flow, inner, outer = body[f"Q{number}"], f"V1{suffix}", f"V{number}{suffix}"
                self.states.append(side)
                self._flow(central, side, f"Q{number}{suffix}/{inner}", per_volume(flow, body["V1"]))
                back = per_volume(flow, body[f"V{number}"])
                self._flow(side, central, f"Q{number}{suffix}/{outer}", back)
        return body

    def _metabolite(self, one: Metabolite) -> None:
        """A metabolite's own compartments and the way out of them."""
        suffix = f"_{one.species}"
        body = self._disposition(one.species, suffix, one.species)
        self._flow(one.species, None, f"CL{suffix}/V1{suffix}", per_volume(body["CL"], body["V1"]))

    def _elimination(self, body: Mapping[str, Floats], metabolites: tuple[Metabolite, ...]) -> None:
        """CL is shared out: to each metabolite its share of it, the rest leaves.

        An enzyme's activity changes what goes to its metabolite; the other ways keep what they have.
        """
        rate = per_volume(body["CL"], body["V1"])
        rest = np.ones(self.group.people)
        shares = mechanism_tables().used[self.drug]
        for one in metabolites:
            rest -= shares[one.fraction].value or 0.0
            formed = self._value(self.drug, shares[one.fraction])
            gain = self._molar_ratio(one) if one.molar else 1.0
            self._flow("central", one.species, f"CLto_{one.species}/V1", rate * formed, gain)
        if not metabolites:
            self._flow("central", None, "CL/V1", rate)
        elif rest[0] > 1e-12:
            self._flow("central", None, "CLrest/V1", rate * rest)

    def _effect(self, species: str, name: str, plasma: str, site: str, suffix: str, volume: Floats) -> None:
        """An effect site: KE0 in (which takes nothing from the plasma) and KE0 out, read on the plasma's scale."""
        constant = ke0(species)
        if constant is None:
            return
        rows = mechanism_tables().used[species]
        row = rows.get("KE0") or rows["TPEAK"]
        rate = constant * self._varied(species, row, "KE0")
        self._found(species, row, "KE0", constant)
        self.states.append(site)
        self._flow(plasma, site, f"KE0{suffix}", rate, keeps=True)
        self._flow(site, None, f"KE0{suffix}", rate)
        self._read(name, site, "effect", volume)

    def _part(self, door: Door) -> Part:
        """One share of a dose: its depots, the flow into the body, and how much of it arrives."""
        shares = mechanism_tables().used[self.drug]

        def of(symbol: str) -> Floats:
            return self._value(self.drug, shares[symbol])

        fraction = np.minimum(of(door.fraction), 1.0) if door.fraction else np.ones(self.group.people)
        if door.share:
            fraction = fraction * of(door.share)
        name = f"{door.route}-{door.part}" if door.part else door.route
        names = [name, *(f"{name}-{n}" for n in range(2, door.transits + 1))] if door.ka else ["central"]
        if door.ka:
            rate = of(door.ka)
            self.states += names
            for here, there in zip(names, [*names[1:], "central"], strict=True):
                self._flow(here, there, door.ka, rate)
            for formed in door.first_pass:
                species, symbol = formed.split(":")
                self._flow(names[-1], species, door.ka, rate, of(symbol), keeps=True)
        return Part(
            state=names[0],
            fraction=fraction,
            lag_h=float(of(door.lag)[0]) if door.lag else 0.0,
            duration_h=float(of(door.duration)[0]) if door.duration else None,
            reference_mg=float(of(door.reference)[0]) if door.reference else 1.0,
            exponent=float(of(door.exponent)[0]) if door.exponent else 0.0,
        )

    def _flow(
        self,
        source: str,
        target: str | None,
        symbol: str,
        rate: Floats,
        gain: Floats | float = 1.0,
        *,
        keeps: bool = False,
    ) -> None:
        self.transfers.append(Transfer(source, target, symbol, keeps))
        self.rates.append(rate)
        self.gains.append(np.broadcast_to(np.asarray(gain, dtype=np.float64), rate.shape))

    def _read(self, name: str, state: str, kind: str, volume: Floats) -> None:
        shown = {"plasma": Output(name, state, "plasma"), "effect": Output(name, state, "effect")}
        self.outputs.append(shown.get(kind, Output(name, state, "metabolite")))
        self.scales.append(concentration_per_mg(volume))

    def _body(self, species: str) -> dict[str, Floats]:
        """CL, V1 and the peripheral Q and V of a species in each person; what varies is CL and V, as the sources say."""
        if species not in self.bodies:
            rows = mechanism_tables().used[species]
            plain = {symbol: self._shared(species, rows[symbol]) for symbol in rows if _of_body(symbol)}
            body = macro({symbol: np.full(self.group.people, value) for symbol, value in plain.items()})
            behind = {"CL": rows.get("CL", rows.get("K10"))}
            for symbol in body:
                row = behind.get(symbol) or rows.get(symbol)
                if row is not None:
                    body[symbol] = body[symbol] * self._varied(species, row, symbol)
            self.bodies[species] = body
        return self.bodies[species]

    def _shared(self, species: str, row: Parameter) -> float:
        """The typical value of a parameter in this group: as printed, times what its covariates do."""
        value = typical(row, weight(self.group))
        self._found(species, row, row.symbol, value)
        return value * factor(species, row.symbol, self.group)

    def _value(self, species: str, row: Parameter) -> Floats:
        """A parameter in each person."""
        return self._shared(species, row) * self._varied(species, row, row.symbol)

    def _varied(self, species: str, row: Parameter, symbol: str) -> Floats:
        """What differs between people, as factors (people,). Rows of one `eta` share their deviates."""
        cv, _ = cv_of(row)
        if not self.group.varies or cv == 0.0:
            return np.ones(self.group.people)
        of, name = row.eta.split(":") if row.eta else (species, symbol)
        return spread(cv, normal(self.group.seed, of, name, self.group.people, start=self.start))

    def _found(self, species: str, row: Parameter, symbol: str, value: float) -> None:
        """Note where a value is from, under its symbol; a metabolite's carry its name."""
        cv, by_class = cv_of(row)
        solved = symbol != row.symbol
        named = symbol if species == self.drug else f"{symbol}_{species}"
        note = row.note + (" Variability by class." if by_class else "")
        if solved:
            note = f"Solved from a time to peak effect of {row.value:g} {row.unit}. {note}"
        self.founded[named] = Founded(
            value=value if solved else row.value or 0.0,
            unit="1/h" if solved else row.unit,
            grade="medium" if solved and row.grade == "high" else row.grade,
            source=mechanism_tables().sources[row.source],
            cv=cv,
            note=note.strip(),
        )

    def _molar_ratio(self, one: Metabolite) -> float:
        molar = mechanism_tables().molar
        return molar[one.species] / molar[self.drug]


def _of_body(symbol: str) -> bool:
    """Whether a symbol describes where a substance goes in the body, not how it gets in or works."""
    return symbol[0] in "CQVK" and "_" not in symbol and symbol not in ("KE0", "C50")
