"""Daily 0 to 10 pain scores around a mean curve: the Markov integer model of Plan 2012.

Plan EL et al. Clin Pharmacol Ther 2012;91:820, doi:10.1038/clpt.2011.301; equations and constants as in the authors'
NONMEM file (DDMODEL00000194): 231 people with painful diabetic neuropathy on placebo, 22,492 scores in 18 weeks.
A day's score is the day before's with probability PIN0, or one to three steps from it (PIN1, PIN2, PIN3), or else drawn
afresh around the mean. People settle: PIN0 rises with the days of the diary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from algesia.knowledge.mechanism_diary import diary_table
from algesia.mechanism.diary_kernel import NOTHING, TOP, drawn, likelihood, today_chances
from algesia.mechanism.model import Floats
from algesia.quantities.refusal import InputRefused

CHUNK: Final = 1024
"""People who are drawn at a time, so that person i does not depend on how many others there are."""
EDGE: Final = diary_table()["EDGE"].value
"""How near to 0 and 10 a mean may come; nearer ones are taken for this."""
_ETAS: Final = ("BASELINE", "PLACEBO", "HALF_TIME", "PIN0", "PIN1", "PIN2", "DIS", "TE0")
_PEOPLE_STREAM, _SCORE_STREAM = 83, 89


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Who keeps a diary; every array is (people,).

    `baseline` (0 to 10), `placebo` (a share) and `half_time` (days) belong to the placebo curve. `pin0_0`, `pin0_9` and
    `pin0_10` are log odds on day 0 and rise by `te` a day; `pin1`, `pin2`, `pin3` are probabilities of both sides
    together; `dis` is the log odds of the under-dispersion.
    """

    baseline: Floats
    placebo: Floats
    half_time: Floats
    pin0_0: Floats
    pin0_9: Floats
    pin0_10: Floats
    pin1: Floats
    pin2: Floats
    pin3: Floats
    dis: Floats
    te: Floats

    @property
    def count(self) -> int:
        """How many they are."""
        return int(self.baseline.shape[0])


def people(count: int, seed: int) -> People:
    """`count` people; person 0 is the typical one. Person i is the same whatever `count`.

    Raises
    ------
    InputRefused
        For no people or a negative seed.

    >>> few, many = people(3, 1), people(2000, 1)
    >>> bool((few.te == many.te[:3]).all()), round(float(few.baseline[0]), 5)
    (True, 6.20667)
    """
    if count < 1:
        raise InputRefused("people", count, "is nobody", "at least one person")
    z = np.concatenate([_normal(seed, k) for k in range(-(-count // CHUNK))])[:count]
    z[0] = 0.0
    rows = diary_table()
    spread = {row.eta: np.sqrt(row.variance) for row in rows.values() if row.eta}
    eta = {name: spread[name] * z[:, k] for k, name in enumerate(_ETAS)}
    eta["PIN0"], eta["PIN1"], eta["PIN2"] = (z[:, 3:6] @ _block().T).T

    def logit(symbol: str, unit: float = 1.0) -> Floats:
        share = rows[symbol].value / unit
        at: Floats = np.log(share / (1.0 - share)) + eta.get(rows[symbol].eta, np.zeros(count))
        return at

    return People(
        baseline=TOP * _share(logit("BASELINE", TOP)),
        placebo=_share(logit("PLACEBO")),
        half_time=rows["HALF_TIME"].value * np.exp(eta["HALF_TIME"]),
        pin0_0=logit("PIN0_0"),
        pin0_9=logit("PIN0_9"),
        pin0_10=logit("PIN0_10"),
        pin1=_share(logit("PIN1")),
        pin2=_share(logit("PIN2")),
        pin3=_share(logit("PIN3")),
        dis=logit("DIS"),
        te=rows["TE0"].value * np.exp(eta["TE0"]),
    )


def placebo(days: ArrayLike, people: People, paracetamol: bool = False) -> Floats:
    """The mean score on placebo, (people, days): ``10 expit(logit(BAS (1 - PEF (1 - 2^(-t/PHA))) / 10) + COV)``.

    On days with rescue `paracetamol` scores are higher (COV): it is taken because of pain. Refuses (`InputRefused`) a
    day before the first, which is 0.

    >>> placebo([0, 28, 126], people(1, 1)).round(4).tolist()
    [[6.2067, 5.6131, 5.0786]]
    """
    t = np.atleast_1d(_array(days, "days"))
    early = np.flatnonzero(~(t >= 0.0))
    if early.size:
        raise InputRefused(f"days[{early[0]}]", float(t[early[0]]), "is no day of a diary", "0 or more")
    left = 1.0 - people.placebo[:, None] * -np.expm1(-np.log(2.0) * t / people.half_time[:, None])
    share = people.baseline[:, None] * left / TOP
    odds = share * np.exp(diary_table()["PARACETAMOL"].value if paracetamol else 0.0)
    lam: Floats = TOP * odds / (1.0 - share + odds)
    return lam


def transition(lam: ArrayLike, yesterday: ArrayLike | None, day: float, people: People) -> Floats:
    """Probabilities of today's scores, (people, 11).

    `lam` is the mean (one, or one a person), `yesterday` the score of the day before (likewise; ``None``: the diary
    begins today), `day` counts from the diary's first day, which is 0.

    Raises
    ------
    InputRefused
        For a mean outside 0 to 10, a score that is none, a negative day, or arrays of another length than `people`.

    >>> transition(6.0, 6, 0.0, people(1, 1)).round(3)[0, 4:9].tolist()
    [0.028, 0.235, 0.452, 0.261, 0.021]
    """
    if not day >= 0.0:
        raise InputRefused("day", day, "is no day of a diary", "0 or more")
    mean = _each(_array(lam, "lam"), "lam", people)
    before = np.full(people.count, float(NOTHING))
    if yesterday is not None:
        before = _each(_scores(yesterday, "yesterday", gaps=False), "yesterday", people)
    return today_chances(
        _means(mean[:, None], people)[:, 0], before.astype(np.int64), day, _constants(people)
    )


def write(lam: ArrayLike, seed: int, people: People | None = None) -> NDArray[np.int8]:
    """Diaries around the mean curves `lam`, (people, days): one score a day, drawn.

    Any mean will do: the placebo curve is not applied here. Means nearer to 0 or 10 than `EDGE` are taken for that.
    Without `people`, they are drawn with the same seed. Person i's diary is the same whatever the number of people and of days.

    Raises
    ------
    InputRefused
        For a mean that is no number from 0 to 10, `people` of another number, or a negative seed.

    >>> write(np.full((2, 9), 6.0), 1).tolist()[0]
    [7, 8, 7, 8, 5, 5, 6, 6, 6]
    """
    means = np.atleast_2d(_array(lam, "lam"))
    who = _people(means.shape[0], seed) if people is None else people
    means, constants = _means(means, who), _constants(who)
    scores = np.empty(means.shape, np.int8)
    for first in range(0, who.count, CHUNK):
        some = slice(first, first + CHUNK)
        chance = _generator(seed, _SCORE_STREAM, first // CHUNK)
        # A day at a time, so that a longer diary begins as a shorter one.
        luck = np.stack([chance.random(CHUNK) for _ in range(means.shape[1])], axis=1)
        scores[some] = drawn(means[some], luck[: who.count - first], constants[some])
    return scores


def log_likelihood(
    scores: ArrayLike, lam: ArrayLike, people: People, previous: ArrayLike | None = None
) -> Floats:
    """The log probability of diaries, (people,), given their means `lam` and the constants in `people`.

    `scores` and `lam` are (people, days); a day without a score is ``nan``. Over such a gap the days' transitions are
    multiplied. A diary begins with its first score, which nothing precedes, or after `previous`, the score of the day
    before the first column (one, or one a person; ``nan``: none).

    Raises
    ------
    InputRefused
        As for `write`, and for a score that is no whole number from 0 to 10.

    >>> who = people(1, 1)
    >>> round(float(log_likelihood([[5.0, np.nan, 6.0]], [[6.0, 6.0, 6.0]], who)[0]), 4)
    -2.6369
    """
    means = _means(np.atleast_2d(_array(lam, "lam")), people)
    written = np.atleast_2d(_scores(scores, "scores", gaps=True))
    if written.shape != means.shape:
        raise InputRefused("scores", str(written.shape), "has another shape than lam", f"{means.shape}")
    before = _scores(np.nan if previous is None else previous, "previous", gaps=True)
    return likelihood(written, means, _each(before, "previous", people), _constants(people))


def _people(count: int, seed: int) -> People:
    """`people` where an argument has its name."""
    return people(count, seed)


def _generator(seed: int, stream: int, chunk: int) -> np.random.Generator:
    if seed < 0:
        raise InputRefused("seed", seed, "is negative", "a whole number, 0 or more")
    return np.random.default_rng([seed, stream, chunk])


def _normal(seed: int, chunk: int) -> Floats:
    return _generator(seed, _PEOPLE_STREAM, chunk).standard_normal((CHUNK, len(_ETAS)))


def _block() -> Floats:
    """The root of the covariance of PIN0, PIN1 and PIN2."""
    rows = diary_table()
    v = np.diag([rows[symbol].variance for symbol in ("PIN0_0", "PIN1", "PIN2")])
    for i, j in ((0, 1), (0, 2), (1, 2)):
        v[i, j] = v[j, i] = rows[f"COV_PIN{i}_PIN{j}"].value
    return np.linalg.cholesky(v)


def _share(log_odds: Floats) -> Floats:
    share: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return share


def _array(values: ArrayLike, path: str) -> Floats:
    try:
        return np.asarray(values, float)
    except (TypeError, ValueError):
        raise InputRefused(path, None, "is no array of numbers", "numbers, rows of one length") from None


def _each(values: Floats, path: str, people: People) -> Floats:
    """One value a person, from one for all or one each."""
    if values.shape not in ((), (people.count,)):
        raise InputRefused(
            path, str(values.shape), "has another length than people", f"one or {people.count}"
        )
    return np.broadcast_to(values, (people.count,))


def _means(lam: Floats, people: People) -> Floats:
    """Means that can be used, off the edges."""
    if lam.ndim != 2 or lam.shape[0] != people.count or not lam.size:
        raise InputRefused("lam", str(lam.shape), "has another shape", f"({people.count}, days)")
    wrong = np.argwhere(~((lam >= 0.0) & (lam <= TOP)))
    if wrong.size:
        i, j = wrong[0]
        raise InputRefused(f"lam[{i}, {j}]", float(lam[i, j]), "is no mean score", "a number from 0 to 10")
    return np.clip(lam, EDGE, TOP - EDGE)


def _scores(values: ArrayLike, path: str, gaps: bool) -> Floats:
    """Scores as numbers; ``nan`` is a gap where gaps are allowed."""
    read = _array(values, path)
    good = (read >= 0.0) & (read <= TOP) & (np.floor(read) == read)
    wrong = np.argwhere(~(good | np.isnan(read)) if gaps else ~good)
    if len(wrong):
        at = tuple(int(k) for k in wrong[0])
        named = f"{path}[{', '.join(map(str, at))}]" if at else path
        raise InputRefused(named, float(read[at]), "is no score", "a whole number from 0 to 10")
    return read


def _constants(people: People) -> Floats:
    """What the kernels read, (people, 8), in the order that `diary_kernel` names."""
    p = people
    return np.column_stack([p.pin0_0, p.pin0_9, p.pin0_10, p.pin1, p.pin2, p.pin3, p.dis, p.te])
