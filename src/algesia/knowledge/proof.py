"""What every edition of the tables must satisfy. The tests demand an empty answer, and break the tables on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from algesia.knowledge.clinical import BodyArea, Instrument
from algesia.knowledge.instruments import item_range
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import EDITIONS, Confidence, Edition, MmeFactor
from algesia.knowledge.tables import read_csv, read_json
from algesia.quantities.units import DIMENSIONS, DOSE_UNITS, dimension

_KEYS = {
    "sources/sources.csv": ("id",),
    "ingredients/ingredients.csv": ("name",),
    "ingredients/names.csv": ("name",),
    "formulations/rxnorm.csv": ("rxcui", "ingredient"),
    "formulations/value_sets.csv": ("rxcui", "ingredient"),
    "drug_classes/classes.csv": ("name",),
    "drug_classes/products.csv": ("rxcui",),
    **{f"mme_factors/{edition}.csv": ("ingredient", "routes", "forms", "above") for edition in EDITIONS},
    "differential/hypotheses.json": ("id",),
    "differential/features.json": ("id",),
    "interlocks/interlocks.json": ("id",),
    "claims/claims.json": ("id",),
    "signs/signs.json": ("id",),
    "instruments/instruments.json": ("id",),
}
_LEVELS = frozenset(("emergency", "urgent", "block", "warn"))
_STRENGTH_UNITS = frozenset(("mg", "ug/h", "mg/mL"))


def prove(knowledge: Knowledge) -> list[str]:
    """Everything that is wrong with the tables, in words; empty when nothing is.

    >>> from algesia.knowledge.loader import load
    >>> prove(load())
    []
    """
    from algesia.knowledge.plan_proof import prove_plans

    return [
        *unique_keys(),
        *confident(),
        *sourced(knowledge),
        *factors(knowledge),
        *products(knowledge),
        *differential(knowledge),
        *links(knowledge),
        *(fault for instrument in knowledge.instruments.values() for fault in instrument_range(instrument)),
        *body(knowledge.body_areas),
        *prove_plans(knowledge),
    ]


def rows_of(path: str) -> list[dict[str, object]]:
    """The rows of a packaged table as they stand."""
    if path.endswith(".csv"):
        return [dict(row) for row in read_csv(path)]
    return [dict(row) for row in read_json(path)]


def unique_keys() -> Iterator[str]:
    """Keys that occur twice in a file."""
    for path, columns in _KEYS.items():
        yield from duplicates(path, [tuple(str(row[c]) for c in columns) for row in rows_of(path)])


def duplicates(path: str, keys: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Keys that occur twice in a list of them."""
    seen: set[tuple[str, ...]] = set()
    for key in keys:
        if key in seen:
            yield f"{path}: {', '.join(key)} occurs twice"
        seen.add(key)


def confident() -> Iterator[str]:
    """Rows without a confidence, or with one that is not in the list."""
    for path in _KEYS:
        if path != "drug_classes/products.csv":
            yield from without_confidence(path, rows_of(path))


def without_confidence(path: str, rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """Rows whose confidence is missing or unknown."""
    for at, row in enumerate(rows, start=1):
        if row.get("confidence") not in list(Confidence):
            yield f"{path} row {at}: confidence is {row.get('confidence')!r}"


def sourced(knowledge: Knowledge) -> Iterator[str]:
    """Sources that rows name and no table holds."""
    named: list[tuple[str, str]] = [
        (f"{e} {f.ingredient}", f.source) for e in EDITIONS for f in knowledge.factors(e)
    ]
    named += [(i.name, i.source) for i in knowledge.ingredients.values()]
    named += [(n.name, n.source) for n in knowledge.names]
    named += [(p.rxcui, p.source) for p in knowledge.formulations.values()]
    named += [(c.name, c.source) for c in knowledge.classes.values()]
    named += [(h.id, h.source) for h in knowledge.hypotheses.values()]
    named += [(f.id, s) for f in knowledge.features.values() for s in f.sources]
    named += [(r.id, s) for r in knowledge.interlocks.values() for s in r.sources]
    named += [(c.id, s) for c in knowledge.claims.values() for s in c.sources]
    named += [(s.id, s.source) for s in knowledge.signs.values()]
    named += [(i.id, i.source) for i in knowledge.instruments.values()]
    named += [(i.id, i.codes_source) for i in knowledge.instruments.values() if i.codes_source]
    named += [(a.name, a.source) for a in knowledge.body_areas.values()]
    named += [("trap", s) for s in knowledge.trap.sources.values() if s != "expert_prior"]
    for row, source in named:
        if source not in knowledge.sources:
            yield f"{row}: source {source!r} is not in the table of sources"
    for kind, rows in (("feature", knowledge.features), ("interlock", knowledge.interlocks)):
        yield from (f"{kind} {name} names no source" for name, row in rows.items() if not row.sources)


def factors(knowledge: Knowledge) -> Iterator[str]:
    """Factors without value or unit, for unknown drugs, or with tiers that leave a gap or overlap."""
    for edition in EDITIONS:
        for drug, rows in knowledge.factors_by_drug(edition).items():
            if drug not in knowledge.ingredients:
                yield f"{edition}: {drug} is no ingredient"
            yield from factor_rows(edition, drug, rows)


def factor_rows(edition: Edition, drug: str, rows: tuple[MmeFactor, ...]) -> Iterator[str]:
    """What is wrong with the factors of one drug."""
    for row in rows:
        if row.excluded != (row.value is None) or row.excluded != (row.per is None):
            yield f"{edition} {drug}: excluded rows have neither value nor unit, all others have both"
        if row.value is not None and row.value <= 0:
            yield f"{edition} {drug}: the factor is {row.value}"
        if row.per is not None and (row.per not in DOSE_UNITS or dimension(row.per) != "mass rate"):
            yield f"{edition} {drug}: {row.per} is no mass rate"
        if (row.per == "ug/h") != ("transdermal" in row.routes) and not row.excluded:
            yield f"{edition} {drug}: ug/h belongs to patches and only to them"
        if row.apart != (drug == "buprenorphine" and not row.excluded):
            yield f"{edition} {drug}: buprenorphine and nothing else is reported apart"
    for place in {(row.routes, row.forms) for row in rows}:
        tiers = [row for row in rows if (row.routes, row.forms) == place]
        if len(tiers) > 1 or tiers[0].above is not None or tiers[0].up_to is not None:
            yield from tier_gaps(f"{edition} {drug}", tiers)


def tier_gaps(name: str, tiers: list[MmeFactor]) -> Iterator[str]:
    """Tiers must begin at zero, touch, and end open."""
    ordered = sorted(tiers, key=lambda row: row.above if row.above is not None else -1.0)
    if ordered[0].above != 0 or ordered[-1].up_to is not None:
        yield f"{name}: tiers must begin above 0 and end open"
    for lower, upper in pairwise(ordered):
        if lower.up_to != upper.above:
            yield f"{name}: a tier ends at {lower.up_to} and the next begins at {upper.above}"


def products(knowledge: Knowledge) -> Iterator[str]:
    """Products of unknown drugs, with a strength that is not positive or a unit that strengths do not have."""
    for product in knowledge.formulations.values():
        for strength in product.opioids:
            if strength.ingredient not in knowledge.ingredients:
                yield f"{product.rxcui}: {strength.ingredient} is no ingredient"
            if strength.unit not in _STRENGTH_UNITS or dimension(strength.unit) not in DIMENSIONS:
                yield f"{product.rxcui}: a strength cannot be in {strength.unit}"
            if not strength.value > 0:
                yield f"{product.rxcui}: the strength is {strength.value}"
            if (strength.unit == "ug/h") != (product.route == "transdermal"):
                yield f"{product.rxcui}: ug/h belongs to patches and only to them"
    for name in knowledge.names:
        if name.target not in knowledge.ingredients:
            yield f"{name.name}: {name.target} is no ingredient"


def differential(knowledge: Knowledge) -> Iterator[str]:
    """Features whose weights do not cover the hypotheses or lie outside -2 to 2."""
    hypotheses = set(knowledge.hypotheses)
    for feature in knowledge.features.values():
        if set(feature.weights) != hypotheses:
            yield f"{feature.id}: weights for {sorted(set(feature.weights) ^ hypotheses)} missing or extra"
        if any(type(w) is not int or not -2 <= w <= 2 for w in feature.weights.values()):
            yield f"{feature.id}: a weight is outside -2 to 2"
    for gate in knowledge.gates:
        if gate not in knowledge.features:
            yield f"gate {gate} is no feature"


def links(knowledge: Knowledge) -> Iterator[str]:
    """Signs that point at features or interlocks that do not exist; interlocks without level or action."""
    for sign in knowledge.signs.values():
        for feature in (sign.feature, sign.absent_feature):
            if feature is not None and feature not in knowledge.features:
                yield f"sign {sign.id}: {feature} is no feature"
        for lock in sign.interlocks:
            if lock not in knowledge.interlocks:
                yield f"sign {sign.id}: {lock} is no interlock"
    for rule in knowledge.interlocks.values():
        if rule.level not in _LEVELS or not rule.action or not rule.title:
            yield f"interlock {rule.id} lacks level, title or action"


def instrument_range(instrument: Instrument) -> Iterator[str]:
    """The items' maxima must make the range; the bands must cover it without gap."""
    ranges = [item_range(item) for item in instrument.items]
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    whole = sum(highs) / len(highs) if instrument.combine == "mean" else sum(highs)
    if whole != instrument.high or sum(lows) != instrument.low:
        yield f"{instrument.id}: the items reach {whole:g}, the range ends at {instrument.high:g}"
    bands = instrument.bands
    if bands and (bands[0].low != instrument.low or bands[-1].high != instrument.high):
        yield f"{instrument.id}: the bands do not cover the range"
    for lower, upper in pairwise(bands):
        if upper.low != lower.high + 1:
            yield f"{instrument.id}: a band ends at {lower.high:g} and the next begins at {upper.low:g}"


def body(areas: dict[str, BodyArea]) -> Iterator[str]:
    """The neighbor graph must be symmetric and connected."""
    for area in areas.values():
        for other in area.neighbors:
            if other not in areas:
                yield f"{area.name}: neighbor {other} is no area"
            elif area.name not in areas[other].neighbors:
                yield f"{area.name} neighbors {other}, but not the reverse"
    reached: set[str] = set()
    front = [next(iter(areas))]
    while front:
        name = front.pop()
        if name in areas and name not in reached:
            reached.add(name)
            front.extend(areas[name].neighbors)
    if len(reached) != len(areas):
        yield f"only {len(reached)} of {len(areas)} areas are connected"
