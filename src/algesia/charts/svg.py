"""The smallest SVG writer that cannot write a broken file: escaped text, short numbers, no style attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

# XML 1.0 knows no control characters, no lone surrogates and no non-characters; words of a record may hold them.
_FORBIDDEN: Final = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), 127, *range(55296, 57344), 65534, 65535), "�"
)

_TRAILING: Final = re.compile(r"\.0(?!\d)")

Attribute: TypeAlias = str | float | int | None


def number(value: float) -> str:
    """A coordinate with one decimal at most, without a trailing zero and without a negative zero.

    >>> number(12.04), number(-0.04), number(7.25), number(100)
    ('12', '0', '7.2', '100')
    """
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


def _short(text: str) -> str:
    """Numbers of one decimal in a text, without trailing and negative zeros."""
    return _TRAILING.sub("", text.replace("-0.0", "0.0"))


def clean(text: str) -> str:
    """Text as XML may hold it, on one line.

    >>> clean("a\\x00b\\nc")
    'a\ufffdb c'
    """
    return " ".join(text.translate(_FORBIDDEN).split())


class Element:
    """An element with attributes and children. Children are elements or text; text is escaped when written.

    >>> str(Element("text", "a < b", x=1.04, class_="t2"))
    '<text x="1" class="t2">a &lt; b</text>'
    """

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, *children: Element | str, **attributes: Attribute) -> None:
        self.tag = tag
        self.children: list[Element | str] = list(children)
        self.attributes = attributes

    def add(self, *children: Element | str) -> Element:
        """Append children and return the element itself."""
        self.children.extend(children)
        return self

    def extend(self, children: Iterable[Element]) -> Element:
        """Append all of an iterable and return the element itself."""
        self.children.extend(children)
        return self

    def __str__(self) -> str:
        parts: list[str] = []
        self._write(parts)
        return "".join(parts)

    def _write(self, parts: list[str]) -> None:
        parts.append("<" + self.tag)
        for name, value in self.attributes.items():
            if value is None:
                continue
            written = clean(value) if isinstance(value, str) else number(value)
            key = name.rstrip("_").replace("_", "-")
            parts.append(" " + key + '="' + escape(written, {'"': "&quot;"}) + '"')
        if not self.children:
            parts.append("/>")
            return
        parts.append(">")
        for child in self.children:
            if isinstance(child, Element):
                child._write(parts)
            else:
                parts.append(escape(clean(child)))
        parts.append("</" + self.tag + ">")


class Path:
    """Path data, written with absolute commands and short numbers.

    >>> Path().move(0, 1).line(2.06, 3).across(5).down(0).close().data
    'M0 1L2.1 3H5V0Z'
    """

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: list[str] = []

    def move(self, x: float, y: float) -> Path:
        """Start a new piece."""
        self._parts.append("M" + number(x) + " " + number(y))
        return self

    def line(self, x: float, y: float) -> Path:
        """A straight line."""
        self._parts.append("L" + number(x) + " " + number(y))
        return self

    def across(self, x: float) -> Path:
        """A horizontal line."""
        self._parts.append("H" + number(x))
        return self

    def down(self, y: float) -> Path:
        """A vertical line."""
        self._parts.append("V" + number(y))
        return self

    def close(self) -> Path:
        """Close the piece."""
        self._parts.append("Z")
        return self

    def box(self, left: float, top: float, right: float, bottom: float) -> Path:
        """A closed rectangle."""
        return self.move(left, top).across(right).down(bottom).across(left).close()

    def polyline(self, points: Iterable[tuple[float, float]]) -> Path:
        """A line through points."""
        self._parts.append("M" + _short("L".join([f"{x:.1f} {y:.1f}" for x, y in points])))
        return self

    def points(self, points: Iterable[tuple[float, float]]) -> Path:
        """Pieces of no length: dots where the line ends are round."""
        self._parts.append(_short("".join([f"M{x:.1f} {y:.1f}h0" for x, y in points])))
        return self

    @property
    def data(self) -> str:
        """The `d` attribute."""
        return "".join(self._parts)

    def element(self, class_: str, **attributes: Attribute) -> Element:
        """The path as an element with a class."""
        return Element("path", class_=class_, d=self.data, **attributes)

    def __bool__(self) -> bool:
        return bool(self._parts)
