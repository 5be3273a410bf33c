"""The first schema, and the triggers that make facts and audit append-only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = ("settings", "audit", "grants", "tickets", "sessions", "passkeys", "accounts", "facts", "people")
REFUSED = "clinical rows are never changed"


def upgrade() -> None:
    """Create every table and trigger."""
    _table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("frame", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("erasing", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.CheckConstraint("kind in ('diary', 'imported', 'example')", name=op.f("ck_people_kind")),
    )
    _table(
        "facts",
        sa.Column("seq", SEQ, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("place", SEQ),
        sa.Column("body", sa.Text),
        sa.Column("supersedes", sa.Text),
        sa.Column("restores", sa.Text),
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("written_at", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_facts"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_facts_person"),
        sa.UniqueConstraint("id", name="uq_facts_id"),
        sa.UniqueConstraint("supersedes", name="uq_facts_supersedes"),
    )
    op.create_index("ix_facts_person", "facts", ["person", "seq"])
    op.create_index("ix_facts_batch", "facts", ["batch"])
    op.create_index("ix_facts_list", "facts", ["person", "list", "day"])
    _table(
        "accounts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("password", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("disabled_at", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_accounts_person"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sa.CheckConstraint("role in ('patient', 'clinician', 'admin')", name=op.f("ck_accounts_role")),
    )
    _table(
        "passkeys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_passkeys_account"),
    )
    op.create_index("ix_passkeys_account", "passkeys", ["account"])
    _table(
        "sessions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_sessions_account"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    _table(
        "tickets",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
    )
    _table(
        "grants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("clinician", sa.Text, nullable=False),
        sa.Column("given_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_grants_person"),
        sa.ForeignKeyConstraint(["clinician"], ["accounts.id"], name="fk_grants_clinician"),
    )
    op.create_index("ix_grants_person", "grants", ["person"])
    op.create_index("ix_grants_clinician", "grants", ["clinician"])
    _table(
        "audit",
        sa.Column("seq", SEQ, autoincrement=False, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("previous", name="uq_audit_previous"),
    )
    op.create_index("ix_audit_person", "audit", ["person"])
    _table(
        "settings",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()


def downgrade() -> None:
    """Remove every table, and with them their triggers."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION algesia_append_only()")
        op.execute("DROP FUNCTION algesia_erasing_only()")


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _sqlite_triggers() -> None:
    for table in ("facts", "audit"):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    op.execute(
        "CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts "
        "WHEN (SELECT erasing FROM people WHERE id = OLD.person) IS NOT 1 "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION algesia_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION algesia_erasing_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT erasing FROM people WHERE id = OLD.person) = 1 THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    for table in ("facts", "audit"):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION algesia_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION algesia_append_only()"
        )
    op.execute(
        "CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts "
        "FOR EACH ROW EXECUTE FUNCTION algesia_erasing_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION algesia_append_only()"
    )
