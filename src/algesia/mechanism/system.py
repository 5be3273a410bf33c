"""The nervous system, one equation a function. The smallest structure that what was seen in people allows.

Concentrations at the effect site bind the receptor; the *stimulus* x is the share of receptors in work, weighted by
intrinsic activity. x alone drives everything else:

====================================  ==========================================================================
fast desensitization                  TF' = KF (GF x - TF)
slow tolerance (on and off apart)     TS' = KT_ON x (T_MAX - TS) - KT_OFF TS
sensitization of hours                S1' = K1 ((x + M3G term) (1 - B) - S1)
slow sensitization                    S2' = (K2_ON S1 + K2_OWN (1 - B)) (1 - S2) - (K2_OFF + K2_KET B) S2
fast rebound                          OF' = KOF (x - OF), RF' = KRF (G^6 / (FALL^6 + G^6) - RF), G = [OF - x]
slow rebound                          OS' = KOS (x - OS); felt as far as it stands above x
====================================  ==========================================================================

B is the share of NMDA receptors that ketamine (and, hardly, methadone) blocks. OF is the stimulus of the last minutes: only
what falls fast leaves a gap G to it, and steeply so, because the same infusion ended in steps leaves little behind (Comelon
2016). Alpha-2 agonists take from what is felt of both rebounds and leave sensitization alone (Koppert 2003). Tolerance takes efficacy away: what a
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
    "sensitization of hours": ("K1",),
    "fast rebound": ("KRF",),
    "slow rebound": ("KOS",),
}
"""The parts that can be switched off, and the constants that are then zero.

Slow sensitization grows out of the sensitization of hours, and stops with it.
"""

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


def falling(gap: Floats, p: Values) -> Floats:
    """How much of the fast rebound a gap drives: ``G^6 / (FALL^6 + G^6)``, G as far as OF stands above x.

    Steep: after 30 min of remifentanil an end at once hurt and the same end in steps of 5 min did not (Comelon 2016). That it
    is the sixth power is assumed.
    """
    sixth = (np.maximum(gap, 0.0) / p["FALL"]) ** 6
    share: Floats = sixth / (1.0 + sixth)
    return share


def calm(driven: Floats | float, p: Values) -> Floats:
    """What alpha-2 agonists leave of a felt rebound: ``1 - A2_MAX D / (1 + D)``, D the sum of C/C50 in plasma.

    Clonidine took the rise of the rating after remifentanil and left the area (Koppert 2003); lofexidine took about a
    fifth of withdrawal (603 people, 2018).
    """
    left: Floats = 1.0 - p["A2_MAX"] * (driven / (1.0 + driven))
    return left


def cold_tolerance(e: Floats, s2: Floats, rf: Floats, os: Floats, p: Values) -> Floats:
    """Seconds in ice water: ``CT_0 exp(G E - H S2 - F RF - W [OS - x])``. Skewed, so on the log scale."""
    log: Floats = p["G_CT"] * e - p["H_CT"] * s2 - p["F_CT"] * rf - p["W_CT"] * os
    return p["CT_0"] * np.exp(log)


def cold_threshold(e: Floats, s2: Floats, p: Values) -> Floats:
    """Seconds until ice water hurts: ``CTH_0 exp(G E - H S2)``, H near zero: thresholds show little (Higgins 2019)."""
    return p["CTH_0"] * np.exp(p["G_CTH"] * e - p["H_CTH"] * s2)


def gain(e: Floats, factor: Floats, loss: Floats | float = 0.0) -> Floats:
    """A test beside its own baseline: ``exp(G E - loss)``."""
    ratio: Floats = np.exp(factor * e - loss)
    return ratio


def rating(e: Floats, s2: Floats, rf: Floats, base: Floats, p: Values) -> Floats:
    """The score given to a fixed stimulus, 0 to 10: ``R (1 - G E + F RF + H S2)``."""
    score: Floats = base * (1.0 - p["G_RATE"] * e + p["F_RATE"] * rf + p["H_RATE"] * s2)
    return np.clip(score, 0.0, 10.0)


def area(e: Floats, s1: Floats, p: Values) -> Floats:
    """The hyperalgesic area beside its baseline: ``exp(L (1 - exp(-H S1 / L)) - G E)``, L = A_TOP.

    What ketamine blocks (Angst 2003, Koppert 2003). It grows as ``exp(H S1)`` at first and never beyond ``exp(L)``: skin ends.
    """
    grown = p["A_TOP"] * (1.0 - np.exp(-p["H_AREA"] * s1 / p["A_TOP"]))
    ratio: Floats = np.exp(grown - p["G_AREA"] * e)
    return ratio


def pain(base: Floats, e: Floats, s1: Floats, s2_more: Floats, rf: Floats, os: Floats, p: Values) -> Floats:
    """The pain score, 0 to 10: ``N (1 - RMAX E) + P1 S1 + P2 (S2 - S2 of the condition) + PF RF + PW [OS - x]``."""
    score = base * (1.0 - p["RMAX"] * e)
    score = score + p["P_S1"] * s1 + p["P_S2"] * s2_more + p["P_OF"] * rf + p["P_OS"] * os
    held: Floats = np.clip(score, 0.0, 10.0)
    return held


def placebo(hours: Floats, p: Values) -> Floats:
    """What is left of a chronic pain score in a trial: ``1 - PLACEBO (1 - exp(-PLACEBO_RATE t))`` (Plan 2012)."""
    left: Floats = 1.0 - p["PLACEBO"] * -np.expm1(-p["PLACEBO_RATE"] * np.maximum(hours, 0.0))
    return left


def withdrawal(rf: Floats, os: Floats, p: Values) -> Floats:
    """Withdrawal as a share of its worst: a sigmoid of the felt rebounds, above what anybody answers at rest."""
    felt = np.maximum(os + p["WS_FAST"] * rf, 0.0) / p["WS_50"]
    driven = felt ** p["WS_HILL"]
    share: Floats = p["WS_REST"] + p["W_GAIN"] * driven / (1.0 + driven)
    return np.minimum(share, 1.0)


def own_sensitization(p: Values) -> Floats:
    """Slow sensitization where a painful condition alone keeps it: ``K2_OWN / (K2_OWN + K2_OFF)``."""
    held: Floats = p["K2_OWN"] / (p["K2_OWN"] + p["K2_OFF"])
    return held
