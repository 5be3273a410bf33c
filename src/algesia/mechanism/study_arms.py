"""Whom a measure is compared with: arms out of the study's words, by whole words, never by parts of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_curves import Variant
from algesia.mechanism.study_drugs import drug_name, is_opioid
from algesia.mechanism.study_scales import cannot
from algesia.mechanism.study_times import spoken

_PLACEBO: Final = frozenset({"placebo", "saline", "vehicle", "sham", "dummy"})
_SHORT: Final = {
    "pbo": "placebo",
    "plac": "placebo",
    "sal": "saline",
    "ctrl": "control",
    "ctl": "control",
    "hc": "control",
}
"""How arms are called for short."""
_NO_DRUG: Final = frozenset(
    {"no drug", "without drug", "untreated", "no treatment", "without treatment", "no test drug"}
)
_CONTROL: Final = frozenset({"control", "comparator"})
_HEALTHY: Final = frozenset({"healthy", "volunteer", "normal", "naive"})
_FILLER_WORDS: Final = (
    "group arm subject patient people person participant volunteer control condition session infusion treatment treated "
    "cohort healthy matched normal opioid the of in on with drug only alone value same time dose"
)
_FILLER: Final = frozenset(_FILLER_WORDS.split())
_LETTERED: Final = re.compile(
    r"(?:group|arm|cohort) (\d{1,2}|[a-z]|i{1,3}|iv)|(\d{1,2}|[a-z]) (?:group|arm|cohort)"
)
_NOT: Final = frozenset({"no", "non", "not", "without", "free", "off", "un"})


@dataclass(frozen=True, slots=True)
class Reference:
    """What a measure is compared with: a variant, at its own time (``None``: the time of the measure).

    `at_h` is the time at which the measure itself is read.
    """

    variant: Variant
    time_h: float | None
    at_h: float
    against: str = "value"
    basis: str = ""


def variant_of(study: Study, measure: Measure, arm: Arm, who: str) -> Reference | None:
    """Whom words mean: by whole words of the name of an arm, else by what kind of arm they ask for."""
    words = [_SHORT.get(w, _singular(w)) for w in who.split()]
    others = [a for a in study.arms if a is not arm]
    if who in ("other arm", "other group") and len(others) == 1:
        return _named(others[0].name)
    lettered = _LETTERED.fullmatch(who)
    if lettered is not None:
        sign = re.escape(lettered[1] or lettered[2])
        called = [
            a.name
            for a in others
            if re.match(rf"(?:{sign}|(?:group|arm|cohort) ?{sign})(?![a-z0-9])", spoken(a.name))
        ]
        if len(called) == 1:
            return _named(called[0])
    matched = sorted(((n, a.name) for a in study.arms if (n := _match(a, words))), reverse=True)
    if matched and (len(matched) == 1 or matched[0][0] > matched[1][0]):
        return _named(matched[0][1])
    if matched:
        raise cannot(
            measure.name, f"{measure.relative_to!r} fits several arms", "which arm it is compared with"
        )
    without = _without(others, words) or _lacking(arm, others, words)
    if without is not None:
        return _named(without)
    if who in _NO_DRUG or (set(words) & _PLACEBO and set(words) <= _PLACEBO | _FILLER):
        return Reference(
            Variant(arm.name, "without the test drug"),
            None,
            0.0,
            basis="against the arm without the test drug",
        )
    if not set(words) <= _CONTROL | _HEALTHY | _FILLER or not set(words) & (_CONTROL | _HEALTHY):
        return None
    like = [a.name for a in others if set(_words(a)) & _CONTROL]
    if not like and set(words) & _HEALTHY and arm.group != "healthy":
        like = [a.name for a in others if a.group == "healthy"]
    if not like and not set(words) & _HEALTHY:
        like = [a.name for a in others]
    if len(like) > 1:
        raise cannot(
            measure.name, f"{measure.relative_to!r} fits several arms", "which arm it is compared with"
        )
    if like:
        return _named(like[0])
    return Reference(
        Variant(arm.name, "without any drug"), None, 0.0, basis="against the arm without any drug"
    )


def _named(name: str) -> Reference:
    return Reference(Variant(name), None, 0.0, basis=f"against {name}")


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word


def _words(arm: Arm) -> list[str]:
    return [_SHORT.get(w, _singular(w)) for w in spoken(arm.name).split()]


def _match(arm: Arm, told: list[str]) -> int:
    """How many words of an arm's name are meant; 0 where it is not this arm.

    The rest of what is told may only be filling ("placebo group"), or a drug of the arm; never a word that denies.
    """
    name = _words(arm)
    if len("".join(name)) < 3 or set(told) & _NOT - set(name):
        return 0
    drugs = {_singular(w) for drug in drugs_of(arm) for w in drug.split()}
    places = [i for i in range(len(told) - len(name) + 1) if told[i : i + len(name)] == name]
    if places:
        rest = told[: places[0]] + told[places[0] + len(name) :]
        return len(name) if set(rest) <= _FILLER | drugs else 0
    asked = [w for w in told if w not in _FILLER | drugs] or [w for w in told if w not in _FILLER] or told
    return len(asked) if set(asked) <= set(name) and not set(asked) <= _FILLER - set(name) else 0


def _without(others: Iterable[Arm], told: list[str]) -> str | None:
    """The one arm that is named for being without something: "opioid-free" is `nonopioid` or `no opioid`."""
    said = [w for w in told if w not in _FILLER - {"opioid"}]
    what = "".join(w for w in said if w not in _NOT)
    if len(said) < 2 or not what or not set(said) & _NOT:
        return None
    forms = {f"no{what}", f"non{what}", f"without{what}", f"not{what}", f"{what}free", f"{what}naive"}
    found = [a.name for a in others if "".join(_words(a)) in forms]
    return found[0] if len(found) == 1 else None


def _lacking(arm: Arm, others: Iterable[Arm], told: list[str]) -> str | None:
    """The one other arm whose schedule does not hold the drug that this one has: "no remifentanil"."""
    said = [w for w in told if w not in _FILLER - {"opioid"}]
    what = " ".join(w for w in said if w not in _NOT)
    if len(said) < 2 or said[0] not in _NOT:
        return None
    if what == "opioid":
        found = [a.name for a in others if a.prior is None and not any(is_opioid(d) for d in drugs_of(a))]
    elif what in drugs_of(arm):
        found = [a.name for a in others if what not in drugs_of(a)]
    else:
        return None
    return found[0] if len(found) == 1 else None


def drugs_of(arm: Arm) -> frozenset[str]:
    """What the drugs of an arm are called."""
    names = {spoken(line.drug) for line in arm.schedule} | {
        spoken(drug_name(line.drug)) for line in arm.schedule
    }
    return frozenset(names)
