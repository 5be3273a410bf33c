"""One answer to one finding of the differential."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer to one finding.

    `set_aside` says why it is not judged. `counts` is false for an answer that is known but says nothing beyond
    what another finding already says of the same fact.
    """

    feature: str
    present: bool
    words: str
    day: int | None
    set_aside: str | None = None
    counts: bool = True

    @property
    def rank(self) -> tuple[bool, int, bool, str]:
        """What counts first: judged before set aside, the latest day, present before absent, then the words."""
        return (self.set_aside is None, self.day if self.day is not None else 0, self.present, self.words)
