"""Carrying one equation over one step: exact in its decay, of fourth order in what drives it."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def moments(a: float, upto: float) -> tuple[float, float, float]:
    """``a times the integral of exp(-a (upto - s)) s^n over s from 0 to upto``, for n = 0, 1, 2.

    By its power series for small `a`, where the closed form loses digits.
    """
    if a < 0.5:
        i0 = i1 = i2 = 0.0
        term = a * upto
        for m in range(14):
            # n! / (n + m + 1)! upto^(n + m + 1) a (-a)^m
            i0 += term
            i1 += term * upto / (m + 2)
            i2 += term * upto * upto * 2.0 / ((m + 2) * (m + 3))
            term *= -a * upto / (m + 2)
        return i0, i1, i2
    i0 = 1.0 - np.exp(-a * upto)
    i1 = upto - i0 / a
    return i0, i1, upto * upto - 2.0 * i1 / a


@njit(cache=True, nogil=True, error_model="numpy")
def weights(a: float, upto: float) -> tuple[float, float, float, float]:
    """Carry ``z' = k (f - z)`` over part of a step: decay, and the weights of f at start, middle and end.

    `a` is k times the whole step; `upto` 1 for the whole step, 0.5 for its half. f is the parabola through its three values.
    """
    i0, i1, i2 = moments(a, upto)
    return np.exp(-a * upto), 2.0 * i2 - 3.0 * i1 + i0, 4.0 * (i1 - i2), 2.0 * i2 - i1


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def linear_step(
    z: float, h: float, p0: float, pm: float, p1: float, q0: float, qm: float, q1: float
) -> float:
    """``z' = p(t) - q(t) z`` over a step by the classical Runge-Kutta method; q h is small wherever this is used."""
    k1 = p0 - q0 * z
    k2 = pm - qm * (z + 0.5 * h * k1)
    k3 = pm - qm * (z + 0.5 * h * k2)
    k4 = p1 - q1 * (z + h * k3)
    return z + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


@njit(cache=True, nogil=True, error_model="numpy")
def half_way(q0: float, qm: float, q1: float) -> tuple[float, float]:
    """Mean of a rate over a step (Simpson), and the share of it that has passed in the middle of the step."""
    whole = (q0 + 4.0 * qm + q1) / 6.0
    return whole, min(max((5.0 * q0 + 8.0 * qm - q1) / 24.0 / whole, 0.05), 0.95)


@njit(cache=True, nogil=True, error_model="numpy")
def follow(
    z: float, h: float, r0: float, rm: float, r1: float, q0: float, qm: float, q1: float
) -> tuple[float, float]:
    """``z' = q(t) (r(t) - z)`` in the middle and at the end of a step, however fast it is.

    Counted in its own time, the share of the integral of q that has passed, z follows r at one rate (`weights`); r is the
    parabola through its three values there. Of fourth order, and right where q h is large.
    """
    mean, m = half_way(q0, qm, q1)
    half = r0 * (m - 0.5) * 0.5 / m + rm * 0.25 / (m * (1.0 - m)) + r1 * (0.5 - m) * 0.5 / (1.0 - m)
    e, w0, wm, w1 = weights(mean * h, 1.0)
    eh, v0, vm, v1 = weights(mean * h, m)
    return eh * z + v0 * r0 + vm * half + v1 * r1, e * z + w0 * r0 + wm * half + w1 * r1
