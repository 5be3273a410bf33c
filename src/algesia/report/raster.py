"""A picture as PNG, for slides and text editors that take no SVG. Drawn by typst, with the fonts of the package."""

from __future__ import annotations

import re
from typing import Any, Final

from algesia.charts.tokens import TOKENS
from algesia.report.fonts import folder

PIXELS: Final = 2
"""Pixels per unit of the picture: sharp on paper of common size and on most screens."""
_PROGRAM: Final = b"""#set page(width: auto, height: auto, margin: 16pt, fill: rgb(sys.inputs.ground))
#image(bytes(sys.inputs.picture), format: "svg", width: float(sys.inputs.width) * 1pt)
"""
_WIDTH: Final = re.compile(r'<svg[^>]*\bwidth="([0-9.]+)"')


def png(svg: str, pixels: float = PIXELS) -> bytes:
    """An SVG with its colors written in, as PNG; `pixels` for each of its units.

    >>> png('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>')[1:4]
    b'PNG'

    Raises
    ------
    ValueError
        Where the SVG names no width.
    """
    import typst

    found = _WIDTH.search(svg)
    if found is None:
        raise ValueError("the picture names no width")
    inputs = {"picture": svg, "width": found.group(1), "ground": TOKENS["light"]["paper"]}
    fonts: dict[str, Any] = {"font_paths": [str(folder())], "ignore_system_fonts": True}
    made = typst.compile(_PROGRAM, format="png", ppi=72.0 * pixels, sys_inputs=inputs, **fonts)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no picture")
    return made
