"""The rows of a picture's table as markup, made in one go: years of days have thousands of cells."""

from __future__ import annotations

from markupsafe import Markup, escape

from algesia.charts.table import Table
from algesia.report.printable import printable


def table_rows(table: Table) -> Markup:
    """``<tr>`` for every row, its first cell the head. Text is made printable and escaped.

    >>> table_rows(Table("Days", ("Day", "Pain"), (("1 May", "<5"),)))
    Markup('<tr><th scope="row">1 May</th><td>&lt;5</td></tr>\\n')
    """
    parts: list[str] = []
    for head, *cells in table.rows:
        parts.append(f'<tr><th scope="row">{escape(printable(head))}</th>')
        parts.extend(f"<td>{escape(printable(cell))}</td>" for cell in cells)
        parts.append("</tr>\n")
    return Markup("".join(parts))
