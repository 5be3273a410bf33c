"""The ways forward, for the clinician's judgment: each with its basis and what stands in the way.

No option ever raises a dose to see what happens, stops an opioid abruptly, or is computed from MME. What an
interlock blocks is shown as blocked, with the reason. The plans themselves are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Interlock, Option

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


def options(facts: Facts, locks: Sequence[Interlock], leading: Sequence[str]) -> tuple[Option, ...]:
    """Options for this record. Empty in an emergency and without an opioid.

    While opioid use disorder is among what leads, no plan is offered until its criteria have been counted.
    """
    if any(lock.level == "emergency" for lock in locks) or not facts.running_opioids():
        return ()
    by_id = {lock.id: lock for lock in locks}
    blocks = [by_id[name] for name in BLOCK_ALL if name in by_id]
    urgent = [lock for lock in locks if lock.level == "urgent"]
    if "oud" in leading and "active-oud" not in by_id:
        rule = facts.knowledge.interlocks["active-oud"]
        why = ("its criteria have not been counted",)
        blocks.append(Interlock(rule.id, rule.level, rule.title, why, rule.action, rule.sources, rule.basis))
    return (
        _taper(blocks, urgent, by_id),
        _buprenorphine(blocks, urgent, by_id, facts),
        _methadone(blocks, urgent, by_id, facts),
        _referral(blocks),
        Option(
            "raise-the-dose",
            "Raise the dose",
            "not-offered",
            ("No option here tests a pattern by raising a dose.",),
            ("cdc2022", "fda2023"),
        ),
    )


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
