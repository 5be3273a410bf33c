"""Wrapping a key under a secret that a person knows: argon2id makes a key of the secret, AES-256-GCM wraps with it.

Parameters are the second recommended option of RFC 9106, section 4 (3 passes, 4 lanes, 64 MiB, a salt of 128 bits, a key
of 256 bits). They are written beside the wrapped key, so that later files can take more.
"""

from __future__ import annotations

import base64
import json
import secrets
import unicodedata
from typing import Annotated, Final, Literal

import msgspec
from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta

KEY: Final = 32
SALT: Final = 16
NONCE: Final = 12
PASSES: Final = 3
LANES: Final = 4
MEMORY_KIB: Final = 65_536


class Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key wrapped under a secret. The bounds keep an altered file from asking for all memory or all day."""

    kdf: Literal["argon2id"] = "argon2id"
    version: Literal[19] = 19
    passes: Annotated[int, Meta(ge=1, le=100)]
    lanes: Annotated[int, Meta(ge=1, le=64)]
    memory_kib: Annotated[int, Meta(ge=512, le=4_194_304)]
    salt: Annotated[bytes, Meta(min_length=SALT, max_length=64)]
    nonce: Annotated[bytes, Meta(min_length=NONCE, max_length=NONCE)]
    wrapped: Annotated[bytes, Meta(min_length=KEY + 16, max_length=KEY + 16)]


def wrap(key: bytes, secret: str, purpose: str) -> Wrapped:
    """Wrap a key of 32 bytes. `purpose` is bound to it: what was wrapped for one cannot stand in for another."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    empty = Wrapped(
        passes=PASSES, lanes=LANES, memory_kib=MEMORY_KIB, salt=salt, nonce=nonce, wrapped=bytes(KEY + 16)
    )
    sealed = AESGCM(_derived(empty, secret)).encrypt(nonce, key, _bound(empty, purpose))
    return msgspec.structs.replace(empty, wrapped=sealed)


def unwrap(wrapped: Wrapped, secret: str, purpose: str) -> bytes | None:
    """The key, or ``None`` when the secret is another or the wrapping was altered: the two cannot be told apart."""
    try:
        return AESGCM(_derived(wrapped, secret)).decrypt(
            wrapped.nonce, wrapped.wrapped, _bound(wrapped, purpose)
        )
    except InvalidTag:
        return None


def normal(secret: str) -> str:
    """A passphrase as it is used: one form for letters that keyboards write in two (Unicode NFKC).

    >>> normal("cafe\\u0301") == normal("caf\\u00e9")
    True
    """
    return unicodedata.normalize("NFKC", secret)


def _derived(wrapped: Wrapped, secret: str) -> bytes:
    return hash_secret_raw(
        normal(secret).encode(),
        wrapped.salt,
        time_cost=wrapped.passes,
        memory_cost=max(wrapped.memory_kib, 8 * wrapped.lanes),
        parallelism=wrapped.lanes,
        hash_len=KEY,
        type=Type.ID,
        version=ARGON2_VERSION,
    )


def _bound(wrapped: Wrapped, purpose: str) -> bytes:
    """What the seal covers beside the key: purpose and parameters."""
    salt = base64.b64encode(wrapped.salt).decode()
    return json.dumps(
        [purpose, wrapped.kdf, wrapped.passes, wrapped.lanes, wrapped.memory_kib, salt]
    ).encode()
