"""Units and concentrations as case reports spell them, brought to the closed list of `quantities.units`."""

from __future__ import annotations

import re
from typing import Final

from algesia.quantities.units import normalize
from algesia.record.model import Amount

_PER: Final = re.compile(r"\s*(?:/|\bper\b|\ba\b)\s*")
_TIMES: Final = {
    "hour": "h", "hr": "h", "hours": "h", "h": "h", "24h": "d", "24hr": "d", "day": "d", "d": "d", "24hours": "d",
    "min": "min", "minute": "min", "ml": "mL",
}  # fmt: skip
_MASSES: Final = {
    "mcg": "ug",
    "µg": "ug",
    "μg": "ug",
    "ug": "ug",
    "microgram": "ug",
    "micrograms": "ug",
    "mg": "mg",
}
_CONCENTRATION: Final = re.compile(
    r"(?<![\d.])(\d{1,6}(?:\.\d{1,6})?)\s*(mg|mcg|ug|µg|μg)\s*(?:/|per)\s*(\d{1,4}(?:\.\d{1,4})?)?\s*ml\b"
)


def read_unit(words: str | None) -> str | None:
    """The unit's UCUM code, or nothing when it is not an amount of a drug.

    >>> read_unit("mcg/h"), read_unit("mg per day"), read_unit("ampoules"), read_unit("fraction of original")
    ('ug/h', 'mg/d', '{ampule}', None)
    """
    if words is None:
        return None
    text = words.strip()
    code = normalize(text) or normalize(text.lower())
    if code is not None or text.lower() in ("1", ""):
        return code
    parts = _PER.split(text.lower())
    if len(parts) != 2:
        return None
    mass = _MASSES.get(parts[0].strip(), parts[0].strip())
    time = _TIMES.get(parts[1].replace(" ", ""))
    return normalize(f"{mass}/{time}") if time else None


def read_concentration(words: str | None) -> Amount | None:
    """The one concentration named in a formulation.

    >>> read_concentration("20 mg/ml").value
    20.0
    """
    found = _CONCENTRATION.findall((words or "").lower())
    if len(found) != 1 or not float(found[0][0]) or (found[0][2] and not float(found[0][2])):
        return None
    amount, mass, volume = found[0]
    return Amount(unit=f"{_MASSES[mass]}/mL", value=float(amount) / float(volume or 1))
