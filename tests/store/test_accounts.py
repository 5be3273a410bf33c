"""Accounts on SQLite and PostgreSQL: what is used once is used once, also by many at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from algesia.adapters.store.account_types import Passkey
from algesia.adapters.store.accounts import Accounts
from algesia.adapters.store.open import Store
from algesia.adapters.store.people import Conflict

AT, SOON, LATER = "2026-11-12T20:00:00.000000Z", "2026-11-12T20:05:00.000000Z", "2026-11-13T20:00:00.000000Z"


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store.people)


def test_an_invitation_is_accepted_by_one_of_many(accounts: Accounts) -> None:
    anna = accounts.create("anna", "patient", at=AT)
    accounts.issue("invitation", "token", anna.id, until=LATER)
    with ThreadPoolExecutor(8) as threads:
        tried = list(threads.map(lambda n: accounts.accept("token", at=AT, password=f"hash-{n}"), range(8)))
    winners = [n for n, account in enumerate(tried) if account is not None]
    assert len(winners) == 1
    found = accounts.get(anna.id)
    assert found is not None and found.password == f"hash-{winners[0]}"


def test_a_challenge_is_taken_once_and_only_for_its_kind(accounts: Accounts) -> None:
    accounts.issue("sign-in", "challenge", None, until=SOON)
    assert accounts.take("register", "challenge", at=AT) is None
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: accounts.take("sign-in", "challenge", at=AT), range(8)))
    assert sum(ticket is not None for ticket in taken) == 1


def test_an_invitation_that_failed_can_be_used_again(accounts: Accounts) -> None:
    anna, bert = (accounts.create(name, "patient", at=AT) for name in ("anna", "bert"))
    key = Passkey("key", bert.id, b"cose", 0, "phone", AT)
    accounts.add_passkey(key)
    accounts.issue("invitation", "token", anna.id, until=LATER)
    with pytest.raises(Conflict):
        accounts.accept("token", at=AT, passkey=Passkey("key", anna.id, b"cose", 0, "phone", AT))
    assert accounts.ticket("invitation", "token", at=AT) is not None
    assert accounts.passkey("key") == key


def test_a_sign_count_is_written_by_one_of_two(accounts: Accounts) -> None:
    anna = accounts.create("anna", "patient", at=AT)
    accounts.add_passkey(Passkey("key", anna.id, b"cose", 1, "phone", AT))
    assert accounts.counted("key", 1, 2)
    assert not accounts.counted("key", 1, 2)


def test_a_name_and_its_diary_are_made_together_or_not_at_all(store: Store, accounts: Accounts) -> None:
    accounts.create("anna", "patient", at=AT)
    with pytest.raises(Conflict):
        accounts.create("anna", "patient", at=AT)
    assert [person.name for person in store.people.all()] == ["anna"]


def test_ended_sessions_are_forgotten_after_a_while(accounts: Accounts) -> None:
    anna = accounts.create("anna", "patient", at=AT)
    token = accounts.begin(anna.id, at=AT, until=SOON)
    accounts.sweep(at=LATER, sessions_before=AT)
    assert accounts.session(token) is not None
    accounts.sweep(at=LATER, sessions_before=SOON)
    assert accounts.session(token) is None


def test_consent_given_twice_is_ended_by_one_word(store: Store, accounts: Accounts) -> None:
    anna, okafor = accounts.create("anna", "patient", at=AT), accounts.create("dr.okafor", "clinician", at=AT)
    assert anna.person is not None
    for _ in range(2):
        accounts.give(anna.person, okafor.id, at=AT, until=LATER)
    assert len(accounts.given_to(okafor.id, at=SOON)) == 1
    assert accounts.end_consent(anna.person, okafor.id, at=SOON)
    assert not accounts.holds(okafor.id, anna.person, at=SOON)
    assert not accounts.end_consent(anna.person, okafor.id, at=SOON)


def test_two_administrators_who_shut_each_other_at_once_leave_one(accounts: Accounts) -> None:
    ids = [accounts.create(name, "admin", at=AT).id for name in ("one", "two")]
    for id in ids:
        accounts.set_password(id, "hash")
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda id: accounts.disable(id, at=AT), ids))
    assert sorted(done) == [False, True]
    assert sum(account.disabled_at is None for account in accounts.all()) == 1


def test_an_administrator_with_a_passkey_is_enough(accounts: Accounts) -> None:
    one, two = (accounts.create(name, "admin", at=AT).id for name in ("one", "two"))
    accounts.set_password(one, "hash")
    assert not accounts.disable(one, at=AT)
    accounts.add_passkey(Passkey("key", two, b"cose", 0, "phone", AT))
    assert accounts.disable(one, at=AT)
    assert not accounts.disable(two, at=AT)


def test_an_invitation_ends_with_a_new_password_and_with_shutting(accounts: Accounts) -> None:
    accounts.set_password(accounts.create("admin", "admin", at=AT).id, "hash")
    anna = accounts.create("anna", "patient", at=AT).id
    for end in (lambda: accounts.set_password(anna, "hash"), lambda: accounts.disable(anna, at=AT)):
        accounts.issue("invitation", "token", anna, until=LATER)
        end()
        assert accounts.ticket("invitation", "token", at=AT) is None
