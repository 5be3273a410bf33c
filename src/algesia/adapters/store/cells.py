"""CSV cells that a spreadsheet does not take for a formula.

A cell that begins like one gets an apostrophe in front when a person's data goes out, and loses it when it comes in
again. Numbers stay as they are. https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Final

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MARKED: Final = re.compile(r"(?:^|[,\n\"])'+[=+\-@\t\r]")
_BEGINS: Final = re.compile(r"(?:^|[,\n\"])'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    r"""A CSV file whose cells begin no formula.

    >>> guarded("at,text\r\n2026-11-12,=1+1\r\n2026-11-13,-2\r\n")
    "at,text\r\n2026-11-12,'=1+1\r\n2026-11-13,-2\r\n"
    """
    return _each(text, _guard) if _BEGINS.search(text) else text


def unguarded(text: str) -> str:
    r"""The file as it was before `guarded`. One that is no CSV stays as it is, for its reader to refuse.

    >>> unguarded("at,text\r\n2026-11-12,'=1+1\r\n")
    'at,text\r\n2026-11-12,=1+1\r\n'
    """
    if not _MARKED.search(text):
        return text
    try:
        return _each(text, _unguard)
    except csv.Error:
        return text


def _guard(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _each(text: str, change: Callable[[str], str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        writer.writerow([change(cell) for cell in row])
    return out.getvalue()
