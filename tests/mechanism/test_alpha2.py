"""Alpha-2 agonists, naltrexone and gabapentinoids: against studies that their constants are not from."""

from __future__ import annotations

import numpy as np
import pytest

from algesia.knowledge.loader import load
from algesia.knowledge.mechanism import ligands, mechanism_tables
from algesia.mechanism.disposition import exponentials, typical
from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.model import Block, Floats, Order
from algesia.mechanism.propagate import concentrations
from algesia.mechanism.schedule import schedule_of
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from algesia.mechanism.variability import class_cv, kind_of

TABLES = mechanism_tables()
AGONISTS = ("clonidine", "lofexidine", "dexmedetomidine")
SILENT = ("pregabalin", "gabapentin")
NEW = {*AGONISTS, *SILENT, "naltrexone", "6-beta-naltrexol"}
KG = 70.0


def value(species: str, symbol: str) -> float:
    return typical(TABLES.used[species][symbol])


def block_of(drug: str, route: str, group: Group | None = None) -> Block:
    return blocks_for((drug,), group or Group(varies=False), routes={drug: frozenset({route})})[0][0]


def curves(orders: tuple[Order, ...], times: Floats, first_step_h: float = 0.05) -> dict[str, Floats]:
    """The typical person's curves; all orders are of one drug by one route."""
    block = block_of(orders[0].drug, orders[0].route)
    schedule = schedule_of((block,), orders, times, first_step_h=first_step_h)
    return {name: found[0] for name, found in concentrations((block,), schedule).items()}


def area(curve: Floats, times: Floats) -> float:
    return float(np.sum(np.diff(times) * (curve[1:] + curve[:-1]) / 2))


def infusion(drug: str, ug_kg_h: float, hours: float, start: float = 0.0) -> Order:
    return Order(drug, "iv", start, rate=ug_kg_h * KG, rate_unit="ug/h", duration_h=hours)


# what they are in the tables


@pytest.mark.parametrize("drug", AGONISTS)
def test_alpha2_agonists_do_nothing_at_the_mu_receptor(drug: str) -> None:
    ligand = ligands()[drug]
    assert ligand.alpha is None and ligand.c50_ng_ml is None and ligand.nmda_c50_ng_ml is None
    assert ligand.alpha2_c50_ng_ml is not None and 0.1 < ligand.alpha2_c50_ng_ml < 10.0
    assert ligand.founded["ALPHA2_C50"].note
    for route in TABLES.doors[drug]:
        assert [one.kind for one in block_of(drug, route).outputs] == ["plasma"]


def test_only_alpha2_agonists_have_that_constant() -> None:
    assert {name for name, one in ligands().items() if one.alpha2_c50_ng_ml is not None} == set(AGONISTS)


def test_no_drug_counts_as_if_it_did_nothing() -> None:
    """Whatever has kinetics acts somewhere, by itself or by what it becomes, or the tables say that it is silent."""
    for drug in TABLES.doors:
        species = [drug, *(one.species for one in TABLES.metabolites.get(drug, ()))]
        found = [ligands()[one] for one in species if one in ligands()]
        acts = any(
            constant is not None
            for one in found
            for constant in (one.c50_ng_ml, one.kon, one.nmda_c50_ng_ml, one.alpha2_c50_ng_ml)
        )
        assert acts is (drug not in TABLES.silent), drug


@pytest.mark.parametrize("drug", SILENT)
def test_a_silent_drug_has_a_concentration_and_a_reason(drug: str) -> None:
    assert drug not in ligands()
    assert "no constant" in TABLES.silent[drug]
    times = np.arange(0.0, 48.0, 0.1)
    curve = curves((Order(drug, "oral", 0.0, amount=300.0),), times)[f"plasma/{drug}"]
    assert curve.max() > 1000.0


def test_the_class_variability_of_opioids_is_not_changed_by_these() -> None:
    for kind in ("CL", "V", "KA", "KE0", "F"):
        stated = [
            row.cv
            for row in TABLES.parameters
            if row.cv is not None and kind_of(row.symbol) == kind and row.species not in NEW
        ]
        assert class_cv(kind) == pytest.approx(float(np.median(stated)))


@pytest.mark.parametrize(
    ("brand", "drug"),
    [
        ("Catapres", "clonidine"),
        ("Lucemyra", "lofexidine"),
        ("Vivitrol", "naltrexone"),
        ("Lyrica", "pregabalin"),
    ],
)
def test_brands_name_drugs_that_have_kinetics(brand: str, drug: str) -> None:
    assert [hit.target for hit in load().name_index.find(brand)] == [drug]
    assert drug in TABLES.doors


# every derived number again


def test_clonidine_disposition_is_the_labels() -> None:
    """CL 177 mL/min, Vz 197 L, half-life of distribution 20 min; central share of the volume as in Cloesmeijer 2020."""
    body = {symbol: value("clonidine", symbol) for symbol in ("CL", "V1", "Q2", "V2")}
    _, rates = exponentials(body)
    assert np.log(2) / rates[0] == pytest.approx(20 / 60, rel=1e-4)
    assert body["CL"] / rates[1] == pytest.approx(197.0, rel=1e-4)
    assert body["V1"] / (body["V1"] + body["V2"]) == pytest.approx(124 / 302, rel=1e-4)


def test_lofexidine_from_one_dose() -> None:
    """0.064/h; 1.2 mg of the hydrochloride peaks at 1755 ng/L after 3 h (Al-Ghananeem 2009); F 0.72."""
    base = 1.2 * TABLES.molar["lofexidine"] / (TABLES.molar["lofexidine"] + 1.008 + 35.45)
    cl, v1, ka = (value("lofexidine", symbol) for symbol in ("CL", "V1", "KA_oral"))
    assert cl / v1 == pytest.approx(0.064, rel=1e-4)
    assert np.log(ka / 0.064) / (ka - 0.064) == pytest.approx(3.0, rel=1e-4)
    assert 0.72 * base * 1e6 / v1 * np.exp(-3 * 0.064) == pytest.approx(1755.0, rel=1e-4)
    half = ligands()["lofexidine"].alpha2_c50_ng_ml
    assert half == pytest.approx(0.72 * 2.16 / 24 * 1e3 / cl, rel=1e-4)


def test_naltrexone_from_its_sources() -> None:
    cl, share = value("naltrexone", "CL"), value("naltrexone", "F_oral")
    assert share / cl == pytest.approx(0.05 / 94, rel=1e-4)
    assert np.log(2) * value("naltrexone", "V1") / cl == pytest.approx(4.0, rel=1e-4)
    own = value("6-beta-naltrexol", "CL")
    assert np.log(2) * value("6-beta-naltrexol", "V1") / own == pytest.approx(13.0, rel=1e-4)
    excreted = 0.25 * 50e3 / (0.283 * 60)
    ratio = excreted / (share * 50e3 / cl)
    assert value("naltrexone", "FP_oral") == pytest.approx(ratio * own / cl - 1, rel=1e-4)
    assert value("naltrexone", "FP_oral") < (1 - share) / share
    odds = [occupied / (1 - occupied) for occupied in (0.95, 0.475)]
    assert value("naltrexone", "KE0") == pytest.approx(np.log(odds[0] / odds[1]) / 90, rel=1e-4)


def test_naltrexone_half_block_is_that_of_the_scans() -> None:
    """Trostheim (doi:10.1038/s41386-022-01416-z) Table 1: seven scans after 2 to 50 mg by mouth; C50 is the peak after the dose that holds half."""
    scans = [(2, 0.27), (5, 0.43), (5, 0.46), (5, 0.58), (15, 0.61), (50, 0.92), (50, 0.98)]
    half = float(np.exp(np.mean([np.log(mg * (1 - held) / held) for mg, held in scans])))
    times = np.arange(0.0, 48.0, 0.05)
    peak = curves((Order("naltrexone", "oral", 0.0, amount=half),), times)["effect/naltrexone"].max()
    assert ligands()["naltrexone"].c50_ng_ml == pytest.approx(peak, rel=1e-3)


@pytest.mark.parametrize("mg", [100.0, 300.0, 600.0, 800.0, 1200.0])
def test_less_of_a_larger_dose_of_gabapentin_arrives(mg: float) -> None:
    """823 / (1120 + dose) (Carlsson 2009 in Al-Zubaydi 2024), as a power of the dose."""
    part = block_of("gabapentin", "oral").doors["oral"][0]
    share = part.fraction[0] * (mg / part.reference_mg) ** part.exponent
    assert share == pytest.approx(823 / (1120 + mg), rel=0.11)


# against studies that no constant is from


def test_clonidine_infused_for_an_hour() -> None:
    """4 ug/kg/h for 1 h gave 2 ng/mL (Hall 2001 Br J Anaesth 86:5)."""
    times = np.arange(0.0, 4.0, 0.02)
    curve = curves((infusion("clonidine", 4.0, 1.0),), times)["plasma/clonidine"]
    assert np.interp(1.0, times, curve) == pytest.approx(2.0, rel=0.25)


def test_a_clonidine_patch_is_level_after_three_days() -> None:
    """The label: steady levels within 3 days, linear in the size; the level of the smallest is CL's."""
    times = np.arange(0.0, 168.0, 1.0)
    small, large = (
        curves((Order("clonidine", "transdermal", 0.0, amount=rate, unit="ug/h", every_h=168.0),), times)
        for rate in (100 / 24, 300 / 24)
    )
    level = small["plasma/clonidine"]
    assert level[72] > 0.75 * level[-1] and level[96] > 0.85 * level[-1]
    assert level[-1] == pytest.approx(100 / 24 / value("clonidine", "CL"), rel=0.05)
    assert large["plasma/clonidine"] == pytest.approx(3 * level)


@pytest.mark.parametrize(
    ("first", "minutes", "then", "printed", "sd"),
    [(3.0, 10, 0.17, 1.0968, 0.1199), (6.0, 10, 0.34, 2.643, 0.3532), (3.7, 35, 0.7, 5.6006, 0.411)],
)
def test_dexmedetomidine_infused_for_an_hour(
    first: float, minutes: int, then: float, printed: float, sd: float
) -> None:
    """Areas up to 12 h in Korean volunteers (PMID 22650799). At high levels its clearance falls: ours are too low."""
    times = np.arange(0.0, 12.01, 0.02)
    orders = (
        infusion("dexmedetomidine", first, minutes / 60),
        infusion("dexmedetomidine", then, 1 - minutes / 60, start=minutes / 60),
    )
    found = area(curves(orders, times, 0.01)["plasma/dexmedetomidine"], times)
    assert found == pytest.approx(printed, rel=0.3)
    if printed < 2.0:
        assert abs(found - printed) < sd


@pytest.mark.parametrize(("rate", "target"), [(0.17, 0.3), (0.33, 0.6), (0.70, 1.25)])
def test_dexmedetomidine_infused_for_a_day(rate: float, target: float) -> None:
    """Rates and the levels they are meant for (Precedex label, table 10)."""
    times = np.arange(0.0, 24.0, 0.25)
    curve = curves((infusion("dexmedetomidine", rate, 24.0),), times)["plasma/dexmedetomidine"]
    assert curve[-1] == pytest.approx(target, rel=0.1)


def test_the_monthly_injection_gives_three_to_four_times_the_tablets() -> None:
    """380 mg once against 50 mg daily for 28 days (Vivitrol label)."""
    ratio = 380 / (28 * 50 * value("naltrexone", "F_oral"))
    assert 3.0 < ratio < 4.0
    times = np.arange(0.0, 1500.0, 0.5)
    injected = curves((Order("naltrexone", "im-depot", 0.0, amount=380.0),), times)["plasma/naltrexone"]
    oral = curves((Order("naltrexone", "oral", 0.0, amount=50.0, every_h=24.0, count=28),), times)
    found = area(injected, times) / area(oral["plasma/naltrexone"], times)
    assert found == pytest.approx(ratio, rel=0.02)


def test_the_monthly_injection_has_its_two_peaks_and_its_long_fall() -> None:
    """Peaks near 2 h and at 2 to 3 days, a slow fall from day 14, measured for more than a month (label)."""
    times = np.arange(0.0, 24 * 40, 0.25)
    curve = curves((Order("naltrexone", "im-depot", 0.0, amount=380.0),), times)["plasma/naltrexone"]
    day = {number: float(np.interp(24 * number, times, curve)) for number in (1, 2.5, 13, 14, 21, 28, 31)}
    early, late = times < 12, times >= 24
    assert times[early][curve[early].argmax()] == pytest.approx(2.0, abs=0.3)
    assert 48 <= times[late][curve[late].argmax()] <= 72
    assert day[1] < day[2.5] and day[13] > 0.8 * day[2.5]
    assert day[14] > 2 * day[21] > 4 * day[28] * 0.9
    assert day[31] > 0.3
    # no heaping up: the second month stands as the first (Dunbar 2006)
    again = curves(
        (Order("naltrexone", "im-depot", 0.0, amount=380.0, every_h=672.0, count=4),), times + 2016.0
    )
    assert again["plasma/naltrexone"][:2688].mean() == pytest.approx(curve[:2688].mean(), rel=0.1)


def test_less_naltrexol_after_the_injection_than_by_mouth() -> None:
    """By mouth ten to thirty times the drug; after the injection far less (Dunbar 2006)."""
    times = np.arange(0.0, 1500.0, 0.5)
    ratio = {}
    for route, mg in (("oral", 50.0), ("im-depot", 380.0)):
        found = curves((Order("naltrexone", route, 0.0, amount=mg),), times)
        ratio[route] = area(found["plasma/6-beta-naltrexol"], times) / area(found["plasma/naltrexone"], times)
    assert 10 < ratio["oral"] < 30
    assert ratio["im-depot"] < ratio["oral"] / 5


def test_tablets_block_as_the_scans_on_maintenance_saw() -> None:
    """94.9 +/- 4.9 % on 50 mg daily (Weerts 2008); 70 to 80 % left 48 h after 50 mg (Swiss label)."""
    half = ligands()["naltrexone"].c50_ng_ml or 0.0
    times = np.arange(0.0, 336.0, 0.25)
    daily = curves((Order("naltrexone", "oral", 0.0, amount=50.0, every_h=24.0, count=14),), times)
    last = daily["effect/naltrexone"][times >= 312]
    assert abs(100 * float(np.mean(last / (last + half))) - 94.9) < 4.9
    once = curves((Order("naltrexone", "oral", 0.0, amount=50.0),), times)["effect/naltrexone"]
    held = once / (once + half)
    assert np.interp(48.0, times, held) == pytest.approx(0.75, abs=0.08)
    assert 72 < times[(times > 12) & (held < held.max() / 2)][0] < 115


def test_the_injection_blocks_for_a_month() -> None:
    """Levels above 2 ng/mL blocked nearly all liking of heroin, 1 to 2 is held to be enough (PMID 38126709)."""
    half = ligands()["naltrexone"].c50_ng_ml or 0.0
    assert 2.0 / (2.0 + half) > 0.95
    times = np.arange(0.0, 24 * 28, 1.0)
    curve = curves((Order("naltrexone", "im-depot", 0.0, amount=380.0),), times)["plasma/naltrexone"]
    assert (curve[48 : 24 * 21] > 1.0).all()


def test_kidneys_and_size_change_what_the_sources_say() -> None:
    """Clonidine: half-lives up to 41 h without kidneys (label). Pregabalin: in proportion to creatinine."""

    def rate(drug: str, group: Group) -> float:
        block = block_of(drug, "oral", group)
        at = [flow.symbol for flow in block.transfers].index("CL/V1")
        return float(block.rates[0, at] * 1e3 / block.scales[0, 0])

    plain = Group(varies=False)
    for drug, share in (("clonidine", 75 / 177), ("pregabalin", 22.5 / 96.4)):
        assert rate(drug, Group(varies=False, egfr=20.0)) / rate(drug, plain) == pytest.approx(
            share, rel=0.02
        )
    times = np.arange(0.0, 400.0, 0.5)
    block = block_of("clonidine", "oral", Group(varies=False, egfr=10.0))
    order = Order("clonidine", "oral", 0.0, amount=0.1)
    curve = concentrations((block,), schedule_of((block,), (order,), times, first_step_h=0.1))[
        "plasma/clonidine"
    ][0]
    half = np.log(2) * 100 / np.log(np.interp(100.0, times, curve) / np.interp(200.0, times, curve))
    assert 20 < half < 41


def test_naltrexone_takes_the_receptors_from_morphine() -> None:
    morphine = Order("morphine", "iv", 48.0, amount=10.0)
    at = np.arange(48.5, 54.0, 0.5)
    alone = simulate((morphine,), at, Group(), measures=("stimulus",)).median("stimulus")
    injected = Order("naltrexone", "im-depot", 0.0, amount=380.0)
    beside = simulate((injected, morphine), at, Group(), measures=("stimulus",)).median("stimulus")
    assert alone.max() > 0.1
    assert beside.max() < 0.15 * alone.max()
