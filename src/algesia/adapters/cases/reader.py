"""`read_case`: a published case of the format `algesia-case/0.1` into a `Record`.

Read: id, age, sex, condition, cancer, renal_function, timeline, citation, url. Left where they are: the answer
(label and everything beside it, outcome, decision day) and the abstractor's notes on it. The blind one-line form
(no schema, label, condition or notes) is read the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Literal

from algesia.adapters.cases.conditions import read_conditions, read_renal
from algesia.adapters.cases.fields import (
    LONGEST_NAME,
    read_flag,
    read_list,
    read_number,
    read_object,
    read_text,
    refuse_unknown,
)
from algesia.adapters.cases.findings import (
    read_intervention_event,
    read_pain_event,
    read_sign_event,
    read_test_event,
)
from algesia.adapters.cases.printed import Printed, read_printed
from algesia.adapters.cases.regimens import read_regimens
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import DEFAULT_EPOCH, MINUTES_A_DAY, Instant
from algesia.record.check import check_record
from algesia.record.model import Condition, Intervention, Pain, Person, Record, Scale, Sign, Test

CASE_FORMAT: Final = "algesia-case/0.1"
_FACTS: Final = (
    "schema", "id", "age", "sex", "condition", "cancer", "renal_function", "timeline", "citation", "url",
)  # fmt: skip
_LEFT_OUT: Final = (
    "ids", "access", "kind", "outcome", "label", "label_subtype", "label_components", "label_certainty",
    "label_basis", "notes", "decision_t_day", "decision_t_day_inferred", "counts", "quality", "split",
)  # fmt: skip
_EVENTS: Final = ("opioid", "sign", "pain", "qst", "intervention")
_FIRST_DAY: Final = -40000.0
_LAST_DAY: Final = 40000.0
_MOST_EVENTS: Final = 20000
_SEXES: Final[dict[str, Literal["female", "male", "other", "unknown"]]] = {
    "f": "female", "female": "female", "m": "male", "male": "male", "other": "other", "unknown": "unknown",
}  # fmt: skip


@dataclass(slots=True)
class _Read:
    """What has been read of the timeline so far."""

    opioids: list[Printed] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    pain: list[Pain] = field(default_factory=list)
    scales: list[Scale] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    findings: list[Condition] = field(default_factory=list)
    interventions: list[Intervention] = field(default_factory=list)
    days_inferred: int = 0


def is_case(raw: object) -> bool:
    """Whether a JSON value is a case: it says so, or it is the blind form (a timeline without a format).

    >>> is_case({"schema": "algesia-case/0.1"}), is_case({"format": "algesia-record/1"})
    (True, False)
    """
    if not isinstance(raw, Mapping):
        return False
    return raw.get("schema") == CASE_FORMAT or (
        "timeline" in raw and "format" not in raw and "schema" not in raw
    )


def read_case(raw: object) -> Record:
    """Read one case.

    Parameters
    ----------
    raw
        The decoded JSON object.

    Returns
    -------
    Record
        Relative: day 0 of the case is the record's epoch. How successive regimens end one another is said in
        `adapters.cases.regimens`; what is queried in `adapters.cases.amounts`.

    Raises
    ------
    InputRefused
        With the path of the value: wrong type, out of range, unknown sign, scale, event or format.

    >>> case = {"id": "a", "age": 50, "sex": "F", "cancer": False, "timeline": [
    ...     {"t_day": -7, "event": "opioid", "drug": "fentanyl", "route": "TD", "dose": 50, "unit": "mcg",
    ...      "frequency": "every 72 h"}]}
    >>> record = read_case(case)
    >>> record.medications[0].dose is None, "mcg per hour" in record.medications[0].question
    (True, True)
    """
    case = read_object(raw, "")
    _check_keys(case)
    read = _Read()
    timeline = read_list(case.get("timeline"), "timeline")
    if len(timeline) > _MOST_EVENTS:
        raise InputRefused("timeline", len(timeline), "holds too many events", f"at most {_MOST_EVENTS}")
    for index, value in enumerate(timeline):
        _read_event(read, value, f"timeline[{index}]")
    words = read_text(case.get("condition"), "condition")
    conditions = read_conditions(words, read_flag(case.get("cancer"), "cancer"))
    renal, labs = read_renal(read_text(case.get("renal_function"), "renal_function"), Instant(DEFAULT_EPOCH))
    record = Record(
        relative=True,
        person=_person(case),
        conditions=(
            *conditions,
            *renal,
            *read.findings,
            *_not_known(case),
        ),
        medications=read_regimens(read.opioids),
        signs=tuple(read.signs),
        pain=tuple(read.pain),
        scales=tuple(read.scales),
        tests=tuple(read.tests),
        labs=labs,
        interventions=tuple(read.interventions),
        source=_source(case, read.days_inferred, len(timeline)),
    )
    return check_record(record)


def _check_keys(case: Mapping[str, object]) -> None:
    schema = case.get("schema", CASE_FORMAT)
    if schema != CASE_FORMAT:
        raise InputRefused("schema", schema, "is not a format that is read here", CASE_FORMAT)
    for key in case:
        if key not in _FACTS and key not in _LEFT_OUT and get_close_matches(key, _FACTS, n=1, cutoff=0.8):
            raise refuse_unknown(key, _FACTS, key[:LONGEST_NAME], "key of a case")


def _not_known(case: Mapping[str, object]) -> tuple[Condition, ...]:
    """Keys this edition does not know: a plain value is kept as text, anything else is refused."""
    kept = []
    for key, value in case.items():
        if key in _FACTS or key in _LEFT_OUT or key.startswith("label") or value is None:
            continue
        if not isinstance(value, str | int | float | bool):
            raise InputRefused(key[:LONGEST_NAME], value, "is not a key of a case", " or ".join(_FACTS))
        kept.append(Condition(kind="case-note", text=f"{key}: {value}"[:4000]))
    return tuple(kept)


def _person(case: Mapping[str, object]) -> Person:
    sex = read_text(case.get("sex"), "sex", LONGEST_NAME)
    if sex is not None and sex.lower() not in _SEXES:
        raise InputRefused("sex", sex, "is not known", "F, M, other, unknown or null")
    return Person(
        id=read_text(case.get("id"), "id", LONGEST_NAME),
        age_years=read_number(case.get("age"), "age", 0, 120),
        sex=None if sex is None else _SEXES[sex.lower()],
    )


def _read_event(read: _Read, value: object, path: str) -> None:
    event = read_object(value, path)
    at = _when(event, path)
    read.days_inferred += bool(read_flag(event.get("t_inferred"), f"{path}.t_inferred"))
    match event.get("event"):
        case "opioid":
            read.opioids.append(read_printed(event, at, path))
        case "sign":
            read.signs.append(read_sign_event(event, at, path))
        case "pain":
            read.pain.append(read_pain_event(event, at, path))
        case "intervention":
            read.interventions.append(read_intervention_event(event, at, path))
        case "qst":
            match read_test_event(event, at, path):
                case Scale() as scale:
                    read.scales.append(scale)
                case Test() as test:
                    read.tests.append(test)
                case Condition() as finding:
                    read.findings.append(finding)
        case other:
            raise refuse_unknown(other, _EVENTS, f"{path}.event", "event")


def _when(event: Mapping[str, object], path: str) -> Instant:
    """Day and, for a fraction, minute; rounded to the minute before it is split into both."""
    t_day = read_number(event.get("t_day"), f"{path}.t_day", _FIRST_DAY, _LAST_DAY)
    if t_day is None:
        raise InputRefused(
            f"{path}.t_day", None, "is missing", "days from day 0, a fraction for the time of day"
        )
    if t_day.is_integer():
        return Instant(DEFAULT_EPOCH + int(t_day))
    day, minute = divmod(round(t_day * MINUTES_A_DAY), MINUTES_A_DAY)
    return Instant(DEFAULT_EPOCH + day, minute)


def _source(case: Mapping[str, object], inferred: int, events: int) -> str | None:
    citation = read_text(case.get("citation"), "citation")
    url = read_text(case.get("url"), "url")
    days = f"The day of {inferred} of {events} events was inferred by the abstractor" if inferred else None
    return ". ".join(part.rstrip(".") for part in (citation, url, days) if part)[:4000] or None
