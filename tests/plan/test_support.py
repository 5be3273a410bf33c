"""Withdrawal support against published rows, and what each part of a record does to it."""

from __future__ import annotations

import msgspec
import pytest

from algesia.knowledge.loader import Knowledge, load
from algesia.plan.support import NEVER_FOR_WITHDRAWAL
from tests.plan.options_build import OXYCODONE, drug, egfr, support


def test_an_opioid_or_a_benzodiazepine_in_the_table_would_be_withheld_with_the_rule() -> None:
    rule = next(s for s in load().taper_limits.statements if s.id == NEVER_FOR_WITHDRAWAL)
    assert "opioid or a benzodiazepine" in rule.says
    clonidine = load().withdrawal_support["clonidine"]
    for name, classes in (("tramadol", ()), ("lorazepam", ("benzodiazepine", "cns-depressant"))):
        knowledge = Knowledge()
        row = msgspec.structs.replace(clonidine, drug=name, classes=classes)
        knowledge.__dict__["withdrawal_support"] = {name: row}
        assert rule.says in support(name, knowledge).withheld


@pytest.mark.parametrize(
    ("name", "parts", "words"),
    [
        ("clonidine", {"conditions": [{"text": "hypotension"}]}, "blood pressure under 90/60: hypotension"),
        ("clonidine", {"medications": [drug("clonidine")]}, "clonidine runs already"),
        ("tizanidine", {"medications": [drug("clonidine")]}, "clonidine runs, of the same class"),
        ("diphenhydramine", {"person": {"age_years": 66}}, "avoid from 66 years: age 66"),
        ("ondansetron", {"labs": [{"at": "2024-02-01", "lab": "qtc", "value": 450, "unit": "ms"}]}, "QTc 450 ms"),
        ("hydroxyzine", {"conditions": [{"kind": "long-qt", "text": "long QT syndrome"}]}, "long QT syndrome"),
        ("ibuprofen", {"conditions": [{"text": "gastric ulcer"}]}, "active peptic ulcer"),
        ("naproxen", {"labs": [egfr(20)]}, "advanced kidney disease: eGFR 20"),
    ],
)  # fmt: skip
def test_what_withholds_a_drug(name: str, parts: dict[str, object], words: str) -> None:
    assert not any(said.startswith(words) for said in support(name).withheld)
    assert any(said.startswith(words) for said in support(name, **parts).withheld)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "parts", "words"),
    [
        ("lofexidine", {"labs": [egfr(60)]}, "eGFR 60, 1 February 2024: at most 1.44 mg a day"),
        ("lofexidine", {"labs": [egfr(20)]}, "eGFR 20, 1 February 2024: at most 0.72 mg a day"),
        ("gabapentin", {"labs": [egfr(40)]}, "eGFR 40, 1 February 2024: at most 900 mg a day"),
        ("gabapentin", {"labs": [egfr(90)]}, "eGFR 90, 1 February 2024: at most 1800 mg a day"),
        ("gabapentin", {}, "eGFR not on record"),
        ("baclofen", {"labs": [egfr(40)]}, "eGFR 40, 1 February 2024: no renal dose was read"),
        ("clonidine", {}, "weight not on record: 0.8 mg a day"),
        ("clonidine", {"person": {"weight_kg": 90}}, "1.2 mg a day is printed for 90 kg or more; 0.8"),
        ("clonidine", {}, "blood pressure and pulse are not on record"),
        ("clonidine", {"medications": [OXYCODONE, drug("diazepam")]}, "sedation and slow breathing, with oxycodone and diazepam"),
        ("promethazine", {"conditions": [{"kind": "sleep-apnea", "text": "sleep apnea"}]}, "breathing: sleep apnea"),
        ("ondansetron", {"medications": [drug("methadone", route="oral")]}, "QT, with methadone: ECG first"),
        ("ondansetron", {}, "QT: no QTc on record"),
        ("trazodone", {"medications": [drug("sertraline")]}, "serotonergic, with sertraline"),
        ("dicyclomine", {"person": {"age_years": 65}}, "care in older adults: age 65"),
        ("diphenhydramine", {}, "avoid from 66 years: age not on record"),
        ("lofexidine", {"conditions": [{"kind": "hepatic-disease", "text": "cirrhosis"}]}, "cirrhosis: Child-Pugh 5 to 6: 2.16"),
        ("trazodone", {}, "no daily maximum was read"),
        ("ibuprofen", {}, "ask: active peptic ulcer"),
    ],
)  # fmt: skip
def test_what_asks_for_care(name: str, parts: dict[str, object], words: str) -> None:
    assert any(said.startswith(words) for said in support(name, **parts).cautions)  # type: ignore[arg-type]


def test_a_light_person_gets_no_word_on_weight() -> None:
    cautions = support("clonidine", person={"weight_kg": 89.9}).cautions
    assert not any("kg" in said or "weight" in said for said in cautions)


def test_gabapentin_is_not_the_default_in_a_taper() -> None:
    assert any("Not the default in a taper" in said for said in support("gabapentin").cautions)
