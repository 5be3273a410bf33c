"""Answers to studies: `algesia-study/1` as JSON, and a text table of predicted beside observed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from algesia.mechanism.study import Study
from algesia.mechanism.study_answers import Answer, Interval
from algesia.mechanism.study_score import Row, Score
from algesia.quantities.refusal import Unassessable

FORMAT: Final = "algesia-study/1"
NOTE: Final = (
    "Predictions of a hypothesis that is fitted to few published studies. Median and 90 % interval over draws of "
    "its parameters and of the study. Not for decisions about a person."
)
_DIGITS: Final = 6


def study_json(answers: Sequence[Answer], studies: Sequence[Study], edition: str) -> dict[str, Any]:
    """The answers as plain dictionaries and lists, in the order of the file."""
    return {
        "format": FORMAT,
        "studies": [study.id for study in studies],
        "answers": [_answer(one) for one in answers],
        "parameters": edition,
        "note": NOTE,
    }


def _answer(one: Answer) -> dict[str, Any]:
    m = one.measure
    return {
        "study": one.study,
        "measure": m.name,
        "arm": m.arm,
        "time_h": m.time_h,
        "observed": m.observed,
        "predicted": None if one.predicted is None else _interval(one.predicted),
        "unassessable": None if one.unassessable is None else sentence(one.unassessable),
        "kind": m.kind,
        "statistic": m.statistic,
        "unit": m.unit,
        "relative_to": m.relative_to,
        "scorable": m.scorable,
        "given_by_schedule": one.given,
        "basis": one.basis,
    }


def _interval(found: Interval) -> dict[str, float]:
    return {key: tidy(getattr(found, key)) for key in ("median", "low90", "high90")}


def tidy(value: float) -> float:
    """A number to six digits, never a negative zero.

    >>> tidy(1 / 3), tidy(-0.0)
    (0.333333, 0.0)
    """
    return float(f"{value:.{_DIGITS}g}") + 0.0


def sentence(found: Unassessable) -> str:
    """One sentence that names what is missing.

    >>> sentence(Unassessable("m", "when it was measured is not given", ("time_h",)))
    'When it was measured is not given; missing: time_h.'
    """
    because = found.because.rstrip(".")
    missing = f"; missing: {', '.join(found.missing)}" if found.missing else ""
    return f"{because[:1].upper()}{because[1:]}{missing}."


def study_text(score: Score, studies: Sequence[Study], edition: str, width: int = 100) -> str:
    """Each study's measures with the observed value, the prediction, and whether the interval held it; then totals."""
    sources = {study.id: study.source for study in studies}
    lines = [f"Published studies: predicted beside observed (parameters {edition})", ""]
    for study, rows in groupby(score.rows, key=lambda row: row.answer.study):
        lines.append(_cut(f"{study}  {sources.get(study, '')}".rstrip(), width))
        lines += [line for row in rows for line in _row(row, width)]
        lines.append("")
    return "\n".join((*lines, *_totals(score), "", *_wrapped(NOTE, width))) + "\n"


def _row(row: Row, width: int) -> list[str]:
    one, m = row.answer, row.answer.measure
    at = "" if m.time_h is None else f" at {_hours(m.time_h)}"
    against = f" against {m.relative_to}" if m.relative_to else ""
    head = f"{m.name}, {m.arm or 'no arm'}{at}{against} ({m.statistic or m.kind}, {m.unit})"
    observed = (
        "-" if m.observed is None else f"{m.observed:g}" if isinstance(m.observed, float) else m.observed
    )
    if one.predicted is None:
        why = "" if one.unassessable is None else sentence(one.unassessable)
        return [_cut(f"  ?  {head}", width), _cut(f"     observed {observed}; {why}", width)]
    p = one.predicted
    mark = "=" if one.given else " " if row.hit is None else "+" if row.hit else "-"
    off = "" if row.error is None or one.given else f"; off by {row.error:+.0f} %"
    told = f"     observed {observed}, predicted {p.median:.3g} [{p.low90:.3g} to {p.high90:.3g}]{off}"
    return [_cut(f"  {mark}  {head}", width), _cut(told, width)]


def _totals(score: Score) -> list[str]:
    lines = [
        "+ in the 90 % interval; - outside; = given by the schedule itself; ? unassessable",
        f"{score.measures} measures, {score.scorable} scorable; {score.unassessable} unassessable, "
        f"{score.given} given by the schedule.",
    ]
    if score.counted and score.coverage is not None and score.error is not None:
        lines.append(
            f"Of {score.counted} scorable numbers with a prediction, {score.hits} lie in the 90 % interval "
            f"({score.coverage:.0%}); median error {score.error:.0f} %."
        )
        lines += [
            f"  {name}: median error {value:.0f} %; ours is nearer in {score.nearer[name]:.0%}"
            for name, value in score.baselines.items()
        ]
        lines.append(
            "Errors are 100 ln(predicted/observed) for times and ratios, percent of the scale for scores."
        )
    return lines


def _hours(hours: float) -> str:
    return f"{hours:g} h" if abs(hours) < 72 else f"{hours / 24:g} d"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 3].rstrip() + "..."


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, width)
