"""Adjuncts and alternatives as text, for the clinician.

What was not read is printed as "not read", what a source leaves out as "none stated"; a figure that is not verified carries
its mark.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_options import Adjunct, Effect
from algesia.plan.adjuncts import NO_START, START_IS_NORMAL
from algesia.plan.model import AdjunctChoice, AlternativeChoice, OptionsPlan
from algesia.report.citations import label
from algesia.report.days import Calendar, capital, number, sentence
from algesia.report.printable import printable
from algesia.report.statements import CONFIDENCE_WORDS, LEVEL_WORDS, Place, statement

NARROWEST: Final = 40
NOT_READ: Final = "not read"
NONE_STATED: Final = "none stated"
ADJUNCT_WORDS: Final = {
    "consider": "Consider",
    "caution": "With care",
    "taken": "Taken now",
    "specialist": "Specialist only",
    "against": "Against",
}
ALTERNATIVE_WORDS: Final = {
    "matches": "Matches the record",
    "possible": "Possible",
    "tried": "Tried",
    "against": "Against",
}
NOT_BEGUN: Final = "Nothing is laid out until this is answered."
PROPOSED: Final = "For your judgment. No entry here raises an opioid dose, and none is an order."


def options_text(
    plan: OptionsPlan, width: int = 100, calendar: Calendar | None = None, place: Place = "us"
) -> str:
    """The plan as text, no line longer than `width` (40 at least) unless one word is.

    The day of asking is printed when the record's calendar is given.

    >>> print(options_text(OptionsPlan("blocked", 0, "2026.11")).splitlines()[2])
    Nothing is laid out until this is answered.
    """
    out = _Lines(max(NARROWEST, width))
    asked = f" · as of {calendar.long(plan.as_of)}" if calendar is not None else ""
    out.text(f"Adjuncts and alternatives{asked} · knowledge {plan.knowledge}")
    out.gap()
    if plan.status == "blocked":
        for lock in plan.blocked_by:
            out.text(f"{LEVEL_WORDS[lock.level]}: {lock.title}.")
            for reason in lock.because:
                out.text(sentence(reason), "  ")
            out.text(sentence(lock.do) + _named(lock.sources), "  ")
        out.text(NOT_BEGUN)
    else:
        _warnings(plan, out)
        out.title("Drugs beside the opioid")
        for choice in plan.adjuncts:
            _adjunct(choice, out)
        out.title("Treatments other than an opioid")
        for other in plan.alternatives:
            _alternative(other, out)
    if plan.sources:
        out.title("Sources")
        out.text(f"{', '.join(label(s) for s in plan.sources)}.")
    out.gap()
    for line in statement(place):
        out.text(line)
    return out.whole()


def daily_maximum(choice: AdjunctChoice) -> str:
    """The daily maximum on this record in words, with the renal row it comes from.

    >>> from algesia.knowledge.loader import load
    >>> row = load().adjuncts["gabapentin"]
    >>> daily_maximum(AdjunctChoice(row, "consider", row.renal_at(40), 900.0, (), (), ()))
    'at most 900 mg a day (Gabapentinoids UK, Table 1, read in a secondary source)'
    """
    if choice.ceiling_mg is None:
        known = choice.adjunct.max_daily_mg is not None
        return "none is set on this record" if known else "no amount in mg a day was read"
    if choice.ceiling_mg == 0:
        return "avoid"
    words = f"at most {number(choice.ceiling_mg, 2)} mg a day"
    row = choice.renal
    if row is None:
        return words
    return f"{words} ({label(row.source)}, {row.row}, {CONFIDENCE_WORDS[row.confidence]})"


def effect_words(effect: Effect) -> str:
    """An effect with its interval, or with the words that none was read.

    >>> effect_words(Effect(measure="pain", estimate=-0.21, low=-0.37, high=-0.05, unit="SMD", source="cbt2012"))
    'pain: −0.21 SMD (95 % interval −0.37 to −0.05) [CBT 2012]'
    """
    estimate = NOT_READ if effect.estimate is None else f"{number(effect.estimate, 2)} {effect.unit}"
    if effect.low is None or effect.high is None:
        interval = "interval not read"
    else:
        interval = f"95 % interval {number(effect.low, 2)} to {number(effect.high, 2)}"
    said = f"; {effect.says}" if effect.says else ""
    return f"{effect.measure}: {estimate} ({interval}){said} [{label(effect.source)}]"


class _Lines:
    """Lines of one width."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._lines: list[str] = []

    def gap(self) -> None:
        self._lines.append("")

    def title(self, text: str) -> None:
        self._lines += ["", f"{text} {'─' * max(3, self.width - len(text) - 1)}"]

    def text(self, text: str, first: str = "", rest: str | None = None) -> None:
        self._lines += textwrap.wrap(
            printable(text),
            self.width,
            initial_indent=first,
            subsequent_indent=first if rest is None else rest,
            break_on_hyphens=False,
        )

    def fact(self, name: str, value: str) -> None:
        self.text(f"{name}: {value}", "    ", "      ")

    def listed(self, name: str, values: Sequence[str]) -> None:
        if values:
            self.fact(name, "; ".join(values))

    def whole(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines) + "\n"


def _warnings(plan: OptionsPlan, out: _Lines) -> None:
    for warning in plan.warnings:
        out.text(sentence(warning), "  - ", "    ")
    out.text(PROPOSED)


def _named(sources: Iterable[str]) -> str:
    names = ", ".join(label(s) for s in sources)
    return f" [{names}]" if names else ""


def start_words(choice: AdjunctChoice) -> tuple[str, str | None]:
    """The start and what it is called: the printed one is for normal kidney function, and may be above the maximum."""
    start = choice.adjunct.start
    if NO_START in choice.cautions:
        return "Start", NO_START
    if START_IS_NORMAL not in choice.unknown or not start:
        return "Start", start
    below = "; stay at or below the maximum on this record" if choice.ceiling_mg is not None else ""
    return "Start as printed, for normal kidney function", f"{start}{below}"


def stated(value: str | None) -> str:
    """A printed fact: "not read" where nobody read it, "none stated" where the source leaves it out."""
    return NOT_READ if value is None else value or NONE_STATED


def phrases(values: Sequence[str] | None) -> str:
    """Several printed facts in one line, with the words of `stated` where there are none."""
    return NOT_READ if values is None else "; ".join(values) or NONE_STATED


def marked(words: str, confidence: Confidence) -> str:
    """Words with the mark of a figure that was not read well enough to drive a dose."""
    plain = confidence.may_drive_a_dose or words == NOT_READ
    return words if plain else f"{words} ({CONFIDENCE_WORDS[confidence]})"


def _adjunct(choice: AdjunctChoice, out: _Lines) -> None:
    row = choice.adjunct
    out.gap()
    out.text(f"{name_of(row)}: {ADJUNCT_WORDS[choice.status]}", "  ")
    out.listed("Against", choice.against)
    out.listed("Care", [words for words in choice.cautions if words != NO_START])
    start_name, start = start_words(choice)
    for name, value in ((start_name, start), ("Titration", row.titration), ("Printed maximum", row.maximum)):
        out.fact(name, marked(stated(value), row.confidence_dose) if value != NO_START else NO_START)
    out.fact("Maximum on this record", daily_maximum(choice))
    out.fact("Kidney", stated(row.renal_says))
    out.fact("Liver", stated(row.hepatic))
    ask = [words.removeprefix("ask: ") for words in choice.unknown if words.startswith("ask: ")]
    unchecked = [
        words.removeprefix("not checked: ") for words in choice.unknown if words.startswith("not checked: ")
    ]
    out.listed("Ask, not on record", ask)
    out.listed("Interactions not checked", unchecked)
    said = ("ask: ", "not checked: ", START_IS_NORMAL)
    out.listed("Not known", [w for w in choice.unknown if not w.startswith(said)])
    if not any(row.interaction and row.interaction in words for words in choice.cautions):
        out.fact("Interactions as printed", stated(row.interaction))
    out.fact("Evidence", marked(stated(row.evidence), row.confidence_evidence))
    out.fact("Monitoring", stated(row.monitoring))
    if row.note:
        out.fact("Note", row.note)
    out.fact(
        "Sources", f"{', '.join(label(s) for s in row.sources)}; dose {CONFIDENCE_WORDS[row.confidence_dose]}"
    )


def name_of(row: Adjunct) -> str:
    """A row's name for people.

    >>> from algesia.knowledge.loader import load
    >>> name_of(load().adjuncts["diclofenac-gel"]), name_of(load().adjuncts["tricyclic"])
    ('Diclofenac gel, topical NSAID', 'Amitriptyline or nortriptyline, tricyclic')
    """
    name = " or ".join(row.drugs) if row.id == row.kind else row.id.replace("-", " ")
    return f"{capital(name)}, {row.kind}"


def _alternative(choice: AlternativeChoice, out: _Lines) -> None:
    row = choice.alternative
    out.gap()
    out.text(f"{row.title}: {ALTERNATIVE_WORDS[choice.status]}", "  ")
    out.listed("Against", choice.against)
    out.listed("On record", choice.fits)
    out.listed("Tried", choice.tried)
    out.fact("Indication", stated(row.indication))
    if row.effects is None:
        out.fact("Effect", NOT_READ)
    elif not row.effects:
        out.fact("Effect", NONE_STATED)
    for effect in row.effects or ():
        out.fact("Effect", effect_words(effect))
    out.fact("Evidence", stated(row.evidence))
    out.fact("Certainty", stated(row.certainty))
    out.fact("Evidence against", stated(row.contrary))
    out.fact("Contraindicated, ask", phrases(row.contraindicated))
    out.fact("Needs", stated(row.needs))
    if row.note:
        out.fact("Note", row.note)
    out.fact("Sources", f"{', '.join(label(s) for s in row.sources)}; {CONFIDENCE_WORDS[row.confidence]}")
