"""Treatments other than an opioid, matched to the record: what fits the indication, what speaks against, what was tried.

Matching is by an explicit table of words. A match says that the record names what the indication names; it does not
say that the treatment works, which stands in its effects and in the evidence against it.
"""

from __future__ import annotations

import re
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment, Option
from algesia.knowledge.plan_options import Alternative
from algesia.plan.contraindications import check, condition_words, conditions_saying, dated, named
from algesia.plan.model import AlternativeChoice
from algesia.record.model import Condition

ORDER: Final = ("matches", "possible", "tried", "against")
CRPS: Final = r"complex regional pain|\bcrps\b|reflex sympathetic dystrophy"
NERVE_ROOT: Final = r"radicul|sciatic|lumbo-sciatic|nerve root"
BACK: Final = r"back pain|lumbar pain|lumbago|spin\w+ pain"
FITS: Final[dict[str, str]] = {
    "nerve-block": r"neuralgia|entrapment|osteoarthritis|\bjoint pain",
    "epidural-steroid": NERVE_ROOT,
    "spinal-cord-stimulation": rf"failed back|post-?laminectomy|persistent spinal pain|after (?:spine|spinal|back) surgery|{CRPS}",
    "ketamine-infusion": CRPS,
    "rehabilitation": rf"{BACK}|fibromyalgia|widespread pain",
    "cbt": r"depress|anxiety|catastrophi|distress",
    "exercise": BACK,
}
"""Words of a condition that an indication names."""
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "rehabilitation": ("fibromyalgia",),
    "cbt": ("depression", "anxiety"),
    "intrathecal-pump": ("cancer", "palliative"),
}
UNVERIFIED_FITS: Final[dict[str, tuple[str, str]]] = {
    "spinal-cord-stimulation": (
        r"diabetic (?:poly)?neuropath",
        "painful diabetic neuropathy is an unverified indication",
    ),
}
"""Words of an indication that nobody read in a source: shown, and no match."""
NOT_LUMBAR: Final = re.compile(r"cervic|neck|arm|thorac")
DENIED: Final = re.compile(r"\b(?:no|not|without|denies|ruled out|family history)\b")
SUPPORTS_TAPER: Final = ("rehabilitation", "cbt", "exercise")
TRIED: Final[dict[str, str]] = {
    "nerve-block": r"(?:nerve|facet|medial branch|sympathetic|stellate|plexus) ?(?:root )?block|joint injection"
    r"|trigger point|radiofrequency|\bnerve block|\binjection",
    "epidural-steroid": r"epidural|\besi\b|transforaminal",
    "spinal-cord-stimulation": r"spinal cord stim|\bscs\b|neurostimul|neuromodul|dorsal root ganglion",
    "intrathecal-pump": r"intrathecal|\bpump\b",
    "ziconotide": r"ziconotide|prialt",
    "ketamine-infusion": r"ketamine",
    "rehabilitation": r"rehab|multidisciplin|interdisciplin|pain (?:management )?program",
    "cbt": r"\bcbt\b|cognitive|psychother",
    "buprenorphine": r"buprenorphine",
    "taper": r"\btaper|\bwean|dose reduction",
    "exercise": r"physical therapy|physiotherapy|exercise",
}
"""Words of an intervention that say an alternative was tried."""
NOT_TRIED: Final = {
    "nerve-block": TRIED["epidural-steroid"],
    "ketamine-infusion": r"\b(?:oral|nasal|by mouth)",
}
"""Words that say it was another treatment."""
OPTION: Final = {"buprenorphine": "rotate-buprenorphine", "taper": "taper"}
"""Alternatives that the review judges as options."""
INTERLOCKS: Final = "see the interlocks"
NOT_CONTRAINDICATED: Final = ("temporary increase of minor pain",)
"""Phrases that the row's note calls a caution."""


def alternative_choices(facts: Facts, assessment: Assessment) -> tuple[AlternativeChoice, ...]:
    """Every alternative of the tables once, matches first, in a stable order."""
    found = [_choice(facts, assessment, row) for row in facts.knowledge.alternatives.values()]
    return tuple(sorted(found, key=lambda choice: ORDER.index(choice.status)))


def _choice(facts: Facts, assessment: Assessment, row: Alternative) -> AlternativeChoice:
    fits, against, tried = _fits(facts, row), _against(facts, row), _tried(facts, row)
    matched = bool(fits)
    option = _option(assessment, row.id)
    if row.id in OPTION:
        if option is None:
            against.append("no opioid runs, or its treatment is the option")
        elif option.status == "blocked":
            against.extend(option.because)
        elif option.status == "not-offered":
            tried.extend(option.because)
        else:
            fits.append("the review lists it for judgment")
            fits.extend(f"first: {why}" for why in option.because if option.status == "needs-answer")
            matched = True
    taper = _option(assessment, "taper")
    if row.id in SUPPORTS_TAPER and taper is not None and taper.status == "consider":
        fits.append("support of a taper, which the review lists for judgment")
        matched = True
    extra = UNVERIFIED_FITS.get(row.id)
    if extra is not None:
        fits.extend(f"{extra[1]}: {named(facts, c)}" for c in conditions_saying(facts, re.compile(extra[0])))
    status = "against" if against else "tried" if tried else "matches" if matched else "possible"
    return AlternativeChoice(
        row,
        status,  # type: ignore[arg-type]
        *(tuple(dict.fromkeys(found)) for found in (fits, against, tried)),
    )


def _option(assessment: Assessment, alternative: str) -> Option | None:
    wanted = OPTION.get(alternative, "")
    return next((option for option in assessment.options if option.id == wanted), None)


def _fits(facts: Facts, row: Alternative) -> list[str]:
    found: list[Condition] = []
    if row.id in FITS:
        found += [c for c in conditions_saying(facts, re.compile(FITS[row.id])) if _counts(row.id, c)]
    found += [c for c in facts.conditions(*KINDS.get(row.id, ())) if c not in found]
    fits = [named(facts, c) for c in found]
    if row.id == "ziconotide":
        fits += [f"{drug}, intrathecal" for drug in _intrathecal(facts, running=True)]
    return fits


def _counts(alternative: str, condition: Condition) -> bool:
    words = condition_words(condition).lower()
    if DENIED.search(words):
        return False
    return alternative != "epidural-steroid" or not NOT_LUMBAR.search(words)


def _against(facts: Facts, row: Alternative) -> list[str]:
    found: list[str] = []
    for phrase in row.contraindicated or ():
        if phrase != INTERLOCKS and phrase not in NOT_CONTRAINDICATED:
            found.extend(check(facts, phrase).against)
    return found


def _tried(facts: Facts, row: Alternative) -> list[str]:
    words = re.compile(TRIED[row.id]) if row.id in TRIED else None
    found = []
    done = [i for i in facts.record.interventions if i.at.day <= facts.as_of]
    for i in sorted(done, key=lambda i: (i.at, i.kind, i.text or "")):
        text = f"{i.kind.replace('-', ' ')} {i.text or ''}".lower()
        elsewhere = row.id in NOT_TRIED and re.search(NOT_TRIED[row.id], text)
        if words is not None and words.search(text) and not elsewhere:
            kind = i.kind.replace("-", " ")
            quoted = i.text if i.text and kind in i.text.lower() else f"{kind}, {i.text}" if i.text else kind
            found.append(dated(facts, quoted, i.at))
    if row.id == "intrathecal-pump":
        found += [f"{drug}, intrathecal" for drug in _intrathecal(facts, running=False)]
    if row.id == "buprenorphine" and any(
        i.drug == "buprenorphine" and i.start <= facts.as_of for i in facts.exposure.items
    ):
        found.append("buprenorphine is among the medications on record")
    return found


def _intrathecal(facts: Facts, running: bool) -> list[str]:
    items = (i for i in facts.exposure.items if i.route == "intrathecal" and i.start <= facts.as_of)
    return sorted(
        {i.drug for i in items if i.status != "not-opioid" and (not running or i.covers(facts.as_of))}
    )
