"""Who may do what with whose record: one function, which every route passes through.

Actions are few and named. A person does person's actions on their own record; a clinician does clinician's actions on
records that were shared with them; an administrator sees accounts and the audit log, and no record. In local mode
the one user of the machine may do all but what needs accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never, get_args

from algesia.adapters.store.model import Person

Role: TypeAlias = Literal["nobody", "local", "patient", "clinician", "admin"]
Action: TypeAlias = Literal[
    "open",           # the same for everybody, no data: help, learn, sources, assets, signing in
    "account",        # one's own account: passkeys, sessions, signing out
    "read-diary", "write-diary", "export", "erase", "share",
    "list-people", "add-person", "read-review", "write-review", "plan", "release", "read-history",
    "administer", "read-audit",
]  # fmt: skip
PERSONS: Final = ("read-diary", "write-diary", "export", "erase", "share")
CLINICIANS: Final = ("read-review", "write-review", "plan", "release", "read-history")
READING: Final = ("read-review", "plan", "read-history")
"""What anybody who treats people may do with a bundled example, which is nobody's record."""
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `person` is the record of a patient's own account; `id` stands in the audit log."""

    id: str
    name: str
    role: Role
    person: str | None = None


NOBODY: Final = Principal("nobody", "", "nobody")
LOCAL: Final = Principal("local", "", "local")


class Denied(Exception):
    """A refusal. 401: sign in first; 403: not yours; 404: not there, which is also what a stranger is told."""

    def __init__(self, status: Literal[401, 403, 404], says: str) -> None:
        self.status = status
        self.says = says
        super().__init__(says)


SIGN_IN: Final = "Sign in first."
NOT_YOURS: Final = "This page is not part of your account."
NOT_THERE: Final = "There is no such record, or it was not shared with you."


def authorize(who: Principal, action: Action, record: Person | None = None, granted: bool = False) -> None:
    """Let it pass, or raise.

    Parameters
    ----------
    record
        Whose record it concerns, ``None`` where it concerns none.
    granted
        Whether that person's consent to this clinician holds now.

    Raises
    ------
    Denied
        With the status and the sentence to show.

    >>> authorize(Principal("a", "", "patient", "p1"), "read-diary", Person("p1", "diary", "", ""))
    >>> authorize(Principal("a", "", "patient", "p1"), "read-diary", Person("p2", "diary", "", ""))
    Traceback (most recent call last):
    algesia.web.authorize.Denied: There is no such record, or it was not shared with you.
    """
    if action == "open":
        return
    role = who.role
    if role == "nobody":
        raise Denied(401, SIGN_IN)
    if role == "local":
        _local(action, record)
    elif role == "patient":
        _patient(who, action, record)
    elif role == "clinician":
        _clinician(action, record, granted)
    elif role == "admin":
        if action not in ("account", "administer", "read-audit"):
            raise Denied(403, NOT_YOURS)
    else:
        assert_never(role)


def _local(action: Action, record: Person | None) -> None:
    if action in ("account", "administer", "share"):
        raise Denied(404, "There are no accounts in local mode. Start algesia serve --clinic for them.")
    if action in (*PERSONS, *CLINICIANS) and record is None:
        raise Denied(404, NOT_THERE)


def _patient(who: Principal, action: Action, record: Person | None) -> None:
    if action == "account":
        return
    if action not in PERSONS:
        raise Denied(403, NOT_YOURS)
    if record is None or record.id != who.person:
        raise Denied(404, NOT_THERE)


def _clinician(action: Action, record: Person | None, granted: bool) -> None:
    if action in ("account", "list-people", "add-person"):
        return
    if action not in CLINICIANS:
        raise Denied(403, NOT_YOURS)
    if record is None:
        raise Denied(404, NOT_THERE)
    if not (granted or (record.kind == "example" and action in READING)):
        raise Denied(404, NOT_THERE)
