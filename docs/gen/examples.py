"""A griffe extension: a doctest that follows the sections of a NumPy docstring is its examples section.

The library writes ``>>>`` lines at the end of a docstring without a heading. The NumPy reader would take them for
part of the section before.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

SECTION = re.compile(r"^[A-Z][A-Za-z ]+\n-{3,}$", re.MULTILINE)
FIRST_EXAMPLE = re.compile(r"(?:(?<=\n\n)|\A)>>> ")


class ExamplesSection(Extension):
    """Gives doctests after other sections the heading that the reader needs."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Called for every module, class, function and attribute."""
        if obj.docstring is None:
            return
        text = obj.docstring.value
        found = FIRST_EXAMPLE.search(text)
        sections = SECTION.findall(text)
        if found and sections and not any(head.startswith("Examples") for head in sections):
            at = found.start()
            obj.docstring.value = f"{text[:at]}Examples\n--------\n{text[at:]}"
