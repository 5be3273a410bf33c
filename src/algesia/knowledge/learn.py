"""The Learn pages: short texts for the person, each statement with its rows in the tables and how sure it is.

A statement names rows: claims of the evidence table, sources, treatments of the table of alternatives, and rows
of the taper tables that carry a sentence (statements, pauses, limits, conflicts). Building the pages refuses a
statement without a row, a row that does not exist, and a page that has nothing on the other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from algesia.knowledge.certainty import Certainty, certainty
from algesia.knowledge.loader import load
from algesia.knowledge.tables import read_json
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.knowledge.loader import Knowledge

PAGES: Final = (
    "what-it-is",
    "escalation",
    "three-different-things",
    "nervous-system",
    "what-helps",
    "hard-weeks",
    "never-suddenly",
    "questions",
    "how-we-decide",
)
"""The pages in the order they are read."""


class Statement(msgspec.Struct, frozen=True):
    """One thing the page says. `sources` are shown beside it; `certainty` is the least sure of its rows."""

    text: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    treatments: tuple[str, ...]
    tapers: tuple[str, ...]
    certainty: Certainty


class LearnSection(msgspec.Struct, frozen=True):
    """A heading with its statements."""

    heading: str
    statements: tuple[Statement, ...]


class TableRow(msgspec.Struct, frozen=True):
    """A row that is no claim, in the words of its table."""

    id: str
    says: str
    sources: tuple[str, ...]


class LearnPage(msgspec.Struct, frozen=True):
    """A page: one answer first, then sections. `supports` and `doubts` answer the question `asks`.

    `claims` and `rows` are all that the page names, each once, in the order in which the page names them.
    """

    id: str
    title: str
    answer: Statement
    sections: tuple[LearnSection, ...]
    asks: str
    supports: tuple[Statement, ...]
    doubts: tuple[Statement, ...]
    claims: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, the answer first and those for and against last."""
        body = (statement for section in self.sections for statement in section.statements)
        return (self.answer, *body, *self.supports, *self.doubts)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that stands beside a statement, each once, in the order of the page."""
        return tuple(dict.fromkeys(source for statement in self.statements for source in statement.sources))

    @property
    def certainties(self) -> tuple[Certainty, ...]:
        """Every word of certainty that stands on the page, surest first."""
        return tuple(sorted({statement.certainty for statement in self.statements}))


@lru_cache(maxsize=1)
def learn_pages() -> tuple[LearnPage, ...]:
    """Every Learn page, in the order it is read.

    >>> [page.title for page in learn_pages()][0]
    'What opioid-induced hyperalgesia is'
    >>> learn_pages()[0].answer.certainty.word
    'True for some'
    """
    knowledge = load()
    return tuple(build_page(read_json(f"learn/{name}.json"), knowledge) for name in PAGES)


def build_page(row: dict[str, Any], knowledge: Knowledge) -> LearnPage:
    """A page from its stored form.

    Raises
    ------
    WrongCall
        When a statement names no row or one that does not exist, or when the page has nothing for or nothing
        against.
    """
    tapers = _taper_rows(knowledge)

    def statement(cell: dict[str, Any]) -> Statement:
        return _statement(row["id"], cell, knowledge, tapers)

    sections = tuple(
        LearnSection(section["heading"], tuple(map(statement, section["statements"])))
        for section in row["sections"]
    )
    supports, doubts = tuple(map(statement, row["for"])), tuple(map(statement, row["against"]))
    if not supports or not doubts:
        raise WrongCall(f"the Learn page {row['id']} has nothing {'against' if supports else 'for'}")
    answer = statement(row["answer"])
    said = (answer, *(s for section in sections for s in section.statements), *supports, *doubts)
    return LearnPage(
        id=row["id"],
        title=row["title"],
        answer=answer,
        sections=sections,
        asks=row["asks"],
        supports=supports,
        doubts=doubts,
        claims=tuple(dict.fromkeys(name for s in said for name in s.claims)),
        rows=_rows(said, knowledge, tapers),
    )


def _statement(page: str, cell: dict[str, Any], knowledge: Knowledge, tapers: dict[str, Any]) -> Statement:
    """A statement with its rows looked up. Where it names no source, it shows those of its rows."""
    named = {column: tuple(cell.get(column, ())) for column in ("claims", "sources", "treatments", "tapers")}
    tables: dict[str, Mapping[str, Any]] = {
        "claims": knowledge.claims,
        "sources": knowledge.sources,
        "treatments": knowledge.alternatives,
        "tapers": tapers,
    }
    for column, names in named.items():
        for name in names:
            if name not in tables[column]:
                raise WrongCall(f"the Learn page {page} names {name!r}, which is not among the {column}")
    if not any(named.values()):
        raise WrongCall(f"the Learn page {page} says {cell['text']!r} without a row")
    claims = [knowledge.claims[name] for name in named["claims"]]
    treatments = [knowledge.alternatives[name] for name in named["treatments"]]
    steps = [tapers[name] for name in named["tapers"]]
    sources = named["sources"] or tuple(
        dict.fromkeys(source for row in (*claims, *treatments, *steps) for source in _sources(row))
    )
    read = [row.confidence for row in steps] or [knowledge.sources[name].confidence for name in sources]
    return Statement(
        text=cell["text"],
        claims=named["claims"],
        sources=sources,
        treatments=named["treatments"],
        tapers=named["tapers"],
        certainty=certainty(claims, treatments, read),
    )


def _taper_rows(knowledge: Knowledge) -> dict[str, Any]:
    """The rows of the taper tables that carry a sentence, by id."""
    limits = knowledge.taper_limits
    rows: tuple[Any, ...] = (*limits.statements, *limits.pauses, *limits.limits, *limits.conflicts)
    return {row.id: row for row in rows}


def _sources(row: Any) -> tuple[str, ...]:
    """The sources of a row, whichever column holds them."""
    several: tuple[str, ...] = getattr(row, "sources", ())
    return several or (row.source,)


def _rows(said: tuple[Statement, ...], knowledge: Knowledge, tapers: dict[str, Any]) -> tuple[TableRow, ...]:
    """What the statements name beside claims, each once."""
    treatments = [knowledge.alternatives[n] for n in dict.fromkeys(n for s in said for n in s.treatments)]
    steps = [tapers[n] for n in dict.fromkeys(n for s in said for n in s.tapers)]
    return (
        *(
            TableRow(t.id, " ".join(filter(None, (f"{t.title}: {t.evidence}", t.contrary))), _sources(t))
            for t in treatments
        ),
        *(TableRow(row.id, row.says, _sources(row)) for row in steps),
    )
