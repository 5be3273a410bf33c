"""Atkinson Hyperlegible (SIL Open Font License 1.1, from its installed package) for page and paper.

The page carries both weights inside it, as WOFF without hinting: 18 KB each for all of its 342 characters.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import Final

import fontpkg_atkinson_hyperlegible as package

FAMILY: Final = "Atkinson Hyperlegible"
WEIGHTS: Final = ((400, "AtkinsonHyperlegible-Regular.ttf"), (700, "AtkinsonHyperlegible-Bold.ttf"))


def folder() -> Path:
    """Where the font files of the installed package lie."""
    return Path(package.ROOT) / "files"


@cache
def faces() -> str:
    """The ``@font-face`` rules of both weights as data URIs.

    >>> faces().count("@font-face"), len(faces()) < 60_000
    (2, True)
    """
    rules = []
    for weight, name in WEIGHTS:
        data = base64.b64encode(_woff(folder() / name)).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:normal;font-display:swap;'
            f'src:url("data:font/woff;base64,{data}") format("woff")}}'
        )
    return "\n".join(rules)


@cache
def covered() -> frozenset[int]:
    """The code points that the font can draw.

    >>> ord("e") in covered(), 0x4E2D in covered()
    (True, False)
    """
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(folder() / WEIGHTS[0][1], lazy=True).getBestCmap())


def _woff(file: Path) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(file, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["tnum", "kern", "ccmp", "locl"]
    options.hinting = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(font.getBestCmap()))
    subsetter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
