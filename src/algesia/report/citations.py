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

# ids that do not read well word by word
_LABELS: Final = {
    "algesia-body": "algesia body figure", "apap_mix": "Acetaminophen limits", "aus2023": "Australia 2023",
    "bmc_bnf2025": "BMC and BNF 2025", "bup_digest": "Buprenorphine thresholds",
    "bup_nowithdrawal2021": "Buprenorphine without withdrawal 2021", "buppractice": "BupPractice",
    "cadeprescribe": "Deprescribing Network 2019", "capsaicin8_2016": "Capsaicin 8 % 2016", "cbt2012": "CBT 2012",
    "cbt2020": "CBT 2020", "cdc2016-file": "CDC 2016 data file", "cdc2018-file": "CDC 2018 data file",
    "cdc_ig_2022": "CDC implementation guide 2022", "cdc_pocket": "CDC pocket guide", "cosri_codes": "COSRI codes",
    "cpgqa": "cpgQA", "dulox_label": "Duloxetine label", "esi2012": "Epidural steroids 2012",
    "esi2020": "Epidural steroids 2020", "exercise_cochrane2021": "Exercise, Cochrane 2021",
    "exercise_who2023": "Exercise, WHO 2023", "fent_cut": "Fentanyl patch label", "fibro2016": "Fibromyalgia 2016",
    "fpm_case28": "FPM case 28", "gbp_label": "Gabapentin label", "gbp_uk": "Gabapentinoids UK",
    "gpn_tca": "GPnotebook tricyclics", "hm_er_pi": "Hydromorphone ER label", "ioat_micro": "iOAT micro-induction",
    "it_case2004": "IT case 2004", "it_japan2023": "IT Japan 2023", "it_survey2016": "IT survey 2016",
    "it_textbook": "IT textbook", "jabfm_micro": "JABFM micro-induction", "ket2018": "Ketamine consensus 2018",
    "ket_cochrane2025": "Ketamine, Cochrane 2025", "lofex_label": "Lofexidine label", "lonts2020": "LONTS 2020",
    "maudsley_app": "Maudsley schedules", "mayo_mono": "Mayo monographs", "mccann2010": "McCann 2010",
    "mcmaster_text": "McMaster textbook", "mdedge_switch": "MDedge methadone switch", "medalg": "Medical Algorithms",
    "methods_methadone": "Methadone rotation methods", "moh_my": "MOH Malaysia", "mscontin_pi": "MS Contin label",
    "msd": "MSD Manual", "nct00833755": "NCT00833755", "neupsig2015": "NeuPSIG 2015", "neupsig2025": "NeuPSIG 2025",
    "ni_formulary": "Northern Ireland formulary", "nsaid_mix": "NSAID limits", "openanes": "OpenAnesthesia",
    "opioids_aware_taper": "Opioids Aware taper", "opioidsaware_conv": "Opioids Aware conversion",
    "oxy_er_pi": "Oxycodone ER label", "pgb_label": "Pregabalin label", "pgb_renal_nz": "Pregabalin renal table NZ",
    "phq9_2001": "PHQ-9 2001", "pl2023": "Prescriber's Letter 2023", "prialt": "PRIALT", "prodigy2020": "PRODIGY 2020",
    "scot_pall": "Scottish palliative guidelines", "scs2023": "SCS 2023", "scs2023_reply": "SCS 2023 reply",
    "scs_elsaban2023": "SCS, ElSaban 2023", "skyscape_meth": "Skyscape methadone", "snmd2021": "Neuromodulation 2021",
    "utd_withdrawal": "UpToDate withdrawal", "va_adjunct": "VA adjuncts", "wellington": "Wellington manual",
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

    >>> label("cdc2022"), label("fda_gabapentinoid2019"), label("mccann2010"), label("expert_prior")
    ('CDC 2022', 'FDA gabapentinoid 2019', 'McCann 2010', 'expert opinion')
    """
    if source == EXPERT:
        return "expert opinion"
    if source in _LABELS:
        return _LABELS[source]
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
