"""The fixed text of the emergency page, the crisis page and the pages for danger signs.

Nothing here reads a record: the pages are the same for everyone in one place, so that they can be kept offline.
Each line names the sources it stands on; a line without one is first aid in common use, not in the tables. The
words for naloxone follow the note of the interlock `naloxone`, the danger signs follow the interlocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from algesia.report.statements import NUMBERS, EmergencyNumbers, Place

SAVED_NOTE: Final = "This page works without a network. It does not look at your diary."


@dataclass(frozen=True, slots=True)
class Link:
    """A button: its words and its ``tel:`` or ``sms:`` address."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do or to know, with the sources in the tables that say it."""

    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpNow:
    """The emergency page. `clinic` is ``None`` when no number is known that can be called."""

    place: Place
    emergency: str
    question: str
    signs: str
    call: Link
    steps: tuple[Line, ...]
    also_heading: str
    also: tuple[Line, ...]
    crisis_heading: str
    crisis: tuple[Line, ...]
    crisis_links: tuple[Link, ...]
    withdrawal_heading: str
    withdrawal: tuple[Line, ...]
    clinic: Link | None
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crisis:
    """The page for thoughts of ending one's life. `links` are the calls to make, the first the main one."""

    place: Place
    heading: str
    lead: str
    links: tuple[Link, ...]
    danger: str
    call: Link
    steps: tuple[Line, ...]
    close: str
    note: str
    sources: tuple[str, ...]


AFTER_THE_CALL: Final = (
    Line(
        "Give naloxone: one spray in one nostril. Do not test the spray first. No change after 2 to 3 minutes: one "
        "more. Go on until they wake or help comes.",
        ("mayo_mono",),
    ),
    Line("Not breathing: breathe for them if you know how. Breathing: lay them on their side."),
    Line("Stay. Naloxone may wear off before the opioid does.", ("mayo_mono",)),
)
"""What to do for an overdose after the call. The wording of the spray is that of the interlock `naloxone`."""

_SUICIDE: Final = ("fda2019", "vadod2022", "agnoli2021", "va_tool")
"""The sources of the interlock `emergency-suicide`."""


def help_now(place: Place, clinic_phone: str = "", clinic_name: str = "") -> HelpNow:
    """The emergency page of a place, with the clinic's number if it can be called.

    >>> page = help_now("us", "555 0142", "Dr Okafor's clinic")
    >>> page.call, page.clinic
    (Link(label='Call 911', href='tel:911'),
     Link(label="Call Dr Okafor's clinic, 555 0142", href='tel:5550142'))
    >>> [link.href for link in help_now("eu").crisis_links], help_now("eu").clinic
    (['tel:112'], None)
    """
    numbers = NUMBERS[place]
    emergency = numbers.emergency
    steps = (
        Line(f"Call {emergency}. Say: “opioids, not breathing well.”", ("cdc2022", "fda_gabapentinoid2019")),
        *AFTER_THE_CALL,
    )
    also = (
        Line("muscles that jerk on their own, a seizure", ("peolc2020", "smith2000")),
        Line("new confusion, seeing things, great agitation", ("peolc2020", "smith2000", "cdc2022")),
        Line(
            "legs suddenly weak, no feeling between the legs, bladder or bowel out of control", ("va_tool",)
        ),
        Line("chest pain"),
    )
    withdrawal = (
        Line(
            "Do not go back to an old, higher dose. It can stop your breathing now.",
            ("cdc_pocket", "va_tool"),
        ),
        Line("Do not change the dose on your own. Call your clinic.", ("cdc2022",)),
    )
    crisis_lines = (
        Line(
            "Pain and withdrawal can bring them. You are not weak, and people are awake to talk now.",
            ("fda2019", "hhs2019"),
        ),
        *_no_single_line(numbers),
    )
    lines = (*steps, *also, *withdrawal, *crisis_lines)
    return HelpNow(
        place=place,
        emergency=emergency,
        question="Cannot be woken, or breathing is slow or has stopped?",
        signs="Blue or gray lips, tiny pupils, gurgling.",
        call=_call(emergency),
        steps=steps,
        also_heading=f"Call {emergency} also for",
        also=also,
        crisis_heading="Thoughts of ending your life",
        crisis=crisis_lines,
        crisis_links=_crisis_links(numbers),
        withdrawal_heading="Very bad withdrawal, not in danger",
        withdrawal=withdrawal,
        clinic=clinic_link(clinic_phone, clinic_name),
        note=SAVED_NOTE,
        sources=sources_of(lines),
    )


def crisis(place: Place) -> Crisis:
    """The page after an answer above zero on item 9 of the PHQ-9, or after thoughts of ending one's life.

    >>> [link.href for link in crisis("us").links], crisis("us").call.href
    (['tel:988', 'sms:988'], 'tel:911')
    """
    numbers = NUMBERS[place]
    talk = (
        f"Call or text {numbers.crisis}. You can talk about anything, for as long as you need."
        if numbers.crisis
        else f"Call your local crisis line. If you have no number, call {numbers.emergency}."
    )
    steps = (
        Line(talk, _SUICIDE),
        Line(
            "Be with someone. Ask a person you trust to come, or go to where people are.",
            _SUICIDE,
        ),
        Line(
            "Ask that person to keep your tablets and give you each dose for now. Ask the same for anything else "
            "you could hurt yourself with.",
            _SUICIDE,
        ),
        Line(
            "Tell your clinic today. A step down waits until you have talked. Do not stop your medicine suddenly.",
            _SUICIDE,
        ),
    )
    return Crisis(
        place=place,
        heading="Thank you for saying it. Please talk to someone now.",
        lead="Pain and withdrawal can bring thoughts of death. They can pass, and you do not have to carry them "
        "alone.",
        links=_crisis_links(numbers),
        danger="Have you taken something, or could you act on it now?",
        call=_call(numbers.emergency),
        steps=steps,
        close="You are not weak, and you are not in trouble for your answer.",
        note="This page calls nobody for you. It works without a network.",
        sources=sources_of(steps),
    )


def clinic_link(phone: str, name: str = "") -> Link | None:
    """The button that calls the clinic, or ``None`` when the phone has no digit to dial.

    A number is dialed as far as its first letter, so that an extension is shown but not dialed.

    >>> clinic_link("+1 (555) 0142 ext. 7")
    Link(label='Call your clinic, +1 (555) 0142 ext. 7', href='tel:+15550142')
    >>> clinic_link("ask at the desk") is None
    True
    """
    shown = " ".join(phone.split())
    dialed = re.split(r"[^\d\s().\-/+]", shown)[0]
    digits = re.sub(r"\D", "", dialed)
    if not digits:
        return None
    plus = "+" if dialed.lstrip("( ").startswith("+") else ""
    return Link(f"Call {' '.join(name.split()) or 'your clinic'}, {shown}", f"tel:{plus}{digits}")


def sources_of(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Every source that the lines name, each once."""
    return tuple(dict.fromkeys(source for line in lines for source in line.sources))


def _call(number: str) -> Link:
    return Link(f"Call {number}", f"tel:{number}")


def _crisis_links(numbers: EmergencyNumbers) -> tuple[Link, ...]:
    """The crisis line by voice and text; where there is no single line, the emergency number."""
    if numbers.crisis is None:
        return (_call(numbers.emergency),)
    return (_call(numbers.crisis), Link(f"Text {numbers.crisis}", f"sms:{numbers.crisis}"))


def _no_single_line(numbers: EmergencyNumbers) -> tuple[Line, ...]:
    if numbers.crisis is not None:
        return ()
    return (Line(f"Your country may have its own crisis line. Call it, or call {numbers.emergency}."),)
