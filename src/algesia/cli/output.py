"""Writing results: to the terminal, a pipe, or a file that is either whole or untouched."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, cast

from algesia.quantities.refusal import WrongCall

ENDINGS: Final = {
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".txt": "text",
    ".ics": "ics",
    ".csv": "csv",
}


def format_of(format: str | None, output: str | None, allowed: tuple[str, ...]) -> str:
    """The format asked for, or the one that the file's ending means; text where there is no ending.

    Raises
    ------
    WrongCall
        For a format that is not allowed, or an ending that no allowed format has.

    >>> format_of(None, "review.html", ("text", "json", "html"))
    'html'
    """
    if format is not None:
        if format not in allowed:
            raise WrongCall(f"--format {format!r} is not one of {', '.join(allowed)}")
        return format
    ending = "" if output is None else Path(output).suffix.lower()
    found = ENDINGS.get(ending, "") if ending else "text"
    if found not in allowed:
        right = ", ".join(known for known, means in ENDINGS.items() if means in allowed)
        raise WrongCall(f"-o {output!r} ends in none of {right}: change the ending or name a --format")
    return found


def terminal_width() -> int:
    """Columns for text: those of the terminal, at least 60 and at most 120; 100 in a pipe or a file."""
    import shutil

    if cast("object", sys.stdout) is None or not sys.stdout.isatty():
        return 100
    return max(60, min(120, shutil.get_terminal_size((100, 40)).columns))


def write(content: str | bytes, place: str | None) -> None:
    """Write text or bytes. A file is written beside its place and moved there, so it is never half written.

    Raises
    ------
    WrongCall
        When the place cannot be written to, or bytes would go to a terminal.
    """
    data = content if isinstance(content, bytes) else (content.rstrip("\n") + "\n").encode()
    if place is None or place == "-":
        _to_standard_output(data)
        return
    import tempfile

    try:
        if os.path.exists(place) and not os.path.isfile(place):  # noqa: PTH110, PTH113
            # a device or a pipe is written to; a file moved there would take its place
            with open(place, "wb") as special:  # noqa: PTH123
                special.write(data)
            return
        output = Path(place).resolve()
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WrongCall(f"cannot write {place!r}: {reason}") from None


def _to_standard_output(data: bytes) -> None:
    # Python leaves None in place of a stream that was closed before it started
    if cast("object", sys.stdout) is None:
        raise WrongCall("cannot write: standard output is closed")
    if data.startswith(b"%PDF-") and sys.stdout.isatty():
        raise WrongCall("a PDF cannot be shown in a terminal: name a file with -o")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        forget_output()
        if isinstance(error, BrokenPipeError):
            raise
        raise WrongCall(f"cannot write to standard output: {error.strerror}") from None


def forget_output() -> None:
    """Send what is still buffered nowhere: the interpreter would try once more when it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_json(document: object, place: str | None) -> None:
    """Write a document as indented JSON."""
    import msgspec

    write(msgspec.json.format(msgspec.json.encode(document), indent=2), place)
