"""The tables. The same on SQLite (STRICT) and PostgreSQL: integers, reals, text and bytes only.

Clinical rows live in `facts`, which only grows: a change is a new row that names the row it `supersedes`, a withdrawal
is such a row without a body. Triggers (in the migrations) refuse every update, and every delete that is not the erasure
of the whole person.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)
STRICT: Final[dict[str, Any]] = {"sqlite_strict": True}

# SQLite gives a row number only to a column that is exactly INTEGER PRIMARY KEY
Sequence = BigInteger().with_variant(Integer, "sqlite")

people = Table(
    "people", metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("frame", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("erasing", Integer, nullable=False, default=0),
    CheckConstraint("kind in ('diary', 'imported', 'example')", name="kind"),
    **STRICT,
)  # fmt: skip
"""`frame` is JSON: what a record says beside its lists (epoch, relative, source). `erasing` opens the delete trigger."""

facts = Table(
    "facts", metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("list", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("place", Sequence),
    Column("body", Text),
    Column("supersedes", Text),
    Column("restores", Text),
    Column("batch", Text, nullable=False),
    Column("written_at", Text, nullable=False),
    Column("written_by", Text, nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("supersedes"),
    Index("ix_facts_person", "person", "seq"),
    Index("ix_facts_batch", "batch"),
    Index("ix_facts_list", "person", "list", "day"),
    **STRICT,
)  # fmt: skip
"""`day` is the first ten letters of the fact's own time, empty where it has none: for asking quickly, never for a sum.
`place` is the `seq` of the first fact of the line that a change belongs to, absent for the first itself.
`restores` is the fact that holds again, in a row that takes back."""

accounts = Table(
    "accounts", metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id")),
    Column("password", Text),
    Column("created_at", Text, nullable=False),
    Column("disabled_at", Text),
    UniqueConstraint("name"),
    CheckConstraint("role in ('patient', 'clinician', 'admin')", name="role"),
    **STRICT,
)  # fmt: skip
"""`password` is an argon2id hash, absent for those who have a passkey only."""

passkeys = Table(
    "passkeys", metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("ix_passkeys_account", "account"),
    **STRICT,
)  # fmt: skip
"""`id` is the credential id, base64url."""

sessions = Table(
    "sessions", metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_sessions_account", "account"),
    **STRICT,
)  # fmt: skip
"""`id` is the SHA-256 of the token in the cookie: a copy of the database opens no session."""

tickets = Table(
    "tickets", metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account", Text),
    Column("body", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    **STRICT,
)  # fmt: skip
"""Short-lived and used once: passkey challenges, invitations to make an account. `id` is a SHA-256."""

grants = Table(
    "grants", metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("clinician", Text, ForeignKey("accounts.id"), nullable=False),
    Column("given_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("ended_at", Text),
    Index("ix_grants_person", "person"),
    Index("ix_grants_clinician", "clinician"),
    **STRICT,
)  # fmt: skip
"""Consent of a person that a clinician reads the record and plans, until `expires_at` or `ended_at`."""

audit = Table(
    "audit", metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("person", Text),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("previous"),
    Index("ix_audit_person", "person"),
    **STRICT,
)  # fmt: skip
"""Each row holds the hash of the row before. `seq` counts from 1 without a gap. No clinical content."""

settings = Table(
    "settings", metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    **STRICT,
)  # fmt: skip
"""Few words about the installation, e.g. whose diary this is in local mode."""
