"""A stream sealed under a key, in pieces of 1 MiB: AES-256-GCM, each piece bound to its number and to whether it is the last.

The key is made for one stream, so the number of the piece is its nonce. A piece that was altered, moved, taken out or cut
off does not open, and neither does the stream when the line before it was altered.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE: Final = 1_048_576
_TAG: Final = 16


class Sealing:
    """Writes to `under` what is written to it, sealed. What was not finished does not open."""

    def __init__(self, under: BinaryIO, key: bytes, bound: bytes) -> None:
        self._under, self._seal, self._bound = under, AESGCM(key), bound
        self._waiting, self._number = bytearray(), 0

    def write(self, data: bytes) -> int:
        """Take bytes; whole pieces go out, sealed."""
        self._waiting += data
        # the last piece is written by `finish`, so one that may be the last waits
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Send on what is under way below; a piece is not cut short."""
        self._under.flush()

    def finish(self) -> None:
        """Write the last piece."""
        self._piece(bytes(self._waiting), last=True)

    def _piece(self, plain: bytes, *, last: bool) -> None:
        self._under.write(self._seal.encrypt(_nonce(self._number, last), plain, self._bound))
        self._number += 1


class Unsealing(io.RawIOBase):
    """Reads from `under` what was sealed.

    Reading raises `cryptography.exceptions.InvalidTag` where anything was altered or is missing.
    """

    def __init__(self, under: BinaryIO, key: bytes, bound: bytes) -> None:
        super().__init__()
        self._under, self._seal, self._bound = under, AESGCM(key), bound
        self._number, self._ready, self._done = 0, b"", False
        self._next = under.read(PIECE + _TAG)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer with what was sealed; 0 at the end."""
        into = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready and not self._done:
            self._open()
        taken = self._ready[: len(into)]
        into[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)

    def _open(self) -> None:
        piece, self._next = self._next, self._under.read(PIECE + _TAG)
        last = not self._next
        if len(piece) < _TAG:
            raise InvalidTag
        self._ready = self._seal.decrypt(_nonce(self._number, last), piece, self._bound)
        self._number += 1
        self._done = last


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
