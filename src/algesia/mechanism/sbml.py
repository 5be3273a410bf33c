"""The typical person under orders as SBML Level 3 Version 2, for any simulator that reads it.

Compartments hold amounts (mg), flows between them are reactions, the nervous system follows rate rules, tests and scores
are assignment rules. A course of equal doses is one event that counts. Time 0 of the document is the first moment of
the orders; `hour` in it is the hour as the orders count it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import numpy as np

from algesia.knowledge.mechanism import ligands, mechanism_tables
from algesia.mechanism import lanes, system
from algesia.mechanism.inputs import kernel_inputs
from algesia.mechanism.kernel import Inputs
from algesia.mechanism.model import Block, Floats, Founded, Order, Schedule, Transfer
from algesia.mechanism.parameters import Parameters, table, typical
from algesia.mechanism.people import nervous_systems
from algesia.mechanism.sbml_doses import write_doses
from algesia.mechanism.sbml_write import Document, Formula, safe, words
from algesia.mechanism.simulate import Course, course
from algesia.mechanism.simulation import MEASURES, Group

AFTER_H: Final = 24.0 * 28
"""Hours after the last dose up to which orders are exported when nobody says."""
_KERNEL: Final[Mapping[str, int]] = {
    "KF": lanes.TF_RATE, "GF": lanes.TF_GAIN, "KT_ON": lanes.TS_ON, "KT_OFF": lanes.TS_OFF, "T_MAX": lanes.TS_MAX,
    "K1": lanes.S1_RATE, "K2_ON": lanes.S2_ON, "K2_OFF": lanes.S2_OFF, "K2_OWN": lanes.S2_OWN,
    "K2_KET": lanes.S2_KET, "M3G_GAIN": lanes.M3G_GAIN, "M3G_C50": lanes.M3G_C50, "KOF": lanes.OF_RATE,
    "FALL": lanes.FALL, "KRF": lanes.RF_RATE, "KOS": lanes.OS_RATE,
}  # fmt: skip
_MICRO: Final[Mapping[str, str]] = {"CL": "K10", "Q2": "K12", "V2": "K21", "Q3": "K13", "V3": "K31"}


def to_sbml(
    orders: Sequence[Order],
    group: Group,
    *,
    parameters: Parameters | None = None,
    hours: Floats | None = None,
) -> str:
    """The typical person of a group under orders, as an SBML Level 3 Version 2 document.

    Parameters
    ----------
    orders
        What is given. Where one cannot be simulated the document has the kinetics of the others only, and says so.
    hours
        The hours that are of interest; nothing that happens after the last is exported. Four weeks beyond the last dose
        when ``None``.

    Raises
    ------
    InputRefused
        For orders or hours that cannot be.
    WrongCall
        Where libsbml is not installed (``pip install 'algesia[sbml]'``).
    """
    values = parameters or typical()
    made = course(orders, _until(orders) if hours is None else hours, group, parameters=values)
    p = nervous_systems(values, made.group, 0, 1)
    given, _ = kernel_inputs(made.blocks, made.schedule, p, made.group)
    document = Document("algesia: typical person", _about(made))
    first = float(made.schedule.times[0])
    document.constant("first_hour", first, "h", "Hour of the orders at time 0")
    document.constant("day", 24.0, "h", "A day")
    document.constant("to_ng_per_mL", 1000.0, "(ng/mL)/(mg/L)", "From mg/L to ng/mL")
    document.readout("hour", "first_hour + time", "h", "Hour as the orders count it")
    for block in made.blocks:
        _kinetics(document, block, made.schedule)
    write_doses(document, made.schedule)
    if not made.whole:
        return document.text()
    states = _receptor(document, given, made)
    readouts = _readouts(made.group)
    used = words([*(rate for _, rate, _ in states.values()), *readouts.values()])
    for symbol, row in table().items():
        if symbol in used:
            value = float(given.parameters[0, _KERNEL[symbol]] if symbol in _KERNEL else p[symbol][0, 0])
            document.constant(symbol, value, row.unit, row.meaning, _from(row.founded))
    for sid, (start, rate, name) in states.items():
        document.state(sid, start, rate, name)
    for name, formula in readouts.items():
        unit, meaning = MEASURES.get(name, ("1", ""))
        document.readout(safe(name), formula, unit, meaning or name)
    return document.text()


def _until(orders: Sequence[Order]) -> Floats:
    ends = [
        o.start_h + (o.count - 1) * (o.every_h or 0.0) + (o.duration_h or o.every_h or 0.0) for o in orders
    ]
    return np.array([max(ends, default=0.0) + AFTER_H])


def _about(made: Course) -> Iterator[str]:
    """What the document is, for whoever opens it."""
    yield "A hypothesis: no published model joins doses, tolerance, sensitization and pain. See the grade of each constant."
    yield f"Orders up to hour {made.schedule.times[-1]:g}; nothing later is in here."
    who = {name: getattr(made.group, name) for name in made.group.__dataclass_fields__}
    known = [f"{name} {value}" for name, value in who.items() if value not in (None, False)]
    yield "Typical person: " + ", ".join(known)
    for one in made.unassessable:
        yield f"Not computed: {one.what}: {one.because}"


def _from(founded: Founded) -> tuple[str, ...]:
    """Source and grade, as a note."""
    source = f"Source: {founded.source}" if founded.source else ""
    return (f"Grade: {founded.grade}. Between people: {founded.cv:g}.", source, founded.note)


def _kinetics(document: Document, block: Block, schedule: Schedule) -> None:
    """Compartments, amounts and flows of one drug, as far as its doses reach; then what is read."""
    reached = _reached(block, schedule)
    litres = {output.state: 1000.0 / float(block.scales[0, j]) for j, output in enumerate(block.outputs)}
    index = {name: i for i, name in enumerate(schedule.states)}
    for state in reached:
        sid = safe(f"{block.drug}_{state}")
        # where nothing is read no volume is known, and none is used
        document.compartment(f"V_{sid}", litres.get(state, 1.0), f"Volume of {block.drug}, {state}")
        start = float(schedule.start[0, index[f"{block.drug}/{state}"]])
        document.amount(sid, f"V_{sid}", start, f"{block.drug}, {state}")
    known: dict[tuple[str, float], str] = {}
    for j, flow in enumerate(block.transfers):
        if flow.source not in reached:
            continue
        value = float(block.rates[0, j])
        key = (flow.symbol, value)
        if key not in known:
            twin = sum(1 for symbol, _ in known if symbol == flow.symbol)
            known[key] = safe(f"k_{block.drug}_{flow.symbol}") + (f"_{twin + 1}" if twin else "")
            notes = [line for one in _behind(block, flow) for line in _from(one)]
            document.constant(known[key], value, "1/h", f"{block.drug}: {flow.symbol}", notes)
        source = safe(f"{block.drug}_{flow.source}")
        target = None if flow.target is None else safe(f"{block.drug}_{flow.target}")
        document.flow(
            safe(f"flow_{block.drug}_{j + 1}"), f"{block.drug}: {flow.source} to {flow.target or 'out'}",
            f"{known[key]} * {source}", source, target, float(block.gains[0, j]), flow.keeps,
        )  # fmt: skip
    for output in block.outputs:
        sid = safe(f"{block.drug}_{output.state}")
        document.readout(safe(output.name), f"to_ng_per_mL * {sid} / V_{sid}", "ng/mL", output.name)


def _reached(block: Block, schedule: Schedule) -> tuple[str, ...]:
    """The states that something is read from or that ever hold anything, in their order."""
    names = [schedule.states[i] for i in {*schedule.bolus_state.tolist(), *schedule.rate_state.tolist()}]
    names += [name for name, mg in zip(schedule.states, schedule.start[0], strict=True) if mg != 0.0]
    own = f"{block.drug}/"
    found = {name.removeprefix(own) for name in names if name.startswith(own)}
    found |= {output.state for output in block.outputs}
    for _ in block.states:
        found |= {flow.target for flow in block.transfers if flow.source in found and flow.target is not None}
    return tuple(state for state in block.states if state in found)


def _behind(block: Block, flow: Transfer) -> Iterator[Founded]:
    """What a rate constant was computed from."""
    for token in flow.symbol.split("/"):
        whole, formed = token.partition("to_")[::2] if token.startswith("CLto_") else (token, "")
        for name in (whole, _MICRO.get(whole.removesuffix("rest"), ""), f"FM_{formed}"):
            if name in block.founded:
                yield block.founded[name]


def _receptor(document: Document, given: Inputs, made: Course) -> dict[str, tuple[float, str, str]]:
    """Binding and block as assignment rules; the states of the nervous system: start, rate and name of each."""
    read = {(f"{b.drug}/{o.state}", o.kind): o.name for b in made.blocks for o in b.outputs}
    names = made.schedule.states
    states: dict[str, tuple[float, str, str]] = {}
    fast, driven, slow = [], [], []
    for j, at in enumerate(given.lig_at.tolist()):
        name = read[names[at], "effect"]
        sid, species = safe(name), name.rpartition("/")[2].rpartition(">")[2]
        notes = tuple(_ligand_notes(species))
        document.constant(
            f"alpha_{sid}", float(given.lig_alpha[j]), "1", f"Intrinsic activity, {name}", notes
        )
        if given.lig_slow[j] < 0:
            half = f"Half binding, {name}: C50 (alpha TAU - 1) of an agonist"
            document.constant(f"K_{sid}", float(given.lig_k[0, j]), "ng/mL", half, notes)
            fast.append(f"{sid} / K_{sid}")
            driven.append(f"alpha_{sid} * {sid} / K_{sid}")
        else:
            document.constant(f"kon_{sid}", float(given.lig_kon[j]), "mL/ng/h", f"Binding, {name}", notes)
            document.constant(f"koff_{sid}", float(given.lig_koff[j]), "1/h", f"Letting go, {name}", notes)
            rate = f"kon_{sid} * {sid} / crowd * ((1 dimensionless) - held_{sid}) - koff_{sid} * held_{sid}"
            states[f"held_{sid}"] = (0.0, rate, f"Share of receptors that {name} holds")
            slow.append(sid)
    one, zero = "(1 dimensionless)", "(0 dimensionless)"
    document.readout("crowd", " + ".join([one, *fast]), "1", "One and what competes for free receptors")
    document.readout(
        "free_stimulus", f"({' + '.join([zero, *driven])}) / crowd", "1", "Stimulus of receptors left free"
    )
    held = " + ".join([f"(alpha_{sid} - free_stimulus) * held_{sid}" for sid in slow])
    document.readout(
        "stimulus", "free_stimulus" + (f" + {held}" if held else ""), "1", MEASURES["stimulus"][1]
    )
    left = [one]
    for j, at in enumerate(given.nmda_at.tolist()):
        name = read[names[at], "plasma"]
        sid = safe(name)
        notes = tuple(_ligand_notes(name.rpartition("/")[2]))
        document.constant(f"nmda_{sid}", float(given.nmda_c50[j]), "ng/mL", f"Half NMDA block, {name}", notes)
        left.append(f"(nmda_{sid} / (nmda_{sid} + {sid}))")
    document.readout(
        "blocked", f"{one} - {' * '.join(left)}", "1", "Share of NMDA receptors that are blocked"
    )
    alpha2 = [zero]
    for (_, kind), name in read.items():
        known = ligands().get(name.rpartition("/")[2]) if kind == "plasma" else None
        if known is not None and known.alpha2_c50_ng_ml is not None:
            sid, notes = safe(name), tuple(_ligand_notes(known.species))
            meaning = f"Half alpha-2 effect, {name}"
            document.constant(f"alpha2_{sid}", known.alpha2_c50_ng_ml, "ng/mL", meaning, notes)
            alpha2.append(f"{sid} / alpha2_{sid}")
    document.readout("alpha2", " + ".join(alpha2), "1", "Alpha-2 agonists beside their half effect")
    m3g = [safe(name) for (state, _), name in read.items() if state in {names[i] for i in given.m3g_at}]
    total = " + ".join(m3g)
    driving = f"(stimulus + M3G_GAIN * ({total}) / ({total} + M3G_C50))" if m3g else "stimulus"
    ns = [float(value) for value in given.start[0]]
    open_ = f"({one} - blocked)"
    falling: Any = system.falling(Formula("OF") - Formula("stimulus"), {"FALL": Formula("FALL")})  # type: ignore[dict-item]
    states |= {
        "TF": (ns[0], "KF * (GF * stimulus - TF)", "Fast desensitization"),
        "TS": (ns[1], "KT_ON * stimulus * (T_MAX - TS) - KT_OFF * TS", "Slow tolerance"),
        "S1": (ns[2], f"K1 * ({driving} * {open_} - S1)", "Sensitization of hours"),
        "S2": (
            ns[3],
            f"(K2_ON * S1 + K2_OWN * {open_}) * ({one} - S2) - (K2_OFF + K2_KET * blocked) * S2",
            "Slow sensitization",
        ),
        "OF": (ns[4], "KOF * (stimulus - OF)", "Stimulus of the last minutes"),
        "RF": (ns[5], f"KRF * ({falling.text} - RF)", "Rebound, fast"),
        "OS": (ns[6], "KOS * (stimulus - OS)", "Opponent, slow"),
    }
    return states


def _ligand_notes(species: str) -> Iterator[str]:
    found = ligands().get(species)
    for symbol, row in ({} if found is None else found.founded).items():
        source = mechanism_tables().sources.get(row.source, row.source)
        yield f"{symbol}: grade {row.grade}. Source: {source}. {row.note}"


def _readouts(group: Group) -> dict[str, str]:
    """Every measure as a formula, made by the functions of `system` themselves, in an order that can be computed."""
    p = cast("system.Values", {symbol: Formula(symbol) for symbol in table()})

    def of(name: str) -> Any:
        return Formula(name)

    x, tf, ts, s1, s2 = (of(name) for name in ("stimulus", "TF", "TS", "S1", "S2"))
    hour: Any = Formula("hour", "hour")
    base: Any = of("N_CHRONIC")
    if not group.chronic_pain and group.baseline_pain is None:
        base = of("N_POSTOP") * np.exp(-p["POSTOP_FADE"] * np.maximum(hour, 0.0))
    if group.trial:
        base = base * system.placebo(hour, p)
    base = base + p["CIRCADIAN"] * np.sin(of(f"({2 * np.pi!r} dimensionless) * hour / day"))
    more = of("more_sensitization")
    own: Any = system.own_sensitization(p) if group.chronic_pain else 0.0
    e, left, rf, os = of("effect"), of("efficacy"), of("felt_fast"), of("felt_slow")
    calm = system.calm(of("alpha2"), p)
    made: dict[str, Any] = {
        "efficacy": system.efficacy(tf, ts, p),
        "effect": system.relief(x, left, p),
        "more_sensitization": s2 - own,
        "baseline": base,
        "withdrawal-fast": of("RF"),
        "withdrawal-slow": system.rebound(of("OS"), x),
        "felt_fast": calm * of("RF"),
        "felt_slow": calm * of("withdrawal_slow"),
        "cold-tolerance": system.cold_tolerance(e, s2, rf, os, p),
        "cold-threshold": system.cold_threshold(e, s2, p),
        "heat-tolerance": system.gain(e, p["G_HT"], p["H_HT"] * s2),
        "heat-threshold": system.gain(e, p["G_HT"]),
        "heat-rating": system.rating(e, s2, rf, p["R_HEAT"], p),
        "cold-rating": system.rating(e, s2, rf, p["R_COLD"], p),
        "electrical": system.gain(e, p["G_EL"]),
        "pressure": system.gain(e, p["G_PR"], p["H_PR"] * rf),
        "hyperalgesia-area": system.area(e, s1, p),
        "pain-nrs": system.pain(of("baseline"), e, s1, more, rf, os, p),
        "withdrawal-score": system.withdrawal(rf, os, p),
        "potency-ratio": system.potency_ratio(left, p),
        "relief": of("baseline") * p["RMAX"] * e,
        "tolerance": 1.0 + ts,
        "tolerance-fast": 1.0 + tf,
        "sensitization": s2,
        "sensitization-acute": s1,
    }
    return {name: formula.text for name, formula in made.items()}
