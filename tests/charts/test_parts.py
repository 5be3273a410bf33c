"""The parts of the picture: words of what followed, runs and gaps, panels, scales, tokens, font widths."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import fontpkg_atkinson_hyperlegible
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from algesia.assessment.diary import Diary
from algesia.charts.dose import dose_panels
from algesia.charts.draw import dose_and_pain
from algesia.charts.followed import followed, tapers
from algesia.charts.labels import apart, place
from algesia.charts.metrics import BOLD, DIGIT, REGULAR, shorten, width, wrap
from algesia.charts.pain import GAP_DAYS, pain_series
from algesia.charts.picture import picture_of
from algesia.charts.rows import sign_rows
from algesia.charts.scale import nice_top, ticks
from algesia.charts.table import data_table, reading_help
from algesia.charts.tokens import MARK_PAIRS, TEXT_PAIRS, TOKENS, Theme, css, resolved_css
from algesia.exposure.model import Span
from algesia.quantities.time import Instant
from algesia.record.model import Pain, Record

from . import sample

DAY = sample.ordinal("2026-03-01")


# Words of what followed


@pytest.mark.parametrize(
    ("episode", "lines"),
    [
        (sample.episode(DAY, 60, 90, "brief-relief", level=6, late=6, returned=21), ("+50 %", "relief 21 days", "back by day 21")),
        (sample.episode(DAY, 60, 90, "brief-relief", level=6, late=6, returned=1), ("+50 %", "relief 1 day", "back by day 1")),
        (sample.episode(DAY, 60, 90, "lasting-relief", level=6, late=3.9, still=True), ("+50 %", "lasting relief", "−2.1 by week 8")),
        (sample.episode(DAY, 60, 72, "no-relief", level=6, late=6.02, judged=49), ("+20 %", "no relief", "0.0 by week 7")),
        (sample.episode(DAY, 60, 72, "worse", level=6, late=7, judged=49), ("+20 %", "worse", "+1.0 by week 7")),
        (sample.episode(DAY, 180, 162, "no-relief", level=6, late=5.6), ("−10 %", "pain the same", "−0.4 by week 8")),
        (sample.episode(DAY, 180, 0, "worse", level=6, late=8), ("stop", "pain higher", "+2.0 by week 8")),
        (sample.episode(DAY, 0, 60, why="no pain entry in the 28 days before the change"), ("start", "cannot tell", "no entry before")),
        (sample.episode(DAY, 60, 90, level=6, judged=70, why="no pain entry after the change"), ("+50 %", "cannot tell", "few entries after")),
        (sample.episode(DAY, 60, 90, "brief-relief", level=6, late=6, returned=9, direction="rotation"), ("rotation", "relief 9 days", "back by day 9")),
        (sample.episode(DAY, 180, 165, level=6, late=5.6, judged=28), ("−8 %", "not judged", "−0.4 by week 4")),
    ],
)  # fmt: skip
def test_words_of_a_change(episode: sample.Episode, lines: tuple[str, str, str]) -> None:
    (change,) = followed([episode], DAY - 30, DAY + 200)
    assert (change.size, change.verdict, change.detail) == lines


def test_a_change_of_this_week_is_too_early() -> None:
    (change,) = followed([sample.episode(DAY, 150, 135, level=6, judged=4)], DAY - 30, DAY + 3)
    assert (change.verdict, change.detail) == ("too early", "day 4")
    (change,) = followed(
        [sample.episode(DAY, 60, 90, level=6, late=4, still=True, judged=12)], DAY - 30, DAY + 11
    )
    assert (change.verdict, change.detail) == ("lower so far", "day 12")


def test_relief_ends_where_pain_was_back_and_a_step_down_has_none() -> None:
    up = sample.episode(DAY, 60, 90, "brief-relief", level=6, returned=9)
    down = sample.episode(DAY + 60, 90, 80, "lasting-relief", level=6, late=4)
    rise, fall = followed([up, down], DAY - 10, DAY + 200)
    assert (rise.back, rise.relief_until, rise.level) == (DAY + 9, DAY + 9, 6)
    assert (fall.back, fall.relief_until, fall.level) == (None, None, None)
    assert tapers([rise, fall, fall]) == ((1, 3),)


# Pain


def diary(days: list[int], scores: list[float]) -> Diary:
    return Diary(tuple(days), tuple(scores), None, 0)


def record(days: list[int], scores: list[float]) -> Record:
    return Record(pain=sample.scores(days, scores))


def test_mean_starts_anew_at_a_change_and_breaks_at_gaps() -> None:
    days = [*range(20), *range(24, 40), *range(43, 60)]
    days = [DAY + day for day in days]
    scores = [5.0 if day < DAY + 10 else 8.0 for day in days]
    series = pain_series(record(days, scores), diary(days, scores), [DAY + 10], DAY, DAY + 59)
    assert [(run.start - DAY, run.end - DAY) for run in series.runs] == [(0, 10), (10, 20), (24, 60)]
    assert set(series.runs[0].mean) == {5.0} and set(series.runs[1].mean) == {8.0}
    assert [(gap.start - DAY, gap.end - DAY) for gap in series.gaps] == [(20, 24)]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 10)), min_size=1, max_size=60, unique_by=lambda p: p[0]
    )
)
def test_running_mean_agrees_with_the_definition(points: list[tuple[int, int]]) -> None:
    points.sort()
    days, scores = [DAY + day for day, _ in points], [float(score) for _, score in points]
    series = pain_series(record(days, scores), diary(days, scores), [], DAY, DAY + 60)
    for run in series.runs:
        inside = [(d, s) for d, s in zip(days, scores, strict=True) if run.start <= d < run.end]
        for day in range(run.start, run.end):
            parts = [(max(4 - abs(d - day), 0), s) for d, s in inside]
            expected = sum(w * s for w, s in parts) / sum(w for w, _ in parts)
            assert run.at(day) == pytest.approx(expected)
            index = day - run.start
            assert 0 <= run.low[index] <= run.mean[index] <= run.high[index] <= 10
    empty = [d for d in range(DAY, DAY + 61) if d not in days]
    grey = [d for gap in series.gaps for d in range(gap.start, gap.end)]
    assert set(grey) <= set(empty)
    assert all(gap.end - gap.start >= GAP_DAYS for gap in series.gaps)
    longest = max((sum(1 for _ in g) for g in _streaks(empty)), default=0)
    assert longest < GAP_DAYS or series.gaps


def _streaks(days: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for day in days:
        if found and found[-1][-1] == day - 1:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def test_band_of_equal_scores_is_not_a_line() -> None:
    days = list(range(DAY, DAY + 30))
    series = pain_series(record(days, [5.0] * 30), diary(days, [5.0] * 30), [], DAY, DAY + 29)
    (run,) = series.runs
    assert all(high - low > 0.3 for low, high in zip(run.low, run.high, strict=True))


def test_short_records_show_every_rating_at_its_hour() -> None:
    ratings = tuple(Pain(at=Instant(DAY, minute), score=score) for minute, score in ((0, 4), (720, 8)))
    series = pain_series(Record(pain=ratings), diary([DAY], [6.0]), [], DAY - 1, DAY)
    assert [(point.at, point.score) for point in series.points] == [(DAY, 4), (DAY + 0.5, 8)]
    assert series.runs == () and series.window is None


def test_a_range_and_words_are_kept() -> None:
    ratings = (
        Pain(at=Instant(DAY), score=7, score_high=9),
        Pain(at=Instant(DAY + 1), scale="verbal", words="worse than ever"),
    )
    series = pain_series(Record(pain=ratings), diary([DAY], [8.0]), [], DAY - 30, DAY + 1)
    assert series.ranges == ((DAY + 0.5, 7, 9),)
    assert [mark.text for mark in series.words] == ["worse than ever"]


# Dose


def test_panels_hold_the_sum_then_what_has_no_mme() -> None:
    tracks = {
        ("hydromorphone", "intravenous"): sample.steps((DAY, 10), (DAY + 5, 20)),
        ("morphine", "intrathecal"): sample.steps((DAY, 1)),
        ("sufentanil", "epidural"): sample.steps((DAY, 0.1), (DAY + 2, 0.2)),
        ("remifentanil", "intravenous"): sample.steps((DAY, 3)),
    }
    items = [sample.item("oxycodone", DAY, None, daily=Span.exactly(40))]
    items += [
        sample.item(drug, DAY, None, route=route, daily=Span.exactly(1), status="unconverted")
        for drug, route in tracks
    ]
    seen = sample.exposure(DAY, DAY + 30, items=items, mme=sample.steps((DAY, 60)), tracks=tracks)
    panels, outside = dose_panels(seen, DAY, DAY + 30)
    assert [panel.title for panel in panels] == ["Opioid dose", "Hydromorphone", "Sufentanil"]
    assert panels[0].at_least
    assert panels[1].notes[-1] == "not in the MME"
    assert [item.text for item in outside] == [
        "morphine intrathecal 1 mg a day, not converted",
        "remifentanil intravenous 1 mg a day, not converted",
    ]


def test_as_needed_is_the_interval_above_the_scheduled_part() -> None:
    mme = sample.steps((DAY, (60, 67.5, 75)), (DAY + 10, 60))
    items = [sample.item("oxycodone", DAY, None, daily=Span.exactly(40))]
    seen = sample.exposure(DAY, DAY + 20, items=items, mme=mme, fixed=sample.steps((DAY, 60)))
    (panel,), _ = dose_panels(seen, DAY - 5, DAY + 20)
    assert [(lv.start - DAY, lv.base, lv.low, lv.high) for lv in panel.levels] == [
        (0, 60, 60, 75),
        (10, 60, 60, 60),
    ]


# Rows


def test_a_sign_holds_until_the_next_answer() -> None:
    state = sample.sign("x", "X", [(DAY + 2, False), (DAY + 5, True), (DAY + 7, None), (DAY + 9, False)])
    (row,), _ = sign_rows([state, sample.sign("y", "Y", [])], DAY, DAY + 20)
    assert [(part.start - DAY, part.end - DAY, part.kind) for part in row.stretches] == [
        (0, 2, "unasked"),
        (2, 5, "absent"),
        (5, 9, "present"),
        (9, 21, "absent"),
    ]
    assert (row.state, row.last_asked, row.absent_on) == ("gone", DAY + 9, (DAY + 2, DAY + 9))


# Scales and labels


@given(st.floats(1e-4, 1e6))
def test_nice_top_holds_the_value_closely(value: float) -> None:
    assert value * (1 - 1e-6) <= nice_top(value) <= value * 2.01


@given(st.integers(0, 20000), st.booleans(), st.integers(4, 20))
def test_ticks_lie_inside_and_are_few(span: int, relative: bool, room: int) -> None:
    marks = ticks(DAY, DAY + span + 1, DAY if relative else None, room)
    days = [mark.day for mark in marks]
    assert all(DAY <= day <= DAY + span for day in days)
    assert all(a < b for a, b in pairwise(days))
    assert len(marks) <= room + 2


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(10, 120)), min_size=1, max_size=9))
def test_placed_labels_never_meet(pairs: list[tuple[float, float]]) -> None:
    pairs.sort()
    stems, widths = [stem for stem, _ in pairs], [wide for _, wide in pairs]
    anchors = place(stems, widths, 0, 1000, 10)
    if anchors is None:
        assert len(pairs) > 1
        return
    spans = [
        (stem, stem + wide) if anchor == "start" else (stem - 10 - wide, stem - 10)
        for stem, wide, anchor in zip(stems, widths, anchors, strict=True)
    ]
    assert all(later[0] - earlier[1] >= 10 - 1e-6 for earlier, later in pairwise(spans))


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_apart_keeps_distance_and_order(wanted: list[float]) -> None:
    placed = apart(wanted, 20, 0, 400)
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    heights = [placed[i] for i in order]
    assert all(b - a >= 20 - 1e-6 for a, b in pairwise(heights))
    assert min(heights) >= -1e-6 and max(heights) <= 400 + 1e-6


# Type and color


@pytest.mark.parametrize(("name", "bold", "table"), [("Regular", False, REGULAR), ("Bold", True, BOLD)])
def test_width_table_is_the_font(name: str, bold: bool, table: tuple[int, ...]) -> None:
    folder = Path(fontpkg_atkinson_hyperlegible.__file__).parent / "files"
    font = TTFont(folder / f"AtkinsonHyperlegible-{name}.ttf")
    letters, advance = font.getBestCmap(), font["hmtx"]
    assert font["head"].unitsPerEm == 1000
    assert table == tuple(advance[letters[code]][0] for code in range(32, 127))
    assert DIGIT[bold] == max(table[ord(digit) - 32] for digit in "0123456789")
    assert all(advance[letters[ord(sign)]][0] <= 1000 * width(sign, 1, bold) for sign in "−·×–…é")


@given(st.text(max_size=80), st.floats(20, 300), st.integers(1, 3))
def test_wrapped_lines_are_never_wider_than_allowed(text: str, limit: float, lines: int) -> None:
    parts = wrap(text, limit, 14, lines=lines)
    assert len(parts) <= lines
    assert all(width(part, 14) <= limit for part in parts)
    assert width(shorten(text, limit, 14), 14) <= limit


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", TOKENS)
def test_contrast(theme: Theme) -> None:
    tokens = TOKENS[theme]
    assert {
        pair: contrast(tokens[pair[0]], tokens[pair[1]])
        for pair in TEXT_PAIRS
        if contrast(tokens[pair[0]], tokens[pair[1]]) < 7
    } == {}
    assert {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in MARK_PAIRS if contrast(tokens[pair[0]], tokens[pair[1]]) < 3} == {}  # fmt: skip


@pytest.mark.parametrize("case", sample.CASES)
def test_every_class_has_a_rule(case: str) -> None:
    svg = dose_and_pain(picture_of(sample.CASES[case]()), "phone")
    used = {name for names in re.findall(r'class="([^"]+)"', svg) for name in names.split()}
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", css()))
    assert used - styled == set()


def test_resolved_colors_leave_no_variable() -> None:
    assert "var(" not in resolved_css("print", "paper") and "{" + "ink" + "}" not in resolved_css(
        "dark", "wide"
    )
    svg = dose_and_pain(picture_of(sample.year()), "paper", inline_colors="print")
    assert TOKENS["print"]["dose"] in svg and "halo" not in svg.split("</style>")[1]


# Tables


def test_tables_say_what_the_picture_shows() -> None:
    tables = {table.caption: table for table in data_table(picture_of(sample.year()))}
    changes = tables["Dose changes and what followed"]
    assert changes.rows[0] == ("1", "9 Feb 2026", "60 to 90 MME", "+50 %", "relief 21 days, back by day 21")
    assert sum(int(row[1]) for row in tables["Pain, 0 to 10"].rows) == len(sample.year().record.pain)
    assert ("3 May 2026 to 14 May 2026", "12 days") in tables["Days without pain entries"].rows
    assert tables["Opioids not in the sum"].rows[0][0] == "tramadol drops, amount not known"
    assert "Hatched" in reading_help(picture_of(sample.year()))
    assert "Hatched" not in reading_help(picture_of(sample.decade()))


def test_relative_records_have_no_dates() -> None:
    picture = picture_of(sample.hospital())
    said = str(data_table(picture)) + picture.title + picture.description + dose_and_pain(picture)
    assert "day 2" in said
    assert not re.search(r"\b(2000|Jan)\b", said.replace("http://www.w3.org/2000/svg", ""))
