"""Colors and type of the pictures, as data, and the stylesheets made from them.

Two colors carry meaning: cool is the medicine, warm is the pain. A picture has classes only; the page's tokens
decide what it looks like on light, dark and paper. `SIZES` is also what label placement measures with.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Theme: TypeAlias = Literal["light", "dark", "print"]
Size: TypeAlias = Literal["wide", "paper", "phone"]

FAMILY: Final = "Atkinson Hyperlegible"

TOKENS: Final[dict[Theme, dict[str, str]]] = {
    "light": {
        "paper": "#fbfcfa", "raised": "#ffffff", "sunk": "#eef1ee", "ink": "#172024", "ink-2": "#414d52",
        "rule": "#d3dad7", "edge": "#6f7c80", "dose": "#0b5563", "dose-fill": "#cde3e4", "dose-text": "#0a4b57",
        "pain": "#8a3b0c", "pain-dot": "#b8764f", "pain-band": "#f1dccb",
    },
    "dark": {
        "paper": "#12181a", "raised": "#192123", "sunk": "#1f292b", "ink": "#edf1ef", "ink-2": "#b9c4c3",
        "rule": "#344044", "edge": "#82908f", "dose": "#7cc4cd", "dose-fill": "#173b42", "dose-text": "#93d1d8",
        "pain": "#f2a877", "pain-dot": "#b87a55", "pain-band": "#4a3223",
    },
    "print": {
        "paper": "#ffffff", "raised": "#ffffff", "sunk": "#e9e9e9", "ink": "#000000", "ink-2": "#333333",
        "rule": "#b5b5b5", "edge": "#555555", "dose": "#083f4a", "dose-fill": "#cfe0e1", "dose-text": "#083f4a",
        "pain": "#6d2d07", "pain-dot": "#8f5a3a", "pain-band": "#eadccf",
    },
}  # fmt: skip

TEXT_PAIRS: Final = (
    ("ink", "paper"), ("ink", "sunk"), ("ink-2", "paper"), ("ink-2", "sunk"), ("dose-text", "paper"),
    ("dose-text", "dose-fill"), ("pain", "paper"), ("paper", "ink"),
)  # fmt: skip
"""Words on their grounds: at least 7 to 1."""
MARK_PAIRS: Final = (
    ("pain-dot", "paper"), ("pain", "pain-band"), ("dose", "paper"), ("dose", "dose-fill"), ("edge", "paper"),
    ("ink", "paper"), ("pain", "raised"), ("raised", "pain"),
)  # fmt: skip
"""Marks that carry a fact on their grounds: at least 3 to 1."""

SIZES: Final[dict[Size, dict[str, float]]] = {
    "wide": {"small": 13, "text": 14, "large": 15, "head": 17},
    "paper": {"small": 13.5, "text": 14.5, "large": 15.5, "head": 17},
    "phone": {"small": 13, "text": 13, "large": 14, "head": 14},
}
"""Font sizes in units of the viewBox. Paper is drawn 880 wide and printed 7.4 in wide: 13.5 becomes 8.2 pt."""

_RULES: Final = (
    ("text", "fill:{ink};font-weight:400"),
    (".t2", "fill:{ink-2}"),
    (".tb", "font-weight:700"),
    (".tdose", "fill:{dose-text}"),
    (".tpain", "fill:{pain}"),
    (".knobt", "fill:{paper};font-weight:700"),
    (".halo", "paint-order:stroke;stroke:{paper};stroke-width:4px;stroke-linejoin:round"),
    (".ground", "fill:{paper}"),
    (".axis", "stroke:{edge};stroke-width:1;fill:none"),
    (".grid", "stroke:{rule};stroke-width:1;fill:none"),
    (".void", "fill:{sunk}"),
    (".dose-area", "fill:{dose-fill}"),
    (".dose-line", "fill:none;stroke:{dose};stroke-width:2.25;stroke-linejoin:miter"),
    (".dose-edge", "fill:none;stroke:{dose};stroke-width:1;stroke-dasharray:2 3"),
    (".hatch", "fill:none;stroke:{dose};stroke-width:1"),
    (".dots", "fill:none;stroke:{pain-dot};stroke-opacity:.62;stroke-linecap:round"),
    (".d1", "stroke-width:2.2"),
    (".d2", "stroke-width:3.4"),
    (".d3", "stroke-width:4.8"),
    (".d4", "stroke-width:8"),
    (".range", "fill:none;stroke:{pain-dot};stroke-width:1.5"),
    (".band", "fill:{pain-band}"),
    (".mean", "fill:none;stroke:{pain};stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round"),
    (".mean.fine", "stroke-width:1.5"),
    (".relief", "fill:{dose};fill-opacity:.3"),
    (".before", "fill:none;stroke:{ink-2};stroke-width:1.2;stroke-dasharray:1 3;stroke-linecap:round"),
    (".back", "fill:{paper};stroke:{dose};stroke-width:2"),
    (".stem", "fill:none;stroke:{edge};stroke-width:1;stroke-dasharray:1 3"),
    (".today", "stroke:{ink};stroke-width:1.25;fill:none"),
    (".unknown", "fill:none;stroke:{edge};stroke-width:1.2;stroke-dasharray:4 3"),
    (".sign", "stroke:{ink};stroke-width:5;fill:none"),
    (".unasked", "stroke:{edge};stroke-width:1.3;stroke-dasharray:1 5;stroke-linecap:round;fill:none"),
    (".ring", "fill:{paper};stroke:{ink-2};stroke-width:1.5"),
    (".bar", "stroke:{edge};stroke-width:5;fill:none"),
    (".mark", "fill:{ink-2}"),
    (".word", "fill:{paper};stroke:{pain};stroke-width:1.5"),
    (".knob", "fill:{ink}"),
    (".area", "fill:{raised};stroke:{edge};stroke-width:2.6;stroke-linejoin:round"),
    (".hurts", "fill:{pain}"),
    (".speck", "fill:{raised}"),
    (".first", "fill:none;stroke:{ink};stroke-width:3.6;stroke-linejoin:round"),
    (".new", "fill:{raised};stroke:{pain};stroke-width:2.5"),
    (".lead", "stroke:{ink-2};stroke-width:1;fill:none"),
)
BODY_TEXT: Final = 24
"""Font size in the body figure, whose 584 units fill a phone: 24 becomes 15 px there and 8 pt at 9 cm height."""
_ROLES: Final = {"small": ".ts", "text": "text", "large": ".tl", "head": ".th"}


def _rules(prefix: str, value: dict[str, str], sizes: tuple[Size, ...], scoped: bool) -> list[str]:
    """Every rule of the chart with `{token}` replaced, each selector after `prefix`, then the font sizes."""
    lines: list[str] = []
    for selector, body in _RULES:
        for token, text in value.items():
            body = body.replace("{" + token + "}", text)
        lines.append(prefix + selector + "{" + body + "}")
    for size in sizes:
        scope = prefix.rstrip() + "." + size + " " if scoped else prefix
        lines.extend(
            scope + _ROLES[role] + "{font-size:" + f"{px:g}px" + "}" for role, px in SIZES[size].items()
        )
    return lines


def _body_text(prefix: str) -> str:
    return prefix + "text{font-size:" + f"{BODY_TEXT}px" + "}"


def css() -> str:
    """The stylesheet of the pictures for a page: tokens for light, dark and paper, then one rule a mark.

    A page that sets ``class="light"`` on its root stays light.

    >>> "--dose:#0b5563" in css()
    True
    """

    def block(theme: Theme) -> str:
        return "".join(f"--{token}:{color};" for token, color in TOKENS[theme].items())

    variables = {token: f"var(--{token})" for token in TOKENS["light"]}
    lines = [
        ":root{" + block("light") + "}",
        "@media (prefers-color-scheme:dark){:root:not(.light){" + block("dark") + "}}",
        "@media print{:root,:root:not(.light){" + block("print") + "}}",
        "svg.chart{display:block;width:100%;height:auto}",
        "svg.chart text{font-family:inherit;font-variant-numeric:tabular-nums}",
        *_rules("svg.chart ", variables, tuple(SIZES), scoped=True),
        _body_text("svg.chart.body "),
    ]
    return "\n".join(lines) + "\n"


def resolved_css(theme: Theme, size: Size | None) -> str:
    """The same rules with colors instead of variables, for an SVG file that stands alone (no size: the body figure).

    >>> "var(" in resolved_css("print", "paper")
    False
    """
    lines = ['text{font-family:"' + FAMILY + '",system-ui,sans-serif;font-variant-numeric:tabular-nums}']
    lines.extend(_rules("", TOKENS[theme], () if size is None else (size,), scoped=False))
    if size is None:
        lines.append(_body_text(""))
    return "".join(lines)
