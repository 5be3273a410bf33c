"""Three questions, three taps, nothing lost: through the pages, into the record, back out as a review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from algesia.web.app import create_app
from algesia.web.settings import Settings
from tests.web.server import Held


@pytest.fixture
def clock() -> Held:
    return Held()


@pytest.fixture
def client(clock: Held) -> Iterator[TestClient]:
    app = create_app(Settings(url="sqlite://", clock=clock, examples=False))
    with TestClient(app, base_url="http://127.0.0.1:8000") as made:
        made.post("/start", data={"id": "person-one", "place": "us", "time_zone": "America/New_York"})
        yield made


def facts(client: TestClient, list: str) -> list[dict[str, Any]]:
    people = client.app.state.algesia.store.people  # type: ignore[attr-defined]
    return [fact.body for fact in people.current("person-one", list)]


def history(client: TestClient) -> int:
    return len(client.app.state.algesia.store.people.history("person-one"))  # type: ignore[attr-defined]


def three_taps(client: TestClient, pain: str = "7", stem: str = "a") -> Any:
    client.post("/today/goal", data={"id": f"{stem}1", "done": "part"})
    client.post("/today/pain", data={"id": f"{stem}2", "pain": pain})
    return client.post("/today/doses", data={"id": f"{stem}3", "answer": "as-planned"})


def test_three_taps_keep_three_answers(client: TestClient) -> None:
    page = three_taps(client)
    assert page.url.path == "/today/saved"
    assert "Part of it" in page.text and "As planned" in page.text and ">7<" in page.text
    assert facts(client, "pain") == [
        {"at": "2026-11-12T14:14", "score": 7, "scale": "nrs-0-10", "question": "average-24h"}
    ]
    assert facts(client, "goal_days") == [{"at": "2026-11-12", "done": "part"}]
    assert facts(client, "taken") == [{"at": "2026-11-12", "answer": "as-planned"}]


def test_the_time_is_the_persons_own(client: TestClient) -> None:
    assert ", 14:14" in three_taps(client).text


def test_a_partial_entry_is_kept(client: TestClient) -> None:
    client.post("/today/pain", data={"id": "a2", "pain": "4"})
    assert [fact["score"] for fact in facts(client, "pain")] == [4]
    assert client.get("/today").url.path == "/today/saved"


def test_a_double_tap_writes_once(client: TestClient) -> None:
    for _ in range(3):
        client.post("/today/pain", data={"id": "a2", "pain": "4"})
    assert len(facts(client, "pain")) == 1
    before = history(client)
    client.post("/today/pain", data={"id": "other", "pain": "4"})
    assert history(client) == before


def test_the_back_button_with_another_answer_is_a_change(client: TestClient) -> None:
    client.post("/today/pain", data={"id": "a2", "pain": "4"})
    client.post("/today/pain", data={"id": "a2", "pain": "6"})
    client.post("/today/pain", data={"id": "a2", "pain": "5"})
    assert [fact["score"] for fact in facts(client, "pain")] == [5]
    assert history(client) >= 3 + 2


def test_undo_takes_the_entry_back_and_nothing_is_erased(client: TestClient) -> None:
    three_taps(client)
    page = client.get("/today/saved").text
    batch = page.split('name="batch" value="')[1].split('"')[0]
    before = history(client)
    assert client.post("/undo", data={"batch": batch, "next": "/today"}).url.path == "/today/goal"
    assert facts(client, "pain") == facts(client, "goal_days") == facts(client, "taken") == []
    assert history(client) == before + 3


def test_undo_then_a_new_entry_then_undo(client: TestClient) -> None:
    three_taps(client)
    batch = client.get("/today/saved").text.split('name="batch" value="')[1].split('"')[0]
    client.post("/undo", data={"batch": batch})
    three_taps(client, pain="3", stem="b")
    assert [fact["score"] for fact in facts(client, "pain")] == [3]
    client.post("/undo", data={"batch": batch})
    assert facts(client, "pain") == []


def test_same_as_yesterday(client: TestClient, clock: Held) -> None:
    three_taps(client)
    clock.move(days=1)
    assert "Same as yesterday" in client.get("/today/goal").text
    assert ">yesterday<" in client.get("/today/pain").text
    client.post("/today/same", data={"id": "s1"})
    assert [(fact["at"][:10], fact["score"]) for fact in facts(client, "pain")] == [
        ("2026-11-12", 7), ("2026-11-13", 7),
    ]  # fmt: skip
    assert facts(client, "taken")[-1] == {"at": "2026-11-13", "answer": "as-planned"}


def test_nothing_to_copy_is_said(client: TestClient) -> None:
    answer = client.post("/today/same", data={"id": "s1"})
    assert answer.status_code == 409 and "Yesterday has no entry" in answer.text


def test_a_bad_day_is_one_tap_and_guesses_no_average(client: TestClient) -> None:
    page = client.post("/today/bad", data={"id": "x"})
    assert page.url.path == "/today/saved" and "Bad day" in page.text
    said = [(fact["question"], fact["words"], "score" in fact) for fact in facts(client, "pain")]
    assert said == [("worst-24h", "bad day", False)]
    client.post("/today/bad", data={"id": "y"})
    assert len(facts(client, "bad_days")) == len(facts(client, "pain")) == 1


def test_something_different_keeps_the_answer_before_it_asks(client: TestClient) -> None:
    page = client.post("/today/doses", data={"id": "d", "answer": "different"})
    assert page.url.path == "/today/different"
    assert facts(client, "taken") == [{"at": "2026-11-12", "answer": "different"}]
    client.post("/today/doses", data={"id": "e", "answer": "different", "note": " one <less> "})
    assert facts(client, "taken") == [{"at": "2026-11-12", "answer": "different", "note": "one <less>"}]


@pytest.mark.parametrize("pain", ["11", "-1", "7.5", "x", "٣", " 7", "1e1", "9" * 5000])
def test_a_pain_that_is_none_is_refused_in_a_sentence(client: TestClient, pain: str) -> None:
    answer = client.post("/today/pain", data={"id": "a2", "pain": pain})
    assert answer.status_code == 422 and "0 to 10" in answer.text
    assert facts(client, "pain") == []


@pytest.mark.parametrize("path", ["goal", "pain", "doses", "same", "bad"])
def test_a_form_that_was_half_sent_says_so(client: TestClient, path: str) -> None:
    answer = client.post(f"/today/{path}", data={})
    assert answer.status_code == 422 and "not complete" in answer.text


def test_an_answer_that_waited_is_dated_by_its_age_not_by_the_phones_clock(client: TestClient) -> None:
    client.post("/today/pain", data={"id": "old", "pain": "4"}, headers={"X-Algesia-Age": str(2 * 86400)})
    client.post("/today/pain", data={"id": "new", "pain": "6"})
    assert [(fact["at"][:10], fact["score"]) for fact in facts(client, "pain")] == [
        ("2026-11-10", 4), ("2026-11-12", 6),
    ]  # fmt: skip
    client.post("/today/pain", data={"id": "odd", "pain": "5"}, headers={"X-Algesia-Age": "-9e9"})
    assert facts(client, "pain")[-1]["at"][:10] == "2026-11-12"


def test_a_form_from_another_site_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/today/pain", data={"id": "q", "pain": "4"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403 and facts(client, "pain") == []
    answer = client.post(
        "/today/pain", data={"id": "q", "pain": "4"}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403 and facts(client, "pain") == []


def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/today/goal", headers={"Host": "evil.example"}).status_code == 400


def test_undo_leads_nowhere_else(client: TestClient) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"):
        answer = client.post("/undo", data={"batch": "none", "next": target}, follow_redirects=False)
        assert answer.headers["location"] == "/today"


def test_before_a_diary_every_page_leads_to_the_start() -> None:
    app = create_app(Settings(url="sqlite://", clock=Held(), examples=False))
    with TestClient(app, base_url="http://127.0.0.1:8000") as fresh:
        assert fresh.get("/today").url.path == "/"
        assert fresh.post("/today/pain", data={"id": "a", "pain": "3"}).status_code == 409


def test_the_map_of_a_day_is_one_fact(client: TestClient) -> None:
    client.post(
        "/body",
        data={"id": "m1", "area": ["neck-front-left", "thigh-back-left"], "touch": ["thigh-back-left"]},
    )
    client.post("/body", data={"id": "m2", "area": ["thigh-back-left"]})
    assert facts(client, "body_maps") == [{"at": "2026-11-12", "areas": ["thigh-back-left"]}]
    assert client.post("/body", data={"id": "m3", "area": ["nowhere"]}).status_code == 422
    client.post("/body", data={"id": "m4", "everywhere": "1"})
    assert len(facts(client, "body_maps")[0]["areas"]) == 74


def test_a_day_left_in_the_middle_says_what_has_no_answer(client: TestClient) -> None:
    client.post("/today/pain", data={"id": "a2", "pain": "4"})
    page = client.get("/today/saved").text
    assert page.count("<b>no answer</b>") == 2 and "<span>Doses</span><b>no answer</b>" in page
    assert "no answer" not in three_taps(client).text


def test_a_bad_day_does_not_ask_for_more(client: TestClient) -> None:
    page = client.post("/today/bad", data={"id": "b1"})
    assert "no answer" not in page.text
