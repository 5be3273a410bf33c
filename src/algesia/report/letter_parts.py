"""What stands in the parts of a referral letter, from the assessment."""

from __future__ import annotations

import re
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment, Episode, Hypothesis
from algesia.exposure.model import Item
from algesia.knowledge.loader import Knowledge
from algesia.plan.interactions import serotonin
from algesia.plan.options import lay_out
from algesia.report.brief import brief
from algesia.report.days import Calendar, amount, capital, number, percent, sentence
from algesia.report.facts import drug_and_route, sentences
from algesia.report.letter_model import Part, few
from algesia.report.paper import clipped
from algesia.report.statements import (
    FOLLOWED,
    LEVEL_WORDS,
    NO_TEST,
    Place,
    call_for_help,
    stands_out,
    why_not_counted,
)

MOST_CHANGES: Final = 4
MOST_NAMES: Final = 8
"""Names in one sentence before it says how many more there are."""
MOST_REASONS: Final = 3
NOT_ASKED: Final = ("continue-and-review", "pain-specialist")
"""Options of the review that are no question to a specialist."""
REVIEWED: Final = ("taper", "buprenorphine")
"""Alternatives that the options of the review already name."""
COUNTED: Final = ("converted", "unconverted", "apart")
LABS: Final = (("egfr", "eGFR"), ("qtc", "QTc"))
QUOTED: Final = 60
"""Characters of the record that a question quotes."""
_A_DAY: Final = re.compile(r"/d\b")


def running(*texts: str) -> str:
    """Texts as sentences in one line; empty ones are left out."""
    return " ".join(sentence(text) for text in texts if text)


def _names(names: list[str]) -> str:
    """Names in one sentence, the first ones written out."""
    left = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f", and {left} more in the review" if left > 0 else "")


def question(a: Assessment) -> str:
    """What the letter asks, by what leads in the review."""
    leading = [h.name for h in stands_out(a.differential) if h.id in a.differential.leading]
    if a.differential.withheld is not None or not leading:
        return "Asked: what explains this pain? This record cannot tell. Please examine, and advise on the way forward."
    if len(leading) == 1:
        first = leading[0][:1].lower() + leading[0][1:]
        return (
            f"Asked: does {first} explain this pain, and if so, which way forward? Please examine and advise."
        )
    lowered = [name[:1].lower() + name[1:] for name in leading]
    return f"Asked: which of these explains this pain: {', '.join(lowered)}? Please examine, and advise on the way forward."


def parts(a: Assessment, knowledge: Knowledge, cal: Calendar) -> tuple[Part, ...]:
    """The parts of the letter in their order; an empty one is left out."""
    found = (
        _exposure(a, cal), _followed(a, cal), _signs(a, cal), _explanations(a), _tried(a, cal), _before(a, knowledge),
        _asked(a, knowledge), _missing(a),
    )  # fmt: skip
    return tuple(part for part in found if part.lead or part.items)


def _opioids(a: Assessment) -> list[Item]:
    found = [i for i in a.exposure.items if i.covers(a.as_of) and i.status in COUNTED]
    return sorted(found, key=lambda i: (-(i.mme.likely if i.mme else 0.0), i.drug, i.start, i.working))


def _item(item: Item) -> str:
    reason = why_not_counted(item)
    said = sentence(_A_DAY.sub(" a day", item.working)) if reason is None else reason
    return f"{capital(drug_and_route(item))}: {said}"


def _exposure(a: Assessment, cal: Calendar) -> Part:
    rows = [(name, cell.text) for name, cell in brief(a, cal).now.rows]
    leads = [f"{name}: {value}." for name, value in rows if name in ("Sum", "Sum in MME", "Opioids")]
    opioids = _opioids(a)
    names = {capital(drug_and_route(i)) for i in opioids}
    kept = [
        f"{name}: {value}"
        for name, value in rows
        if name not in ("Sum", "Sum in MME", "Opioids") and name not in names and not name.startswith("and ")
    ]
    others = sorted({i.drug for i in a.exposure.items if i.covers(a.as_of) and i.status == "not-opioid"})
    beside = [f"Other medications: {_names(others)}."] if others else []
    return Part("now", "Now", " ".join(leads), (*(_item(i) for i in opioids), *kept, *beside))


def _change(episode: Episode, cal: Calendar) -> str:
    change = episode.change
    unit = "MME a day" if change.unit == "MME/d" else f"mg a day of {change.drug}"
    step = f"{number(change.before)} to {number(change.after)} {unit}"
    share = f" ({percent(change.percent)})" if change.percent is not None else ""
    return f"{capital(cal.short(change.day))}: {step}{share}. {sentence(episode.says)}"


def _followed(a: Assessment, cal: Calendar) -> Part:
    """The latest changes first, four lines at most."""
    order = sorted(a.episodes, key=lambda e: (-e.change.day, e.change.drug or ""))
    lines = few(tuple(_change(e, cal) for e in order), MOST_CHANGES)
    lead = "" if lines else "No dose change is on record."
    return Part("followed", "What followed the dose changes", lead, lines, note=FOLLOWED if lines else "")


def _signs(a: Assessment, cal: Calendar) -> Part:
    items = []
    present = [s for s in a.signs if s.status == "present"]
    since = [s.clinical + (f", since {cal.short(s.since)}" if s.since is not None else "") for s in present]
    items.append(f"Present: {_joined(since)}." if since else "None is on record as present.")
    for word, status in (("Asked and absent", "absent"), ("Not examined", "not-examined")):
        names = [s.clinical[:1].lower() + s.clinical[1:] for s in a.signs if s.status == status]
        if names:
            items.append(f"{word}: {_joined(names)}.")
    return Part("signs", "Signs", "", tuple(items))


def _joined(names: list[str]) -> str:
    left = len(names) - MOST_NAMES
    return "; ".join(names[:MOST_NAMES]) + (f"; and {left} more in the review" if left > 0 else "")


def _explanations(a: Assessment) -> Part:
    d = a.differential
    no_test = f"{NO_TEST.partition('. ')[0]}."
    if d.withheld is not None:
        return Part("leading", "What could explain it", f"{sentence(d.withheld)} {no_test}", ())
    leading = [h for h in stands_out(d) if h.id in d.leading]
    items = [line for h in leading for line in _reasons(h, len(leading) > 1)]
    return Part("leading", "What could explain it", f"{sentence(d.verdict)} {no_test}", tuple(items))


def _reasons(hypothesis: Hypothesis, name_it: bool) -> list[str]:
    """The reasons with the most weight on each side; expert weights order them, nothing is added up."""
    out = []
    of = f", {hypothesis.name[:1].lower()}{hypothesis.name[1:]}" if name_it else ""
    for word, side in (("For", hypothesis.for_), ("Against", hypothesis.against)):
        strongest = sorted(side, key=lambda e: (-abs(e.weight), e.feature, e.finding))
        out += [f"{word}{of}: {e.finding}" for e in strongest[:MOST_REASONS]]
        left = len(side) - MOST_REASONS
        if left > 0:
            out.append(f"{word}{of}: {left} more in the review")
    return out


def _before(a: Assessment, knowledge: Knowledge) -> Part:
    """Serotonin syndrome first; then interlocks that block or warn; a blocking one says so."""
    facts = Facts.of(a.record, a.exposure, knowledge, a.as_of)
    items = tuple(
        running(f"{LEVEL_WORDS[i.level]}: {i.title}" if i.level == "block" else i.title, *i.because)
        for i in a.interlocks
        if i.level in ("block", "warn")
    )
    return Part("before", "Before any plan", "", (*serotonin(facts), *items))


def _tried(a: Assessment, cal: Calendar) -> Part:
    done = [i for i in a.record.interventions if i.at.day <= a.as_of]
    items = []
    for i in sorted(done, key=lambda i: (-i.at.day, i.kind, i.text or "")):
        kind = i.kind.replace("-", " ")
        words = i.text if i.text and kind in i.text.lower() else f"{kind}, {i.text}" if i.text else kind
        when = cal.short(i.at.day) if i.end is None else cal.span(i.at.day, i.end.day)
        items.append(f"{capital(words)}, {when}")
    lead = "" if items else "Nothing beside the medications is on record."
    return Part("tried", "Tried", lead, tuple(items))


def _asked(a: Assessment, knowledge: Knowledge) -> Part:
    """What the specialist is asked: to advise on each option, on treatments that match, and to examine what is open."""
    items = []
    blocked: dict[tuple[str, ...], list[str]] = {}
    for option in a.options:
        if option.id in NOT_ASKED or option.status == "not-offered":
            continue
        if option.status == "blocked":
            blocked.setdefault(option.because, []).append(option.title[:1].lower() + option.title[1:])
        elif option.status == "needs-answer":
            items.append(running(f"{option.title}: needs an answer first", *option.because))
        else:
            items.append(running(f"{option.title}: is it the way for this person?", *option.because[:1]))
    items += [running(f"Blocked here: {_names(titles)}", *why) for why, titles in blocked.items()]
    rows = [c.alternative for c in lay_out(a, knowledge).alternatives if c.status == "matches"]
    titles = [row.title[:1].lower() + row.title[1:] for row in rows if row.id not in REVIEWED]
    if titles:
        items.append(f"What matches the record, is it the way for this person? {capital(_names(titles))}.")
    items += [f"To examine or ask: {ask.question}" for ask in a.ask_next[:3]]
    return Part("asked", "Asked of you", "", tuple(items), wide=True)


def _missing(a: Assessment) -> Part:
    """What is in question on the record, and what a plan would need that is not on it."""
    record, day = a.record, a.as_of
    known = {lab.lab.lower() for lab in record.labs if lab.at.day <= day}
    needed = [name for lab, name in LABS if lab not in known]
    if not any(scale.instrument.lower() == "cows" and scale.at.day <= day for scale in record.scales):
        needed.append("COWS")
    if a.now.function is None:
        needed.append("a function score")
    if a.spread is None:
        needed.append("two body maps")
    points = [sentence(f"{u.what}: {u.because}") for u in a.unassessable]
    points += [f"{capital(clipped(q.value, QUOTED))}: {q.ask}" for q in a.queries]
    points += [sentence(note) for note in a.notes]
    lead = [f"Not on record: {', '.join(needed)}."] if needed else []
    return Part("missing", "Missing", "", tuple(dict.fromkeys((*lead, *points))), wide=True)


def emergency_parts(a: Assessment, place: Place) -> tuple[Part, ...]:
    """The only parts of a letter in an emergency: what holds, what to do, what is taken."""
    because = tuple(dict.fromkeys(sentence(b) for lock in a.emergency for b in lock.because))
    do = tuple(dict.fromkeys(part for lock in a.emergency for part in sentences(lock.do)))
    total = "" if a.now.complete else "at least "
    opioids = _opioids(a)
    counted = any(i.status == "converted" for i in opioids)
    lead = f"Sum: {total}{amount(a.now.mme)} MME a day." if counted else ""
    return (
        Part("do", "Do at once", "", do, wide=True),
        Part("because", "On record", "", because),
        Part("call", "Whom to call", "", tuple(f"{when}: {whom}" for when, whom in call_for_help(place))),
        Part("now", "Opioids on record", lead, tuple(_item(i) for i in opioids), wide=True),
    )
