"""A griffe extension: the doctests of a docstring are its examples section.

The library writes ``>>>`` lines at the end of a docstring without a heading. The NumPy reader would take them for
part of the section before, or for Markdown.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

EXAMPLES = re.compile(r"^Examples?\n-{3,}$", re.MULTILINE)
FIRST_EXAMPLE = re.compile(r"(?:(?<=\n\n)|\A)>>> ")


class ExamplesSection(Extension):
    """Gives doctests the heading that the reader needs."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Called for every module, class, function and attribute, the package itself left out."""
        _head(obj)

    def on_package(self, *, pkg: Object, **_: Any) -> None:
        """Called for the package itself."""
        _head(pkg)


def _head(obj: Object) -> None:
    if obj.docstring is None:
        return
    text = obj.docstring.value
    found = FIRST_EXAMPLE.search(text)
    if found and not EXAMPLES.search(text):
        at = found.start()
        obj.docstring.value = f"{text[:at]}Examples\n--------\n{text[at:]}"
