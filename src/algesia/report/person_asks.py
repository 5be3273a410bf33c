"""What the person can do with the review: whom to call now, what to ask the clinician, what is not known.

Questions are chosen by fixed rules from what is on record. None names an amount, and none answers itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from algesia.assessment.diary import Diary
from algesia.assessment.model import Assessment, Interlock, SignState
from algesia.exposure.model import Item
from algesia.report.days import Calendar, capital, count
from algesia.report.facts import DANGER
from algesia.report.person_signs import PersonSign
from algesia.report.person_words import steps_down
from algesia.report.printable import printable
from algesia.report.statements import NUMBERS, Place

LEAST_QUESTIONS: Final = 3
MOST_QUESTIONS: Final = 6
MOST_NAMED: Final = 3

FEEL: Final = "Please talk with your clinician today about how you feel."
CALL_TODAY: Final = "Please call your clinician today."
STAY: Final = "Stay with someone, and show them this page."
TAKE_CARE: Final = {
    "emergency-overdose": "This can be an overdose.",
    "emergency-impending-overdose": "This can be the start of an overdose.",
    "emergency-neurotoxicity": "This can be a sign that the medicine is harming you.",
    "emergency-cauda-cord": "This can be an emergency of the spine.",
    "emergency-suicide": "You do not have to go through this alone.",
}
NALOXONE: Final = "If breathing is slow and naloxone is near, have someone give it."
GENERAL: Final = (
    "How will we know if this medicine helps me?",
    "What should make me call you?",
    "What else could help my pain?",
)
GENERAL_WITHOUT: Final = (
    "What could help my pain?",
    "What should make me call you?",
    "What should I write down each day?",
)
"""The same where no opioid is on record."""
ASKED: Final = {
    "trap": "Could the medicine itself be making my pain stronger?",
    "stopped": "My dose went down fast. What should we look out for?",
    "naloxone": "Can I get naloxone for my home, and who should learn to give it?",
    "taper": "What should we check before the next step down?",
    "week": "What can I do in a hard week?",
    "breathing": "Is it safe to take my other medicines along with this one?",
    "spread": "My pain is in new places. What could be behind that?",
    "touch": "Light touch hurts me. Can you test my skin and write it down?",
    "after-dose": "My pain is worse after a dose. What could that mean?",
}

TODAY: Final = {
    "abrupt-reduction": (
        "Your medicine stopped or went down fast. Call your clinician today.",
        "Your body may not be used to the old dose now. Taking it again could stop your breathing.",
    ),
    "precipitated-withdrawal": ("This can be sudden withdrawal. Call your clinician now.",),
    "infection-cancer-fracture": ("Some of your answers need to be looked at today. Call your clinician.",),
}
"""What a person is told when something has to be looked at the same day, by the interlock that says so."""


def emergency(a: Assessment, place: Place) -> tuple[str, ...]:
    """What stands alone when the record holds an emergency: what was said, what it can be, whom to call."""
    if not a.emergency:
        return ()
    numbers = NUMBERS[place]
    ids = list(dict.fromkeys(lock.id for lock in a.emergency))
    named = [_told(s, Calendar.of(a)) for s in a.signs if s.status == "present" and s.sign in DANGER]
    told = [f"On your record: {'; '.join(named)}."] if named else []
    told += [TAKE_CARE[i] for i in ids if i in TAKE_CARE]
    if ids != ["emergency-suicide"]:
        told.append(f"Call {numbers.emergency} now, or have someone call for you.")
    if any(i in ids for i in ("emergency-overdose", "emergency-impending-overdose")):
        told.append(NALOXONE)
    if "emergency-suicide" in ids:
        told.append(_crisis(place))
    return (*told, STAY)


def _told(sign: SignState, cal: Calendar) -> str:
    name = (sign.short or sign.plain).rstrip(".")
    asked = "" if sign.last_asked is None else f" ({cal.short(sign.last_asked)})"
    return f"{name[:1].lower()}{name[1:]}{asked}"


def _crisis(place: Place) -> str:
    numbers = NUMBERS[place]
    if numbers.crisis:
        return f"Call or text {numbers.crisis} now, at any hour."
    return f"Call {numbers.emergency} or your local crisis line now."


def today(a: Assessment, place: Place) -> tuple[str, ...]:
    """What has to be looked at the same day, in plain sentences; empty in an emergency, which says it itself."""
    if a.emergency:
        return ()
    urgent = [lock for lock in a.interlocks if lock.level == "urgent"]
    told: list[str] = []
    if any(lock.id == "emergency-suicide" for lock in urgent):
        told += [FEEL, f"If you think of ending your life: {_crisis(place)[0].lower()}{_crisis(place)[1:]}"]
    denied = [lock for lock in urgent if lock.id not in TODAY and lock.id != "emergency-suicide"]
    if denied:
        told += [_denied(a, denied), CALL_TODAY, f"If it is there now, call {NUMBERS[place].emergency}."]
    for lock in urgent:
        told += TODAY.get(lock.id, ())
    return tuple(dict.fromkeys(told))


def _denied(a: Assessment, locks: Iterable[Interlock]) -> str:
    """Signs of danger that were there some days ago, by their short names."""
    reasons = {reason.split(",")[0].lower() for lock in locks for reason in lock.because}
    names = [(s.short or s.plain).rstrip(".").lower() for s in a.signs if s.clinical.lower() in reasons]
    return f"On your record: {'; '.join(names) or 'a sign that needs care'}."


def questions(a: Assessment, signs: Iterable[PersonSign]) -> tuple[str, ...]:
    """Three to six questions for the clinician, by what is on record; none in an emergency."""
    if a.emergency:
        return ()
    locks = {lock.id for lock in a.interlocks}
    present = {s.number for s in signs if s.state == "present"}
    run = steps_down(a)
    running = bool(run) and run[-1].change.after > 0
    asked = [
        ("trap", a.trap.status == "present"),
        ("stopped", "abrupt-reduction" in locks),
        ("naloxone", "naloxone" in locks),
        ("taper", running),
        ("breathing", "benzo-gabapentinoid-alcohol" in locks),
        ("spread", 1 in present),
        ("touch", 3 in present),
        ("after-dose", 6 in present),
        ("week", running),
    ]
    found = [ASKED[key] for key, holds in asked if holds]
    unclear = _unclear(a)
    if unclear:
        found.insert(min(len(found), 3), f"Can you help me find the exact name and amount of {unclear[0]}?")
    opioids = any(item.status != "not-opioid" for item in a.exposure.items)
    for general in GENERAL if opioids else GENERAL_WITHOUT:
        if len(found) < LEAST_QUESTIONS:
            found.append(general)
    return tuple(found[:MOST_QUESTIONS])


def _unclear(a: Assessment) -> list[str]:
    """Medicines that run and whose name or amount is not known."""
    items = [i for i in a.exposure.items if i.covers(a.as_of)]
    found = [i.drug for i in items if i.not_recognized or (i.status == "unconverted" and i.daily is None)]
    return [_short(drug) for drug in dict.fromkeys(found)]


def _short(drug: str) -> str:
    name = printable(drug)
    return name if len(name) <= 40 else f"{name[:39].rstrip()}…"


def not_known(a: Assessment, diary: Diary, signs: Iterable[PersonSign]) -> tuple[str, ...]:
    """What the record does not tell, in plain sentences; nothing in an emergency."""
    if a.emergency:
        return ()
    found = [*_medicines(a)]
    if not diary.days:
        found.append("No pain number from 0 to 10 is on record.")
    else:
        span = a.as_of - diary.days[0] + 1
        missing = span - len(diary.days)
        if missing:
            found.append(
                f"{missing} of {count(span, 'day')} {'has' if missing == 1 else 'have'} no pain number."
            )
    if diary.left_out:
        found.append(f"{count(diary.left_out, 'pain number')} of another kind {'is' if diary.left_out == 1 else 'are'} not compared.")  # fmt: skip
    if a.now.function is None:
        found.append("How much pain gets in the way of your day is not on record.")
    open_ = sum(s.state in ("open", "partly") for s in signs)
    if open_:
        which = "All 7 signs" if open_ == 7 else f"{open_} of the 7 signs"
        found.append(f"{which} still {'needs' if open_ == 1 else 'need'} an answer.")
    return tuple(found)


def _medicines(a: Assessment) -> list[str]:
    running = [i for i in a.exposure.items if i.covers(a.as_of)]
    if not a.exposure.items:
        return ["No medicine is on record."]
    found: dict[str, None] = {}
    for item in running:
        words = _why_not(item)
        if words:
            found[words] = None
    told = list(found)
    if len(told) > MOST_NAMED:
        told = [*told[:MOST_NAMED], f"{count(len(told) - MOST_NAMED, 'more medicine')} {'is' if len(told) - MOST_NAMED == 1 else 'are'} not clear."]  # fmt: skip
    return told


def _why_not(item: Item) -> str:
    name = capital(_short(item.drug))
    if item.not_recognized:
        return f"{name}: what kind of medicine this is is not known."
    if item.status == "unconverted" and item.daily is None:
        return f"{name}: the amount is not known."
    if item.status == "unconverted":
        return f"{name}: it cannot be added to the sum."
    if item.status == "apart":
        return f"{name}: it is not part of the sum."
    return ""
