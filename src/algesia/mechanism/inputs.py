"""From drugs and people to the kernel's arrays: which compartment is read, what it does at which receptor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from algesia.knowledge.mechanism import ligands
from algesia.knowledge.mechanism_rows import Ligand
from algesia.mechanism import system
from algesia.mechanism.kernel import Inputs
from algesia.mechanism.model import Block, Floats, Integers, Schedule
from algesia.mechanism.propagate import rate_matrix
from algesia.mechanism.simulation import Group

SLOW_KOFF: Final = 6.0
"""1/h: ligands that let go more slowly are followed in time, others are at equilibrium (half-lives under 7 min)."""
_KERNEL: Final = (
    "KF", "GF", "KT_ON", "KT_OFF", "T_MAX", "K1", "K2_ON", "K2_OFF", "K2_OWN", "K2_KET", "M3G_GAIN", "M3G_C50", "KOF",
    "FALL", "KRF", "KOS",
)  # fmt: skip


def kernel_inputs(
    blocks: Sequence[Block], schedule: Schedule, p: system.Values, group: Group
) -> tuple[Inputs, tuple[str, ...]]:
    """The kernel's arrays, and the names of the concentrations it will read."""
    people = p["TAU"].shape[0]
    index = {name: i for i, name in enumerate(schedule.states)}
    outputs = [
        (output.name, output.kind, index[f"{block.drug}/{output.state}"], block.scales[:, j])
        for block in blocks
        for j, output in enumerate(block.outputs)
    ]
    at_receptor = [(row, ligand) for row in outputs if (ligand := _ligand(row[0], row[1])) is not None]
    slow, numbers = [], 0
    for _, ligand in at_receptor:
        slow.append(numbers if _is_slow(ligand) else -1)
        numbers += 1 if _is_slow(ligand) else 0
    blockers = [(row, c50) for row in outputs if (c50 := _nmda(row[0], row[1])) is not None]
    m3g = [row for row in outputs if row[0].endswith("M3G")]
    widest = max((len(block.states) for block in blocks), default=1)
    matrices = np.zeros((people, len(blocks), widest, widest))
    for d, block in enumerate(blocks):
        n = len(block.states)
        matrices[:, d, :n, :n] = rate_matrix(block)
    own = system.own_sensitization(p)[:, 0] if group.chronic_pain else np.zeros(people)
    start = np.zeros((people, 7))
    start[:, 3] = own
    kernel = np.hstack([p[symbol] for symbol in _KERNEL])
    if not group.chronic_pain:
        kernel[:, _KERNEL.index("K2_OWN")] = 0.0
    inputs = Inputs(
        matrices=matrices,
        sizes=np.array([len(block.states) for block in blocks], np.int64),
        lig_at=_ints(row[2] for row, _ in at_receptor),
        lig_scale=_columns([row[3] for row, _ in at_receptor], people),
        lig_k=_columns([_half_binding(ligand, p) for _, ligand in at_receptor], people),
        lig_alpha=np.array([ligand.alpha for _, ligand in at_receptor], float),
        lig_slow=_ints(slow),
        lig_kon=np.array([ligand.kon or 0.0 for _, ligand in at_receptor], float),
        lig_koff=np.array([ligand.koff or 0.0 for _, ligand in at_receptor], float),
        nmda_at=_ints(row[2] for row, _ in blockers),
        nmda_scale=_columns([row[3] for row, _ in blockers], people),
        nmda_c50=np.array([c50 for _, c50 in blockers], float),
        m3g_at=_ints(row[2] for row in m3g),
        m3g_scale=_columns([row[3] for row in m3g], people),
        read_at=_ints(row[2] for row in outputs),
        read_scale=_columns([row[3] for row in outputs], people),
        parameters=kernel,
        start=start,
    )  # fmt: skip
    return inputs, tuple(row[0] for row in outputs)


def _ints(values: Iterable[int]) -> Integers:
    return np.array(list(values), dtype=np.int64)


def _columns(values: Sequence[Floats], people: int) -> Floats:
    """(people, len(values)) from one value a person each."""
    if not values:
        return np.zeros((people, 0))
    return np.ascontiguousarray(np.stack([np.broadcast_to(v, (people,)) for v in values], axis=1))


def _ligand(name: str, kind: str) -> Ligand | None:
    """What is read at the effect site, as a ligand of the mu receptor."""
    if kind != "effect":
        return None
    found = ligands().get(name.rpartition("/")[2].rpartition(">")[2])
    if found is None or found.alpha is None:
        return None
    return found if found.c50_ng_ml is not None or _is_slow(found) else None


def _is_slow(ligand: Ligand) -> bool:
    return (
        ligand.kon is not None and ligand.koff is not None and ligand.koff < SLOW_KOFF and bool(ligand.alpha)
    )


def _half_binding(ligand: Ligand, p: system.Values) -> Floats:
    """The concentration that holds half of the receptors, in every person."""
    people = p["TAU"].shape[0]
    if ligand.c50_ng_ml is None:
        return np.ones(people)
    c50 = np.full(people, ligand.c50_ng_ml)
    return c50 if not ligand.alpha else system.half_binding(c50, ligand.alpha, p["TAU"][:, 0])


def _nmda(name: str, kind: str) -> float | None:
    """The plasma concentration that blocks half of the NMDA receptors."""
    found = ligands().get(name.rpartition("/")[2]) if kind == "plasma" else None
    return None if found is None else found.nmda_c50_ng_ml
