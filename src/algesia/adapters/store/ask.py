"""Asking for secrets: from a file, from the environment, or at the terminal without showing what is typed."""

from __future__ import annotations

import sys
from pathlib import Path

from algesia.adapters.store.place import passphrase_given
from algesia.quantities.refusal import WrongCall


def passphrase(file: str | None, prompt: str = "Passphrase: ", *, twice: bool = False) -> str:
    """A passphrase: the first line of `file`, else ``ALGESIA_PASSPHRASE``, else what is typed.

    Parameters
    ----------
    twice
        Ask two times, for a new passphrase: a slip in it would lock everybody out.

    Raises
    ------
    WrongCall
        When there is nowhere to ask, the file cannot be read, or the two differ.
    """
    if file is not None:
        return _first_line(file)
    given = passphrase_given()
    if given is not None:
        return given
    typed = asked(prompt)
    if twice and asked("The same again: ") != typed:
        raise WrongCall("the two passphrases differ: nothing was changed")
    return typed


def asked(prompt: str) -> str:
    """A secret typed at the terminal.

    Raises
    ------
    WrongCall
        When there is no terminal.
    """
    import getpass

    if not sys.stdin or not sys.stdin.isatty():
        raise WrongCall("needs a passphrase: use --passphrase-file FILE, or set ALGESIA_PASSPHRASE")
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise WrongCall("no passphrase was typed") from None


def _first_line(file: str) -> str:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no text"
        raise WrongCall(f"cannot read {file!r}: {reason}") from None
    first = text.partition("\n")[0].rstrip("\r")
    if not first:
        raise WrongCall(f"{file!r} holds no passphrase on its first line")
    return first
