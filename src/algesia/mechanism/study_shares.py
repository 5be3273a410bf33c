"""Shares of people past a threshold, and how two of them compare, as forms."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_form import Form, Of, Pair, over, size_of
from algesia.mechanism.study_points import Reference, own_baseline, reference_of, time_of
from algesia.mechanism.study_scales import cannot, scale_of
from algesia.mechanism.study_spans import in_unit

_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_NAMES: Final = r"\b(cows|sows|oows|withdrawal|nrs|nprs|vas|pain)"
_PAST: Final = re.compile(
    rf"{_NAMES}[a-z /()-]*?(?:0 ?- ?100?\)? ?)?\s*(>=|≥|=>|<=|≤|>|<)\s*{_NUMBER}(?![\d.]* ?%)(?:\s*(mm|cm))?"
)
_BAND: Final = re.compile(
    rf"{_NAMES}[a-z :=]*? {_NUMBER} ?(?:-|–|to) ?{_NUMBER}\b(?![\d.]* ?%)(?:\s*(mm|cm))?"
)
_FELL: Final = (
    r"(?:reduc\w*|reliev\w*|relief|decreas\w*|improv\w*|declin\w*|fall|fell|less|lower\w*|response|responder)"
)
_AFTER: Final = re.compile(rf"{_NUMBER} ?% (?:or (?:more|greater) )?(?:(?:pain|score|nrs|vas) )?{_FELL}")
_AHEAD: Final = re.compile(
    rf"(?:reduc\w*|reliev\w*|relief|decreas\w*|improv\w*|declin\w*|fell|respon\w*)[a-z ,:()]*?(?:>=|≥|=>|>)?\s*{_NUMBER} ?%"
)
_POINTS: Final = re.compile(
    r"(?:reduc\w*|decreas\w*|improv\w*|declin\w*|fell)[a-z ,:()]*?(?:>=|≥|=>|>|at least)\s*"
    + _NUMBER
    + r"\s*(points?|nrs|mm|cm)\b"
)
_DENIED: Final = re.compile(
    r"\bnon[- ]?respon|\bwithout\b|\bfail|\bnot\b|\bno\b|less than|fewer than|\bunder \d|below"
    r"|<\s*\d+(?:\.\d+)? ?%|dose|opioid use|consumption|hazard| and "
)
"""Words that turn a threshold round or tie it to another."""
_ROSE: Final = re.compile(
    r"(?:worsen\w*|increas\w*|deteriorat\w*)[a-z ,:()]*?(?:>=|≥|=>|>)\s*"
    + _NUMBER
    + r"\s*(points?|nrs|mm|cm)\b"
)
_RISES: Final = re.compile(r"increas|worsen|deteriorat")
_UNIT: Final = r"((?: (?:points?|nrs|mm|cm))?)"
_PLAIN: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(rf"(?:>=|≥|at least |>)?\b{_NUMBER}(?! ?%){_UNIT} (?:or|and) (?:more|greater|higher|above|worse|over)\b"), r">= \1\2"),
    (re.compile(rf"\b{_NUMBER}(?! ?%){_UNIT} or (?:less|lower|fewer|below)\b"), r"<= \1\2"),
    (re.compile(rf"\b{_NUMBER} ?\+(?!\d)"), r">= \1"),
    (re.compile(rf"\bat least {_NUMBER}(?![\d.]* ?%)"), r">= \1"),
    (re.compile(rf"\bat most {_NUMBER}(?![\d.]* ?%)"), r"<= \1"),
    (re.compile(rf"\b(?:above|over|exceeding|(?:greater|more|higher) than) {_NUMBER}(?![\d.]* ?%)"), r"> \1"),
    (re.compile(rf"\b(?:below|under|(?:less|lower) than) {_NUMBER}(?![\d.]* ?%)"), r"< \1"),
)  # fmt: skip
"""Thresholds in words, and the same in signs."""
_OPEN: Final = re.compile(
    r"at least|or (?:worse|more|higher|greater|above)|and (?:above|worse|higher)|minimum"
)
_SHUT: Final = re.compile(r"at most|or (?:less|milder|lower|better|below)|up to")
"""Words that leave one end of a band open."""
_COMPARED: Final[tuple[tuple[Pair, re.Pattern[str]], ...]] = (
    ("needed", re.compile(r"\bnnt\b|\bnnh\b|number needed")),
    ("odds", re.compile(r"\bodds|^or$")),
    (
        "difference",
        re.compile(
            r"risk difference|difference (?:in|of|between) |\brd\b|absolute risk|percentage point|\bpp\b"
        ),
    ),
    ("ratio", re.compile(r"relative risk|risk ratio|rate ratio|\brr\b|relative benefit")),
)
_FALLING: Final = frozenset(
    {"pain-nrs", "heat-rating", "cold-rating", "withdrawal-score", "hyperalgesia-area"}
)
"""Readouts of which less is a response."""
_WORST: Final = {"cows": "COWS", "sows": "SOWS", "oows": "OOWS", "withdrawal": "0-1"}


def proportion(study: Study, measure: Measure, arm: Arm) -> Form:
    """The share of people past a threshold that the statistic or note names, or the comparison of two such shares.

    A response (a part less) is within each person, since the own baseline or the time in the same arm that is named.

    Raises
    ------
    CannotTell
        Where no threshold is named that the model reads, or what two shares make of each other is not said.
    """
    pair = _pair(measure)
    ref = reference_of(study, measure, arm)
    across = ref is not None and ref.variant != Variant(arm.name)
    if pair is None and across:
        because = "whether it is a share or a comparison of two shares is not said"
        raise cannot(measure.name, because, "risk difference, relative risk, odds ratio or NNT")
    if pair is not None and not across:
        others = [a.name for a in study.arms if a is not arm]
        if ref is not None or len(others) != 1:
            raise cannot(measure.name, "which arm it is compared with is not said", "relative_to")
        ref = Reference(Variant(others[0]), None, time_of(measure), basis=f"against {others[0]}")
    within = own_baseline(measure, arm) if ref is None or across or pair is not None else ref
    size = _share_size(measure) if pair in (None, "difference") else 1.0
    if size is None:
        raise cannot(
            measure.name, f"of how many {measure.unit!r} is a share is not said", "%, a fraction, or of N"
        )
    counted, basis = _counted(study, measure, arm, within)
    at = time_of(measure)
    here = counted(Variant(arm.name), at, within.time_h)
    if pair is None or ref is None:
        return Form(here, "share", size, share=size, basis=basis, low=0.0, high=size)
    other = next(a for a in study.arms if a.name == ref.variant.arm)
    if other is not arm:
        _counted(study, measure, other, within)
    apart = at if ref.time_h is None else ref.time_h
    since = own_baseline(measure, other).time_h if ref.variant.taken == "as given" else within.time_h
    beside = counted(ref.variant, apart, since)
    named = {
        "difference": "difference of the",
        "ratio": "ratio of the",
        "odds": "odds ratio of the",
        "needed": "1 / difference of the",
    }
    basis = f"{named[pair]} {basis}, {ref.basis}"
    ends = (-size, size) if pair == "difference" else (0.0, None) if pair != "needed" else (None, None)
    return Form(
        here, "share" if pair == "difference" else "log", size, share=size, beside=beside, pair=pair, other=other.name,
        low=ends[0], high=ends[1], basis=basis, nothing="the two shares do not differ for sure",
    )  # fmt: skip


def _pair(measure: Measure) -> Pair | None:
    """How two shares are compared; ``None`` for one share."""
    unit = measure.unit.strip().lower()
    for name, words in _COMPARED:
        if words.search(unit) or words.search(measure.statistic.lower()):
            return name
    return None


class _Counted:
    """Who counts: one for each person that is past the threshold, in a variant at a time."""

    def __init__(
        self,
        readout: str,
        low: float,
        high: float,
        fall: float | None = None,
        part: float | None = None,
        rise: float | None = None,
    ) -> None:
        self.readout, self.low, self.high = readout, low, high
        self.fall, self.part, self.rise = fall, part, rise

    def __call__(self, who: Variant, at: float, since: float | None) -> Of:
        def of(read: Read) -> Floats:
            now = read(who, self.readout, (at,))[:, 0]
            if self.fall is None and self.part is None and self.rise is None:
                return np.asarray((now >= self.low) & (now <= self.high), dtype=np.float64)
            was = read(who, self.readout, (since if since is not None else at,))[:, 0]
            if self.rise is not None:
                return np.asarray(now - was >= self.rise, dtype=np.float64)
            if self.fall is not None:
                return np.asarray(was - now >= self.fall, dtype=np.float64)
            return np.asarray(over(now, was) <= 1.0 - (self.part or 0.0), dtype=np.float64)

        return of


def _counted(study: Study, measure: Measure, arm: Arm, within: Reference) -> tuple[_Counted, str]:
    """Who counts, by the words of the statistic, else of the note."""
    for words in (measure.statistic.lower(), measure.note.lower()):
        text = words
        for pattern, sign in _PLAIN:
            text = pattern.sub(sign, text)
        past, points, rose = _PAST.search(text), _POINTS.search(text), _ROSE.search(text)
        denied = _DENIED.search(text) or (rose is None and _RISES.search(text))
        response = _AFTER.search(text) or _AHEAD.search(text)
        band = _BAND.search(text)
        if not (past or points or response or band or rose):
            continue
        if denied or len(_BAND.findall(text)) > 1 or len(_PAST.findall(text)) > 1:
            break
        if rose is not None:
            readout, size, _ = _limit_scale(study, measure, arm, "pain", float(rose[1]), rose[2])
            if readout.partition("+")[0] not in _FALLING:
                break
            basis = f"share of people with {rose[1]} {rose[2]} more, {within.basis}"
            return _Counted(readout, 0.0, 0.0, rise=float(rose[1]) / size), basis
        if response is not None:
            part = float(response[1]) / 100.0
            if not 0.0 < part <= 1.0:
                break
            scale = scale_of(study.id, in_unit(measure, "%"), arm)
            if scale.readout.partition("+")[0] not in _FALLING:
                break
            basis = f"share of people with {part:.0%} less, {within.basis}"
            return _Counted(scale.readout, 0.0, 0.0, part=part), basis
        if points is not None:
            readout, size, _ = _limit_scale(study, measure, arm, "pain", float(points[1]), points[2])
            if readout.partition("+")[0] not in _FALLING:
                break
            basis = f"share of people with {points[1]} {points[2]} less, {within.basis}"
            return _Counted(readout, 0.0, 0.0, fall=float(points[1]) / size), basis
        if past is not None and not re.search(_FELL, past[0]):
            limit = float(past[3])
            readout, size, top = _limit_scale(study, measure, arm, past[1], limit, past[4], text)
            if limit > top:
                break
            above = past[2][0] in ">≥="
            low, high = (limit / size, math.inf) if above else (-math.inf, limit / size)
            return _Counted(readout, low, high), f"share of people with {past[0]}"
        if band is not None and past is None:
            least, most = float(band[2]), float(band[3])
            readout, size, top = _limit_scale(study, measure, arm, band[1], most, band[4], text)
            if not (0.0 <= least < most <= top) or (least == 0.0 and most == top):
                break
            # points are whole: the next band begins one higher
            end = math.inf if most == top else (most + (1.0 if most.is_integer() else 0.0)) / size - 1e-9
            start = least / size if least else -math.inf
            up, down = _OPEN.search(text), _SHUT.search(text)
            if up and down:
                break
            start, end = -math.inf if down else start, math.inf if up else end
            told = f" {'or more' if up else 'or less'}" if up or down else ""
            return _Counted(readout, start, end), f"share of people with {band[0]}{told}"
        break
    because = f"from where on a person counts for {measure.statistic!r} is not a number that the model reads"
    raise cannot(measure.name, because, "a threshold on a readout")


def _limit_scale(
    study: Study, measure: Measure, arm: Arm, named: str, limit: float, length: str | None, text: str = ""
) -> tuple[str, float, float]:
    """The readout of a threshold, its units in one of the readout, and its top."""
    if named in _WORST:
        unit = _WORST[named]
    elif length or "mm" in text.split() or named == "vas" or limit > 10.0 or re.search(r"0 ?- ?100\b", text):
        long = length == "mm" or (
            length is None and (limit > 10.0 or re.search(r"0 ?- ?100\b|\bmm\b", f"{text} {measure.unit}"))
        )
        unit = "VAS 0-100" if long else "VAS 0-10"
    else:
        unit = "NRS"
    scale = scale_of(study.id, in_unit(measure, unit), arm)
    size = size_of(scale)
    return scale.readout, size, scale.top if scale.top is not None else math.inf


def _share_size(measure: Measure) -> float | None:
    """What all people are in the unit of a proportion: 100 for percent, 35 for "of 35", 1 for a fraction."""
    unit = measure.unit.strip().lower()
    of = re.fullmatch(r"(?:of|/) ?(\d+)", unit)
    if of is not None:
        return float(of[1]) if 0.0 < float(of[1]) < math.inf else None
    unit = re.sub(r"(?<=%) (?:of )?(?:the )?(?:patients|people|subjects|participants|volunteers)$", "", unit)
    return {
        "%": 100.0, "percent": 100.0, "percentage points": 100.0, "pp": 100.0, "% points": 100.0, "fraction": 1.0, "prob": 1.0,
        "probability": 1.0, "share": 1.0, "proportion": 1.0, "rd": 1.0,
    }.get(unit)  # fmt: skip
