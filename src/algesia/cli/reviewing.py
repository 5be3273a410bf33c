"""A review in the format asked for."""

from __future__ import annotations

import sys
from pathlib import Path

from algesia.quantities.refusal import WrongCall
from algesia.review import Review

FORMATS = ("text", "json", "html", "pdf", "fhir")
ENDINGS = {".json": "json", ".html": "html", ".htm": "html", ".pdf": "pdf", ".txt": "text"}


def render_format(format: str | None, output: str | None) -> str:
    """The format asked for, or the one that the file's ending means."""
    if format is None:
        return ENDINGS.get(Path(output).suffix.lower(), "text") if output is not None else "text"
    if format not in FORMATS:
        raise WrongCall(f"--format {format!r} is not one of {', '.join(FORMATS)}")
    return format


def render(review: Review, format: str, to_terminal: bool) -> str | bytes:
    """The review as text, or as bytes for JSON and PDF."""
    if format == "json":
        import msgspec

        from algesia.report.answer import review_json

        return msgspec.json.format(review_json(review), indent=2)
    if format == "html":
        from algesia.report.html import review_html

        return review_html(review)
    if format == "pdf":
        from algesia.report.pdf import review_pdf

        return review_pdf(review)
    if format == "fhir":
        import msgspec

        from algesia.adapters.fhir.write import review_bundle

        return msgspec.json.format(msgspec.json.encode(review_bundle(review)), indent=2)
    from algesia.report.text import review_text

    terminal = to_terminal and sys.stdout.isatty()
    width = _width() if terminal else 100
    return review_text(review, width=width, color=terminal)


def _width() -> int:
    import shutil

    return max(60, min(120, shutil.get_terminal_size((100, 40)).columns))
