"""Sources as they are shown: a short label at the figure, the citation at the foot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from algesia.knowledge.model import Confidence, Source
from algesia.report.statements import CONFIDENCE_WORDS

EXPERT: Final = "expert_prior"

# how the letters of a source id are written; other words are capitalized when they open the label
_WORDS: Final = {
    "cdc": "CDC", "fda": "FDA", "va": "VA", "vadod": "VA/DoD", "aps": "APS", "nih": "NIH", "heal": "HEAL",
    "peolc": "PEOLC", "sps": "SPS", "asam": "ASAM", "dsm": "DSM", "oud": "OUD", "bzd": "benzodiazepine", "gbp": "gabapentin",
    "fpm": "FPM", "who": "WHO", "mme": "MME", "anzca": "ANZCA", "rxnorm": "RxNorm", "loinc": "LOINC", "cows": "COWS",
    "peg": "PEG", "ahs": "AHS", "hhs": "HHS", "ema": "EMA", "pmc": "PMC", "pmid": "PMID", "us": "US", "uk": "UK", "aus": "Australia",
    "nfr": "NFR", "wisp": "WISP", "ort": "ORT", "riosord": "RIOSORD", "cmaj": "CMAJ", "cpso": "CPSO", "racgp": "RACGP",
    "bnf": "BNF", "aafp": "AAFP", "jabfm": "JABFM", "pacc": "PACC", "phq": "PHQ", "ndc": "NDC", "cds": "CDS", "iec": "IEC",
    "dsm5oud": "DSM-5 OUD", "mypcnow161": "Fast Fact 161", "ff457": "Fast Fact 457", "ff441": "Fast Fact 441", "m3g": "M3G",
    "gad7": "GAD-7", "bmj": "BMJ", "msd": "MSD", "tapmi": "TAPMI", "nougg": "NOUGG", "ecg": "ECG", "algesia": "algesia",
    "cpic": "CPIC", "acr": "ACR", "wpi": "WPI", "qst": "QST", "oih": "OIH", "nice": "NICE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """One entry of the list of sources. `anchor` is safe as an HTML id and unique within a review."""

    id: str
    anchor: str
    label: str
    title: str
    where: str
    confidence: str


def label(source: str) -> str:
    """A source id in words.

    >>> label("cdc2022"), label("fda_gabapentinoid2019"), label("va_tool"), label("expert_prior")
    ('CDC 2022', 'FDA gabapentinoid 2019', 'VA tool', 'expert opinion')
    """
    if source == EXPERT:
        return "expert opinion"
    parts = [p for p in re.split(r"[_\s-]+|(?<=[A-Za-z])(?=\d{4})|(?<=\d{4})(?=[A-Za-z])", source) if p]
    words = [_WORDS.get(p.lower(), p if i else p[:1].upper() + p[1:]) for i, p in enumerate(parts)]
    return " ".join(words) or source


def anchor(source: str) -> str:
    """The HTML id of a source's entry: letters, digits and hyphens only.

    >>> anchor("va_tool")
    'source-va-tool'
    """
    return "source-" + (re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or "unnamed")


def citations(ids: Iterable[str], known: Mapping[str, Source]) -> tuple[Citation, ...]:
    """The entries for the sources that a review used, in the order of their labels.

    Expert opinion has no citation and is not listed. An id without an entry in the knowledge edition is listed as
    such; it is never dropped.
    """
    out = []
    taken: set[str] = set()
    for source_id in sorted(set(ids) - {EXPERT}, key=lambda i: (label(i).lower(), i)):
        mark = anchor(source_id)
        while mark in taken:
            mark += "-b"
        taken.add(mark)
        source = known.get(source_id)
        if source is None:
            out.append(
                Citation(source_id, mark, label(source_id), "", "", "no citation in this knowledge edition")
            )
            continue
        year = f" ({source.year})" if source.year and str(source.year) not in source.title else ""
        out.append(
            Citation(source_id, mark, label(source_id), source.title + year, source.where,
                     CONFIDENCE_WORDS[Confidence(source.confidence)])
        )  # fmt: skip
    return tuple(out)
