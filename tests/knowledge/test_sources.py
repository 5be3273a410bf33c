"""The listing of tables, rows and sources."""

from __future__ import annotations

import json

import pytest

from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.quantities.refusal import WrongCall
from algesia.report.sources import TABLES, list_sources, sources_text

KNOWLEDGE = load()


def test_every_table_is_listed_with_rows_edition_licence_and_confidence() -> None:
    listed = list_sources(KNOWLEDGE)
    assert [table["table"] for table in listed["tables"]] == list(TABLES)
    for table in listed["tables"]:
        assert table["count"] > 0 and table["edition"] and table["licences"], table
        assert sum(table["confidence"].values()) == table["count"], table
    assert json.loads(json.dumps(listed)) == listed


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_gives_all_its_rows_with_their_confidence(name: str) -> None:
    listed = list_sources(KNOWLEDGE, name)
    assert len(listed["rows"]) == listed["count"]
    assert all(row["confidence"] in list(Confidence) for row in listed["rows"])
    assert json.loads(json.dumps(listed)) == listed
    assert str(listed["count"]) in sources_text(KNOWLEDGE, name)


def test_a_source_is_shown_with_the_rows_that_cite_it() -> None:
    listed = list_sources(KNOWLEDGE, "cows2003")
    assert listed["rows"][0]["licence"] == "not stated; copied freely in public health forms"
    assert {"table": "instruments", "row": "cows"} in listed["cited_by"]
    assert "cited by: autonomic" not in sources_text(KNOWLEDGE, "cows2003")
    assert "cows (instruments)" in sources_text(KNOWLEDGE, "cows2003")


def test_a_name_that_several_tables_use_shows_all_its_rows() -> None:
    tables = {row["table"] for row in list_sources(KNOWLEDGE, "myoclonus")["rows"]}
    assert tables == {"features", "signs"}
    drug = [row for row in list_sources(KNOWLEDGE, "methadone")["rows"] if row["table"] == "mme-cdc-2016"]
    assert [row["value"] for row in drug] == [4, 8, 10, 12]


def test_a_row_from_memory_is_shown_with_its_mark() -> None:
    assert "from memory, unverified: drives no dose" in sources_text(KNOWLEDGE, "piritramide")
    assert "not read: drives no dose" in sources_text(KNOWLEDGE, "opioids_aware_taper")


def test_a_source_without_a_known_licence_says_so() -> None:
    assert KNOWLEDGE.sources["chu2012"].licence == "not stated"
    assert all(source.licence for source in KNOWLEDGE.sources.values())


def test_an_unknown_id_names_what_looks_like_it() -> None:
    with pytest.raises(WrongCall, match="cdc2022"):
        list_sources(KNOWLEDGE, "cdc202")
    with pytest.raises(WrongCall, match="the tables are sources"):
        sources_text(KNOWLEDGE, "\x00" * 500)


def test_the_overview_fits_its_width() -> None:
    text = sources_text(KNOWLEDGE)
    assert "mme-cdc-2022" in text and "US Government work" in text
    assert max(map(len, text.splitlines())) <= 110
