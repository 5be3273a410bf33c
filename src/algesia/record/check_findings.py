"""What the types cannot say about findings: scores on their scales, areas, signs, instruments, laboratory units.

A name from a closed vocabulary must be spelled as it stands there. Where other names are allowed too, one that
differs from a known name only in case, blanks or hyphens is refused, since it would be silently unread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from algesia.quantities.refusal import InputRefused
from algesia.record.model import Lab, Pain, Record, Scale
from algesia.record.near import one_letter_off, one_of
from algesia.record.vocabulary import BODY_AREAS, CONDITION_KINDS, SIGNS

INSTRUMENTS: Final[Mapping[str, float]] = {
    "peg": 10, "cows": 48, "phq-9": 27, "phq-2": 6, "gad-7": 21, "ort-oud": 9,
}  # fmt: skip
"""The highest total of each instrument whose bounds are checked; all start at 0."""

SCALE_TOPS: Final[Mapping[str, float]] = {"nrs-0-10": 10, "vas-0-10": 10, "vas-0-100": 100, "verbal": 10}

EGFR: Final = "mL/min/{1.73_m2}"
LAB_UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "egfr": {
        EGFR: EGFR, "mL/min/1.73_m2": EGFR, "mL/min/1.73m2": EGFR, "mL/min/1.73 m2": EGFR,
        "mL/min/{1.73m2}": EGFR, "mL/min/1.73m^2": EGFR, "mL/min/1.73m²": EGFR, "mL/min/1.73 m²": EGFR,
        "ml/min/1.73m2": EGFR, "ml/min/1.73 m2": EGFR, "ml/min/1.73m²": EGFR, "ml/min/1.73 m²": EGFR,
        "mL/min": "mL/min", "ml/min": "mL/min",
    },
    "qtc": {"ms": "ms", "msec": "ms"},
}  # fmt: skip
"""Laboratory values that rules read: the spellings of their unit, and the UCUM unit stored."""

_AREAS: Final = frozenset(BODY_AREAS)
_SIGNS: Final = frozenset(SIGNS)


def check_findings(record: Record) -> Record:
    """`record` with its laboratory units in UCUM spelling, or a refusal.

    Raises
    ------
    InputRefused
        At the first rule that is broken, with its path.

    >>> from algesia.quantities.time import Instant
    >>> from algesia.record.model import Sign
    >>> check_findings(Record(signs=(Sign(at=Instant(738000), sign="alodynia", present=True),)))
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: signs[0].sign is 'alodynia': is not a sign ... 'allodynia', ...
    """
    for index, condition in enumerate(record.conditions):
        if condition.kind is None and condition.text is None and condition.code is None:
            raise InputRefused(f"conditions[{index}]", None, "names no condition", "kind, text or code")
        if condition.kind is not None:
            _check_spelling(condition.kind, CONDITION_KINDS, f"conditions[{index}].kind")
    for index, pain in enumerate(record.pain):
        _check_pain(pain, f"pain[{index}]")
    for index, function in enumerate(record.function):
        _check_score(function.instrument, function.score, f"function[{index}]")
    for index, body_map in enumerate(record.body_maps):
        _check_areas(body_map.areas, f"body_maps[{index}].areas")
        _check_areas(body_map.touch_pain, f"body_maps[{index}].touch_pain")
    for index, sign in enumerate(record.signs):
        if sign.sign not in _SIGNS:
            expected = one_of(sign.sign, SIGNS, f"the {len(SIGNS)} signs of `algesia schema record`")
            raise InputRefused(f"signs[{index}].sign", sign.sign, "is not a sign that is known", expected)
    scales = tuple(_scale(scale, f"scales[{index}]") for index, scale in enumerate(record.scales))
    labs = tuple(_lab(lab, f"labs[{index}]") for index, lab in enumerate(record.labs))
    if scales == record.scales and labs == record.labs:
        return record
    return msgspec.structs.replace(record, scales=scales, labs=labs)


def plain(value: float) -> float:
    """A number as people write it: 14, not 14.0.

    >>> plain(14.0), plain(14), plain(6.7)
    (14, 14, 6.7)
    """
    return int(value) if float(value).is_integer() else value


def _check_pain(pain: Pain, path: str) -> None:
    top = SCALE_TOPS[pain.scale]
    for name, value in (("score", pain.score), ("score_high", pain.score_high)):
        if value is not None and value > top:
            problem = f"is above the top of {pain.scale}"
            raise InputRefused(f"{path}.{name}", plain(value), problem, f"a number from 0 to {top:g}")
    if pain.score_high is not None:
        if pain.score is None:
            problem = "stands without score"
            raise InputRefused(f"{path}.score_high", plain(pain.score_high), problem, "score and score_high")
        if pain.score_high < pain.score:
            problem = f"is below score, {pain.score:g}"
            raise InputRefused(
                f"{path}.score_high", plain(pain.score_high), problem, f"at least {pain.score:g}"
            )
    for index, site in enumerate(pain.sites):
        if site not in _AREAS:
            _check_site(site, f"{path}.sites[{index}]")


def _check_site(site: str, path: str) -> None:
    # a site may be the person's own words, so only what was meant as an area is refused
    _check_spelling(site, BODY_AREAS, path)
    near = one_letter_off(site, BODY_AREAS)
    if near is not None:
        problem = "is nearly the name of a body area"
        raise InputRefused(path, site, problem, f"'{near}', or the place in words")


def _check_areas(areas: Sequence[str], path: str) -> None:
    seen: set[str] = set()
    for index, area in enumerate(areas):
        if area not in _AREAS:
            expected = one_of(area, BODY_AREAS, f"the {len(BODY_AREAS)} areas of `algesia schema record`")
            raise InputRefused(f"{path}[{index}]", area, "is not a body area that is known", expected)
        if area in seen:
            raise InputRefused(f"{path}[{index}]", area, "is listed twice", "each area once")
        seen.add(area)


def _check_score(instrument: str, score: float | None, path: str) -> None:
    _check_spelling(instrument, tuple(INSTRUMENTS), f"{path}.instrument")
    top = INSTRUMENTS.get(instrument)
    if top is not None and score is not None and score > top:
        problem = f"is above the top of {instrument}"
        raise InputRefused(f"{path}.score", plain(score), problem, f"a number from 0 to {top:g}")


ITEMS: Final = {"phq-9": 9, "phq-2": 2, "gad-7": 7}
"""Instruments whose items go by their number: item 9 of the PHQ-9 must never be missed under another name."""


def _scale(scale: Scale, path: str) -> Scale:
    _check_score(scale.instrument, scale.score, path)
    for name, value in (scale.items or {}).items():
        if not name or name != name.strip() or "\n" in name or "\r" in name:
            raise InputRefused(f"{path}.items", name, "is not a name of an item", "a name on one line")
        most = ITEMS.get(scale.instrument)
        if most is not None and name not in (numbers := [str(n + 1) for n in range(most)]):
            problem = f"is not an item of {scale.instrument}"
            raise InputRefused(
                f"{path}.items", name, problem, f"the item's number, {numbers[0]} to {numbers[-1]}"
            )
        if value < 0 and scale.instrument in INSTRUMENTS:
            raise InputRefused(f"{path}.items.{name}", plain(value), "is negative", "a number of at least 0")
    # nothing kept is nothing known
    return msgspec.structs.replace(scale, items=None) if scale.items == {} else scale


def _lab(lab: Lab, path: str) -> Lab:
    _check_spelling(lab.lab, tuple(LAB_UNITS), f"{path}.lab")
    units = LAB_UNITS.get(lab.lab)
    if units is None or units.get(lab.unit) == lab.unit:
        return lab
    if lab.unit not in units:
        expected = " or ".join(dict.fromkeys(units.values()))
        raise InputRefused(f"{path}.unit", lab.unit, f"is not a unit of {lab.lab}", expected)
    return msgspec.structs.replace(lab, unit=units[lab.unit])


def _check_spelling(name: str, known: tuple[str, ...], path: str) -> None:
    if name in known:
        return
    meant = _by_letters(known).get(_letters(name))
    if meant is not None:
        problem = "is a name of the format in another spelling"
        raise InputRefused(path, name, problem, f"'{meant}'")


@lru_cache(maxsize=8)
def _by_letters(known: tuple[str, ...]) -> dict[str, str]:
    return {_letters(name): name for name in known}


@lru_cache(maxsize=4096)
def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
