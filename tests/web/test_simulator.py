"""The simulator's pages: what they ask, what they say, and that nothing in an address breaks them."""

from __future__ import annotations

import re
import threading
import time
from html import unescape
from typing import Any

import numpy as np
import pytest

from algesia.adapters.store.model import Entry
from algesia.mechanism.simulation import Group
from algesia.mechanism.words import orders_from_words
from algesia.web import model_run
from algesia.web.clinic import model
from algesia.web.model_form import LINES, THEN, WITHOUT, wanted, words_of
from algesia.web.model_record import told, way_on
from algesia.web.model_run import RUNNER, Busy, Question, Ran, Runner
from algesia.web.person import why_more
from algesia.web.render import environment
from tests.knowledge.reading import DOSE, FORBIDDEN, grade
from tests.web.clinic_desk import EMERGENCY, EXAMPLE, MARIA, Desk

STATEMENT = "A model's hypothesis. Not a prediction for this person, no dose advice."
TAPER = "morphine oral-er 30 mg every 12 h for 8 weeks, then taper 25 %/week"


@pytest.fixture(scope="module")
def desk() -> Desk:
    made = Desk()
    made.maria(Entry("kg", "person", {"weight_kg": 62.0}), Entry("e1", "labs", {
        "at": "2026-11-01", "lab": "egfr", "value": 41.0, "unit": "mL/min/{1.73_m2}"}))  # fmt: skip
    return made


@pytest.fixture(scope="module")
def ran() -> Ran:
    orders = orders_from_words(TAPER).orders
    return RUNNER.run(Question(orders, 0, 200, Group(people=model_run.PEOPLE, chronic_pain=True)))


def words(page: str) -> str:
    """The text of a page, without its drawings."""
    bare = re.sub(r"<(svg|script|head)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).replace("\xa0", " ").split())


def test_every_drug_of_the_page_has_kinetics_and_every_way_is_read() -> None:
    from algesia.knowledge.mechanism import mechanism_tables

    doors = mechanism_tables().doors
    for line in LINES.values():
        assert line.route in doors[line.drug], line.id
        assert line.low <= line.start <= line.high and (line.start - line.low) % line.step < 1e-9
        for then in THEN:
            asked = wanted({"drug": line.id, "then": then, "ketamine": "20"})
            said = orders_from_words(words_of(asked))
            assert said.orders[0].drug == line.drug and said.orders[-1].drug == "ketamine"


def test_the_parts_are_those_of_the_model() -> None:
    from algesia.mechanism.system import SWITCHES

    assert set(WITHOUT) == set(SWITCHES)


def test_daily_means_are_what_the_simulator_gives(ran: Ran) -> None:
    """Against the simulator itself, hour by hour, without the page's arithmetic."""
    from algesia.mechanism.parameters import typical
    from algesia.mechanism.simulate import course

    at = np.array([40 * 24 + 3.0, 40 * 24 + 15.0])
    one = course(ran.question.orders, at, ran.question.group)
    curves = one.curves(("pain-nrs", "sensitization"), typical()).mean(axis=0)
    assert ran.of("pain-nrs")[40] == pytest.approx(curves[0], rel=2e-3)
    assert ran.of("sensitization")[40] == pytest.approx(curves[1], rel=2e-3)
    none = course((), at, ran.question.group).curves(("pain-nrs",), typical()).mean()
    assert ran.of("pain-nrs", treated=False)[40] == pytest.approx(none, rel=2e-3)


def test_bands_hold_ninety_of_a_hundred(ran: Ran) -> None:
    median, low, high = ran.pain.T
    assert (low <= median).all() and (median <= high).all() and (high - low).max() > 0.5
    assert ran.models.shape == (100, 200) and set(ran.without) == set(WITHOUT)
    assert np.allclose(ran.models[0, -1], ran.models_untreated[0, -1], atol=1.5)


def test_the_headline_is_the_curves(ran: Ran) -> None:
    from algesia.web.model_words import When, entries, fading, headline, span, width

    gap = ran.of("pain-nrs") - ran.of("pain-nrs", treated=False)
    said = headline(ran, [When(3, "after 3 days"), When(199, "at the end")])
    assert f"{abs(gap[3]):.1f} points {'lower' if gap[3] < 0 else 'higher'} after 3 days" in said
    assert "In 90 of 100 models" in width(ran, When(199, "then"))
    low, high = np.quantile(ran.models[:, 30] - ran.models_untreated[:, 30], (0.05, 0.95))
    for end in (low, high):
        assert abs(end) < 0.05 or f"{abs(end):.1f}" in width(ran, When(30, "then"))
    until = max(order.start_h + order.count * (order.every_h or 0) for order in ran.question.orders)
    more = ran.of("sensitization") - ran.of("sensitization", treated=False)
    start = int(until / 24)
    half = next((i for i in range(200 - start) if more[start + i] <= more[start] / 2), None)
    assert half is not None and f"takes {span(half)} to fade by half" in fading(ran, until)
    assert entries(ran, (), 50) == ""
    assert "are 4.0 on average" in entries(ran, ((49.5, 3.0), (50.5, 5.0), (2.0, 10.0)), 50)


def test_sensitization_is_said_with_its_side_and_its_way() -> None:
    from algesia.web.model_words import _standing

    flat = np.full(60, 0.2)
    assert "0.20 above that without medicine" in _standing(flat) and "hardly changes" in _standing(flat)
    assert "0.20 below that without medicine" in _standing(-flat) and "hardly changes" in _standing(-flat)
    assert "0.20 below" in _standing(np.linspace(0, -0.2, 60)) and "is falling" in _standing(
        np.linspace(0, -0.2, 60)
    )
    assert "is still growing" in _standing(np.linspace(0, 0.2, 60))
    near = np.concatenate([np.full(30, 0.3), np.linspace(0.021, 0.019, 30)])
    assert "about where it is without medicine" in _standing(near) and "growing" not in _standing(near)
    assert _standing(flat * 0.05) == "Hardly any sensitization is added."


def test_two_numbers_never_stand_side_by_side(ran: Ran) -> None:
    from algesia.web.model_words import When, headline

    said = headline(ran, [When(3, "after 3 days"), When(5, "6 months later")])
    assert not re.search(r"\d \d", said), said


def test_a_running_infusion_is_named_where_sensitization_fades() -> None:
    from algesia.web.model_words import fading

    orders = orders_from_words(
        "morphine oral-er 60 mg every 12 h for 20 weeks; ketamine iv 10 mg/h for 240 h from day 138"
    ).orders
    ran = RUNNER.run(Question(orders, 0, 240, Group(people=model_run.PEOPLE)))
    assert "After the last dose, with ketamine, sensitization takes" in fading(ran, 140 * 24.0)
    assert "with ketamine" not in fading(ran, 150 * 24.0)


def test_parts_are_read_before_the_change_and_at_the_end(desk: Desk, ran: Ran) -> None:
    from algesia.web.model_words import When, parts

    for one, curve in zip(
        parts(ran, [When(55, "before"), When(199, "last")]), ran.without.values(), strict=True
    ):
        assert [pain for pain, _ in one.pain] == [f"{curve[55]:.1f}", f"{curve[199]:.1f}"]
    for then, head in (("stop", True), ("stay", False)):
        text = words(desk.page(f"/simulator?then={then}"))
        assert ("Without The day before The last day" in text) is head


def test_the_page_says_what_it_is_and_how_it_is_founded(desk: Desk) -> None:
    page = desk.page("/simulator")
    text = words(page)
    assert STATEMENT in text and "Beside no medicine, pain in this model is" in text
    assert "In 90 of 100 models that fit the studies" in text and "in 90 of 100 people" in text
    assert re.search(r"\d+ parameters: .*assumed", text) and "No published model" in text
    assert 'id="parameters"' in page and "K2_OFF" in page and "Pud 2006" in page
    for part in WITHOUT.values():
        assert f"{part.capitalize()} " in text.split("Each part left out", 1)[1]
    for name in ("drug", "every", "dose", "weeks", "then", "percent", "to", "to_dose", "ketamine", "ketamine_hours",
                 "ketamine_day", "weight", "egfr", "pain", "without"):  # fmt: skip
        assert f'name="{name}"' in page, name
    assert "<style" not in page and " style=" not in page


def test_a_form_that_is_sent_stands_in_the_page(desk: Desk) -> None:
    page = desk.page(
        "/simulator?drug=methadone&every=12&dose=20&weeks=30&then=taper&percent=5&weight=61.5&egfr=&pain=none"
    )
    assert '<option value="methadone" selected>' in page and '<option value="12" selected>' in page
    assert re.search(r'id="dose"[^>]*value="20"', page) and re.search(r'id="weeks"[^>]*value="30"', page)
    assert re.search(r'id="then-taper"[^>]*checked', page) and re.search(
        r'id="weight"[^>]*value="61.5"', page
    )
    assert re.search(r'id="pain-none"[^>]*checked', page)
    assert "taper from 20 mg by 1 mg a step" in words(page)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))
    assert hidden["drug"] == "methadone" and hidden["then"] == "taper" and hidden["pain"] == "none"


@pytest.mark.parametrize(
    ("end", "says"),
    [
        ("dose=5000", "Dose each time: 5000 is above this page’s scale. 300 mg is shown."),
        ("dose=-3", "Dose each time: -3 is below this page’s scale. 5 mg is shown."),
        ("weeks=many", "Weeks on it: many is no number. 26 weeks is shown."),
        ("weeks=nan", "Weeks on it: nan is no number."),
        ("weeks=1e999", "Weeks on it: 1e999 is no number."),
        ("percent=99&then=taper", "99 is above this page’s scale. 50 % a week is shown."),
        ("drug=poppy", "poppy is no drug that this page knows. Morphine ER is shown."),
        ("then=hope", "Then: hope is no choice of this page. “Go on” is shown."),
        ("every=7", "Morphine ER every 7 hours is not on this page. Every 12 hours is shown."),
        ("weight=heavy", "Weight: heavy is no number. It is taken as not known."),
        ("drug=fentanyl-patch&was=morphine-er&dose=60", "its scale begins anew at 25 ug/h."),
        ("dose=" + "9" * 4000, "9…"),
        ("dose=%E2%80%AE%3Cb%3E", "is no number"),
        ("dose=10.123456", "Dose each time: 10.123456 is rounded. 10.12 mg is shown."),
        ("weeks=0", "0 is below this page’s scale. 1 week is shown."),
        ("pain=banana", "A painful condition of its own: banana is no choice of this page. “Yes” is shown."),
        ("without=xyz", "The model without: xyz is no choice of this page. “sensitization” is shown."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_the_rest_stays(desk: Desk, end: str, says: str) -> None:
    page = desk.page(f"/simulator?{end}&ketamine=3")
    assert says in words(page) and 'role="alert"' in page
    assert re.search(r'id="ketamine"[^>]*value="3"', page)
    assert "Beside no medicine" in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"pain": "none", "weight": "52.5", "egfr": "41"},
        {"drug": "morphine", "then": "stop", "weight": "95", "weeks": "9"},
        {
            "then": "taper",
            "percent": "12.5",
            "ketamine": "12.5",
            "ketamine_day": "20",
            "egfr": "80",
            "weeks": "6",
        },
    ],
)
def test_the_printed_command_gives_the_numbers_of_the_page(
    desk: Desk, sent: dict[str, str], tmp_path: Any
) -> None:
    """The command line reads it to the same orders and people, and its curves are those of the page."""
    import csv
    import shlex

    from algesia.cli.main import run

    asked = wanted(sent)
    plan = model._plan(asked)
    told = re.search(
        r"<code>(algesia simulate [^<]*)</code>",
        desk.page("/simulator?" + "&".join(f"{k}={v}" for k, v in sent.items())),
    )
    assert told is not None
    words_given = shlex.split(unescape(told[1]))[1:]
    out = tmp_path / "course.csv"
    run([*words_given, "--measure", "pain-nrs", "--measure", "sensitization", "-o", str(out)])
    with out.open() as read:
        found = list(csv.DictReader(read))
    ran = RUNNER.run(Question(plan.orders, 0, plan.end, model._group(asked, None)))
    for day in (0, plan.end // 2, plan.end - 1):
        for measure, page in (
            ("pain-nrs", ran.pain[day]),
            ("sensitization", ran.people.bands[day, ran.people.measures.index("sensitization")]),
        ):
            at = [
                row
                for row in found
                if row["measure"] == measure and float(row["time_h"]) in (day * 24 + 3.0, day * 24 + 15.0)
            ]
            assert len(at) == 2
            for name, value in zip(("median", "low90", "high90"), page, strict=True):
                mean = sum(float(row[name]) for row in at) / 2
                # the band of a mean of two hours lies a little inside the mean of two bands
                assert mean == pytest.approx(value, abs=0.15), (day, measure, name)


def test_an_opioid_that_goes_on_goes_on_to_the_end_of_the_picture() -> None:
    for then, at in (("stay", 0), ("rotate", -2)):
        for day in ("10", "500", "1092"):
            asked = wanted({"then": then, "ketamine": "16", "ketamine_hours": "120", "ketamine_day": day})
            plan = model._plan(asked)
            last = [order for order in plan.orders if order.drug != "ketamine"][-1]
            assert model._end(last) / 24 >= plan.end >= float(day) + 5, (then, day, at)


def test_what_cannot_be_computed_stands_under_its_heading(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from algesia.quantities.refusal import Unassessable

    real = RUNNER.run

    class Lacking:
        def run(self, question: Question, who: str = "") -> Ran:
            made = real(question, who)
            one = Unassessable("plasma/morphine at this eGFR", "no source says it", ("a clearance",))
            return replace(made, people=replace(made.people, unassessable=(one,)))

    monkeypatch.setattr(model, "RUNNER", Lacking())
    text = words(desk.page("/simulator?egfr=20"))
    assert "Not computed plasma/morphine at this eGFR: No source says it." in text


def test_a_comma_is_a_decimal_point_and_an_empty_field_is_not_known() -> None:
    asked = wanted({"weight": "61,5", "egfr": ""}, {"weight": 70.0, "egfr": 40.0})
    assert asked.numbers["weight"] == 61.5 and asked.numbers["egfr"] is None and asked.problems == ()
    assert wanted({}, {"weight": 70.0}).numbers["weight"] == 70.0


def test_the_record_stands_beside_the_model(desk: Desk) -> None:
    page = desk.page(f"/clinic/{MARIA}/model")
    text = words(page)
    assert "oxycodone oral-er 40 mg every 12 h" in text and "From tomorrow" in text
    assert re.search(r'id="weight"[^>]*value="62"', page) and re.search(r'id="egfr"[^>]*value="41"', page)
    assert "This person’s entries of the last four weeks are 6.0 on average" in text
    assert "Dots: this person" in text and 'class="dots' in page and STATEMENT in text
    assert 'name="dose"' not in page and 'aria-current="page">Model</a>' in page


def test_the_way_on_begins_tomorrow_with_what_runs_today(desk: Desk) -> None:
    person = desk.state.store.people.get(MARIA)
    assert person is not None
    review = desk.state.reviews.of(person, 739932).review
    known = told(review.record, desk.state.knowledge, review.as_of)
    start = (known.today + 1) * 24
    assert [(o.drug, o.amount, o.every_h) for o in known.running] == [("oxycodone", 40.0, 12.0)]
    assert all(order.start_h < start for order in known.orders)

    def after(**asked: str) -> list[Any]:
        return [o for o in way_on(known, wanted(asked)) if o.start_h >= start]

    assert after(then="stop") == []
    assert [(o.start_h, o.amount, o.count) for o in after(then="stay")] == [(start, 40.0, 26 * 14)]
    steps = after(then="taper", percent="25")
    assert [(o.start_h - start, o.amount) for o in steps] == [(0, 30.0), (168, 20.0), (336, 10.0)]
    rotated = after(then="rotate", to="methadone", to_dose="5")
    assert [(o.drug, o.start_h, o.amount) for o in rotated] == [("methadone", start, 5.0)]
    infused = after(then="stop", ketamine="10", ketamine_hours="6", ketamine_day="7")
    assert [(o.drug, o.start_h, o.rate, o.duration_h) for o in infused] == [
        ("ketamine", start + 168, 10.0, 6.0)
    ]


def test_a_record_of_many_years_is_cut_and_says_so() -> None:
    from algesia.knowledge.loader import load
    from algesia.quantities.time import Instant
    from algesia.record.model import Amount, Medication, Record

    order = Medication(drug="OxyContin", start=Instant.parse("2010-01-10"), id="m", route="oral", release="extended",
                       dose=Amount(unit="mg", value=20), every_hours=12)  # fmt: skip
    day = Instant.parse("2026-11-12").day
    known = told(Record(medications=(order,)), load(), day)
    assert known.cut and known.today == 1096 and known.orders[0].start_h == 0.0
    assert sum(o.count for o in known.orders) == 1097 * 2


def test_an_emergency_comes_first_and_an_empty_record_says_what_it_takes(desk: Desk) -> None:
    assert desk.browser.get(f"/clinic/{EMERGENCY}/model").headers["location"] == f"/clinic/{EMERGENCY}"
    desk.state.store.people.add("nobody-yet", "diary", "Nobody yet", at="2026-11-01T00:00:00.000000Z")
    text = words(desk.page("/clinic/nobody-yet/model"))
    assert "Nothing on this record can be simulated yet" in text and "Nothing is guessed" in text


def test_the_bundled_examples_are_simulated_or_say_why(desk: Desk) -> None:
    for person in desk.state.store.people.all():
        answer = desk.browser.get(f"/clinic/{person.id}/model?then=taper")
        assert answer.status_code in (200, 303), person.id
        if answer.status_code == 200:
            assert ("Beside no medicine" in answer.text) != ("Nothing is guessed" in answer.text), person.id


def test_the_same_question_is_simulated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Question] = []

    def once(question: Question) -> Any:
        made.append(question)
        return question

    monkeypatch.setattr(model_run, "simulated", once)
    monkeypatch.setattr(model_run, "MOST", 2)
    runner = Runner()
    asked = [Question((), 0, days, Group()) for days in (2, 3, 4)]
    for question in (asked[0], asked[0], asked[1], asked[2], asked[0]):
        runner.run(question)
    made = [one for one in made if one.end != 3 or one.group == Group()]
    assert [one.end for one in made if one.group == Group()] == [2, 3, 4, 2]


def test_one_run_at_a_time_and_who_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go, inside = threading.Event(), threading.Event(), []

    def slow(question: Question) -> Any:
        if question.end == 9:
            inside.append(question)
            begun.set()
            go.wait(10)
        return question

    monkeypatch.setattr(model_run, "simulated", slow)
    runner = Runner()
    first = threading.Thread(target=runner.run, args=(Question((), 0, 9, Group()),))
    first.start()
    assert begun.wait(10)
    with pytest.raises(Busy):
        runner.run(Question((), 0, 9, Group(seed=2)), wait=0.05)
    told: list[str] = []

    def ask(days: int) -> None:
        try:
            runner.run(Question((), 0, days, Group()), "one visitor")
            told.append(f"{days}")
        except Busy:
            told.append(f"{days} passed over")

    older = threading.Thread(target=ask, args=(21,))
    older.start()
    time.sleep(0.1)
    newer = threading.Thread(target=ask, args=(22,))
    newer.start()
    older.join(5)
    assert told == ["21 passed over"]
    go.set()
    first.join(10)
    newer.join(10)
    assert len(inside) == 1 and told[1:] == ["22"]
    assert runner.run(Question((), 0, 9, Group(seed=2)))


def test_while_it_is_prepared_the_page_keeps_the_form(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Preparing:
        def run(self, question: Question, who: str = "") -> Ran:
            raise Busy

    monkeypatch.setattr(model, "RUNNER", Preparing())
    monkeypatch.setattr(why_more, "RUNNER", Preparing())
    answer = desk.browser.get("/simulator?weeks=33")
    assert answer.status_code == 503 and answer.headers["retry-after"] == "30"
    assert "being prepared" in answer.text and re.search(r'id="weeks"[^>]*value="33"', answer.text)
    assert desk.browser.get("/learn/why-more?step=2").status_code == 503


def test_without_the_extra_the_pages_say_what_to_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "available", lambda: False)
    monkeypatch.setattr(why_more, "available", lambda: False)
    monkeypatch.setitem(environment().globals, "simulator", lambda: False)
    for path in ("/simulator", f"/clinic/{MARIA}/model"):
        answer = desk.browser.get(path)
        assert (
            answer.status_code == 503 and "pip install" in answer.text and "algesia[simulate]" in answer.text
        )
    assert "pip install" in desk.page("/learn/why-more", 503)
    assert "/simulator" not in desk.page("/clinic") and f"/clinic/{MARIA}/model" not in desk.page(
        f"/clinic/{MARIA}"
    )
    assert "why-more" not in desk.page("/learn")


def test_nothing_of_the_extra_is_imported_with_the_pages() -> None:
    import subprocess
    import sys

    code = "import sys, algesia.web.app; sys.exit(any(n in sys.modules for n in ('numba', 'scipy', 'algesia.mechanism.simulate')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("step", ["1", "2", "3", "4", "5"])
def test_the_steps_for_a_person_are_plain_and_give_no_dose(desk: Desk, step: str) -> None:
    page = desk.page(f"/learn/why-more?step={step}")
    text = words(page.split("<article", 1)[1].split("</article>", 1)[0])
    assert not DOSE.search(text) and not FORBIDDEN.search(text) and "morphine oral" not in page
    assert (
        "Do not change your dose on your own." in text
        and "Only the model says" in text
        and "What is known" in text
    )
    prose = " ".join(
        unescape(part) for part in re.findall(r"<p[^>]*>([^<]+)</p>", page.split("<article", 1)[1]) if part.endswith(".")
    )  # fmt: skip
    assert grade(prose) <= 8, grade(prose)
    assert page.count("<svg") == 1 and "/sources/" in page and "<title>" in page


def test_the_steps_lead_on_and_end_in_questions(desk: Desk) -> None:
    assert "step=2" in desk.page("/learn/why-more")
    last = desk.page("/learn/why-more?step=5")
    assert "Questions for your clinician" in last and "/learn/questions" in last and "step=6" not in last
    for wrong in ("0", "6", "x", "-1", "", "١"):
        assert "1 of 5" in desk.page(f"/learn/why-more?step={wrong}")
    assert "/learn/why-more" in desk.page("/learn")
    assert "Not there" in desk.page("/learn/why-less", 404)


def test_doubling_is_told_beside_the_day_before_and_not_beside_no_medicine(desk: Desk) -> None:
    """What a patient reads of twice the dose, against the simulator's own two days."""
    ran = why_more._run(why_more.TWICE, why_more.TOP_DAYS)
    gain = ran.of("pain-nrs", treated=False) - ran.of("pain-nrs")
    before, week, end = gain[111], gain[118], gain[-1]
    text = words(desk.page("/learn/why-more?step=3"))
    assert (
        f"one week on twice the dose adds {why_more.points(week - before)} to the relief of the day before"
        in text
    )
    assert f"After 4 months on it {why_more._left(end - before)}." in text
    assert "comes back" not in text and "takes" not in text
    assert why_more.points(0.24) == "hardly anything" and why_more.points(0.26) == "half a point"


def test_every_source_of_the_steps_is_in_the_tables(desk: Desk) -> None:
    for facts in why_more.KNOWN:
        for fact in facts:
            for source in fact.sources:
                assert source in desk.state.knowledge.sources
                desk.page(f"/sources/{source}")


def test_the_page_is_light(desk: Desk) -> None:
    import gzip

    for path in ("/simulator?then=rotate&ketamine=20", f"/clinic/{EXAMPLE}/model", "/learn/why-more?step=5"):
        assert len(gzip.compress(desk.page(path).encode(), 4)) < 64_000, path
