"""The sections that hold facts rather than interpretation: doses, what followed, signs, what is not known."""

from __future__ import annotations

from typing import Final

from algesia.assessment.model import Assessment, Episode, SignState
from algesia.exposure.model import Item
from algesia.report.days import Calendar, amount, count, number, percent, score, sentence
from algesia.report.layout import Cell, Column, Facts, Points, Row, Section, Step, Steps, Table
from algesia.report.mme import not_recognized_words
from algesia.report.statements import EDITION_WORDS, VERDICT_WORDS, Place, call_for_help, why_not_counted

SHOWN_CHANGES: Final = 8
"""Dose changes shown before the earlier ones are folded away."""

ASK_NOW: Final = (
    "slow-breathing",
    "cannot-be-woken",
    "sedation",
    "slurred-speech",
    "pinpoint-pupils",
    "confusion",
)
"""Signs of overdose that an emergency page asks for when nobody has: the triggers of the overdose interlocks."""


DANGER: Final = (
    "myoclonus", "confusion", "agitation", "seizure", "sedation", "slow-breathing", "cannot-be-woken", "slurred-speech",
    "pinpoint-pupils", "hallucinations", "suicidal-thoughts", "hopelessness-during-taper", "saddle-numbness",
    "progressive-weakness", "bladder-or-bowel-change",
)  # fmt: skip
"""Signs that can trigger an emergency interlock: shown on an emergency page, and on page one when absent."""


def drug_and_route(item: Item) -> str:
    """ "oxycodone, oral", with "as needed" where it is so."""
    words = item.drug if item.route is None else f"{item.drug}, {item.route}"
    return f"{words}, as needed" if item.as_needed else words


def exposure(a: Assessment, cal: Calendar) -> Table:
    """Every regimen with its working, what it counts for and its source; the latest first, then the sum of now."""
    x = a.exposure
    rows: list[Row] = []
    earlier: list[Row] = []
    others = sorted({i.drug for i in x.items if i.status == "not-opioid" and not i.not_recognized})
    unknown = sorted({i.drug for i in x.items if i.not_recognized})
    opioids = (i for i in x.items if i.status != "not-opioid")
    for item in sorted(opioids, key=lambda i: (not i.covers(a.as_of), -i.start, i.drug, i.medication)):
        why = why_not_counted(item)
        shown = rows if item.covers(a.as_of) or item.daily is None else earlier
        shown.append(
            Row(
                Cell(f"{drug_and_route(item)}, {cal.span(item.start, item.end)}", strong=True),
                (
                    Cell(item.working if why is None else f"{why} {item.working}" if item.daily else why),
                    _counts(item),
                    Cell("", (item.source,)) if item.source else Cell("no row used", quiet=True),
                ),
            )
        )
    rows.append(_sum(a, cal))
    return Table(
        "exposure", "Exposure", "what is counted, and how",
        (Column("Medication"), Column("Working"), Column("MME a day", numeric=True), Column("Source")),
        tuple(rows), foot=(
            Cell(x.used), *((Cell(f"Not opioids: {', '.join(others)}."),) if others else ()),
            *((Cell(f"{not_recognized_words(unknown)}."),) if unknown else ()),
        ),
        folded=tuple(earlier), folded_as=count(len(earlier), "earlier regimen"),
    )  # fmt: skip


def _counts(item: Item) -> Cell:
    """What an item adds to the sum: only a converted one adds anything."""
    if item.status == "converted" and item.mme is not None:
        return Cell(amount(item.mme), strong=True)
    if item.status == "apart" and item.mme is not None:
        return Cell(f"{amount(item.mme)}, apart")
    if item.status == "superseded":
        return Cell("not counted again", quiet=True)
    return Cell("not known" if item.daily is None else "not converted", quiet=True)


def _sum(a: Assessment, cal: Calendar) -> Row:
    """The sum of the day of asking. What is not known is never written as zero."""
    total = a.exposure.on(a.as_of)
    if not (total.converted or total.unconverted or total.apart):
        says, value = "no opioid runs on record", "none"
    elif not total.converted and total.unconverted:
        says, value = "incomplete: nothing that runs could be converted", "not known"
    elif not total.converted:
        says, value = "complete: what runs is reported apart", "none"
    elif not a.now.complete:
        says, value = "incomplete: at least this much, what is not converted is not in it", amount(a.now.mme)
    else:
        says, value = "complete", amount(a.now.mme)
    table = Cell(EDITION_WORDS[a.exposure.edition], quiet=True)
    return Row(
        Cell("Now", strong=True),
        (Cell(f"{says}, {cal.long(a.as_of)}"), Cell(value, strong=True), table),
        total=True,
    )


def dose_change(episode: Episode) -> str:
    """ "60 to 90 MME/d", with the drug where the dose is its own."""
    c = episode.change
    drug = "" if c.unit == "MME/d" else f" {c.drug or ''}".rstrip()
    return f"{number(c.before) if c.before else 'none'} to {number(c.after)}\u00a0{c.unit}{drug}"


def episodes(a: Assessment, cal: Calendar) -> Table | None:
    """Every dose change with what followed, or nothing when there was none."""
    if not a.episodes:
        return None
    rows = []
    for e in a.episodes:
        step = "a start" if e.change.percent is None else percent(e.change.percent)
        says = e.says if e.why is None or e.why in e.says else f"{e.says} {e.why}"
        rows.append(
            Row(
                Cell(cal.short(e.change.day), strong=True),
                (
                    Cell(f"{dose_change(e)}, {step}"),
                    Cell("not known" if e.pain_before is None else score(e.pain_before.mean)),
                    Cell("not known" if e.pain_after is None else score(e.pain_after.mean)),
                    Cell(VERDICT_WORDS[e.verdict], strong=True),
                    Cell(says),
                ),
            )
        )
    earlier = max(0, len(rows) - SHOWN_CHANGES)
    return Table(
        "episodes", "Dose changes", "and what followed each",
        (Column("Day"), Column("Dose"), Column("Pain before", True), Column("Pain after", True), Column("Followed"),
         Column("In words")),
        tuple(rows[earlier:]), folded=tuple(rows[:earlier]), folded_as=count(earlier, "earlier dose change"),
    )  # fmt: skip


def _sign_text(sign: SignState, cal: Calendar) -> str:
    if sign.status == "not-examined":
        return "not asked" if sign.last_asked is None else f"asked {cal.short(sign.last_asked)}, no answer"
    asked = f"last asked {cal.short(sign.last_asked)}" if sign.last_asked is not None else "day not known"
    if sign.status == "absent":
        gone = any(answer for _, answer in sign.history)
        return f"{'gone' if gone else 'absent'}, {asked}"
    since = f"present since {cal.short(sign.since)}" if sign.since is not None else "present"
    return since if sign.since == sign.last_asked else f"{since}, {asked}"


def signs(a: Assessment, cal: Calendar) -> Table | None:
    """Signs that were asked about, and by name those that never were."""
    if not a.signs:
        return None
    asked = [s for s in a.signs if s.history]
    never = [s.clinical for s in a.signs if not s.history]
    order = {"present": 0, "absent": 1, "not-examined": 2}
    rows = tuple(
        Row(
            Cell(s.clinical, strong=True),
            (Cell(_sign_text(s, cal), strong=s.status == "present"), Cell(s.note or "")),
        )
        for s in sorted(asked, key=lambda s: (order[s.status], s.since or 0, s.sign))
    )
    foot = (Cell("Not examined: " + ", ".join(never) + "."),) if never else ()
    columns = (Column("Sign"), Column("On record"), Column("Note"))
    return Table("signs", "Signs", "present, absent, or not examined", columns, rows, foot=foot)


def not_known(a: Assessment) -> Points | None:
    """What could not be answered, what in the record is in question, and notes."""
    cells = [Cell(sentence(f"{u.what}: {u.because}")) for u in a.unassessable]
    cells += [Cell(f"{q.where}, {q.value}: {q.why}. {q.ask}") for q in a.queries]
    cells += [Cell(note) for note in a.notes]
    if not cells:
        return None
    return Points("unknown", "Not known", "and who could know", tuple(cells))


def _opioids_now(a: Assessment, cal: Calendar) -> tuple[tuple[str, Cell], ...]:
    rows = []
    for item in a.exposure.items:
        if item.covers(a.as_of) and item.status in ("converted", "unconverted", "apart"):
            daily = "amount not known" if item.daily is None else f"{amount(item.daily)} mg a day"
            rows.append(
                (drug_and_route(item), Cell(f"{daily}, {cal.span(item.start, item.end)}", strong=True))
            )
    return tuple(rows)


def emergency_sections(a: Assessment, cal: Calendar, place: Place) -> tuple[Section, ...]:
    """What was reported, what is not known and must be asked, what to check at once, whom to call."""
    present = [s for s in a.signs if s.status == "present" and s.sign in DANGER]
    reported = tuple(
        (s.clinical, Cell(_reported(s, cal) + (f". {s.note}" if s.note else ""), strong=True))
        for s in sorted(present, key=lambda s: (-(s.since or 0), s.sign))
    )
    because = tuple(Cell(b) for b in dict.fromkeys(sentence(b) for lock in a.emergency for b in lock.because))
    checks = tuple(dict.fromkeys(sentence for lock in a.emergency for sentence in sentences(lock.do)))
    ask = [s for s in a.signs if s.status == "not-examined" and s.sign in ASK_NOW]
    found: list[Section] = [Points("because", "On record", "why this page stands before all else", because)]
    if reported:
        found.append(Facts("reported", "Reported", "", reported))
    found.append(Steps("check", "Check at once", "", tuple(Step(c, "") for c in checks)))
    if ask:
        found.append(
            Facts(
                "ask-now",
                "Ask now",
                "",
                tuple((s.clinical, Cell("not known: ask now", strong=True)) for s in ask),
            )
        )
    opioids = _opioids_now(a, cal)
    if opioids:
        found.append(Facts("opioids", "Opioids on record", "", opioids))
    calls = tuple((when, Cell(whom, strong=True)) for when, whom in call_for_help(place))
    found.append(Facts("call", "Whom to call", "", calls))
    return tuple(found)


def _reported(sign: SignState, cal: Calendar) -> str:
    day = sign.last_asked if sign.last_asked is not None else sign.since
    return "day not known" if day is None else cal.long(day)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences and clauses of an instruction, one to a line.

    >>> sentences("Check breathing. Naloxone if slow; hospital today.")
    ('Check breathing.', 'Naloxone if slow.', 'Hospital today.')
    """
    parts = [p.strip() for chunk in text.split(". ") for p in chunk.split(";")]
    return tuple(p[0].upper() + p[1:].rstrip(".") + "." for p in parts if p)
