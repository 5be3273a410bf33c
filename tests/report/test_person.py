"""What the person sees: true to the episodes, in plain words, silent in an emergency, never about a dose to take."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters import examples
from algesia.assessment.diary import pain_diary
from algesia.assessment.dose_response import LEAST_RATINGS
from algesia.assessment.model import (
    Assessment,
    Direction,
    DoseChange,
    Episode,
    Interlock,
    Verdict,
    Window,
)
from algesia.charts.picture import picture_of
from algesia.knowledge.loader import load
from algesia.quantities.time import DEFAULT_EPOCH, Instant
from algesia.record.codec import read_record
from algesia.record.model import Amount, Medication, Pain, Record
from algesia.report import person_asks, person_signs, person_words
from algesia.report.days import Calendar
from algesia.report.person import MME_NOTE, PersonView, person_page_html, person_view
from algesia.report.person_changes import says
from algesia.report.person_words import DO_NOT_CHANGE
from algesia.review import review
from tests import strategies
from tests.report import sample

CASES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.json"))
NAMES = [*(path.stem for path in CASES), "synthetic-escalation"]
FORBIDDEN = (
    "addict", "abuse", "drug-seeking", "oih", "hyperalgesia", "diagnosis", "should take", "reduce to", "misuse",
    "craving", "loss of control", "non-compliant", "cause of", "because of the dose",
)  # fmt: skip


@cache
def example(name: str) -> Assessment:
    """A bundled example, reviewed."""
    found = [path for path in CASES if path.stem == name]
    record = read_record(found[0].read_bytes()) if found else examples.read(name)
    return review(record, load())


def said(view: PersonView) -> str:
    """Every word of a view, and of its page."""
    own = " ".join(str(getattr(view, f.name)) for f in fields(view) if f.name != "picture")
    return f"{own} {re.sub(r'<[^>]+>', ' ', person_page_html(view, '/report'))}"


def window(mean: float, n: int = 14) -> Window:
    return Window(mean, 1.0, n)


def episode(
    verdict: Verdict,
    direction: Direction = "increase",
    day: int = 0,
    back: int | None = None,
    late: float | None = None,
    judged: int = 60,
    why: str | None = None,
    below: bool = False,
    before: float | None = 5.0,
    allowed: bool = False,
    after: float = 90,
) -> Episode:
    """A change from 60 with pain 5.0 before, and what followed."""
    return Episode(
        DoseChange(sample.AS_OF - 200 + day, direction, 60, after, "MME/d", allowed=allowed),
        None if before is None else window(before, 7), None if late is None else window(late, 7),
        None if late is None else window(late), None, None, back, below, judged, verdict, "", why,
    )  # fmt: skip


def with_episodes(*episodes: Episode) -> Assessment:
    return replace(sample.rich(), episodes=episodes)


@pytest.mark.parametrize("name", NAMES)
def test_no_example_brings_a_word_of_blame_a_diagnosis_or_a_dose_to_take(name: str) -> None:
    words = said(person_view(example(name))).lower()
    assert [word for word in FORBIDDEN if word in words] == []


def test_there_are_the_47_examples() -> None:
    assert len(NAMES) == 47


@pytest.mark.parametrize("name", NAMES)
def test_emergency_stands_alone_and_nothing_else_is_empty(name: str) -> None:
    view, assessment = person_view(example(name), clinician="Dr Okafor"), example(name)
    assert view.do_not_change == DO_NOT_CHANGE
    if assessment.emergency:
        assert any("911" in line or "988" in line for line in view.emergency)
        rest = (
            view.today,
            view.headline,
            view.subline,
            view.changes,
            view.signs,
            view.questions,
            view.not_known,
        )
        assert not any(rest)
        assert view.picture is None
        return
    assert view.emergency == ()
    assert view.headline
    assert 3 <= len(view.questions) <= 6
    assert len(set(view.questions)) == len(view.questions)
    assert [s.number for s in view.signs] == [1, 2, 3, 4, 5, 6, 7]
    assert [s.number for s in view.signs if s.urgent] == [7]
    urgent = [lock for lock in assessment.interlocks if lock.level == "urgent"]
    assert bool(view.today) == bool(urgent)


def test_some_examples_are_emergencies_and_some_are_not() -> None:
    found = [bool(example(name).emergency) for name in NAMES]
    assert 5 < sum(found) < 20


@pytest.mark.parametrize("name", [*sample.ALL, *NAMES])
def test_changes_carry_the_numbers_of_the_picture(name: str) -> None:
    assessment = sample.ALL[name]() if name in sample.ALL else example(name)
    view = person_view(assessment)
    if view.picture is None:
        assert view.changes == ()
        return
    shown = picture_of(assessment).changes
    assert [c.number for c in view.changes] == [c.number for c in shown]
    knobs = re.findall(r"<text[^>]*knobt[^>]*>(\d+)</text>", view.picture.phone)
    assert set(map(int, knobs)) <= {c.number for c in view.changes}
    assert bool(knobs) == bool(view.changes)
    for change, drawn in zip(view.changes, shown, strict=True):
        for length in re.findall(r"relief (\d+ days?)", drawn.verdict):
            assert f"Less pain for {length}." in change.says
        for back in re.findall(r"back by day (\d+)", drawn.detail):
            assert f"Back by day {back}." in change.says
        for gap in re.findall(r"[+−](\d+\.\d)", drawn.detail):
            assert gap in change.says
        for at in re.findall(r"week \d+", drawn.detail):
            assert at in change.says
        if drawn.verdict == "too early" and drawn.detail.startswith("day"):
            assert change.says.startswith(f"{drawn.detail.capitalize()}.")


def test_the_synthetic_diary_reads_as_its_picture() -> None:
    view = person_view(example("synthetic-escalation"), clinician="Dr Okafor")
    assert view.headline == "After each dose increase, relief was shorter."
    assert [c.title for c in view.changes][:2] == ["9 Feb, 60 to 90 MME a day", "13 Apr, 90 to 120 MME a day"]
    assert [c.says for c in view.changes] == [
        "Less pain for 20 days. Back by day 20.",
        "Less pain for 11 days. Back by day 11.",
        "Less pain for 9 days. Back by day 9.",
        "No relief. Pain was higher by 1.1 in week 8.",
        "The next change came on day 28, too soon to be sure. Pain was lower by 1.5 in week 3.",
        "Day 3. Too early to say anything.",
    ]
    assert view.questions[0] == person_asks.ASKED["trap"]
    assert person_asks.ASKED["naloxone"] in view.questions
    assert view.clinician == "Dr Okafor"
    assert {s.number: s.words for s in view.signs}[3] == "yes, since 22 Jun"


@pytest.mark.parametrize(
    ("episodes", "expected"),
    [
        ((episode("brief-relief", back=9),), "After the dose increase, pain was back within 9 days."),
        ((episode("lasting-relief", late=3),), "After the dose increase, pain stayed lower."),
        ((episode("brief-relief", back=9), episode("brief-relief", day=70, back=3)),
         "After the second dose increase, relief was shorter."),
        ((episode("brief-relief", back=9), episode("brief-relief", day=70, back=9)),
         "After both dose increases, pain was back within 9 days."),
        ((episode("brief-relief", back=20), episode("brief-relief", day=50, back=8), episode("worse", day=90, late=6.2)),
         "After each dose increase, relief was shorter."),
        ((episode("brief-relief", back=8), episode("brief-relief", day=50, back=20), episode("worse", day=90, late=6.2)),
         "After 2 of 3 dose increases, pain was back within 20 days. After 1, pain was higher."),
        # none at all is not shorter
        ((episode("brief-relief", back=20), episode("worse", day=50, late=6.2)),
         "After 1 of 2 dose increases, pain was back within 20 days. After 1, pain was higher."),
        # a small fall that lasts is not shorter relief
        ((episode("brief-relief", back=20),
          episode("no-relief", day=50, late=4.2, why="pain fell by less than the 30 % that counts", below=True)),
         "After 1 of 2 dose increases, pain was back within 20 days. After 1, there was no clear relief."),
        # one that cannot be judged: "each" would say too much
        ((episode("brief-relief", back=20), episode("brief-relief", day=50, back=8), episode("unassessable", day=90)),
         "After both dose increases, pain was back within 20 days."),
        ((episode("unassessable"), episode("unassessable", day=50)),
         "Your dose went up 2 times. What followed cannot be told yet."),
        ((episode("no-relief", allowed=True),), "The most you may take went up once. What was taken is not known."),
        ((episode("brief-relief", "rotation", back=4),),
         "After the switch to another medicine, pain was back within 4 days."),
        ((episode("worse", "start", late=6.5),), "After the medicine was started, pain was higher."),
    ],
)  # fmt: skip
def test_headline_of_what_followed(episodes: tuple[Episode, ...], expected: str) -> None:
    assert person_view(with_episodes(*episodes)).headline == expected


def test_increases_that_cannot_be_judged_are_counted_below_the_headline() -> None:
    view = person_view(with_episodes(episode("brief-relief", back=20), episode("unassessable", day=90)))
    assert "1 more increase cannot be judged." in view.subline


@pytest.mark.parametrize(
    ("before", "expected"),
    [(9.0, "lower since your dose first went down"), (5.0, "higher since your dose first went down"),
     (None, "There is no pain number from before.")],
)  # fmt: skip
def test_steps_down_alone(before: float | None, expected: str) -> None:
    only = episode("unassessable", "decrease", before=before, after=40)
    assert expected in person_view(with_episodes(only)).headline


def test_steps_down_alone_about_the_same() -> None:
    rich = sample.rich()
    last = pain_diary(rich.record, rich.as_of).window(rich.as_of - 6, rich.as_of + 1)
    assert last is not None
    only = episode("no-relief", "decrease", before=last.mean, after=40)
    headline = person_view(with_episodes(only)).headline
    assert headline.startswith("Pain is about the same as before your dose first went down")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (episode("brief-relief", back=1), "Less pain for 1 day. Back by day 1."),
        (episode("brief-relief"), "Less pain for a time. Then it came back."),
        (episode("lasting-relief", late=3.0), "Pain stayed lower by 2.0 in week 8."),
        (episode("lasting-relief", "decrease", late=3.5), "Pain was lower by 1.5 in week 8."),
        (episode("worse", late=6.0), "No relief. Pain was higher by 1.0 in week 8."),
        (episode("worse", "decrease", late=6.5), "Pain was higher by 1.5 in week 8."),
        (episode("no-relief", late=4.2), "No clear relief. Pain was lower by 0.8 in week 8."),
        (episode("no-relief", late=5.0), "No clear relief. Pain was the same in week 8."),
        (episode("no-relief"), "No clear relief. Pain did not fall."),
        (episode("no-relief", "decrease", late=5.3), "Pain was about the same in week 8 (0.3 higher)."),
        (episode("unassessable", before=None), "There are too few pain numbers from before to compare."),
        (episode("unassessable", judged=30), "There are too few pain numbers after it to say."),
        (episode("unassessable", day=196, judged=4), "Day 4. Too early to say anything."),
        (episode("unassessable", day=180, judged=20, late=3.0, below=True), "Day 20. Less pain so far."),
        (episode("unassessable", "decrease", day=180, judged=20, late=5.0),
         "Day 20. Too early: a step down needs 28 days."),
        (episode("unassessable", judged=13, late=3.0),
         "The next change came on day 14, too soon to be sure. Pain was lower by 2.0 in week 1."),
        (episode("no-relief", allowed=True),
         "Only the most you may take changed. What was taken is not known."),
    ],
)  # fmt: skip
def test_what_followed_in_plain_words(one: Episode, expected: str) -> None:
    assert says(one, sample.AS_OF) == expected


def bare(*scores: float, every: int = 1, drug: bool = False, words: str | None = None) -> PersonView:
    """A record with pain numbers only, the last on the day of asking; with an opioid where told."""
    start = DEFAULT_EPOCH + 1000
    pain = tuple(Pain(at=Instant(start + i * every, 600), score=s) for i, s in enumerate(scores))
    if words is not None:
        pain = (Pain(at=Instant(start), words=words, scale="verbal"),)
    taken = Medication(
        drug="oxycodone", route="oral", start=Instant(start), every_hours=12, dose=Amount(unit="mg", value=10)
    )
    return person_view(review(Record(pain=pain, medications=(taken,) if drug else ()), load()))


def test_empty_record() -> None:
    view = bare()
    assert (view.headline, view.subline) == (
        "Nothing is on record yet.",
        "Your first number starts the picture.",
    )
    assert view.picture is None
    assert view.not_known[:2] == ("No medicine is on record.", "No pain number from 0 to 10 is on record.")
    assert {s.words for s in view.signs} == {"not asked yet"}


@pytest.mark.parametrize("count", range(1, LEAST_RATINGS))
def test_too_few_entries_name_the_true_rule(count: int) -> None:
    view = bare(*[5.0] * count)
    assert view.headline == f"Keep going: a picture needs at least {LEAST_RATINGS} days with a number."
    assert "at least 5 of the 14 days before it need a number" in view.subline


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([5.0] * LEAST_RATINGS, "Pain was 5.0 in the last week."), ([5.0, 6.0] * 15, "Pain was about the same."),
     ([4.0] * 15 + [7.0] * 15, "Pain is 3 higher than in the first week."),
     ([7.0] * 15 + [4.0] * 15, "Pain is 3 lower than in the first week.")],
)  # fmt: skip
def test_numbers_without_a_dose_change(scores: list[float], expected: str) -> None:
    assert bare(*scores).headline == expected


def test_words_only_and_opioid_without_numbers() -> None:
    assert bare(words="bad").headline == "Your pain is on record in words only."
    assert bare(drug=True).headline == "No pain number is on record yet."


def test_a_relative_record_counts_days() -> None:
    view = person_view(sample.hospital())
    assert "day 0 to day 17" in view.subline.lower()
    assert view.changes[0].title == "Day 3, 48 to 96 mg of morphine a day"


def test_questions_follow_what_is_on_record() -> None:
    diary = example("synthetic-escalation")
    asked = person_view(diary).questions
    for key in ("trap", "naloxone", "taper", "spread", "touch"):
        assert person_asks.ASKED[key] in asked
    calm = replace(diary, trap=replace(diary.trap, status="absent"), interlocks=(), signs=(), episodes=())
    assert person_view(calm).questions == person_asks.GENERAL
    assert person_view(example("apl_36f")).questions[1:] == person_asks.GENERAL_WITHOUT[:2]
    assert "exact name and amount of oxycodone" in " ".join(person_view(sample.sparse()).questions)


def test_sign_seven_needs_all_three_answers() -> None:
    diary = example("synthetic-escalation")
    seven = person_view(diary).signs[6]
    assert (seven.state, seven.words) == ("partly", "not all asked yet")
    assert seven.detail == "no jerking (3 Nov), no confusion (3 Nov); not asked: restlessness"
    answered = replace(sample.sign("agitation", "Agitation", ("2026-11-09", False)), warning_sign=7)
    signs = (*(s for s in diary.signs if s.sign != "agitation"), answered)
    every = person_view(replace(diary, signs=signs)).signs[6]
    assert (every.state, every.words) == ("absent", "no (3 Nov)")


def test_the_sentences_of_single_signs_are_the_knowledges_own() -> None:
    texts = load().signs
    for number, warning in person_signs.WARNINGS.items():
        for sign in warning.asked:
            assert texts[sign].warning_sign == number
        if len(warning.asked) == 1:
            assert warning.explains == texts[warning.asked[0]].plain
    assert {t.warning_sign for t in texts.values()} - {None} == set(person_signs.WARNINGS)


def test_every_emergency_and_urgent_interlock_has_words() -> None:
    rules = load().interlocks.values()
    rich = sample.rich()
    for rule in rules:
        lock = Interlock(
            rule.id, rule.level, rule.title, ("some reason",), rule.action, rule.sources, rule.basis
        )
        for place, number in (("us", "911"), ("eu", "112")):
            view = person_view(replace(rich, interlocks=(lock,)), place)  # type: ignore[arg-type]
            if rule.level == "emergency":
                assert rule.id in person_asks.TAKE_CARE
                assert any(number in line or "988" in line for line in view.emergency)
            elif rule.level == "urgent":
                assert rule.id in person_asks.TODAY
                assert view.today


def test_an_emergency_denied_since_is_told_the_same_day() -> None:
    lock = Interlock("emergency-suicide", "urgent", "", ("suicidal thoughts, day 1",), "", (), "")
    other = Interlock(
        "emergency-neurotoxicity", "urgent", "", ("confusion, day 1, denied since",), "", (), ""
    )
    view = person_view(replace(sample.rich(), interlocks=(lock, other)))
    told = " ".join(view.today)
    assert "call or text 988" in told
    assert "If it is there now, call 911." in told
    assert "call 112 or your local crisis line" in " ".join(
        person_view(replace(sample.rich(), interlocks=(lock,)), "eu").today
    )


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end."""
    low = re.sub(r"[^a-z]", "", word.lower())
    if not low:
        return 1
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<![aeiouyl])e$|(?<=[^td])ed$", "", low)))
    return max(1, groups)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = re.findall(r"[\w'-]+", text)
    sentences = max(1, len(re.findall(r"[.?:](?=\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_tells_easy_from_hard() -> None:
    assert [syllables(w) for w in ("pain", "clinician", "relief", "dose", "number", "little")] == [
        1,
        3,
        2,
        1,
        2,
        2,
    ]
    assert grade("The dose went up. Pain was back in a week.") < 2
    assert (
        grade("Interpretation necessitates multidisciplinary contextualization of pharmacological findings.")
        > 16
    )


FIXED = [
    *DO_NOT_CHANGE, *(getattr(person_words, n) for n in dir(person_words) if isinstance(getattr(person_words, n), str)
                      and n.isupper()),
    *person_asks.GENERAL, *person_asks.GENERAL_WITHOUT, *person_asks.ASKED.values(), *person_asks.TAKE_CARE.values(),
    *(line for lines in person_asks.TODAY.values() for line in lines), person_asks.STAY, person_asks.FEEL,
    person_asks.CALL_TODAY, person_asks.NALOXONE, MME_NOTE, *(w.explains for w in person_signs.WARNINGS.values()),
]  # fmt: skip


def test_fixed_sentences_read_at_the_eighth_grade_or_below() -> None:
    hard = {text: round(grade(text), 1) for text in FIXED if len(text.split()) >= 8 and grade(text) > 8}
    assert hard == {}
    assert len(FIXED) > 40
    assert grade(" ".join(FIXED)) < 6


@pytest.mark.parametrize(
    "name",
    ["synthetic-escalation", "hk_pancreas_53m", "pitt_v5n3_33f", "methadone_oih_64m", "terman1992_62f"],
)
def test_whole_pages_read_at_the_eighth_grade_or_below(name: str) -> None:
    view = person_view(example(name))
    told = (*view.emergency, *view.today, view.headline, view.subline, *(c.says for c in view.changes),
            *(s.explains for s in view.signs), *view.questions, *view.not_known)  # fmt: skip
    assert grade(" ".join(told)) <= 8


@settings(max_examples=60, deadline=None)
@given(strategies.records(), st.sampled_from(["us", "eu"]))
def test_any_record_gives_a_page(record: Record, place: str) -> None:
    view = person_view(review(record, load()), place)  # type: ignore[arg-type]
    page = person_page_html(view, "/report")
    assert DO_NOT_CHANGE[0] in page
    if view.emergency:
        assert view.headline == ""
        return
    assert view.headline
    assert 3 <= len(view.questions) <= 6
    assert len(view.signs) == 7
    assert all(c.number == i for i, c in enumerate(view.changes, 1))


def test_the_calendar_names_another_year() -> None:
    cal = Calendar(False, 0, sample.AS_OF)
    assert person_words.day(sample.AS_OF - 400, cal).endswith("2025")
    assert person_words.day(sample.AS_OF, cal) == "12 November"
