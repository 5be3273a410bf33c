"""Which way a study counts: what its words say about a larger number.

Words that contradict each other, and words that are not read, make the measure unassessable: a sign is never guessed.
"""

from __future__ import annotations

import re
from typing import Final

from algesia.mechanism.study import Measure
from algesia.mechanism.study_cannot import cannot

BETTER_HIGH: Final = frozenset(
    {
        "cold-tolerance",
        "cold-threshold",
        "heat-tolerance",
        "heat-threshold",
        "electrical",
        "pressure",
        "relief",
    }
)
"""Readouts of which more is better for the person."""
_DOSES: Final = frozenset({"potency-ratio", "opioid-consumption"})
"""Readouts of which more is more drug."""
_MORE: Final = r"(?:more|higher|greater|longer|larger|increased|better|raised) "
_LESS: Final = r"(?:less|lower|shorter|smaller|decreased|reduced|worse) "
_BORNE: Final = r"(?:pain |cold |heat |pressure )?(?:toleran|threshold)"
_ILLS: Final = r"(?:sens|pain|withdr|hyper|allod|drug|opioid|consum|analgesic (?:use|consum)|ed ?50|ec ?50)"
_GOODS: Final = r"(?:poten|relief|antihyper|analges(?!ic (?:use|consum)))"
_TOLD: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(_MORE + _BORNE), "borne"), (re.compile(_LESS + _BORNE), "not borne"),
    (re.compile(_LESS + _ILLS), "good"), (re.compile(_MORE + _ILLS), "bad"),
    (re.compile(_MORE + _GOODS), "good"), (re.compile(_LESS + _GOODS), "bad"),
    (re.compile(r"better|improve|benefi|relief|favou?r"), "good"), (re.compile(r"worse|deteriorat|harm"), "bad"),
    (re.compile(r"(?:more|higher|greater|longer|larger|increased?)(?: (?:value|score|number|level|concentration|severity|intensity)s?)?$"), "up"),
    (re.compile(r"(?:less|lower|shorter|smaller|fewer|decreased?|reduction|reduced)(?: (?:value|score|number|level)s?)?$"), "down"),
)  # fmt: skip
"""How `higher_is` begins, and what it says: good or bad for the person, borne longer or not, the readout itself up or down."""
_WORDS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"reduc|decreas|declin|\bdrop|\bfall(?:s|ing|en)?\b|\bfell\b|\blower(?:ed|ing)\b|shorten|diminish|\bloss\b|\blost\b|attenuat|sparing|saving"), "down"),
    (re.compile(r"increas|\bris(?:e|es|en|ing)\b|\brose\b|lengthen|prolong|elevat"), "up"),
    (re.compile(r"improv|benefi|relief|reliev"), "good"), (re.compile(r"worsen|deteriorat|aggravat"), "bad"),
)  # fmt: skip
_BESIDE: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:less|lower|fewer|shorter|smaller)", "down"), (r"(?:more|higher|greater|longer|larger)", "up"),
    (r"better", "good"), (r"worse", "bad"),
)  # fmt: skip
_AT: Final = r"(?:^|(?:%|percent|points?|fold|times|\bs|seconds?|degrees?|°c|mean|median) )(?:is |was |are )?"
"""A comparative counts where it follows the number ("% lower"); elsewhere it describes what was found."""
_NO_SIGN: Final = re.compile(
    r"(?:dose|opioid|drug) (?:reduction|decrease|increase|escalation)|(?:or|no) (?:more|less|greater|fewer)|at least"
    r"|(?:more|less|greater|fewer|lower|higher) than \d+|\b(?:after|before|until|during|since) (?:the )?\w+"
)
"""Words that name an event or a limit, not a sign."""
_UNCLEAR: Final = re.compile(r"\bgain|negative|\bminus\b|positive|[+-] ?(?:=|means)")
_CHANGES: Final = ("change", "contrast", "ratio", "rate", "direction", "level", "model-parameter")


def counts_down(readout: str, measure: Measure) -> bool:
    """Whether a larger number of the study means less of the readout, by `higher_is` and by the statistic.

    Raises
    ------
    CannotTell
        Where the two contradict each other, or words about the sign are not read.

    >>> counts_down("pain-nrs", Measure("m", statistic="improvement", kind="change"))
    True
    >>> counts_down("cold-tolerance", Measure("m", statistic="mean increase", higher_is="less sensitive", kind="change"))
    False
    """
    if measure.kind.strip().lower() not in _CHANGES:
        return False
    told, said = _told(readout, measure), _said(readout, measure)
    if readout == "opioid-consumption" and told is False and said:
        # "more drug" names what is measured; that a number is a reduction the statistic says
        return True
    if told is not None and said is not None and told != said:
        because = (
            f"{measure.statistic or measure.unit!r} and higher is {measure.higher_is!r} contradict each other"
        )
        raise cannot(measure.name, because, "what a larger number means")
    found = told if told is not None else said
    if found is None and readout == "potency-ratio" and measure.kind != "direction":
        words = f"{measure.statistic} {measure.unit}".lower()
        if not re.search(r"\be[dc] ?50|dose|require|need", words):
            raise cannot(
                measure.name, "whether a larger number is more or less potent is not said", "higher_is"
            )
    return bool(found)


def has_sign(measure: Measure) -> bool:
    """Whether the statistic itself says a direction."""
    return _said("pain-nrs", measure) is not None


def _told(readout: str, measure: Measure) -> bool | None:
    """What `higher_is` says: whether the study counts down; ``None`` where it is empty."""
    told = " ".join(measure.higher_is.replace("-", " ").lower().split())
    if not told:
        return None
    meant = next((meaning for words, meaning in _TOLD if words.match(told)), None)
    if meant in ("borne", "not borne"):
        meant = None if readout not in BETTER_HIGH else "good" if meant == "borne" else "bad"
    if (
        meant in ("good", "bad")
        and readout == "potency-ratio"
        and not re.search(r"poten|e[dc] ?50|drug", told)
    ):
        meant = None
    if meant is None:
        raise cannot(
            measure.name, f"what higher is {measure.higher_is!r} is not read", "more or less of what"
        )
    return _is_down(readout, meant)


def _said(readout: str, measure: Measure) -> bool | None:
    """What the statistic and the unit say; ``None`` where they are silent."""
    text = " ".join(f"{measure.statistic} {measure.unit}".replace("-", " ").lower().split())
    text = _NO_SIGN.sub(" , ", text.replace("%", " % "))
    text = " ".join(text.split())
    found = {_is_down(readout, meaning) for words, meaning in _WORDS if words.search(text)}
    found |= {_is_down(readout, meaning) for words, meaning in _BESIDE if re.search(rf"{_AT}{words}\b", text)}
    loose = any(re.search(rf"\b{words}\b", text) for words, _ in _BESIDE)
    if len(found) > 1 or (_UNCLEAR.search(text) and (found or not measure.higher_is)):
        raise cannot(measure.name, f"which way {measure.statistic!r} counts is not clear", "higher_is")
    if not found and loose and not measure.higher_is:
        raise cannot(measure.name, f"which way {measure.statistic!r} counts is not clear", "higher_is")
    return found.pop() if found else None


def _is_down(readout: str, meaning: str) -> bool:
    if meaning in ("up", "down"):
        return meaning == "down"
    good_high = readout in BETTER_HIGH
    return (meaning == "good") != good_high
