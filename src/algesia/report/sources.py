"""Every table with its rows, edition, citation, licence and confidence: what `algesia sources` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from textwrap import fill
from typing import Any, Final, NamedTuple

import msgspec

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.mme import EDITION_NAMES
from algesia.knowledge.model import EDITIONS, Confidence, Edition
from algesia.quantities.refusal import WrongCall, shorten
from algesia.report.sources_mechanism import ABOUT, GRADE_MARKS, citations, licence, rows_of

FORMAT: Final = "algesia-sources/1"
_WIDTH: Final = 110
_MOST_NAMED: Final = 48
"""So many sources of a table are named in its text; the rest are counted. JSON has all."""
_MARKS: Final[dict[str, str]] = {
    Confidence.FULL_TEXT: "read in full text",
    Confidence.ABSTRACT: "read in the abstract",
    Confidence.SECONDARY: "read in a secondary source",
    Confidence.EXPERT_PRIOR: "expert prior",
    Confidence.UNVERIFIED: "from memory, unverified: drives no dose",
    Confidence.NOT_READ: "not read: drives no dose",
}

Row = dict[str, Any]


class Table(NamedTuple):
    """A table as it is listed: what it holds, the column that names a row, and how to get its rows."""

    about: str
    key: str
    rows: Callable[[Knowledge], list[Row]]


def list_sources(knowledge: Knowledge, id: str | None = None) -> dict[str, Any]:
    """All tables in short, or the table or the rows that `id` names, with the rows that cite it. JSON-ready.

    `id` is a table, or the key of a row: a source, a drug, a feature, a sign, an interlock, a claim ...

    Raises
    ------
    WrongCall
        When nothing has this id; the message names ids that look like it.

    >>> from algesia.knowledge.loader import load
    >>> list_sources(load(), "cows2003")["rows"][0]["year"]
    2003
    """
    head: Row = {"format": FORMAT, "knowledge": knowledge.edition}
    if id is None:
        return {**head, "tables": [_summary(knowledge, name) for name in TABLES]}
    if id in TABLES:
        return {**head, "id": id, **_summary(knowledge, id), "rows": _shown(knowledge, id)}
    rows = [
        {"table": name, **row}
        for name, table in TABLES.items()
        for row in _shown(knowledge, name)
        if row[table.key] == id
    ]
    if not rows:
        raise WrongCall(_unknown(knowledge, id))
    return {**head, "id": id, "rows": rows, "cited_by": _citing(knowledge, id)}


def sources_text(knowledge: Knowledge, id: str | None = None) -> str:
    """The same for people. Raises `WrongCall` as `list_sources` does."""
    listed = list_sources(knowledge, id)
    if id is None:
        lines = [f"Knowledge edition {knowledge.edition}: {len(TABLES)} tables", ""]
        for table in listed["tables"]:
            lines += _table_lines(knowledge, table)
        return "\n".join([*lines, "One table, source or row: algesia sources ID", ""])
    lines = _table_lines(knowledge, listed) if id in TABLES else []
    for row in listed["rows"]:
        lines += _row_lines(row)
    if listed.get("cited_by"):
        cited = ", ".join(f"{c['row']} ({c['table']})" for c in listed["cited_by"])
        lines += [fill(f"cited by: {cited}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False), ""]
    return "\n".join(lines)


def _rows(rows: Sequence[Any]) -> list[Row]:
    return [_plain(msgspec.to_builtins(row)) for row in rows]


def _named(rows: Sequence[Any]) -> list[Row]:
    """Rows by their id, or by their drug where that is what names them."""
    return [{"id": row.get("id") or row["drug"], **row} for row in _rows(rows)]


def _parts(whole: Any) -> list[Row]:
    """The rows of a table that is made of several, each with the part it stands in."""
    rows: list[Row] = []
    for part in whole.__struct_fields__:
        held = getattr(whole, part)
        listed = _named([*(held.values() if isinstance(held, dict) else held)])
        rows += [{"id": row["id"], "part": part, **row} for row in listed]
    return rows


def _plain(value: Any) -> Any:
    """The same with lists for tuples, as JSON would give it back."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _simulated(name: str) -> Table:
    about, key = ABOUT[name]
    return Table(about, key, lambda _: rows_of(name))


def _mme(edition: Edition) -> Table:
    return Table(
        f"MME factors, {EDITION_NAMES[edition]}",
        "ingredient",
        lambda knowledge: _rows(knowledge.factors(edition)),
    )


TABLES: Final[dict[str, Table]] = {
    "sources": Table("every source that a row names", "id", lambda k: _rows([*k.sources.values()])),
    **{f"mme-{edition}": _mme(edition) for edition in EDITIONS},
    "ingredients": Table(
        "opioid ingredients and their names", "name", lambda k: _rows([*k.ingredients.values()])
    ),
    "names": Table("other names of opioids", "name", lambda k: _rows(k.names)),
    "formulations": Table(
        "products with form and strength", "rxcui", lambda k: _rows([*k.formulations.values()])
    ),
    "drug-classes": Table("other drugs that interlocks read", "name", lambda k: _rows([*k.classes.values()])),
    "hypotheses": Table("hypotheses of the differential", "id", lambda k: _rows([*k.hypotheses.values()])),
    "features": Table(
        "findings of the differential with their weights",
        "id",
        lambda k: _rows([*k.features.values()]),
    ),
    "rules": Table(
        "gates, strong pattern and what is never said", "id", lambda k: [{"id": "differential", **k.rules}]
    ),
    "trap": Table(
        "the rule of the escalation trap",
        "id",
        lambda k: [{"id": "escalation-trap", **_plain(msgspec.to_builtins(k.trap))}],
    ),
    "interlocks": Table(
        "conditions that stop or bound what may be said",
        "id",
        lambda k: _rows([*k.interlocks.values()]),
    ),
    "signs": Table(
        "signs of the record in words, and what they feed", "id", lambda k: _rows([*k.signs.values()])
    ),
    "instruments": Table("scored instruments", "id", lambda k: _rows([*k.instruments.values()])),
    "claims": Table("the evidence table", "id", lambda k: _rows([*k.claims.values()])),
    "body-areas": Table("areas of the body figure", "name", lambda k: _rows([*k.body_areas.values()])),
    "taper-rules": Table(
        "rates of tapers in guidelines and labels", "id", lambda k: _rows([*k.taper_rules.values()])
    ),
    "taper-limits": Table(
        "caps, defaults, pauses, reviews and statements for tapers", "id", lambda k: _parts(k.taper_limits)
    ),
    "products": Table(
        "marketed products with strengths and handling", "id", lambda k: _rows([*k.product_lines.values()])
    ),
    "equianalgesic": Table(
        "equianalgesic ratios, never MME factors", "id", lambda k: _rows([*k.equianalgesic.values()])
    ),
    "rotation": Table(
        "reductions, label tables, gates and buprenorphine starts", "id", lambda k: _parts(k.rotation)
    ),
    "adjuncts": Table("drugs beside the opioid", "id", lambda k: _rows([*k.adjuncts.values()])),
    "alternatives": Table(
        "treatments other than an opioid", "id", lambda k: _rows([*k.alternatives.values()])
    ),
    "withdrawal-support": Table(
        "drugs for withdrawal symptoms", "id", lambda k: _named([*k.withdrawal_support.values()])
    ),
    **{name: _simulated(name) for name in ABOUT},
}


def _cites(row: Row) -> list[str]:
    """The sources a row names, whatever the column is called."""
    named: list[str] = [row[c] for c in ("source", "codes_source") if row.get(c)]
    several = row.get("sources", [])
    named += several.values() if isinstance(several, dict) else several
    return [name for name in dict.fromkeys(named) if name != "expert_prior"]


def _shown(knowledge: Knowledge, name: str) -> list[Row]:
    """The rows of a table. A row of the table of sources is its own citation."""
    return TABLES[name].rows(knowledge)


def _summary(knowledge: Knowledge, name: str) -> Row:
    rows = _shown(knowledge, name)
    cited = [] if name == "sources" else [*dict.fromkeys(source for row in rows for source in _cites(row))]
    licences = {row["licence"] for row in rows if row.get("licence")}
    licences |= {_source(knowledge, source)[1] for source in cited}
    counted = Counter(row.get("grade") for row in rows)
    return {
        "table": name,
        "about": TABLES[name].about,
        "edition": name.removeprefix("mme-") if name.startswith("mme-") else knowledge.edition,
        "count": len(rows),
        "sources": cited,
        "citations": [*dict.fromkeys(c for row in rows for c in row.get("citation", "").split("; ") if c)],
        "licences": sorted(licences or {"not stated"}),
        "confidence": dict(sorted(Counter(row["confidence"] for row in rows if "confidence" in row).items())),
        "grades": {grade: counted[grade] for grade in GRADE_MARKS if counted[grade]},
    }


def _source(knowledge: Knowledge, id: str) -> tuple[str, str]:
    """Title and licence of a source; the simulator's sources are a table of their own."""
    if id in knowledge.sources:
        return knowledge.sources[id].title, knowledge.sources[id].licence or "not stated"
    return citations()[id], licence(citations()[id])


def _citing(knowledge: Knowledge, id: str) -> list[Row]:
    if id not in knowledge.sources and id not in citations():
        return []
    citing = [
        {"table": name, "row": row[table.key]}
        for name, table in TABLES.items()
        if name != "sources"
        for row in _shown(knowledge, name)
        if id in _cites(row)
    ]
    return [dict(pair) for pair in dict.fromkeys(tuple(c.items()) for c in citing)]


def _unknown(knowledge: Knowledge, id: str) -> str:
    known = [*TABLES]
    known += [str(row[table.key]) for name, table in TABLES.items() for row in _shown(knowledge, name)]
    close = [*dict.fromkeys(get_close_matches(id[:100], known, n=5, cutoff=0.5))]
    hint = f"; close to it: {', '.join(close)}" if close else f"; the tables are {', '.join(TABLES)}"
    return f"no source, table or row is called {shorten(id)}{hint}"


def _table_lines(knowledge: Knowledge, table: Row) -> list[str]:
    marks = [f"{count} {_MARKS[mark]}" for mark, count in table["confidence"].items()]
    marks += [f"{count} {GRADE_MARKS[grade]}" for grade, count in table["grades"].items()]
    without = table["count"] - sum(table["confidence"].values()) - sum(table["grades"].values())
    marks += [f"{without} without a grade"] if without else []
    lines = [f"{table['table']}: {table['about']}"]
    lines.append(_wrapped(f"{table['count']} rows, edition {table['edition']}; {'; '.join(marks)}"))
    if len(table["sources"]) <= 3:
        lines += [_wrapped(f"{source}: {_source(knowledge, source)[0]}") for source in table["sources"]]
    else:
        lines.append(_wrapped(f"sources: {_some(table['sources'])}"))
    if table["citations"]:
        lines.append(_wrapped(f"cited: {_some(table['citations'], '; ')}"))
    return [*lines, _wrapped("licence: " + "; ".join(table["licences"])), ""]


def _some(names: Sequence[str], between: str = ", ") -> str:
    """Names, and how many more where they are many."""
    more = len(names) - _MOST_NAMED
    return between.join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _wrapped(text: str) -> str:
    return fill(text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _row_lines(row: Row) -> list[str]:
    lines = []
    for name, value in row.items():
        if name == "path" or value in (None, "", [], {}):
            continue
        marks = {"confidence": _MARKS, "grade": GRADE_MARKS}.get(name)
        shown = _words(value) if marks is None else marks[value]
        lines.append(fill(f"{name.replace('_', ' ')}: {shown}", _WIDTH, subsequent_indent="  "))
    return [*lines, ""]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key} {_words(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
