"""The key file beside an encrypted database: its random key, wrapped under the passphrase and under a recovery code.

`algesia.keys` is JSON of format `algesia-keys/1`. Whoever has the file and neither secret has nothing; whoever loses the
file or both secrets has lost the database. A new passphrase wraps the same key anew: it does not shut out somebody who
has copied the old key file and knows the old passphrase.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final, Literal

import msgspec

from algesia.adapters.store.recovery import new_code, plain_code
from algesia.adapters.store.whole import whole
from algesia.adapters.store.wrap import KEY, Wrapped, normal, unwrap, wrap
from algesia.quantities.refusal import InputRefused

NAME: Final = "algesia.keys"
SHORTEST: Final = 12
"""Letters of a passphrase at least: whoever copies the files can guess without limit."""
_BY_PASSPHRASE: Final = "algesia-keys/1 passphrase"
_BY_CODE: Final = "algesia-keys/1 recovery"


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a key file holds."""

    format: Literal["algesia-keys/1"] = "algesia-keys/1"
    passphrase: Wrapped
    recovery: Wrapped


def create(file: Path, passphrase: str) -> tuple[bytes, str]:
    """Make a key of 32 bytes and its file. The key, and the recovery code, which is kept nowhere else.

    Raises
    ------
    InputRefused
        When there is a key file already, the passphrase is short, or the place cannot be written to.
    """
    if file.exists():
        raise InputRefused("", None, "is there already", "a folder without a key file", str(file))
    long_enough(passphrase)
    return _written(file, secrets.token_bytes(KEY), passphrase)


def unlock(file: Path, passphrase: str) -> bytes:
    """The key.

    Raises
    ------
    InputRefused
        For another passphrase, or a file that is no key file.
    """
    key = unwrap(_read(file).passphrase, passphrase, _BY_PASSPHRASE)
    if key is None:
        raise InputRefused(
            "passphrase",
            None,
            "does not open this key file",
            "the passphrase, or the recovery code",
            str(file),
        )
    return key


def recover(file: Path, code: str, new_passphrase: str) -> tuple[bytes, str]:
    """Set a new passphrase with the recovery code. The key, and a new recovery code: the old one is spent.

    Raises
    ------
    InputRefused
        For a code with a typing slip, another code, or a short passphrase.
    """
    plain = plain_code(code)
    long_enough(new_passphrase)
    key = unwrap(_read(file).recovery, plain, _BY_CODE)
    if key is None:
        raise InputRefused(
            "recovery code",
            None,
            "is typed without a slip and does not open this key file",
            "the latest code printed for it",
            str(file),
        )
    return _written(file, key, new_passphrase)


def change(file: Path, old: str, new: str) -> None:
    """Set a new passphrase with the old one. The recovery code stays.

    Raises
    ------
    InputRefused
        For another old passphrase, or a short new one.
    """
    key = unlock(file, old)
    long_enough(new)
    _save(file, msgspec.structs.replace(_read(file), passphrase=wrap(key, new, _BY_PASSPHRASE)))


def _written(file: Path, key: bytes, passphrase: str) -> tuple[bytes, str]:
    code = new_code()
    by_code = wrap(key, plain_code(code), _BY_CODE)
    _save(file, KeyFile(passphrase=wrap(key, passphrase, _BY_PASSPHRASE), recovery=by_code))
    return key, code


def _save(file: Path, keys: KeyFile) -> None:
    document = {"format": keys.format, **msgspec.to_builtins(keys)}
    with whole(file) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")


def _read(file: Path) -> KeyFile:
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeyFile)
    except OSError as error:
        raise InputRefused(
            "", None, f"cannot be read: {error.strerror}", "the key file of this database", str(file)
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InputRefused("", None, "is no key file of algesia", "algesia-keys/1", str(file)) from None


def long_enough(passphrase: str) -> None:
    """Refuse a passphrase that is short.

    Raises
    ------
    InputRefused
        Below `SHORTEST` letters.
    """
    if len(normal(passphrase).strip()) < SHORTEST:
        raise InputRefused(
            "passphrase", None, "is short", f"at least {SHORTEST} letters, such as a few words together"
        )
