"""The nervous system, one equation a function. The smallest structure that what was seen in people allows.

Concentrations at the effect site bind the receptor; the *stimulus* x is the share of receptors in work, weighted by
intrinsic activity. x alone drives everything else:

====================================  ==========================================================================
fast desensitization                  TF' = KF (GF x - TF)
slow tolerance (on and off apart)     TS' = KT_ON x (T_MAX - TS) - KT_OFF TS
sensitization of hours                S1' = K1 ((x + M3G term) (1 - B) - S1)
slow sensitization                    S2' = (K2_ON S1 + K2_OWN (1 - B)) (1 - S2) - (K2_OFF + K2_KET B) S2
rebound, fast and slow                OF' = KOF (x - OF), OS' = KOS (x - OS); felt as far as they stand above x
====================================  ==========================================================================

B is the share of NMDA receptors that ketamine (and, hardly, methadone) blocks. Tolerance takes efficacy away: what a
drug does is E of ``TAU x / ((1 + TF) (1 + TS))``. Readouts are functions of these states. Each part can be switched off by
its gain. This is a hypothesis; `parameters` says of each constant what it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from algesia.mechanism.model import Floats

SWITCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "fast desensitization": ("GF",),
    "slow tolerance": ("KT_ON",),
    "slow sensitization": ("K2_ON",),
    "metabolite": ("M3G_GAIN",),
    "sensitization of hours": ("H_AREA", "P_S1", "K2_ON"),
    "fast rebound": ("F_CT", "F_RATE", "H_PR", "P_OF", "WS_FAST"),
    "slow rebound": ("W_CT", "P_OS"),
}
"""The parts that can be switched off, and the constants that are then zero."""

Values = Mapping[str, Floats]
"""Each parameter's value in every person, (people, 1)."""


def efficacy(tf: Floats, ts: Floats, p: Values) -> Floats:
    """What is left of TAU under both tolerances: ``TAU / ((1 + TF) (1 + TS))`` (loss of efficacy; Black and Leff 1983)."""
    left: Floats = p["TAU"] / ((1.0 + tf) * (1.0 + ts))
    return left


def relief(x: Floats, left: Floats, p: Values) -> Floats:
    """The operational model: ``E = (tau x)^n / (1 + (tau x)^n)``, 0 to 1 (Black and Leff 1983, Proc R Soc B 220:141)."""
    driven = np.maximum(left * x, 0.0) ** p["HILL"]
    share: Floats = driven / (1.0 + driven)
    return share


def half_binding(c50: Floats, alpha: float, tau: Floats) -> Floats:
    """The concentration that binds half of the receptors, from the one that gives half relief to the naive.

    At half relief ``TAU x = 1`` with ``x = alpha u / (1 + u)``, so ``K = C50 (alpha TAU - 1)``.
    """
    k: Floats = c50 * np.maximum(alpha * tau - 1.0, 0.05)
    return k


def potency_ratio(left: Floats, p: Values) -> Floats:
    """How much more of a full agonist gives half relief: ``(TAU - 1) / (tau - 1)``, from `half_binding`'s equation.

    Without end where the efficacy left is 1 or less: no amount gives half relief. Held at 100 there.
    """
    ratio: Floats = np.minimum((p["TAU"] - 1.0) / np.maximum(left - 1.0, 1e-9), 100.0)
    return ratio


def rebound(opponent: Floats, x: Floats) -> Floats:
    """What is felt of an opponent process: as far as it stands above the stimulus (Solomon 1980)."""
    felt: Floats = np.maximum(opponent - x, 0.0)
    return felt


def cold_tolerance(e: Floats, s2: Floats, of: Floats, os: Floats, p: Values) -> Floats:
    """Seconds in ice water: ``CT_0 exp(G E - H S2 - F [OF - x] - W [OS - x])``. Skewed, so on the log scale."""
    log: Floats = p["G_CT"] * e - p["H_CT"] * s2 - p["F_CT"] * of - p["W_CT"] * os
    return p["CT_0"] * np.exp(log)


def cold_threshold(e: Floats, s2: Floats, p: Values) -> Floats:
    """Seconds until ice water hurts: ``CTH_0 exp(G E - H S2)``, H near zero: thresholds show little (Higgins 2019)."""
    return p["CTH_0"] * np.exp(p["G_CTH"] * e - p["H_CTH"] * s2)


def gain(e: Floats, factor: Floats, loss: Floats | float = 0.0) -> Floats:
    """A test beside its own baseline: ``exp(G E - loss)``."""
    ratio: Floats = np.exp(factor * e - loss)
    return ratio


def rating(e: Floats, s2: Floats, of: Floats, base: Floats, p: Values) -> Floats:
    """The score given to a fixed stimulus, 0 to 10: ``R (1 - G E + F [OF - x] + H S2)``."""
    score: Floats = base * (1.0 - p["G_RATE"] * e + p["F_RATE"] * of + p["H_RATE"] * s2)
    return np.clip(score, 0.0, 10.0)


def area(e: Floats, s1: Floats, p: Values) -> Floats:
    """The hyperalgesic area beside its baseline: ``exp(H S1 - G E)``. What ketamine blocks (Angst 2003, Koppert 2003)."""
    ratio: Floats = np.exp(p["H_AREA"] * s1 - p["G_AREA"] * e)
    return ratio


def pain(base: Floats, e: Floats, s1: Floats, s2_more: Floats, of: Floats, os: Floats, p: Values) -> Floats:
    """The pain score, 0 to 10: ``N (1 - RMAX E) + P1 S1 + P2 (S2 - S2 of the condition) + PF [OF - x] + PW [OS - x]``."""
    score = base * (1.0 - p["RMAX"] * e)
    score = score + p["P_S1"] * s1 + p["P_S2"] * s2_more + p["P_OF"] * of + p["P_OS"] * os
    held: Floats = np.clip(score, 0.0, 10.0)
    return held


def placebo(hours: Floats, p: Values) -> Floats:
    """What is left of a chronic pain score in a trial: ``1 - PLACEBO (1 - exp(-PLACEBO_RATE t))`` (Plan 2012)."""
    left: Floats = 1.0 - p["PLACEBO"] * -np.expm1(-p["PLACEBO_RATE"] * np.maximum(hours, 0.0))
    return left


def withdrawal(of: Floats, os: Floats, p: Values) -> Floats:
    """Withdrawal as a share of its worst: a sigmoid of the felt rebounds, above what anybody answers at rest."""
    felt = (os + p["WS_FAST"] * of) / p["WS_50"]
    driven = felt ** p["WS_HILL"]
    share: Floats = p["WS_REST"] + p["W_GAIN"] * driven / (1.0 + driven)
    return np.minimum(share, 1.0)


def own_sensitization(p: Values) -> Floats:
    """Slow sensitization where a painful condition alone keeps it: ``K2_OWN / (K2_OWN + K2_OFF)``."""
    held: Floats = p["K2_OWN"] / (p["K2_OWN"] + p["K2_OFF"])
    return held
