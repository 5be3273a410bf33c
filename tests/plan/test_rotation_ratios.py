"""Ratios by pair and direction: one-way rows stay one-way, unread rows never drive, MME factors cannot pass."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_rotation import EquianalgesicRatio
from algesia.plan.rotation_ratios import MORPHINE, NEVER, Conversion, Drug, convert, edges
from algesia.quantities.refusal import Unassessable

ROWS = tuple(load().equianalgesic.values())
ROOT = Path(__file__).resolve().parents[2]


def _ends(row: EquianalgesicRatio) -> tuple[Drug, Drug]:
    route = "intravenous" if row.route == "parenteral" else row.route
    return (row.drug, route), (row.reference_drug, row.reference_route)


def _uses(row: EquianalgesicRatio, old: Drug, new: Drug) -> bool:
    return row.id in {edge.ratio.id for edge in edges(ROWS, old, new)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_works_in_its_printed_direction_and_in_no_other(row: EquianalgesicRatio) -> None:
    drug, reference = _ends(row)
    if drug == reference:
        assert row.low == row.high == 1.0
        return
    usable = row.may_convert and row.unit != "ug/h" and not {drug[1], reference[1]} & NEVER
    assert _uses(row, drug, reference) == (usable and row.direction in ("both", "from-drug"))
    assert _uses(row, reference, drug) == (usable and row.direction in ("both", "to-drug"))


@pytest.mark.parametrize("row", [r for r in ROWS if r.direction != "both"], ids=lambda row: row.id)
def test_a_one_way_row_alone_never_leads_back(row: EquianalgesicRatio) -> None:
    drug, reference = _ends(row)
    old, new = (reference, drug) if row.direction == "from-drug" else (drug, reference)
    assert isinstance(convert(100.0, old, new, (row,)), Unassessable)


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if r.may_convert and r.unit != "ug/h" and r.drug != r.reference_drug],
    ids=lambda row: row.id,
)
def test_any_row_printed_one_way_would_stay_one_way(row: EquianalgesicRatio) -> None:
    drug, reference = _ends(row)
    there = (msgspec.structs.replace(row, direction="from-drug"),)
    back = (msgspec.structs.replace(row, direction="to-drug"),)
    assert edges(there, drug, reference) and not edges(there, reference, drug)
    assert edges(back, reference, drug) and not edges(back, drug, reference)


@pytest.mark.parametrize("confidence", [Confidence.UNVERIFIED, Confidence.NOT_READ])
@pytest.mark.parametrize("row", [r for r in ROWS if r.may_convert], ids=lambda row: row.id)
def test_a_row_that_was_not_read_never_drives(row: EquianalgesicRatio, confidence: Confidence) -> None:
    unread = msgspec.structs.replace(row, confidence=confidence)
    drug, reference = _ends(row)
    assert edges((unread,), drug, reference) == edges((unread,), reference, drug) == ()


@pytest.mark.parametrize(
    ("daily", "old", "new", "low", "high"),
    [
        # oxycodone to morphine: 1 (AAFP) to 2 (Scotland, Alberta)
        (60.0, ("oxycodone", "oral"), MORPHINE, 60.0, 120.0),
        (60.0, MORPHINE, ("oxycodone", "oral"), 30.0, 60.0),
        # codeine: 0.1 (BNF) to 0.167 (AAFP)
        (240.0, ("codeine", "oral"), MORPHINE, 24.0, 40.08),
        # tapentadol: 0.2 (Australia) to 0.4 (BNF)
        (200.0, ("tapentadol", "oral"), MORPHINE, 40.0, 80.0),
        # tramadol: 0.1 to 0.2
        (400.0, ("tramadol", "oral"), MORPHINE, 40.0, 80.0),
        # morphine by vein: 2.5 (Malaysia) to 3
        (30.0, ("morphine", "intravenous"), MORPHINE, 75.0, 90.0),
        # morphine under the skin: 2 (Scotland) to 3 (parenteral rows)
        (30.0, ("morphine", "subcutaneous"), MORPHINE, 60.0, 90.0),
        # fentanyl by vein: 0.3 mg of morphine per ug; 1.2 mg/d is 1,200 ug/d
        (1.2, ("fentanyl", "intravenous"), MORPHINE, 360.0, 360.0),
        # oxymorphone by mouth: 2 (MSD)
        (90.0, MORPHINE, ("oxymorphone", "oral"), 45.0, 45.0),
        # over oral morphine: 40 x 1 / 7.5 and 40 x 2 / 4
        (40.0, ("oxycodone", "oral"), ("hydromorphone", "oral"), 40 / 7.5, 20.0),
        # to hydrocodone by its label, and over morphine: 100 x 1 x 0.5 is lower
        (100.0, ("oxycodone", "oral"), ("hydrocodone", "oral"), 50.0, 100.0),
    ],
)
def test_sums_by_hand(daily: float, old: Drug, new: Drug, low: float, high: float) -> None:
    found = convert(daily, old, new, ROWS)
    assert isinstance(found, Conversion)
    assert found.low == pytest.approx(low, rel=1e-6)
    assert found.high == pytest.approx(high, rel=1e-6)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("hydrocodone", "oral"), MORPHINE),
        (("hydrocodone", "oral"), ("hydromorphone", "oral")),
        (("fentanyl", "transdermal"), MORPHINE),
        (("buprenorphine", "transdermal"), MORPHINE),
        (MORPHINE, ("methadone", "oral")),
        (("methadone", "oral"), MORPHINE),
        (MORPHINE, ("morphine", "intrathecal")),
        (("morphine", "intrathecal"), MORPHINE),
        (("remifentanil", "intravenous"), MORPHINE),
    ],
)
def test_no_way_says_what_is_missing(old: Drug, new: Drug) -> None:
    found = convert(100.0, old, new, ROWS)
    assert isinstance(found, Unassessable)
    assert "MME does not convert" in found.because
    assert any("equianalgesic ratio" in name for name in found.missing)


def test_every_row_of_the_pair_is_a_line_and_the_unused_say_why() -> None:
    found = convert(120.0, MORPHINE, ("hydromorphone", "oral"), ROWS)
    assert isinstance(found, Conversion)
    rows = [row for row in ROWS if row.drug == "hydromorphone" and row.route == "oral"]
    pair = {row.id for row in rows if row.reference_drug == "morphine"}
    assert {line.id for line in found.ratios} == pair
    unused = [line for line in found.ratios if not line.used]
    assert [line.source for line in unused] == ["anzca2021"]
    assert "not used: its source gives it to compare" in unused[0].says


def test_an_mme_factor_is_refused_at_run_time() -> None:
    factors: Any = load().factors("cdc-2022")
    with pytest.raises(TypeError, match="equianalgesic ratios, not MmeFactor"):
        convert(120.0, MORPHINE, ("hydromorphone", "oral"), factors)
    with pytest.raises(TypeError, match="not MmeFactor"):
        edges((*ROWS, factors[0]), MORPHINE, ("hydromorphone", "oral"))


SNIPPET = """
from algesia.knowledge.loader import load
from algesia.plan.rotation_ratios import MORPHINE, convert, edges

knowledge = load()
factors = knowledge.factors("cdc-2022")
ratios = tuple(knowledge.equianalgesic.values())
convert(120.0, MORPHINE, ("hydromorphone", "oral"), ratios)
edges(ratios, MORPHINE, ("hydromorphone", "oral"))
convert(120.0, MORPHINE, ("hydromorphone", "oral"), factors)  # refused
edges(factors, MORPHINE, ("hydromorphone", "oral"))  # refused
"""


def test_mypy_refuses_mme_factors(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(snippet)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    errors = {int(n) for n in re.findall(r"snippet\.py:(\d+): error: .*MmeFactor", done.stdout)}
    refused = {n for n, line in enumerate(SNIPPET.splitlines(), 1) if line.endswith("# refused")}
    assert errors == refused and len(refused) == 2, done.stdout + done.stderr
