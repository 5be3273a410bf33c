"""`algesia simulate REGIMEN|RECORD --observed FILE`: a visual predictive check of the model on data."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Final

from algesia.cli.output import terminal_width, write, write_json
from algesia.cli.simulate_group import within
from algesia.quantities.refusal import InputRefused, Unassessable, WrongCall

if TYPE_CHECKING:
    from algesia.adapters.observed_file import Observed
    from algesia.cli.simulate import Asked
    from algesia.mechanism.simulation import Group
    from algesia.report.check import Checked

RECORD: Final = "record"
"""In place of a file: the pain scores of the record that is simulated."""
LEAST_EACH: Final = 20
"""Virtual people for each who was observed: with fewer there is no 90 % interval."""
MOST_EACH: Final = 10_000
TIMES: Final = ("days", "hours", "every")


def check(
    asked: Namespace, wanted: str, found: Asked, group: Group, measure: str
) -> tuple[Unassessable, ...]:
    """Check a measure of the model on observations and write the answer; what is missing where it cannot be done.

    Raises
    ------
    WrongCall
        For options that mean nothing here, and for a check that is too large.
    InputRefused
        For observations that cannot be read, naming file, row and column.
    """
    from algesia.mechanism.check import REPLICATES
    from algesia.mechanism.check import check as checked
    from algesia.mechanism.simulate import unit_of
    from algesia.report.check import Checked

    if wanted == "sbml":
        raise WrongCall("--observed gives text, json, csv, svg or png, and no SBML")
    for name in TIMES:
        if getattr(asked, name) is not None:
            raise WrongCall(
                f"--{name} has no meaning with --observed: the times are those of the observations"
            )
    each = REPLICATES if asked.people is None else asked.people
    within("--people", each, LEAST_EACH, MOST_EACH)
    unit = unit_of(measure)
    observed, notes = _of_record(asked, found, measure) if asked.observed == RECORD else _of_file(asked, unit)
    made = checked(
        found.orders, observed.ids, observed.times_h, observed.values, group, measure, replicates=each, seed=group.seed,
    )  # fmt: skip
    if isinstance(made, Unassessable):
        return (made,)
    _answer(
        asked,
        wanted,
        Checked(
            made, measure, unit, observed.ids, observed.times_h, observed.values, each, group, found.reading, notes,
            found.left_out,
        ),
    )  # fmt: skip
    return ()


def _answer(asked: Namespace, wanted: str, answer: Checked) -> None:
    from algesia.report import check as told

    if wanted == "json":
        write_json(told.check_json(answer), asked.output)
    elif wanted == "csv":
        write(told.check_csv(answer), asked.output)
    elif wanted == "text":
        width = terminal_width() if asked.output is None else 100
        write(told.check_text(answer, width), asked.output)
    else:
        from algesia.charts.check import check_picture
        from algesia.report.raster import png

        picture = check_picture(
            answer.vpc, answer.times_h, answer.values, answer.measure, answer.unit, inline_colors="light"
        )
        write(png(picture) if wanted == "png" else picture, asked.output)


def _of_file(asked: Namespace, unit: str) -> tuple[Observed, tuple[str, ...]]:
    from algesia.adapters.observed_file import OUT_OF_RANGE, load, read_observed
    from algesia.mechanism.check import SCORED

    name = "standard input" if asked.observed == "-" else asked.observed
    try:
        observed = read_observed(load(asked.observed), name, unit)
    except InputRefused as refused:
        if asked.measure or refused.problem != OUT_OF_RANGE:
            raise
        right = f"{refused.expected}, for {SCORED}; --measure names another, such as plasma/morphine"
        raise InputRefused(refused.path, refused.value, refused.problem, right, refused.file) from None
    rows = f"{observed.skipped:,} row{'s' if observed.skipped > 1 else ''}"
    return observed, (f"{rows} of {name} held no observation.",) if observed.skipped else ()


def _of_record(asked: Namespace, found: Asked, measure: str) -> tuple[Observed, tuple[str, ...]]:
    """The record's own pain scores, one a day as the review reads them, and what was left out."""
    from algesia.adapters.observed_file import ONLY, Observed
    from algesia.assessment.diary import pain_diary
    from algesia.mechanism.check import DAY_H, SCORED

    if found.record is None:
        raise WrongCall("--observed record needs a record in place of the regimen")
    if measure != SCORED:
        raise WrongCall(f"--observed record is the record's pain scores: --measure {SCORED}, not {measure}")
    diary = pain_diary(found.record, found.as_of)
    kept = [
        (day - found.epoch, score)
        for day, score in zip(diary.days, diary.scores, strict=True)
        if day >= found.epoch
    ]
    if not kept:
        raise InputRefused(
            "pain", None, "has no score from 0 to 10 from the first dose on", "pain scores", asked.regimen[0]
        )
    notes = [f"Scores: {diary.kind}."] if diary.kind else []
    early = len(diary.days) - len(kept)
    notes += [f"{early:,} days before the first dose are left out."] if early else []
    notes += [f"{diary.left_out:,} daily scores of another kind are left out."] if diary.left_out else []
    times = tuple(day * DAY_H for day, _ in kept)
    return Observed((ONLY,) * len(kept), times, tuple(score for _, score in kept)), tuple(notes)
