"""Writing results: to the terminal, a pipe, or a file that is either whole or untouched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from algesia.quantities.refusal import WrongCall


def write(content: str | bytes, place: str | None) -> None:
    """Write text or bytes. A file is written beside its place and moved there, so it is never half written.

    Raises
    ------
    WrongCall
        When the place cannot be written to, or bytes would go to a terminal.
    """
    data = content if isinstance(content, bytes) else (content.rstrip("\n") + "\n").encode()
    if place is None or place == "-":
        if isinstance(content, bytes) and content[:5] == b"%PDF-" and sys.stdout.isatty():
            raise WrongCall("a PDF cannot be shown in a terminal: name a file with -o")
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    import tempfile

    output = Path(place)
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except OSError as error:
        raise WrongCall(f"cannot write {place!r}: {error.strerror}") from None


def write_json(document: object, place: str | None) -> None:
    """Write a document as indented JSON."""
    import msgspec

    write(msgspec.json.format(msgspec.json.encode(document), indent=2), place)
