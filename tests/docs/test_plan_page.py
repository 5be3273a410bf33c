"""The page on the JSON of plans names every key of its types."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from algesia.report import plan_contract, plan_contract_parts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "plan-json.md").read_text()
OF_TABLES = ("Out", "Asked", "Part")
PARTS = {
    name: kind
    for module in (plan_contract, plan_contract_parts)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, plan_contract_parts.PlanPart) and name.endswith(OF_TABLES)
}


def section(name: str) -> str:
    found = re.search(rf"^## {name}$(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {name}"
    return found[1]


@pytest.mark.parametrize("name", PARTS)
def test_every_key_of_the_types_is_named(name: str) -> None:
    keys = {field.encode_name for field in msgspec.structs.fields(PARTS[name])}
    keys = {
        key for key in keys if not key.endswith(("_day", "_days")) or key in ("interval_days", "every_days")
    }
    assert {key for key in keys if f"`{key}`" not in PAGE and f'"{key}"' not in PAGE} == set()


@pytest.mark.parametrize(
    ("name", "heading"),
    [("TaperOut", "Taper"), ("RotationOut", "Rotation"), ("OptionsOut", "Options")],
)
def test_the_keys_of_a_kind_stand_in_its_section(name: str, heading: str) -> None:
    head = {field.encode_name for field in msgspec.structs.fields(plan_contract_parts.HeadOut)}
    own = {field.encode_name for field in msgspec.structs.fields(PARTS[name])} - head - {"format"}
    assert own
    assert {key for key in own if f"`{key}`" not in section(heading)} == set()


def test_the_types_are_found() -> None:
    assert {"TaperOut", "StepOut", "RotationOut", "OptionsOut", "ProductOut", "HeadOut"} <= set(PARTS)
