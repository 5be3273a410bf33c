"""The constants of the pain diary (Plan 2012), read from the package on first use.

They were read in the NONMEM files that the authors gave to the DDMoRE repository (DDMODEL00000194), in a
public copy (github.com/dpastoor/ddmore_scraping, folder 194), not in the paper. The estimation there ended on rounding
errors and gives no standard errors; hence the grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from algesia.knowledge.mechanism_rows import Cited
from algesia.knowledge.tables import read_csv


class DiaryConstant(Cited, frozen=True, kw_only=True):
    """One constant. `variance` is that of its random effect `eta`, on `scale`; rows that name one `eta` share it.

    ``logit10`` is the logit of a tenth of the value: a score from 0 to 10.
    """

    symbol: str
    unit: str
    meaning: str
    value: float
    scale: Literal["logit", "logit10", "log", "linear"]
    eta: str = ""
    variance: float = 0.0
    source: str = ""


@lru_cache(maxsize=1)
def diary_table() -> Mapping[str, DiaryConstant]:
    """Every constant by its symbol.

    >>> diary_table()["BASELINE"].value, diary_table()["PIN0_9"].eta, diary_table()["SETTLED"].grade
    (6.20667, 'PIN0', 'assumed')
    """
    rows = [{name: cell for name, cell in row.items() if cell} for row in read_csv("mechanism/diary.csv")]
    read = [msgspec.convert(row, DiaryConstant, strict=False) for row in rows]
    return {row.symbol: row for row in read}
