"""The listing of tables, rows and sources."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from algesia.knowledge.loader import load
from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.model import Confidence
from algesia.knowledge.tables import DATA, read_csv
from algesia.quantities.refusal import WrongCall
from algesia.report.sources import TABLES, list_sources, sources_text
from algesia.report.sources_mechanism import ABOUT, GRADE_MARKS

KNOWLEDGE = load()
FILES = {
    "pk-parameters": "pk", "ways-in": "doors", "metabolites": "metabolites", "covariates": "covariates",
    "receptors": "ligands", "label-checks": "label_checks", "species": "species", "nervous-system": "system",
    "pain-diary": "diary", "simulator-sources": "sources",
}  # fmt: skip
UNGRADED = {"ways-in", "label-checks", "species", "simulator-sources"}
"""Tables with rows that hold no value of their own: bolus ways, comparisons, formulas, citations."""


def test_every_table_is_listed_with_rows_edition_licence_and_confidence() -> None:
    listed = list_sources(KNOWLEDGE)
    assert [table["table"] for table in listed["tables"]] == list(TABLES)
    for table in listed["tables"]:
        assert table["count"] > 0 and table["edition"] and table["licences"], table
        marked = sum(table["confidence"].values()) + sum(table["grades"].values())
        assert marked == table["count"] or table["table"] in UNGRADED, table
        assert not table["grades"] or table["table"] in ABOUT
    assert json.loads(json.dumps(listed)) == listed


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_gives_all_its_rows_with_their_confidence(name: str) -> None:
    listed = list_sources(KNOWLEDGE, name)
    assert len(listed["rows"]) == listed["count"]
    assert all(row[TABLES[name].key] for row in listed["rows"])
    for row in listed["rows"]:
        assert (
            row.get("confidence") in list(Confidence) or row.get("grade") in GRADE_MARKS or name in UNGRADED
        )
        assert "grade" not in row or name in ABOUT
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
    assert "nervous-system: constants" in text and "read in their source" in text
    assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize(("name", "file"), FILES.items())
def test_a_table_of_the_simulator_has_every_row_of_its_file(name: str, file: str) -> None:
    written = read_csv(f"mechanism/{file}.csv")
    rows = list_sources(KNOWLEDGE, name)["rows"]
    assert len(rows) == len(written)
    assert [row.get("grade") for row in rows] == [row.get("grade") for row in written] or name in (
        "ways-in",
        "metabolites",
    )
    if "used" in written[0]:
        assert [row["used"] for row in rows] == [row["used"] == "yes" for row in written]


def test_the_studies_are_listed_with_citation_and_how_they_were_read() -> None:
    rows = {row["id"]: row for row in list_sources(KNOWLEDGE, "studies")["rows"]}
    files = sorted((DATA / "mechanism" / "studies").glob("*.json"))
    assert list(rows) == [file.stem for file in files]
    for file in files:
        study = json.loads(file.read_text())
        row = rows[study["id"]]
        assert (row["title"], row["url"]) == (study["source"], study["url"])
        assert (row["arms"], row["measures"]) == (len(study["arms"]), len(study["measures"]))
        assert study["confidence"] in (row.get("confidence"), row.get("grade"))
    assert "computed from open data" in sources_text(KNOWLEDGE, "ctn0030")


def test_a_source_of_the_simulator_is_shown_with_the_rows_that_cite_it() -> None:
    listed = list_sources(KNOWLEDGE, "franken2016")
    assert listed["rows"][0]["title"].startswith("Franken 2016 Clin Pharmacokinet")
    assert {"table": "covariates", "row": "M6G:CL"} in listed["cited_by"]
    assert "M6G:CL (covariates)" in sources_text(KNOWLEDGE, "franken2016")
    assert list_sources(KNOWLEDGE, "stanpumpr")["rows"][0]["licence"] == "MIT (stanpumpR)"


def test_an_id_means_one_source_only() -> None:
    # a row cites by id: an id in both tables of sources would name two papers
    assert not set(KNOWLEDGE.sources) & set(mechanism_tables().sources)


def test_a_way_in_has_the_sources_and_the_weakest_grade_of_its_values() -> None:
    used = mechanism_tables().used["morphine"]
    named = [used[symbol] for symbol in ("KA_oral", "F_oral", "FP_M3G", "FP_M6G")]
    row = list_sources(KNOWLEDGE, "morphine:oral")["rows"][0]
    assert set(row["sources"]) == {one.source for one in named}
    assert row["grade"] == max((one.grade for one in named), key=list(GRADE_MARKS).index)
    assert "grade" not in list_sources(KNOWLEDGE, "morphine:iv")["rows"][0]


def test_grades_are_shown_in_words_and_citations_as_they_are_written() -> None:
    text = sources_text(KNOWLEDGE, "TAU")
    assert "grade: assumed" in text
    assert "grade: read in their source\n" in sources_text(KNOWLEDGE, "M6G:CL")
    assert "citation: Dyer 1999 PMID 10391674" in sources_text(KNOWLEDGE, "HILL")
    assert "Dyer 1999 PMID 10391674" in list_sources(KNOWLEDGE, "nervous-system")["citations"]
    assert {row["table"] for row in list_sources(KNOWLEDGE, "PLACEBO")["rows"]} == {
        "nervous-system",
        "pain-diary",
    }


def test_what_is_given_out_can_be_changed_without_changing_the_tables() -> None:
    row = list_sources(KNOWLEDGE, "morphine:oral")["rows"][0]
    row["sources"].clear()
    row["drug"] = "water"
    again = list_sources(KNOWLEDGE, "morphine:oral")["rows"][0]
    assert again["sources"] and again["drug"] == "morphine"


def test_the_simulator_is_listed_without_numpy_and_read_only_when_asked_for() -> None:
    script = """
import sys
for name in ("numpy", "scipy", "numba"):
    sys.modules[name] = None
from algesia.knowledge import mechanism, mechanism_diary, mechanism_system, tables
from algesia.knowledge.loader import load
opened = []
read = tables.read_csv
for module in (mechanism, mechanism_diary, mechanism_system, mechanism.mechanism_build):
    module.read_csv = lambda path: opened.append(path) or read(path)
from algesia.report.sources import list_sources, sources_text
import algesia.review
assert opened == []
assert list_sources(load(), "pk-parameters")["count"] > 400
assert "nervous-system" in sources_text(load())
assert opened
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_review_reads_no_table_of_the_simulator() -> None:
    script = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
sys.argv = ["algesia", "review", "example:synthetic-escalation"]
import runpy
try:
    runpy.run_module("algesia", run_name="__main__")
except SystemExit as ended:
    assert not ended.code
read = [path for path in opened if "knowledge" in path and path.endswith((".csv", ".json"))]
assert read and not [path for path in read if "mechanism" in path], read
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
