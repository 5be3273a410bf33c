"""The dose of a taper, prepared and drawn: what was taken up to the day of asking, and the planned steps after it.

Planned steps are dashed on a paler fill. Nothing is drawn for pain: what it will do is not known. One panel in MME
a day where every part of the dose has a factor, else one for each drug and route in its own unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from algesia.assessment.model import Assessment
from algesia.charts.labels import Words
from algesia.charts.layout import LAYOUTS, Board
from algesia.charts.metrics import shorten, width
from algesia.charts.scale import TimeScale, ValueScale, day_words, nice_top, ticks
from algesia.charts.svg import Element, Path
from algesia.charts.table import Table
from algesia.charts.tokens import Size
from algesia.exposure.model import Steps
from algesia.plan.model import Step, TaperPlan
from algesia.plan.wording import amount

MOST_PANELS: Final = 3
LEAST_PAST: Final = 56
"""Days before the day of asking that are drawn at least, where the record goes back as far."""
HEIGHT: Final[dict[Size, float]] = {"wide": 150, "paper": 110, "phone": 120}
BETWEEN: Final = 40.0
PER_MG: Final = {"mg/d": 1.0, "ug/d": 1000.0, "ug/h": 1000.0 / 24}
"""Units of a day's dose in one mg a day."""
UNITS: Final = {"mg/d": "mg a day", "ug/d": "ug a day", "ug/h": "ug/h"}

_Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """An amount held over ``[start, end)``."""

    start: int
    end: int
    value: float


@dataclass(frozen=True, slots=True)
class PlanPanel:
    """One panel: what was taken, and what is planned."""

    title: str
    unit: str
    past: tuple[Span, ...]
    planned: tuple[Span, ...]
    note: str = ""

    @property
    def top(self) -> float:
        """The top of its axis."""
        return nice_top(max(span.value for span in (*self.past, *self.planned)))


@dataclass(frozen=True, slots=True)
class PlanPicture:
    """The panels on one axis of days, `first` to the day before `end`. `epoch` is day zero of a relative record."""

    epoch: int | None
    first: int
    as_of: int
    end: int
    panels: tuple[PlanPanel, ...]

    @property
    def title(self) -> str:
        """What is drawn, in words."""
        return "Opioid dose so far and as planned"

    @property
    def description(self) -> str:
        """The panels in sentences."""
        said = []
        for panel in self.panels:
            now, last = panel.planned[0].value, panel.planned[-1]
            said.append(
                f"{panel.title}: {amount(now)} {panel.unit} on {self.day(self.as_of)}, planned"
                f" {amount(last.value)} {panel.unit} from {self.day(last.start)}."
            )
            said += [f"{panel.note.capitalize()}."] if panel.note else []
        return " ".join(said)

    def day(self, day: int) -> str:
        """A day in words."""
        return day_words(day, self.epoch, year=True)


def plan_picture(assessment: Assessment, plan: TaperPlan) -> PlanPicture | None:
    """Prepare the picture of a taper; ``None`` for a plan without steps."""
    if not plan.steps or not plan.regimens:
        return None
    record, as_of = assessment.record, plan.as_of
    end = max(step.end for step in plan.steps)
    starts = [item.start for item in assessment.exposure.items if item.start <= as_of]
    first = max(min([*starts, as_of]), as_of - max(LEAST_PAST, (end - as_of) // 2))
    panels = _mme(assessment, plan, first, end) or _own(assessment, plan, first, end)
    return PlanPicture(record.epoch.day if record.relative else None, first, as_of, end, panels)


def _mme(assessment: Assessment, plan: TaperPlan, first: int, end: int) -> tuple[PlanPanel, ...]:
    if any(r.mme is None for r in plan.regimens) or any(s.mme is None for s in plan.steps):
        return ()
    now: dict[_Key, float] = {}
    daily: dict[_Key, float] = {}
    for regimen in plan.regimens:
        key = (regimen.drug, regimen.route, regimen.unit)
        now[key] = now.get(key, 0.0) + (regimen.mme or 0.0)
        daily[key] = daily.get(key, 0.0) + regimen.daily

    def change(step: Step) -> float:
        key = (step.drug, step.route, step.unit)
        before = now[key] / daily[key] * step.before if daily.get(key) else 0.0
        return (step.mme or 0.0) - before

    planned = _planned(plan.steps, plan.as_of, end, sum(now.values()), change)
    past = _past(assessment.exposure.mme, 1, first, plan.as_of)
    return (PlanPanel("Opioid dose", "MME a day", past, planned, _partly(assessment, first, plan.as_of)),)


def _own(assessment: Assessment, plan: TaperPlan, first: int, end: int) -> tuple[PlanPanel, ...]:
    found = []
    for key in dict.fromkeys((r.drug, r.route, r.unit) for r in plan.regimens):
        drug, route, unit = key
        steps = tuple(s for s in plan.steps if (s.drug, s.route, s.unit) == key)
        if not steps:
            continue
        total = sum(r.daily for r in plan.regimens if (r.drug, r.route, r.unit) == key)
        planned = _planned(steps, plan.as_of, end, total, lambda step: step.daily - step.before)
        track = assessment.exposure.tracks.get((drug, route), Steps())
        title = drug.capitalize() if route == "oral" else f"{drug.capitalize()} {route}"
        found.append(PlanPanel(title, UNITS[unit], _past(track, PER_MG[unit], first, plan.as_of), planned))
    return tuple(found[:MOST_PANELS])


def _planned(
    steps: Sequence[Step], as_of: int, end: int, total: float, change: Callable[[Step], float]
) -> tuple[Span, ...]:
    """The total from the day after asking on: each step moves it by its own change."""
    found = [(as_of + 1, total)]
    for step in sorted(steps, key=lambda s: (s.start, s.number)):
        total += change(step)
        found.append((step.start, max(0.0, total)))
    found.append((end, 0.0))
    return tuple(Span(a, b, round(value, 6)) for (a, value), (b, _) in pairwise(found) if b > a)


def _past(steps: Steps, factor: float, first: int, as_of: int) -> tuple[Span, ...]:
    """What was taken, from the first dose on: before it nothing is known."""
    days = [first, *(day for day in steps.days if first < day <= as_of), as_of + 1]
    spans = [Span(a, b, steps.at(a).likely * factor) for a, b in pairwise(days)]
    while spans and spans[0].value == 0:
        spans.pop(0)
    return tuple(spans)


def _partly(assessment: Assessment, first: int, as_of: int) -> str:
    """A note where an opioid of the days drawn is not in the sum."""
    outside = any(
        item.status in ("unconverted", "apart")
        and item.start <= as_of
        and (item.end is None or item.end > first)
        for item in assessment.exposure.items
    )
    return "part of what was taken is not in the sum" if outside else ""


def plan_dose(picture: PlanPicture, size: Size = "wide", *, prefix: str = "pd") -> str:
    """Draw the picture as one SVG element without style attributes; the same picture gives the same bytes."""
    layout = LAYOUTS[size]
    right = layout.right if layout.narrow else layout.width - 24
    board = Board(layout, TimeScale(picture.first, picture.end, layout.left, right), prefix)
    top, bottom = 30.0, 0.0
    for panel in picture.panels:
        top += 22 if layout.narrow else 0
        bottom = top + HEIGHT[size]
        _panel(board, panel, ValueScale(panel.top, bottom, top), right)
        top = bottom + BETWEEN
    _axis(board, picture, bottom, right)
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {layout.width:g} {round(bottom + 30)}",
        class_=f"chart {size}", role="img", aria_labelledby=f"{prefix}-title {prefix}-desc",
    )  # fmt: skip
    root.add(
        Element("title", picture.title, id=f"{prefix}-title"),
        Element("desc", picture.description, id=f"{prefix}-desc"),
    )
    root.extend(board.grounds).extend(board.bands).extend(board.marks).extend(board.front)
    return str(root.extend(words.element() for words in board.sheet.words))


def _panel(board: Board, panel: PlanPanel, y: ValueScale, right: float) -> None:
    layout = board.layout
    for share in (0, 0.5, 1):
        height = y.y(panel.top * share)
        if share:
            board.grounds.append(Path().move(layout.left, height).across(right).element("grid"))
        board.axis_number(height, amount(panel.top * share))
    board.grounds.append(Path().move(layout.left, y.bottom).across(right).element("axis"))
    if layout.narrow:
        board.words(
            layout.left, y.ceiling - 10, f"{panel.title}, {panel.unit}", "head", bold=True, tone="tdose halo"
        )
    else:
        board.heading(
            y.ceiling,
            panel.title,
            tuple(n for n in (panel.unit, panel.note) if n),
            "tdose",
            amount(panel.top),
        )
    if panel.past:
        board.bands.append(_area(board, panel.past, y).element("dose-area"))
        board.front.append(_line(board, panel.past, y).element("dose-line"))
    board.bands.append(_area(board, panel.planned, y).element("plan-area"))
    joined = (*panel.past[-1:], *panel.planned)
    board.front.append(_line(board, joined, y, panel.planned[0].start).element("plan-line"))
    for span in (*panel.past, *panel.planned):
        board.reserve(
            board.time.inside(span.start),
            y.y(span.value) - 2,
            board.time.inside(span.end),
            y.y(span.value) + 2,
        )
    _amounts(board, panel, y)


def _area(board: Board, spans: Sequence[Span], y: ValueScale) -> Path:
    path = Path().move(board.time.inside(spans[0].start), y.bottom)
    for span in spans:
        path.down(y.y(span.value)).across(board.time.inside(span.end))
    return path.down(y.bottom).close()


def _line(board: Board, spans: Sequence[Span], y: ValueScale, start: int | None = None) -> Path:
    """Steps through the spans, from `start` at the height of the first."""
    left = spans[0].start if start is None else start
    path = Path().move(board.time.inside(left), y.y(spans[0].value))
    for span in spans:
        if span.end > left:
            path.down(y.y(span.value)).across(board.time.inside(span.end))
    return path


def _amounts(board: Board, panel: PlanPanel, y: ValueScale) -> None:
    """The amount under each step, above it where the step is too low; left out where neither has room."""
    px = board.layout.px("text")
    last: float | None = None
    for span in (*panel.past, *panel.planned):
        left, right = board.time.inside(span.start), board.time.inside(span.end)
        text = amount(span.value)
        if span.value == last or right - left < width(text, px, True) + 8:
            continue
        height = y.y(span.value)
        below = Words(left + 4, height + px + 4, text, "text", True, "tdose")
        above = Words(left + 4, height - 6, text, "text", True, "tdose halo")
        if (y.bottom - height >= px + 9 and board.sheet.offer(below)) or board.sheet.offer(above):
            last = span.value


def _axis(board: Board, picture: PlanPicture, bottom: float, right: float) -> None:
    layout, time = board.layout, board.time
    base = bottom + 19
    x = time.inside(picture.as_of + 1)
    board.marks.append(Path().move(x, 52 if layout.narrow else 20).down(bottom + 5).element("today"))
    today = day_words(picture.as_of, picture.epoch)
    half = width(today, layout.px("text"), True) / 2
    board.sheet.write(
        Words(min(max(x, layout.left + half), right - half), base, today, "text", True, "", "middle")
    )
    room = int((right - layout.left) / (60 if layout.narrow else 64))
    lines = Path()
    marks = ticks(picture.first, picture.end, picture.epoch, room)
    for mark in marks:
        at = time.x(mark.day)
        lines.move(at, bottom).down(bottom + 5)
        text = shorten(mark.words[-1], 60, layout.px("text"))
        board.sheet.offer(Words(at + 4, base, text, "text", mark.strong, "" if mark.strong else "t2"), pad=3)
    if lines:
        board.marks.append(lines.element("axis"))


def plan_table(picture: PlanPicture) -> tuple[Table, ...]:
    """The picture as tables, for those who cannot see it."""
    found = []
    for panel in picture.panels:
        rows = [
            (f"{picture.day(s.start)} to {picture.day(s.end - 1)}", amount(s.value), "taken")
            for s in panel.past
        ]
        rows += [
            (f"{picture.day(s.start)} to {picture.day(s.end - 1)}", amount(s.value), "planned")
            for s in panel.planned
        ]
        found.append(Table(f"{panel.title}, {panel.unit}", ("Days", "Dose", "Taken or planned"), tuple(rows)))
    return tuple(found)
