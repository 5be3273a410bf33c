"""Adding or changing a medicine: the answers given so far, the next question, and the fact they make.

The answers travel in the address, so that nothing is written before the person has said "yes, that is right", and the
back button simply goes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias, get_args
from urllib.parse import urlencode

from algesia.exposure.frequency import Daily
from algesia.exposure.model import NOT_RECOGNIZED
from algesia.exposure.reading import read_order
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_products import ProductLine
from algesia.quantities.time import Instant
from algesia.record.codec import from_builtins
from algesia.record.model import Medication
from algesia.web.person.fields import number, past_day, refuse, words
from algesia.web.person.medicine_amount import NOT_SURE, WAYS, amount, often
from algesia.web.person.medicine_search import FORMS, UNITS, line_of, piece, strengths
from algesia.web.visit import Visit

Step: TypeAlias = Literal[
    "name", "strength", "amount", "per", "way", "count", "often", "most", "since", "day", "confirm"
]
Unit: TypeAlias = Literal["mg", "ug", "g", "mL", "ug/h", "{tablet}"]
TYPED_UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
LONGEST_NAME: Final = 200
MOST_AT_ONCE: Final = 100
MOST_ML: Final = 500
PER_UNITS: Final = {
    "{tablet}": {"mg": "mg", "ug": "mcg"},
    "mL": {"mg": "mg in each mL", "mg/5mL": "mg in 5 mL"},
}
"""What is counted so that it must be known how much one of it holds, and how a label says that."""
LISTED: Final = "It will be listed, and not counted."
UNCOUNTED: Final = f"How much this is in a day is not known. {LISTED}"
ROUTE: Final = "By which route is it given?"
"""A question of the record's checks that is a clinician's word."""
ORDER: Final[tuple[tuple[str, ...], ...]] = (
    ("line", "drug"), ("strength",), ("amount", "unit"), ("per", "per_unit"), ("way",), ("count",), ("often",),
    ("most",), ("since",), ("day",),
)  # fmt: skip
"""The answers in the order of their questions; Back takes the last of them away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far, as they were sent; an empty one is not given yet. `old` is the fact that is changed."""

    q: str = ""
    line: str = ""
    drug: str = ""
    strength: str = ""
    amount: str = ""
    unit: str = ""
    per: str = ""
    per_unit: str = ""
    way: str = ""
    count: str = ""
    often: str = ""
    most: str = ""
    since: str = ""
    day: str = ""
    old: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Draft:
        """The answers of a form or an address; whatever else was sent is left out."""
        keys = cls.__dataclass_fields__
        return cls(**{key: str(sent[key]).strip() for key in keys if isinstance(sent.get(key), str)})

    def query(self, **more: str) -> str:
        """The answers, with more of them, as an address."""
        given = {key: value for key, value in asdict(replace(self, **more)).items() if value}
        return f"/medicines/add?{urlencode(given)}" if given else "/medicines/add"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The answers as hidden fields."""
        return [(key, value) for key, value in asdict(self).items() if value]

    def without(self, *keys: str) -> Draft:
        """The draft with some answers taken away."""
        return replace(self, **dict.fromkeys(keys, ""))

    @property
    def back(self) -> str:
        """The address of the question before this one."""
        for keys in reversed(ORDER):
            if any(getattr(self, key) for key in keys):
                return self.without(*keys).query()
        return f"/medicines/{self.old}" if self.old else "/medicines"

    def from_step(self, keys: tuple[str, ...]) -> str:
        """The address that asks one question anew; what was answered after it is kept."""
        return self.without(*keys).query()


def line(draft: Draft, knowledge: Knowledge) -> ProductLine | None:
    """The product line that was chosen, if one was.

    Raises
    ------
    Refusal
        For one that is not there.
    """
    if not draft.line:
        return None
    found = knowledge.product_lines.get(draft.line)
    if found is None:
        raise refuse("We do not know this product", "Go back and search for it again.")
    return found


def next_step(draft: Draft, knowledge: Knowledge) -> Step:
    """The first question that has no answer yet."""
    chosen = line(draft, knowledge)
    if chosen is None and not draft.drug:
        return "name"
    if chosen is not None and not draft.strength:
        return "strength"
    if chosen is None and not draft.amount:
        return "amount"
    if chosen is None and (open_step := _typed_step(draft, knowledge)) is not None:
        return open_step
    if chosen is not None and not draft.count:
        return "count"
    if not draft.often:
        return "often"
    if draft.often == "needed" and not draft.most:
        return "most"
    if not draft.since:
        return "since"
    if draft.since in ("pick", NOT_SURE) and not draft.day:
        return "day"
    return "confirm"


def body_of(draft: Draft, knowledge: Knowledge, visit: Visit) -> dict[str, Any]:
    """The fact that a complete draft makes.

    Raises
    ------
    Refusal
        For an answer that cannot be read, with what to do.
    """
    chosen = line(draft, knowledge)
    body = _typed(draft) if chosen is None else _chosen(draft, chosen)
    body |= {"start": start_of(draft, visit).isoformat(), "basis": "taken"}
    return body | often(draft.often, draft.most)


def start_of(draft: Draft, visit: Visit) -> date:
    """The first day of it.

    Raises
    ------
    Refusal
        For a day that cannot be read, or one to come.
    """
    today = visit.now.date()
    if draft.since == "today":
        return today
    if draft.since == "yesterday":
        return date.fromordinal(today.toordinal() - 1)
    return past_day(visit, draft.day)


def questions(body: dict[str, Any], knowledge: Knowledge) -> list[str]:
    """What the record's own checks ask about it, in plain words.

    >>> from algesia.knowledge.loader import load
    >>> body = {"drug": "fentanyl", "form": "Transdermal System", "route": "transdermal", "start": "2026-11-12",
    ...     "dose": {"value": 25, "unit": "mg"}, "every_hours": 72}
    >>> questions(body, load())
    ['Which rate in mcg/h is printed on the patch? mg and mcg are not the same: please look at the label.']
    """
    order = from_builtins({"medications": [body]}).medications[0]
    if not identify(knowledge, order.drug).known and order.code is None:
        return [f"We do not know this name. {LISTED}"]
    asked = []
    for reading in read_order(knowledge, order):
        asks = [doubt.ask for doubt in reading.doubts if doubt.reason != NOT_RECOGNIZED and doubt.ask]
        asked += [_asked(ask, reading.daily) for ask in asks]
        if reading.opioid and reading.daily is None and not asks:
            asked.append(UNCOUNTED)
    return list(dict.fromkeys(asked))


def _asked(ask: str, daily: Daily | None) -> str:
    """One question of the record's checks in plain words."""
    if ask == ROUTE:
        return f"How you take it is not known. {LISTED}"
    total = f"Together this is {daily.mg.high:g} mg a day. " if daily is not None else ""
    return f"{total}{ask.replace('ug', 'mcg')} mg and mcg are not the same: please look at the label."


def unlisted(draft: Draft, chosen: ProductLine) -> list[str]:
    """A doubt about a strength that the list of products does not have."""
    value = number(draft.strength, 0.001, 1000, "The strength")
    if not strengths(chosen) or any(s.value == value for s in strengths(chosen)):
        return []
    unit = unit_words(chosen.unit)
    return [f"{value:g} {unit} is not in our list of this medicine. Please look at the label once more."]


def of_fact(body: Mapping[str, Any], id: str, knowledge: Knowledge) -> Draft:
    """The draft that changes a medicine: the product is known where its code tells, else it is searched by its name."""
    code = body.get("code") or {}
    known = line_of(knowledge, (str(code.get("code", "")),)) if code else None
    if known is not None:
        return Draft(line=known[0].id, old=id)
    drug = str(body["drug"])
    if identify(knowledge, drug).opioids:
        return Draft(q=drug, old=id)
    return Draft(drug=drug, old=id)


def _chosen(draft: Draft, line: ProductLine) -> dict[str, Any]:
    value = number(draft.strength, 0.001, 1000, "The strength")
    unit, counted = line.unit, piece(line)
    count = amount(draft.count, 0.1, MOST_ML if counted == "mL" else MOST_AT_ONCE, "How much at a time")
    partner = f"-{line.partner}" if line.partner else ""
    release = "extended-release " if line.release == "extended" and line.route == "oral" else ""
    form = FORMS.get(line.dose_form, line.dose_form.lower()).removeprefix("slow release ")
    printed = {"ug": "mcg", "ug/h": "mcg/h"}.get(unit, unit)
    body: dict[str, Any] = {
        "drug": f"{line.ingredient}{partner} {value:g} {printed} {release}{form}",
        "form": line.dose_form,
        "route": line.route,
        "release": line.release,
        "dose": {**count, "unit": counted},
        ("concentration" if unit == "mg/mL" else "strength"): {"value": value, "unit": unit},
    }
    known = next((s for s in strengths(line) if s.value == value), None)
    if known is not None and known.rxcuis:
        body["code"] = {"system": RXNORM, "code": known.rxcuis[0]}
    return body


def _typed(draft: Draft) -> dict[str, Any]:
    drug = words(draft.drug, LONGEST_NAME)
    if not drug:
        raise refuse("A name is needed", "Go back and write the name that is on the label.")
    body: dict[str, Any] = {"drug": drug}
    if draft.way and draft.way != NOT_SURE:
        if draft.way not in WAYS:
            raise refuse("How it is taken is missing", "Go back and tap how you take it.")
        body["route"] = draft.way
    if draft.amount == NOT_SURE:
        return body
    if draft.unit not in TYPED_UNITS:
        raise refuse("The unit is missing", "Go back and choose mg, mcg or what is printed on the label.")
    body["dose"] = {**amount(draft.amount, 0.001, 100_000, "How much at a time"), "unit": draft.unit}
    if draft.unit == "ug/h":
        body["route"] = "transdermal"
    if draft.unit in PER_UNITS and draft.per not in ("", NOT_SURE):
        body |= _per(draft)
    return body


def _per(draft: Draft) -> dict[str, Any]:
    """What one tablet or one mL holds."""
    if draft.per_unit not in PER_UNITS[draft.unit]:
        raise refuse("The unit is missing", "Go back and choose what is printed on the label.")
    value = number(draft.per, 0.001, 100_000, "How much is in one")
    if draft.unit == "{tablet}":
        return {"strength": {"value": value, "unit": draft.per_unit}}
    return {"concentration": {"value": value / 5 if draft.per_unit == "mg/5mL" else value, "unit": "mg/mL"}}


def _typed_step(draft: Draft, knowledge: Knowledge) -> Step | None:
    """What an opioid that is in no list of products still needs to be counted: what one holds, and how it is taken."""
    if draft.amount == NOT_SURE or not identify(knowledge, draft.drug).opioids:
        return None
    if draft.unit in PER_UNITS and not draft.per:
        return "per"
    order = Medication(drug=draft.drug, start=Instant(0))
    if draft.unit == "ug/h" or draft.way or all(r.product.route for r in read_order(knowledge, order)):
        return None
    return "way"


def unit_words(unit: str) -> str:
    """A unit of strength in plain words."""
    return UNITS.get(unit, unit)
