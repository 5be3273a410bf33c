"""The tables and pictures of the page on the calibration: predicted beside observed, held out, and what stays open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from mechanism_draw import Bar, intervals
from mechanism_text import bold, number, table

from algesia.adapters.study_file import bundled_studies
from algesia.knowledge.tables import read_json
from algesia.mechanism.model import Floats
from algesia.mechanism.parameters import Parameters, draws, fit, off_scale, prior, typical
from algesia.mechanism.parameters import table as parameters
from algesia.mechanism.simulate import simulate
from algesia.mechanism.study import Study
from algesia.mechanism.study_answers import Answer, answer
from algesia.mechanism.study_curves import Simulate
from algesia.mechanism.study_score import (
    BASELINES,
    SLOPES,
    SOME,
    Row,
    Score,
    baseline_answers,
    distance,
    linear,
    remembered,
    score,
    tolerance_only,
)
from algesia.report.study import sentence

DRAWS: Final = 200
SEED: Final = 1
OUT_OF: Final = "fit_left_out.json"


@cache
def left_out() -> dict[str, Floats]:
    """The center of the fit without each study."""
    return {one: np.array(center) for one, center in read_json(f"mechanism/{OUT_OF}")["studies"].items()}


def draws_at(center: Floats, n: int, seed: int) -> Sequence[Parameters]:
    """As `parameters.draws`, around another center and with the covariance of the whole fit.

    >>> draws_at(fit().center, 2, 1) == draws(2, 1)
    True
    """
    known, made = fit(), []
    level, gain = parameters()["STUDY_LEVEL"].prior, parameters()["STUDY_GAIN"].prior
    for i in range(n):
        chance = np.random.default_rng([seed, i])
        at = center + known.root @ chance.standard_normal(center.size)
        a, b = chance.standard_normal(2)
        made.append(Parameters(at_center(at).values, float(level * a), float(gain * b)))
    return made


def at_center(center: Floats) -> Parameters:
    """The parameters at a place on the fitted scale.

    >>> at_center(fit().center) == typical()
    True
    """
    values = dict(prior().values)
    for symbol, value in zip(fit().symbols, center, strict=True):
        values[symbol] = off_scale(symbol, float(value))
    return Parameters(values)


def fitted_answers(study: Study) -> tuple[Answer, ...]:
    """A study answered with the fit that has seen it."""
    return answer(study, simulate, draws(DRAWS, SEED), seed=SEED)


def held_answers(study: Study) -> tuple[Answer, ...]:
    """A study answered with the fit without it; nothing was fitted to a study that has none."""
    center = left_out().get(study.id)
    sets = draws(DRAWS, SEED) if center is None else draws_at(center, DRAWS, SEED)
    return answer(study, simulate, sets, seed=SEED)


def held_baselines(studies: Sequence[Study]) -> dict[str, tuple[Answer, ...]]:
    """The baselines with the constants of the fit without each study; the slope is the best for the other studies."""
    once = remembered(simulate)

    def run(study: Study, simulator: Simulate, values: Parameters) -> tuple[Answer, ...]:
        return answer(study, simulator, (values,), people=SOME, seed=SEED, sampled=False)

    by_slope = {
        slope: {s.id: _errors(run(s, linear(once, slope), typical()), s) for s in studies} for slope in SLOPES
    }
    found: dict[str, list[Answer]] = {name: [] for name in BASELINES}
    for study in studies:
        center = left_out().get(study.id)
        values = typical() if center is None else at_center(center)
        best = min(
            SLOPES,
            key=lambda k: float(
                np.median([e for s, own in by_slope[k].items() if s != study.id for e in own])
            ),
        )
        for name, simulator in zip(
            BASELINES, (linear(simulate, 0.0), tolerance_only(simulate), linear(simulate, best)), strict=True
        ):
            found[name] += run(study, simulator, values)
    return {name: tuple(made) for name, made in found.items()}


def _errors(found: Sequence[Answer], study: Study) -> list[float]:
    """What `score` would count, as absolute errors."""
    return [abs(row.error) for row in score(found, (study,)).rows if row.counts and row.error is not None]


@dataclass(frozen=True)
class Calibration:
    """Every study predicted by the fit, and by the fit without it.

    Beside `held` stand baselines with the constants of the fit without the study, beside `seen` those of the whole fit.
    """

    studies: tuple[Study, ...]
    inside: Score
    held: Score
    seen: Score

    @property
    def pairs(self) -> list[tuple[Row, Row]]:
        """The rows that count, by the fit and held out."""
        return [(a, b) for a, b in zip(self.inside.rows, self.held.rows, strict=True) if a.counts]


@cache
def calibration() -> Calibration:
    """All of it; under a minute."""
    studies = bundled_studies()
    known = baseline_answers(studies, simulate, typical(), SEED)
    inside = [one for study in studies for one in fitted_answers(study)]
    held = [one for study in studies for one in held_answers(study)]
    return Calibration(
        studies,
        score(inside, studies),
        score(held, studies, held_baselines(studies)),
        score(held, studies, known),
    )


def hours(row: Row) -> str:
    """When a measure was taken."""
    at = row.answer.measure.time_h
    return "" if at is None else f"{at:.3g} h" if abs(at) < 72 else f"{at / 24:.3g} d"


def label(row: Row) -> str:
    """A measure in a few words."""
    m = row.answer.measure
    return ", ".join(part for part in (m.name, m.arm or "", hours(row)) if part)


def span(row: Row) -> str:
    """A prediction with its interval."""
    p = row.answer.predicted
    return "" if p is None else f"{number(p.median)} ({number(p.low90)} to {number(p.high90)})"


def line(inside: Row, held: Row) -> tuple[str, ...]:
    """The row of the table of a measure."""
    m = inside.answer.measure
    seen = m.observed if isinstance(m.observed, str) else number(m.observed)
    against = f" against {m.relative_to}" if m.relative_to else ""
    return (
        inside.answer.study, f"{label(inside)}{against}", f"{m.statistic or m.kind}, {m.unit}", seen,
        span(inside), "yes" if inside.hit else bold("no"), "" if inside.error is None else f"{inside.error:+.0f}",
        span(held), "yes" if held.hit else bold("no"),
    )  # fmt: skip


def summary() -> str:
    """How it did, in sentences and one table."""
    made = calibration()
    i, h = made.inside, made.held
    used = sum(row.answer.study in left_out() for row, _ in made.pairs)
    head = (
        f"Edition of the fit: **{fit().edition}**. {len(made.studies)} studies hold {i.measures} numbers; {i.scorable} of them are "
        f"at a known time and can be compared directly, and {i.counted} of those get a prediction. {i.unassessable} of all numbers "
        f"are unassessable, {i.given} are given by the schedule itself and are not counted. The fit drew on "
        f"{len(left_out())} studies, which hold {used} of the {i.counted}."
    )
    rows = [
        (
            "the fit, on what it was fitted to",
            f"{i.hits} of {i.counted} ({i.coverage or 0:.0%})",
            f"{i.error or 0:.0f} %",
            "",
        ),
        (
            "**held out**",
            f"**{h.hits} of {h.counted} ({h.coverage or 0:.0%})**",
            f"**{h.error or 0:.0f} %**",
            "",
        ),
        *((name, "", f"{h.baselines[name]:.0f} %", f"{h.nearer[name]:.0%}") for name in BASELINES),
    ]
    asked = ("prediction", "observed value in the 90 % interval", "median error", "held-out fit is nearer in")
    gained = {name: h.baselines[name] - (h.error or 0.0) for name in BASELINES}
    parts = (
        ("nearer by one point or more than", [name for name, gain in gained.items() if gain >= 1.0]),
        ("within one point of", [name for name, gain in gained.items() if abs(gain) < 1.0]),
        ("farther off by one point or more than", [name for name, gain in gained.items() if gain <= -1.0]),
    )
    told = (
        "By median error the held-out fit is "
        + "; ".join(f"{how}: {', '.join(found)}" for how, found in parts if found)
        + "."
    )
    seen = ", ".join(
        f"{name} {made.seen.baselines[name]:.0f} % ({made.seen.nearer[name]:.0%})" for name in BASELINES
    )
    told += (
        f" The baselines of the table have the constants of the fit without the study, as the held-out fit has. With constants that have seen "
        f"the study their median errors are: {seen}; in brackets, where the held-out fit is nearer even so."
    )
    return f"{head}\n\n{table(asked, rows)}\n\n{told}"


def by_measure() -> str:
    """The held-out error of each measure beside the baselines."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for _, row in calibration().pairs:
        groups[row.answer.measure.name].append(row)
    rows = []
    for name, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        errors = [np.median([abs(r.error or 0.0) for r in found])]
        errors += [
            np.median([r.beside[one] for r in found if one in r.beside] or [np.nan]) for one in BASELINES
        ]
        least = np.nanmin(errors)
        cells = [bold(f"{e:.0f} %") if e == least else f"{e:.0f} %" for e in errors]
        rows.append((name, len(found), f"{sum(bool(r.hit) for r in found)} of {len(found)}", *cells))
    return table(("measure", "numbers", "in the interval, held out", "held out", *BASELINES), rows)


def every_measure(*ids: str) -> str:
    """All that were predicted and count; of some studies where they are named."""
    asked = (
        "study",
        "measure",
        "statistic, unit",
        "observed",
        "fitted (90 %)",
        "in",
        "error %",
        "held out (90 %)",
        "in",
    )
    pairs = calibration().pairs
    return table(asked, (line(a, b) for a, b in pairs if not ids or a.answer.study in ids))


def misses() -> str:
    """What the interval does not reach, by name."""
    rows = []
    for inside, held in calibration().pairs:
        if inside.hit and held.hit:
            continue
        which = (
            "both" if not inside.hit and not held.hit else "held out only" if inside.hit else "fitted only"
        )
        rows.append((*line(inside, held)[:5], span(held), which))
    return table(
        ("study", "measure", "statistic, unit", "observed", "fitted (90 %)", "held out (90 %)", "missed"),
        rows,
    )


def unanswered() -> str:
    """Why numbers get no prediction, with how many."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for row in calibration().inside.rows:
        if row.answer.unassessable is not None:
            reasons[sentence(row.answer.unassessable)].append(row.answer.study)
    found = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return table(
        ("why", "numbers", "studies"), ((why, len(ids), ", ".join(sorted(set(ids)))) for why, ids in found)
    )


def studies_used() -> str:
    """Every study: its source, numbers, and whether the fit drew on it."""
    counted: dict[str, int] = defaultdict(int)
    for row, _ in calibration().pairs:
        counted[row.answer.study] += 1
    return table(
        ("study", "source", "numbers", "predicted and counted", "in the fit", "read in"),
        (
            (
                s.id,
                s.source,
                len(s.measures),
                counted[s.id],
                "yes" if s.id in left_out() else "no",
                s.confidence.replace("_", " "),
            )
            for s in calibration().studies
        ),
    )


def picture() -> str:
    """Every number that counts: interval, middle, held-out middle, around what was observed."""
    bars = []
    for inside, held in calibration().pairs:
        if inside.answer.error == "sign" or inside.answer.predicted is None or held.answer.predicted is None:
            continue
        p = inside.answer.predicted
        low, middle, high = (distance(inside.answer, v) for v in (p.low90, p.median, p.high90))
        apart = distance(held.answer, held.answer.predicted.median)
        if middle is None or high is None:
            continue
        bars.append(
            Bar(
                inside.answer.study,
                label(inside),
                -1e9 if low is None else low,
                middle,
                high,
                apart,
                bool(inside.hit),
            )
        )
    told = (
        f"{len(bars)} numbers of studies; {sum(bar.hit for bar in bars)} lie in the 90 % interval of the fit."
    )
    return intervals("Predicted around observed", told, bars)
