"""The same schedule with every step cut in two: how the error of the steps is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from algesia.mechanism.model import Schedule


def halved(schedule: Schedule) -> Schedule:
    """Everything happens at the same hours; there are twice as many steps of half the length."""
    middle = 0.5 * (schedule.times[1:] + schedule.times[:-1])
    return replace(
        schedule,
        times=np.sort(np.concatenate([schedule.times, middle])),
        kind=np.repeat(schedule.kind, 2),
        lengths=0.5 * schedule.lengths,
        bolus_step=2 * schedule.bolus_step,
        rate_step=2 * schedule.rate_step,
        reset_step=2 * schedule.reset_step,
        output_at=2 * schedule.output_at,
    )
