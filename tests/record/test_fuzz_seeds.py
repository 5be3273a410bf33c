"""The seeds kept for the fuzzer, run once each; every one that ever broke a reader is among them."""

from __future__ import annotations

import pytest
from fuzz.checks import CHECKS, SEEDS

FILES = sorted(file for name in CHECKS for file in (SEEDS / name).iterdir())


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}/{file.name}" for file in FILES])
def test_a_seed_is_read_or_refused(file) -> None:
    record = CHECKS[file.parent.name](file.read_bytes())
    assert (record is not None) is file.name.startswith("read-")


@pytest.mark.parametrize("name", list(CHECKS))
def test_every_reader_has_seeds_of_both_kinds(name: str) -> None:
    kinds = {file.name.partition("-")[0] for file in FILES if file.parent.name == name}
    assert kinds == {"read", "refused"}
