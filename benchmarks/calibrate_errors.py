"""How far studies and the model itself miss: the marginal likelihood of the studies over a grid of the sizes of error.

    python benchmarks/calibrate_errors.py       after benchmarks/calibrate.py; prints the most likely ones first

The constants stay where the fit has them; only STUDY_LEVEL and STUDY_GAIN of `system.csv` and `MODEL_ERROR` of
`mechanism.study_errors` are varied. What is most likely here was rounded and taken there, and the fit made again.
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np
from calibrate import STEP, Held, Problem, held, predictions

from algesia.adapters.study_file import bundled_studies
from algesia.mechanism.model import Floats
from algesia.mechanism.parameters import fit
from algesia.mechanism.study_errors import MODEL_ERROR

LEVELS: Final = (0.2, 0.3, 0.4, 0.5)
GAINS: Final = (0.4, 0.6, 0.8, 1.0)
OF_RATIOS: Final = (0.08, 0.12, 0.16, 0.2, 0.25)
OF_SCALES: Final = (0.04, 0.06, 0.08, 0.1)
SHOWN: Final = 10

Seen = tuple[Held, Floats, Floats, Floats]


def seen(problem: Problem) -> list[Seen]:
    """Of each study: what the fit misses, and how its predictions move with both effects of the study."""
    at = np.array(fit().center)
    sets = [problem.parameters(at), problem.parameters(at, level=STEP), problem.parameters(at, gain=STEP)]
    found = []
    for one in problem.studies:
        y = np.nan_to_num(predictions(one, sets), nan=0.0)
        residual = np.array([item.observed for item in one.items]) - y[0]
        found.append((one, residual, (y[1] - y[0]) / STEP, (y[2] - y[0]) / STEP))
    return found


def less(studies: list[Seen], level: float, gain: float, ratio: float, scale: float) -> float:
    """Twice the negative log likelihood of the studies under these sizes of error, up to a constant."""
    total = 0.0
    for one, residual, by_level, by_gain in studies:
        sizes = [scale if item.form.error == "share" else ratio for item in one.items]
        samples = [max(item.error**2 - MODEL_ERROR[item.form.error] ** 2, 0.0) for item in one.items]
        covariance = np.diag(np.array(samples) + np.square(sizes))
        covariance += level**2 * np.outer(by_level, by_level) + gain**2 * np.outer(by_gain, by_gain)
        total += float(residual @ np.linalg.solve(covariance, residual))
        total += float(np.linalg.slogdet(covariance)[1])
    return total


def main() -> None:
    """Print the grid's best."""
    problem = Problem([held(study) for study in bundled_studies()])
    studies = seen(problem)
    now = less(studies, problem.level, problem.gain, MODEL_ERROR["log"], MODEL_ERROR["share"])
    found = sorted((less(studies, *sizes), sizes) for sizes in product(LEVELS, GAINS, OF_RATIOS, OF_SCALES))
    print("  -2 log L   STUDY_LEVEL  STUDY_GAIN  error of a ratio  of a scale")
    for value, (level, gain, ratio, scale) in found[:SHOWN]:
        print(f"{value:10.1f}   {level:11g}  {gain:10g}  {ratio:16g}  {scale:10g}")
    print(f"{now:10.1f}   as they are now")


if __name__ == "__main__":
    main()
