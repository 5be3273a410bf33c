"""Reads a drawn picture back: its texts as boxes, as a reader would see them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from algesia.charts.labels import Anchor, Box, Role, Words
from algesia.charts.tokens import Size

SVG = "{http://www.w3.org/2000/svg}"
ROLES: dict[str, Role] = {"ts": "small", "tl": "large", "th": "head"}


@dataclass
class Seen:
    text: str
    box: Box


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str, size: Size) -> list[Seen]:
    found = []
    for node in parsed(svg).iter(SVG + "text"):
        names = (node.get("class") or "").split()
        role: Role = next((ROLES[name] for name in names if name in ROLES), "text")
        bold = "tb" in names
        anchor: Anchor = node.get("text-anchor", "start")  # type: ignore[assignment]
        words = Words(
            float(node.get("x", 0)), float(node.get("y", 0)), node.text or "", role, bold, "", anchor
        )
        found.append(Seen(words.text, words.box(size)))
    return found


def overlaps(seen: list[Seen]) -> list[tuple[str, str]]:
    return [(a.text, b.text) for i, a in enumerate(seen) for b in seen[i + 1 :] if a.box.meets(b.box)]


def outside(svg: str, seen: list[Seen]) -> list[str]:
    _, _, width, height = (float(part) for part in (parsed(svg).get("viewBox") or "").split())
    slack = 0.06
    return [
        s.text
        for s in seen
        if s.box.left < -slack
        or s.box.right > width + slack
        or s.box.top < -slack
        or s.box.bottom > height + slack
    ]
