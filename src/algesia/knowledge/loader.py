"""The knowledge of one edition: typed tables, each read from the package on first use.

A command that needs one table reads one file. What the tables must satisfy is proved by `knowledge.proof`.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Final, cast

from algesia.knowledge import build
from algesia.knowledge.model import (
    EDITIONS,
    DrugClass,
    DrugName,
    Edition,
    Formulation,
    Identified,
    Ingredient,
    MmeFactor,
    Source,
)
from algesia.knowledge.names import NameIndex
from algesia.knowledge.tables import read_csv, read_json
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.knowledge.clinical import (
        BodyArea,
        Claim,
        Feature,
        HypothesisText,
        Instrument,
        InterlockRule,
        SignText,
        TrapRule,
    )
    from algesia.knowledge.plan_options import Adjunct, Alternative, WithdrawalDrug
    from algesia.knowledge.plan_products import ProductLine
    from algesia.knowledge.plan_rotation import EquianalgesicRatio, Rotation
    from algesia.knowledge.plan_tapers import TaperLimits, TaperRule

KNOWLEDGE_EDITION: Final = "2026.11"


class Knowledge:
    """All tables of one edition. Read-only by convention; tables are dictionaries keyed by id.

    >>> knowledge = load()
    >>> knowledge.edition, len(knowledge.features), len(knowledge.body_areas)
    ('2026.11', 34, 74)
    """

    def __init__(self) -> None:
        self.edition = KNOWLEDGE_EDITION
        self._factors: dict[Edition, dict[str, tuple[MmeFactor, ...]]] = {}
        self.identified: dict[tuple[str | None, tuple[str, ...]], Identified] = {}
        """What `drugs.identify` has answered before."""

    def factors(self, edition: Edition) -> tuple[MmeFactor, ...]:
        """Every MME factor of an edition. Raises `WrongCall` for an edition that is not in the tables."""
        return tuple(row for rows in self.factors_by_drug(edition).values() for row in rows)

    def factors_by_drug(self, edition: Edition) -> dict[str, tuple[MmeFactor, ...]]:
        """The MME factors of an edition by ingredient."""
        if edition not in self._factors:
            if edition not in EDITIONS:
                raise WrongCall(f"there is no MME table {edition!r}; there are {', '.join(EDITIONS)}")
            grouped: dict[str, tuple[MmeFactor, ...]] = {}
            for row in read_csv(f"mme_factors/{edition}.csv"):
                factor = build.factor(edition, row)
                grouped[factor.ingredient] = (*grouped.get(factor.ingredient, ()), factor)
            self._factors[edition] = grouped
        return self._factors[edition]

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source that any row names."""
        return {row["id"]: build.source(row) for row in read_csv("sources/sources.csv")}

    @cached_property
    def names(self) -> tuple[DrugName, ...]:
        """Brands, salts, international and British names of opioids."""
        return tuple(build.drug_name(row) for row in read_csv("ingredients/names.csv"))

    @cached_property
    def ingredients(self) -> dict[str, Ingredient]:
        """Opioid ingredients by name, with all their other names."""
        synonyms: dict[str, list[str]] = {}
        for name in self.names:
            synonyms.setdefault(name.target, []).append(name.name)
        rows = read_csv("ingredients/ingredients.csv")
        return {row["name"]: build.ingredient(row, tuple(synonyms.get(row["name"], ()))) for row in rows}

    @cached_property
    def ingredients_by_rxcui(self) -> dict[str, Ingredient]:
        """Opioid ingredients by RxNorm ingredient code."""
        return {i.rxcui: i for i in self.ingredients.values() if i.rxcui is not None}

    @cached_property
    def formulations(self) -> dict[str, Formulation]:
        """Products by RxNorm code: the opioid table first, then what the value sets add to it."""
        return build.formulations(
            [*read_csv("formulations/rxnorm.csv"), *read_csv("formulations/value_sets.csv")]
        )

    @cached_property
    def formulations_by_name(self) -> dict[str, Formulation]:
        """Products by the words of their name; brands included."""
        return {NameIndex.key(row.name): row for row in self.formulations.values()}

    @cached_property
    def classes(self) -> dict[str, DrugClass]:
        """Other drugs that interlocks read, by name."""
        return {row["name"]: build.drug_class(row) for row in read_csv("drug_classes/classes.csv")}

    @cached_property
    def class_products(self) -> dict[str, tuple[str, ...]]:
        """The drugs of `classes` in a product, by RxNorm product code."""
        rows = read_csv("drug_classes/products.csv")
        return {row["rxcui"]: tuple(row["drugs"].split(";")) for row in rows}

    @cached_property
    def name_index(self) -> NameIndex:
        """The words by which a drug is recognized."""
        index = NameIndex()
        for ingredient in self.ingredients.values():
            index.add(ingredient.name, "opioid", ingredient.name)
        for name in self.names:
            index.add(name.name, "opioid" if name.confidence.may_drive_a_dose else "unverified", name.target)
        for drug in self.classes.values():
            for text in (drug.name, *drug.synonyms):
                index.add(text, "other", drug.name)
        return index

    @cached_property
    def hypotheses(self) -> dict[str, HypothesisText]:
        """The eight hypotheses, in their order."""
        return {row["id"]: _clinical().hypothesis(row) for row in read_json("differential/hypotheses.json")}

    @cached_property
    def features(self) -> dict[str, Feature]:
        """The findings of the differential with their weights."""
        return {row["id"]: _clinical().feature(row) for row in read_json("differential/features.json")}

    @cached_property
    def rules(self) -> dict[str, object]:
        """The differential's gates, the strong-pattern rule and what is never said, in words and ids."""
        return cast("dict[str, object]", read_json("differential/rules.json"))

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """What must have been answered before anything is said about opioid-induced hyperalgesia."""
        return tuple(cast("list[str]", self.rules["gates"]))

    @cached_property
    def never(self) -> tuple[str, ...]:
        """What no output may say or suggest."""
        return tuple(cast("list[str]", self.rules["never"]))

    @cached_property
    def trap(self) -> TrapRule:
        """The rule of the escalation trap."""
        rule: TrapRule = _clinical().trap(read_json("differential/trap.json"))
        return rule

    @cached_property
    def interlocks(self) -> dict[str, InterlockRule]:
        """The interlocks, emergencies first."""
        return {row["id"]: _clinical().interlock(row) for row in read_json("interlocks/interlocks.json")}

    @cached_property
    def signs(self) -> dict[str, SignText]:
        """The signs of the record in words, and what they feed."""
        return {row["id"]: _clinical().sign(row) for row in read_json("signs/signs.json")}

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Scored instruments."""
        return {row["id"]: _clinical().instrument(row) for row in read_json("instruments/instruments.json")}

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The evidence table."""
        return {row["id"]: _clinical().claim(row) for row in read_json("claims/claims.json")}

    @cached_property
    def taper_rules(self) -> dict[str, TaperRule]:
        """The rates of tapers that guidelines and labels print, by rule."""
        rows: dict[str, TaperRule] = _plan().taper_rules()
        return rows

    @cached_property
    def taper_limits(self) -> TaperLimits:
        """What bounds every taper: caps, defaults, pauses, reviews, statements and conflicts."""
        rows: TaperLimits = _plan().taper_limits()
        return rows

    @cached_property
    def product_lines(self) -> dict[str, ProductLine]:
        """Marketed products with their strengths and handling, by line."""
        rows: dict[str, ProductLine] = _plan().product_lines()
        return rows

    @cached_property
    def equianalgesic(self) -> dict[str, EquianalgesicRatio]:
        """Equianalgesic ratios by row. No MME factor is among them."""
        rows: dict[str, EquianalgesicRatio] = _plan().equianalgesic()
        return rows

    @cached_property
    def rotation(self) -> Rotation:
        """Rotation beside the ratios: reductions, label tables, gates, limits, buprenorphine starts."""
        rows: Rotation = _plan().rotation()
        return rows

    @cached_property
    def adjuncts(self) -> dict[str, Adjunct]:
        """Drugs beside the opioid, by name."""
        rows: dict[str, Adjunct] = _plan().adjuncts()
        return rows

    @cached_property
    def alternatives(self) -> dict[str, Alternative]:
        """Treatments other than an opioid, by name."""
        rows: dict[str, Alternative] = _plan().alternatives()
        return rows

    @cached_property
    def withdrawal_support(self) -> dict[str, WithdrawalDrug]:
        """Drugs for withdrawal symptoms, by name."""
        rows: dict[str, WithdrawalDrug] = _plan().withdrawal_support()
        return rows

    @cached_property
    def body(self) -> dict[str, object]:
        """The body figure as stored: outlines, notes and areas."""
        return cast("dict[str, object]", read_json("body_areas/body_areas.json"))

    @cached_property
    def body_areas(self) -> dict[str, BodyArea]:
        """The 74 areas of the body figure."""
        rows = cast("list[dict[str, object]]", self.body["areas"])
        return {area.name: area for area in map(_clinical().body_area, rows)}

    @cached_property
    def silhouettes(self) -> dict[str, str]:
        """The outlines of the figure, front and back, as SVG paths."""
        return cast("dict[str, str]", self.body["silhouettes"])


def _clinical() -> ModuleType:
    """The builders of the clinical tables, loaded when the first of those tables is asked for."""
    from algesia.knowledge import build_clinical

    return build_clinical


def _plan() -> ModuleType:
    """The builders of the tables of plans, loaded when the first of those tables is asked for."""
    from algesia.knowledge import plan_build

    return plan_build


@lru_cache(maxsize=1)
def load() -> Knowledge:
    """The packaged knowledge. Cheap: tables are read when first asked for, once in a process."""
    return Knowledge()
