"""algesia: opioid-induced hyperalgesia, seen and told apart from its neighbors.

>>> import algesia
>>> review = algesia.review(algesia.read_record("example:synthetic-escalation"))
>>> review.now.complete
True

Decision support for clinicians. Not validated, not a diagnosis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algesia.record.model import Record
    from algesia.review import Review

__version__ = "0.1.0"
__all__ = ["__version__", "read_record", "review"]


def read_record(where: str) -> Record:
    """Read a record from a path, standard input (``-``) or a bundled example (``example:NAME``).

    Raises
    ------
    algesia.quantities.refusal.InputRefused
        When it cannot be read, naming the file, the path in it, the value and what would be right.
    """
    if where.startswith("example:"):
        from algesia.adapters import examples

        return examples.read(where.removeprefix("example:"))
    from algesia.adapters.read import read_path

    return read_path(where)


def review(record: Record, as_of: int | None = None) -> Review:
    """Review a record with the packaged knowledge, as of a day ordinal or the last day on record."""
    from algesia.knowledge.loader import load
    from algesia.review import review as review_record

    return review_record(record, load(), as_of)
