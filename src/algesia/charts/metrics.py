"""How wide words are, so that labels can be placed before anything is drawn.

Advance widths of Atkinson Hyperlegible in thousandths of the font size, for the characters from space to tilde;
a test compares them with the font. Every digit counts as wide as the widest one, so tabular and proportional figures both fit.
Other characters count as a wide letter: an estimate may leave a gap, never an overlap.
"""

from __future__ import annotations

from typing import Final

REGULAR: Final = (
    280, 281, 301, 655, 594, 927, 705, 160, 300, 300, 433, 602, 205, 368, 205, 377,
    648, 402, 549, 574, 614, 583, 598, 510, 615, 598, 205, 205, 553, 602, 553, 520,
    780, 626, 619, 656, 673, 567, 548, 710, 690, 414, 510, 627, 539, 820, 689, 727,
    601, 753, 618, 596, 558, 690, 589, 840, 623, 595, 607, 315, 377, 315, 552, 396,
    268, 526, 566, 500, 564, 539, 311, 560, 546, 278, 254, 490, 239, 841, 546, 552,
    566, 576, 340, 471, 324, 536, 441, 654, 461, 429, 460, 319, 233, 319, 555,
)  # fmt: skip
BOLD: Final = (
    320, 283, 410, 783, 619, 977, 702, 222, 366, 366, 434, 618, 243, 374, 243, 442,
    652, 448, 586, 605, 626, 612, 632, 543, 625, 561, 243, 243, 573, 618, 573, 614,
    754, 690, 639, 673, 686, 580, 544, 719, 679, 458, 560, 659, 537, 842, 700, 764,
    626, 781, 654, 619, 617, 663, 656, 883, 699, 687, 621, 333, 442, 333, 589, 430,
    314, 553, 596, 520, 596, 566, 367, 597, 572, 315, 259, 567, 314, 886, 572, 573,
    596, 601, 372, 534, 379, 570, 526, 723, 533, 518, 516, 370, 234, 370, 533,
)  # fmt: skip
DIGIT: Final = {False: 648, True: 652}
ASCENT: Final = 0.75
DESCENT: Final = 0.22
"""Parts of the font size that letters take above and below the baseline (capitals 0.67, descenders 0.2)."""

_EXTRA: Final = {"−": 602, "·": 301, "×": 539, "–": 508, "…": 803, "\u00a0": 320}


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text in the unit of `size`.

    >>> round(width("60 to 90", 14), 1)
    56.4
    """
    table = BOLD if bold else REGULAR
    digit = DIGIT[bold]
    total = 0
    for char in text:
        code = ord(char)
        if "0" <= char <= "9":
            total += digit
        elif 32 <= code < 127:
            total += table[code - 32]
        else:
            total += _EXTRA.get(char, 900 if 160 <= code < 0x0530 else 1100)
    return total * size / 1000


def shorten(text: str, limit: float, size: float, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `limit`.

    >>> shorten("worse after every dose", 80, 14)
    'worse after…'
    """
    if width(text, size, bold) <= limit:
        return text
    room = limit - width("…", size, bold)
    kept = text
    while kept and width(kept, size, bold) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,.;/-") + "…"


def wrap(text: str, limit: float, size: float, bold: bool = False, lines: int = 2) -> tuple[str, ...]:
    """`text` in at most `lines` lines no wider than `limit`, the last one cut where words are left.

    >>> wrap("Pain after things that did not hurt before", 150, 14)
    ('Pain after things that', 'did not hurt before')
    """
    # A very long record text would otherwise be measured word by word to its end.
    words = text[:400].replace("/", "/ ").split() if width(text[:400], size, bold) > limit else [text]
    done: list[str] = []
    line = ""
    for index, word in enumerate(words):
        joined = line + ("" if line.endswith("/") else " ") + word if line else word
        if not line or width(joined, size, bold) <= limit:
            line = joined
            continue
        if len(done) == lines - 1:
            rest = " ".join([line, *words[index:]]).replace("/ ", "/")
            return (*done, shorten(rest, limit, size, bold))
        done.append(shorten(line, limit, size, bold))
        line = word
    return (*done, shorten(line, limit, size, bold)) if line else tuple(done)
