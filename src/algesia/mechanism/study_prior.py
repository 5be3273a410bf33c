"""The opioid that people took before a study: a daily dose in words, as one order up to time zero."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from algesia.mechanism.model import Order
from algesia.mechanism.study import Arm, Prior
from algesia.mechanism.study_drugs import MOST_CHARACTERS, drug_name, is_opioid, spelled, way_in
from algesia.mechanism.units import UnknownUnit, unit

PRIOR_DAYS: Final = 180
"""How long an opioid was taken before, where only its daily dose is told. Assumed, as in the bundled studies."""
_KG: Final = 70.0
_PRIOR_ROUTES: Final[Mapping[str, tuple[str, float]]] = {
    "buprenorphine": ("sublingual", 24.0), "fentanyl": ("transdermal", 72.0),
}  # fmt: skip
"""The way in and the hours between doses where a prior opioid is not swallowed. Assumed: how each is commonly given."""
_ONCE: Final = frozenset({"methadone", "buprenorphine"})
_TIMES: Final[Mapping[str, int]] = {"oral-er": 2}
"""Doses a day of a prior opioid; four where nothing else stands here. Assumed: how each is commonly given."""
_PRIOR_WORDS: Final = (
    (re.compile(r"\b(?:patch(?:es)?|tts|transdermal|butrans)\b"), "transdermal"), (re.compile(r"\bbuccal\b"), "buccal"),
    (re.compile(r"\b(?:iv|intravenous|injected)\b"), "iv"), (re.compile(r"\b(?:sc|subcutaneous|depot|sublocade|brixadi)\b"), "sc"),
    (re.compile(r"\b(?:sl|sublingual)\b"), "sublingual"),
)  # fmt: skip
_MME: Final = re.compile(
    r"\b(?:o?mme|o?med|o?medd|ome|omeq|omedd|meq|mso4 equiv[a-z]*|(?:oral )?morphine[ -]?(?:milligram )?equiv[a-z]*(?: doses?)?)\b"
)
NO_PRIOR: Final = re.compile(r"none|no|nil|no opioids?|opioid[- ]?naive|naive|placebo")


def prior_order(arm: Arm, prior: Prior, start: float) -> Order | str:
    """The prior opioid up to time zero, or why it cannot be had."""
    name = (prior.drug or "").lower()
    plain, ways = _unit_alone(prior.unit, prior.drug or "")
    name, text = f"{name} {ways}".strip(), spelled_mme(plain)
    by_mme = bool(_MME.search(prior.unit.lower()) or _MME.search(name))
    drug = "morphine" if by_mme else drug_name(_bare(prior.drug or ""))
    if prior.wrong:
        return prior.wrong
    if prior.daily_dose is None:
        return f"the dose of the opioid taken before ({prior.drug or 'not named'}) is not given"
    if not by_mme and prior.drug and not is_opioid(drug):
        return f"which opioid {prior.drug!r} is, taken before, is not known"
    if _EACH.search(prior.unit.lower()):
        return f"whether {prior.daily_dose:g} {prior.unit!r} of the opioid taken before are a day or each time is not said"
    if prior.daily_dose is None or not is_opioid(drug):
        return f"the dose of the opioid taken before ({prior.drug or 'not named'}) is not given"
    if arm.group == "former-user" or re.search(
        r"\boff\b|abstinen|stopped|\bclean\b|former", (prior.duration or "").lower()
    ):
        return f"when the opioid taken before ({prior.drug or 'not named'}) was stopped is not given"
    mg = _mg_a_day(prior.daily_dose, text, arm)
    if mg is None:
        return f"{prior.unit!r} is no daily dose of the opioid taken before"
    route, every = _PRIOR_ROUTES.get(drug, ("oral", 24.0)) if not by_mme else ("oral", 24.0)
    route = next((way for words, way in _PRIOR_WORDS if not by_mme and words.search(name)), route)
    if drug == "buprenorphine" and route == "sc":
        return "which depot of buprenorphine was taken before, and how much each time, is not said"
    if route == "transdermal":
        every = 168.0 if drug == "buprenorphine" else every
        worn = math.ceil(24.0 * PRIOR_DAYS / every)
        # the nominal rate of a patch is what reaches the blood
        return Order(
            drug, route, -worn * every, amount=mg * 1000.0 / 24.0, unit="ug/h", every_h=every, count=worn
        )
    way = way_in(name, route, 24.0)
    times = 1 if drug in _ONCE else _TIMES.get(way, 4)
    return Order(drug, way, start, amount=mg / times, every_h=24.0 / times, count=PRIOR_DAYS * times)


_EACH: Final = re.compile(
    r"\b(?:bid|tid|qid|b\.i\.d|t\.i\.d|twice|thrice|times)\b|\bq ?\d+ ?h|\bevery \d+|/ ?dose\b|per dose\b|\bper tablet"
)
"""Units that may be of one dose or of a day."""
_SAID: Final = re.compile(
    r"\b(?:po|p\.o\.|oral(?:ly)?|iv|i\.v\.|sc|s\.c\.|sl|s\.l\.|sublingual|intravenous|transdermal|intrathecal|epidural)(?!\w)"
)


def _unit_alone(told: str, drug: str) -> tuple[str, str]:
    """A unit without the name of its drug and the way in, and that way.

    >>> _unit_alone("mg oxycodone/day", "oxycodone"), _unit_alone("mg IV per day", "morphine")
    (('mg /day', ''), ('mg per day', 'iv'))
    """
    text = told.lower()
    if not _MME.search(text):
        ways = " ".join(one.replace(".", "") for one in _SAID.findall(text))
        names = [
            w
            for w in re.findall(r"[a-z]{5,}", text)
            if drug and is_opioid(w) and drug_name(w) == drug_name(_bare(drug))
        ]
        for word in names:
            text = re.sub(rf"\b{word}\b", "", text)
        return " ".join(_SAID.sub("", text).split()), ways
    return told, ""


def _bare(name: str) -> str:
    """A drug's name without the words for how a prior opioid was taken that are no part of a name."""
    return re.sub(r"\b(?:injected|transdermal|depot)\b", " ", name.lower()).strip()


def spelled_mme(text: str) -> str:
    """The unit of a daily dose with morphine equivalents as mg, and a day as the time where none is told.

    >>> [spelled_mme(u) for u in ("MME/d", "MEDD", "mg MED/day", "mg morphine equivalents per day", "mg/d OME")]
    ['mg/d', 'mg/d', 'mg/d', 'mg/d', 'mg/d']
    >>> spelled_mme("g/day"), spelled_mme("mg daily")
    ('g/d', 'mg/d')
    """
    told = " ".join(text.lower().split())[:MOST_CHARACTERS]
    bare = _MME.sub(" ", told).strip()
    found = bare if re.search(r"\b(?:mg|g|ug|mcg|milligrams?)\b", bare) else _MME.sub("mg", told)
    found = spelled(re.sub(r"\s*(?:\bdaily\b|\ba day\b|/ ?die\b|\bqd\b|\bod\b)", "/d", found))
    return found if re.search(r"/(?:\d*)(?:h|d|wk|min)$", found) else f"{found}/d"


def _mg_a_day(dose: float, text: str, arm: Arm) -> float | None:
    """A daily dose in mg; by weight where the unit says so (70 kg where the weight is not told)."""
    try:
        one = unit(text)
    except UnknownUnit:
        return None
    want = unit("mg/d")
    if one.exponents == (want / unit("kg")).exponents:
        return dose * (arm.number("weight_kg", "weight") or _KG) * (one * unit("kg")).per(want)
    return dose * one.per(want) if one.exponents == want.exponents else None
