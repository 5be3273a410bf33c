"""What followed each dose change, for the person: the numbers of the picture in one or two plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

from algesia.assessment.dose_response import JUDGE_AFTER
from algesia.assessment.model import Assessment, DoseChange, Episode
from algesia.charts.followed import days_words, difference
from algesia.charts.picture import Picture
from algesia.charts.scale import amount
from algesia.report.person_words import NOT_TAKEN


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A dose change: its `number` on the picture, its day, the dose before and after in words, what followed."""

    number: int
    when: str
    before: str
    after: str
    unit: str
    says: str
    in_steps: bool = False

    @property
    def title(self) -> str:
        """ "9 Feb, 60 to 90 MME a day"."""
        steps = ", in small steps" if self.in_steps else ""
        return f"{self.when}, {self.before} to {self.after} {self.unit}{steps}"


def person_changes(a: Assessment, picture: Picture) -> tuple[PersonChange, ...]:
    """The changes of the picture, with the numbers that its knobs carry."""
    by_day = {episode.change.day: episode for episode in a.episodes}
    found = []
    for shown in picture.changes:
        change = by_day[shown.day].change
        found.append(
            PersonChange(
                number=shown.number,
                when=_upper(picture.day(shown.day)),
                before=amount(change.before) if change.before else "none",
                after=amount(change.after) if change.after else "none",
                unit=_unit(change),
                says=says(by_day[shown.day], a.as_of),
                in_steps=shown.in_steps,
            )
        )
    return tuple(found)


def _unit(change: DoseChange) -> str:
    if change.unit == "MME/d":
        return "MME a day"
    drug = f" of {change.drug}" if change.drug else ""
    return f"mg{drug} a day"


def says(episode: Episode, as_of: int) -> str:
    """What followed a change. The days and points are those above its stem in the picture."""
    told = _says(episode, as_of)
    return f"Only the most you may take changed. {NOT_TAKEN}" if episode.change.allowed else told


def _says(episode: Episode, as_of: int) -> str:
    gap, when = _gap(episode)
    down = episode.change.direction == "decrease"
    if episode.verdict == "unassessable":
        return _open(episode, as_of)
    if episode.verdict == "brief-relief":
        back = episode.returned_after_days
        if back is None:
            return "Less pain for a time. Then it came back."
        return f"Less pain for {days_words(back)}. Back by day {back}."
    if episode.verdict == "lasting-relief":
        return (
            f"Pain {'was' if down else 'stayed'} lower by {gap.lstrip('−')} {when}." if gap else "Less pain."
        )
    first = "" if down else "No relief. " if episode.verdict == "worse" else "No clear relief. "
    return f"{first}{_level(gap, when, level=down and episode.verdict == 'no-relief')}"


def _level(gap: str, when: str, *, level: bool) -> str:
    """ "Pain was higher by 1.0 in week 7."; where `level`, the difference counts as none."""
    if not gap:
        return "Pain did not fall."
    if gap[0] not in "+−":
        return f"Pain was the same {when}."
    word = "higher" if gap[0] == "+" else "lower"
    if level:
        return f"Pain was about the same {when} ({gap[1:]} {word})."
    return f"Pain was {word} by {gap[1:]} {when}."


def _gap(episode: Episode) -> tuple[str, str]:
    """The signed difference and its time, as the picture writes them: ("+1.0", "in week 7"); empty where none."""
    gap, _, when = difference(episode).partition(" by ")
    return gap, f"{'on' if when.startswith('day') else 'in'} {when}"


def _open(episode: Episode, as_of: int) -> str:
    """What could not be judged: no level before, too early, or cut short by the next change."""
    judged, down = episode.judged_days, episode.change.direction == "decrease"
    latest = episode.change.day + judged >= as_of
    if episode.pain_before is None:
        return "There are too few pain numbers from before to compare."
    if episode.pain_after is None and episode.pain_late is None:
        if latest and judged < 10:
            return f"Day {judged}. Too early to say anything."
        return "There are too few pain numbers after it to say."
    if latest:
        if episode.still_below:
            return f"Day {judged}. Less pain so far."
        if down and judged < JUDGE_AFTER:
            return f"Day {judged}. Too early: a step down needs {JUDGE_AFTER} days."
        return f"Day {judged}. Too early to say anything."
    gap, when = _gap(episode)
    so_far = f" {_level(gap, when, level=False)}" if gap else ""
    return f"The next change came on day {judged + 1}, too soon to be sure.{so_far}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
