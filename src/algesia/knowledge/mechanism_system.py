"""The constants of the nervous system as the table of the package says, before any fit; read on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

from algesia.knowledge.mechanism_rows import Cited
from algesia.knowledge.tables import read_csv

Scale: TypeAlias = Literal["log", "linear", "logit"]


class SystemConstant(Cited, frozen=True, kw_only=True):
    """One constant. `source` is text; it is empty where a value is assumed without any.

    On the ``log`` scale it is positive and `spread` is the standard deviation of its logarithm; on the ``linear`` scale
    zero is possible; on the ``logit`` scale it is a share and `spread` is that of its log odds. `between` is the standard
    deviation of the logarithm between people. Only what is `fitted` is changed by the calibration.
    """

    symbol: str
    unit: str
    meaning: str
    prior: float
    spread: float
    scale: Scale
    between: float
    fitted: bool
    source: str = ""


@lru_cache(maxsize=1)
def system_table() -> Mapping[str, SystemConstant]:
    """Every constant by its symbol.

    >>> system_table()["KT_ON"].unit, system_table()["TAU"].grade, system_table()["A_TOP"].fitted
    ('1/h', 'assumed', False)
    """
    rows = [
        {name: cell == "yes" if name == "fitted" else cell for name, cell in row.items() if cell}
        for row in read_csv("mechanism/system.csv")
    ]
    read = [msgspec.convert(row, SystemConstant, strict=False) for row in rows]
    return {row.symbol: row for row in read}
