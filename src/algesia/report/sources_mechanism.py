"""The simulator's tables as `algesia sources` lists them. They are read when they are asked for, and without numpy.

A row has a grade where the other tables have a confidence. A row names its source by its id; where it gives only the text of
a citation, that stands in `citation`. What has no value of its own (a way in, a metabolite) has the sources of the values
that it names, and the grade of the weakest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from algesia.knowledge.mechanism import mechanism_tables, receptor_rows, species_rows, study_heads
from algesia.knowledge.mechanism_diary import diary_table
from algesia.knowledge.mechanism_rows import GRADE_WORDS
from algesia.knowledge.mechanism_system import system_table
from algesia.knowledge.model import Confidence

Row = dict[str, Any]
GRADE_MARKS: Final = {**dict[str, str](GRADE_WORDS.items()), "computed": "computed from open data"}
"""The grades of rows in words, from well founded to not at all."""
_ORDER: Final = tuple(GRADE_WORDS)
_VALUES: Final = ("ka", "fraction", "share", "lag", "duration", "exponent", "reference")


class Listed(NamedTuple):
    """A table of the simulator: what it holds, the column that names a row, and how to get its rows."""

    about: str
    key: str
    rows: Callable[[], tuple[Row, ...]]


def citations() -> Mapping[str, str]:
    """The simulator's own sources: what each id stands for."""
    return mechanism_tables().sources


def licence(citation: str) -> str:
    """What a citation says of the terms.

    >>> licence("stanpumpR (S. Shafer, MIT) 'Lotsch PK'"), licence("Duflot 2022 CPT PSP 11:82")
    ('MIT (stanpumpR)', 'not stated')
    """
    return "MIT (stanpumpR)" if re.search(r"stanpumpR\b.*\bMIT\b", citation) else "not stated"


def _columns(row: msgspec.Struct) -> Row:
    """What a row holds; how well it is founded stands at its end."""
    held: Row = msgspec.to_builtins(row)
    last: Row = {name: held.pop(name) for name in ("grade", "source", "note") if name in held}
    return {**held, **last}


def _named(rows: Iterable[msgspec.Struct], *columns: str) -> tuple[Row, ...]:
    """Rows named by several of their columns."""
    listed = map(_columns, rows)
    return tuple({"id": ":".join(row[column] for column in columns), **row} for row in listed)


def _in_words(rows: Iterable[msgspec.Struct]) -> tuple[Row, ...]:
    """Rows whose source is the text of a citation and no id."""
    listed = map(_columns, rows)
    return tuple({"citation" if name == "source" else name: row[name] for name in row} for row in listed)


def _resting(row: Row, symbols: Iterable[str]) -> Row:
    """A row with the sources of the values that it names and the grade of the weakest of them."""
    used = mechanism_tables().used[row["drug"]]
    named = [used[symbol] for symbol in symbols if symbol]
    if not named:
        return row
    weakest = max((one.grade for one in named), key=_ORDER.index)
    return {**row, "grade": weakest, "sources": [*dict.fromkeys(one.source for one in named)]}


def _doors() -> tuple[Row, ...]:
    ways = [way for routes in mechanism_tables().doors.values() for ways in routes.values() for way in ways]
    return tuple(
        _resting(
            row,
            (*(row[name] for name in _VALUES), *(formed.partition(":")[2] for formed in row["first_pass"])),
        )
        for row in _named(ways, "drug", "route")
    )


def _metabolites() -> tuple[Row, ...]:
    rows = [row for rows in mechanism_tables().metabolites.values() for row in rows]
    return tuple(_resting(row, (row["fraction"],)) for row in _named(rows, "drug", "species"))


def _species() -> tuple[Row, ...]:
    molar = mechanism_tables().molar
    return tuple(
        {**row, "molar_mass_g_per_mol": round(molar[row["id"]], 3)} for row in _in_words(species_rows())
    )


def _studies() -> tuple[Row, ...]:
    rows = []
    for study in study_heads():
        read = "confidence" if study.confidence in list(Confidence) else "grade"
        rows.append(
            {"id": study.id, "title": study.source, "url": study.url, read: study.confidence, "licence": "not stated",
             "arms": len(study.arms), "measures": len(study.measures), "note": study.note}
        )  # fmt: skip
    return tuple(rows)


def _sources() -> tuple[Row, ...]:
    return tuple(
        {"id": id, "title": citation, "licence": licence(citation)} for id, citation in citations().items()
    )


_LISTED: Final[dict[str, Listed]] = {
    "pk-parameters": Listed(
        "kinetics in the simulator, with the readings that are not used",
        "id",
        lambda: _named(mechanism_tables().parameters, "species", "symbol"),
    ),
    "ways-in": Listed("ways of a dose into the body, in symbols of pk-parameters", "id", _doors),
    "metabolites": Listed("what becomes of drugs, in symbols of pk-parameters", "id", _metabolites),
    "covariates": Listed(
        "how kinetics depend on the person",
        "id",
        lambda: _named(mechanism_tables().covariates, "species", "symbol"),
    ),
    "receptors": Listed(
        "constants at receptors, with the readings that are not used",
        "id",
        lambda: _named(receptor_rows(), "species", "symbol"),
    ),
    "label-checks": Listed(
        "figures of labels and papers that the kinetics are compared with",
        "id",
        lambda: tuple(map(_columns, mechanism_tables().checks)),
    ),
    "species": Listed(
        "substances with formula; molar masses from the standard atomic weights", "id", _species
    ),
    "nervous-system": Listed(
        "constants of the nervous system before any fit", "symbol", lambda: _in_words(system_table().values())
    ),
    "pain-diary": Listed("constants of the pain diary", "symbol", lambda: _in_words(diary_table().values())),
    "studies": Listed("studies of the calibration", "id", _studies),
    "simulator-sources": Listed("every source that a row of the simulator names", "id", _sources),
}


@lru_cache(maxsize=len(_LISTED))
def _rows(name: str) -> tuple[Row, ...]:
    return _LISTED[name].rows()


def _fresh(value: Any) -> Any:
    """A copy with lists for tuples: what is given out may be changed without changing the table."""
    return [*value] if isinstance(value, list | tuple) else value


def rows_of(name: str) -> list[Row]:
    """The rows of one table, JSON-ready; the caller owns them.

    >>> rows_of("nervous-system")[0]["symbol"], rows_of("species")[0]["molar_mass_g_per_mol"]
    ('TAU', 285.343)
    """
    return [{column: _fresh(value) for column, value in row.items()} for row in _rows(name)]


ABOUT: Final[Mapping[str, tuple[str, str]]] = {
    name: (listed.about, listed.key) for name, listed in _LISTED.items()
}
"""Every table of the simulator: what it holds, and the column that names a row."""
