"""The referral letter: one page whatever the record, the emergency first, nothing that the record does not hold."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from algesia.knowledge.loader import load
from algesia.record.codec import read_record
from algesia.report import letter_pdf as setting
from algesia.report.letter import Letter, letter, letter_pdf, letter_text
from algesia.report.letter_model import Part, few, shortened
from algesia.report.letter_parts import MOST_CHANGES
from algesia.report.statements import FOLLOWED, NO_TEST, NOT_SUDDENLY, PURPOSE
from algesia.review import review
from tests.report.sample import rich
from tests.strategies import records

ENDLESS = "pain in the lower back " + "x" * 3900
CJK = "慢性疼痛の経過" * 120


def heavy(**more: Any) -> dict[str, Any]:
    """Thirty opioid orders, thirty other medications, thirty treatments, texts at the limit of the format."""
    opioids = [
        {"id": f"m{i}", "drug": "oxycodone", "route": "oral", "dose": {"value": 5 + i, "unit": "mg"}, "every_hours": 12,
         "start": f"2024-01-{1 + i % 28:02d}"}
        for i in range(30)
    ]  # fmt: skip
    others = [
        {"drug": f"medicine {i} with a name that goes on and on", "start": "2024-01-01"} for i in range(30)
    ]
    return {
        "format": "algesia-record/1",
        "person": {"id": "患者" * 70, "age_years": 61, "sex": "female", "weight_kg": 70},
        "conditions": [{"kind": "chronic-pain", "text": ENDLESS}, {"kind": "depression", "text": CJK}],
        "medications": opioids + others,
        "pain": [{"at": f"2024-01-{d:02d}", "score": 7} for d in range(1, 29)],
        "interventions": [{"at": "2024-01-02", "kind": "injection", "text": f"{CJK}{i}"} for i in range(30)],
        "signs": [{"at": "2024-01-20", "sign": "allodynia", "present": True, "note": ENDLESS}],
        **more,
    }


def made(raw: dict[str, Any]) -> Letter:
    return letter(review(read_record(json.dumps(raw).encode()), load()), load())


def part(whole: Letter, id: str) -> Part:
    return next(part for part in whole.parts if part.id == id)


def pages(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


def present(*signs: str) -> list[dict[str, Any]]:
    return [{"at": "2024-01-28", "sign": sign, "present": True, "note": ENDLESS} for sign in signs]


EMERGENCY = ("myoclonus", "suicidal-thoughts", "slow-breathing", "saddle-numbness")


@pytest.mark.parametrize("size", ["a4", "us-letter"])
@pytest.mark.parametrize(
    "signs", [(), EMERGENCY, ("fever", "weight-loss")], ids=["plain", "emergency", "urgent"]
)
def test_the_letter_is_one_page_however_much_is_on_record(signs: tuple[str, ...], size: str) -> None:
    raw = heavy(signs=present(*signs)) if signs else heavy()
    pdf = letter_pdf(made(raw), size)  # type: ignore[arg-type]
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) == 1


@pytest.mark.parametrize("size", ["a4", "us-letter"])
def test_the_last_step_of_shortening_fits_a_letter_with_every_text_at_its_limit(size: str) -> None:
    full = Part("x", "What followed the dose changes", "W" * 900, ("W" * 900,) * 40, note=FOLLOWED)
    wide = Part("y", "Asked of you", "W" * 900, ("W" * 900,) * 40, wide=True)
    whole = Letter(
        "W" * 200, "W" * 4000, "28 September 2024", False, (), ("W" * 900,) * 40, "W " * 60, "W" * 900, "W" * 900,
        (full,) * 6 + (wide,) * 2, "algesia", (PURPOSE, NO_TEST, NOT_SUDDENLY, "Emergency: call 911."),
    )  # fmt: skip
    assert setting._pages(whole, setting.STEPS[0], size) > 1  # type: ignore[arg-type]
    assert pages(letter_pdf(whole, size)) == 1  # type: ignore[arg-type]


def test_what_is_left_out_is_counted() -> None:
    assert few(("a", "b", "c", "d"), 3) == ("a", "b", "and 2 more in the review")
    whole = made(heavy())
    assert part(shortened(whole, 5), "now").items[-1].startswith("and ")
    changes = part(whole, "followed").items
    assert len(changes) == MOST_CHANGES
    assert re.fullmatch(r"and \d+ more in the review", changes[-1])


def test_an_emergency_comes_first_and_nothing_is_interpreted() -> None:
    whole = made(heavy(signs=present(*EMERGENCY)))
    text = letter_text(whole)
    assert whole.emergency
    assert whole.stop
    assert (whole.question, whole.headline, whole.subline) == ("", "", "")
    assert {p.id for p in whole.parts} == {"do", "because", "call", "now"}
    assert text.index("EMERGENCY") < text.index("Do at once")
    for word in ("hyperalgesia explain", "strong pattern", "possible", "Asked of you", "back within"):
        assert word not in text
    assert NOT_SUDDENLY in text


def test_what_is_urgent_stands_before_the_question() -> None:
    text = letter_text(made(heavy(signs=present("fever"))))
    assert text.index("Same day: ") < text.index("Asked: ") < text.index("Now ")


def test_a_letter_says_who_what_followed_what_is_asked_and_what_is_missing() -> None:
    whole = letter(rich(), load())
    text = letter_text(whole, 400)
    assert whole.headline == rich().headline
    assert whole.as_of == "12 November 2026"
    assert part(whole, "now").lead == "Sum: 135 MME a day."
    assert "45 mg every 12 h = 90 mg a day; x 1.5 = 135 MME a day" in text
    assert FOLLOWED in text
    assert "No validated test for opioid-induced hyperalgesia exists." in part(whole, "leading").lead
    assert "Not examined: hyperalgesia on examination; end-of-dose failure." in text
    assert "Naloxone is not on record." in text
    assert "Steroid injection, 13 Jul" in text
    assert "Not on record: eGFR, QTc, COWS." in text
    assert PURPOSE in text and NO_TEST in text
    assert "Raise the dose" not in text


def test_latest_changes_stand_first() -> None:
    first = part(letter(rich(), load()), "followed").items[0]
    assert first.startswith("9 Nov: 150 to 135 MME a day")


def test_nobody_is_named_but_the_record_itself() -> None:
    raw = heavy()
    del raw["person"]
    whole = made(raw)
    assert whole.person == ""
    assert letter_text(whole).splitlines()[1].startswith("pain in the lower back")


def test_an_empty_record_gives_a_letter_that_says_so() -> None:
    whole = made({"format": "algesia-record/1"})
    assert "cannot tell" in whole.question
    assert part(whole, "now").lead == "Opioids: none running on record."
    assert part(whole, "followed").lead == "No dose change is on record."
    assert pages(letter_pdf(whole)) == 1


def test_an_amount_that_is_not_known_is_said() -> None:
    raw = {"format": "algesia-record/1", "medications": [{"drug": "oxycodone", "start": "2024-01-10"}]}
    now = part(made(raw), "now")
    assert now.lead == "Sum in MME: not known."
    assert now.items[0].startswith("Oxycodone: Not converted.")


def test_equal_letters_give_equal_bytes_and_text_is_never_markup() -> None:
    raw = heavy(conditions=[{"kind": "chronic-pain", "text": '#panic() *bold* $x$ <script> "quote" \\n'}])
    assert letter_pdf(made(raw)) == letter_pdf(made(raw))


def test_characters_that_the_font_lacks_are_marked_and_said() -> None:
    plain = setting._inputs(letter(rich(), load()), setting.STEPS[0], "a4")
    strange = setting._inputs(made(heavy()), setting.STEPS[0], "a4")
    assert json.loads(plain["document"])["uncovered"] is False
    told = json.loads(strange["document"])
    assert told["uncovered"] is True
    assert told["person"].startswith("???")
    assert "????" not in strange["document"]


@given(records())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_record_gives_one_page_and_lines_that_fit(record: Any) -> None:
    whole = letter(review(record, load()), load())
    assert pages(letter_pdf(whole)) == 1
    text = letter_text(whole, 60)
    assert all(len(line) <= 60 for line in text.splitlines())


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (
            "phenelzine",
            "phenelzine (MAO inhibitor) with tramadol: contraindicated together; serotonin syndrome.",
        ),
        ("sertraline", "sertraline with tramadol: serotonin syndrome is possible."),
    ],
)
def test_serotonin_syndrome_comes_first_before_any_plan(other: str, says: str) -> None:
    tramadol = {
        "id": "t",
        "drug": "tramadol",
        "route": "oral",
        "dose": {"value": 100, "unit": "mg"},
        "every_hours": 6,
    }
    start = {"start": "2024-01-10"}
    raw = {"format": "algesia-record/1", "medications": [{**tramadol, **start}, {"drug": other, **start}]}
    before = next(part for part in made(raw).parts if part.id == "before")
    assert before.items[0].startswith(says)


def test_a_drug_that_no_table_knows_does_not_stop_the_letter() -> None:
    start = {"start": "2024-01-10"}
    oxycodone = {"drug": "oxycodone", "route": "oral", "dose": {"value": 20, "unit": "mg"}, "every_hours": 12}
    raw = {
        "format": "algesia-record/1",
        "medications": [{**oxycodone, **start}, {"drug": "lisinopril", **start}],
    }
    found = made(raw)
    assert not found.emergency
    assert {"now", "asked", "missing"} <= {part.id for part in found.parts}
