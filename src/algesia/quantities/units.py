"""The closed list of units (UCUM spellings) and the conversions between them.

A unit that is not in the list is refused, never guessed: a peer's calculator once read an unknown unit as
grams. `normalize` forgives spelling only ("mcg" is ug, "ml" is mL), never meaning.
"""

from __future__ import annotations

from typing import Final

# spelling as met in the wild -> UCUM code. Case matters in UCUM; these spellings are unambiguous.
_SPELLINGS: Final[dict[str, str]] = {
    "mcg": "ug", "µg": "ug", "μg": "ug", "microgram": "ug", "micrograms": "ug",
    "milligram": "mg", "milligrams": "mg", "MG": "mg", "gram": "g", "grams": "g",
    "ml": "mL", "ML": "mL", "milliliter": "mL", "milliliters": "mL",
    "mcg/h": "ug/h", "mcg/hr": "ug/h", "ug/hr": "ug/h", "µg/h": "ug/h", "μg/h": "ug/h", "µg/hr": "ug/h",
    "mg/hr": "mg/h", "MG/HR": "mg/h", "mg/day": "mg/d", "mcg/day": "ug/d", "ug/day": "ug/d", "mcg/d": "ug/d",
    "µg/d": "ug/d", "mg/ml": "mg/mL", "MG/ML": "mg/mL", "mcg/ml": "ug/mL", "mcg/mL": "ug/mL", "ug/ml": "ug/mL",
    "{tab}": "{tablet}", "tablet": "{tablet}", "tablets": "{tablet}", "tab": "{tablet}", "tabs": "{tablet}",
    "{tablets}": "{tablet}", "TAB": "{tablet}", "{TAB}": "{tablet}", "Tablet": "{tablet}",
    "{cap}": "{capsule}", "capsule": "{capsule}", "capsules": "{capsule}", "cap": "{capsule}", "CAP": "{capsule}",
    "patch": "{patch}", "patches": "{patch}", "film": "{film}", "films": "{film}", "spray": "{spray}",
    "sprays": "{spray}", "lozenge": "{lozenge}", "suppository": "{suppository}", "{supp}": "{suppository}",
    "ampule": "{ampule}", "ampoule": "{ampule}", "ampoules": "{ampule}", "puff": "{spray}",
    "unit": "{unit}", "each": "{unit}", "Each": "{unit}", "EACH": "{unit}", "ea": "{unit}", "EA": "{unit}",
    "{each}": "{unit}", "1": "{unit}",
}  # fmt: skip

# UCUM code -> (dimension, factor to the dimension's base unit)
_UNITS: Final[dict[str, tuple[str, float]]] = {
    "mg": ("mass", 1.0), "ug": ("mass", 1e-3), "g": ("mass", 1e3), "ng": ("mass", 1e-6),
    "mg/h": ("mass rate", 24.0), "ug/h": ("mass rate", 0.024), "mg/d": ("mass rate", 1.0), "ug/d": ("mass rate", 1e-3),
    "ug/min": ("mass rate", 1.44), "mg/min": ("mass rate", 1440.0),
    "mL": ("volume", 1.0), "L": ("volume", 1e3), "mL/h": ("volume rate", 24.0), "mL/d": ("volume rate", 1.0),
    "mg/mL": ("concentration", 1.0), "ug/mL": ("concentration", 1e-3),
    "{tablet}": ("count", 1.0), "{capsule}": ("count", 1.0), "{patch}": ("count", 1.0), "{film}": ("count", 1.0),
    "{spray}": ("count", 1.0), "{lozenge}": ("count", 1.0), "{suppository}": ("count", 1.0),
    "{ampule}": ("count", 1.0), "{unit}": ("count", 1.0),
}  # fmt: skip

DOSE_UNITS: Final[tuple[str, ...]] = tuple(_UNITS)
DIMENSIONS: Final[frozenset[str]] = frozenset(kind for kind, _ in _UNITS.values())


def normalize(unit: str) -> str | None:
    """The UCUM code of a unit as written, or ``None`` when it is not in the list.

    >>> normalize("mcg/hr"), normalize("mg"), normalize("fraction of original")
    ('ug/h', 'mg', None)
    """
    text = unit.strip()
    code = _SPELLINGS.get(text, text)
    return code if code in _UNITS else None


def dimension(unit: str) -> str:
    """What a unit in the list measures: mass, mass rate, volume, volume rate, concentration or count."""
    return _UNITS[unit][0]


def to_base(value: float, unit: str) -> float:
    """`value` in the base unit of its dimension: mg, mg/d, mL, mL/d, mg/mL, or a count.

    >>> to_base(25, "ug/h")
    0.6
    """
    return round(value * _UNITS[unit][1], 12)
