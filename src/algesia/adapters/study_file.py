"""A file of studies, read: a list, an object with `studies`, or one study.

Only a broken structure is refused. A value that does not fit its place is kept as words, and what depends on it
becomes unassessable; fields that are not known are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from algesia.knowledge.tables import DATA
from algesia.mechanism.study import Arm, Dosing, Measure, Prior, Study, begins
from algesia.mechanism.study_groups import group_name
from algesia.quantities.refusal import InputRefused, shorten
from algesia.record.parse import clean, parse_json

MOST_STUDIES: Final = 1000
MOST_DOSES: Final = 100_000
_FOLDER: Final = "mechanism/studies"


def read_studies(data: bytes, file: str) -> tuple[Study, ...]:
    """Read studies from JSON. `file` is the name that a refusal shows.

    Raises
    ------
    InputRefused
        With the path of what is wrong, the value, and what would be right.

    >>> read_studies(b'{"id": "s", "arms": [{"name": "a"}], "measures": []}', "s.json")[0].id
    's'
    >>> read_studies(b'[{"id": "s"}]', "s.json")
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: s.json: [0].arms: is missing. Expected: a list of arms.
    """
    try:
        raw = parse_json(data)
        clean(raw)
        return _studies(raw)
    except InputRefused as refused:
        raise refused.in_file(file) from None


def bundled_studies() -> tuple[Study, ...]:
    """The studies that come with the package, by name of file.

    >>> len(bundled_studies())
    49
    """
    files = sorted((DATA / _FOLDER).glob("*.json"))
    return tuple(study for path in files for study in read_studies(path.read_bytes(), path.name))


def _studies(raw: object) -> tuple[Study, ...]:
    path = ""
    if isinstance(raw, dict) and "studies" in raw:
        raw, path = raw["studies"], "studies"
    elif isinstance(raw, dict):
        return (_study(raw, ""),)
    if not isinstance(raw, list):
        raise InputRefused(path, raw, "is no list of studies", 'a list, {"studies": [...]}, or one study')
    if not raw:
        raise InputRefused(path, None, "holds no study", "one study or more")
    if len(raw) > MOST_STUDIES:
        raise InputRefused(path, len(raw), "are too many studies", f"at most {MOST_STUDIES}")
    studies = tuple(_study(one, f"{path}[{i}]") for i, one in enumerate(raw))
    seen: set[str] = set()
    for i, study in enumerate(studies):
        if study.id in seen:
            raise InputRefused(f"{path}[{i}].id", study.id, "is given twice", "another id for each study")
        seen.add(study.id)
    return studies


def _study(raw: object, path: str) -> Study:
    fields = _object(raw, path, "a study: an object with id, arms, measures")
    at = f"{path}." if path else ""
    arms = [_arm(one, f"{at}arms[{i}]") for i, one in enumerate(_list(fields, "arms", at, "a list of arms"))]
    names = [arm.name for arm in arms]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise InputRefused(f"{at}arms[{i}].name", name, "is given twice", "another name for each arm")
    listed = _list(fields, "measures", at, "a list of measures")
    return Study(
        id=_name(fields, "id", at),
        arms=tuple(replace(arm, trial=begins(_text(fields.get("time_zero")))) for arm in arms),
        measures=tuple(_measure(one, f"{at}measures[{i}]") for i, one in enumerate(listed)),
        time_zero=_text(fields.get("time_zero")),
        source=_text(fields.get("source")),
        url=_text(fields.get("url")),
        confidence=_text(fields.get("confidence")),
    )


def _arm(raw: object, path: str) -> Arm:
    fields = _object(raw, path, "an arm: an object with name, population, schedule")
    population = fields.get("population")
    people = _object(population, f"{path}.population", "an object") if population is not None else {}
    told = people.get("prior_opioid")
    prior = (
        _object(told, f"{path}.population.prior_opioid", "an object or null") if told is not None else None
    )
    schedule = _list(fields, "schedule", f"{path}.", "a list") if fields.get("schedule") is not None else []
    covariates = fields.get("covariates")
    return Arm(
        name=_name(fields, "name", f"{path}."),
        n=_number(fields.get("n")),
        group=group_name(_text(people.get("group"))),
        prior=None if prior is None else _prior(prior),
        schedule=tuple(_dosing(one, f"{path}.schedule[{i}]") for i, one in enumerate(schedule)),
        covariates=_object(covariates, f"{path}.covariates", "an object") if covariates is not None else {},
    )  # fmt: skip


def _prior(told: Mapping[str, object]) -> Prior:
    drug, dose = _text(told.get("drug")) or None, told.get("daily_dose")
    number, wrong = _number(dose), ""
    if dose is not None and number is None:
        wrong = f"daily_dose {shorten(dose)} of the opioid taken before is not a number"
    elif number is not None and number < 0.0:
        wrong = f"daily_dose {shorten(number)} of the opioid taken before is below zero"
    unit, duration = _text(told.get("unit")) or "mg/d", _text(told.get("duration")) or None
    return Prior(drug, number, unit, duration, wrong)


def _dosing(raw: object, path: str) -> Dosing:
    fields = _object(raw, path, "an object with drug, route, start_h and a dose")
    wrong = []
    numbers: dict[str, float | None] = {}
    for key in ("start_h", "amount", "every_h", "count", "rate", "duration_h"):
        value = fields.get(key)
        numbers[key] = _number(value)
        if value is not None and numbers[key] is None:
            wrong.append(f"{key} {shorten(value)} is not a number")
    drug = _text(fields.get("drug"))
    if not drug.strip():
        wrong.append("a drug is not named")
    start, count = numbers["start_h"], numbers["count"]
    if start is None and fields.get("start_h") is None:
        wrong.append(f"when {drug or 'the drug'} starts is not given")
    for key in ("amount", "rate"):
        if (numbers[key] or 0.0) < 0.0:
            wrong.append(f"{key} {shorten(numbers[key])} of {drug} is below zero")
    for key in ("every_h", "duration_h"):
        if (numbers[key] or 1.0) < 0.0 or numbers[key] == 0.0:
            wrong.append(f"{key} {shorten(numbers[key])} of {drug} is not above zero")
    if count is not None and not (1 <= count <= MOST_DOSES and float(count).is_integer()):
        wrong.append(f"count {shorten(count)} of {drug} is no number of doses")
        count = None
    target = fields.get("target_conc")
    if isinstance(target, int | float) and target < 0:
        wrong.append(f"target_conc {shorten(target)} of {drug} is below zero")
    return Dosing(
        drug=drug or "unknown", route=_text(fields.get("route")) or "unknown", start_h=-math.inf if start is None else start,
        amount=numbers["amount"], unit=_text(fields.get("unit")) or "mg", every_h=numbers["every_h"],
        count=int(count or 1), rate=numbers["rate"], rate_unit=_text(fields.get("rate_unit")) or None,
        duration_h=numbers["duration_h"], target=target if isinstance(target, str) else _number(target),
        steady_state=fields.get("steady_state") is True, assumed=fields.get("assumed") is True, wrong="; ".join(wrong),
    )  # fmt: skip


def _measure(raw: object, path: str) -> Measure:
    fields = _object(raw, path, "a measure: an object with name, kind, unit, time_h")
    value, time = fields.get("value"), fields.get("time_h")
    wrong = []
    if time is not None and _number(time) is None:
        wrong.append(f"time_h {shorten(time)} is not a number")
    iqr = fields.get("iqr")
    ends = _pair(iqr)
    number = _number(value)
    return Measure(
        name=_name(fields, "name", f"{path}."),
        arm=_text(fields.get("arm")) or None,
        relative_to=_text(fields.get("relative_to")) or None,
        time_h=_number(time),
        kind=_text(fields.get("kind")) or "level",
        statistic=_text(fields.get("statistic")),
        unit=_text(fields.get("unit")),
        value=number,
        observed=number if number is not None else _text(value) or None,
        sd=_positive(fields.get("sd")),
        sem=_positive(fields.get("sem")) or _positive(fields.get("se")),
        err=_positive(fields.get("err")),
        ci=_pair(fields.get("ci")),
        iqr=_positive(iqr) if ends is None else _positive(ends[1] - ends[0]),
        n=_positive(fields.get("n")),
        note=" ".join(part for part in (_text(fields.get("note")), _text(fields.get("qualitative"))) if part),
        higher_is=_text(fields.get("higher_is")),
        scorable=fields.get("scorable") is not False,
        time_assumed=fields.get("time_assumed") is True,
        baseline=_positive(fields.get("baseline")),
        wrong="; ".join(wrong),
    )


def _object(raw: object, path: str, expected: str) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise InputRefused(path, raw, "is not an object", expected)
    return cast("Mapping[str, object]", raw)


def _list(fields: Mapping[str, object], key: str, at: str, expected: str) -> list[object]:
    value = fields.get(key)
    if value is None:
        raise InputRefused(f"{at}{key}", None, "is missing", expected)
    if not isinstance(value, list):
        raise InputRefused(f"{at}{key}", value, "is not a list", expected)
    return value


def _name(fields: Mapping[str, object], key: str, at: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputRefused(f"{at}{key}", value, "is missing" if value is None else "is not a name", "a name")
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0.0 else None


def _pair(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    low, high = _number(value[0]), _number(value[1])
    return None if low is None or high is None else (low, high)
