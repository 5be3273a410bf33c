"""The tables themselves: complete, sourced, in the right units, and every derived number derived again."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from algesia.knowledge.mechanism import ligands, mechanism_tables
from algesia.knowledge.mechanism_rows import molar_mass
from algesia.knowledge.tables import read_csv
from algesia.mechanism.disposition import ke0, ke0_from_peak, typical, unit_of
from algesia.mechanism.units import Quantity, unit
from algesia.mechanism.variability import class_cv, cv_of, normal, spread

TABLES = mechanism_tables()
USED = [row for rows in TABLES.used.values() for row in rows.values() if row.value is not None]


def value(species: str, symbol: str) -> float:
    return typical(TABLES.used[species][symbol])


def test_every_row_names_a_source_that_is_there() -> None:
    ligand_rows = chain.from_iterable(one.founded.values() for one in TABLES.ligands.values())
    for row in chain(TABLES.parameters, ligand_rows, TABLES.covariates, TABLES.checks):
        assert row.source in TABLES.sources, row


def test_a_parameter_is_used_once() -> None:
    keys = [(row.species, row.symbol) for row in TABLES.parameters if row.used]
    assert len(set(keys)) == len(keys)


def test_other_readings_are_kept() -> None:
    assert sum(not row.used for row in TABLES.parameters) > 200
    assert all(row.value is not None or row.printed for row in TABLES.parameters if not row.used)


def test_what_we_chose_ourselves_says_so() -> None:
    for row in USED:
        if row.grade in ("assumed", "class") or row.source == "ours":
            assert row.note, (row.species, row.symbol)


@pytest.mark.parametrize("row", USED, ids=lambda row: f"{row.species} {row.symbol}")
def test_units_become_those_of_the_symbol(row: object) -> None:
    assert np.isfinite(typical(row))  # type: ignore[arg-type]


def test_shares_are_shares() -> None:
    for row in USED:
        if unit_of(row.symbol) == "fraction" and row.symbol.split("_")[0] in ("F", "FM", "SHARE"):
            assert 0 < (row.value or 0) <= 1, row
    for drug, rows in TABLES.metabolites.items():
        assert sum(value(drug, one.fraction) for one in rows) <= 1


def test_doors_name_parameters_and_their_shares_are_whole() -> None:
    for drug, routes in TABLES.doors.items():
        known = TABLES.used[drug]
        for doors in routes.values():
            for door in doors:
                symbols = (
                    door.ka,
                    door.fraction,
                    door.share,
                    door.lag,
                    door.duration,
                    door.exponent,
                    door.reference,
                )
                assert {symbol for symbol in symbols if symbol} <= set(known)
                assert all(formed.split(":")[1] in known for formed in door.first_pass)
            if doors[0].share:
                assert sum(value(drug, door.share) for door in doors) == pytest.approx(1.0)


def test_covariates_name_parameters() -> None:
    for row in TABLES.covariates:
        assert row.symbol in TABLES.used[row.species], row


def test_molar_masses_against_printed_ones() -> None:
    """Ketamine 238 ng/mL for 1 uM is in the reference; the others are sums of standard atomic weights."""
    assert Quantity(1, "uM").unit == unit("uM")
    assert molar_mass("C13H16ClNO") == pytest.approx(238, abs=0.5)
    assert set(TABLES.ligands) | {one.species for rows in TABLES.metabolites.values() for one in rows} <= set(
        TABLES.molar
    )


def test_metabolite_clearances_from_the_ratio_of_areas() -> None:
    molar = TABLES.molar
    cl = value("morphine", "K10") * value("morphine", "V1")
    for one in ("M3G", "M6G"):
        made = value("morphine", f"FM_{one}") * molar[one] / molar["morphine"] * cl
        assert value(one, "CL") == pytest.approx(made / value(one, "RAUC"), rel=1e-4)
    assert value("M3G", "CL") / value("M3G", "V1") == pytest.approx(0.0038 * 60, rel=1e-4)
    hydromorphone = value("hydromorphone", "K10") * value("hydromorphone", "V1")
    made = (
        value("hydrocodone", "FM_hydromorphone")
        * value("hydrocodone", "CL")
        * molar["hydromorphone"]
        / molar["hydrocodone"]
    )
    assert made / hydromorphone == pytest.approx(0.0117, rel=1e-4)
    assert value("codeine", "FM_morphine") == pytest.approx(0.16 / 1.16 * cl / 357.5, rel=1e-4)
    assert value("codeine", "FM_M3G") == pytest.approx(
        0.16 / 1.16 * 0.6 * value("M3G", "CL") / 9.45, rel=1e-4
    )


def test_disposition_from_half_lives() -> None:
    half = np.log(2) * value("methadone", "V1") / value("methadone", "CL")
    assert half == pytest.approx(25.0, rel=1e-4)
    assert np.log(2) * value("oxymorphone", "V1") / value("oxymorphone", "CL") == pytest.approx(
        9.89, rel=1e-4
    )
    assert np.log(2) * value("M1", "V1") / value("M1", "CL") == pytest.approx(7.0, rel=1e-4)
    assert np.log(2) / value("fentanyl", "KA_transdermal") == pytest.approx(17.0, rel=1e-4)


def test_class_priors_are_the_means_they_say() -> None:
    known = [ke0(drug) for drug in ("morphine", "hydromorphone", "oxycodone", "methadone")]
    mean = np.exp(np.mean(np.log(np.array(known, float))))
    for species in ("hydrocodone", "oxymorphone", "tapentadol", "M1", "M6G"):
        assert ke0(species) == pytest.approx(mean, rel=1e-4)
    for symbol in ("CL", "V1", "Q2", "V2", "Q3", "V3"):
        mean = np.sqrt(value("fentanyl", symbol) * value("remifentanil", symbol))
        assert value("alfentanil", symbol) == pytest.approx(mean, rel=1e-4)
    agonists = {drug for drug, one in TABLES.ligands.items() if one.alpha} - {"oxymorphone"}
    opioids = [value(drug, "KA_oral") for drug in agonists if "KA_oral" in TABLES.used.get(drug, {})]
    assert value("oxymorphone", "KA_oral") == pytest.approx(float(np.median(np.array(opioids, float))))


def test_methadone_effect_site_from_its_own_source() -> None:
    v1 = 0.18 * 70
    k10, k12, k13, k21, k31 = (60 * k for k in (0.00806, 0.408, 0.112, 0.06, 0.00114))
    own = {
        "CL": k10 * v1,
        "V1": v1,
        "Q2": k12 * v1,
        "V2": k12 * v1 / k21,
        "Q3": k13 * v1,
        "V3": k13 * v1 / k31,
    }
    assert ke0("methadone") == pytest.approx(ke0_from_peak(11.3 / 60, own), rel=1e-4)


def test_ligands_are_plain_or_say_what_is_missing() -> None:
    known = ligands()
    assert known["naloxone"].alpha == 0.0
    assert known["buprenorphine"].alpha == 0.67
    assert known["buprenorphine"].c50_ng_ml == pytest.approx(0.0785 / 0.0631, rel=1e-4)
    assert known["buprenorphine"].koff == pytest.approx(0.0785 * 60)
    assert known["codeine"].c50_ng_ml is None
    assert known["s-ketamine"].nmda_c50_ng_ml == 10.5
    alfentanil = known["alfentanil"]
    assert alfentanil.koff is not None and alfentanil.kon is not None
    bound_by_half = (
        Quantity(alfentanil.koff / alfentanil.kon, "ng/mL").to("ng/mL") / alfentanil.molar_mass * 1e3
    )
    assert bound_by_half == pytest.approx(42.5, rel=0.01)


def test_class_anchors_follow_from_equal_doses() -> None:
    """Equal relief at equianalgesic doses, in the areas of this engine: oral morphine acts with its M6G."""
    known = ligands()
    cl = value("morphine", "K10") * value("morphine", "V1")
    c50, m6g = known["morphine"].c50_ng_ml or 0, known["M6G"].c50_ng_ml or 0
    oral = 1e3 * value("morphine", "F_oral") / cl * (1 / c50 + 1.21 / 0.29 / m6g)
    assert 25 * oral == pytest.approx(10 * 1e3 / cl * (1 / c50 + 1.21 / m6g), rel=1e-3)
    oxymorphone = 15 * 1e3 * value("oxymorphone", "F_oral") / value("oxymorphone", "CL")
    assert oxymorphone / (known["oxymorphone"].c50_ng_ml or 0) == pytest.approx(30 * oral, rel=1e-3)
    tapentadol = 100 * 1e3 * value("tapentadol", "F_oral") / value("tapentadol", "CL")
    assert tapentadol / (known["tapentadol"].c50_ng_ml or 0) == pytest.approx(30 * oral, rel=1e-3)
    m1 = 150 * 1e3 * value("tramadol", "F_oral") / value("tramadol", "CL") * 4.11 / 15.8
    assert m1 / (known["M1"].c50_ng_ml or 0) == pytest.approx(30 * oral, rel=1e-3)


def test_variability_by_class_is_the_median_of_what_is_stated() -> None:
    stated = [row.cv for row in TABLES.parameters if row.symbol in ("CL", "K10") and row.cv is not None]
    assert class_cv("CL") == pytest.approx(float(np.median(stated)))
    assert cv_of(TABLES.used["oxycodone"]["CL"]) == (class_cv("CL"), True)
    assert cv_of(TABLES.used["buprenorphine"]["CL"]) == (0.209, False)


def test_deviates_are_standard_normal_and_independent() -> None:
    one, other = normal(3, "morphine", "CL", 40_000)[1:], normal(3, "morphine", "V1", 40_000)[1:]
    assert abs(one.mean()) < 0.02 and one.std() == pytest.approx(1.0, rel=0.02)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02
    assert spread(0.0, one) == pytest.approx(1.0)


def test_the_files_hold_every_column() -> None:
    for name in ("pk", "ligands"):
        assert set(read_csv(f"mechanism/{name}.csv")[0]) >= {
            "species",
            "symbol",
            "value",
            "unit",
            "grade",
            "source",
            "used",
        }
