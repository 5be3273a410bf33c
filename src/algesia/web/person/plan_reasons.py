"""Why a released plan does not go on by itself, in the person's words.

`algesia.plan.following` says its reasons to clinicians, with numbers. Here each kind of reason has one plain sentence,
without an amount. A reason of a kind that has none is said in general words, never left out.
"""

from __future__ import annotations

import re
from typing import Final

from algesia.plan.model import FollowUp
from algesia.report.person_asks import today as same_day
from algesia.report.statements import Place
from algesia.review import Review

GENERAL: Final = "Something new in your diary should be looked at first."
_SAID: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"The review of (.+) is not on record\."), r"Your review of \1 is not written down here yet."),
    (re.compile(r"COWS .+ or more\."), "Withdrawal was strong at your last check."),
    (re.compile(r"Withdrawal signs, .+ later than day (\d+) of the step\."),
     r"You still have withdrawal signs after \1 days of this step."),
    (re.compile(r"Pain is up and function is down for more than a month: .+"),
     "For more than a month you have had more pain and could do less."),
    (re.compile(r"Pain is up for more than a month: .+"), "For more than a month you have had more pain."),
    (re.compile(r"Function is down for more than a month: .+"), "For more than a month you could do less."),
    (re.compile(r"How much (.+) is taken is not known; .+"), r"How much \1 you take is not written down here."),
    (re.compile(r"No (.+) runs on record; .+"), r"Your medicine list has no \1 now."),
    (re.compile(r"Since the plan was made: .+ mg a day of (.+) is on record, more than .+"),
     r"Your medicine list has more \1 than before the plan. Your body may no longer stand it."),
    (re.compile(r".+ mg a day of (.+) is on record; the plan holds .+"),
     r"Your medicine list has another dose of \1 than this step."),
    (re.compile(r"(.+) \(.+\) runs, and did not on the day of the plan; .+"),
     r"\1 was started after the plan was made."),
    (re.compile(r"(.+), [a-z]+: .+ mg a day on record, .+ on the day of the plan\."),
     r"\1 was added or raised after the plan was made."),
    (re.compile(r"(.+): how much is taken is not known; it did not run on the day of the plan\."),
     r"\1 was started after the plan was made."),
    (re.compile(r"Nothing is on record since the step began, .+"),
     "You have written nothing down since this step began."),
)  # fmt: skip
_QUIET: Final = re.compile(
    r"Step \d+, day .+|The plan has not begun: .+|The last step ended with .+|COWS .+\.|.+: .+, .+\."
)
"""What only describes where the plan is, and changes nothing."""


def plain_reasons(found: FollowUp, judged: Review | None = None, place: Place = "us") -> tuple[str, ...]:
    """Each reason once. Never empty where the plan does not go on.

    >>> plain_reasons(FollowUp("pause", 738000, None, None, None, ("The review of 3 January is not on record.",), (), (), ""))
    ('Your review of 3 January is not written down here yet.',)
    """
    told = list(same_day(judged, place)) if found.status == "urgent" and judged is not None else []
    for says in found.because:
        words = next((match.expand(say) for rule, say in _SAID if (match := rule.fullmatch(says))), None)
        if words is not None:
            told.append(words)
        elif not _QUIET.fullmatch(says):
            told.append(GENERAL)
    if not told and found.status not in ("on-track", "unassessable"):
        told.append(GENERAL)
    return tuple(dict.fromkeys(told))
