"""The document between the assessment and its formats: ordered, typed sections of plain text.

Built once by `algesia.report.compose`; text, HTML and PDF only lay it out, so that they cannot disagree. Nothing
here is markup: every string is text, and each format escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from algesia.knowledge.clinical import Level
from algesia.report.citations import Citation
from algesia.report.days import sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of text with the ids of the sources it rests on."""

    text: str
    sources: tuple[str, ...] = ()
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand right."""

    name: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its head names it."""

    head: Cell
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with an optional sentence above it and notes below.

    `folded` rows are the less recent ones: the page folds them away under `folded_as`, paper names only their number.
    """

    id: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lead: str = ""
    foot: tuple[Cell, ...] = ()
    folded: tuple[Row, ...] = ()
    folded_as: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding for or against, or an open question. `weight` is ordinal, 0 to 2 without its sign."""

    text: str
    when: str
    weight: int
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One hypothesis as it is shown: its word, its tally and its reasons."""

    name: str
    word: str
    leading: bool
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    definition: str
    note: str
    sources: tuple[str, ...]
    folded: bool = False
    """Whether its reasons are kept out of sight until asked for: the record speaks against it."""

    @property
    def tally(self) -> str:
        """The tally in words: "4 for, 1 against, 2 unknown"."""
        return f"{len(self.for_)} for, {len(self.against)} against, {len(self.unknown)} unknown"


@dataclass(frozen=True, slots=True)
class Explanations:
    """The differential."""

    id: str
    title: str
    note: str
    lead: str
    rows: tuple[Explanation, ...]
    foot: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered thing to do: a head, the rest of the sentence, and how it is done."""

    head: str
    text: str
    tag: str = ""

    @property
    def sentence(self) -> str:
        """Head and text, with a full stop between them where the head has no end of its own."""
        stop = "" if self.head.endswith((".", "?")) or not self.text else "."
        return f"{self.head}{stop} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Steps:
    """A numbered list."""

    id: str
    title: str
    note: str
    items: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A plain list."""

    id: str
    title: str
    note: str
    items: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values, one a line."""

    id: str
    title: str
    note: str
    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class References:
    """The list of sources."""

    id: str
    title: str
    note: str
    entries: tuple[Citation, ...]


Section: TypeAlias = Table | Explanations | Steps | Points | Facts | References


@dataclass(frozen=True, slots=True)
class LockBlock:
    """An interlock as it is shown, above everything else."""

    level: Level
    word: str
    title: str
    because: tuple[str, ...]
    do: str
    sources: tuple[str, ...]

    @property
    def reasons(self) -> str:
        """Why it is raised and what to do, as sentences."""
        return " ".join(sentence(part) for part in (*self.because, self.do) if part)


@dataclass(frozen=True, slots=True)
class Brief:
    """Page one of the paper: what must be read in 60 seconds."""

    stands_out: Facts
    now: Facts
    asks: Steps
    not_known: Points
    at_risk: Points
    absent: Points


@dataclass(frozen=True, slots=True)
class Document:
    """A review, laid out.

    `pictured` says whether a picture belongs to it: never in an emergency, and only when the record holds a dose
    or a rating. `person` is the id as the record gives it, ``None`` when it gives none. `stop` holds the sentences
    of the emergency block, empty without one.
    """

    title: str
    person: str | None
    about: str
    as_of: str
    headline: str
    subline: str
    emergency: bool
    pictured: bool
    stop: tuple[str, ...]
    locks: tuple[LockBlock, ...]
    sections: tuple[Section, ...]
    brief: Brief
    editions: str
    statement: tuple[str, ...]
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Source id to (anchor, label)."""

    def section(self, name: str) -> Section | None:
        """The section with this id, if the document has it."""
        return next((s for s in self.sections if s.id == name), None)
