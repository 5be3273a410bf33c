"""Ways forward as dated, bounded plans: taper, rotation, adjuncts and alternatives. Pure, like the assessment.

>>> from algesia.plan import TaperRequest, taper
>>> TaperRequest(percent=5).percent
5
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from algesia.plan.following import follow
    from algesia.plan.model import (
        FollowUp,
        OptionsPlan,
        RotationPlan,
        RotationRequest,
        Step,
        TaperPlan,
        TaperRequest,
    )
    from algesia.plan.options import lay_out
    from algesia.plan.rotation import rotate
    from algesia.plan.tapering import taper

_MODEL = ("FollowUp", "OptionsPlan", "RotationPlan", "RotationRequest", "Step", "TaperPlan", "TaperRequest")
_HOME = {
    "taper": "tapering", "rotate": "rotation", "lay_out": "options", "follow": "following",
    **dict.fromkeys(_MODEL, "model"),
}  # fmt: skip

__all__ = [
    "FollowUp", "OptionsPlan", "RotationPlan", "RotationRequest", "Step", "TaperPlan", "TaperRequest",
    "follow", "lay_out", "rotate", "taper",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is: the types alone need none of the planners."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'algesia.plan' has no attribute {name!r}")
    return getattr(import_module(f"algesia.plan.{_HOME[name]}"), name)
