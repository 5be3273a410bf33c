"""The obvious slow way: the documented equations of one person, written out for a general solver.

Nothing of the kernel, the schedule or the propagators is used. Orders are laid out dose by dose; between two happenings
scipy's LSODA integrates kinetics, binding and the nervous system together; a reading comes before what happens at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from algesia.knowledge.mechanism import ligands
from algesia.mechanism.model import Block, Floats, Order
from algesia.mechanism.parameters import Parameters, typical
from algesia.mechanism.people import nervous_systems
from algesia.mechanism.simulate import Course

STATES = ("stimulus", "TF", "TS", "S1", "S2", "OF", "RF", "OS", "NMDA block")


@dataclass(frozen=True)
class At:
    """What one concentration does at a receptor. A ligand with `kon` (mL/ng/h) and `koff` (1/h) binds slowly."""

    alpha: float = 1.0
    k: float = 1.0
    kon: float = 0.0
    koff: float = 0.0


@dataclass(frozen=True)
class Body:
    """One person: kinetics, what acts where (by the name of a concentration), the constants of the nervous system."""

    blocks: Sequence[Block]
    receptor: Mapping[str, At]
    nmda: Mapping[str, float]
    m3g: Sequence[str]
    p: Mapping[str, float]
    chronic: bool = False


def doses(block: Block, order: Order) -> list[tuple[float, str, str, float]]:
    """(hour, "bolus" or "rate", state, mg or mg/h): amounts in mg and rates in mg/h only."""
    found = []
    for n in range(order.count):
        for part in block.doors[order.route]:
            share = float(np.atleast_1d(part.fraction)[0])
            at = order.start_h + n * (order.every_h or 0.0) + part.lag_h
            lasts = order.duration_h if order.duration_h is not None else part.duration_h
            if order.rate is not None:
                assert order.rate_unit == "mg/h" and lasts is not None
                mg = order.rate * lasts
            else:
                assert order.unit == "mg" and order.amount is not None
                mg = order.amount
            mg *= share * (mg / part.reference_mg) ** part.exponent
            if lasts is None:
                found.append((at, "bolus", part.state, mg))
            else:
                found.append((at, "rate", part.state, mg / lasts))
                found.append((at + lasts, "rate", part.state, -mg / lasts))
    return found


def right_side(body: Body) -> tuple[Callable[[Floats, Floats], tuple[Floats, Floats]], int, dict[str, int]]:
    """``f(y, inputs) -> (y', the nine readings)``, how many amounts there are, and the place of each."""
    place: dict[str, int] = {}
    for block in body.blocks:
        for state in block.states:
            place[f"{block.drug}/{state}"] = len(place)
    n = len(place)
    matrix = np.zeros((n, n))
    for block in body.blocks:
        for j, flow in enumerate(block.transfers):
            source = place[f"{block.drug}/{flow.source}"]
            if not flow.keeps:
                matrix[source, source] -= block.rates[0, j]
            if flow.target is not None:
                matrix[place[f"{block.drug}/{flow.target}"], source] += block.rates[0, j] * block.gains[0, j]
    at = {
        output.name: (place[f"{block.drug}/{output.state}"], float(block.scales[0, j]))
        for block in body.blocks
        for j, output in enumerate(block.outputs)
    }
    fast = [(at[name], one) for name, one in body.receptor.items() if not one.kon]
    slow = [(at[name], one) for name, one in body.receptor.items() if one.kon]
    nmda = [(at[name], c50) for name, c50 in body.nmda.items()]
    m3g = [at[name] for name in body.m3g]
    p = body.p

    def f(y: Floats, inputs: Floats) -> tuple[Floats, Floats]:
        amounts, bound, (tf, ts, s1, s2, of, rf, os) = y[:n], y[n : n + len(slow)], y[n + len(slow) :]
        u = [amounts[i] * scale / one.k for (i, scale), one in fast]
        free = 1.0 + sum(u)
        of_free = sum(ui * one.alpha for ui, (_, one) in zip(u, fast, strict=True)) / free
        x = of_free * (1.0 - sum(bound)) + sum(b * one.alpha for b, (_, one) in zip(bound, slow, strict=True))
        binds = [
            one.kon * amounts[i] * scale / free * (1.0 - b) - one.koff * b
            for b, ((i, scale), one) in zip(bound, slow, strict=True)
        ]
        left = 1.0
        for (i, scale), c50 in nmda:
            left /= 1.0 + amounts[i] * scale / c50
        blocked = 1.0 - left
        c = sum(amounts[i] * scale for i, scale in m3g)
        drive = (x + p["M3G_GAIN"] * c / (c + p["M3G_C50"])) * (1.0 - blocked)
        own = p["K2_OWN"] if body.chronic else 0.0
        nerve = [
            p["KF"] * (p["GF"] * x - tf),
            p["KT_ON"] * x * (p["T_MAX"] - ts) - p["KT_OFF"] * ts,
            p["K1"] * (drive - s1),
            (p["K2_ON"] * s1 + own * (1.0 - blocked)) * (1.0 - s2)
            - (p["K2_OFF"] + p["K2_KET"] * blocked) * s2,
            p["KOF"] * (x - of),
            p["KRF"] * (max(of - x, 0.0) ** 6 / (p["FALL"] ** 6 + max(of - x, 0.0) ** 6) - rf),
            p["KOS"] * (x - os),
        ]
        seen = np.array([x, tf, ts, s1, s2, of, rf, os, blocked])
        return np.concatenate([matrix @ amounts + inputs, binds, nerve]), seen

    return f, n, place


def solve(
    body: Body, orders: Sequence[Order], at_h: Floats, *, rtol: float = 1e-10, method: str = "LSODA"
) -> dict[str, Floats]:
    """The kernel's nine states and every concentration (ng/mL), each (hours,)."""
    f, n, place = right_side(body)
    acts: dict[float, list[tuple[str, int, float]]] = {}
    for order in orders:
        block = next(one for one in body.blocks if one.drug == order.drug)
        for hour, kind, state, amount in doses(block, order):
            acts.setdefault(round(hour, 9), []).append((kind, place[f"{block.drug}/{state}"], amount))
    start = min([*acts, float(at_h[0])])
    slow = sum(1 for one in body.receptor.values() if one.kon)
    y, inputs = np.zeros(n + slow + 7), np.zeros(n)
    if body.chronic:
        y[n + slow + 3] = body.p["K2_OWN"] / (body.p["K2_OWN"] + body.p["K2_OFF"])
    wanted = {round(float(hour), 9) for hour in at_h}
    readings = []
    moments = sorted({start, *(h for h in acts if h < at_h[-1]), *wanted})
    # an absolute tolerance for each state, or amounts that are all but gone cost the solver its digits
    largest = sum(abs(mg) for rows in acts.values() for _, _, mg in rows) or 1.0
    atol = np.concatenate([np.full(n, rtol * largest * 1e-3), np.full(slow + 7, rtol * 1e-3)])
    for k, moment in enumerate(moments):
        if moment in wanted:
            concentrations = [
                y[place[f"{block.drug}/{output.state}"]] * block.scales[0, j]
                for block in body.blocks
                for j, output in enumerate(block.outputs)
            ]
            readings.append(np.concatenate([f(y, inputs)[1], concentrations]))
        for kind, i, amount in acts.get(moment, ()):
            if kind == "bolus":
                y[i] += amount
            else:
                inputs[i] += amount
        if k + 1 < len(moments):
            made = solve_ivp(
                lambda _, y: f(y, inputs)[0], (moment, moments[k + 1]), y, method=method, rtol=rtol, atol=atol
            )
            assert made.success, made.message
            y = made.y[:, -1]
    names = [*STATES, *(output.name for block in body.blocks for output in block.outputs)]
    return dict(zip(names, np.array(readings).T, strict=True))


def body(made: Course, parameters: Parameters | None = None) -> Body:
    """The person of a course, with every ligand and blocker of the tables that its drugs bring."""
    drawn = nervous_systems(parameters or typical(), made.group, 0, 1)
    p = {symbol: float(value[0, 0]) for symbol, value in drawn.items()}
    receptor, nmda, m3g = {}, {}, []
    for output in (output for block in made.blocks for output in block.outputs):
        species = output.name.split("/")[-1].split(">")[-1]
        known = ligands().get(species)
        if output.kind == "effect" and known is not None and known.alpha is not None:
            if known.kon and known.koff and known.koff < 6.0 and known.alpha:
                receptor[output.name] = At(known.alpha, 1.0, known.kon, known.koff)
            elif known.c50_ng_ml is not None:
                spare = known.alpha * p["TAU"] - 1.0 if known.alpha else 1.0
                receptor[output.name] = At(known.alpha, known.c50_ng_ml * spare)
        if output.kind == "plasma" and known is not None and known.nmda_c50_ng_ml is not None:
            nmda[output.name] = known.nmda_c50_ng_ml
        if output.name.endswith("M3G"):
            m3g.append(output.name)
    return Body(made.blocks, receptor, nmda, m3g, p, made.group.chronic_pain)


def every(drug: str, route: str, mg: float, hours: float, count: int, start: float = 0.0) -> Order:
    return Order(drug, route, start, amount=mg, every_h=hours, count=count)


DAY = 24.0
CASES: Mapping[str, tuple[tuple[Order, ...], Floats, bool]] = {
    "extended-release morphine for 30 days, and after": (
        (every("morphine", "oral-er", 39.0, 12.0, 60),),
        np.arange(0.0, 60 * DAY, 6.0) + 0.37,
        False,
    ),
    "remifentanil for half an hour": (
        (Order("remifentanil", "iv", 0.0, rate=0.42, rate_unit="mg/h", duration_h=0.5),),
        np.arange(0.0, 4.0, 0.05),
        False,
    ),
    "methadone, tapered": (
        tuple(every("methadone", "oral", 60.0 * 0.8**k, DAY, 7, 7 * DAY * k) for k in range(8)),
        np.arange(0.0, 80 * DAY, 8.0),
        True,
    ),
    "buprenorphine after morphine": (
        (
            every("morphine", "oral-er", 30.0, 12.0, 10),
            every("buprenorphine", "sublingual", 8.0, DAY, 5, 130.0),
        ),
        np.arange(0.0, 14 * DAY, 2.0),
        False,
    ),
    "ketamine for 100 hours in chronic pain": (
        (Order("ketamine", "iv", DAY, rate=20.0, rate_unit="mg/h", duration_h=100.0),),
        np.arange(0.0, 30 * DAY, 6.0),
        True,
    ),
    "naloxone in a dependent person": (
        (every("morphine", "oral-er", 60.0, 12.0, 20), Order("naloxone", "iv", 234.0, amount=0.8)),
        np.concatenate(
            [np.arange(0.0, 230.0, 6.0), np.arange(234.0, 240.0, 0.1), np.arange(240.0, 300.0, 2.0)]
        ),
        False,
    ),
}
"""What the kernel is held against: orders, hours, chronic pain."""


def apart(found: Floats, known: Floats) -> float:
    """The largest difference beside the known curve's largest value; a share below 1 % of its scale counts as 1 %."""
    return float(np.max(np.abs(found - known)) / max(float(np.max(np.abs(known))), 0.01))
