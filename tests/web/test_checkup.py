"""Check-ups: every answer is kept at once, danger leads to help after it was kept, and a review reads what was said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from algesia.knowledge.loader import load
from algesia.record.vocabulary import SIGNS
from algesia.web.person.checkup_words import BODY_SIGNS, DANGERS, GOALS, NOTICED, URGENT, items
from tests.web.person_pages import BAD, HUGE, Diary, diary


@pytest.fixture
def mine() -> Iterator[Diary]:
    with diary() as made:
        yield made


def answers(mine: Diary, name: str, given: list[str], stem: str = "q") -> str:
    """Answer the questions of a questionnaire in turn; the address of the last page."""
    page = None
    for number, answer in enumerate(given, 1):
        page = mine.post(f"/checkup/{name}/{number}", id=f"{stem}{number}", answer=answer)
    return str(page.url.path) if page is not None else ""


def test_the_words_name_signs_and_items_of_the_tables() -> None:
    named = [name for name, _, _ in NOTICED] + [name for danger in DANGERS for name, _ in danger.signs]
    assert set(named) <= set(SIGNS) and len(named) == len(set(named))
    warned = {sign for sign, text in load().signs.items() if text.warning_sign == 7}
    assert warned <= URGENT
    assert {load().signs[name].warning_sign for name in named} >= {1, 2, 3, 4, 5, 6, 7}
    assert [item.key for item in items("peg", load())] == [
        item.id for item in load().instruments["peg"].items
    ]


def test_the_list_says_when_each_was_last_done(mine: Diary) -> None:
    before = mine.get("/checkup").text
    assert before.count("Not yet") == 7
    mine.post("/checkup/sleep/1", id="s1", answer="6")
    assert "Last: today" in mine.get("/checkup").text


def test_peg_is_the_mean_once_all_three_are_answered(mine: Diary) -> None:
    assert answers(mine, "peg", ["7", "6", "8"]) == "/checkup/peg/saved"
    assert mine.facts("function") == [{"at": "2026-11-12", "instrument": "peg", "score": 7.0}]
    assert mine.facts("scales") == [
        {
            "at": "2026-11-12",
            "instrument": "peg",
            "items": {"pain": 7.0, "enjoyment": 6.0, "general-activity": 8.0},
        }
    ]
    assert mine.review().now.function == ("peg", 7.0, mine.day)


def test_a_broken_off_peg_is_kept_without_a_score_and_can_go_on(mine: Diary) -> None:
    answers(mine, "peg", ["7", "6"])
    assert mine.facts("function") == []
    assert mine.facts("scales")[0]["items"] == {"pain": 7.0, "enjoyment": 6.0}
    assert mine.get("/checkup/peg").url.path == "/checkup/peg/3"
    assert mine.review().now.function is None
    mine.post("/checkup/peg/3", id="late", answer="5")
    assert mine.facts("function")[0]["score"] == 6.0


def test_a_changed_answer_changes_the_mean(mine: Diary) -> None:
    answers(mine, "peg", ["7", "6", "8"])
    mine.post("/checkup/peg/1", id="q1", answer="1")
    assert [fact["score"] for fact in mine.facts("function")] == [5.0]
    assert 'value="1" aria-pressed="true"' in mine.get("/checkup/peg/1").text


def test_undo_takes_the_whole_questionnaire_back(mine: Diary) -> None:
    answers(mine, "peg", ["7", "6", "8"])
    assert "/undo" in mine.get("/checkup/peg/saved").text
    mine.post("/undo", batch="person-one-2026-11-12-peg", next="/checkup")
    assert mine.facts("function") == [] and mine.facts("scales") == []
    answers(mine, "peg", ["3", "3", "3"])
    assert mine.facts("function")[0]["score"] == 3.0


def test_sending_twice_writes_once(mine: Diary) -> None:
    answers(mine, "peg", ["7", "6", "8"])
    rows = mine.rows
    answers(mine, "peg", ["7", "6", "8"])
    assert mine.rows == rows


def test_a_questionnaire_over_midnight_stays_one(mine: Diary) -> None:
    mine.post("/checkup/peg/1", id="a", answer="7", day="2026-11-12")
    mine.clock.move(hours=10)
    mine.post("/checkup/peg/2", id="b", answer="7", day="2026-11-12")
    mine.post("/checkup/peg/3", id="c", answer="7", day="2026-11-12")
    assert mine.facts("function") == [{"at": "2026-11-12", "instrument": "peg", "score": 7.0}]


def test_skip_writes_nothing(mine: Diary) -> None:
    rows = mine.rows
    assert answers(mine, "peg", ["", "", ""]) == "/checkup"
    assert mine.rows == rows


def test_phq_2_of_three_offers_the_other_seven(mine: Diary) -> None:
    answers(mine, "phq-2", ["1", "1"])
    assert "Seven more questions" not in mine.get("/checkup/phq-2/saved").text
    mine.post("/checkup/phq-2/2", id="n", answer="2")
    assert mine.facts("scales") == [
        {"at": "2026-11-12", "instrument": "phq-2", "items": {"1": 1.0, "2": 2.0}, "score": 3.0}
    ]
    assert "Seven more questions" in mine.get("/checkup/phq-2/saved").text
    assert mine.post("/checkup/phq-9", id="nine").url.path == "/checkup/phq-9/3"


def test_item_9_is_kept_and_then_leads_to_help(mine: Diary) -> None:
    answers(mine, "phq-2", ["2", "2"])
    mine.post("/checkup/phq-9", id="nine")
    for number in range(3, 9):
        mine.post(f"/checkup/phq-9/{number}", id=f"n{number}", answer="1")
    page = mine.sent("/checkup/phq-9/9", id="n9", answer="1")
    assert (page.status_code, page.headers["location"]) == (303, "/help/crisis")
    kept = next(fact for fact in mine.facts("scales") if fact["instrument"] == "phq-9")
    assert kept["score"] == 11.0 and kept["items"]["9"] == 1.0
    assert "emergency-suicide" in {lock.id for lock in mine.review().emergency}


def test_item_9_counts_when_the_others_are_missing(mine: Diary) -> None:
    page = mine.sent("/checkup/phq-9/9", id="n9", answer="3")
    assert page.headers["location"] == "/help/crisis"
    assert mine.facts("scales") == [{"at": "2026-11-12", "instrument": "phq-9", "items": {"9": 3.0}}]
    assert "emergency-suicide" in {lock.id for lock in mine.review().emergency}


def test_item_9_at_zero_goes_on(mine: Diary) -> None:
    assert answers(mine, "phq-9", ["0"] * 9) == "/checkup/phq-9/saved"
    assert mine.facts("scales")[0]["score"] == 0.0
    assert mine.review().emergency == ()


@pytest.mark.parametrize("sign", sorted(URGENT))
def test_a_danger_sign_is_kept_and_leads_to_help(mine: Diary, sign: str) -> None:
    at = next(n for n, danger in enumerate(DANGERS, 1) if sign in dict(danger.signs))
    page = mine.sent(f"/checkup/new/{at}", id="d", answer=sign)
    assert (page.status_code, page.headers["location"]) == (303, f"/help/urgent?sign={sign}")
    assert mine.facts("signs") == [{"at": "2026-11-12T14:14", "sign": sign, "present": True}]
    assert mine.get(page.headers["location"]).status_code == 200


def test_none_of_these_is_an_absence_of_each(mine: Diary) -> None:
    assert mine.post("/checkup/new/1", id="d", answer="none").url.path == "/checkup/new/2"
    assert {(f["sign"], f["present"]) for f in mine.facts("signs")} == {
        (name, False) for name, _ in DANGERS[0].signs
    }


def test_the_six_other_signs_are_read_by_the_review(mine: Diary) -> None:
    for number, (name, _, _) in enumerate(NOTICED, len(DANGERS) + 1):
        mine.post(f"/checkup/new/{number}", id=f"w{number}", answer="yes" if name == "allodynia" else "no")
    states = {state.sign: state.status for state in mine.review().signs}
    assert states["allodynia"] == "present" and states["spreading-pain"] == "absent"
    assert states["myoclonus"] == "not-examined"
    saved = mine.get("/checkup/new/saved").text
    assert "Yes" in saved and "/undo" in saved


def test_an_answer_within_the_hour_is_corrected_and_a_later_one_is_news(mine: Diary) -> None:
    mine.post("/checkup/new/5", id="a", answer="yes")
    mine.clock.move(minutes=2)
    mine.post("/checkup/new/5", id="a", answer="no")
    assert [f["present"] for f in mine.facts("signs")] == [False]
    mine.clock.move(hours=3)
    mine.post("/checkup/new/5", id="b", answer="yes")
    assert [f["present"] for f in mine.facts("signs")] == [False, True]


def test_one_undo_takes_a_round_of_signs_back_and_they_can_be_given_again(mine: Diary) -> None:
    mine.post("/checkup/new/1", id="a", answer="none")
    mine.clock.move(minutes=50)
    mine.post("/checkup/new/5", id="b", answer="yes")
    batch = {row.batch for row in mine.people.current("person-one", "signs")}
    assert len(batch) == 1
    mine.post("/undo", batch=batch.pop(), next="/checkup")
    assert mine.facts("signs") == []
    mine.post("/checkup/new/5", id="b", answer="yes")
    assert [f["sign"] for f in mine.facts("signs")] == [NOTICED[2][0]]


def test_withdrawal_is_a_plain_list_without_a_score(mine: Diary) -> None:
    page = mine.post("/checkup/withdrawal", id="w", signs=["sweating", "no-sleep"])
    assert page.url.path == "/checkup/withdrawal/saved" and "Sweating or goose bumps" in page.text
    assert mine.facts("signs") == [
        {
            "at": "2026-11-12T14:14",
            "sign": "withdrawal-signs",
            "present": True,
            "note": "Sweating or goose bumps; Cannot sleep",
        }
    ]
    assert mine.facts("scales") == []
    assert {s.sign: s.status for s in mine.review().signs}["withdrawal-signs"] == "present"


def test_bad_sleep_alone_leaves_withdrawal_open(mine: Diary) -> None:
    mine.post("/checkup/withdrawal", id="w", signs=["no-sleep"])
    assert mine.facts("signs")[0]["present"] is None
    mine.post("/checkup/withdrawal", id="x", none="1", signs=[BODY_SIGNS[0][0]])
    assert [f["present"] for f in mine.facts("signs")] == [False]


def test_withdrawal_without_an_answer_says_what_to_do(mine: Diary) -> None:
    page = mine.post("/checkup/withdrawal", id="w")
    assert page.status_code == 422 and "or None of these" in page.text and mine.facts("signs") == []


def test_sleep_is_one_fact_of_the_night(mine: Diary) -> None:
    mine.post("/checkup/sleep/1", id="a", answer="6,5")
    page = mine.post("/checkup/sleep/2", id="b", answer="3")
    assert page.url.path == "/checkup/sleep/saved" and "6.5" in page.text and "3 of 10" in page.text
    assert mine.facts("sleep") == [{"at": "2026-11-12", "hours": 6.5, "rest": 3.0}]


@pytest.mark.parametrize("hours", ["25", "-1", "many", HUGE, "\x00"])
def test_hours_that_cannot_be_are_refused_in_a_sentence(mine: Diary, hours: str) -> None:
    page = mine.post("/checkup/sleep/1", id="a", answer=hours)
    assert page.status_code == 422 and "Nothing was changed" in page.text and mine.facts("sleep") == []


@pytest.mark.parametrize("answer", [bad for bad in BAD if bad])
@pytest.mark.parametrize(
    "path", ["/checkup/peg/1", "/checkup/phq-9/9", "/checkup/sleep/2", "/checkup/new/1", "/checkup/new/4"]
)
def test_answers_that_are_none_are_refused(mine: Diary, path: str, answer: str) -> None:
    rows = mine.rows
    page = mine.post(path, id="a", answer=answer)
    assert page.status_code == 422 and "Nothing was changed" in page.text
    assert mine.rows == rows


@pytest.mark.parametrize(
    "path", ["/checkup/cows", "/checkup/peg/0", "/checkup/peg/4", "/checkup/peg/x", "/checkup/new/99"]
)
def test_a_page_that_is_not_there(mine: Diary, path: str) -> None:
    assert mine.get(path).status_code in (404, 422)
    assert mine.post(path, id="a", answer="1").status_code in (404, 405, 422)


def test_the_own_goal(mine: Diary) -> None:
    page = mine.post("/goal", id="g", text="  Walk to\nthe shop ")
    assert "Saved" in page.text and "Walk to the shop" in page.text
    assert mine.facts("goals") == [{"at": "2026-11-12", "text": "Walk to the shop"}]
    mine.post("/goal", id="g", text="Walk to the shop")
    assert len(mine.facts("goals")) == 1
    mine.post("/goal", id="g-e", example=GOALS[0])
    assert mine.facts("goals")[-1]["text"] == GOALS[0]
    assert GOALS[0] in mine.get("/today/goal").text


def test_a_note_keeps_its_lines(mine: Diary) -> None:
    mine.post("/note", id="n", text="Ask about the patch.\r\nAnd about sleep.")
    assert mine.facts("notes") == [{"at": "2026-11-12", "text": "Ask about the patch.\nAnd about sleep."}]
    mine.post("/note", id="n", text="Another.")
    assert [fact["text"] for fact in mine.facts("notes")][-1] == "Another."
    assert len(mine.facts("notes")) == 2


@pytest.mark.parametrize("text", ["", "   ", HUGE, "a\x00b", "a\x1b[31m"])
@pytest.mark.parametrize("path", ["/goal", "/note"])
def test_words_that_cannot_be_kept(mine: Diary, path: str, text: str) -> None:
    page = mine.post(path, id="g", text=text)
    assert page.status_code == 422 and "Nothing was changed" in page.text
    assert mine.facts("goals") == mine.facts("notes") == []


def test_naloxone_at_home_is_what_the_plan_reads(mine: Diary) -> None:
    from algesia.assessment.facts import Facts
    from algesia.assessment.triggers import has_naloxone

    def at_home() -> bool:
        found = mine.review()
        return has_naloxone(Facts.of(found.record, found.exposure, load(), mine.day))

    mine.post("/medicines/naloxone", id="n", answer="yes")
    assert at_home() and "Naloxone at home<small>Yes" in mine.get("/medicines").text
    mine.clock.move(days=1)
    mine.post("/medicines/naloxone", id="m", answer="no")
    assert not at_home()


@pytest.mark.parametrize(
    "path",
    ["/checkup/peg/1", "/checkup/phq-9", "/checkup/new/1", "/checkup/withdrawal", "/checkup/sleep/1", "/goal", "/note",
     "/medicines/naloxone"],
)  # fmt: skip
def test_a_half_sent_form_changes_nothing(mine: Diary, path: str) -> None:
    rows = mine.rows
    page = mine.post(path)
    assert page.status_code == 422 and "Nothing was changed" in page.text
    assert mine.rows == rows


def test_the_note_says_where_help_is_and_that_it_is_not_read_at_once(mine: Diary) -> None:
    for page in (mine.get("/note"), mine.post("/note", id="n", text="I cannot go on.")):
        assert "A note is not read at once." in page.text and 'href="/help">Help now</a> says' in page.text
