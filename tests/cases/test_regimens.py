"""Which event ends which regimen: one test for each line of the rule in `adapters.cases.regimens`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from algesia.adapters.cases import read_case
from tests.cases.sample import case, days, opioid, read


def test_a_later_event_of_the_same_drug_route_and_class_replaces_the_earlier() -> None:
    first, second = read(
        opioid(-7, route="PO", formulation="SR", dose=30, unit="mg", frequency="BD"),
        opioid(0, route="PO", formulation="controlled release", dose=60, unit="mg", frequency="BD"),
    ).medications
    assert days(first) == (-7, 0)
    assert days(second) == (0, None)


def test_another_class_runs_beside_it() -> None:
    extended, rescue = read(
        opioid(-7, route="PO", formulation="extended release", dose=200, unit="mg", frequency="q8h"),
        opioid(0, route="PO", formulation="short acting", dose=30, unit="mg", frequency="q2h prn"),
    ).medications
    assert days(extended) == (-7, None)
    assert (extended.release, rescue.release, rescue.as_needed) == ("extended", "immediate", True)


def test_an_event_without_a_class_replaces_every_class() -> None:
    extended, rescue, whole = read(
        opioid(-7, route="PO", formulation="extended release"),
        opioid(-7, route="PO", formulation="short acting"),
        opioid(0, route="PO", dose=600, unit="mg", frequency="per day"),
    ).medications
    assert days(extended) == days(rescue) == (-7, 0)
    assert days(whole) == (0, None)


def test_events_of_the_same_day_run_together() -> None:
    record = read(
        opioid(
            0,
            "oxycodone",
            route="PO",
            formulation="extended release",
            dose=120,
            unit="mg",
            frequency="per day",
        ),
        opioid(
            0,
            "oxycodone",
            route="PO",
            formulation="immediate release",
            dose=60,
            unit="mg",
            frequency="per day",
        ),
    )
    assert [days(m) for m in record.medications] == [(0, None), (0, None)]


def test_a_stop_with_a_class_ends_that_class_only() -> None:
    retard, capsule, lower = read(
        opioid(
            0, "oxycodone", route="PO", formulation="controlled release", dose=10, unit="mg", frequency="BD"
        ),
        opioid(0, "oxycodone", route="PO", formulation="capsule", dose=5, unit="mg", frequency="prn"),
        opioid(42, "oxycodone", route="PO", formulation="capsule", dose=0, unit="mg", stop=True),
        opioid(
            50,
            "oxycodone",
            route="PO",
            formulation="controlled release",
            dose=10,
            unit="mg",
            frequency="nightly",
        ),
    ).medications
    assert days(capsule) == (0, 42)
    assert days(retard) == (0, 50)
    assert days(lower) == (50, None)


def test_a_stop_without_a_class_ends_the_drug_by_that_route() -> None:
    spinal, oral, stopped_other = read(
        opioid(-9, route="IT", formulation="pump"),
        opioid(-9, route="PO", formulation="tablet"),
        opioid(-9, "tramadol", route="PO"),
        opioid(0, route="IT", formulation="catheter removed", dose=0, unit="mg"),
    ).medications
    assert days(spinal) == (-9, 0)
    assert days(oral) == days(stopped_other) == (-9, None)


def test_all_routes_and_all_opioids() -> None:
    patch, nose, other = read(
        opioid(0, "fentanyl", route="TD"),
        opioid(0, "fentanyl", route="intranasal"),
        opioid(0, "morphine", route="PO"),
        opioid(7, "fentanyl", route="all", dose=0, stop=True),
        opioid(14, "all opioids", dose=0, stop=True),
    ).medications
    assert (days(patch), days(nose), days(other)) == ((0, 7), (0, 7), (0, 14))
    assert nose.route == "nasal"


def test_a_stop_leaves_what_starts_with_it() -> None:
    before, after = read(
        opioid(-30, route="IT", formulation="pump"),
        opioid(0, route="IT", formulation="pump", dose=0, stop=True),
        opioid(0, route="IT", formulation="pump", dose=2, unit="mg", frequency="per day"),
    ).medications
    assert (days(before), days(after)) == ((-30, 0), (0, None))


def test_an_event_without_a_route_is_about_the_only_route() -> None:
    oral, unknown = read(opioid(0, route="PO"), opioid(5, formulation="equivalent dose")).medications
    assert (days(oral), days(unknown)) == ((0, 5), (5, None))


def test_an_event_without_a_route_leaves_two_stated_routes_alone() -> None:
    oral, vein, unknown = read(opioid(0, route="PO"), opioid(0, route="IV"), opioid(5)).medications
    assert days(oral) == days(vein) == (0, None)
    assert days(unknown) == (5, None)


def test_words_that_are_no_single_route_stay_in_the_text() -> None:
    mixed, injected = read(
        opioid(-9, "tramadol", route="PO/injection"), opioid(0, "tramadol", route="injection")
    ).medications
    assert (mixed.route, injected.route, days(mixed)) == (None, None, (-9, 0))
    assert "PO/injection" in (mixed.text or "")


def test_injection_covers_a_vein() -> None:
    first, _ = read(opioid(-9, route="injection"), opioid(0, route="IV")).medications
    assert days(first) == (-9, 0)


def test_illicit_use_is_taken_not_prescribed() -> None:
    used = read(opioid(0, "oxycodone", route="illicit", formulation="recreational")).medications[0]
    assert (used.route, used.basis) == (None, "taken")


def test_the_total_of_a_pump_contains_its_basal_rate() -> None:
    record = read(
        opioid(
            2,
            "hydromorphone",
            route="IV",
            formulation="PCA total",
            dose=7,
            unit="mg/h",
            frequency="average use",
        ),
        opioid(
            2,
            "hydromorphone",
            route="IV",
            formulation="PCA continuous",
            dose=4,
            unit="mg/h",
            frequency="continuous",
        ),
        opioid(
            3,
            "hydromorphone",
            route="IV",
            formulation="PCA total",
            dose=10,
            unit="mg/h",
            frequency="average over 12 h",
        ),
    )
    first, second = record.medications
    assert first.dose is not None
    assert (first.dose.value, days(first)) == (7, (2, 3))
    assert "PCA continuous, 4 mg/h" in (first.text or "")
    assert second.dose is not None
    assert second.dose.value == 10


def test_demand_and_basal_without_a_total_run_together() -> None:
    demand, basal = read(
        opioid(0, route="IV", formulation="PCA", dose=1, unit="mg", frequency="q10min prn"),
        opioid(0, route="IV", formulation="PCA continuous", dose=2, unit="mg/h", frequency="continuous"),
    ).medications
    assert demand.as_needed
    assert basal.dose is not None
    assert (demand.every_hours, basal.dose.unit) == (0.166667, "mg/h")


def test_two_totals_of_one_pump_are_queried() -> None:
    totals = read(
        opioid(2, route="IV", formulation="PCA total", dose=7, unit="mg/h", frequency="average use"),
        opioid(2, route="IV", formulation="PCA total", dose=9, unit="mg/h", frequency="average use"),
    ).medications
    assert [m.dose for m in totals] == [None, None]
    assert all("more than one total" in (m.question or "") for m in totals)


def test_a_bolus_comes_on_top_of_an_infusion_and_a_pump_replaces_both() -> None:
    infusion, bolus, pump = read(
        opioid(0, route="IV", formulation="continuous infusion", dose=5, unit="mg/h", frequency="continuous"),
        opioid(1, route="IV", formulation="bolus", dose=5, unit="mg", frequency="q15min prn"),
        opioid(4, route="IV", formulation="PCA"),
    ).medications
    assert (days(infusion), days(bolus), days(pump)) == ((0, 4), (1, 4), (4, None))


def test_a_sum_over_a_period_ends_no_regimen() -> None:
    regimen, total, later = read(
        opioid(0, route="IV", dose=1, unit="mg", frequency="q4h"),
        opioid(3, route="IV", formulation="cumulative", dose=20, unit="mg", frequency="total so far"),
        opioid(4, route="IV", dose=2, unit="mg", frequency="q4h"),
    ).medications
    assert (days(regimen), days(total), days(later)) == ((0, 4), (3, 4), (4, None))


def test_a_single_dose_lasts_one_day() -> None:
    once = read(opioid(3, route="IV", dose=10, unit="mg", frequency="stat")).medications[0]
    assert (days(once), once.times_per_day) == ((3, 4), 1)


def test_a_rotation_without_a_stop_changes_nothing_by_itself() -> None:
    record = read(
        opioid(-14, route="PO"),
        {"t_day": 0, "event": "intervention", "kind": "rotation", "detail": "morphine to hydromorphone"},
        opioid(0, "hydromorphone", route="PO"),
    )
    assert days(record.medications[0]) == (-14, None)
    assert record.interventions[0].text == "morphine to hydromorphone"


_EVENTS = st.lists(
    st.builds(
        opioid,
        st.sampled_from([-3, -1.5, 0, 0.25, 2]),
        st.sampled_from(["morphine", "oxycodone", "all opioids"]),
        route=st.sampled_from(["PO", "IV", "injection", "all", None]),
        formulation=st.sampled_from(["SR", "PCA", "PCA total", "infusion", "bolus", None]),
        dose=st.sampled_from([None, 0, 5, 10]),
        unit=st.sampled_from(["mg", "mg/h", None]),
        frequency=st.sampled_from(["BD", "prn", "average use", "total so far", None]),
    ),
    max_size=7,
)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(events: list[dict[str, object]], shuffle: object) -> None:
    mixed = list(events)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = read_case(case(*events)), read_case(case(*mixed))

    def facts(record: object) -> list[str]:
        found = []
        for m in record.medications:  # type: ignore[attr-defined]
            text = sorted((m.text or "").replace("; contains (not added): ", " | ").split(" | "))
            found.append(f"{days(m)} {m.drug} {m.route} {m.dose} {text} {m.question}")
        return sorted(found)

    assert facts(one) == facts(other)


@given(_EVENTS)
def test_every_regimen_ends_after_it_starts(events: list[dict[str, object]]) -> None:
    for medication in read_case(case(*events)).medications:
        assert medication.end is None or medication.end > medication.start
