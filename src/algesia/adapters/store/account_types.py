"""What the store keeps of accounts, as types. Every moment is UTC in ISO 8601 to the microsecond, so that text order is
time order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

AccountRole: TypeAlias = Literal["patient", "clinician", "admin"]
TicketKind: TypeAlias = Literal["invitation", "register", "sign-in"]


@dataclass(frozen=True, slots=True)
class Account:
    """Who can sign in. `person` is the record of a patient; `password` an argon2id hash, ``None`` with passkeys only."""

    id: str
    name: str
    role: AccountRole
    person: str | None
    password: str | None
    created_at: str
    disabled_at: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One device that is signed in. `id` is the SHA-256 of the token in its cookie; `expires_at` the latest end."""

    id: str
    account: str
    created_at: str
    seen_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of WebAuthn. `id` is its id in base64url, `public_key` in COSE."""

    id: str
    account: str
    public_key: bytes
    sign_count: int
    label: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """Something short-lived that is used once: an invitation, or the challenge of a passkey."""

    kind: TicketKind
    account: str | None
    expires_at: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Consent of a person that a clinician reads the record and plans."""

    id: str
    person: str
    clinician: str
    given_at: str
    expires_at: str
    ended_at: str | None

    def holds(self, at: str) -> bool:
        """Whether it holds at that moment.

        >>> Grant("g", "p", "c", "2026-11-01", "2026-12-01", None).holds("2026-11-12")
        True
        """
        return self.ended_at is None and self.given_at <= at < self.expires_at
