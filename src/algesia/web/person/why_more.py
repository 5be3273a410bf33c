""" "Why more can become less": five short steps with pictures from the simulator, for patients. No amounts, no advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Depends, Query
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from algesia.web.model_run import INSTALL, PEOPLE, RUNNER, Busy, Question, Ran, available
from algesia.web.person.why_picture import Curve, Level, why_picture
from algesia.web.render import page
from algesia.web.visit import Allow, Visit

if TYPE_CHECKING:
    from algesia.mechanism.model import Floats

router = APIRouter(tags=["person"])
Anybody = Annotated[Visit, Depends(Allow("open"))]
TITLE: Final = "Why more can become less"
WEEKS: Final = 16
"""Weeks on the first dose, and again on twice of it."""
TURN, TOP_DAYS, WAY_DAYS = WEEKS * 7, WEEKS * 14, WEEKS * 14 + 300
FEW: Final = 0.25
"""Points of pain that are called hardly any: they are nearer to none than to half a point."""
PREPARING: Final = "The pictures are being made. Open this page again in half a minute."
ONCE: Final = "morphine oral-er 30 mg every 12 h for 16 weeks"
TWICE: Final = f"{ONCE}, then morphine oral-er 60 mg every 12 h for 16 weeks"


@dataclass(frozen=True, slots=True)
class Fact:
    """What studies say, with its sources."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One step. `model` is what only the model says, computed from its curves."""

    title: str
    words: tuple[str, ...]
    picture: Markup
    known: tuple[Fact, ...]
    model: tuple[str, ...]


TITLES: Final = (
    "At first the medicine takes some pain away", "The body gets used to it", "Twice the dose", "The nerves may turn up the volume",
    "The way down",
)  # fmt: skip
WORDS: Final = (
    ("An opioid sits down on switches of the nerves. Fewer pain signals pass.",),
    (
        "With time the switches answer less. The same dose takes less pain away. This is called tolerance.",
        "It comes when you take the medicine just as prescribed. It is nobody’s fault.",
    ),
    (
        "More medicine reaches more switches. But the switches answer less than at first. They get used to that dose, too.",
    ),
    (
        "The pain system may also become more sensitive. Then things hurt more than before. This is called sensitization.",
        "The thin line shows the same doses without it.",
    ),
    (
        "When the dose falls fast, the body has no time to follow. Pain and other signs flare up. This is withdrawal, and it passes.",
        "The bold line goes down in small steps. The thin line stops all at once. A sudden stop can harm you.",
    ),
)
KNOWN: Final = (
    (Fact("In a trial, people took morphine for 1 month. On average their pain got better.", ("chu2012",)),),
    (Fact("In the same trial, morphine lost strength within the month.", ("chu2012",)),),
    (
        Fact("Pain clinics see this: the dose goes up, relief comes, then fades.", ("fpm_case28",)),
        Fact("What follows a dose is not always caused by it. Doses also go up because pain goes up.", ("algesia",)),
    ),
    (
        Fact("The FDA warns that opioids can make pain stronger. 72 cases are published.", ("fda2023", "guichard2021")),
        Fact("In animals it is well shown. In people the studies do not agree.", ("higgins2019", "fishbain2009")),
        Fact("In the trial of 1 month people were not more sensitive.", ("chu2012",)),
    ),
    (
        Fact("A sudden stop, or a large cut, has harmed people.", ("fda2019", "cdc2022")),
        Fact("Pain can flare in withdrawal. In one study half of the people were over it in 14 days.", ("wisp2016",)),
    ),
)  # fmt: skip
QUESTIONS: Final = (
    "What could be making my pain worse now?", "Does my medicine still help me, and how can we tell?",
    "Could the medicine itself be making my pain stronger?", "If we change something, how slowly, and what if it gets hard?",
)  # fmt: skip


@router.get("/learn/why-more", response_class=HTMLResponse)
def why_more(visit: Anybody, step: Annotated[str, Query(max_length=20)] = "1") -> Response:
    """One of the five steps; the first where the address names none."""
    number = int(step) if step in {"1", "2", "3", "4", "5"} else 1
    told, status, refused = None, 200, ""
    if not available():
        status, refused = 503, f"These pictures need the simulator, which is not installed: {INSTALL}."
    else:
        try:
            told = _told(number)
        except Busy:
            status, refused = 503, PREPARING
    answer = page(
        visit, "why_more.html.j2", status, tab="more", title=TITLE, told=told, refused=refused, number=number, titles=TITLES,
        questions=QUESTIONS,
    )  # fmt: skip
    if status == 503:
        answer.headers["Retry-After"] = "30"
    return answer


def _told(number: int) -> Told:
    picture, model = _way_down() if number == 5 else _way_up(number)
    i = number - 1
    return Told(TITLES[i], WORDS[i], Markup(picture), KNOWN[i], model)


def _way_up(number: int) -> tuple[str, tuple[str, ...]]:
    ran = _run(TWICE, TOP_DAYS)
    until = (28, TURN, TOP_DAYS, TOP_DAYS)[number - 1]
    pain, none = ran.of("pain-nrs"), ran.of("pain-nrs", treated=False)
    gain = none - pain
    levels = [Level(0, min(until, TURN), 1, "dose")]
    curves = [Curve(none[:until], "before", "no medicine", until - 4, True), Curve(pain[:until], "mean")]
    if until > TURN:
        levels.append(Level(TURN, until, 2, "twice the dose"))
    said: tuple[str, ...]
    if number == 1:
        said = (
            f"In this model the dose takes {points(gain[6])} off the scale of 0 to 10 in the first week.",
        )
    elif number == 2:
        said = (f"In this model the same dose does {_share(gain[TURN - 1], gain[6])} of it after 4 months.",)
    elif number == 3:
        said = (
            f"In this model one week on twice the dose adds {points(gain[TURN + 6] - gain[TURN - 1])} to the relief of the day before.",
            f"After 4 months on it {_left(gain[-1] - gain[TURN - 1])}.",
        )  # fmt: skip
    else:
        without = ran.without["slow sensitization"]
        curves.append(Curve(without, "today", "not more sensitive", TOP_DAYS - 40))
        worse = int((ran.models[:, -1] > ran.models_untreated[:, -1]).sum())
        said = (
            f"In this model sensitization adds {points(pain[-1] - without[-1])} of pain by the end.",
            f"We made {PEOPLE} models that fit the studies. In {worse} of them pain ends higher than with no medicine. In the others "
            "it does not. So nobody can say how it is for you.",
        )  # fmt: skip
    return why_picture(levels, curves, TOP_DAYS, " ".join(said)), said


def _way_down() -> tuple[str, tuple[str, ...]]:
    slow, fast = _run(f"{TWICE}, then taper 5 %/week", WAY_DAYS), _run(TWICE, WAY_DAYS)
    one, other = slow.of("pain-nrs"), fast.of("pain-nrs")
    none = slow.of("pain-nrs", treated=False)
    before = float(one[TOP_DAYS - 7])
    said = (
        f"In this model pain rises by {points(_most(other) - before)} at most after the sudden stop, and by {points(_most(one) - before)} at most on "
        "the slow way.",
        _later(max(abs(float(one[-1] - none[-1])), abs(float(other[-1] - none[-1])))),
    )  # fmt: skip
    levels = [Level(0, TURN, 1, "dose"), Level(TURN, TOP_DAYS, 2, "twice the dose")]
    levels += [Level(TOP_DAYS + 7 * n, TOP_DAYS + 7 * (n + 1), 2 - 0.1 * (n + 1)) for n in range(19)]
    curves = [
        Curve(none, "before"),
        Curve(other, "today", "sudden stop", TOP_DAYS + 5, True),
        Curve(one, "mean", "small steps", TOP_DAYS + 60),
    ]
    return why_picture(levels, curves, WAY_DAYS, " ".join(said)), said


def _run(words: str, days: int) -> Ran:
    from algesia.mechanism.simulation import Group
    from algesia.mechanism.words import orders_from_words

    orders = orders_from_words(words).orders
    return RUNNER.run(Question(orders, 0, days, Group(people=PEOPLE, chronic_pain=True)))


def _most(pain: Floats) -> float:
    return float(pain[TOP_DAYS:].max())


def _left(more: float) -> str:
    """Relief beside that on the day before the change, in plain words.

    >>> _left(-0.46)
    'the relief is half a point less than on the day before the change'
    >>> _left(0.1)
    'the relief is about what it was on the day before the change'
    """
    if abs(more) < FEW:
        return "the relief is about what it was on the day before the change"
    return f"the relief is {points(abs(more))} {'more' if more > 0 else 'less'} than on the day before the change"


def _later(apart: float) -> str:
    if apart < FEW:
        return "Months later both lines are about where pain would be with no medicine."
    return f"Months later one of the lines is still {points(apart)} away from where pain would be with no medicine."


def points(value: float) -> str:
    """Points of pain in plain words.

    >>> points(-0.1), points(0.2), points(0.52), points(1.04), points(2.31)
    ('hardly anything', 'hardly anything', 'half a point', '1 point', '2.5 points')
    """
    if value < FEW:
        return "hardly anything"
    rounded = round(value * 2) / 2
    return "half a point" if rounded == 0.5 else f"{rounded:g} point{'' if rounded == 1 else 's'}"


def _share(part: float, whole: float) -> str:
    """A part of a whole in plain words.

    >>> _share(1.0, 2.0), _share(0.1, 2.0), _share(1.9, 2.0)
    ('about half', 'very little', 'almost all')
    """
    ratio = part / whole if whole > 0 else 0.0
    for least, words in ((0.9, "almost all"), (0.7, "about three quarters"), (0.58, "about two thirds"), (0.42, "about half"),
                         (0.29, "about a third"), (0.15, "about a quarter")):  # fmt: skip
        if ratio >= least:
            return words
    return "very little"
