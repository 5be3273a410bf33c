"""QuestionnaireResponse: PEG, PHQ and GAD answers whose linkId is, or ends in, their LOINC code.

`completed` and `amended` count. Totals are those answered; a missing total is the sum only where every item was
answered. PHQ-2 is a PHQ of which only the first two items were asked.
"""

from __future__ import annotations

from typing import Final

from algesia.adapters.fhir.codes import GAD7_ITEMS, MEASURES, PHQ9_ITEMS, Measure
from algesia.adapters.fhir.context import Context
from algesia.adapters.fhir.elements import Json, instant, items, string, under
from algesia.adapters.fhir.findings import Findings
from algesia.adapters.fhir.observations import add_score, value_of
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant

_COUNTED: Final = ("completed", "amended")
_NOT_COUNTED: Final = ("in-progress", "entered-in-error", "stopped")
_DEEPEST: Final = 20
_PHQ9: Final = {code: str(n) for n, code in enumerate(PHQ9_ITEMS, 1)}
_GAD7: Final = {code: str(n) for n, code in enumerate(GAD7_ITEMS, 1)}


def from_response(response: Json, ctx: Context, out: Findings) -> None:
    """Add the answers of a QuestionnaireResponse to `out`."""
    status = string(response, "status")
    if status is not None and status not in _COUNTED:
        if status not in _NOT_COUNTED:
            raise InputRefused(
                "status", status, "is not a status", "one of " + ", ".join(_COUNTED + _NOT_COUNTED)
            )
        ctx.skip("QuestionnaireResponse", status)
        return
    at = instant(response, "authored")
    if at is None:
        ctx.skip("QuestionnaireResponse", "without a date")
        return
    answers: dict[str, float] = {}
    _walk(response, 0, ctx, answers)
    if not answers:
        ctx.skip("QuestionnaireResponse", "not one that is read")
        return
    for code, value in answers.items():
        measure = MEASURES.get(code)
        if measure is not None and measure.becomes != "item":
            add_score(code, measure, at, at, value, out)
    _score(answers, _PHQ9, "phq-9", "44261-6", at, out)
    _score(answers, _GAD7, "gad-7", "70274-6", at, out)


def _walk(parent: Json, depth: int, ctx: Context, answers: dict[str, float]) -> None:
    """Every answered item of interest, whatever groups it stands in."""
    for index, item in enumerate(items(parent, "item")):
        try:
            if depth >= _DEEPEST:
                raise InputRefused("item", None, "is nested too deeply", f"at most {_DEEPEST} levels")
            code = (string(item, "linkId") or "").rsplit("/", 1)[-1]
            measure = _measure(code)
            for at, answer in enumerate(items(item, "answer")):
                try:
                    if measure is not None and measure.becomes not in ("no", "egfr", "qtc", "weight"):
                        value = value_of(answer, "value", measure.low, measure.high, ctx)
                        if value is not None:
                            answers[code] = value
                    _walk(answer, depth + 1, ctx, answers)
                except InputRefused as refused:
                    raise under(refused, f"answer[{at}]") from None
            _walk(item, depth + 1, ctx, answers)
        except InputRefused as refused:
            raise under(refused, f"item[{index}]") from None


def _measure(code: str) -> Measure | None:
    if code in _PHQ9:
        return Measure("item", "phq-9", 0, 3, _PHQ9[code])
    if code in _GAD7:
        return Measure("item", "gad-7", 0, 3, _GAD7[code])
    return MEASURES.get(code)


def _score(
    answers: dict[str, float], known: dict[str, str], instrument: str, total: str, at: Instant, out: Findings
) -> None:
    """Items under their numbers, and the sum where every item was answered and no total stated."""
    given = {number: answers[code] for code, number in known.items() if code in answers}
    if not given:
        return
    if instrument == "phq-9" and set(given) == {"1", "2"} and total not in answers:
        for number, value in given.items():
            out.add_item("phq-2", at, number, value)
        if "55758-7" not in answers:
            out.add_total("phq-2", at, sum(given.values()))
        return
    for number, value in given.items():
        out.add_item(instrument, at, number, value)
    if len(given) == len(known) and total not in answers:
        out.add_total(instrument, at, sum(given.values()))
