"""How people differ: log-normal around the typical value, the same person whatever the number of people."""

from __future__ import annotations

from functools import lru_cache
from statistics import median
from typing import Final
from zlib import crc32

import numpy as np

from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.mechanism_rows import Parameter
from algesia.mechanism.model import Floats

CHUNK: Final = 4096
"""People are drawn in chunks of this size, so that person i does not depend on how many others there are."""

_KINDS: Final = ("CL", "V", "KA", "KE0", "F")


def normal(seed: int, species: str, name: str, people: int, *, start: int = 0) -> Floats:
    """Standard normal deviates (people,) of persons `start` on; person 0 is the typical one and has 0.

    Every species and name has a stream of its own: what else is drawn changes nothing.

    >>> few, many = normal(1, "morphine", "CL", 3), normal(1, "morphine", "CL", 9000)
    >>> bool((few == many[:3]).all()), float(few[0])
    (True, 0.0)
    >>> bool((normal(1, "morphine", "CL", 5, start=4094) == many[4094:4099]).all())
    True
    """
    stop = start + people
    stream = (crc32(species.encode()), crc32(name.encode()))
    chunks = [
        np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=(*stream, chunk))))
        .standard_normal(CHUNK)
        for chunk in range(start // CHUNK, -(-stop // CHUNK))
    ]  # fmt: skip
    first = start // CHUNK * CHUNK
    drawn: Floats = np.concatenate(chunks)[start - first : stop - first]
    if start == 0:
        drawn[0] = 0.0
    return drawn


def spread(cv: float, deviates: Floats) -> Floats:
    """Log-normal factors exp(omega z) with omega^2 = ln(1 + cv^2); their median is 1.

    >>> bool(abs(spread(0.5, np.array([0.0, 1.0]))[1] - np.exp(np.log(1.25) ** 0.5)) < 1e-12)
    True
    """
    factors: Floats = np.exp(np.sqrt(np.log1p(cv * cv)) * deviates)
    return factors


def cv_of(row: Parameter) -> tuple[float, bool]:
    """The variability of a parameter between people, and whether it is its class's and not its source's.

    Where the source gives none, it is the median of every row of that kind (clearance, volume, absorption, effect
    site, bioavailability) that gives one. Shares and lags do not vary.
    """
    if row.cv is not None:
        return row.cv, False
    kind = kind_of(row.symbol)
    return (class_cv(kind), True) if kind else (0.0, False)


def kind_of(symbol: str) -> str | None:
    """What a symbol is a case of, where that kind varies by class.

    >>> [kind_of(s) for s in ("CL", "V1", "KA_oral", "K10", "F_oral", "FM_M3G", "Q2", "V2")]
    ['CL', 'V', 'KA', 'CL', 'F', None, None, None]
    """
    if symbol in ("CL", "K10"):
        return "CL"
    if symbol == "V1":
        return "V"
    if symbol in ("KE0", "TPEAK"):
        return "KE0"
    head = symbol.split("_")[0]
    return head if head in ("KA", "F") else None


@lru_cache(maxsize=len(_KINDS))
def class_cv(kind: str) -> float:
    """The median variability of a kind of parameter over every row that states one, used or not."""
    stated = [
        row.cv for row in mechanism_tables().parameters if row.cv is not None and kind_of(row.symbol) == kind
    ]
    return float(median(stated))
