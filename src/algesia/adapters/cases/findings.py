"""Signs, pain ratings, tests and interventions of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from algesia.adapters.cases.fields import LONGEST_NAME, read_flag, read_number, read_text, refuse_unknown
from algesia.adapters.cases.words import CASE_SIGNS, read_sign
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.check_findings import INSTRUMENTS
from algesia.record.model import Condition, Intervention, Pain, Scale, Sign, Test
from algesia.record.near import close_matches
from algesia.record.vocabulary import BODY_AREAS

PainScale: TypeAlias = Literal["nrs-0-10", "vas-0-10", "vas-0-100", "verbal"]
_SCALE: Final = re.compile(
    r"(nrs|nprs|vas|numeric rating scale|visual analogu?e scale)[\s-]*(?:0?\s*(?:-|–|to)\s*)?(10|100|11)?(?:\s*mm)?"
)
_VERBAL: Final = frozenset({"vrs", "verbal", "verbal rating scale", "words", "vds"})
_KNOWN_SCALES: Final = ("NRS0-10", "VAS0-10", "VAS0-100", "VRS")
_INSTRUMENT: Final = re.compile(
    r"^(?:phq|gad|cows|sows|ort|peg|wpi|sss|assist|comm|soapp|pcs|hads|bdi|dn4|lanss|pdq|bpi|promis|mmse|moca|cam|"
    r"audit|dast|coms|rass|poss|odi|csi)\b"
)
INFERRED: Final = "inferred by the abstractor"


def read_note(event: Mapping[str, object], path: str) -> str | None:
    """The note of an event, with a mark where the abstractor inferred it."""
    note = read_text(event.get("note"), f"{path}.note")
    inferred = INFERRED if read_flag(event.get("inferred"), f"{path}.inferred") else None
    return "; ".join(filter(None, (note, inferred)))[:4000] or None


def read_sign_event(event: Mapping[str, object], at: Instant, path: str) -> Sign:
    """One sign: present, absent, or asked without an answer.

    Raises
    ------
    InputRefused
        When the name is not known; the refusal names the nearest ones.
    """
    name = read_text(event.get("sign"), f"{path}.sign", LONGEST_NAME)
    sign = read_sign(name) if name else None
    if sign is None:
        raise refuse_unknown(name, CASE_SIGNS, f"{path}.sign", "sign")
    if "present" not in event:
        raise InputRefused(f"{path}.present", None, "is missing", "true, false or null")
    return Sign(
        at=at, sign=sign, present=read_flag(event["present"], f"{path}.present"), note=read_note(event, path)
    )


def read_pain_event(event: Mapping[str, object], at: Instant, path: str) -> Pain:
    """One rating. A value above the top of its scale is refused; words go to the verbal scale."""
    scale, top = _scale(
        read_text(event.get("scale"), f"{path}.scale", LONGEST_NAME), event.get("value"), path
    )
    value = event.get("value")
    words = read_text(value, f"{path}.value", LONGEST_NAME) if isinstance(value, str) else None
    if words is not None and scale != "verbal":
        raise InputRefused(f"{path}.value", value, "is not a number", f"a number from 0 to {top:g}")
    if scale == "verbal" and words is None and value is not None:
        words = f"{read_number(value, f'{path}.value', 0, top):g}"
    score = None if scale == "verbal" else read_number(value, f"{path}.value", 0, top)
    high = None if scale == "verbal" else read_number(event.get("value_high"), f"{path}.value_high", 0, top)
    if score is not None and high is not None and high < score:
        raise InputRefused(
            f"{path}.value_high", high, "is below value", f"a number from {score:g} to {top:g}"
        )
    sites, site_note = _site(read_text(event.get("site"), f"{path}.site", LONGEST_NAME))
    return Pain(
        at=at,
        score=score,
        score_high=high,
        scale=scale,
        sites=sites,
        with_=read_text(event.get("condition"), f"{path}.condition", LONGEST_NAME),
        words=words,
        note="; ".join(filter(None, (read_note(event, path), site_note)))[:4000] or None,
    )


def _site(words: str | None) -> tuple[tuple[str, ...], str | None]:
    """A place in the report's words; the name of a body area where it is one, a note where it is nearly one."""
    if words is None:
        return (), None
    area = re.sub(r"[\s_]+", "-", words.lower())
    if area in BODY_AREAS:
        return (area,), None
    return ((), f"site: {words}") if close_matches(words, BODY_AREAS, 0.85) else ((words,), None)


def _scale(name: str | None, value: object, path: str) -> tuple[PainScale, float]:
    text = (name or "").lower()
    if text in _VERBAL or (name is None and isinstance(value, str)):
        return "verbal", 100.0
    found = _SCALE.fullmatch(text)
    if found is None:
        raise refuse_unknown(name, _KNOWN_SCALES, f"{path}.scale", "pain scale")
    if found[2] == "100":
        return "vas-0-100", 100.0
    return ("vas-0-10" if found[1].startswith("v") else "nrs-0-10"), 10.0


def read_test_event(event: Mapping[str, object], at: Instant, path: str) -> Scale | Test | Condition:
    """A questionnaire's total, a sensory test, or a test reported only in words (kept as a dated finding)."""
    name = read_text(event.get("test"), f"{path}.test", LONGEST_NAME)
    if name is None:
        raise InputRefused(f"{path}.test", event.get("test"), "is missing", "the name of the test")
    unit = read_text(event.get("unit"), f"{path}.unit", LONGEST_NAME)
    site = read_text(event.get("site"), f"{path}.site", LONGEST_NAME)
    value = event.get("value")
    if value is None or isinstance(value, str):
        said = "; ".join(
            filter(None, (read_text(value, f"{path}.value"), unit, site, read_note(event, path)))
        )
        return Condition(kind="finding", text=f"{name}: {said or 'result not stated'}"[:4000], at=at)
    key = re.sub(r"[\s_]+", "-", name.lower())
    if _INSTRUMENT.match(key) or unit in ("score", "points"):
        return Scale(
            at=at, instrument=key, score=read_number(value, f"{path}.value", 0, INSTRUMENTS.get(key, 1000))
        )
    number = read_number(value, f"{path}.value", -1e6, 1e6)
    return Test(at=at, test=key, value=number or 0.0, unit=unit or "1", site=site)


def read_intervention_event(event: Mapping[str, object], at: Instant, path: str) -> Intervention:
    """Something done, with its words."""
    kind = read_text(event.get("kind"), f"{path}.kind", LONGEST_NAME)
    if kind is None:
        raise InputRefused(
            f"{path}.kind", event.get("kind"), "is missing", "rotation, ketamine, taper or adjunct"
        )
    detail = read_text(event.get("detail"), f"{path}.detail")
    text = "; ".join(filter(None, (detail, read_note(event, path))))[:4000] or None
    return Intervention(at=at, kind=kind.lower().replace("_", "-"), text=text)
