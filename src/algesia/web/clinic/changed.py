"""What changed in a review after something was recorded, in sentences: said on the page that comes back."""

from __future__ import annotations

from algesia.assessment.model import Assessment
from algesia.report.days import sentence
from algesia.report.statements import LEVEL_WORDS, OPTION_WORDS, TRAP_WORDS, support_word


def changes(before: Assessment, after: Assessment) -> tuple[str, ...]:
    """The differences that a clinician would look for; empty where there are none.

    Raised and lifted interlocks come first, then the trap, the explanations, the options, and what need not be
    asked any more.
    """
    said: list[str] = []
    was, now = ({lock.id: lock for lock in a.interlocks} for a in (before, after))
    said += [f"Raised: {LEVEL_WORDS[now[i].level].lower()}, {now[i].title}" for i in now if i not in was]
    said += [f"Lifted: {was[i].title}" for i in was if i not in now]
    said += [
        f"{now[i].title}: {LEVEL_WORDS[was[i].level].lower()} before, {LEVEL_WORDS[now[i].level].lower()} now"
        for i in now
        if i in was and was[i].level != now[i].level
    ]
    if before.trap.status != after.trap.status:
        said.append(
            f"Escalation trap: {TRAP_WORDS[before.trap.status].lower()} before, {TRAP_WORDS[after.trap.status].lower()} now"
        )
    supports = {h.id: h.support for h in before.differential.hypotheses}
    for h in after.differential.hypotheses:
        if h.id in supports and supports[h.id] != h.support:
            words = f"{support_word(supports[h.id]).lower()} before, {support_word(h.support).lower()} now"
            said.append(f"{h.name}: {words}")
    if before.differential.leading != after.differential.leading:
        names = {h.id: h.name for h in after.differential.hypotheses}
        leading = ", ".join(names.get(i, i) for i in after.differential.leading)
        said.append(f"What stands out now: {leading or after.differential.verdict}")
    options = {o.id: o for o in before.options}
    for o in after.options:
        if o.id in options and options[o.id].status != o.status:
            said.append(
                f"{o.title}: {OPTION_WORDS[o.status].lower()}, was {OPTION_WORDS[options[o.id].status].lower()}"
            )
    open_now = {q.finding for q in after.ask_next}
    if not after.emergency:
        said += [f"No longer to be asked: {q.question}" for q in before.ask_next if q.finding not in open_now]
    return tuple(sentence(text) for text in said)
