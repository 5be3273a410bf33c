"""Kidneys and liver before a rotation: with either impaired, no table read says how far a dose is lowered.

So no dose is computed then, except of an opioid that the renal table prefers while the liver is not impaired.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.triggers import EGFR_FALL, EGFR_FALL_DAYS
from algesia.assessment.wording import listed, number
from algesia.plan.model import GateState
from algesia.plan.rotation_checked import Checked, gate_of, lab_words, lock, state
from algesia.plan.rotation_ratios import NEVER

RENAL_DO: Final = "No dose is computed: one of the preferred opioids, or the pain specialist together with the nephrologist."
HEPATIC_DO: Final = "No dose is computed: the pain specialist together with the hepatologist."
NOT_READ: Final = "No table read says how far its dose is lowered."
STANDS: Final = {"caution": "is to be used with caution", "avoid": "is to be avoided"}


def renal(facts: Facts, drug: str) -> Checked:
    """Kidney function: how the target stands, what the record says, and what stands better."""
    gate = gate_of(facts, "renal")
    egfr, failure = facts.lab("egfr"), facts.renal_failure()
    falling = facts.falling_egfr(EGFR_FALL, EGFR_FALL_DAYS)
    disease = facts.conditions("renal-disease")
    if egfr is None and failure is None:
        gates = [state(gate, "open", "no eGFR on record" + (", renal disease is" if disease else ""))]
    else:
        gates = [state(gate, "met", lab_words(facts, egfr, "eGFR") if egfr is not None else str(failure))]
    rank = next((row for row in facts.knowledge.rotation.renal if row.drug == drug), None)
    impaired = failure or falling or (disease[0].text or "renal disease" if disease else None)
    found = impaired if impaired is not None else "no renal impairment on record"
    if rank is None:
        says, source = f"{drug}: no rank in renal impairment was read.", gate.source
    else:
        below = f" below an eGFR of {number(rank.egfr_below)}" if rank.egfr_below is not None else ""
        says, source = f"{drug} in renal impairment{below}: {rank.rank}. {rank.note}".strip(), rank.sources[0]
    if impaired is None:
        gates.append(GateState("renal-rank", "note", found if rank is not None else "not read", says, source))
        return Checked(tuple(gates), (), (), ())
    if rank is not None and rank.rank == "preferred":
        gates.append(GateState("renal-rank", "note", found, says, source))
        return Checked(tuple(gates), (), (), (f"{impaired}: {says} {NOT_READ}",))
    gates.append(GateState("renal-rank", "refused", found, says, source))
    better = [row.drug for row in facts.knowledge.rotation.renal if row.rank == "preferred"]
    stands = "has no rank that was read" if rank is None else STANDS[rank.rank]
    because = f"{impaired}: {drug} {stands}; no table read says how much. Preferred are {listed(better)}"
    return Checked(tuple(gates), (lock(facts, "renal", because, RENAL_DO),), (), ())


def hepatic(facts: Facts, drug: str, route: str) -> Checked:
    """The liver: no dose is computed in hepatic disease; what is only shown carries a warning."""
    gate = gate_of(facts, "hepatic")
    found = facts.conditions("hepatic-disease")
    if not found:
        return Checked((state(gate, "open", "no word on the liver on record"),), (), (), ())
    words = found[0].text or "hepatic disease"
    if (drug, route) == ("buprenorphine", "sublingual") or route in NEVER:
        warning = f"{words}: no table read says how far doses are lowered; with the hepatologist."
        return Checked((state(gate, "note", words),), (), (), (warning,))
    because = f"{words}: no dose of {drug} is computed in hepatic disease; no table read says how much"
    return Checked((state(gate, "refused", words),), (lock(facts, "hepatic", because, HEPATIC_DO),), (), ())
