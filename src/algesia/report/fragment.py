"""The review in a notebook cell: the sentence, the picture, the statement. Rules are scoped to the fragment."""

from __future__ import annotations

import base64
from typing import Final

from markupsafe import Markup

from algesia.assessment.model import Assessment
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import picture_of
from algesia.report.compose import document
from algesia.report.fonts import faces
from algesia.report.pictures import alternative
from algesia.report.printable import printable
from algesia.report.statements import PURPOSE, Place, emergency_line

CSS: Final = (
    ".algesia-review{max-width:1200px;padding:12px 16px;background:#fbfcfa;color:#172024;font:400 16px/1.5 system-ui,sans-serif}"
    ".algesia-review .lead{font-size:22px;line-height:1.3;font-weight:700;margin:0 0 4px}"
    ".algesia-review .stop{padding:16px 20px;background:#a3071f;color:#fff}"
    ".algesia-review .stop p{margin:4px 0 0}"
    ".algesia-review .lock{padding:8px 12px;margin:0 0 12px;border-left:6px solid #a36b00;background:#fbf1d9;color:#172024}"
    ".algesia-review img{width:100%;height:auto;margin:8px 0}"
    ".algesia-review .foot{font-size:13px;margin:4px 0 0}"
)


def html_fragment(assessment: Assessment, place: Place = "us") -> str:
    """Headline, picture and statement as one ``<div>`` without a script and without an id.

    The picture is an image with its text alternative; it carries its own colors and font, so the notebook's
    stylesheet cannot change it, nor it the notebook's. The ground is light paper: a notebook's theme need not
    follow the system's. An emergency shows the crimson block and whom to call, and no picture.
    """
    doc = document(assessment, place)
    parts = [Markup("<style>{}</style>").format(Markup(CSS))]
    if doc.emergency:
        lines = Markup("").join(Markup("<p>{}</p>").format(printable(line)) for line in doc.stop[1:])
        parts.append(
            Markup('<div class="stop"><p class="lead">{}</p>{}</div>').format(printable(doc.stop[0]), lines)
        )
    else:
        parts += [
            Markup('<p class="lock"><b>{}: {}.</b> {}</p>').format(
                lock.word, printable(lock.title.rstrip(".")), printable(lock.reasons)
            )
            for lock in doc.locks
        ]
        parts.append(
            Markup('<p class="lead">{}</p><p>{}</p>').format(printable(doc.headline), printable(doc.subline))
        )
    if doc.pictured:
        parts.append(_picture(assessment))
    foot = f"{PURPOSE} {emergency_line(place)}"
    parts.append(Markup('<p class="foot">{}<br>{}</p>').format(doc.editions, foot))
    return str(Markup('<div class="algesia-review" lang="en">{}</div>').format(Markup("").join(parts)))


def _picture(assessment: Assessment) -> Markup:
    picture = picture_of(assessment)

    # an image cannot use the notebook's fonts, and labels are placed for this one
    svg = dose_and_pain(picture, "wide", inline_colors="light").replace("<style>", f"<style>{faces()}", 1)
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(data, alternative(picture))
