"""The bundled examples: six published cases and one synthetic diary, as `algesia-record/1`.

The cases are the facts of published reports, cited in each record's `source`; how they were read is said in
`algesia.adapters.cases`. The synthetic diary belongs to no person.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files
from typing import Final

from algesia.quantities.refusal import WrongCall
from algesia.record.codec import read_record
from algesia.record.model import Record

_DESCRIPTIONS: Final[dict[str, str]] = {
    "synthetic-escalation": (
        "Synthetic diary, 5 January to 12 November 2026: four dose increases with shrinking relief, then a taper"
    ),
    "pitt_v5n3_33f": "33 y, cervical carcinoma, after laparotomy: rising hydromorphone PCA, allodynia (published case)",
    "devulder1996_withdrawal_54f": "54 y, failed back surgery: intrathecal morphine stopped three times (published case)",
    "jco2002_nsclc_59f": "59 y, lung cancer: tumor grows at the painful rib while morphine rises (published case)",
    "gagnon2013_91m": "91 y, hip fracture, kidney injury: agitation and tremor on hydromorphone (published case)",
    "lalanne2016_f": "Adult woman, back and leg pain: oxycodone and codeine with addiction (published case)",
    "hk_pancreas_53m": "53 y, pancreatic cancer: pain falls with oxycodone and radiotherapy (published case)",
}


def names() -> tuple[str, ...]:
    """The names of the bundled examples.

    >>> names()[0]
    'synthetic-escalation'
    """
    return tuple(_DESCRIPTIONS)


def describe(name: str) -> str:
    """One line on an example. Raises `WrongCall` for a name that is not bundled.

    >>> describe("hk_pancreas_53m")
    '53 y, pancreatic cancer: pain falls with oxycodone and radiotherapy (published case)'
    """
    return _DESCRIPTIONS[_known(name)]


def raw(name: str) -> bytes:
    """An example as its file. Raises `WrongCall` for a name that is not bundled.

    >>> raw("hk_pancreas_53m")[:1]
    b'{'
    """
    return files("algesia.adapters").joinpath("data", f"{_known(name)}.json").read_bytes()


def read(name: str) -> Record:
    """An example as a record. Raises `WrongCall` for a name that is not bundled.

    >>> read("hk_pancreas_53m").relative
    True
    """
    return read_record(raw(name))


def _known(name: str) -> str:
    if name in _DESCRIPTIONS:
        return name
    near = get_close_matches(name, _DESCRIPTIONS, n=3, cutoff=0.5)
    raise WrongCall(f"there is no example {name!r}; there are {', '.join(near or _DESCRIPTIONS)}")
