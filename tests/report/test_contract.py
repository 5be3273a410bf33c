"""`algesia-review/1`: valid against its schema, complete, silent in an emergency, equal bytes for equal facts."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from algesia.report.answer import review_document, review_json
from algesia.report.contract import Review, review_schema
from tests.report import sample

GOLDEN = Path(__file__).parent / "golden"
CONTRACT_KEYS = {
    "format", "as_of", "knowledge", "interlocks", "exposure", "episodes", "trap", "signs", "differential", "leading",
    "ask_next", "options", "unassessable", "sources",
}  # fmt: skip


@pytest.mark.parametrize("name", sample.ALL)
def test_every_answer_is_valid_against_the_published_schema(name: str) -> None:
    document = review_document(sample.ALL[name]())
    Draft202012Validator.check_schema(review_schema())
    Draft202012Validator(review_schema()).validate(document)
    assert not CONTRACT_KEYS - set(document)
    read = msgspec.convert(document, Review, strict=True)
    assert msgspec.json.decode(msgspec.json.encode(read)) == document


def test_the_schema_refuses_a_word_that_is_not_in_the_contract() -> None:
    document = review_document(sample.rich())
    document["trap"]["status"] = "perhaps"
    assert not Draft202012Validator(review_schema()).is_valid(document)


@pytest.mark.parametrize("name", ["rich", "emergency", "hospital"])
def test_the_answer_is_the_golden_one(name: str) -> None:
    assert review_json(sample.ALL[name]()).decode() == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def test_the_keys_of_the_contract_have_the_meaning_of_the_contract() -> None:
    document = review_document(sample.rich())
    assert document["exposure"]["mme_per_day"] == {
        "low": 135.0,
        "likely": 135.0,
        "high": 135.0,
        "complete": True,
    }
    assert document["exposure"]["days"][0] == ["2026-01-05", 60.0]
    first = document["episodes"][0]
    assert (first["at"], first["from_mme"], first["to_mme"]) == ("2026-02-09", 60.0, 90.0)
    assert (first["returned_after_days"], first["verdict"]) == (21, "brief-relief")
    assert document["signs"]["present"] == ["spreading-pain", "allodynia"]
    assert document["signs"]["not_examined"] == ["hyperalgesia-on-examination", "end-of-dose-failure"]
    assert document["differential"][0]["hypothesis"] == "oih"
    assert document["differential"][0]["for"][0]["source"] == "cdc2022"
    assert "day" not in first
    assert "as_of_day" not in document


def test_a_relative_record_gives_day_numbers_beside_its_dates() -> None:
    document = review_document(sample.hospital())
    assert (document["relative"], document["as_of_day"]) == (True, 17)
    assert [e["day"] for e in document["episodes"]] == [3, 6, 10, 14]
    assert document["episodes"][0]["from_mme"] is None
    assert (document["episodes"][0]["from_dose"], document["episodes"][0]["unit"]) == (48.0, "mg/d")
    assert document["exposure"]["tracks"][0]["day_numbers"] == [0, 3, 6, 10, 14]
    assert not document["exposure"]["mme_per_day"]["complete"]


def test_an_emergency_silences_interpretation_and_keeps_the_facts() -> None:
    document = review_document(sample.emergency())
    assert document["interlocks"][0]["level"] == "emergency"
    for silent in ("differential", "leading", "options", "ask_next"):
        assert document[silent] == []
    assert document["verdict"] is None
    assert document["trap"]["status"] == "unassessable"
    assert "emergency" in document["trap"]["because"][0]
    assert document["trap"]["checks"] == []
    assert len(document["episodes"]) == 7
    assert document["exposure"]["mme_per_day"]["likely"] == 135.0


def test_every_source_named_has_a_citation_beside_it() -> None:
    document = json.loads(review_json(sample.rich()))
    assert document["citations"]
    assert {c["id"] for c in document["citations"]} == set(document["sources"]) - {"expert_prior"}
    assert all(c["title"] for c in document["citations"])
