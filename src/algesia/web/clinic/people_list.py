"""The list of people: what each needs, in words, made from their reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal, TypeAlias

from algesia.adapters.store.model import Person
from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge
from algesia.plan.cautions import OLD_DAYS, latest_entry
from algesia.plan.model import FollowUp
from algesia.quantities.refusal import InputRefused
from algesia.report.days import Calendar, amount, count
from algesia.report.plan_follow_text import STATUS_WORDS
from algesia.web.clinic.plain_options import signs_in_words
from algesia.web.clinic.view import shown_name, what_example
from algesia.web.person.released import standing
from algesia.web.reviews import Reviewed
from algesia.web.visit import Visit

Group: TypeAlias = Literal["urgent", "unread", "trap", "review", "quiet", "unseen"]
GROUPS: Final[tuple[tuple[Group, str], ...]] = (
    ("urgent", "Urgent"), ("unread", "Cannot be reviewed"), ("trap", "In the trap"), ("review", "To review"), ("quiet", "No open question"),
    ("unseen", "Not looked at yet"),
)  # fmt: skip
SECONDS: Final = 1.5
"""How long one page of the list may work on reviews that are not made yet."""
MOST_WORDS: Final = 3
BROKEN: Final = "The review of this record failed: look at the record itself, nothing here can be relied on"


@dataclass(frozen=True, slots=True)
class Line:
    """One person in the list. `groups` are all that fit, the gravest first."""

    person: Person
    name: str
    about: str
    groups: tuple[Group, ...]
    state: str
    last_entry: str
    mme: str
    attention: tuple[str, ...]


def lines(visit: Visit, people: Sequence[Person]) -> tuple[Line, ...]:
    """A line for each person, the gravest first, then by name.

    Reviews that are in memory cost nothing; new ones are made for at most `SECONDS`, the rest say that nobody has
    looked yet.
    """
    until = monotonic() + SECONDS
    made = [_line(visit, person, until) for person in people]
    order = [group for group, _ in GROUPS]
    return tuple(
        sorted(made, key=lambda line: (order.index(line.groups[0]), line.name.casefold(), line.person.id))
    )


def _line(visit: Visit, person: Person, until: float) -> Line:
    name = shown_name(person)
    example = what_example(person) if person.kind == "example" else ""
    whose = Visit(visit.request, visit.state, visit.who, visit.action, person)
    if monotonic() > until:
        return Line(person, name, example, ("unseen",), "not looked at yet", "not known", "not known", ())
    try:
        reviewed = whose.reviewed()
        runs = standing(whose)
        follow = None if runs is None or runs.state == "withdrawn" else runs.found
        return line_of(reviewed, visit.state.knowledge, whose.today, name, example, follow)
    except InputRefused:
        return Line(person, name, example, ("unread",), "cannot be read", "not known", "not known", ())
    except Exception:
        # whatever is wrong with one record, everybody else's line is still shown; the person's own page logs it
        return Line(
            person, name, example, ("unread",), "cannot be reviewed", "not known", "not known", (BROKEN,)
        )


def line_of(
    reviewed: Reviewed,
    knowledge: Knowledge,
    today: int,
    name: str,
    about: str = "",
    follow: FollowUp | None = None,
) -> Line:
    """A person's line from their review, and from how their released taper stands."""
    a = reviewed.review
    cal = Calendar.of(a)
    facts = Facts.of(a.record, a.exposure, knowledge, a.as_of)
    last = latest_entry(facts)
    dated = any(
        getattr(a.record, part) for part in ("pain", "medications", "signs", "labs", "function", "doses")
    )
    silent = 0 if a.record.relative or reviewed.person.kind == "example" else today - last
    off_track = follow is not None and follow.status != "on-track"
    urgent = [lock for lock in a.interlocks if lock.level in ("emergency", "urgent")]
    said = [lock.title for lock in urgent]
    if follow is not None and off_track:
        said.append(f"Taper: {STATUS_WORDS[follow.status].lower()}")
    said += [lock.title for lock in a.interlocks if lock.level in ("block", "warn")]
    if not dated:
        said.append("Nothing is on record yet")
    elif silent > OLD_DAYS:
        said.append(f"No entry for {count(silent, 'day')}")
    if a.ask_next and not a.emergency:
        # a question in full where nothing else is said, else their number: a row stays short among hundreds
        first = signs_in_words(a.ask_next[0].question)
        said.append(f"{count(len(a.ask_next), 'question')} to ask" if said else first)
    groups: list[Group] = []
    if urgent or (follow is not None and follow.status == "urgent"):
        groups.append("urgent")
    if a.trap.status == "present":
        groups.append("trap")
    if said and not (len(said) == len(urgent) and urgent):
        groups.append("review")
    return Line(
        person=reviewed.person,
        name=name,
        about=about,
        groups=tuple(groups) or ("quiet",),
        state=state_words(a, cal),
        last_entry=cal.short(last) if dated else "none",
        mme=mme_words(a),
        attention=tuple(dict.fromkeys(said))[:MOST_WORDS],
    )


def state_words(a: Assessment, cal: Calendar) -> str:
    """Where somebody stands, in a few words."""
    if a.emergency:
        return "Emergency"
    if any(lock.level == "urgent" for lock in a.interlocks):
        return "Same day"
    if a.trap.status == "present":
        since = "" if a.trap.since is None else f" since {cal.short(a.trap.since)}"
        return f"In the trap{since}"
    if a.trap.status == "unassessable":
        return "Cannot tell"
    return "Not in the trap"


def mme_words(a: Assessment) -> str:
    """The sum on the day of asking; what is not known is never written as zero."""
    total = a.exposure.on(a.as_of)
    if not (total.converted or total.unconverted or total.apart):
        return "no opioid runs"
    if not total.converted:
        return "not known" if total.unconverted else "none in MME"
    return f"{amount(a.now.mme)}" if a.now.complete else f"at least {amount(a.now.mme)}"
