"""Accounts of a clinic: who can sign in, with what, on which devices, and who consented that whom reads the record.

A token (of a session, an invitation, a challenge) is kept as its SHA-256 only: a copy of the database opens nothing.
The store has no clock: every moment is passed in, as `account_types` says.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Final, cast
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, Table, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from algesia.adapters.store import schema
from algesia.adapters.store.account_types import (
    Account,
    AccountRole,
    Grant,
    Passkey,
    Session,
    Ticket,
    TicketKind,
)
from algesia.adapters.store.people import Conflict, People

TOKEN_BYTES: Final = 32
"""256 bits: not to be guessed."""
_KEYED: Final = or_(
    schema.accounts.c.password.is_not(None),
    exists().where(schema.passkeys.c.account == schema.accounts.c.id),
)
"""An account that somebody can sign in to."""


class Accounts:
    """The accounts of one database. Safe to use from many threads.

    >>> from algesia.adapters.store.open import open_store
    >>> accounts = Accounts(open_store("sqlite://").people)
    >>> made = accounts.create("dr.okafor", "clinician", at="2026-11-12T20:14:00.000000Z")
    >>> accounts.named("dr.okafor") == made
    True
    """

    def __init__(self, people: People) -> None:
        self._people = people

    # accounts

    def create(self, name: str, role: AccountRole, *, at: str) -> Account:
        """Make an account, and with a patient's a diary of the same name. Nobody can sign in to it yet.

        Raises
        ------
        Conflict
            When the name is taken.
        """
        person = uuid4().hex if role == "patient" else None
        made = Account(uuid4().hex, name, role, person, None, at, None)
        with self._people.writing() as connection:
            if person is not None:
                row = {
                    "id": person,
                    "kind": "diary",
                    "name": name,
                    "frame": "{}",
                    "created_at": at,
                    "erasing": 0,
                }
                connection.execute(insert(schema.people).values(row))
            try:
                connection.execute(insert(schema.accounts).values(_row(made)))
            except IntegrityError:
                raise Conflict("name", name, "is taken", "another name") from None
        return made

    def get(self, id: str) -> Account | None:
        """The account with this id."""
        return self._account(schema.accounts.c.id == id)

    def named(self, name: str) -> Account | None:
        """The account with this name."""
        return self._account(schema.accounts.c.name == name)

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with self._people.engine.connect() as connection:
            rows = connection.execute(select(schema.accounts).order_by(schema.accounts.c.name))
            return tuple(Account(**row) for row in rows.mappings())

    def ready(self) -> frozenset[str]:
        """The ids of the accounts that somebody can sign in to: a password is set, or a passkey is there."""
        asked = select(schema.accounts.c.id).where(_KEYED)
        with self._people.engine.connect() as connection:
            return frozenset(connection.scalars(asked))

    def set_password(self, id: str, hashed: str) -> None:
        """Keep the hash of a new password. A link that was made for the account before no longer works."""
        with self._people.writing() as connection:
            _change(connection, schema.accounts, id, password=hashed)
            _withdraw(connection, id)

    def disable(self, id: str, *, at: str) -> bool:
        """Shut an account, end its sessions and its link. False when no administrator could sign in any more."""
        with self._people.writing() as connection:
            if not _another_admin(connection, id):
                return False
            _change(connection, schema.accounts, id, disabled_at=at)
            _end_sessions(connection, id, at)
            _withdraw(connection, id)
        return True

    def enable(self, id: str) -> None:
        """Open an account that was shut."""
        with self._people.writing() as connection:
            _change(connection, schema.accounts, id, disabled_at=None)

    # sessions

    def begin(self, account: str, *, at: str, until: str) -> str:
        """Sign a device in. The token for its cookie: it is told here and kept nowhere."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        made = Session(digest(token), account, at, at, until)
        with self._people.writing() as connection:
            connection.execute(insert(schema.sessions).values(_row(made)))
        return token

    def session(self, token: str) -> tuple[Session, Account] | None:
        """The session of a token and its account, ended or not."""
        with self._people.engine.connect() as connection:
            found = _first(connection, schema.sessions, schema.sessions.c.id == digest(token))
            if found is None:
                return None
            account = _first(connection, schema.accounts, schema.accounts.c.id == found["account"])
        return None if account is None else (Session(**found), Account(**account))

    def seen(self, session: str, *, at: str) -> None:
        """Say that a session was used."""
        with self._people.writing() as connection:
            _change(connection, schema.sessions, session, seen_at=at)

    def end(self, session: str, *, at: str) -> None:
        """End one session."""
        with self._people.writing() as connection:
            _end_sessions(connection, None, at, session)

    def end_all(self, account: str, *, at: str) -> None:
        """End every session of an account."""
        with self._people.writing() as connection:
            _end_sessions(connection, account, at)

    def sweep(self, *, at: str, sessions_before: str) -> None:
        """Forget tickets that have expired by now, and sessions that had ended before that earlier moment."""
        with self._people.writing() as connection:
            connection.execute(delete(schema.tickets).where(schema.tickets.c.expires_at <= at))
            connection.execute(delete(schema.sessions).where(schema.sessions.c.expires_at <= sessions_before))

    # passkeys

    def add_passkey(self, made: Passkey) -> None:
        """Keep a passkey.

        Raises
        ------
        Conflict
            When it is registered already.
        """
        with self._people.writing() as connection:
            _insert_passkey(connection, made)

    def passkey(self, id: str) -> Passkey | None:
        """The passkey with this credential id."""
        with self._people.engine.connect() as connection:
            found = _first(connection, schema.passkeys, schema.passkeys.c.id == id)
        return None if found is None else Passkey(**found)

    def passkeys(self, account: str) -> tuple[Passkey, ...]:
        """The passkeys of an account, oldest first."""
        asked = select(schema.passkeys).where(schema.passkeys.c.account == account)
        with self._people.engine.connect() as connection:
            rows = connection.execute(asked.order_by(schema.passkeys.c.created_at, schema.passkeys.c.id))
            return tuple(Passkey(**row) for row in rows.mappings())

    def counted(self, id: str, before: int, after: int) -> bool:
        """Write down a passkey's sign count. False when another sign-in has counted on meanwhile: a copy of the key."""
        keys = schema.passkeys
        with self._people.writing() as connection:
            asked = update(keys).where(keys.c.id == id, keys.c.sign_count == before).values(sign_count=after)
            return connection.execute(asked).rowcount == 1

    def remove_passkey(self, account: str, id: str) -> bool:
        """Remove a passkey of this account, unless nothing would be left to sign in with."""
        keys = schema.passkeys
        with self._people.writing() as connection:
            owner = _first(connection, schema.accounts, schema.accounts.c.id == account)
            count = connection.scalar(select(func.count()).select_from(keys).where(keys.c.account == account))
            if owner is None or (owner["password"] is None and (count or 0) < 2):
                return False
            gone = connection.execute(delete(keys).where(keys.c.id == id, keys.c.account == account))
            return gone.rowcount == 1

    # tickets

    def issue(self, kind: TicketKind, token: str, account: str | None, *, until: str) -> None:
        """Keep a ticket for this token. An invitation replaces the earlier ones of its account."""
        tickets = schema.tickets
        with self._people.writing() as connection:
            if kind == "invitation" and account is not None:
                _withdraw(connection, account)
            row = {"id": digest(token), "kind": kind, "account": account, "body": "", "expires_at": until}
            connection.execute(insert(tickets).values(row))

    def ticket(self, kind: TicketKind, token: str, *, at: str) -> Ticket | None:
        """The ticket of this token, if it can still be used. It stays."""
        with self._people.engine.connect() as connection:
            return _valid(_first(connection, schema.tickets, schema.tickets.c.id == digest(token)), kind, at)

    def take(self, kind: TicketKind, token: str, *, at: str) -> Ticket | None:
        """Use the ticket of this token up. ``None`` when it was used, has expired, or never was."""
        with self._people.writing() as connection:
            return _take(connection, kind, token, at)

    def accept(
        self, token: str, *, at: str, password: str | None = None, passkey: Passkey | None = None
    ) -> Account | None:
        """Use an invitation up: what it brings replaces every password, passkey and session of the account.

        All in one transaction, so that an invitation which fails can be used again. ``None`` when it was used, has
        expired or never was, or when the account is shut.
        """
        with self._people.writing() as connection:
            ticket = _take(connection, "invitation", token, at)
            found = None
            if ticket is not None:
                found = _first(connection, schema.accounts, schema.accounts.c.id == ticket.account)
            if found is None or found["disabled_at"] is not None:
                return None
            account = Account(**found)
            connection.execute(delete(schema.passkeys).where(schema.passkeys.c.account == account.id))
            _change(connection, schema.accounts, account.id, password=password)
            if passkey is not None:
                _insert_passkey(connection, passkey)
            _end_sessions(connection, account.id, at)
        return account

    # consent

    def give(self, person: str, clinician: str, *, at: str, until: str) -> Grant:
        """Keep a person's consent; it replaces one that holds already."""
        made = Grant(uuid4().hex, person, clinician, at, until, None)
        with self._people.writing() as connection:
            _end_grants(connection, person, clinician, at)
            connection.execute(insert(schema.grants).values(_row(made)))
        return made

    def end_consent(self, person: str, clinician: str, *, at: str) -> bool:
        """End a person's consent to a clinician at once. Whether there was one."""
        with self._people.writing() as connection:
            return _end_grants(connection, person, clinician, at)

    def given_by(self, person: str) -> tuple[Grant, ...]:
        """Every consent of a person, ended ones too, newest first."""
        return self._grants(schema.grants.c.person == person)

    def given_to(self, clinician: str, *, at: str) -> tuple[Grant, ...]:
        """The consents to a clinician that hold at that moment, newest first."""
        return tuple(one for one in self._grants(schema.grants.c.clinician == clinician) if one.holds(at))

    def holds(self, clinician: str, person: str, *, at: str) -> bool:
        """Whether that person's consent to that clinician holds at that moment."""
        grants = schema.grants.c
        return any(
            one.holds(at) for one in self._grants(grants.clinician == clinician, grants.person == person)
        )

    def _account(self, *where: Any) -> Account | None:
        with self._people.engine.connect() as connection:
            found = _first(connection, schema.accounts, *where)
        return None if found is None else Account(**found)

    def _grants(self, *where: Any) -> tuple[Grant, ...]:
        asked = select(schema.grants).where(*where)
        with self._people.engine.connect() as connection:
            rows = connection.execute(asked.order_by(schema.grants.c.given_at.desc(), schema.grants.c.id))
            return tuple(Grant(**row) for row in rows.mappings())


def digest(token: str) -> str:
    """What is kept of a token.

    >>> digest("token") == digest("token"), len(digest("token"))
    (True, 64)
    """
    return hashlib.sha256(token.encode()).hexdigest()


def _row(made: Account | Session | Passkey | Grant) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__slots__}


def _first(connection: Connection, table: Table, *where: Any) -> RowMapping | None:
    return connection.execute(select(table).where(*where)).mappings().first()


def _change(connection: Connection, table: Table, id: str, **values: str | None) -> None:
    connection.execute(update(table).where(table.c.id == id).values(values))


def _insert_passkey(connection: Connection, made: Passkey) -> None:
    try:
        connection.execute(insert(schema.passkeys).values(_row(made)))
    except IntegrityError:
        raise Conflict("passkey", None, "is registered already", "another device, or that account") from None


def _another_admin(connection: Connection, id: str) -> bool:
    """Whether an administrator is left who can sign in, without this account. Two who shut each other wait in line."""
    columns = schema.accounts.c
    lock = select(columns.id).where(columns.role == "admin").order_by(columns.id).with_for_update()
    connection.execute(lock).all()
    asked = select(columns.id).where(
        columns.role == "admin", columns.disabled_at.is_(None), columns.id != id, _KEYED
    )
    return connection.execute(asked).first() is not None


def _withdraw(connection: Connection, account: str) -> None:
    """End the invitation of an account."""
    tickets = schema.tickets.c
    connection.execute(delete(schema.tickets).where(tickets.kind == "invitation", tickets.account == account))


def _end_sessions(connection: Connection, account: str | None, at: str, session: str | None = None) -> None:
    # an ended session is kept for a while: a form that was sent with it still belongs to its account
    where = schema.sessions.c.id == session if session else schema.sessions.c.account == account
    asked = update(schema.sessions).where(where, schema.sessions.c.expires_at > at).values(expires_at=at)
    connection.execute(asked)


def _end_grants(connection: Connection, person: str, clinician: str, at: str) -> bool:
    grants = schema.grants
    asked = update(grants).where(
        grants.c.person == person,
        grants.c.clinician == clinician,
        grants.c.ended_at.is_(None),
        grants.c.expires_at > at,
    )
    return connection.execute(asked.values(ended_at=at)).rowcount > 0


def _take(connection: Connection, kind: TicketKind, token: str, at: str) -> Ticket | None:
    asked = delete(schema.tickets).where(schema.tickets.c.id == digest(token), schema.tickets.c.kind == kind)
    return _valid(connection.execute(asked.returning(schema.tickets)).mappings().first(), kind, at)


def _valid(row: RowMapping | None, kind: TicketKind, at: str) -> Ticket | None:
    if row is None or row["kind"] != kind or row["expires_at"] <= at:
        return None
    return Ticket(cast("TicketKind", row["kind"]), row["account"], row["expires_at"])
