"""The tables of plans: what they hold, against numbers typed by hand from their sources; and tables broken on purpose."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from algesia.knowledge import plan_build, plan_proof
from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.model import Confidence, MmeFactor
from algesia.knowledge.plan_options import Adjunct, WithdrawalDrug
from algesia.knowledge.plan_products import LineStrength, ProductLine
from algesia.knowledge.plan_rotation import DoseBand, EquianalgesicRatio
from algesia.knowledge.plan_tapers import TaperRule
from algesia.report.sources import list_sources

K = load()
ROOT = Path(__file__).parents[2]


def test_the_packaged_tables_are_proved() -> None:
    assert plan_proof.prove_plans(Knowledge()) == []


def test_how_many_rows_there_are() -> None:
    assert (len(K.taper_rules), len(K.product_lines), len(K.equianalgesic)) == (25, 36, 119)
    assert (len(K.adjuncts), len(K.alternatives), len(K.withdrawal_support)) == (20, 11, 18)
    assert sum(len(line.strengths) for line in K.product_lines.values()) == 183
    assert len(K.rotation.tables) == 19
    assert sum(len(table.bands) for table in K.rotation.tables.values()) == 106


# --- tapers: (rule, low %, high %, of, interval low, interval high, role, source, confidence)

RATES = [
    ("cdc-2022-year", None, 10, "current", 28, 31, "pace", "cdc2022", "secondary"),
    ("cdc-2022-months", None, 10, "original", 7, 7, "pace", "cdc2022", "secondary"),
    ("cdc-2022-days", 50, 50, "current", 2, 2, "acute", "cdc2022", "secondary"),
    ("cdc-2022-weeks", 20, 20, "current", 2, 2, "acute", "cdc2022", "secondary"),
    ("cdc-pocket-year", 10, 10, "current", 28, 31, "pace", "cdc_pocket", "verified_full_text"),
    ("fda-class-label", 10, 25, "current", 14, 28, "ceiling", "fda_class_taper", "secondary"),
    ("hhs-2019-common", 5, 20, "current", 28, 28, "never", "hhs2019", "from_memory_unverified"),
    ("va-dod-2017-gradual", 5, 20, "current", 28, 28, "pace", "vadod2017", "verified_full_text"),
    ("va-dod-2017-faster", 5, 20, "current", 7, 7, "specialist", "vadod2017", "verified_full_text"),
    ("va-tool-slowest", 2, 10, "current", 28, 56, "pace", "va_tool", "secondary"),
    ("va-tool-rapid", 20, 50, "original", 1, 1, "never", "va_tool", "secondary"),
    ("cpso-week", None, 10, "current", 7, 7, "pace", "cpso", "secondary"),
    ("cadeprescribe", 10, 20, "current", 7, 28, "pace", "cadeprescribe", "verified_full_text"),
    ("racgp-week", 10, 10, "original", 7, 7, "pace", "racgp", "secondary"),
    ("methadone-label-maintenance", None, 10, "original", 10, 14, "other-scope", "methadone_label_taper", "secondary"),
    ("opioids-aware", 10, 10, "current", 7, 14, "never", "opioids_aware_taper", "from_memory_unverified"),
]  # fmt: skip


@pytest.mark.parametrize("expected", RATES, ids=lambda row: row[0])
def test_a_rate_is_what_its_source_prints(expected: tuple[Any, ...]) -> None:
    rule = K.taper_rules[expected[0]]
    assert expected == (
        rule.id, rule.percent_low, rule.percent_high, rule.of, rule.interval_low_days, rule.interval_high_days,
        rule.role, rule.source, rule.confidence,
    )  # fmt: skip


def test_cdc_changes_to_the_current_dose_at_thirty_percent() -> None:
    assert K.taper_rules["cdc-2022-months"].current_below_percent == 30
    assert K.taper_rules["cdc-2022-year"].of_stated is False
    assert [d.current_below_percent for d in K.taper_limits.defaults] == [None, 30, None]


def test_the_hard_limits() -> None:
    limit = K.taper_limits.limit
    assert (limit("step-cap").value, limit("step-cap").source) == (25, "fda_class_taper")
    assert limit("shortest-interval-long-use").value == 14
    assert limit("shortest-interval-long-use").use_from_days == 365
    assert (limit("review-gate").value, limit("supply").value) == (31, 28)
    assert limit("rounding-over-planned").value == 1.25
    assert limit("no-daily-schedule").kind == "never"


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (270, 225, True),
        (180, 135, True),
        (135, 90, False),
        (45, 30, False),
        (30, 15, False),
        (180, 165, True),
    ],
)
def test_the_cap_parts_the_steps_of_the_worked_schedules(before: float, after: float, allowed: bool) -> None:
    cap = K.taper_limits.limit("step-cap").value
    assert cap is not None
    assert (100 * (before - after) / before <= cap) is allowed


def test_an_unverified_rate_is_never_a_pace() -> None:
    unverified = [r for r in K.taper_rules.values() if not r.confidence.may_drive_a_dose]
    assert {r.id for r in unverified} == {"hhs-2019-common", "hhs-2019-year", "opioids-aware"}
    assert {r.role for r in unverified} == {"never"}


def test_pauses_reviews_and_corrected_harms() -> None:
    pauses = {row.id: row for row in K.taper_limits.pauses}
    assert pauses["withdrawal"].cows_from == 13
    assert (pauses["worse-beyond-a-month"].days_from, pauses["early-flare"].days_below) == (31, 28)
    says = {row.id: row.says for row in K.taper_limits.statements}
    assert "1.28" in says["agnoli"] and "1.74" in says["agnoli"]


# --- products: (line, unit, strengths listed, hours, split, strengths read as, handling read as)

LINES = [
    ("oxycodone-er-tablet", "mg", [10, 15, 20, 30, 40, 60, 80], (12, 12), "no", "verified_full_text"),
    ("oxycodone-xtampza-er", "mg", [9, 13.5, 18, 27, 36], (12, 12), "no", "verified_full_text"),
    ("oxycodone-ir-tablet", "mg", [5, 15, 30], (4, 6), "unverified", "not_read"),
    ("hydrocodone-er-tablet", "mg", [20, 30, 40, 60, 80, 100, 120], (24, 24), "no", "verified_full_text"),
    ("morphine-ir-tablet", "mg", [15, 30], (4, 4), "unverified", "secondary"),
    ("morphine-er-tablet", "mg", [15, 30, 60, 100, 200], (8, 12), "no", "verified_full_text"),
    ("morphine-er-capsule-24h", "mg", [30, 45, 60, 75, 90, 120], (24, 24), "no", "verified_full_text"),
    ("hydromorphone-er-tablet", "mg", [8, 12, 16, 32], (24, 24), "no", "verified_full_text"),
    ("tapentadol-er-tablet", "mg", [50, 100, 150, 200, 250], (12, 12), "no", "verified_full_text"),
    ("fentanyl-patch", "ug/h", [12, 25, 37.5, 50, 62.5, 75, 100], (72, 72), "no", "verified_full_text"),
    ("buprenorphine-patch", "ug/h", [5, 7.5, 10, 15, 20], (168, 168), "no", "verified_full_text"),
    ("buprenorphine-buccal-film", "ug", [75, 150, 300, 450, 600], (12, 24), "no", "verified_full_text"),
]  # fmt: skip


@pytest.mark.parametrize("expected", LINES, ids=lambda row: row[0])
def test_a_product_has_the_strengths_of_its_listing(expected: tuple[Any, ...]) -> None:
    line = K.product_lines[expected[0]]
    listed = [s.value for s in line.strengths if s.status == "listed"]
    assert expected == (
        line.id, line.unit, listed, (line.hours_low, line.hours_high), line.split, line.confidence_handling
    )  # fmt: skip


def test_strengths_that_may_not_be_planned() -> None:
    held = {(s.line, s.value): s for line in K.product_lines.values() for s in line.strengths}
    for key in (
        ("oxycodone-er-tablet", 160), ("oxycodone-er-tablet", 5), ("morphine-ir-tablet", 10),
        ("hydromorphone-ir-tablet", 1), ("buprenorphine-patch", 35), ("fentanyl-patch", 87.5),
        ("buprenorphine-sublingual-tablet", 0.4), ("tramadol-er-tablet", 400),
    ):  # fmt: skip
        assert not held[key].may_be_planned, key
    assert held["oxycodone-er-tablet", 10].rxcuis[0] == "1860157"
    assert not K.product_lines["oxycodone-oxaydo"].strengths
    assert K.product_lines["oxycodone-oxaydo"].confidence_strengths == Confidence.NOT_READ
    assert K.product_lines["oxycodone-oxaydo"].confidence_handling == Confidence.FULL_TEXT


def test_only_what_was_read_as_splittable_may_be_halved() -> None:
    assert [line.id for line in K.product_lines.values() if line.may_be_halved] == [
        "methadone-dispersible-tablet"
    ]
    assert K.product_lines["methadone-dispersible-tablet"].scope == "opioid-use-disorder"


# --- ratios: (row, low, high, purpose, direction, confidence)

RATIOS = [
    ("oxycodone-oral-bmc_bnf2025", 1.5, 1.5, "equianalgesic", "both", "verified_full_text"),
    ("oxycodone-oral-aafp2000", 1, 1, "equianalgesic", "both", "verified_full_text"),
    ("oxycodone-oral-scot_pall", 2, 2, "equianalgesic", "both", "verified_full_text"),
    ("oxycodone-oral-mcmaster_text", 1.5, 2, "equianalgesic", "both", "verified_full_text"),
    ("oxycodone-subcutaneous-scot_pall", 3.3333, 5, "equianalgesic", "both", "verified_full_text"),
    ("hydromorphone-oral-msd", 4, 4, "equianalgesic", "both", "verified_full_text"),
    ("hydromorphone-oral-pl2023", 4, 5, "equianalgesic", "both", "verified_full_text"),
    ("hydromorphone-oral-scot_pall", 5, 7.5, "equianalgesic", "both", "verified_full_text"),
    ("hydromorphone-subcutaneous-scot_pall", 10, 15, "equianalgesic", "both", "verified_full_text"),
    ("codeine-oral-nougg", 0.15, 0.15, "equianalgesic", "both", "verified_full_text"),
    ("morphine-parenteral-moh_my", 2.5, 2.5, "equianalgesic", "both", "secondary"),
    ("meperidine-oral-msd", 0.1, 0.1, "equianalgesic", "both", "verified_full_text"),
    ("tapentadol-oral-anzca2021", 0.3, 0.3, "comparison", "both", "verified_full_text"),
    ("fentanyl-transdermal-bmc_bnf2025", 2.5, 2.5, "equianalgesic", "to-drug", "verified_full_text"),
    ("buprenorphine-transdermal-moh_my-2", 1.5, 1.5, "equianalgesic", "to-drug", "secondary"),
    ("morphine-oral-hysingla_label", 0.5, 0.5, "label", "from-drug", "secondary"),
    ("oxymorphone-oral-hysingla_label", 2, 2, "label", "from-drug", "secondary"),
    ("morphine-intrathecal-it_japan2023", 10, 300, "display", "from-drug", "verified_abstract"),
    ("methadone-oral-msd", 1.5, 1.5, "display", "to-drug", "verified_full_text"),
]  # fmt: skip


@pytest.mark.parametrize("expected", RATIOS, ids=lambda row: row[0])
def test_a_ratio_is_what_its_source_prints(expected: tuple[Any, ...]) -> None:
    row = K.equianalgesic[expected[0]]
    assert expected == (row.id, row.low, row.high, row.purpose, row.direction, row.confidence)


def test_methadone_and_the_spine_are_never_converted_by_a_ratio() -> None:
    rows = K.equianalgesic.values()
    assert {r.id for r in rows if r.drug == "methadone" and r.may_convert} == {
        "methadone-oral-hysingla_label"
    }
    assert not [r for r in rows if r.route in ("intrathecal", "epidural") and r.may_convert]
    assert not [r for r in rows if r.source in ("cdc2022", "anzca2021") and r.may_convert]


def test_a_ratio_and_an_mme_factor_share_no_class_of_this_package() -> None:
    shared = set(EquianalgesicRatio.__mro__) & set(MmeFactor.__mro__)
    assert not [cls for cls in shared if cls.__module__.startswith("algesia")]
    numbers = {"value", "low", "high"}
    assert numbers & {*EquianalgesicRatio.__struct_fields__} == {"low", "high"}
    assert numbers & {*MmeFactor.__struct_fields__} == {"value"}


def test_mypy_refuses_one_where_the_other_is_needed() -> None:
    snippet = "tests/knowledge/typing_ratio.py"
    lines = (ROOT / snippet).read_text(encoding="utf-8").splitlines()
    refused = {n for n, line in enumerate(lines, 1) if line.endswith("# refused")}
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", snippet],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    errors = [line for line in done.stdout.splitlines() if line.startswith(snippet) and " error: " in line]
    assert done.returncode == 1, done.stdout + done.stderr
    assert {int(line.split(":")[1]) for line in errors} == refused and len(refused) == 5, done.stdout


# --- label tables: (table, earlier dose, values of the bands that hold it)

BANDS = [
    ("methadone-label-oral", 50, [(20, 30)]),
    ("methadone-label-oral", 100, [(20, 30), (10, 20)]),
    ("methadone-label-oral", 450, [(8, 12)]),
    ("methadone-label-oral", 1500, [(0, 5)]),
    ("methadone-label-parenteral", 200, [(5, 10)]),
    ("methadone-ratio-msd", 60, [(4, 4)]),
    ("methadone-ratio-stanford", 30, [(4, 4)]),
    ("methadone-ratio-wellington", 700, []),
    ("fentanyl-patch-from-oral-morphine", 59, []),
    ("fentanyl-patch-from-oral-morphine", 60, [(25, 25)]),
    ("fentanyl-patch-from-oral-morphine", 134.5, [(25, 25)]),
    ("fentanyl-patch-from-oral-morphine", 135, [(50, 50)]),
    ("fentanyl-patch-from-oral-morphine", 404, [(100, 100)]),
    ("fentanyl-patch-from-oral-morphine", 405, [(125, 125)]),
    ("fentanyl-patch-from-oral-morphine", 1124, [(300, 300)]),
    ("fentanyl-patch-from-oral-morphine", 1125, []),
    ("fentanyl-patch-from-oral-oxycodone", 67.2, [(25, 25)]),
    ("fentanyl-patch-from-oral-hydromorphone", 17.1, [(50, 50)]),
    ("fentanyl-patch-from-oral-codeine", 448, []),
    ("fentanyl-patch-from-intravenous-hydromorphone", 8, [(100, 100)]),
    ("fentanyl-patch-canada", 140, [(37, 37)]),
    ("fentanyl-patch-malaysia-stable", 120, [(50, 50)]),
    ("fentanyl-patch-malaysia-rotation", 120, [(25, 25)]),
    ("buprenorphine-patch-label", 29, [(5, 5)]),
    ("buprenorphine-patch-label", 30, [(10, 10)]),
    ("buprenorphine-patch-label", 80, [(10, 10)]),
    ("buprenorphine-patch-label", 81, [(None, None)]),
    ("buprenorphine-buccal-label", 10, [(75, 75)]),
    ("buprenorphine-buccal-label", 89.5, [(150, 150)]),
    ("buprenorphine-buccal-label", 160, [(300, 300)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "dose", "values"), BANDS)
def test_a_label_table_gives_the_printed_band(name: str, dose: float, values: list[Any]) -> None:
    assert [(b.value_low, b.value_high) for b in K.rotation.tables[name].at(dose)] == values


def test_which_tables_may_be_computed_with() -> None:
    tables = K.rotation.tables
    assert tables["fentanyl-patch-malaysia-stable"].policy == "never"
    assert tables["methadone-label-parenteral"].policy == "never"
    assert {name for name, table in tables.items() if table.policy == "shown"} == {
        "methadone-ratio-msd", "methadone-ratio-wellington", "methadone-ratio-medicalalgorithms",
        "methadone-ratio-stanford", "fentanyl-patch-canada", "fentanyl-patch-malaysia-rotation",
    }  # fmt: skip


def test_reductions_gates_and_limits() -> None:
    reductions = {row.id: (row.percent_low, row.percent_high) for row in K.rotation.reductions}
    assert reductions["fine-portenoy"] == reductions["opioids-aware"] == (25, 50)
    assert reductions["fine-portenoy-methadone"] == reductions["msd-methadone"] == (75, 90)
    assert (reductions["malaysia"], reductions["algesia-default"]) == ((33, 50), (50, 50))
    gates = {row.id: row for row in K.rotation.gates}
    assert (gates["qtc-500"].at_least, gates["qtc-450"].below) == (500, 500)
    assert (gates["ecg-risk"].valid_days, gates["ecg-no-risk"].valid_days) == (90, 365)
    assert (gates["cows-8"].at_least, gates["cows-13"].at_least, gates["high-dose"].at_least) == (9, 13, 500)
    limits = {row.id: (row.value, row.unit) for row in K.rotation.limits}
    assert (limits["butrans-max"], limits["belbuca-max"]) == ((20, "ug/h"), (900, "ug"))
    assert (limits["belbuca-step"], limits["belbuca-step-interval"]) == ((150, "ug"), (4, "d"))
    assert (limits["methadone-start-cap"], limits["butrans-titrate"]) == ((30, "mg/d"), (72, "h"))
    assert (limits["tramadol-ir"], limits["tramadol-age"]) == ((400, "mg/d"), (300, "mg/d"))
    assert (limits["tolerant-oxycodone"], limits["tolerant-hydromorphone"]) == ((30, "mg/d"), (8, "mg/d"))


def test_the_outpatient_low_dose_schedule() -> None:
    schedules = {row.id: row for row in K.rotation.schedules}
    days = schedules["jabfm"].days or ()
    assert [sum(day.doses_mg) for day in days] == [0.5, 1, 2, 4, 6, 12, 0]
    assert days[-1].last is None and not days[-1].doses_mg
    assert schedules["bernese"].days is None
    assert {s.id for s in schedules.values() if s.policy == "never"} == {
        "patch-bridge", "injectable", "emergency-low", "overlap-4",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "clearance", "ceiling"),
    [
        ("gabapentin", 100, 3600), ("gabapentin", 70, 1800), ("gabapentin", 55, 1400), ("gabapentin", 40, 900),
        ("gabapentin", 20, 600), ("gabapentin", 15, 300), ("gabapentin", 10, 300), ("pregabalin", 60, 300),
        ("pregabalin", 30, 150), ("pregabalin", 10, 75), ("lofexidine", 89.9, 1.44), ("lofexidine", 29, 0.72),
        ("duloxetine", 29, 0),
    ],
)  # fmt: skip
def test_the_lower_of_the_renal_tables_holds(name: str, clearance: float, ceiling: float) -> None:
    row = K.adjuncts[name].renal_at(clearance)
    assert row is not None and row.high == ceiling


def test_what_was_not_read_is_none_and_what_is_not_stated_is_empty() -> None:
    assert K.adjuncts["tricyclic"].renal is None and K.adjuncts["lidocaine-patch"].renal == ()
    assert K.adjuncts["meloxicam"].hepatic is None and K.adjuncts["meloxicam"].evidence is None
    assert K.adjuncts["dextromethorphan-ketamine-oral"].start is None
    assert K.adjuncts["dextromethorphan-ketamine-oral"].confidence_dose == Confidence.NOT_READ
    assert (
        K.alternatives["intrathecal-pump"].effects is None
        and K.alternatives["rehabilitation"].contrary is None
    )
    assert K.adjuncts["pregabalin"].renal_at(90) is None


@pytest.mark.parametrize(
    ("drug", "low", "high", "ceiling"),
    [
        ("clonidine", 0.1, 0.2, 0.8), ("lofexidine", 0.54, 0.54, 2.88), ("ibuprofen", 400, 400, 2400),
        ("acetaminophen", 650, 650, 2000), ("ondansetron", 4, 4, 16), ("prochlorperazine", 5, 10, 40),
        ("loperamide", 2, 4, 16), ("tizanidine", 2, 2, 24), ("baclofen", 5, 5, 40), ("trazodone", 25, 100, None),
        ("bismuth subsalicylate", 524, 524, 4192), ("hydroxyzine", 25, 50, None),
    ],
)  # fmt: skip
def test_withdrawal_support_takes_the_lower(
    drug: str, low: float, high: float, ceiling: float | None
) -> None:
    row = K.withdrawal_support[drug]
    held = None if row.ceiling is None else row.ceiling.mg_per_day
    assert (row.dose_low_mg, row.dose_high_mg, held) == (low, high, ceiling)


@pytest.mark.parametrize(
    ("option", "at", "estimate", "low", "high"),
    [
        ("ketamine-infusion", 0, -15.79, -32.09, 0.51), ("ketamine-infusion", 1, 3.26, 1.05, 10.09),
        ("spinal-cord-stimulation", 0, -17.0, -23.07, -10.94), ("rehabilitation", 0, 0.21, 0.04, 0.37),
        ("cbt", 0, -0.21, -0.37, -0.05), ("exercise", 0, -0.33, -0.58, -0.08), ("epidural-steroid", 0, 5, None, None),
        ("taper", 0, 1.28, None, None),
    ],
)  # fmt: skip
def test_an_effect_with_its_interval(
    option: str, at: int, estimate: float, low: float | None, high: float | None
) -> None:
    effect = (K.alternatives[option].effects or ())[at]
    assert (effect.estimate, effect.low, effect.high) == (estimate, low, high)


def test_the_tables_are_listed_with_their_parts() -> None:
    parts = {row["part"] for row in list_sources(K, "rotation")["rows"]}
    assert parts == set(K.rotation.__struct_fields__)
    tables = [row["table"] for row in list_sources(K, "clonidine")["rows"]]
    assert tables[-2:] == ["withdrawal-support", "species"]


def test_the_tables_are_not_loaded_before_they_are_asked_for() -> None:
    code = (
        "import sys; from algesia.knowledge.loader import load; load().factors('cdc-2022'); "
        "assert not [m for m in sys.modules if 'plan_' in m]; load().taper_rules; "
        "assert 'algesia.knowledge.plan_build' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


# --- tables broken on purpose

RULE, LINE = K.taper_rules["cdc-2022-year"], K.product_lines["oxycodone-er-tablet"]
RATIO, DRUGS = K.equianalgesic["oxycodone-oral-bmc_bnf2025"], set(K.ingredients)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"percent_high": 101.0}, "outside 0 to 100"),
        ({"percent_low": -1.0}, "outside 0 to 100"),
        ({"interval_low_days": 0}, "not positive"),
        ({"interval_high_days": 7}, "an interval from 28 to 7"),
        ({"percent_high": 26.0}, "past the step cap"),
        ({"confidence": Confidence.UNVERIFIED}, "that was not read"),
        ({"subject": "benzodiazepine"}, "a pace for benzodiazepine"),
        ({"of": "original"}, "of the current dose"),
    ],
)
def test_a_rule_that_cannot_be(change: dict[str, Any], words: str) -> None:
    assert words in "\n".join(plan_proof.taper_rule(replace(RULE, **change)))


@pytest.mark.parametrize(
    ("id", "change", "words"),
    [
        ("step-cap", {"value": 30.0}, "is missing or changed"),
        ("step-cap", {"use_from_days": 365}, "is missing or changed"),
        ("review-gate", {"value": 60.0}, "at least monthly"),
        ("supply", {"value": None}, "needs a positive value"),
        ("supply", {"confidence": Confidence.NOT_READ}, "was not read"),
        ("no-daily-schedule", {"kind": "supply", "value": 1.0, "unit": "d"}, "no limit of the kind never"),
    ],
)
def test_hard_limits_that_are_changed(id: str, change: dict[str, Any], words: str) -> None:
    limits = tuple(replace(row, **change) if row.id == id else row for row in K.taper_limits.limits)
    assert words in "\n".join(plan_proof.hard_limits(replace(K.taper_limits, limits=limits)))


def test_no_hard_cap_at_all() -> None:
    limits = tuple(row for row in K.taper_limits.limits if row.kind != "step")
    assert "step cap" in "\n".join(plan_proof.hard_limits(replace(K.taper_limits, limits=limits)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"percent": 12.0}, "outside what may be asked for"),
        ({"allow_high": 30.0}, "outside what may be asked for"),
        ({"interval_low_days": 7}, "faster than cdc-2022-year"),
        ({"source": "racgp"}, "no pace for this duration"),
    ],
)
def test_a_default_that_cannot_be(change: dict[str, Any], words: str) -> None:
    default = replace(K.taper_limits.defaults[0], **change)
    assert words in "\n".join(plan_proof.taper_default(default, K.taper_rules))


def strengths(*values: float) -> tuple[LineStrength, ...]:
    return tuple(replace(LINE.strengths[1], value=value) for value in values)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"strengths": strengths(10, 0)}, "not positive"),
        ({"strengths": strengths(20, 10)}, "not sorted"),
        ({"strengths": strengths(10, 10)}, "not sorted"),
        ({"strengths": (replace(LINE.strengths[1], rxcuis=()),)}, "has no code"),
        (
            {"strengths": (replace(LINE.strengths[1], confidence=Confidence.NOT_READ),)},
            "listed, but not read",
        ),
        ({"split": "yes"}, "never split"),
        ({"crush": "yes"}, "never split"),
        ({"route": "transdermal", "unit": "ug/h", "open_or_cut": "yes"}, "never cut"),
        ({"unit": "ug/h"}, "belongs to patches"),
        ({"unit": "grain"}, "is no unit"),
        ({"ingredient": "nothing"}, "is no ingredient"),
        ({"hours_low": 0.0}, "the dosing interval is 0"),
        ({"confidence_handling": Confidence.NOT_READ}, "not the lower"),
    ],
)
def test_a_product_that_cannot_be(change: dict[str, Any], words: str) -> None:
    assert words in "\n".join(plan_proof.product_line(replace(LINE, **change), DRUGS))


def test_halving_needs_a_read_permission() -> None:
    assert replace(LINE, split="yes").may_be_halved
    assert not replace(LINE, split="yes", confidence_handling=Confidence.NOT_READ).may_be_halved
    assert not replace(LINE, split="unverified").may_be_halved


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": 0.0}, "the ratio is 0"),
        ({"low": -1.5}, "the ratio is -1.5"),
        ({"low": 3.0}, "the ratio is 3.0 to 1.5"),
        ({"drug_dose_low": 3.0, "drug_dose_high": 3.0}, "the printed pair gives"),
        ({"drug": "nothing"}, "is no ingredient"),
        ({"unit": "mL"}, "no mass"),
        ({"drug": "methadone"}, "no fixed ratio"),
        ({"route": "intrathecal"}, "never computed"),
        ({"route": "transdermal"}, "one way"),
        ({"purpose": "label"}, "one way"),
    ],
)
def test_a_ratio_that_cannot_be(change: dict[str, Any], words: str) -> None:
    assert words in "\n".join(plan_proof.equianalgesic(replace(RATIO, **change), DRUGS))


def band(low: float, high: float | None, **more: Any) -> DoseBand:
    return DoseBand(**{"low": low, "high": high, "value_low": 1.0, "value_high": 2.0, **more})


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ((band(0, 30), band(32, 60)), "the next begins at 32"),
        ((band(0, 30), band(29, 60)), "the next begins at 29"),
        ((band(0, None), band(30, 60)), "a band ends at None"),
        ((band(30, 30),), "a band from 30 to 30"),
        ((band(0, 30, high_open=True), band(30, 60, low_open=True)), "30 lies in no band"),
        ((band(0, 30, value_low=3.0),), "a value from 3.0 to 2.0"),
        ((band(0, 30, value_high=None),), "a value from 1.0 to None"),
        ((band(0, 30, value_high=120.0),), "outside 0 to 100"),
    ],
)
def test_a_label_table_that_cannot_be(bands: tuple[DoseBand, ...], words: str) -> None:
    table = replace(K.rotation.tables["methadone-label-oral"], bands=bands, printed_step=1.0)
    assert words in "\n".join(plan_proof.band_table(table, DRUGS))


def rotation(**change: Any) -> Knowledge:
    knowledge = Knowledge()
    knowledge.rotation = replace(knowledge.rotation, **change)
    return knowledge


def test_rotation_without_its_gates_or_its_default() -> None:
    r = K.rotation
    without_gate = rotation(gates=tuple(g for g in r.gates if g.id != "qtc-500"))
    assert "QTc of 500" in "\n".join(plan_proof.prove_plans(without_gate))
    halved = tuple(replace(x, percent_low=25.0) if x.is_default else x for x in r.reductions)
    assert "one default reduction of 50 %" in "\n".join(plan_proof.prove_plans(rotation(reductions=halved)))
    first = r.schedules[0]
    back = replace(first, days=tuple(reversed(first.days or ())))
    assert "days out of order" in "\n".join(plan_proof.prove_plans(rotation(schedules=(back,))))
    assert "occurs twice" in "\n".join(plan_proof.prove_plans(rotation(gates=(r.gates[0], *r.gates))))
    limit = replace(r.limits[0], value=0.0)
    assert "a limit of 0" in "\n".join(plan_proof.prove_plans(rotation(limits=(limit,))))


def test_adjuncts_that_cannot_be() -> None:
    row: Adjunct = K.adjuncts["gabapentin"]
    for change, words in (
        ({"drugs": ("nothing",)}, "not in the table of drug classes"),
        ({"classes": ()}, "are missing"),
        ({"max_daily_mg": 0.0}, "the maximum is 0"),
        ({"start": None}, "offered without"),
        ({"confidence_dose": Confidence.NOT_READ}, "not the lower"),
        ({"renal": tuple(r for r in row.renal or () if r.clearance_from != 30)}, "a gap at 30"),
        ({"renal": (row.renal or ())[:2]}, "nothing for the lowest clearance"),
        ({"renal": tuple(replace(r, high=9000.0) if r.proportional else r for r in row.renal or ())}, "more at a lower"),
    ):  # fmt: skip
        assert words in "\n".join(plan_proof.adjunct(replace(row, **change), K)), words


def test_withdrawal_drugs_that_cannot_be() -> None:
    row: WithdrawalDrug = K.withdrawal_support["clonidine"]
    for change, words in (
        ({"dose_low_mg": 0.0}, "a dose from 0"),
        ({"dose_high_mg": 1.0}, "above the ceiling of a day"),
        ({"hours_low": 0.0}, "not positive"),
        ({"classes": ()}, "classes differ"),
        ({"ceilings": (replace(row.ceilings[0], mg_per_day=0.0),)}, "a ceiling is not positive"),
    ):
        assert words in "\n".join(plan_proof.withdrawal(replace(row, **change), K)), words


def test_an_interval_that_does_not_hold_its_estimate() -> None:
    for change, words in (({"low": 0.6}, "does not hold"), ({"low": None}, "with one end")):
        knowledge = Knowledge()
        row = knowledge.alternatives["ketamine-infusion"]
        effect = replace((row.effects or ())[0], **change)
        knowledge.alternatives["ketamine-infusion"] = replace(row, effects=(effect,))
        assert words in "\n".join(plan_proof.alternatives(knowledge))


def test_a_source_that_does_not_exist_or_is_not_named() -> None:
    knowledge = Knowledge()
    del knowledge.sources["va_tool"]
    assert "source 'va_tool' is not in the table of sources" in list(plan_proof.sourced(knowledge))
    knowledge.alternatives["cbt"] = replace(knowledge.alternatives["cbt"], sources=())
    assert any("names no source" in fault for fault in plan_proof.sourced(knowledge))


def test_a_code_of_another_product() -> None:
    knowledge = Knowledge()
    wrong = replace(LINE.strengths[1], rxcuis=("1049604",))
    knowledge.product_lines[LINE.id] = replace(LINE, strengths=(wrong,))
    assert list(plan_proof.codes(knowledge)) == ["oxycodone-er-tablet 10: code 1049604 is not this product"]


@pytest.mark.parametrize(
    ("row", "words"),
    [({"id": "a", "row": "r", "confidence": ""}, "confidence is ''"), ({"id": "a", "row": ""}, "no place")],
)
def test_a_row_without_confidence_or_place(row: dict[str, object], words: str) -> None:
    assert words in "\n".join(plan_proof.file_faults("t.json", ("id",), [row]))


def test_a_key_that_occurs_twice() -> None:
    row: dict[str, object] = {"id": "a", "row": "r", "confidence": "secondary"}
    assert list(plan_proof.file_faults("t.json", ("id",), [row, row])) == ["t.json: a occurs twice"]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (TaperRule, {"surprise": 1}),
        (TaperRule, {"role": "fast"}),
        (TaperRule, {"percent_high": "ten"}),
        (TaperRule, {"confidence": "sure"}),
        (ProductLine, {"split": "maybe"}),
    ],
)
def test_a_row_of_another_shape_is_refused(kind: type[Any], change: dict[str, Any]) -> None:
    row = {**msgspec.to_builtins(RULE if kind is TaperRule else LINE), **change}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(row, kind)


def test_an_empty_cell_is_none_and_never_zero() -> None:
    assert plan_build._cells({"partner": "", "rxcuis": "1;2", "id": ""}) == {
        "partner": None,
        "rxcuis": ("1", "2"),
        "id": "",
    }
