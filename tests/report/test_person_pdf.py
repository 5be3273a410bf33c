"""The page a person carries to the clinician: always one page, always whole in what matters, silent in an emergency."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.assessment.model import Assessment
from algesia.knowledge.loader import load
from algesia.quantities.time import Instant
from algesia.record.codec import read_record
from algesia.record.model import Amount, Condition, Intervention, Medication, Pain, Person, Record, Sign
from algesia.report.days import Calendar
from algesia.report.person import person_view
from algesia.report.person_facts import TOO_FEW, at_risk, now, own
from algesia.report.person_pdf import Size, person_pdf
from algesia.report.person_words import KEEP_GOING
from algesia.report.statements import NOT_SUDDENLY
from algesia.review import review
from tests import strategies
from tests.report import sample
from tests.report.test_person import FORBIDDEN, NAMES, example

POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
SIZES: tuple[Size, ...] = ("a4", "letter")
WITHHELD = (
    "strong pattern", "what could explain", "tolerance", "sensitization", "taper plan", "rotate", "options",
    "opioid use disorder", "trap",
)  # fmt: skip


def sheets(pdf: bytes) -> int:
    """How many pages there are."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def read(pdf: bytes, folder: Path) -> str:
    """The words of the page on one line."""
    file = folder / "person.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@cache
def five_years() -> Assessment:
    """Sixty dose changes, a number almost every day, many treatments, long names."""
    start, end = Instant.parse("2021-11-12").day, Instant.parse("2026-11-12").day
    pain = tuple(
        Pain(at=Instant(d, 1200), score=min(10, round(3 + (d - start) / 400 + (d * 7919) % 5 / 2)))
        for d in range(start, end + 1) if d % 11
    )  # fmt: skip
    steps = tuple(
        Medication(
            drug="oxycodone", route="oral", dose=Amount(unit="mg", value=10 + (i * 7 % 40) * 2), every_hours=12,
            start=Instant(start + 30 * i), end=Instant(start + 30 * i + 30) if i < 59 else None, basis="taken",
        ) for i in range(60)
    )  # fmt: skip
    drugs = (
        "hydromorphone",
        "tramadol",
        "drops of unknown strength",
        "gabapentin",
        "methadone",
        "diazepam",
        "fentanyl",
    )
    others = tuple(
        Medication(drug=d, start=Instant(start + 200 * i), text="as told") for i, d in enumerate(drugs)
    )
    signs = tuple(
        Sign(at=Instant(start + 40 * j + n), sign=name, present=j % 3 != 0, note="a long note " * 9)
        for j in range(40)
        for n, name in enumerate(("spreading-pain", "dose-increase-not-working", "allodynia", "changed-character",
                                  "pain-from-nonpainful-activity", "worse-after-dose", "agitation"))
        if name != "agitation" or j % 3 == 0
    )  # fmt: skip
    done = tuple(
        Intervention(at=Instant(start + 60 * j), end=Instant(start + 60 * j + 30), kind=f"physiotherapy course {j}")
        for j in range(28)
    )  # fmt: skip
    conditions = tuple(
        Condition(kind=kind, text=f"{kind} " * 30, at=Instant(start))
        for kind in ("chronic-pain", "sleep-apnea", "lung-disease", "renal-disease", "hepatic-disease")
    )
    record = Record(epoch=Instant(start), person=Person(id="x" * 150, birth_date=Instant.parse("1971-05-02")),
                    conditions=conditions, medications=(*steps, *others), pain=pain, signs=signs, interventions=done)  # fmt: skip
    return review(record, load())


@pytest.mark.parametrize("name", [*sample.ALL, *NAMES])
@pytest.mark.parametrize("size", SIZES)
def test_one_page_always(name: str, size: Size) -> None:
    assessment = sample.ALL[name]() if name in sample.ALL else example(name)
    pdf = person_pdf(assessment, "Maria Ellison", "Dr Okafor", size=size)
    assert sheets(pdf) == 1
    width, height = (float(x) for x in re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", pdf)[0])
    assert (round(width), round(height)) == {"a4": (595, 842), "letter": (612, 792)}[size]


@pytest.mark.parametrize("size", SIZES)
def test_five_years_fit_one_page_and_say_what_is_left_out(size: Size, tmp_path: Path) -> None:
    pdf = person_pdf(five_years(), "Maximiliana " * 9, "Dr " + "W" * 80, "eu", size)
    assert sheets(pdf) == 1
    if shutil.which("pdftotext"):
        words = read(pdf, tmp_path)
        assert re.search(r"\d+ earlier dose changes not marked", words)
        assert re.search(r"and \d+ more, not shown here", words)
        assert "Sum" in words
        assert "MME a day" in words


@POPPLER
@pytest.mark.parametrize("size", SIZES)
def test_the_synthetic_page_says_what_the_view_says(size: Size, tmp_path: Path) -> None:
    assessment = example("synthetic-escalation")
    words = read(person_pdf(assessment, "Maria Ellison", "Dr Okafor", size=size), tmp_path)
    view = person_view(assessment)
    for line in ("Maria Ellison", "for Dr Okafor", "12 November 2026", view.headline, "Pain is 1.6 lower since my dose",
                 "Oxycodone, oral, 90 mg × 1.5", "135 MME a day", "Pain, mean of 7 numbers", "7.4", "PEG, 10 Nov", "7.3",
                 "7 of 74 (2 on 6 Jan)", "yes, in my numbers", "Three things I ask of you", "Naloxone at home: not on record.",
                 "Asked, and absent", "Myoclonus (3 Nov)", "Emergency: call 911", "relief 20 days"):  # fmt: skip
        assert line in words
    assert NOT_SUDDENLY in words
    assert "your" not in words.split("algesia · knowledge")[0]


@POPPLER
@pytest.mark.parametrize("name", NAMES)
def test_no_explanation_plan_or_blame_on_paper(name: str, tmp_path: Path) -> None:
    words = read(person_pdf(example(name)), tmp_path).lower()
    assert [w for w in (*FORBIDDEN, *WITHHELD) if w in words] == []


@POPPLER
def test_an_emergency_is_the_emergency_and_whom_to_call(tmp_path: Path) -> None:
    assessment = example("enclara_rl_64f")
    words = read(person_pdf(assessment, "Maria Ellison"), tmp_path)
    for line in (*person_view(assessment).emergency, "Get help now.", "call 911", "call or text 988"):
        assert line in words
    for gone in ("MME a day", "What I noticed", "At risk now", "Three things"):
        assert gone not in words
    assert "call 112" in read(person_pdf(assessment, place="eu"), tmp_path)


@POPPLER
def test_an_empty_record_says_so(tmp_path: Path) -> None:
    assessment = review(read_record(b'{"format": "algesia-record/1"}'), load())
    words = read(person_pdf(assessment), tmp_path)
    for line in (
        "Nothing is on record yet.",
        "none running on record",
        "No medicine is on record.",
        "not on record",
    ):
        assert line in words


def test_the_sum_is_never_without_what_is_missing() -> None:
    rich = sample.rich()
    rows = dict(now(rich, Calendar.of(rich)))
    assert "135 MME a day" in rows.values()
    pitt = example("pitt_v5n3_33f")
    found = dict(now(pitt, Calendar.of(pitt)))
    assert found["Sum"].startswith("at least ")
    assert any(value.endswith("not in the sum") for value in found.values())
    sparse = now(sample.sparse(), Calendar.of(sample.sparse()))
    assert ("Amount not known: oxycodone", "") in sparse
    assert not [row for row in sparse if "MME" in row[1]]


def test_what_a_clinician_has_to_judge_is_not_at_risk_now() -> None:
    for name in ("cureus2020_methadone_mmt", "lalanne2016_f"):
        told = " ".join(at_risk(example(name))).lower()
        assert "naloxone" in told
        assert "disorder" not in told


def test_the_person_speaks_on_paper() -> None:
    assert own(KEEP_GOING) == TOO_FEW
    assert (
        own("Pain is 2 lower since your dose first went down.")
        == "Pain is 2 lower since my dose first went down."
    )


def test_equal_input_gives_equal_bytes() -> None:
    assert person_pdf(sample.twelve(), "A", "B") == person_pdf(sample.twelve(), "A", "B")


@POPPLER
def test_text_in_a_script_the_font_lacks_and_markup_stay_text(tmp_path: Path) -> None:
    pdf = person_pdf(replace(sample.rich()), '#panic("x") 漢 *b*', "#eval(1)")
    assert sheets(pdf) == 1
    words = read(pdf, tmp_path)
    assert '#panic("x") ? *b*' in words
    assert "for #eval(1)" in words


@settings(max_examples=12, deadline=None)
@given(strategies.records(), st.sampled_from(SIZES))
def test_any_record_gives_one_page(record: Record, size: Size) -> None:
    assert sheets(person_pdf(review(record, load()), "Name", "Dr Name", size=size)) == 1
