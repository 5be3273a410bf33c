"""The fixed pages for danger: the numbers of the place, a page for every danger sign, words a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from algesia.knowledge.loader import load
from algesia.quantities.refusal import WrongCall
from algesia.report.help_signs import CRISIS_SIGNS, URGENT_SIGNS, UrgentSign, urgent_sign
from algesia.report.help_text import Crisis, HelpNow, Line, clinic_link, crisis, help_now
from algesia.report.statements import NUMBERS, Place
from algesia.web.render import environment
from tests.knowledge.reading import DOSE, FORBIDDEN, grade

KNOWLEDGE = load()
PLACES: tuple[Place, ...] = ("us", "eu")


def fixed_pages() -> Iterator[HelpNow | Crisis | UrgentSign]:
    for place in PLACES:
        yield from (help_now(place, "555 0142"), crisis(place))
        yield from (urgent_sign(sign, place, "555 0142") for sign in URGENT_SIGNS)


def texts_of(page: HelpNow | Crisis | UrgentSign) -> list[str]:
    """Every text of a page that is read, without addresses, ids and sources."""
    found = []
    for name in page.__dataclass_fields__:
        value = getattr(page, name)
        if isinstance(value, str) and name not in ("place", "sign", "emergency"):
            found.append(value)
        elif isinstance(value, tuple):
            found += [part.text for part in value if isinstance(part, Line)]
    return found


@pytest.mark.parametrize("place", PLACES)
def test_the_help_page_calls_the_numbers_of_its_place(place: Place) -> None:
    page = help_now(place)
    numbers = NUMBERS[place]
    assert page.call.href == f"tel:{numbers.emergency}" and page.emergency == numbers.emergency
    assert len(page.steps) == 4 and "naloxone" in page.steps[1].text
    assert [link.href for link in page.crisis_links] == (
        ["tel:988", "sms:988"] if place == "us" else ["tel:112"]
    )
    shown = " ".join(texts_of(page))
    other = NUMBERS["eu" if place == "us" else "us"]
    assert other.emergency not in shown and (numbers.crisis is not None or "988" not in shown)
    assert crisis(place).call.href == f"tel:{numbers.emergency}"
    assert crisis(place).links == page.crisis_links


def test_the_naloxone_words_follow_the_tables() -> None:
    note = KNOWLEDGE.interlocks["naloxone"].note
    spray = help_now("us").steps[1]
    assert "every 2 to 3 minutes" in note and "2 to 3 minutes" in spray.text
    assert "do not prime" in note and "Do not test the spray" in spray.text
    assert "may wear off" in note and "may wear off" in help_now("us").steps[3].text
    assert set(spray.sources) <= set(KNOWLEDGE.interlocks["naloxone"].sources)


def test_every_sign_of_an_emergency_or_same_day_rule_has_a_page() -> None:
    urgent = {rule.id for rule in KNOWLEDGE.interlocks.values() if rule.level in ("emergency", "urgent")}
    signs = {sign.id for sign in KNOWLEDGE.signs.values() if urgent & set(sign.interlocks)}
    assert signs == set(URGENT_SIGNS)
    assert {sign.id for sign in KNOWLEDGE.signs.values() if sign.warning_sign == 7} <= signs


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sign", URGENT_SIGNS)
def test_a_danger_sign_says_whom_to_call(sign: str, place: Place) -> None:
    page = urgent_sign(sign, place)
    number = NUMBERS[place].emergency
    if isinstance(page, Crisis):
        assert sign in CRISIS_SIGNS
        return
    rules = [KNOWLEDGE.interlocks[name].level for name in KNOWLEDGE.signs[sign].interlocks]
    assert page.emergency or "emergency" not in rules
    assert page.emergency == (page.call is not None)
    assert page.emergency == page.steps[0].text.startswith(f"Call {number}")
    assert any(number in line.text for line in page.steps)
    assert not any("{" in line.text for line in page.steps)
    clinic = urgent_sign(sign, place, "555 0142")
    assert isinstance(clinic, UrgentSign) and clinic.call is not None


def test_a_sign_without_danger_has_no_page() -> None:
    with pytest.raises(WrongCall, match="has no page of its own"):
        urgent_sign("allodynia", "us")


@pytest.mark.parametrize("page", list(fixed_pages()))
def test_fixed_text_is_plain_gives_no_dose_and_names_sources_that_exist(
    page: HelpNow | Crisis | UrgentSign,
) -> None:
    texts = texts_of(page)
    whole = " ".join(text if text[-1] in ".?”" else f"{text}." for text in texts)
    assert grade(whole) <= 8.9
    assert not FORBIDDEN.search(whole) and not DOSE.search(whole) and "!" not in whole
    assert set(page.sources) <= KNOWLEDGE.sources.keys()


@pytest.mark.parametrize(
    ("phone", "href"),
    [
        ("555 0142", "tel:5550142"),
        ("+44 20 7946 0018", "tel:+442079460018"),
        ("(555) 010-0142 x12", "tel:5550100142"),
        ("javascript:alert(1)", None),
        ("", None),
        ("  ", None),
        ("see letter", None),
        ("555\n0142", "tel:5550142"),
    ],
)
def test_only_digits_are_dialed(phone: str, href: str | None) -> None:
    link = clinic_link(phone, "  The   clinic ")
    assert (link.href if link else None) == href
    assert link is None or (link.label.startswith("Call The clinic, ") and "\n" not in link.label)


@pytest.mark.parametrize("place", PLACES)
def test_the_rendered_pages_for_danger_need_nothing_else(place: Place) -> None:
    module: Any = environment().get_template("help_page.html.j2").module
    pages = [module.help_page(help_now(place, "<b>555</b> 0142", "<i>")), module.crisis_page(crisis(place))]
    signs = [urgent_sign(sign, place) for sign in URGENT_SIGNS if sign not in CRISIS_SIGNS]
    for html in map(str, [*pages, *map(module.urgent_page, signs)]):
        assert html.count("<h1") == 1
        assert all(href.startswith(("tel:", "sms:")) for href in re.findall(r'href="([^"]+)"', html))
        assert not re.search(r"src=|style=|<script|<i>|<b>", html)
    assert f'href="tel:{NUMBERS[place].emergency}"' in str(pages[0])
