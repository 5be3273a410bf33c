"""The evidence tally: reasons as blocks about a center line.

Filled blocks to the right speak for, open blocks to the left against; a tall block has weight 2. Dashed rings at
the right edge are findings that are not known. It never stands without its words.
"""

from __future__ import annotations

from typing import Final

from algesia.report.layout import Explanation

WIDTH: Final = 168
HEIGHT: Final = 22
CENTER: Final = 58
RINGS: Final = 4
"""Rings drawn at most; the words beside the tally say how many there are."""

_LEFT: Final = CENTER - 4
_RIGHT: Final = WIDTH - CENTER - 4 - RINGS * 10


def tally_svg(explanation: Explanation) -> str:
    """The tally as inline SVG with classes only; hidden from readers of text, who get `Explanation.tally`."""
    parts = [f'<line class="mid" x1="{CENTER}" y1="0" x2="{CENTER}" y2="{HEIGHT}"/>']
    parts += _blocks([r.weight for r in explanation.for_], _RIGHT, 1, "f")
    parts += _blocks([r.weight for r in explanation.against], _LEFT, -1, "a")
    for i in range(min(RINGS, len(explanation.unknown))):
        parts.append(f'<circle class="u" cx="{WIDTH - 5 - 10 * i}" cy="{HEIGHT - 6}" r="3.6"/>')
    body = "".join(parts)
    return (
        f'<svg class="tally" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )


def _blocks(weights: list[int], room: int, direction: int, css: str) -> list[str]:
    if not weights:
        return []
    pitch = min(9.0, room / len(weights))
    width = max(1.0, pitch - 2)
    out = []
    for i, weight in enumerate(sorted(weights, reverse=True)):
        height = HEIGHT - 2 if weight >= 2 else 10
        left = CENTER + 2 + i * pitch if direction > 0 else CENTER - 2 - width - i * pitch
        out.append(
            f'<rect class="{css}" x="{left:.1f}" y="{HEIGHT - 1 - height}" width="{width:.1f}" height="{height}"/>'
        )
    return out
