"""Plans as one self-contained page each: no script, no request to anywhere, printable, dark where the reader is."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from algesia.assessment.model import Assessment
from algesia.charts.plan_dose import PlanPicture, plan_dose, plan_picture, plan_table
from algesia.charts.svg import Element, Path
from algesia.plan.model import RotationPlan, TaperPlan
from algesia.report.citations import label
from algesia.report.days import sentence
from algesia.report.html import content_policy, stylesheet
from algesia.report.pictures import OnPage
from algesia.report.plan_layout import Mark, PlanDocument, StepTable
from algesia.report.plan_rotation_document import rotation_document
from algesia.report.plan_taper_document import taper_document
from algesia.report.plan_words import TIMES_SIGN, unbroken
from algesia.report.printable import printable
from algesia.report.statements import NOT_SUDDENLY, Place

KEY = "Filled: on record. Dashed on a paler fill: planned, step by step, each only after its review."


def taper_html(assessment: Assessment, plan: TaperPlan, place: Place = "us") -> str:
    """A taper as an HTML page.

    Everything is inside: stylesheet, font, drawings. Text of the record is escaped. The page forbids every load in
    its Content-Security-Policy and allows its one stylesheet by hash.
    """
    doc = taper_document(plan, assessment.record, place)
    picture = None if doc.stop else plan_picture(assessment, plan)
    return _page(doc, None if picture is None else plan_on_page(picture))


def rotation_html(assessment: Assessment, plan: RotationPlan, place: Place = "us") -> str:
    """A rotation as an HTML page, made as `taper_html` is."""
    return _page(rotation_document(plan, assessment.record, place), None)


def _page(doc: PlanDocument, picture: OnPage | None) -> str:
    css = plan_stylesheet()
    numbers = doc.numbers
    page: str = _environment().get_template("plan.html.j2").render(
        doc=doc,
        css=Markup(css),
        policy=content_policy(css),
        picture=picture,
        numbers=numbers,
        in_order=lambda ids: sorted((i for i in ids if i in numbers), key=lambda i: numbers[i]),
        label=label,
        tally=str,
        is_steps=lambda section: isinstance(section, StepTable),
        draw=draw,
        not_suddenly=NOT_SUDDENLY,
    )  # fmt: skip
    return page


@cache
def plan_stylesheet() -> str:
    """The stylesheet of the review with what plans add to it."""
    added = files("algesia.report").joinpath("templates/plan.css").read_text(encoding="utf-8")
    return f"{stylesheet()}\n{added}"


def plan_on_page(picture: PlanPicture) -> OnPage:
    """The dose so far and as planned, for desk, phone and paper, with its tables and its reading help."""
    return OnPage(
        plan_dose(picture, "wide", prefix="wide"), plan_dose(picture, "phone", prefix="phone"),
        plan_dose(picture, "paper", prefix="paper"), plan_table(picture), KEY,
    )  # fmt: skip


def draw(mark: Mark) -> Markup:
    """A piece as an outline with its strength: a capsule, half of one, or a patch; no maker's color.

    The words beside it say the same, so the drawing is hidden from readers who hear the page.

    >>> "cut" in draw(Mark("half", "5")), draw(Mark("tablet", "40", 4)).count("<text")
    (True, 2)
    """
    wide = max(44, 14 + 9 * len(mark.label))
    wider = wide + (28 if mark.times > 1 else 0)
    svg = Element(
        "svg", class_="piece", viewBox=f"0 0 {wider} 26", width=wider, height=26, aria_hidden="true"
    )
    if mark.shape == "half":
        svg.add(Element("path", class_="pill", d=f"M{wide - 10} 1H14A12 12 0 0 0 14 25H{wide - 10}Z"))
        svg.add(
            Path()
            .move(wide - 10, 1)
            .line(wide - 6, 7)
            .line(wide - 10, 13)
            .line(wide - 6, 19)
            .line(wide - 10, 25)
            .element("cut")
        )
    else:
        svg.add(
            Element(
                "rect",
                class_="pill",
                x=1,
                y=1,
                width=wide - 2,
                height=24,
                rx=12 if mark.shape == "tablet" else 3,
            )
        )
    center = (wide - 8) / 2 if mark.shape == "half" else wide / 2
    svg.add(Element("text", mark.label, x=center, y=18, text_anchor="middle"))
    if mark.times > 1:
        svg.add(Element("text", f"{TIMES_SIGN} {mark.times}", x=wide + 4, y=18))
    return Markup(str(svg))


def _finalize(value: object) -> object:
    """Every plain string is made printable, and keeps its units with their numbers, before it is escaped; markup passes."""
    return unbroken(printable(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("algesia.report", "templates"), autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True,
    )  # fmt: skip
    environment.filters["finish"] = sentence
    return environment
