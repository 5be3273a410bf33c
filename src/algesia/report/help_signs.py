"""What to do now for one danger sign: sign 7 and the red flags. Fixed text, by the interlock a sign belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.quantities.refusal import WrongCall
from algesia.report.help_text import AFTER_THE_CALL, Crisis, Line, Link, clinic_link, crisis, sources_of
from algesia.report.statements import NUMBERS, Place


@dataclass(frozen=True, slots=True)
class UrgentSign:
    """The page for one danger sign.

    `emergency` says whether it is the emergency number that is to be called; where it is false the clinic is to be
    called, and `call` is ``None`` when its number is not known.
    """

    place: Place
    sign: str
    emergency: bool
    heading: str
    why: str
    call: Link | None
    steps: tuple[Line, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """The words for a group of signs. ``{number}`` stands for the emergency number."""

    emergency: bool
    heading: str
    why: str
    steps: tuple[Line, ...]


_NOT_ALONE: Final = Line("Do not drive yourself. Ask someone to stay with you.")
_LIST: Final = Line("Take the list of all your medicines with you.")
_NOT_SUDDENLY: Final = Line(
    "Do not stop or change the opioid on your own. Ask on the phone what to do about the next dose.",
    ("cdc2022", "fda2019"),
)
_NALOXONE: Final = Line(
    "Hard to wake, or slow breathing: give naloxone, one spray in one nostril.", ("cdc2022", "mayo_mono")
)

_OVERDOSE: Final = _Text(
    True,
    "Hard to wake, or slow breathing: get help now.",
    "This can be an overdose. Tiny pupils alone are common with opioids. With sleep or slow breath they are not.",
    (
        Line("Call {number}. Say: “opioids, not breathing well.”", ("cdc2022", "fda_gabapentinoid2019")),
        *AFTER_THE_CALL,
    ),
)
_STARTING: Final = _Text(
    True,
    "Very sleepy or slurred speech: get help now.",
    "On an opioid this can be the start of an overdose.",
    (
        Line("Call {number}. Say: “on opioids, very sleepy.”", ("cdc2022", "cdc_pocket")),
        Line("Do not let them sleep alone. Watch the breathing.", ("cdc2022",)),
        _NALOXONE,
        Line("No alcohol, no sleeping pill and no other drug that makes sleepy.", ("fda_gabapentinoid2019",)),
    ),
)
_NERVES: Final = _Text(
    True,
    "Muscles that jerk, new confusion, great agitation or a seizure: get help now.",
    "On an opioid this can be harm to the nervous system. It needs a hospital.",
    (
        Line("Call {number}. Say: “on opioids,” and what you see.", ("peolc2020", "smith2000")),
        Line(
            "Tell them about weak kidneys, too little to drink, an infection or a new medicine.",
            ("peolc2020",),
        ),
        _NALOXONE,
        _NOT_SUDDENLY,
        _NOT_ALONE,
    ),
)
_SPINE: Final = _Text(
    True,
    "Weak legs or arms, numb between the legs, bladder or bowel out of control: get help now.",
    "The nerves of the spine may be in danger.",
    (
        Line("Call {number}. Say what is new and when it began.", ("va_tool",)),
        Line("Do not wait to see if it passes."),
        _NOT_SUDDENLY,
        _NOT_ALONE,
    ),
)
_CHEST: Final = _Text(
    True,
    "Chest pain: get help now.",
    "It may be the heart. It has nothing to do with your diary, and it comes first.",
    (Line("Call {number}. Say: “chest pain.”"), Line("Sit down and rest."), _LIST, _NOT_ALONE),
)
_TODAY: Final = _Text(
    False,
    "This has to be looked at today.",
    "Fever, loss of weight, a fall or sudden belly pain can point to an illness of its own.",
    (
        Line("Call your clinic now and ask to be seen today.", ("va_tool",)),
        Line("Nobody there, or you feel worse: call {number}."),
        _NOT_SUDDENLY,
    ),
)
_WITHDRAWAL: Final = _Text(
    False,
    "Strong withdrawal soon after buprenorphine or naltrexone: call your clinic now.",
    "It can start within minutes or hours of the first dose.",
    (
        Line("Call your clinic now. Do not wait for the next visit.", ("cdc2022",)),
        Line("Do not change the dose on your own.", ("cdc2022",)),
        Line("Cannot keep water down, faint or confused: call {number}."),
    ),
)

_TEXTS: Final[dict[str, _Text]] = {
    **dict.fromkeys(("cannot-be-woken", "slow-breathing", "pinpoint-pupils"), _OVERDOSE),
    **dict.fromkeys(("sedation", "slurred-speech"), _STARTING),
    **dict.fromkeys(("myoclonus", "confusion", "agitation", "seizure", "hallucinations"), _NERVES),
    **dict.fromkeys(("saddle-numbness", "bladder-or-bowel-change", "progressive-weakness"), _SPINE),
    "chest-pain": _CHEST,
    **dict.fromkeys(("fever", "weight-loss", "acute-abdomen", "new-trauma"), _TODAY),
    "precipitated-withdrawal": _WITHDRAWAL,
}
CRISIS_SIGNS: Final = ("suicidal-thoughts", "hopelessness-during-taper")
"""The signs that lead to the crisis page."""
URGENT_SIGNS: Final = (*_TEXTS, *CRISIS_SIGNS)
"""Every sign that has a page of its own: all signs of an emergency or same-day interlock."""


def urgent_sign(
    sign: str, place: Place, clinic_phone: str = "", clinic_name: str = ""
) -> UrgentSign | Crisis:
    """What to do now for a danger sign. Thoughts of ending one's life lead to the crisis page.

    Raises
    ------
    WrongCall
        For a sign that is none of `URGENT_SIGNS`.

    >>> page = urgent_sign("myoclonus", "eu")
    >>> page.call.href, page.steps[0].text
    ('tel:112', 'Call 112. Say: “on opioids,” and what you see.')
    """
    if sign in CRISIS_SIGNS:
        return crisis(place)
    if sign not in _TEXTS:
        raise WrongCall(f"the sign {sign!r} has no page of its own; there are {', '.join(URGENT_SIGNS)}")
    text = _TEXTS[sign]
    number = NUMBERS[place].emergency
    steps = tuple(Line(line.text.replace("{number}", number), line.sources) for line in text.steps)
    return UrgentSign(
        place=place,
        sign=sign,
        emergency=text.emergency,
        heading=text.heading,
        why=text.why,
        call=Link(f"Call {number}", f"tel:{number}")
        if text.emergency
        else clinic_link(clinic_phone, clinic_name),
        steps=steps,
        sources=sources_of(steps),
    )
