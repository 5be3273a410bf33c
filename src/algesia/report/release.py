"""The release of a plan by a clinician, without which nothing of it is made for the person it is about.

A plan is a proposal. A calendar page or file for the person needs three things: a plan with steps, naloxone at hand,
and the name of the clinician who releases it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.plan.model import TaperPlan
from algesia.quantities.refusal import InputRefused, WrongCall
from algesia.report.printable import printable

LONGEST: Final = {"by": 60, "phone": 40, "name": 60}
"""Characters that have a place on every page."""


@dataclass(frozen=True, slots=True)
class Release:
    """Who released the plan, whom to call, and whom the plan is for.

    Parameters
    ----------
    by
        The clinician, as the person knows them.
    phone
        The number to call; empty leaves a line to be filled in by hand.
    name
        The person's name as the clinician typed it; empty leaves a line to be filled in by hand.

    Raises
    ------
    InputRefused
        When `by` is empty, or a text is too long for its place on the page: nothing is cut off.

    >>> Release("Dr Okafor", "555 0142", "Maria Ellison").by
    'Dr Okafor'
    """

    by: str
    phone: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        for field, most in LONGEST.items():
            text = printable(getattr(self, field)).strip()
            if len(text) > most:
                raise InputRefused(
                    f"release.{field}", text, "is too long for the page", f"at most {most} characters"
                )
            object.__setattr__(self, field, text)
        if not self.by:
            raise InputRefused("release.by", self.by, "is empty", "the name of the clinician who releases")


def withheld(plan: TaperPlan, release: Release | None, relative: bool = False) -> str:
    """Why nothing is made for the person, and how to get it, in one sentence; empty when it may be made.

    `relative` says that the record counts days from an event: there is then no calendar to write on.

    >>> from algesia.plan.model import TaperRequest
    >>> withheld(TaperPlan("blocked", 738000, "1", TaperRequest()), None)
    'The plan is blocked: there is nothing to write in a calendar.'
    """
    if plan.status != "planned" or not plan.steps:
        state = plan.status if plan.status != "planned" else "without a step"
        return f"The plan is {state}: there is nothing to write in a calendar."
    if relative:
        return (
            "The record counts days from an event and knows no date: "
            "for a calendar, give the record with dates."
        )
    missing, give = [], []
    if release is None:
        missing.append("the plan has not been released by a clinician")
        give.append("release it (--released-by NAME)")
    if plan.naloxone is None or not plan.naloxone.at_hand:
        missing.append("naloxone is not at hand on record")
        give.append("record naloxone, or confirm that it was offered (--naloxone-offered)")
    if not missing:
        return ""
    why = " and ".join(missing)
    return f"{why[0].upper()}{why[1:]}: for the calendar, {' and '.join(give)}."


def released(plan: TaperPlan, release: Release | None, relative: bool = False) -> Release:
    """The release, where everything for the person may be made.

    Raises
    ------
    WrongCall
        With the sentence of `withheld`.
    """
    why = withheld(plan, release, relative)
    if why or release is None:
        raise WrongCall(why)
    return release
