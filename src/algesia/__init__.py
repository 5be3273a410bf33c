"""algesia: opioid-induced hyperalgesia, seen and told apart from its neighbors.

>>> from algesia import read_record
>>> from algesia.knowledge.loader import load
>>> from algesia.review import review
>>> review(read_record("example:synthetic-escalation"), load()).trap.status
'present'

Decision support for clinicians. Not validated, not a diagnosis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algesia.record.model import Record

__version__ = "0.1.0"
__all__ = ["__version__", "read_record"]


def read_record(where: str) -> Record:
    """Read a record from a path, standard input (``-``) or a bundled example (``example:NAME``).

    Raises
    ------
    algesia.quantities.refusal.InputRefused
        When it cannot be read, naming the file, the path in it, the value and what would be right.

    >>> read_record("example:pitt_v5n3_33f").person.age_years
    33.0
    """
    if where.startswith("example:"):
        from algesia.adapters import examples

        return examples.read(where.removeprefix("example:"))
    from algesia.adapters.read import read_path

    return read_path(where)
