"""Plan's pain diary beside what else is known of the same 231 people. Run: python benchmarks/diary_reading.py

First beside a second model of them, the minimal continuous-time Markov model of Schindler & Karlsson 2017 (AAPS J
19:1424, doi:10.1208/s12248-017-0109-1; its Table III, read as transcribed in nlmixr2lib): both are simulated over 18 weeks
of daily scores without rescue paracetamol, and so is Plan's model with one piece of it read otherwise. The distance is
the root mean square of all weekly differences, in units of `SCALES`.

Then beside the objective function that NONMEM printed for Plan's model (DDMODEL00000194): on its made data set (nothing
but fives on the pages that were read), which checks the likelihood, and on the real scores, which checks the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from algesia.knowledge.mechanism_diary import diary_table
from algesia.mechanism import diary
from algesia.mechanism.model import Floats

PEOPLE, DAYS, WEEK, SEED = 1000, 126, 7, 1
SCALES = {"mean": 0.5, "sd": 0.5, "same": 0.05, "one": 0.05, "two": 0.05, "more": 0.05}
"""Half a score for means and spreads; 5 % of the days for the steps."""
SHOWN = {
    "mean": (1, 8, 18),
    "sd": (1, 18),
    "same": (1, 8, 18),
    "one": (1, 18),
    "two": (1, 18),
    "more": (1, 18),
}
"""Weeks that are printed."""

# Schindler & Karlsson 2017, Table III.
ALPHA1, INCREMENTS = 9.56, (-1.90, -2.48, -1.90, -1.68, -1.66, -1.64, -1.76, -2.24, -2.07)
MET0_D, SLOPE_WEEK, TIME_WEEK = 10.8 / 24.0, 0.740, -0.141
SD_ALPHA1, SD_MET0, SD_TIME, SD_SLOPE = 3.19, 0.881, 0.241, 2.15

# Output_real and Output_simulated of DDMODEL00000194: objective functions, and 22,492 scores of 231 people.
REAL_PER_SCORE, FIVES_PER_PERSON = 49403.311 / 22492, 3878.404 / 231


def schindler(people: int, days: int, seed: int) -> np.ndarray:
    """Diaries of the second model, (people, days): steps to a neighbor at rates that MET and the steady state set."""
    chance = np.random.default_rng(seed)
    eta = chance.standard_normal((people, 4)) * (SD_ALPHA1, SD_MET0, SD_TIME, SD_SLOPE)
    cuts = ALPHA1 + np.concatenate([[0.0], np.cumsum(INCREMENTS)])
    scores = np.empty((people, days), int)
    for j in range(days):
        week = j / WEEK
        above = 1.0 / (1.0 + np.exp(-(cuts + eta[:, :1] + (TIME_WEEK + eta[:, 2:3]) * week)))
        now = steady = -np.diff(above, axis=1, prepend=1.0, append=0.0)
        if j:
            met = MET0_D * np.exp(eta[:, 1]) * (1.0 + SLOPE_WEEK * np.exp(eta[:, 3]) * week)
            both = np.maximum(steady[:, :-1] + steady[:, 1:], 1e-300) * met[:, None]
            begun = np.equal(scores[:, j - 1, None], np.arange(11)).astype(float)
            now = after_a_day(begun, steady[:, 1:] / both, steady[:, :-1] / both)
        scores[:, j] = drawn(now, chance)
    return scores


def after_a_day(begun: Floats, up: Floats, down: Floats) -> Floats:
    """Probabilities (people, 11) after a day of steps at rates `up` and `down` (people, 10), by uniformization."""
    out = np.pad(up, ((0, 0), (0, 1))) + np.pad(down, ((0, 0), (1, 0)))
    fastest = float(out.max())
    weight = np.exp(-fastest)
    found = weight * begun
    for k in range(1, int(fastest + 9.0 * np.sqrt(fastest)) + 20):
        moved = -out * begun
        moved[:, 1:] += up * begun[:, :-1]
        moved[:, :-1] += down * begun[:, 1:]
        begun = begun + moved / fastest
        weight *= fastest / k
        found += weight * begun
    return found


def drawn(chances: Floats, chance: np.random.Generator) -> np.ndarray:
    """One score a person from (people, 11) probabilities."""
    return np.minimum((np.cumsum(chances, axis=1) < chance.random((chances.shape[0], 1))).sum(axis=1), 10)


def plan(people: diary.People) -> np.ndarray:
    """Diaries of the model as it is in the library, around its own placebo curve."""
    return diary.write(diary.placebo(np.arange(DAYS), people), SEED, people)


def whole(people: diary.People) -> np.ndarray:
    """The same with each inflation of the whole and not of what is left; scaled down where they pass one."""
    lam, chance = diary.placebo(np.arange(DAYS), people), np.random.default_rng(SEED)
    scores, away = np.empty(lam.shape, int), np.arange(11)
    for j in range(DAYS):
        now = diary.transition(lam[:, j], None, j, people)
        if j:
            m = scores[:, j - 1]
            same = 1.0 / (1.0 + np.exp(-(np.where(m == 10, people.pin0_10, people.pin0_0) + people.te * j)))
            sides = [same, 0.5 * people.pin1, 0.5 * people.pin2, 0.5 * people.pin3, np.zeros(m.size)]
            steps = np.minimum(np.abs(away - m[:, None]), 4)
            share = np.stack(sides, axis=1)[np.arange(m.size)[:, None], steps]
            total = share.sum(axis=1, keepdims=True)
            now = share / np.maximum(total, 1.0) + (1.0 - np.minimum(total, 1.0)) * now
        scores[:, j] = drawn(now, chance)
    return scores


def statistics(scores: np.ndarray) -> dict[str, Floats]:
    """By week: mean over people, spread of their weekly means, and shares of days by the step from the day before."""
    weekly = scores[:, : scores.shape[1] // WEEK * WEEK].reshape(scores.shape[0], -1, WEEK).mean(axis=2)
    steps = np.minimum(np.abs(np.diff(scores.astype(int), axis=1)), 3)
    week = np.arange(1, scores.shape[1]) // WEEK
    share = {
        name: np.array([(steps[:, week == k] == step).mean() for k in range(weekly.shape[1])])
        for step, name in enumerate(("same", "one", "two", "more"))
    }
    return {"mean": weekly.mean(axis=0), "sd": weekly.std(axis=0), **share}


def distance(found: dict[str, Floats], known: dict[str, Floats]) -> float:
    """Root mean square of all differences in units of `SCALES`."""
    off = [((found[name] - known[name]) / scale) ** 2 for name, scale in SCALES.items()]
    return float(np.sqrt(np.mean(off)))


def compared() -> list[list[str]]:
    """A row for each model and reading: its name, what `SHOWN` names, its distance to the second model."""
    people = diary.people(PEOPLE, SEED)
    known = statistics(schindler(PEOPLE, DAYS, SEED))
    flat = replace(people, pin0_9=people.pin0_0)
    rows = {
        "Schindler 2017": known,
        "Plan 2012 as in its source": statistics(plan(people)),
        "PIN0 of 0 up to 9": statistics(plan(flat)),
        "and PIN1 to PIN3 of the whole": statistics(whole(flat)),
        "no under-dispersion": statistics(plan(replace(people, dis=np.full(people.count, -40.0)))),
        "no settling": statistics(plan(replace(people, te=np.zeros(people.count)))),
    }
    return [
        [name, *(" ".join(f"{found[row][w - 1]:.2f}" for w in weeks) for row, weeks in SHOWN.items()), f"{distance(found, known):.2f}"]
        for name, found in rows.items()
    ]  # fmt: skip


def person(eta: Floats) -> diary.People:
    """People with these random effects, (people, 8): baseline, placebo, half time, PIN0, PIN1, PIN2, DIS, TE0."""
    one = diary.people(1, SEED)
    base = {name: np.repeat(getattr(one, name), eta.shape[0]) for name in one.__slots__}
    logit = {"baseline": (0, 10.0), "placebo": (1, 1.0), "pin1": (4, 1.0), "pin2": (5, 1.0)}
    for name, (k, top) in logit.items():
        base[name] = top / (1.0 + (top / base[name] - 1.0) * np.exp(-eta[:, k]))
    for name, k in {"half_time": 2, "te": 7}.items():
        base[name] = base[name] * np.exp(eta[:, k])
    for name, k in {"pin0_0": 3, "pin0_9": 3, "pin0_10": 3, "dis": 6}.items():
        base[name] = base[name] + eta[:, k]
    return diary.People(**base)


def root() -> Floats:
    """A root of the covariance of the random effects."""
    rows = diary_table()
    names = ("BASELINE", "PLACEBO", "HALF_TIME", "PIN0_0", "PIN1", "PIN2", "DIS", "TE0")
    v = np.diag([rows[name].variance for name in names])
    for i, j in ((0, 1), (0, 2), (1, 2)):
        v[3 + i, 3 + j] = v[3 + j, 3 + i] = rows[f"COV_PIN{i}_PIN{j}"].value
    return np.linalg.cholesky(v)


def objective(scores: Floats) -> float:
    """-2 log marginal likelihood of one diary (days,) by Laplace's approximation, as NONMEM has it."""
    spread, days, small = root(), np.arange(scores.size) + 0.5, np.eye(8) * 1e-4

    def joint(z: Floats) -> Floats:
        who = person(np.clip(z @ spread.T, -40.0, 40.0))
        told = diary.log_likelihood(np.repeat(scores[None], len(z), axis=0), diary.placebo(days, who), who)
        return -2.0 * np.maximum(told, -1e5) + (z**2).sum(axis=1)

    def slope(z: Floats) -> Floats:
        up, down = np.split(joint(np.concatenate([z + small, z - small])), 2)
        return (up - down) / 2e-4

    best = minimize(lambda z: joint(z[None])[0], np.zeros(8), jac=slope, method="BFGS")
    curve = np.array([slope(best.x + 10.0 * s) - slope(best.x - 10.0 * s) for s in small]) / 2e-3
    return float(best.fun + np.log(np.maximum(np.linalg.eigvalsh((curve + curve.T) / 4.0), 1e-3)).sum())


def fives(days: Iterable[int] = (30, 60, 97, 126)) -> list[float]:
    """The objective function of diaries of nothing but fives."""
    return [objective(np.full(n, 5.0)) for n in days]


def expected(people: int) -> tuple[float, float]:
    """The objective function per score that the model expects of itself over 18 weeks, and its standard error in 231."""
    who = diary.people(people + 1, SEED)
    scores = diary.write(diary.placebo(np.arange(DAYS) + 0.5, who), SEED, who).astype(float)
    each = np.array([objective(one) for one in scores[1:]]) / DAYS
    return float(each.mean()), float(each.std() / np.sqrt(231))


def main() -> None:
    print(
        "  ".join(
            ["reading", *(f"{row} (weeks {', '.join(map(str, w))})" for row, w in SHOWN.items()), "distance"]
        )
    )
    for row in compared():
        print("  ".join(row))
    print(f"\nfives alone, per person: {FIVES_PER_PERSON:.1f} in NONMEM;", end=" ")
    print("here", ", ".join(f"{value:.1f}" for value in fives()), "for 30, 60, 97, 126 days")
    mean, error = expected(150)
    print(
        f"per score: {REAL_PER_SCORE:.2f} for the real scores; expected {mean:.2f}, standard error {error:.2f}"
    )


if __name__ == "__main__":
    main()
