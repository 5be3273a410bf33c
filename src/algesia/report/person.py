"""What the person sees of their review: a sentence, the picture, what followed, signs, questions.

The same assessment as the clinician's, without what is the clinician's to judge: no differential, no support, no
name of a condition, no plan. An emergency leaves nothing but the emergency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from algesia.assessment.diary import pain_diary
from algesia.assessment.model import Assessment
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import Picture, picture_of
from algesia.charts.table import data_table
from algesia.report import person_asks as asks
from algesia.report.days import Calendar
from algesia.report.person_changes import PersonChange, person_changes
from algesia.report.person_signs import PersonSign, person_signs
from algesia.report.person_words import DO_NOT_CHANGE, headline, subline
from algesia.report.pictures import OnPage
from algesia.report.printable import printable
from algesia.report.statements import Place
from algesia.report.table_rows import table_rows

YOUR_CLINICIAN: Final = "your clinician"
SHOWN_CHANGES: Final = 12
"""Changes in the list before the earlier ones are folded away."""
MME_NOTE: Final = "MME counts all opioids on one scale."


@dataclass(frozen=True, slots=True)
class PersonView:
    """The person's page as data. `emergency` is not empty when the record holds an emergency: all else then is.

    `today` says what has to be looked at the same day. `changes` carry the numbers of the picture. `picture` is
    ``None`` when nothing can be drawn.
    """

    emergency: tuple[str, ...]
    today: tuple[str, ...]
    headline: str
    subline: str
    changes: tuple[PersonChange, ...]
    signs: tuple[PersonSign, ...]
    questions: tuple[str, ...]
    not_known: tuple[str, ...]
    picture: OnPage | None
    clinician: str = YOUR_CLINICIAN
    do_not_change: tuple[str, str] = DO_NOT_CHANGE

    @property
    def earlier(self) -> tuple[PersonChange, ...]:
        """The changes that the list folds away: all but the last twelve."""
        return self.changes[: max(0, len(self.changes) - SHOWN_CHANGES)]

    @property
    def latest(self) -> tuple[PersonChange, ...]:
        """The changes that the list shows at once."""
        return self.changes[-SHOWN_CHANGES:]

    @property
    def unit_note(self) -> str:
        """What MME means, where the list of changes uses it."""
        return MME_NOTE if any("MME" in change.unit for change in self.changes) else ""


def person_view(assessment: Assessment, place: Place = "us", clinician: str = "") -> PersonView:
    """What the person may see of an assessment, in words of the eighth grade.

    Parameters
    ----------
    assessment
        The review.
    place
        Whose emergency and crisis numbers are named.
    clinician
        The clinician's name as the person writes it; "your clinician" where it is empty.

    Examples
    --------
    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.review import review
    >>> empty = review(read_record(b'{"format": "algesia-record/1"}'), load())
    >>> person_view(empty).headline
    'Nothing is on record yet.'
    """
    a, who = assessment, printable(clinician).strip() or YOUR_CLINICIAN
    if a.emergency:
        return PersonView(asks.emergency(a, place), (), "", "", (), (), (), (), None, who)
    cal, diary = Calendar.of(a), pain_diary(a.record, a.as_of)
    said = headline(a, diary, cal)
    signs = person_signs(a, cal)
    picture = person_picture(a)
    return PersonView(
        emergency=(),
        today=asks.today(a, place),
        headline=said,
        subline=subline(a, diary, cal, said),
        changes=() if picture is None else person_changes(a, picture),
        signs=signs,
        questions=asks.questions(a, signs),
        not_known=asks.not_known(a, diary, signs),
        picture=None if picture is None else _on_page(picture),
        clinician=who,
    )


def person_picture(a: Assessment) -> Picture | None:
    """The picture with the rows of the seven warning signs only, or ``None`` when there is nothing to draw.

    Signs that are a clinician's to weigh have no row here.
    """
    if a.emergency or not (a.record.pain or a.exposure.tracks or a.exposure.mme.days):
        return None
    return picture_of(replace(a, signs=tuple(s for s in a.signs if s.warning_sign is not None)))


def _on_page(picture: Picture) -> OnPage:
    """The drawings without their own list of changes: the page has it in plain words."""
    return OnPage(
        dose_and_pain(picture, "wide", prefix="wide", with_list=False),
        dose_and_pain(picture, "phone", prefix="phone", with_list=False),
        dose_and_pain(picture, "paper", prefix="paper"), data_table(picture), reading_key(picture),
    )  # fmt: skip


def reading_key(picture: Picture) -> str:
    """How the marks are read, in plain words; only marks that are there."""
    pain = picture.pain
    rows = [part.kind for row in picture.signs for part in row.stretches]
    shaded = bool(pain.runs) and any(change.relief_until is not None for change in picture.changes)
    told = (
        ("Each dot is one day." if pain.window is not None else "Each dot is one number.", bool(pain.points)),
        (f"The line is the {pain.window}-day mean.", bool(pain.runs)),
        ("Blue shade: days below the level before.", shaded),
        ("Grey strip: no entries.", bool(pain.gaps and pain.points)),
        ("Stripes: as needed.", any(level.open for panel in picture.panels for level in panel.levels)),
        ("Thick bar: the sign is there.", "present" in rows),
        ("Ring: asked, not there.", any(row.absent_on for row in picture.signs)),
        ("Small dots: not asked.", "unasked" in rows),
    )
    return " ".join(words for words, there in told if there)


def person_page_html(view: PersonView, report_url: str) -> str:
    """The body of the person's page, from the macro that the web application also calls.

    In an emergency it is the emergency's sentences alone.
    """
    module = _environment().get_template("person_picture.html.j2").make_module()
    return str(module.picture_page(view, report_url))  # type: ignore[attr-defined]


def _finalize(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("algesia.report", "templates"), autoescape=True, undefined=StrictUndefined,
        finalize=_finalize, trim_blocks=True,
    )  # fmt: skip
    made.filters["table_rows"] = table_rows
    return made
