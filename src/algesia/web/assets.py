"""Stylesheets, scripts and the font: made once in memory, compressed, named by their content, cached for good.

The font comes from its installed package and is cut to the letters of Western languages; the rest of its letters
are a second file that a browser fetches only when a page uses one of them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from algesia.charts import tokens
from algesia.report.fonts import FAMILY, WEIGHTS, folder

LATIN: Final = "U+0020-007E,U+00A0-00FF,U+2010-2014,U+2018-201E,U+2022,U+2026,U+2212"
SCRIPTS: Final = ("app.js", "body.js", "clinic.js", "passkey.js")
SHEETS: Final = {
    "person.css": ("app.css", "forms.css", "body.css", "picture.css", "plan-page.css", "learn.css"),
    "desk.css": (
        "report:page.css",
        "report:plan.css",
        "app.css",
        "body.css",
        "learn.css",
        "clinic.css",
        "account.css",
        "simulator.css",
    ),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served. `packed` is its gzip form, ``None`` where it is compressed already."""

    name: str
    url: str
    kind: str
    data: bytes
    packed: bytes | None


class Assets:
    """Every asset by its name, and by the address it is served under."""

    def __init__(self) -> None:
        self._by_name: dict[str, Asset] = {}
        faces = self._fonts()
        for name, parts in SHEETS.items():
            text = "\n".join([faces, tokens.css(), *(_sheet(part) for part in parts)])
            self._add(name, "text/css; charset=utf-8", text.encode())
        for name in SCRIPTS:
            self._add(name, "text/javascript; charset=utf-8", _static(name).encode())
        self._add("icon.svg", "image/svg+xml", _static("icon.svg").encode())
        self.by_url = {asset.url: asset for asset in self._by_name.values()}
        self.version = hashlib.sha256("".join(sorted(self.by_url)).encode()).hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of an asset.

        Raises
        ------
        KeyError
            For a name that is no asset.
        """
        return self._by_name[name].url

    def get(self, name: str) -> Asset:
        """An asset by its name."""
        return self._by_name[name]

    def _add(self, name: str, kind: str, data: bytes, *, packed: bool = True) -> Asset:
        digest = hashlib.sha256(data).hexdigest()[:10]
        stem, _, ending = name.rpartition(".")
        asset = Asset(
            name,
            f"/assets/{stem}.{digest}.{ending}",
            kind,
            data,
            gzip.compress(data, 9, mtime=0) if packed else None,
        )
        self._by_name[name] = asset
        return asset

    def _fonts(self) -> str:
        """Add the font files; give the ``@font-face`` rules that name them."""
        rules = []
        for weight, file in WEIGHTS:
            first, rest, beyond = _cut(folder() / file)
            for part, data, letters in (("", first, LATIN), ("-ext", rest, beyond)):
                asset = self._add(f"hyperlegible-{weight}{part}.woff2", "font/woff2", data, packed=False)
                rules.append(
                    f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:normal;font-display:swap;'
                    f'src:url("{asset.url}") format("woff2");unicode-range:{letters}}}'
                )
        return "\n".join(rules)


def _static(name: str) -> str:
    return files("algesia.web").joinpath("static", name).read_text(encoding="utf-8")


def _sheet(part: str) -> str:
    if part.startswith("report:"):
        return (
            files("algesia.report")
            .joinpath("templates", part.removeprefix("report:"))
            .read_text(encoding="utf-8")
        )
    return _static(part)


def _cut(file: object) -> tuple[bytes, bytes, str]:
    """The font's Western letters, its other letters, and the range of those, as WOFF2."""
    from fontTools.ttLib import TTFont

    covered = set(TTFont(file, lazy=True).getBestCmap())
    latin = covered & _points(LATIN)
    rest = covered - latin
    return _woff2(file, latin), _woff2(file, rest), ",".join(f"U+{point:04X}" for point in sorted(rest))


def _points(ranges: str) -> set[int]:
    found: set[int] = set()
    for part in ranges.split(","):
        low, _, high = part.removeprefix("U+").partition("-")
        found.update(range(int(low, 16), int(high or low, 16) + 1))
    return found


def _woff2(file: object, points: set[int]) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(file, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["tnum", "kern", "ccmp", "locl"]
    options.hinting = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(points))
    subsetter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
