"""Text, JSON and page of a plan say the same; what is blocked shows no step; nothing of a record is markup."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from algesia.assessment.model import Assessment
from algesia.knowledge.loader import load
from algesia.plan.model import (
    AdjunctChoice,
    AlternativeChoice,
    OptionsPlan,
    Regimen,
    RotationPlan,
    Support,
    TaperPlan,
)
from algesia.record.model import Person
from algesia.report.html import content_policy
from algesia.report.plan_answer import options_json, rotation_json, taper_json
from algesia.report.plan_contract import OptionsOut, RotationOut, TaperOut, plan_schema
from algesia.report.plan_html import plan_stylesheet, rotation_html, taper_html
from algesia.report.plan_rotation_text import rotation_text
from algesia.report.plan_taper_document import taper_document
from algesia.report.plan_text import taper_text
from algesia.report.plan_words import daily_words
from algesia.report.statements import NOT_SUDDENLY, PURPOSE
from tests.report import plan_sample as samples
from tests.report import sample
from tests.report.test_escaping import HOSTILE
from tests.report.test_formats import Page, flat

TAPER_KEYS = {
    "format",
    "kind",
    "as_of",
    "status",
    "blocked_by",
    "steps",
    "supplies",
    "rules",
    "warnings",
    "sources",
}
STEP_KEYS = {
    "start",
    "end",
    "drug",
    "route",
    "target_daily",
    "daily",
    "change_percent",
    "doses",
    "review_by",
    "check",
}
ROTATION_KEYS = {"format", "kind", "status", "from", "to", "ratios", "before_reduction", "reduction_percent", "start_daily",
                 "doses", "working", "monitoring", "warnings", "blocked_by", "sources"}  # fmt: skip
STEPPED = [name for name, make in samples.TAPERS.items() if make().steps]
COUNTED = re.compile(r"(\d+) × ([\d.]+) (mg|ug/h|ug)(?![/\w])")
HALF = re.compile(r"half a ([\d.]+) (mg|ug) ")
LIQUID = re.compile(r"([\d.]+) mL of ([\d.]+) mg/mL, ([\d.]+) mg")


def assessed(name: str) -> Assessment:
    """A review for the record of a sample: it counts days where the sample does."""
    return sample.hospital() if name == "relative" else sample.rich()


def words(page: str) -> str:
    return Page(page).words.replace("\u00a0", " ")


def pieces(text: str) -> Counter[tuple[float, str]]:
    """How much of each strength a text says: pieces, or mL of a liquid."""
    found: Counter[tuple[float, str]] = Counter()
    for volume, strength, total in LIQUID.findall(text):
        assert float(volume) * float(strength) == pytest.approx(float(total))
        found[(float(strength), "mg/mL")] += float(volume)  # type: ignore[assignment]
    text = LIQUID.sub("", text)
    for count, strength, unit in COUNTED.findall(text):
        found[(float(strength), unit)] += int(count)
    for strength, unit in HALF.findall(text):
        found[(float(strength), unit)] += 0.5  # type: ignore[assignment]
    return found


def pieces_of(step: dict[str, Any]) -> Counter[tuple[float, str]]:
    found: Counter[tuple[float, str]] = Counter()
    for dose in step["doses"]:
        for product in dose["products"]:
            found[(product["strength"]["value"], product["strength"]["unit"])] += product["count"]
    return found


def rows_of(page: str) -> list[str]:
    """The rows of the tables of steps as their cells say them."""
    found = []
    for table in re.findall(r'<table class="diff t-steps".*?</table>', page, re.DOTALL):
        body = table.split("<tbody", 1)[1]
        found += [words(row) for row in re.findall(r"<tr .*?</tr>", body, re.DOTALL)]
    return found


def text_rows(plan: TaperPlan, assessment: Assessment) -> list[str]:
    """The steps of the text, each on one line."""
    cal_starts = [
        row.start
        for table in taper_document(plan, assessment.record).sections
        if hasattr(table, "times")
        for row in table.rows
    ]
    text = taper_text(plan, assessment.record, width=4000)
    found: list[str] = []
    for line in text.splitlines():
        if any(line.startswith(f"  {start}  ") for start in cal_starts):
            found.append(line)
        elif found and line.startswith("      ") and len(found) <= len(cal_starts):
            found[-1] += " " + line.strip()
    return found


@pytest.mark.parametrize("name", STEPPED)
def test_text_json_and_page_say_the_same_amounts(name: str) -> None:
    plan, assessment = samples.TAPERS[name](), assessed(name)
    document = taper_json(plan, assessment.record)
    said, shown = text_rows(plan, assessment), rows_of(taper_html(assessment, plan))
    assert len(said) == len(shown) == len(document["steps"]) == len(plan.steps)
    for step, text, page in zip(document["steps"], said, shown, strict=True):
        assert pieces(text) == pieces_of(step) == pieces(page)
        daily = daily_words(step["daily"]["value"], step["daily"]["unit"]).removesuffix(" a day")
        percent = f"{step['change_percent']:g} %".replace("-", "−")
        for format in (text, page):
            assert daily in format
            assert percent in format


@pytest.mark.parametrize("name", STEPPED)
def test_a_drawn_piece_holds_the_strength_that_the_words_say(name: str) -> None:
    plan, assessment = samples.TAPERS[name](), assessed(name)
    page = taper_html(assessment, plan)
    drawn: Counter[float] = Counter()
    for svg in re.findall(r'<svg class="piece".*?</svg>', page):
        label, *times = re.findall(r"<text[^>]*>(.*?)</text>", svg)
        share = 0.5 if 'class="cut"' in svg else 1
        drawn[float(label)] += share * (int(times[0][2:]) if times else 1)  # type: ignore[assignment]
    wanted: Counter[float] = Counter()
    for step in plan.steps:
        for dose in step.doses:
            for piece in dose.pieces:
                if not piece.liquid:
                    wanted[piece.strength] += piece.count  # type: ignore[assignment]
    assert drawn == wanted


@pytest.mark.parametrize("name", samples.TAPERS)
def test_a_taper_is_valid_against_the_published_schema(name: str) -> None:
    document = taper_json(samples.TAPERS[name](), assessed(name).record)
    Draft202012Validator.check_schema(plan_schema())
    Draft202012Validator(plan_schema()).validate(document)
    assert not TAPER_KEYS - set(document)
    for step in document["steps"]:
        assert not STEP_KEYS - set(step)
    read = msgspec.convert(document, TaperOut, strict=True)
    assert msgspec.json.decode(msgspec.json.encode(read)) == document


@pytest.mark.parametrize("name", samples.ROTATIONS)
def test_a_rotation_is_valid_against_the_published_schema(name: str) -> None:
    document = rotation_json(samples.ROTATIONS[name](), sample.rich().record)
    Draft202012Validator(plan_schema()).validate(document)
    assert not ROTATION_KEYS - set(document)
    read = msgspec.convert(document, RotationOut, strict=True)
    assert msgspec.json.decode(msgspec.json.encode(read)) == document


def test_the_options_are_valid_against_the_published_schema() -> None:
    adjunct, alternative = load().adjuncts["gabapentin"], next(iter(load().alternatives.values()))
    plan = OptionsPlan(
        "planned", sample.AS_OF, "2026.11",
        adjuncts=(AdjunctChoice(adjunct, "caution", adjunct.renal_at(40), 900, (), ("lung disease",), ("eGFR",)),),
        alternatives=(AlternativeChoice(alternative, "possible", (), (), ()),),
    )  # fmt: skip
    document = options_json(plan, sample.rich().record)
    Draft202012Validator(plan_schema()).validate(document)
    assert document["adjuncts"][0]["ceiling_mg"] == 900
    assert msgspec.convert(document, OptionsOut).alternatives[0].row == alternative


def test_the_schema_refuses_a_word_that_is_not_in_the_contract() -> None:
    document = taper_json(samples.oxycodone(), sample.rich().record)
    for change in ({"status": "done"}, {"kind": "cut"}, {"stpes": []}):
        assert not Draft202012Validator(plan_schema()).is_valid({**document, **change})


def test_the_keys_of_the_contract_have_the_meaning_of_the_contract() -> None:
    document = taper_json(samples.oxycodone(), sample.rich().record)
    first = document["steps"][0]
    assert (first["start"], first["end"], first["review_by"]) == ("2026-11-16", "2026-12-14", "2026-12-13")
    assert first["target_daily"] == {"value": 85.0, "unit": "mg/d"}
    assert (first["daily"]["value"], first["change_percent"]) == (85.0, -5.6)
    assert first["doses"][0]["products"][0]["strength"] == {"value": 30.0, "unit": "mg"}
    assert "start_day" not in first
    rotation = rotation_json(samples.by_ratio(), sample.rich().record)
    assert rotation["from"] == {
        "drug": "morphine",
        "route": "oral",
        "daily": {"value": 120.0, "unit": "mg/d"},
    }
    assert rotation["before_reduction"] == {"low": 16.0, "high": 30.0, "unit": "mg/d"}
    assert rotation["ratios"][0]["value"] == 7.5
    assert list(rotation)[:2] == ["format", "kind"]


def test_a_relative_record_gives_day_numbers_beside_its_dates_and_shows_no_date() -> None:
    plan, assessment = samples.relative(), sample.hospital()
    document = taper_json(plan, assessment.record)
    first = document["steps"][0]
    assert (first["start"], first["start_day"], first["end_day"], first["review_days"]) == (
        "2000-01-22",
        21,
        49,
        [48],
    )
    assert (document["as_of_day"], document["request"]["since_day"]) == (17, -400)
    for said in (words(taper_html(assessment, plan)), taper_text(plan, assessment.record)):
        assert "day 21" in said
        assert "Jan 2000" not in said
        assert "2000" not in said.replace("2,000", "")


@pytest.mark.parametrize("name", ["blocked", "emergency"])
def test_what_is_blocked_shows_the_reason_and_the_way_and_no_step(name: str) -> None:
    plan, assessment = samples.TAPERS[name](), sample.rich()
    page, text = taper_html(assessment, plan), taper_text(plan, assessment.record)
    for said in (words(page), flat(text)):
        assert plan.blocked_by[0].title in said
        assert plan.blocked_by[0].do in said
        assert "mg a day" not in said
    assert "t-steps" not in page.split("</style>", 1)[1]
    assert "<svg" not in page
    document = taper_json(plan, assessment.record)
    assert document["blocked_by"] == [plan.blocked_by[0].id]
    assert (document["steps"], bool(document["referral"])) == ([], True)


def test_an_emergency_replaces_everything() -> None:
    plan = replace(samples.emergency(), warnings=("a warning",), nearest="--percent 1")
    page, text = taper_html(sample.rich(), plan), taper_text(plan, sample.rich().record)
    for said in (words(page), text):
        assert "911" in said
        assert "a warning" not in said
        assert "--percent" not in said
    assert 'class="stopbox"' in page
    assert text.index("EMERGENCY") < text.index("Myoclonus")


def test_what_cannot_be_made_says_what_is_missing_and_the_nearest() -> None:
    plan, assessment = samples.unassessable(), sample.rich()
    for said in (words(taper_html(assessment, plan)), flat(taper_text(plan, assessment.record))):
        assert "50 % a step is faster than the slowest rule that applies" in said
        assert "the daily amount of tramadol" in said
        assert "--percent 10 --interval-days 28" in said
    plan_r = samples.rotation_unassessable()
    for said in (words(rotation_html(assessment, plan_r)), flat(rotation_text(plan_r, assessment.record))):
        assert "The label's table goes one way" in said
        assert "--to hydromorphone" in said


def test_what_must_be_read_is_on_page_and_in_text() -> None:
    plan, assessment = samples.oxycodone(), sample.rich()
    for said in (words(taper_html(assessment, plan)), flat(taper_text(plan, assessment.record, width=240))):
        for must in (
            "From 90 to 55 mg a day of oxycodone by May 2027, in 5 mg steps, at least four weeks each.",
            "naloxone is not on record", "Benzodiazepine on record", "CDC 2022", "review by 13 Dec",
            "28 × 30 mg tablet; 28 × 15 mg tablet; 28 × 40 mg tablet", "0.8 mg, under 90 kg", "Not offered: tizanidine", NOT_SUDDENLY, PURPOSE,
            "A week can be enough to lose tolerance", "makes the next step", "swallowed whole",
        ):  # fmt: skip
            assert must in said, must
    calm = taper_text(samples.liquid_end(), assessment.record)
    assert "naloxone is not on record" not in calm
    assert "At hand on record" in calm


def test_the_working_of_a_rotation_is_one_line_each_with_its_sources() -> None:
    plan, assessment = samples.by_ratio(), sample.rich()
    text = rotation_text(plan, assessment.record, width=200)
    for i, line in enumerate(plan.working, 1):
        assert f" {i}  {line}" in text
    for said in (words(rotation_html(assessment, plan)), flat(text)):
        assert "4 to 7.5" in said
        assert "not verified, drives no dose" in said
        assert "Not known yet" in said
        assert "8 mg a day to start, in place of 120 mg a day of morphine" in said
    shown = words(rotation_html(assessment, samples.induction()))
    assert "Low-dose start" in shown
    assert "0.5 mg twice" in shown
    assert "COWS below 13" in shown


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("name", STEPPED)
def test_no_line_is_longer_than_asked_and_no_number_leaves_its_unit(name: str, width: int) -> None:
    text = taper_text(samples.TAPERS[name](), assessed(name).record, width=width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert not re.search(r"\d\n +(mg|ug|mL|%|MME)", text)


def test_color_changes_nothing_but_the_style() -> None:
    record = sample.rich().record
    plain, colored = (
        taper_text(samples.oxycodone(), record),
        taper_text(samples.oxycodone(), record, color=True),
    )
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored).split() == plain.split()


@pytest.mark.parametrize("name", [*samples.TAPERS, *samples.ROTATIONS])
def test_the_page_asks_nobody_for_anything(name: str) -> None:
    page = html_of(name)
    parsed = Page(page)
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in parsed.tags}
    for _, attributes in parsed.tags:
        assert "style" not in attributes
        assert not any(key.startswith("on") for key in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert content_policy(plan_stylesheet()).replace("'", "&#39;") in page
    ids = [a["id"] for _, a in parsed.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {a["href"] for tag, a in parsed.tags if tag == "a"} <= {f"#{i}" for i in ids}


def html_of(name: str) -> str:
    if name in samples.TAPERS:
        return taper_html(assessed(name), samples.TAPERS[name]())
    return rotation_html(sample.rich(), samples.ROTATIONS[name]())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_record_is_markup(text: str) -> None:
    base = samples.patches()
    clonidine = load().withdrawal_support["clonidine"]
    plan = replace(
        base, warnings=(text,), order=((text, text), ("b", text)), support=(Support(clonidine, (text,), ()), Support(clonidine, (), (text,))),
        turns=(replace(base.turns[0], says=text, ways=(text,)),), nearest=text, statements=(replace(samples.STATEMENTS[0], says=text),),
        regimens=(*base.regimens, Regimen((text,), text[:200], "oral", "immediate", text, "mg/d", 5, 1, (5,), None, text)),
        steps=tuple(replace(s, says=text, check=(text,)) for s in base.steps),
    )  # fmt: skip
    assessment = sample.rich()
    record = msgspec.structs.replace(assessment.record, person=Person(id=text[:200]))
    assessment = replace(assessment, record=record)
    tags = Counter(tag for tag, _ in Page(taper_html(assessment, plan)).tags)
    assert not {"script", "img", "b-x"} & set(tags) - {"b"}
    rotation: RotationPlan = replace(
        samples.by_ratio(), working=(text,), breakthrough=text, warnings=(text, text), referral=text
    )
    assert "script" not in {tag for tag, _ in Page(rotation_html(assessment, rotation)).tags}
    for said in (taper_text(plan, record), rotation_text(rotation, record)):
        assert "\x1b" not in said
        assert "\u202e" not in said


@pytest.mark.parametrize("name", STEPPED)
def test_the_same_plan_gives_the_same_bytes(name: str) -> None:
    assert html_of(name) == html_of(name)


def test_a_dose_before_the_first_on_record_is_not_drawn_as_zero() -> None:
    page = taper_html(sample.hospital(), samples.relative())
    table = re.search(r'<details class="data">.*?</details>', page, re.DOTALL)
    assert table is not None
    assert "taken" not in words(table[0])
    assert "not in the sum" in page
