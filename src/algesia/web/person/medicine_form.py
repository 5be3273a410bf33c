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

from algesia.exposure.model import NOT_RECOGNIZED
from algesia.exposure.reading import read_order
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_products import ProductLine
from algesia.record.codec import from_builtins
from algesia.web.person.fields import number, past_day, refuse, whole, words
from algesia.web.person.medicine_search import FORMS, UNITS, line_of, piece, strengths
from algesia.web.visit import Visit

Step: TypeAlias = Literal["name", "strength", "amount", "count", "often", "most", "since", "day", "confirm"]
Unit: TypeAlias = Literal["mg", "ug", "g", "mL", "ug/h", "{tablet}"]
TYPED_UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
LONGEST_NAME: Final = 200
MOST_AT_ONCE: Final = 100
MOST_ML: Final = 500
NOT_SURE: Final = "not-sure"
EVERY: Final = (4, 6, 8, 12)
PATCH_HOURS: Final = (48, 72, 96, 168)
TIMES: Final = (1, 2, 3, 4)
ORDER: Final[tuple[tuple[str, ...], ...]] = (
    ("line", "drug"), ("strength",), ("amount", "unit"), ("count",), ("often",), ("most",), ("since",), ("day",),
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
    return body | _often(draft)


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
        return ["We do not know this name. It will be listed, and not counted."]
    asked = []
    for reading in read_order(knowledge, order):
        for doubt in reading.doubts:
            if doubt.reason == NOT_RECOGNIZED or not doubt.ask:
                continue
            total = (
                f"Together this is {reading.daily.mg.high:g} mg a day. " if reading.daily is not None else ""
            )
            ask = doubt.ask.replace("ug", "mcg")
            asked.append(f"{total}{ask} mg and mcg are not the same: please look at the label.")
    return list(dict.fromkeys(asked))


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
    count = number(draft.count, 0.1, MOST_ML if counted == "mL" else MOST_AT_ONCE, "How much at a time")
    partner = f"-{line.partner}" if line.partner else ""
    release = "extended-release " if line.release == "extended" and line.route == "oral" else ""
    form = FORMS.get(line.dose_form, line.dose_form.lower()).removeprefix("slow release ")
    printed = {"ug": "mcg", "ug/h": "mcg/h"}.get(unit, unit)
    body: dict[str, Any] = {
        "drug": f"{line.ingredient}{partner} {value:g} {printed} {release}{form}",
        "form": line.dose_form,
        "route": line.route,
        "release": line.release,
        "dose": {"value": count, "unit": counted},
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
    if draft.amount == NOT_SURE:
        return body
    if draft.unit not in TYPED_UNITS:
        raise refuse("The unit is missing", "Go back and choose mg, mcg or what is printed on the label.")
    body["dose"] = {"value": number(draft.amount, 0.001, 100_000, "How much at a time"), "unit": draft.unit}
    if draft.unit == "ug/h":
        body["route"] = "transdermal"
    return body


def _often(draft: Draft) -> dict[str, Any]:
    kind, _, text = draft.often.partition("-")
    if kind == "every":
        return {"every_hours": number(text, 1, 24 * 31, "Hours")}
    if kind == "times":
        return {"times_per_day": whole(text, 1, 24, "Times a day")}
    if draft.often == NOT_SURE:
        return {}
    if draft.often != "needed":
        raise refuse("How often is missing", "Go back and tap how often you take it.")
    found: dict[str, Any] = {"as_needed": True}
    if draft.most != NOT_SURE:
        found["max_per_day"] = whole(draft.most, 1, 24, "Times a day")
    return found


def unit_words(unit: str) -> str:
    """A unit of strength in plain words."""
    return UNITS.get(unit, unit)
