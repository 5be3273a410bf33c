"""The ways forward, for the clinician's judgment: each with its basis and what stands in the way.

No option ever raises a dose to see what happens, stops an opioid abruptly, or is computed from MME. What an
interlock blocks is shown as blocked, with the reason. The plans themselves are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Interlock, Option
from algesia.assessment.wording import listed

BLOCK_ALL: Final = (
    "pregnancy", "age-lt-18", "cancer-palliative-sickle", "perioperative", "inpatient", "active-oud", "moud-dose",
    "intrathecal-pump",
)  # fmt: skip
INSTEAD: Final = {
    "pregnancy": "specialist care in pregnancy; never abrupt",
    "age-lt-18": "out of scope below 18",
    "cancer-palliative-sickle": "palliative or hematology team",
    "perioperative": "perioperative or pain team",
    "inpatient": "the hospital's pain team",
    "active-oud": "count the DSM-5 criteria; with two or more, offer or arrange buprenorphine or methadone, no taper",
    "moud-dose": "keep the treatment; do not taper it",
    "intrathecal-pump": "the pump center; a failed refill is an emergency",
}


RAISE: Final = Option(
    "raise-the-dose",
    "Raise the dose",
    "not-offered",
    ("No option here tests a pattern by raising a dose.",),
    ("cdc2022", "fda2023"),
)


def options(
    facts: Facts, locks: Sequence[Interlock], leading: Sequence[str], worse_on_less: bool
) -> tuple[Option, ...]:
    """Options for this record. Empty in an emergency and without an opioid.

    While opioid use disorder is among what leads, no taper is offered until its criteria have been counted; once it
    is on record, its treatment is the option. What leads otherwise comes before any plan.
    """
    if any(lock.level == "emergency" for lock in locks) or not facts.running_opioids():
        return ()
    by_id = {lock.id: lock for lock in locks}
    blocks = [by_id[name] for name in BLOCK_ALL if name in by_id]
    urgent = [lock for lock in locks if lock.level == "urgent"]
    disorder = "active-oud" in by_id or "moud-dose" in by_id
    if "oud" in leading and not disorder:
        rule = facts.knowledge.interlocks["active-oud"]
        why = ("its criteria have not been counted",)
        blocks.append(Interlock(rule.id, rule.level, rule.title, why, rule.action, rule.sources, rule.basis))
    found = [*_first(leading, urgent, worse_on_less)]
    found.append(_waiting(_taper(blocks, urgent, by_id), facts, leading, worse_on_less))
    if disorder:
        found.append(_treatment(by_id))
    else:
        found.append(_buprenorphine(blocks, urgent, by_id, facts))
        found.append(_methadone(blocks, urgent, by_id, facts))
    return (*found, _referral(blocks), RAISE)


def _first(leading: Sequence[str], urgent: Sequence[Interlock], worse_on_less: bool) -> list[Option]:
    """What comes before any plan, by what leads."""
    found = []
    if "neurotoxicity" in leading:
        why = "Kidney function, hydration, infection, new drugs; attention and jerks."
        found.append(
            Option("assess-neurotoxicity", "Assess for neurotoxicity", "consider", (why,), ("peolc2020",))
        )
    if "progression" in leading:
        why = "Examine the new finding and treat its cause."
        found.append(
            Option("assess-the-finding", "Assess the new finding", "consider", (why,), ("fpm_case28",))
        )
    if "withdrawal" in leading or worse_on_less:
        why = "Hold the dose where it is, treat withdrawal, and look again before any further step."
        found.append(Option("pause", "Pause at this dose", "consider", (why,), ("wisp2016", "manhapra2017")))
    if not urgent and not found:
        why = "Keep the dose; record pain, function and signs; review again."
        found.append(
            Option("continue-and-review", "Continue and review", "consider", (why,), ("cdc2022", "hhs2019"))
        )
    return found


def _waiting(taper: Option, facts: Facts, leading: Sequence[str], worse_on_less: bool) -> Option:
    """The taper, held back while something must be known or settled first."""
    if taper.status != "consider":
        return taper
    if facts.unstated_agonist():
        why = ("Is it given for opioid use disorder? Such treatment is not tapered.", *taper.because)
        return Option(taper.id, taper.title, "needs-answer", why, taper.sources)
    if worse_on_less:
        why = (
            "Pain was worse on the lower dose: pause or step back before any further step.",
            *taper.because,
        )
        return Option(taper.id, taper.title, "needs-answer", why, taper.sources)
    first = [name for name in ("neurotoxicity", "progression", "withdrawal") if name in leading]
    if first:
        what = listed(first)
        why = (f"{what[0].upper()}{what[1:]} first: among what leads.", *taper.because)
        return Option(taper.id, taper.title, "needs-answer", why, taper.sources)
    return taper


def _treatment(by_id: dict[str, Interlock]) -> Option:
    lock = by_id["active-oud"] if "active-oud" in by_id else by_id["moud-dose"]
    why = "Offer, arrange or keep buprenorphine or methadone; detoxification alone is not recommended."
    return Option("treat-use-disorder", "Treat opioid use disorder", "consider", (why,), lock.sources)


def _blocked(blocks: Sequence[Interlock]) -> tuple[str, ...]:
    return tuple(f"{lock.title}: {INSTEAD[lock.id]}" for lock in blocks)


def _stopped(
    name: str, title: str, blocks: Sequence[Interlock], urgent: Sequence[Interlock]
) -> Option | None:
    if urgent:
        why = tuple(f"{lock.title}: assess first" for lock in urgent)
        return Option(name, title, "blocked", why, _sources(urgent))
    if blocks:
        return Option(name, title, "blocked", _blocked(blocks), _sources(blocks))
    return None


def _sources(locks: Sequence[Interlock]) -> tuple[str, ...]:
    return tuple(sorted({source for lock in locks for source in lock.sources}))


def _taper(blocks: Sequence[Interlock], urgent: Sequence[Interlock], by_id: dict[str, Interlock]) -> Option:
    name, title = "taper", "Gradual, supervised reduction"
    stopped = _stopped(name, title, blocks, urgent)
    if stopped is not None:
        return stopped
    if "data-incomplete" in by_id:
        return Option(name, title, "needs-answer", by_id["data-incomplete"].because, ("fda_cds2026",))
    why = ["Lowest effective dose or rotation; complete stopping is one option. Never abrupt."]
    if "naloxone" in by_id:
        why.append("Naloxone first: it is not on record.")
    return Option(name, title, "consider", tuple(why), ("cdc2022", "fda2019", "hhs2019"))


def _buprenorphine(
    blocks: Sequence[Interlock], urgent: Sequence[Interlock], by_id: dict[str, Interlock], facts: Facts
) -> Option:
    name, title = "rotate-buprenorphine", "Rotation to buprenorphine"
    stopped = _stopped(name, title, blocks, urgent)
    if stopped is not None:
        return stopped
    if facts.running_opioids() == {"buprenorphine"}:
        return Option(name, title, "not-offered", ("Buprenorphine is what is taken.",), ())
    why = "Often used, not proven. Needs COWS before the first dose; never computed from MME."
    status = "needs-answer" if facts.scale("cows") is None or "data-incomplete" in by_id else "consider"
    return Option(
        name, title, "consider" if status == "consider" else "needs-answer", (why,), ("cdc2022", "powell2021")
    )


def _methadone(
    blocks: Sequence[Interlock], urgent: Sequence[Interlock], by_id: dict[str, Interlock], facts: Facts
) -> Option:
    name, title = "rotate-methadone", "Rotation to methadone"
    stopped = _stopped(name, title, blocks, urgent)
    if stopped is not None:
        return stopped
    for lock in ("high-dose-rotation", "qtc"):
        if lock in by_id:
            return Option(name, title, "blocked", by_id[lock].because, by_id[lock].sources)
    if facts.lab("qtc") is None:
        return Option(name, title, "blocked", ("No QTc on record.",), ("aps2014", "vadod_methadone_ecg"))
    return Option(name, title, "needs-answer", ("Specialist only; never computed from MME.",), ("aps2014",))


def _referral(blocks: Sequence[Interlock]) -> Option:
    why = (
        "A clinical diagnosis: no test proves it. A pain specialist can examine what this record cannot show."
    )
    extra = tuple(INSTEAD[lock.id][0].upper() + INSTEAD[lock.id][1:] + "." for lock in blocks)
    return Option(
        "pain-specialist", "Referral to a pain specialist", "consider", (why, *extra), ("fpm_case28",)
    )
