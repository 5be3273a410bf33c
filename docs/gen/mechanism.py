"""Writes the made parts of the pages on the simulator, and their pictures, anew: docs/mechanism.

Run from the repository: ``.venv/bin/python docs/gen/mechanism.py``. A page holds each made part between
``<!-- made: NAME -->`` and ``<!-- /made -->``; what stands outside is written by hand. The same package gives the same
bytes. About two minutes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

import mechanism_drugs as drugs
import mechanism_fit as fitted
import mechanism_infused as infused
import mechanism_open as left
import mechanism_parts as parts
import mechanism_shown as shown
from mechanism_text import fold

from algesia.mechanism.parameters import fit

PAGES: Final = Path(__file__).parents[1] / "mechanism"
PART: Final = re.compile(r"(<!-- made: ([a-z-]+) -->\n).*?(<!-- /made -->)", re.DOTALL)


PHENOMENA: Final[dict[str, Callable[[], tuple[str, str]]]] = {
    "month": shown.month,
    "methadone": shown.methadone,
    "rebound": infused.rebound,
    "ketamine": infused.ketamine,
    "withdrawal": shown.withdrawal,
    "stopping": shown.stopping,
    "switched": parts.switched,
}
"""Each phenomenon by the name of its picture: its sentence and the picture."""


def phenomenon(name: str) -> Callable[[], str]:
    """The picture of a phenomenon and its sentence."""

    def made() -> str:
        told, _ = PHENOMENA[name]()
        title = told.split(". ")[0].rstrip(".")
        return f"![{title}.]({name}.svg)\n\n{told}"

    return made


PARTS: Final[dict[str, Callable[[], str]]] = {
    "edition": lambda: f"The pages are made from the fit **{fit().edition}**.",
    "summary": fitted.summary,
    "by-measure": fitted.by_measure,
    "observed": lambda: fold("Every number: observed, fitted, held out", fitted.every_measure()),
    "misses": fitted.misses,
    "unanswered": lambda: fold("Why a number gets no prediction", fitted.unanswered()),
    "studies": lambda: fold("Every study", fitted.studies_used()),
    "contrary": lambda: fitted.every_measure("chu2012", "gustorff2002", "vinik1998", "alfentanil_qst2001"),
    "open": left.open_ones,
    "identifiability": lambda: fold("Every fitted parameter", left.identifiability()),
    "correlations": left.correlations,
    "drugs": drugs.compartments,
    "receptors": drugs.receptors,
    "label-missed": drugs.missed,
    "label-checks": lambda: fold("Every comparison", drugs.checks()),
    "uncompared": lambda: fold("Figures that were not compared", drugs.uncompared()),
    "without": drugs.without,
    "switches": parts.switches,
    **{name: phenomenon(name) for name in PHENOMENA},
}
PICTURES: Final[dict[str, Callable[[], str]]] = {
    "observed": fitted.picture,
    "widths": left.widths_picture,
    **{name: (lambda make=make: make()[1]) for name, make in PHENOMENA.items()},  # type: ignore[misc]
}


def anew(text: str) -> str:
    """The text of a page with its made parts as they are now."""
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", text)


def main() -> None:
    """Write every page and picture."""
    for page in sorted(PAGES.glob("*.md")):
        page.write_text(anew(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(page.name)
    for name, make in PICTURES.items():
        (PAGES / f"{name}.svg").write_text(make(), encoding="utf-8")
        print(f"{name}.svg")


if __name__ == "__main__":
    main()
