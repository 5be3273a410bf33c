"""The simulator beside general solvers: one model, one accuracy, one run. Run: python benchmarks/mechanism_speed.py

Oxycodone ER 20 mg every 12 hours for 365 days: four compartments and an effect site, receptor, tolerance,
sensitization and rebound. Each solver takes the loosest tolerance with which every state stays within 1e-4 of a tight
reference, relative to the state's largest value. Ours runs 1,000 people who differ, drawn and summed up; the peers run a
few people of the same model and are scaled to 1,000. Memory is measured over 30 days in a process of its own.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numba import njit
from scipy.integrate import odeint

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.mechanism.reference import Body, body, every, solve

from algesia.mechanism.inputs import kernel_inputs
from algesia.mechanism.kernel import run
from algesia.mechanism.model import Block, Floats
from algesia.mechanism.parameters import typical
from algesia.mechanism.people import nervous_systems
from algesia.mechanism.sbml import to_sbml
from algesia.mechanism.simulate import Course, course, simulate
from algesia.mechanism.simulation import Group

DAYS, PEOPLE = 365, 1000
WANTED = 1e-4
DOSE_H = 12.0
AT = np.arange(DAYS) * 24.0 + 6.0
STATES = ("TF", "TS", "S1", "S2", "OF", "RF", "OS")
LEAST = 1e-3
"""A state that stays below this is judged beside this: by mouth nothing falls fast enough for RF."""
ASKED = ("pain-nrs", "cold-tolerance", "tolerance", "sensitization", "withdrawal-score")
ORDERS = (every("oxycodone", "oral-er", 20.0, DOSE_H, 2 * DAYS),)
TOLERANCES = tuple(float(f"{m}e-{k}") for k in range(2, 10) for m in (5, 2, 1))
Answer = tuple[str, float, float, str]


def off(found: Floats, known: Floats) -> float:
    """The largest error of any state, (times, states), beside that state's largest value."""
    return float(np.max(np.abs(found - known) / np.maximum(np.max(np.abs(known), axis=0), LEAST)))


def timed(work: Callable[[], object], runs: int = 3) -> float:
    """The best of some runs in seconds."""
    best = np.inf
    for _ in range(runs):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def loosest(solver: Callable[[float], Floats], known: Floats) -> tuple[float, float]:
    """The loosest tolerance that is good enough, and its error."""
    for tolerance in TOLERANCES:
        error = off(solver(tolerance), known)
        if error <= WANTED:
            return tolerance, error
    return tolerance, error


def ours(known: Floats) -> Answer:
    def states(made: Course) -> Floats:
        p = nervous_systems(typical(), made.group, 0, 1)
        inputs, _ = kernel_inputs(made.blocks, made.schedule, p, made.group)
        return run(made.schedule, inputs)[0][:, 1:8]

    def solver(tolerance: float) -> Floats:
        return states(course(ORDERS, AT, Group(), tolerance=tolerance))

    tolerance, error = loosest(solver, known)
    made = course(ORDERS, AT, Group(), tolerance=tolerance)
    simulate(ORDERS, AT, Group(people=40), measures=ASKED, tolerance=tolerance)
    seconds = timed(lambda: simulate(ORDERS, AT, Group(people=PEOPLE), measures=ASKED, tolerance=tolerance))
    return (
        "algesia.mechanism",
        seconds,
        error,
        f"{PEOPLE} people, {made.schedule.kind.size} steps each, 2 cores",
    )


def plain(of: Body) -> tuple[Floats, Floats, Floats]:
    """The rate matrix (1/h), what one dose adds (mg), and the constants of one person, for compiled right sides."""
    block: Block = of.blocks[0]
    index = {state: i for i, state in enumerate(block.states)}
    matrix = np.zeros((len(index), len(index)))
    for j, flow in enumerate(block.transfers):
        if not flow.keeps:
            matrix[index[flow.source], index[flow.source]] -= block.rates[0, j]
        if flow.target is not None:
            matrix[index[flow.target], index[flow.source]] += block.rates[0, j] * block.gains[0, j]
    dose = np.zeros(len(index) + len(STATES))
    for part in block.doors["oral-er"]:
        assert part.lag_h == 0.0 and part.duration_h is None and part.exponent == 0.0
        dose[index[part.state]] += 20.0 * float(part.fraction[0])
    site = next(j for j, output in enumerate(block.outputs) if output.name == "effect/oxycodone")
    (at_receptor,) = of.receptor.values()
    symbols = ("KF", "GF", "KT_ON", "KT_OFF", "T_MAX", "K1", "K2_ON", "K2_OFF", "KOF", "KOS", "FALL", "KRF")
    scale = float(block.scales[0, site]) / at_receptor.k
    own = [index[block.outputs[site].state], scale, at_receptor.alpha]
    return matrix, dose, np.array([*own, *(of.p[symbol] for symbol in symbols)])


@njit
def right_side(y: Floats, _: float, matrix: Floats, c: Floats, out: Floats) -> Floats:
    n = matrix.shape[0]
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += matrix[i, j] * y[j]
        out[i] = total
    u = y[int(c[0])] * c[1]
    x = c[2] * u / (1.0 + u)
    out[n] = c[3] * (c[4] * x - y[n])
    out[n + 1] = c[5] * x * (c[7] - y[n + 1]) - c[6] * y[n + 1]
    out[n + 2] = c[8] * (x - y[n + 2])
    out[n + 3] = c[9] * y[n + 2] * (1.0 - y[n + 3]) - c[10] * y[n + 3]
    out[n + 4] = c[11] * (x - y[n + 4])
    sixth = (max(y[n + 4] - x, 0.0) / c[13]) ** 6
    out[n + 5] = c[14] * (sixth / (1.0 + sixth) - y[n + 5])
    out[n + 6] = c[12] * (x - y[n + 6])
    return out


def scipy_lsoda(of: Body, known: Floats) -> Answer:
    """scipy's Fortran LSODA, restarted at each dose, with a compiled right side."""
    matrix, dose, constants = plain(of)
    out = np.empty(dose.size)

    def solver(tolerance: float) -> Floats:
        y, rows = np.zeros(dose.size), []
        between = np.array([0.0, 6.0, 12.0])
        for k in range(2 * DAYS):
            path = odeint(
                right_side, y + dose, between, (matrix, constants, out), rtol=tolerance, atol=tolerance * 1e-3
            )
            y = path[-1]
            if k % 2 == 0:
                rows.append(path[1, -len(STATES) :])
        return np.array(rows)

    tolerance, error = loosest(solver, known)
    return (
        "scipy LSODA (compiled right side)",
        timed(lambda: solver(tolerance)) * PEOPLE,
        error,
        f"1 person on 1 core, rtol {tolerance:g}",
    )


def roadrunner(known: Floats) -> Answer | None:
    """libRoadRunner (CVODE, compiled model) on the SBML that the package writes."""
    if importlib.util.find_spec("roadrunner") is None:
        return None
    import roadrunner as rr

    rr.Logger.setLevel(rr.Logger.LOG_FATAL)
    runner = rr.RoadRunner(to_sbml(ORDERS, Group(), hours=AT))
    runner.timeCourseSelections = list(STATES)
    runner.integrator.maximum_num_steps = 10_000_000
    times = [0.0, *AT]

    def solver(tolerance: float) -> Floats:
        runner.integrator.relative_tolerance = tolerance
        runner.integrator.absolute_tolerance = tolerance * 1e-3
        runner.resetAll()
        return np.array(runner.simulate(times=times))[1:]

    tolerance, error = loosest(solver, known)
    return (
        "libRoadRunner (SBML export)",
        timed(lambda: solver(tolerance)) * PEOPLE,
        error,
        f"1 person on 1 core, rtol {tolerance:g}",
    )


def diffrax(of: Body, known: Floats) -> Answer | None:
    """diffrax on CPU: Tsit5, from dose to dose in a scan, many people at once by vmap."""
    if importlib.util.find_spec("diffrax") is None:
        return None
    import diffrax as dfx
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    matrix, dose, constants = plain(of)
    n = matrix.shape[0]
    at = int(constants[0])
    people = 100

    def f(_: object, y: object, args: tuple[object, ...]) -> object:
        m, c = args
        u = y[at] * c[1]
        x = c[2] * u / (1.0 + u)
        tf, ts, s1, s2, of_, rf, os = (y[n + i] for i in range(7))
        sixth = (jnp.maximum(of_ - x, 0.0) / c[13]) ** 6
        nerve = jnp.stack([
            c[3] * (c[4] * x - tf), c[5] * x * (c[7] - ts) - c[6] * ts, c[8] * (x - s1),
            c[9] * s1 * (1.0 - s2) - c[10] * s2, c[11] * (x - of_),
            c[14] * (sixth / (1.0 + sixth) - rf), c[12] * (x - os),
        ])  # fmt: skip
        return jnp.concatenate([m @ y[:n], nerve])

    def made(tolerance: float) -> Callable[[object, object], object]:
        control = dfx.PIDController(rtol=tolerance, atol=tolerance * 1e-3)

        def one(m: object, c: object) -> object:
            def interval(y: object, _: object) -> tuple[object, object]:
                path = dfx.diffeqsolve(
                    dfx.ODETerm(f), dfx.Tsit5(), 0.0, DOSE_H, 0.5, y + dose, (m, c), stepsize_controller=control,
                    saveat=dfx.SaveAt(ts=jnp.array([6.0, DOSE_H])), max_steps=4096,
                ).ys  # fmt: skip
                return path[1], path[0, n:]

            return jax.lax.scan(interval, jnp.zeros(n + 7), None, length=2 * DAYS)[1][::2]

        return jax.jit(jax.vmap(one))

    many = (np.tile(matrix, (people, 1, 1)), np.tile(constants, (people, 1)))
    tolerance, error = loosest(lambda tol: np.asarray(made(tol)(matrix[None], constants[None]))[0], known)
    solver = made(tolerance)
    solver(*many).block_until_ready()  # compiling is not counted
    seconds = timed(lambda: solver(*many).block_until_ready()) * PEOPLE / people
    return (
        "diffrax Tsit5 (JAX on CPU)",
        seconds,
        error,
        f"{people} people at once, 2 cores, rtol {tolerance:g}",
    )


def memory(people: int) -> float:
    """The peak of a process that simulates `people` over 30 days, MB."""
    code = (
        "import numpy as np; from tests.mechanism.reference import every;"
        "from algesia.mechanism.simulate import simulate; from algesia.mechanism.simulation import Group;"
        f"simulate((every('oxycodone', 'oral-er', 20.0, 12.0, 60),), np.arange(30) * 24.0, Group(people={people}),"
        f" measures={ASKED!r});"
        "print(next(row.split()[1] for row in open('/proc/self/status') if row.startswith('VmHWM')))"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    return float(done.stdout) / 1024


def table(rows: Iterable[Answer]) -> None:
    found = list(rows)
    own = found[0][1]
    print(f"{'solver':36s}{'s for 1,000':>14s}{'rel. error':>12s}{'x ours':>9s}  measured on")
    for name, seconds, error, how in found:
        print(f"{name:36s}{seconds:14.2f}{error:12.1e}{seconds / own:9.1f}  {how}")


def main() -> None:
    of = body(course(ORDERS, AT, Group()))
    start = time.perf_counter()
    tight = solve(of, ORDERS, AT)
    known = np.stack([tight[state] for state in STATES], axis=1)
    print(f"tight reference: LSODA at 1e-10, {time.perf_counter() - start:.1f} s for one person")
    peers = [scipy_lsoda(of, known), roadrunner(known), diffrax(of, known)]
    table([ours(known), *(peer for peer in peers if peer is not None)])
    for name, peer in zip(("scipy", "libroadrunner", "diffrax"), peers, strict=True):
        if peer is None:
            print(f"{name}: not installed, not measured")
    bare, small, large = memory(1), memory(1000), memory(100_000)
    print(
        f"memory over 30 days: {bare:.0f} MB for 1 person, {small:.0f} MB for 1,000, {large:.0f} MB for 100,000"
    )


if __name__ == "__main__":
    main()
