"""`algesia simulate REGIMEN|RECORD --diary`: the 0 to 10 scores that virtual people write, one a day."""

from __future__ import annotations

import math
from argparse import Namespace
from typing import TYPE_CHECKING, Final

from algesia.cli.output import terminal_width, write, write_json
from algesia.quantities.refusal import Unassessable, WrongCall
from algesia.report.diary import diary_csv, diary_json, diary_text

if TYPE_CHECKING:
    from algesia.cli.simulate import Asked
    from algesia.mechanism.simulation import Group

FORMATS: Final = ("text", "json", "csv")


def diary(
    asked: Namespace, wanted: str, found: Asked, group: Group, measure: str, until_h: float
) -> tuple[Unassessable, ...]:
    """Write the diaries of a group; what is missing where there is none.

    Raises
    ------
    WrongCall
        For formats and options that mean nothing here, and for too many scores.
    """
    if wanted not in FORMATS:
        raise WrongCall(f"--diary gives {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, and no {wanted.upper()}")
    if asked.every is not None:
        raise WrongCall("--every has no meaning with --diary: there is one score a day")
    from algesia.mechanism.check import SCORED, diaries

    if measure != SCORED:
        raise WrongCall(f"--diary is of pain scores: --measure {measure} has no meaning with it")
    scores = diaries(found.orders, max(math.ceil(until_h / 24.0 - 1e-9), 1), group)
    if isinstance(scores, Unassessable):
        return (scores,)
    if wanted == "json":
        write_json(diary_json(scores, found.reading, group, found.left_out), asked.output)
    elif wanted == "csv":
        write(diary_csv(scores), asked.output)
    else:
        width = terminal_width() if asked.output is None else 100
        write(diary_text(scores, found.reading, group, found.left_out, width), asked.output)
    return ()
