"""The proof of the tables: empty for what is packaged, and not empty for tables broken on purpose."""

from __future__ import annotations

from dataclasses import replace as replace_clinical

import pytest
from msgspec.structs import replace

from algesia.knowledge import proof
from algesia.knowledge.clinical import Band
from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.model import Strength
from algesia.record.vocabulary import BODY_AREAS


def test_the_packaged_tables_are_proved() -> None:
    assert proof.prove(Knowledge()) == []


@pytest.fixture
def broken() -> Knowledge:
    return Knowledge()


def faults(knowledge: Knowledge) -> str:
    return "\n".join(proof.prove(knowledge))


def test_a_key_that_occurs_twice() -> None:
    assert list(proof.duplicates("t.csv", [("a",), ("b",), ("a",)])) == ["t.csv: a occurs twice"]


@pytest.mark.parametrize("row", [{"id": "a"}, {"confidence": ""}, {"confidence": "sure"}])
def test_a_row_without_confidence(row: dict[str, object]) -> None:
    assert len(list(proof.without_confidence("t.csv", [row]))) == 1


def methadone(knowledge: Knowledge):
    return list(knowledge.factors_by_drug("cdc-2016")["methadone"])


def test_a_gap_between_tiers(broken: Knowledge) -> None:
    rows = methadone(broken)
    rows[1] = replace(rows[1], above=21.0)
    assert "a tier ends at 20.0 and the next begins at 21.0" in "\n".join(
        proof.factor_rows("cdc-2016", "methadone", tuple(rows))
    )


def test_tiers_that_overlap(broken: Knowledge) -> None:
    rows = methadone(broken)
    rows[0] = replace(rows[0], up_to=25.0)
    assert "ends at 25.0" in "\n".join(proof.factor_rows("cdc-2016", "methadone", tuple(rows)))


def test_tiers_that_do_not_begin_at_zero_or_end_open(broken: Knowledge) -> None:
    rows = methadone(broken)
    for at, change in ((0, {"above": 1.0}), (3, {"up_to": 80.0})):
        bad = rows.copy()
        bad[at] = replace(bad[at], **change)
        assert "begin above 0 and end open" in "\n".join(
            proof.factor_rows("cdc-2016", "methadone", tuple(bad))
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": None}, "neither value nor unit"),
        ({"value": -1.0}, "the factor is -1.0"),
        ({"value": 0.0}, "the factor is 0.0"),
        ({"per": "mg/mL"}, "is no mass rate"),
        ({"per": "mEq"}, "is no mass rate"),
        ({"per": "ug/h"}, "belongs to patches"),
        ({"apart": True}, "reported apart"),
        ({"excluded": True}, "neither value nor unit"),
    ],
)
def test_a_factor_that_cannot_be(broken: Knowledge, change: dict[str, object], words: str) -> None:
    row = replace(broken.factors_by_drug("cdc-2022")["morphine"][0], **change)
    assert words in "\n".join(proof.factor_rows("cdc-2022", "morphine", (row,)))


def test_buprenorphine_inside_a_total(broken: Knowledge) -> None:
    row = replace(broken.factors_by_drug("nih-heal")["buprenorphine"][0], apart=False)
    assert "reported apart" in "\n".join(proof.factor_rows("nih-heal", "buprenorphine", (row,)))


def test_a_source_that_does_not_exist(broken: Knowledge) -> None:
    del broken.sources["fda2023"]
    assert "source 'fda2023' is not in the table" in faults(broken)


def test_a_drug_that_does_not_exist(broken: Knowledge) -> None:
    del broken.ingredients["oxycodone"]
    assert "cdc-2022: oxycodone is no ingredient" in faults(broken)


@pytest.mark.parametrize(
    ("strength", "words"),
    [
        (Strength("fentanyl", 75.0, "mg"), "belongs to patches"),
        (Strength("fentanyl", 0.0, "ug/h"), "the strength is 0.0"),
        (Strength("fentanyl", float("nan"), "ug/h"), "the strength is nan"),
        (Strength("fentanyl", 75.0, "mg/h"), "cannot be in mg/h"),
        (Strength("nothing", 75.0, "ug/h"), "is no ingredient"),
    ],
)
def test_a_product_that_cannot_be(broken: Knowledge, strength: Strength, words: str) -> None:
    broken.formulations["197696"] = replace(broken.formulations["197696"], opioids=(strength,))
    assert words in faults(broken)


def test_a_weight_outside_its_scale(broken: Knowledge) -> None:
    feature = broken.features["allodynia"]
    broken.features["allodynia"] = replace_clinical(feature, weights={**feature.weights, "oih": 3})
    assert "allodynia: a weight is outside -2 to 2" in faults(broken)


def test_a_weight_that_is_missing(broken: Knowledge) -> None:
    feature = broken.features["allodynia"]
    broken.features["allodynia"] = replace_clinical(feature, weights={"oih": 2})
    assert "allodynia: weights for" in faults(broken)


def test_a_feature_without_a_source(broken: Knowledge) -> None:
    broken.features["allodynia"] = replace_clinical(broken.features["allodynia"], sources=())
    assert "feature allodynia names no source" in faults(broken)


def test_a_sign_that_points_nowhere(broken: Knowledge) -> None:
    broken.signs["craving"] = replace_clinical(
        broken.signs["craving"], feature="nowhere", interlocks=("no-lock",)
    )
    assert "sign craving: nowhere is no feature" in faults(broken)
    assert "sign craving: no-lock is no interlock" in faults(broken)


def test_a_one_way_neighbor(broken: Knowledge) -> None:
    area = broken.body_areas["chest-left"]
    broken.body_areas["chest-left"] = replace_clinical(area, neighbors=(*area.neighbors, "foot-front-left"))
    assert "chest-left neighbors foot-front-left, but not the reverse" in faults(broken)


def test_a_body_in_two_pieces(broken: Knowledge) -> None:
    left = {"hand-front-left", "hand-back-left"}
    for name, area in broken.body_areas.items():
        keep = left if name in left else set(broken.body_areas) - left
        broken.body_areas[name] = replace_clinical(
            area, neighbors=tuple(n for n in area.neighbors if n in keep)
        )
    assert "of 74 areas are connected" in faults(broken)


def test_items_that_do_not_reach_the_range(broken: Knowledge) -> None:
    instrument = replace_clinical(broken.instruments["cows"], high=47)
    assert "the items reach 48, the range ends at 47" in "\n".join(proof.instrument_range(instrument))


def test_bands_with_a_gap(broken: Knowledge) -> None:
    bands = (Band(0, 4, "a"), Band(6, 48, "b"))
    instrument = replace_clinical(broken.instruments["cows"], bands=bands)
    assert "a band ends at 4 and the next begins at 6" in "\n".join(proof.instrument_range(instrument))


def test_bands_that_stop_early(broken: Knowledge) -> None:
    instrument = replace_clinical(broken.instruments["cows"], bands=(Band(0, 40, "a"),))
    assert "do not cover the range" in "\n".join(proof.instrument_range(instrument))


def test_the_body_areas_are_those_of_the_record() -> None:
    areas = load().body_areas
    assert tuple(areas) == BODY_AREAS
    assert set(load().silhouettes) == {"front", "back"}
    for area in areas.values():
        assert area.path.startswith("M") and area.plain and area.neighbors, area.name
        assert area.side == "left" if area.name.endswith("left") else area.side == "right", area.name
        assert (area.wpi_19 is None) == (area.wpi_19_fit == "none"), area.name


def test_notes_of_the_body_say_which_mappings_are_uncertain() -> None:
    body = load().body
    assert isinstance(body["notes"], dict) and isinstance(body["mapping_confidence"], dict)
    assert "unverified" in body["notes"]["michigan_35"]
    assert body["mapping_confidence"]["michigan_35"] == "from_memory_unverified"


def test_twenty_nine_claims_with_verdict_and_wording() -> None:
    claims = load().claims
    assert len(claims) == 29
    classes = {"supported", "partly", "contested", "unsupported", "overstated", "wrong"}
    for claim in claims.values():
        assert claim.verdict_class in classes and claim.evidence and claim.wording and claim.sources, claim.id
    assert claims["prevalence-30-percent"].verdict_class == "unsupported"
