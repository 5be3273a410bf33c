"""The facts of the one-page report: what runs with its sum, pain, function, areas; risks; signs asked and absent."""

from __future__ import annotations

import re
from typing import Final

from algesia.assessment.model import Assessment, Interlock
from algesia.exposure.model import Item
from algesia.report.brief import AREAS, brief
from algesia.report.days import Calendar, amount, capital, count, number, score, sentence
from algesia.report.facts import drug_and_route
from algesia.report.person import PersonView
from algesia.report.person_words import KEEP_GOING, steps_down

MOST_DRUGS: Final = 3
NARROW: Final = "\u00a0"
"""A space at which no line breaks: an amount stays with its unit."""
TOO_FEW: Final = "There are too few pain numbers for a picture yet."
RISKS: Final = {
    "naloxone": "", "benzo-gabapentinoid-alcohol": "Other drugs that slow breathing", "pregnancy": "Pregnancy or postpartum",
    "sleep-apnea": "Sleep-disordered breathing", "respiratory-disease-elderly": "Lung disease, or age 65 and over",
    "renal": "Kidney function", "hepatic": "Liver function", "qtc": "QT interval", "intrathecal-pump": "Intrathecal pump",
    "perioperative": "Around an operation",
}  # fmt: skip
"""What may stand under "At risk now": facts of safety. What a clinician has to judge stays in the clinician's review."""
NO_NALOXONE: Final = "Naloxone at home: not on record."
NO_RISK: Final = "No risk is raised by what is on record."


def own(text: str) -> str:
    """A sentence of the person's page as the person says it to the clinician.

    >>> own("Your dose went up once. The most you may take went up twice.")
    'My dose went up once. The most I may take went up twice.'
    """
    if text == KEEP_GOING:
        return TOO_FEW
    said = re.sub(r"\byour\b", "my", re.sub(r"\bYour\b", "My", text))
    return re.sub(r"\byou\b", "I", said)


def noticed(view: PersonView) -> list[list[str]]:
    """The warning signs with their state: present first, then gone, then absent; those never asked in one line."""
    order = {"present": 0, "gone": 1, "absent": 2, "partly": 3}
    # the page says "your"; on paper the person speaks
    told = sorted((s for s in view.signs if s.state in order), key=lambda s: (order[s.state], s.number))
    rows = [[s.name, own(s.words)] for s in told]
    never = [s.name for s in view.signs if s.state == "open"]
    if never:
        names = "; ".join(n[:1].lower() + n[1:] for n in never)
        rows.append([f"Not asked yet: {names}", ""] if told else ["No warning sign was asked about yet", ""])
    return rows


def now(a: Assessment, cal: Calendar) -> list[tuple[str, str]]:
    """Dose with its sum, pain, function and areas on the day of asking; what is not on record says so."""
    rows = _doses(a)
    pain, run = a.now.pain, steps_down(a)
    if pain is None:
        rows.append(("Pain", "not on record"))
    else:
        rows.append((f"Pain, mean of {count(pain.n, 'number')}", score(pain.mean)))
    if pain is not None and run and run[0].pain_before is not None:
        rows.append(("Pain before the steps down", score(run[0].pain_before.mean)))
    if a.now.function is None:
        rows.append(("PEG", "not on record"))
    else:
        name, value, day = a.now.function
        rows.append((f"{name.upper()}, {cal.short(day)}", number(value)))
    if a.spread is None:
        rows.append(("Areas that hurt", "no body map"))
    else:
        first = f" ({a.spread.areas_first} on {cal.short(a.spread.first_day)})"
        several = first if a.spread.last_day > a.spread.first_day else ""
        rows.append(("Areas that hurt", f"{a.spread.areas_last} of {AREAS}{several}"))
    return rows


def _doses(a: Assessment) -> list[tuple[str, str]]:
    """What runs: the largest part of the sum first, then the sum, then by name what could not be counted."""
    running = [i for i in a.exposure.items if i.covers(a.as_of)]
    items = [
        i for i in running if i.status in ("converted", "apart") or (i.status == "unconverted" and i.daily)
    ]
    items.sort(key=lambda i: -(i.mme.likely if i.status == "converted" and i.mme is not None else 0.0))
    unclear = dict.fromkeys(i.drug for i in running if i.status == "unconverted" and not i.daily)
    if not items and not unclear:
        return [("Opioids", "none running on record")]
    rows = [_dose(item) for item in items[:MOST_DRUGS]]
    if len(items) > MOST_DRUGS:
        rows.append((f"and {count(len(items) - MOST_DRUGS, 'more opioid')}", "not shown here"))
    if any(i.status == "converted" for i in items) and (len(items) > 1 or not a.now.complete):
        rows.append(("Sum", f"{'' if a.now.complete else 'at least '}{amount(a.now.mme)} MME a day"))
    if unclear:
        rows.append((f"Amount not known: {', '.join(unclear)}", ""))
    return rows


def _dose(item: Item) -> tuple[str, str]:
    name = capital(drug_and_route(item))
    if item.daily is None:
        return name, "amount not known"
    daily = f"{amount(item.daily)}{NARROW}mg"
    if item.status == "converted" and item.mme is not None and item.factor is not None:
        working = f"{daily} × {item.factor:g}".replace(" ", NARROW)
        return f"{name}, {working}", f"{amount(item.mme)} MME a day"
    return name, f"{daily} a day, not in the sum"


def at_risk(a: Assessment) -> list[str]:
    """What the clinician should see first, as facts: same-day matters, then safety."""
    reasons = dict.fromkeys(r for lock in a.interlocks if lock.level == "urgent" for r in lock.because)
    urgent = [sentence(f"Same day: {'; '.join(reasons)}")] if reasons else []
    other = [_risk(lock) for lock in a.interlocks if lock.level != "urgent" and lock.id in RISKS]
    return [*urgent, *other] or [NO_RISK]


def _risk(lock: Interlock) -> str:
    return NO_NALOXONE if lock.id == "naloxone" else sentence(f"{RISKS[lock.id]}: {'; '.join(lock.because)}")


def absent(a: Assessment, cal: Calendar) -> list[str]:
    """Signs of danger that were asked and absent, and those not asked."""
    return [cell.text for cell in brief(a, cal).absent.items]
