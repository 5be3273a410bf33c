"""Which drug a medication concept or resource means.

Of many codings (an electronic record may send twenty, in any order) the RxNorm product that the tables know is
taken, else an RxNorm ingredient, else the words. The product name travels on as `code.display`, so that
the exposure layer can read a strength from it where the code says none. A product of two opioids stays one entry
under its own name and code: the exposure layer reads every opioid in it. Only a Medication resource that states
a strength for each of its opioids, and no product, gives one entry for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from algesia.adapters.fhir.codes import RXNORM, RXNORM_SYSTEMS
from algesia.adapters.fhir.elements import (
    Json,
    codings,
    concept_text,
    flag,
    items,
    obj,
    one_line,
    string,
    under,
)
from algesia.adapters.fhir.quantities import ratio
from algesia.exposure.product import NOT_IDENTIFIED, strength_conflict
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.quantities.refusal import InputRefused
from algesia.quantities.units import dimension
from algesia.record.model import Amount, Code

AS_WRITTEN: Final = "text"
"""The system of a code that is none: the words of a product that came without a code."""
NOT_IN_FILE: Final = f"{NOT_IDENTIFIED}medication not in the file"
WHY_NOT: Final = "the medication is not in the file"
ASK_DRUG: Final = ". Ask: which drug is it?"


class Drug(NamedTuple):
    """One drug of a product. `opioid` says whether the tables know it as one."""

    name: str
    code: Code | None = None
    opioid: bool = False
    form: str | None = None
    strength: Amount | None = None
    concentration: Amount | None = None
    question: str | None = None


class Drugs:
    """Reads medication concepts, each distinct one once.

    Parameters
    ----------
    knowledge
        Tables of opioid products and names.
    medications
        Every way a Medication resource can be referred to, and the resource.
    """

    def __init__(self, knowledge: Knowledge, medications: Mapping[str, Json]) -> None:
        self._knowledge = knowledge
        self._medications = medications
        self._concepts: dict[tuple[object, ...], tuple[Drug, ...]] = {}

    def of(self, resource: Json) -> tuple[Drug, ...]:
        """The drugs of ``medication[x]``; opioids one by one, anything else by the name of the product.

        Raises
        ------
        InputRefused
            When the resource states no medication at all, or states it in a shape that is not FHIR.
        """
        concept = obj(resource, "medicationCodeableConcept")
        if concept is not None:
            try:
                return self._concept(concept)
            except InputRefused as refused:
                raise under(refused, "medicationCodeableConcept") from None
        reference = obj(resource, "medicationReference")
        if reference is None:
            raise InputRefused(
                "medication[x]", None, "is missing", "medicationCodeableConcept or medicationReference"
            )
        try:
            return self._referenced(reference, resource)
        except InputRefused as refused:
            raise under(refused, "medicationReference") from None

    def _concept(self, concept: Json) -> tuple[Drug, ...]:
        key: list[object] = [concept.get("text")]
        for coding in items(concept, "coding"):
            key += (coding.get("system"), coding.get("code"), coding.get("display"))
        if not all(part is None or type(part) is str for part in key):
            return self._read(concept)
        known = self._concepts.get(tuple(key))
        if known is None:
            known = self._concepts[tuple(key)] = self._read(concept)
        return known

    def _read(self, concept: Json) -> tuple[Drug, ...]:
        tables = self._knowledge
        codes = codings(concept)
        rxnorm = [c for c in codes if c[0] in RXNORM_SYSTEMS]
        known_products = [c for c in rxnorm if c[1] in tables.formulations]
        chosen = known_products[0] if known_products else None
        if len({tables.formulations[c[1]].opioids for c in known_products}) > 1:
            # Codes of products that hold different things: none is trusted, nor any that would stand for one.
            codes = [c for c in codes if c not in known_products]
            rxnorm = [c for c in rxnorm if c not in known_products]
            chosen = None
        is_product = chosen is not None
        for table in (tables.ingredients_by_rxcui, tables.class_products):
            if chosen is None:
                chosen = next((c for c in rxnorm if c[1] in table), None)
        if chosen is None:
            chosen = next(iter(rxnorm or codes), None)
        text = concept_text(concept)
        printed = string(concept, "text") or next(
            (c[2] for c in codes if c[2] and any(ch.isdigit() for ch in c[2])), text
        )
        if chosen is None:
            return self._parts(printed, None, ()) if printed else (Drug(NOT_IN_FILE, question=WHY_NOT),)
        known = tables.formulations.get(chosen[1]) if is_product else None
        display = (chosen[2] if is_product else None) or printed or (known.name if known else None)
        if known and printed and strength_conflict(tables, known, printed):
            # The words that disagree with the code travel on, so that somebody is asked.
            display = printed
        system = RXNORM if chosen in rxnorm else chosen[0] or "unknown"
        code = Code(
            system=one_line(system),
            code=one_line(chosen[1]),
            display=one_line(display) if display else None,
        )
        rxcuis = (chosen[1],) if system == RXNORM else ()
        name = string(concept, "text") or display
        if name is None and not identify(tables, None, rxcuis).known:
            name = f"{NOT_IDENTIFIED}code {one_line(chosen[1])} without a name"
            return (
                Drug(
                    one_line(name),
                    code,
                    question=f"no table knows the code {code.code}, and no name is given",
                ),
            )
        return self._parts(name or f"code {chosen[1]}", code, rxcuis)

    def _parts(self, name: str, code: Code | None, rxcuis: tuple[str, ...]) -> tuple[Drug, ...]:
        """One drug: the opioid's own name where there is one, the product's in the code; else as written."""
        found = identify(self._knowledge, name, rxcuis)
        is_opioid = bool(found.opioids) or found.unspecified_opioid
        if len(found.opioids) == 1 and not found.unspecified_opioid and not found.conflict:
            if code is None and name != found.opioids[0]:
                words = one_line(name)
                code = Code(system=AS_WRITTEN, code=words, display=words)
            return (Drug(found.opioids[0], code, True),)
        return (Drug(one_line(name), code, is_opioid),)

    def _referenced(self, reference: Json, resource: Json) -> tuple[Drug, ...]:
        target = string(reference, "reference")
        shown = string(reference, "display")
        medication = self._find(target, resource)
        if medication is None:
            if shown is not None:
                return self._parts(shown, None, ())
            return (Drug(NOT_IN_FILE, question=WHY_NOT),)
        concept = obj(medication, "code")
        if concept is not None:
            drugs = self._concept(concept)
        elif shown is not None:
            drugs = self._parts(shown, None, ())
        else:
            drugs = ()
        return self._with_ingredients(medication, drugs)

    def _find(self, target: str | None, resource: Json) -> Json | None:
        if target is None:
            return None
        if target.startswith("#"):
            for contained in items(resource, "contained"):
                if contained.get("id") == target[1:]:
                    return contained
            return None
        found = self._medications.get(target)
        if found is None and "/Medication/" in target:
            found = self._medications.get("Medication/" + target.split("/Medication/", 1)[1].split("/")[0])
        return found

    def _with_ingredients(self, medication: Json, drugs: tuple[Drug, ...]) -> tuple[Drug, ...]:
        """What the Medication resource adds: its form, and strengths stated for single ingredients."""
        form = concept_text(obj(medication, "form"))
        form = one_line(form) if form else None
        stated: dict[str, Drug] = {}
        others: list[str] = []
        for index, ingredient in enumerate(items(medication, "ingredient")):
            concept = obj(ingredient, "itemCodeableConcept")
            if concept is None or flag(ingredient, "isActive") is False:
                continue
            try:
                strength, concentration = _strength(ingredient)
            except InputRefused as refused:
                raise under(refused, f"ingredient[{index}]") from None
            for drug in self._concept(concept):
                if drug.opioid:
                    opioid = identify(self._knowledge, drug.name).opioids
                    key = opioid[0] if opioid else drug.name
                    stated[key] = Drug(key, drug.code, True, form, strength, concentration)
                else:
                    others.append(drug.name)
        if not drugs:
            if stated:
                return tuple(stated[key] for key in sorted(stated))
            name = " and ".join(sorted(others)) or NOT_IN_FILE
            asks = None if others else "the Medication states no drug"
            return (Drug(one_line(name), form=form, question=asks),)
        return tuple(
            drug._replace(
                form=form,
                strength=stated[key].strength if key in stated else None,
                concentration=stated[key].concentration if key in stated else None,
            )
            for drug in drugs
            for key in ((identify(self._knowledge, drug.name).opioids or (drug.name,))[0],)
        )


def _strength(ingredient: Json) -> tuple[Amount | None, Amount | None]:
    """(what one unit holds, what one mL holds) from ``strength``: 10 mg per tablet, or 50 mg per 5 mL."""
    found = ratio(ingredient, "strength")
    if found is None or found.top.amount is None or found.top.amount.value is None or found.bottom is None:
        return None, None
    top = found.top.amount
    per = found.bottom.get("value")
    share = per if isinstance(per, int | float) and not isinstance(per, bool) and per > 0 else 1
    value = round((top.value or 0.0) / share, 12)
    if found.hours is not None:
        if top.unit not in ("mg", "ug"):
            return None, None
        return Amount(unit=f"{top.unit}/h", value=round(value * share / found.hours, 12)), None
    unit = string(found.bottom, "code") or string(found.bottom, "unit") or ""
    if unit.lower() == "ml" and top.unit in ("mg", "ug"):
        return None, Amount(unit=f"{top.unit}/mL", value=value)
    if dimension(top.unit) == "mass" and unit.lower() not in ("l", "g", "mg"):
        return Amount(unit=top.unit, value=value), None
    return None, None
