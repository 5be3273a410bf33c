"""How a measure that cannot be predicted says so, from where it is found to its answer."""

from __future__ import annotations

from algesia.quantities.refusal import AlgesiaError, Unassessable


class CannotTell(AlgesiaError):
    """Carries an `Unassessable` from where it is found to the answer it belongs to. Never leaves the package."""

    def __init__(self, found: Unassessable) -> None:
        self.found = found
        super().__init__(found)


def cannot(what: str, because: str, *missing: str) -> CannotTell:
    """The refusal to predict one measure."""
    return CannotTell(Unassessable(what, because, missing))
