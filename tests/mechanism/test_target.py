"""A pump that holds a concentration: what it does where there is nothing to hold."""

from __future__ import annotations

import numpy as np
import pytest

from algesia.mechanism.model import Order
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group

ONE = Group(people=1, varies=False)


def plasma(*orders: Order, at: tuple[float, ...]) -> np.ndarray:
    return simulate(orders, np.array(at), ONE, measures=("plasma/remifentanil",)).median(
        "plasma/remifentanil"
    )


@pytest.mark.parametrize("conc", [0.0, 1e-300])
def test_a_target_of_nothing_ends_and_gives_nothing(conc: float) -> None:
    placebo = Order("remifentanil", "iv", 0.0, target_conc=conc, duration_h=1.0)
    assert plasma(placebo, at=(0.1, 0.5, 1.5)) == pytest.approx([0.0, 0.0, 0.0])


def test_a_target_of_nothing_lets_what_was_given_before_fall() -> None:
    before = Order("remifentanil", "iv", 0.0, target_conc=4.0, duration_h=1.0)
    nothing = Order("remifentanil", "iv", 1.0, target_conc=0.0, duration_h=1.0)
    after = Order("remifentanil", "iv", 2.0, target_conc=2.0, duration_h=1.0)
    at = (0.5, 1.1, 1.5, 2.5)
    held = plasma(before, nothing, after, at=at)
    # the pump stands still whether nothing is asked for or no target is set
    assert held == pytest.approx(plasma(before, after, at=at), rel=1e-6)
    assert held[[0, 3]] == pytest.approx([4.0, 2.0], rel=0.02)
