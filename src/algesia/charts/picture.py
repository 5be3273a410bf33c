"""The picture of an assessment, prepared: everything that is drawn, before any size is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from algesia.assessment.diary import pain_diary
from algesia.assessment.model import Assessment, Window
from algesia.charts.dose import DosePanel, Outside, dose_panels, span_words
from algesia.charts.followed import Followed, followed
from algesia.charts.pain import PainSeries, pain_series
from algesia.charts.rows import Bar, SignRow, sign_rows, treatment_bars
from algesia.charts.scale import amount, day_words
from algesia.exposure.model import Span

LEAST_DAYS = 3
SAID_CHANGES = 12
NEAR = 0.15
NEAR_START = 0.75


@dataclass(frozen=True, slots=True)
class Picture:
    """Dose and pain on one axis of days, `first` to `as_of`, with what followed and what is not known.

    `epoch` is the day zero of a relative record, ``None`` where dates are known. `title` and `description` are
    made from the data, for readers who hear the picture.
    """

    epoch: int | None
    first: int
    as_of: int
    pain: PainSeries
    pain_now: Window | None
    panels: tuple[DosePanel, ...]
    changes: tuple[Followed, ...]
    signs: tuple[SignRow, ...]
    more_signs: tuple[SignRow, ...]
    treatments: tuple[Bar, ...]
    outside: tuple[Outside, ...]
    title: str
    description: str

    @property
    def end(self) -> int:
        """The day after the last."""
        return self.as_of + 1

    def day(self, day: int, *, year: bool | None = None) -> str:
        """A day in words, with its year where that is not the year of asking (or as told)."""
        if year is None:
            year = day_words(day, None, year=True)[-4:] != day_words(self.as_of, None, year=True)[-4:]
        return day_words(day, self.epoch, year=year)


def picture_of(assessment: Assessment, first: int | None = None) -> Picture:
    """Prepare the picture of an assessment.

    The days run from the first pain entry or dose change to the day of asking, or from `first` where that is
    later. A medication that started long before is drawn from the left edge on; one that started shortly before
    moves the edge.
    """
    as_of = assessment.as_of
    whole = _first_day(assessment)
    first = whole if first is None else max(whole, min(first, as_of - LEAST_DAYS + 1))
    record, exposure = assessment.record, assessment.exposure
    changes = followed(assessment.episodes, first, as_of)
    all_changes = [episode.change.day for episode in assessment.episodes]
    pain = pain_series(record, pain_diary(record, as_of), all_changes, first, as_of)
    changed = [(change.drug, change.route or "") for change in changes if change.drug is not None]
    panels, outside = dose_panels(exposure, first, as_of, changed)
    signs, more = sign_rows(assessment.signs, first, as_of)
    epoch = record.epoch.day if record.relative else None
    span = (
        f"{day_words(first, epoch, long=True, year=True)} to {day_words(as_of, epoch, long=True, year=True)}"
    )
    return Picture(
        epoch=epoch,
        first=first,
        as_of=as_of,
        pain=pain,
        pain_now=assessment.now.pain,
        panels=panels,
        changes=changes,
        signs=signs,
        more_signs=more,
        treatments=treatment_bars(record, exposure, first, as_of),
        outside=outside,
        title=f"Dose and pain, {span}",
        description=" ".join(_sentences(assessment, pain, panels, changes, signs, outside, epoch)),
    )


def _first_day(assessment: Assessment) -> int:
    record, as_of = assessment.record, assessment.as_of
    core = [rating.at.day for rating in record.pain]
    core.extend(e.change.day for e in assessment.episodes if e.change.direction != "start")
    if not core:
        core = [day for sign in assessment.signs for day, _ in sign.history]
    core = [day for day in core if day <= as_of]
    doses = [
        item.start
        for item in assessment.exposure.items
        if item.start <= as_of and item.status != "superseded"
    ]
    if not core:
        return min([*doses, as_of - LEAST_DAYS + 1])
    start = min(core)
    # A first dose shortly before the first entry moves the edge; one long before is drawn from the edge on.
    span = as_of - start
    near = [day for day in doses if start - span * NEAR <= day < start]
    near.extend(
        e.change.day
        for e in assessment.episodes
        if e.change.direction == "start" and start - span * NEAR_START <= e.change.day < start
    )
    if not near and any(e.change.day == start and e.change.direction != "start" for e in assessment.episodes):
        near = [start - max(1, span // 16)]
    return min([start, *near, as_of - LEAST_DAYS + 1])


def _sentences(
    assessment: Assessment,
    pain: PainSeries,
    panels: tuple[DosePanel, ...],
    changes: tuple[Followed, ...],
    signs: tuple[SignRow, ...],
    outside: tuple[Outside, ...],
    epoch: int | None,
) -> list[str]:
    """The picture in sentences, in the order it is read."""
    said: list[str] = []
    said.append(_pain_sentence(assessment, pain))
    for panel in panels:
        highest = max(max(level.base, level.high) for level in panel.levels)
        now = panel.now
        held = "" if now is None else f", now {span_words(Span(now.low, now.base, now.high))}"
        name = panel.title if panel.drug is None else f"{panel.title} {panel.route}"
        said.append(f"{name}: at most {amount(highest)} {panel.unit}{held}.")
    if not panels:
        said.append("No opioid dose can be drawn in numbers.")
    for change in changes[:SAID_CHANGES]:
        when = day_words(change.day, epoch, year=True)
        said.append(f"{_first_upper(when)}, {change.dose} ({change.size}): {change.says or change.verdict}")
    if len(changes) > SAID_CHANGES:
        said.append(f"{len(changes) - SAID_CHANGES} more changes are in the table.")
    present = [row.name for row in signs if row.state == "present"]
    if present:
        said.append(f"Present now: {'; '.join(present)}.")
    if outside:
        said.append(f"Not in the sum: {'; '.join(item.text for item in outside[:6])}.")
    return said


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pain_sentence(assessment: Assessment, pain: PainSeries) -> str:
    if not pain.points:
        return (
            "No pain score on 0 to 10 is on record." if not pain.words else "Pain is on record in words only."
        )
    scores = [point.score for point in pain.points]
    count = len(scores)
    entries = (
        f"{count} pain {'entry' if count == 1 else 'entries'} from {min(scores):g} to {max(scores):g} of 10"
    )
    empty = sum(gap.end - gap.start for gap in pain.gaps)
    missing = f", {empty} days in gaps without entries" if empty else ""
    now = assessment.now.pain
    mean = f". Mean now {now.mean:.1f}" if now is not None and pain.window is not None else ""
    return f"{entries}{missing}{mean}."
