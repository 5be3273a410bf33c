"""Hypothesis strategies for records: every field of every fact, only what the reader accepts.

`records()` gives dated and relative records; `tests/record/test_codec.py` proves that every field is reached.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from algesia.quantities.time import DEFAULT_EPOCH, Instant
from algesia.quantities.units import DOSE_UNITS, dimension
from algesia.record import model as m
from algesia.record.check_findings import INSTRUMENTS, ITEMS, LAB_UNITS, SCALE_TOPS
from algesia.record.codec import to_builtins
from algesia.record.vocabulary import BODY_AREAS, CONDITION_KINDS, SIGNS

T = TypeVar("T")

FIRST_DAY = Instant.parse("1990-01-01").day
LAST_DAY = Instant.parse("2030-12-31").day
DRUGS = (
    "oxycodone", "morphine", "hydromorphone", "methadone", "fentanyl", "buprenorphine", "tramadol",
    "codeine", "tapentadol", "remifentanil",
)  # fmt: skip
OTHER_SITES = ("both legs", "old scar; lumbar", "hand-left")
TEXT_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from(
    "\n\r\t,;\"'\\"
)


def optional(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Known or not."""
    return st.none() | strategy


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Finite numbers as records hold them, whole ones among them."""
    whole = st.integers(int(low) + (0 if float(low).is_integer() else 1), int(high)).map(float)
    return whole | st.floats(low, high, allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)


def above(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers strictly above `low`."""
    return st.floats(low, high, exclude_min=True, allow_nan=False)


@cache
def names() -> st.SearchStrategy[str]:
    """One-line names, with the characters that trouble a CSV file."""
    return st.text(TEXT_CHARACTERS, min_size=1, max_size=12).filter(_is_name)


def _is_name(text: str) -> bool:
    return text == text.strip() and not any(char in text for char in "\n\r\t") and _is_kept(text)


def _is_kept(text: str) -> bool:
    # the reader refuses a free name that nearly is one of the format's own
    letters = "".join(char for char in text.lower() if char.isalnum())
    return letters not in _OWN_LETTERS


_OWN_LETTERS = {
    "".join(char for char in name if char.isalnum())
    for name in (*CONDITION_KINDS, *BODY_AREAS, *INSTRUMENTS, *LAB_UNITS)
}


def _says_something(text: str) -> bool:
    return bool(text.strip())


@cache
def texts() -> st.SearchStrategy[str]:
    """Free text with line breaks and quotes; never blank."""
    return st.text(TEXT_CHARACTERS, min_size=1, max_size=30).filter(_says_something)


def instants(first: int = FIRST_DAY, last: int = LAST_DAY) -> st.SearchStrategy[Instant]:
    """Days, with and without a time of day."""
    return st.builds(Instant, st.integers(first, last), optional(st.integers(0, 1439)))


@cache
def codes() -> st.SearchStrategy[m.Code]:
    return st.builds(m.Code, system=names(), code=names(), display=optional(names()))


@st.composite
def amounts(draw: st.DrawFn, *dimensions: str) -> m.Amount:
    """A value or a range, in a unit of one of the dimensions."""
    unit = draw(st.sampled_from([unit for unit in DOSE_UNITS if dimension(unit) in dimensions]))
    if draw(st.booleans()):
        return m.Amount(unit=unit, value=draw(numbers(0, 1e4)))
    low, high = sorted((draw(numbers(0, 1e4)), draw(numbers(0, 1e4))))
    return m.Amount(unit=unit, low=low, high=high)


def doses_given() -> st.SearchStrategy[m.Amount]:
    return amounts("mass", "volume", "count")


@st.composite
def medications(draw: st.DrawFn, at: st.SearchStrategy[Instant] | None = None) -> m.Medication:
    """One regimen with any of its fields known or not."""
    start = draw(instants() if at is None else at)
    frequency: dict[str, float] = {}
    name = draw(st.sampled_from((None, "every_hours", "times_per_day")))
    if name is not None:
        low, high = sorted((draw(above(0, 200)), draw(above(0, 200))))
        frequency = {name: low, f"{name}_max": high} if draw(st.booleans()) else {name: low}
    return m.Medication(
        drug=draw(st.sampled_from(DRUGS) | names()),
        start=start,
        end=draw(optional(st.integers(1, 2000).map(start.shifted))),
        order=draw(optional(names())),
        code=draw(optional(codes())),
        route=draw(optional(choices(m.Route))),
        form=draw(optional(names())),
        release=draw(optional(choices(m.Release))),
        dose=draw(optional(amounts("mass", "mass rate", "volume", "volume rate", "count"))),
        strength=draw(optional(amounts("mass", "mass rate"))),
        concentration=draw(optional(amounts("concentration"))),
        as_needed=draw(st.booleans()),
        max_per_day=draw(optional(above(0, 50) | amounts("mass", "mass rate", "volume", "count"))),
        quantity=draw(optional(amounts("mass", "volume", "count"))),
        days_supply=draw(optional(above(0, 400))),
        basis=draw(choices(m.Basis)),
        text=draw(optional(texts())),
        question=draw(optional(texts())),
        **frequency,
    )


def choices(alias: Any) -> st.SearchStrategy[Any]:
    """The values of a `Literal`."""
    return st.sampled_from(alias.__args__)


def _told(given: tuple[object, ...]) -> bool:
    return given != (None, None, None)


@st.composite
def conditions(draw: st.DrawFn, at: st.SearchStrategy[Instant]) -> m.Condition:
    start = draw(optional(at))
    ends = st.integers(1, 3000).map(start.shifted) if start else at
    kind, text, code = draw(
        st.tuples(
            optional(st.sampled_from(CONDITION_KINDS) | names()), optional(texts()), optional(codes())
        ).filter(_told)
    )
    return m.Condition(kind=kind, text=text, code=code, at=start, end=draw(optional(ends)))


@st.composite
def pains(draw: st.DrawFn, at: st.SearchStrategy[Instant]) -> m.Pain:
    scale = draw(st.sampled_from(tuple(SCALE_TOPS)))
    score = draw(optional(numbers(0, SCALE_TOPS[scale])))
    high = None if score is None else draw(optional(st.floats(score, SCALE_TOPS[scale])))
    return m.Pain(
        at=draw(at),
        score=score,
        score_high=high,
        scale=scale,  # type: ignore[arg-type]
        question=draw(optional(names())),
        sites=tuple(draw(st.lists(st.sampled_from((*BODY_AREAS, *OTHER_SITES)), max_size=3))),
        with_=draw(optional(names())),
        words=draw(optional(names())),
        note=draw(optional(texts())),
    )


def body_maps(at: st.SearchStrategy[Instant]) -> st.SearchStrategy[m.BodyMap]:
    areas = st.lists(st.sampled_from(BODY_AREAS), unique=True, max_size=6).map(tuple)
    return st.builds(m.BodyMap, at=at, areas=areas, touch_pain=areas)


@st.composite
def scales(draw: st.DrawFn, at: st.SearchStrategy[Instant]) -> m.Scale:
    instrument = draw(st.sampled_from(tuple(INSTRUMENTS)) | names())
    most = ITEMS.get(instrument)
    keys = names() if most is None else st.integers(1, most).map(str)
    items = st.dictionaries(keys, numbers(0, 10), min_size=1, max_size=4)
    return m.Scale(
        at=draw(at),
        instrument=instrument,
        score=draw(optional(numbers(0, INSTRUMENTS.get(instrument, 1000)))),
        items=draw(optional(items)),
    )


@st.composite
def functions(draw: st.DrawFn, at: st.SearchStrategy[Instant]) -> m.Function:
    instrument = draw(st.sampled_from(tuple(INSTRUMENTS)) | names())
    return m.Function(
        at=draw(at), instrument=instrument, score=draw(numbers(0, INSTRUMENTS.get(instrument, 1000)))
    )


@st.composite
def labs(draw: st.DrawFn, at: st.SearchStrategy[Instant]) -> m.Lab:
    lab = draw(st.sampled_from(tuple(LAB_UNITS)) | names())
    units = st.sampled_from(sorted(set(LAB_UNITS[lab].values()))) if lab in LAB_UNITS else names()
    return m.Lab(at=draw(at), lab=lab, value=draw(numbers(0, 1e5)), unit=draw(units))


@st.composite
def interventions(draw: st.DrawFn, at: st.SearchStrategy[Instant]) -> m.Intervention:
    start = draw(at)
    return m.Intervention(
        at=start,
        kind=draw(names()),
        text=draw(optional(texts())),
        end=draw(optional(st.integers(0, 90).map(start.shifted))),
    )


def persons(born: st.SearchStrategy[Instant] | None) -> st.SearchStrategy[m.Person]:
    """Who it is; the birth date or the age, never both (they would have to agree)."""
    fields: dict[str, Any] = {
        "id": optional(names()),
        "sex": optional(st.sampled_from(("female", "male", "other", "unknown"))),
        "weight_kg": optional(above(0, 500)),
        "pregnant": optional(st.booleans()),
        "time_zone": optional(st.sampled_from(("Europe/London", "America/New_York", "UTC", "Asia/Kolkata"))),
    }
    aged = st.builds(m.Person, age_years=optional(numbers(0, 120)), **fields)
    return aged if born is None else aged | st.builds(m.Person, birth_date=optional(born), **fields)


@st.composite
def records(draw: st.DrawFn, relative: bool | None = None, most: int = 3) -> m.Record:
    """A whole record, as the reader would give it; dated, relative or (by default) either."""
    counts_days = draw(st.booleans()) if relative is None else relative
    epoch = DEFAULT_EPOCH
    if draw(st.booleans()):
        epoch = draw(st.integers(FIRST_DAY, LAST_DAY))
    at = instants(epoch - 400, epoch + 4000) if counts_days else instants()

    def facts(strategy: st.SearchStrategy[T]) -> tuple[T, ...]:
        return tuple(draw(st.lists(strategy, max_size=most)))

    signs = st.builds(
        m.Sign, at=at, sign=st.sampled_from(SIGNS), present=optional(st.booleans()), note=optional(texts())
    )
    tests = st.builds(
        m.Test, at=at, test=names(), value=numbers(-1e3, 1e3), unit=names(), site=optional(names())
    )
    given_doses = st.builds(
        m.Dose,
        at=at,
        drug=st.sampled_from(DRUGS) | names(),
        dose=doses_given(),
        code=optional(codes()),
        route=optional(choices(m.Route)),
        form=optional(names()),
        release=optional(choices(m.Release)),
        strength=optional(amounts("mass", "mass rate")),
        concentration=optional(amounts("concentration")),
    )
    born = instants(FIRST_DAY - 36500, min(FIRST_DAY, epoch) - 500).map(lambda i: Instant(i.day))
    return m.Record(
        epoch=Instant(epoch),
        relative=counts_days,
        person=draw(st.just(m.Person()) | persons(born)),
        conditions=facts(conditions(at)),
        medications=_with_ids(draw, facts(medications(at))),
        doses=_with_ids(draw, facts(given_doses)),
        pain=facts(pains(at)),
        function=facts(functions(at)),
        body_maps=facts(body_maps(at)),
        signs=facts(signs),
        tests=facts(tests),
        scales=facts(scales(at)),
        labs=facts(labs(at)),
        interventions=facts(interventions(at)),
        source=draw(optional(texts())),
    )


def _with_ids(draw: st.DrawFn, facts: tuple[Any, ...]) -> tuple[Any, ...]:
    ids = draw(st.lists(names(), unique=True, min_size=len(facts), max_size=len(facts)))
    return tuple(
        msgspec.structs.replace(fact, id=name) if draw(st.booleans()) else fact
        for fact, name in zip(facts, ids, strict=True)
    )


def wire_records(**options: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Records as plain values of the wire format."""
    return records(**options).map(to_builtins)
