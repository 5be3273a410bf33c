"""A review in the format asked for."""

from __future__ import annotations

import sys

from algesia.cli.output import terminal_width
from algesia.review import Review

FORMATS = ("text", "json", "html", "pdf", "fhir")


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

    terminal = to_terminal and sys.stdout is not None and sys.stdout.isatty()
    return review_text(review, width=terminal_width() if terminal else 100, color=terminal)
