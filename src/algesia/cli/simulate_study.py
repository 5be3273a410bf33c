"""`algesia simulate study`: every measure of published studies, predicted beside observed."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from algesia.cli.output import format_of, terminal_width, write, write_json
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from algesia.mechanism.study_curves import Simulate

BUNDLED: Final = "bundled"
MOST_PEOPLE: Final = 10_000
MOST_DRAWS: Final = 5_000
LEAST_PEOPLE: Final = 2


class Engine(NamedTuple):
    """The simulator, draws of its parameters, its fitted parameters, and the name of their edition."""

    simulate: Simulate
    draws: Callable[[int, int], Sequence[Any]]
    typical: Callable[[], Any]
    edition: str


def study(asked: Namespace) -> None:
    """Answer every measure of published studies from their arms and schedules: median and 90 % interval, or what is
    missing. The observed values are never used. The text also scores them and shows three simple baselines.

    Examples:
    algesia simulate study bundled
    algesia simulate study studies.json --format json -o answers.json
    algesia simulate study studies.json --draws 50 --people 100
    """
    from algesia.adapters.study_file import bundled_studies, read_studies
    from algesia.mechanism.study_answers import answers
    from algesia.report.study import study_json, study_text

    wanted = format_of(asked.format, asked.output, ("text", "json"))
    _within("--people", asked.people, LEAST_PEOPLE, MOST_PEOPLE)
    _within("--draws", asked.draws, 1, MOST_DRAWS)
    _within("--seed", asked.seed, 0, 2**31)
    studies = bundled_studies() if asked.file == BUNDLED else read_studies(_bytes(asked.file), asked.file)
    use = engine()
    parameters = use.draws(asked.draws, asked.seed)
    found = answers(studies, use.simulate, parameters, people=asked.people, seed=asked.seed)
    if wanted == "json":
        write_json(study_json(found, studies, use.edition), asked.output)
        return
    from algesia.mechanism.study_score import baseline_answers, score

    beside = baseline_answers(studies, use.simulate, use.typical(), asked.seed)
    width = terminal_width() if asked.output is None else 100
    write(study_text(score(found, studies, beside), studies, use.edition, width), asked.output)


def engine() -> Engine:
    """The simulator of the package with its calibrated parameters."""
    from algesia.mechanism.parameters import draws, fit, typical
    from algesia.mechanism.simulate import simulate

    return Engine(simulate, draws, typical, fit().edition)


def _within(option: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise WrongCall(f"{option} {value} is not from {low} to {high}")


def _bytes(place: str) -> bytes:
    if place == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise WrongCall(f"cannot read {place!r}: {error.strerror}") from None
