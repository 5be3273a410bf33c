"""Who is simulated: what the options of `algesia simulate` say, else what the record says."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, cast

from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.mechanism.simulation import Group
    from algesia.record.model import Record

PEOPLE: Final = 200
MOST_PEOPLE: Final = 1_000_000
PHENOTYPES: Final = ("poor", "intermediate", "normal", "ultrarapid")
HEPATIC: Final = ("none", "mild", "moderate", "severe")
SEXES: Final = ("female", "male")


def group_of(asked: Namespace, record: Record | None, as_of: int) -> Group:
    """Who is simulated: what the options say, else what the record says."""
    from algesia.mechanism.simulation import Group, Phenotype

    count = PEOPLE if asked.people is None else asked.people
    within("--people", count, 1, MOST_PEOPLE)
    within("--seed", asked.seed, 0, 2**31 - 1)
    for option, value, low, high in (
        ("--weight", asked.weight, 1, 500),
        ("--age", asked.age, 0, 120),
        ("--egfr", asked.egfr, 1, 250),
    ):
        if value is not None:
            within(option, value, low, high)
    group = Group(
        people=count,
        varies=count > 1,
        weight_kg=asked.weight,
        age=asked.age,
        egfr=asked.egfr,
        sex=cast('Literal["female", "male"] | None', _one_of("--sex", asked.sex, SEXES)),
        hepatic=cast(
            'Literal["none", "mild", "moderate", "severe"] | None',
            _one_of("--hepatic", asked.hepatic, HEPATIC),
        ),
        cyp2d6=cast("Phenotype | None", _one_of("--cyp2d6", asked.cyp2d6, PHENOTYPES)),
        cyp2b6=cast("Phenotype | None", _one_of("--cyp2b6", asked.cyp2b6, PHENOTYPES)),
        chronic_pain=asked.chronic_pain or record is not None,
        seed=asked.seed,
    )
    return group if record is None else _of_record(group, record, as_of)


def _of_record(group: Group, record: Record, as_of: int) -> Group:
    """The covariates that a record holds, where no option gives them."""
    person = record.person
    age = person.age_years
    if age is None and person.birth_date is not None and not record.relative:
        age = float(int((as_of - person.birth_date.day) / 365.25))
    labs = [lab for lab in record.labs if lab.lab == "egfr" and lab.at.day <= as_of]
    egfr = max(labs, key=lambda lab: lab.at.day).value if labs else None
    sex = person.sex if person.sex in ("female", "male") else None
    return replace(
        group,
        weight_kg=group.weight_kg if group.weight_kg is not None else person.weight_kg,
        age=group.age if group.age is not None else age,
        egfr=group.egfr if group.egfr is not None else egfr,
        sex=group.sex or sex,
    )


def within(option: str, value: float, low: float, high: float, *, above: bool = False) -> None:
    """Refuse a number outside its range (`WrongCall`), naming the option and the range."""
    if not low <= value <= high or (above and value <= low):
        at_least = "above" if above else "from"
        raise WrongCall(f"{option} {value:,.12g} is out of range: {at_least} {low:,.12g} to {high:,.12g}")


def _one_of(option: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is not None and value not in allowed:
        raise WrongCall(f"{option} {value!r} is not one of {', '.join(allowed)}")
    return value
