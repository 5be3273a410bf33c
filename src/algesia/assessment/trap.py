"""The escalation trap as a dated rule.

The rule's words (reference, expert prior composed with CDC 2022 thresholds): *within any 12 months: two or more
dose increases, and a cumulative rise of 30 % or more in surveillance MME, and neither pain nor function (PEG)
improved by 30 % or more at 1 to 4 weeks after each increase.*

Where a regimen has no MME, the rise is that of the drug's own daily dose. A missing function score does not keep
the rule from holding on pain alone (the check says so); a missing pain score does: then it is unassessable. The
trap is dated to the day on which the last needed increase could first be judged, four weeks after it.

Two additions of our own: a run does not hold when pain over the whole of it fell by 30 % (small gains add up), and a
trap is over after a last increase whose relief lasted or after 12 months without an increase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from algesia.assessment.diary import Diary
from algesia.assessment.dose_response import level_before
from algesia.assessment.facts import Facts
from algesia.assessment.model import Episode, Trap, TrapCheck, Window
from algesia.assessment.wording import amount, day_text, listed, number, percent
from algesia.knowledge.clinical import TrapRule
from algesia.quantities.time import months_before
from algesia.record.model import Record


@dataclass(frozen=True, slots=True)
class _Gain:
    """Improvement in percent at 1 to 4 weeks after an increase; ``None`` where it is not on record."""

    day: int
    pain: float | None
    function: float | None

    def improved(self, least: float) -> bool | None:
        known = [g for g in (self.pain, self.function) if g is not None]
        if any(g >= least for g in known):
            return True
        return None if self.pain is None else False


def trap(facts: Facts, episodes: Sequence[Episode], opioids_known: bool) -> Trap:
    """Judge the rule on the record.

    Parameters
    ----------
    opioids_known
        Whether any opioid amount is on record; without one there is nothing to judge.
    """
    increases = [e for e in episodes if e.change.direction == "increase" and not e.change.allowed]
    if not increases and any(e.change.direction == "increase" for e in episodes):
        return _unassessable("only what as-needed orders allow rose; what was taken is not known")
    if not opioids_known:
        return _unassessable("no opioid dose with a known amount is on record")
    record, as_of, diary, function = facts.record, facts.as_of, facts.diary, facts.function
    rule = facts.knowledge.trap
    gains = {
        e.change.day: _gain(e, diary, function, _until(e, episodes, as_of), rule, as_of) for e in increases
    }
    runs = [run for run in _runs(increases, rule) if _rise(run) >= rule.rise_percent - 1e-9]
    judged = [(run, [gains[e.change.day].improved(rule.improvement_percent) for e in run]) for run in runs]
    holding = [
        run
        for run, states in judged
        if all(state is False for state in states) and not _better_over(run, rule.improvement_percent)
    ]
    ended = _ended(increases, rule, as_of) if holding else None
    if holding and ended is not None:
        checks = _checks(record, max(holding, key=len), gains, rule, True)
        return Trap("absent", None, (ended,), checks)
    if holding:
        first = min(holding, key=lambda run: (run[-1].change.day, len(run)))
        widest = max(holding, key=lambda run: (len(run), run[-1].change.day))
        since = min(first[-1].change.day + 7 * rule.reevaluate_weeks[1], as_of)
        checks = _checks(record, widest, gains, rule, True)
        return Trap("present", since, _sentences(checks), checks)
    waiting = [run for run, states in judged if None in states and True not in states]
    if waiting:
        open_run = max(waiting, key=len)
        checks = _checks(record, open_run, gains, rule, None)
        missing = [day_text(record, d) for d in _missing(open_run, gains, rule)]
        why = f"no pain entries that can be compared around the increase of {listed(missing)}"
        return Trap("unassessable", None, (why,), checks)
    checks = _checks(record, _longest(increases, rule), gains, rule, False)
    return Trap("absent", None, _sentences([c for c in checks if c.holds is False]), checks)


def _better_over(run: Sequence[Episode], least: float) -> bool:
    """Whether pain after the last increase of a run is better by the rule's gain than before the first."""
    gain = _improvement(run[0].pain_before, run[-1].pain_late or run[-1].pain_after)
    return gain is not None and gain >= least


def _ended(increases: Sequence[Episode], rule: TrapRule, as_of: int) -> str | None:
    """Why a trap that once held is over: the last increase gave lasting relief, or lies too far back."""
    last = increases[-1]
    if last.verdict == "lasting-relief":
        return "The rule held before; the last increase gave relief that lasted."
    if last.change.day <= months_before(as_of, rule.window_months):
        return f"The rule held before; no increase in the last {rule.window_months} months."
    return None


def _sentences(checks: Sequence[TrapCheck]) -> tuple[str, ...]:
    """What is on record, as sentences: the rule's line, then how it stands."""
    return tuple(f"{c.asks[0].upper()}{c.asks[1:]}: {c.on_record}." for c in checks)


def _unassessable(why: str) -> Trap:
    return Trap("unassessable", None, (why,), ())


def _missing(run: Sequence[Episode], gains: dict[int, _Gain], rule: TrapRule) -> list[int]:
    return [e.change.day for e in run if gains[e.change.day].improved(rule.improvement_percent) is None]


def _runs(increases: Sequence[Episode], rule: TrapRule) -> list[tuple[Episode, ...]]:
    """Every run of enough consecutive increases, in one unit, that fits into the rule's months."""
    runs = []
    for end in range(len(increases)):
        floor = months_before(increases[end].change.day, rule.window_months)
        for start in range(end - rule.min_increases + 1, -1, -1):
            run = tuple(increases[start : end + 1])
            if run[0].change.day <= floor or not _same_line(run):
                break
            runs.append(run)
    return runs


def _same_line(run: Sequence[Episode]) -> bool:
    return len({(e.change.unit, e.change.drug, e.change.route) for e in run}) == 1


def _longest(increases: Sequence[Episode], rule: TrapRule) -> tuple[Episode, ...]:
    runs = _runs(increases, rule)
    return max(runs, key=lambda run: (len(run), run[-1].change.day)) if runs else tuple(increases[-1:])


def _rise(run: Sequence[Episode]) -> float:
    first, last = run[0].change.before, run[-1].change.after
    return 0.0 if first <= 0 else 100 * (last - first) / first


def _until(episode: Episode, episodes: Sequence[Episode], as_of: int) -> int:
    later = [e.change.day for e in episodes if e.change.day > episode.change.day]
    return min(later, default=as_of + 1)


def _gain(
    episode: Episode,
    diary: Diary,
    function: tuple[tuple[int, float], ...],
    until: int,
    rule: TrapRule,
    as_of: int,
) -> _Gain:
    day = episode.change.day
    first, last = 7 * rule.reevaluate_weeks[0], 7 * rule.reevaluate_weeks[1]
    before = episode.pain_before or level_before(diary, day, None)
    after = diary.window(day + first, min(day + last + 1, until, as_of + 1))
    scores = [s for d, s in function if day + first <= d <= min(day + last, until - 1, as_of)]
    function_after = Window(sum(scores) / len(scores), None, len(scores)) if scores else None
    return _Gain(day, _improvement(before, after), _improvement(episode.function_before, function_after))


def _improvement(before: Window | None, after: Window | None) -> float | None:
    if before is None or after is None or before.mean <= 0:
        return None
    return 100 * (before.mean - after.mean) / before.mean


def _checks(
    record: Record, run: Sequence[Episode], gains: dict[int, _Gain], rule: TrapRule, all_hold: bool | None
) -> tuple[TrapCheck, ...]:
    enough = len(run) >= rule.min_increases
    when = listed([day_text(record, e.change.day) for e in run]) or "none"
    count = TrapCheck(
        f"{rule.min_increases} or more increases within {rule.window_months} months",
        f"{len(run)}: {when}" if run else "no increase of 10 % or more",
        enough,
        rule.sources["min_increases"],
    )
    if not run:
        return (count,)
    rise = _rise(run)
    first, last = run[0].change, run[-1].change
    words = f"{number(first.before)} to {amount(last.after, last.unit)}"
    grown = TrapCheck(
        f"dose up by {number(rule.rise_percent)} % or more",
        f"{words}, {percent(rise)}" if first.before > 0 else words,
        rise >= rule.rise_percent,
        rule.sources["rise_percent"],
    )
    pains = [gains[e.change.day].pain for e in run]
    functions = [gains[e.change.day].function for e in run]
    states = [gains[e.change.day].improved(rule.improvement_percent) for e in run]
    holds = False if any(state is True for state in states) else None if None in states else True
    gained = TrapCheck(
        f"no {number(rule.improvement_percent)} % gain in pain or function (PEG), "
        f"{rule.reevaluate_weeks[0]} to {rule.reevaluate_weeks[1]} weeks after each",
        f"gain in pain {_gain_words(pains)}; in function {_gain_words(functions)}",
        holds if all_hold is not True else True,
        rule.sources["improvement_percent"],
    )
    return (count, grown, gained)


def _gain_words(values: Sequence[float | None]) -> str:
    if all(v is None for v in values):
        return "not known"
    return listed(["not known" if v is None else percent(v) for v in values])
