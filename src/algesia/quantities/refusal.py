"""How algesia says no: every error a user can meet, in one tree.

`InputRefused` is raised by readers and ends a command with status 3. `Unassessable` is not an
exception: it is a value, because "cannot tell, this is missing" is a clinical statement.
"""

from __future__ import annotations

from dataclasses import dataclass


class AlgesiaError(Exception):
    """Base of every error raised on purpose."""


class WrongCall(AlgesiaError):
    """The call itself is wrong (an unknown table, format or example). Exit status 2."""


class InputRefused(AlgesiaError):
    """Input that cannot be read as what it claims to be. Exit status 3.

    Parameters
    ----------
    path
        Where in the document, e.g. ``medications[2].dose.unit``; for CSV ``medications.csv line 3, unit``.
    value
        What stood there, already shortened; ``None`` when there is nothing to show.
    problem
        What is wrong, without a full stop.
    expected
        What would be right, without a full stop.
    file
        The file as the user named it; readers add it on the way out.

    >>> str(InputRefused("pain[3].score", 14, "is above the top of the scale", "a number from 0 to 10", "a.json"))
    'a.json: pain[3].score is 14: is above the top of the scale. Expected: a number from 0 to 10.'
    """

    def __init__(
        self, path: str, value: object, problem: str, expected: str, file: str | None = None
    ) -> None:
        self.path = path
        self.value = value
        self.problem = problem
        self.expected = expected
        self.file = file
        super().__init__(path, value, problem, expected, file)

    def __str__(self) -> str:
        where = f"{self.file}: " if self.file else ""
        shown = "" if self.value is None else f" is {shorten(self.value)}"
        at = f"{self.path}{shown}: " if self.path else f"the content{shown}: " if shown else ""
        return f"{where}{at}{self.problem}. Expected: {self.expected}."

    def in_file(self, file: str) -> InputRefused:
        """The same refusal, naming the file."""
        return InputRefused(self.path, self.value, self.problem, self.expected, file)


@dataclass(frozen=True, slots=True)
class Unassessable:
    """A typed refusal: what was asked, why it cannot be answered, and what would be needed."""

    what: str
    because: str
    missing: tuple[str, ...] = ()


def shorten(value: object, limit: int = 60) -> str:
    """`value` as it may be printed in an error: quoted, on one line, never long.

    >>> shorten("x" * 100, 10)
    "'xxxxxxxxxx' and 90 more characters"
    """
    if isinstance(value, str):
        cut = value[:limit]
        more = len(value) - len(cut)
        return repr(cut) + (f" and {more} more characters" if more else "")
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "..."
