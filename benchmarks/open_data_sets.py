"""Public data sets as records: what each file means, person by person. Used by `open_data`."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from algesia.adapters.fhir import read_fhir
from algesia.adapters.fhir.conditions import kind_of_words
from algesia.record.codec import from_builtins
from algesia.record.model import Record

Row = dict[str, str]
Plain = dict[str, Any]
Source = tuple[str, Callable[[], Record]]
"""A person's id, and what reads that person's record."""
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"

# mmequiv's medication names with the factor of the NIH HEAL calculator's own list (Pain 2025,
# doi:10.1097/j.pain.0000000000003529), and what the name means in a record: drug, route, form, unit.
MMEQUIV: dict[str, tuple[float, str, str, str, str]] = {
    "Buprenorphine buccal film (mcg) buccal": (0.039, "buprenorphine", "buccal", "film", "ug"),
    "Buprenorphine patch (mcg/hr) transdermal": (2.2, "buprenorphine", "transdermal", "patch", "ug/h"),
    "Buprenorphine tablet/film (mg) sublingual": (38.8, "buprenorphine", "sublingual", "tablet", "mg"),
    "Codeine (mg)": (0.15, "codeine", "oral", "tablet", "mg"),
    "Dihydrocodeine (mg)": (0.25, "dihydrocodeine", "oral", "tablet", "mg"),
    "Fentanyl buccal (mcg)": (0.13, "fentanyl", "buccal", "tablet", "ug"),
    "Fentanyl nasal (mcg)": (0.16, "fentanyl", "nasal", "spray", "ug"),
    "Fentanyl oral (mcg)": (0.18, "fentanyl", "buccal", "film", "ug"),
    "Fentanyl patch (mcg/hr)": (2.4, "fentanyl", "transdermal", "patch", "ug/h"),
    "Hydrocodone (mg)": (1.0, "hydrocodone", "oral", "tablet", "mg"),
    "Hydrocodone LA (mg)": (1.0, "hydrocodone", "oral", "capsule", "mg"),
    "Hydromorphone (mg)": (5.0, "hydromorphone", "oral", "tablet", "mg"),
    "Hydromorphone (mg) LA": (5.0, "hydromorphone", "oral", "tablet", "mg"),
    "Levorphanol tartrate (mg)": (11.0, "levorphanol", "oral", "tablet", "mg"),
    "Meperidine HCL (mg)": (0.1, "meperidine", "oral", "tablet", "mg"),
    "Methadone (mg)": (4.7, "methadone", "oral", "tablet", "mg"),
    "Morphine (mg)": (1.0, "morphine", "oral", "tablet", "mg"),
    "Morphine (mg) LA": (1.0, "morphine", "oral", "tablet", "mg"),
    "Opium (mg)": (1.0, "opium", "oral", "tincture", "mg"),
    "Oxycodone (mg)": (1.5, "oxycodone", "oral", "tablet", "mg"),
    "Oxycodone (mg) LA": (1.5, "oxycodone", "oral", "tablet", "mg"),
    "Oxymorphone (mg)": (3.0, "oxymorphone", "oral", "tablet", "mg"),
    "Oxymorphone (mg) LA": (3.0, "oxymorphone", "oral", "tablet", "mg"),
    "Pentazocine (mg)": (0.37, "pentazocine", "oral", "tablet", "mg"),
    "butorphanol (mg)": (7.0, "butorphanol", "nasal", "spray", "mg"),
    "tapentadol (mg)": (0.3, "tapentadol", "oral", "tablet", "mg"),
    "tapentadol (mg) LA": (0.3, "tapentadol", "oral", "tablet", "mg"),
    "tramadol (mg)": (0.2, "tramadol", "oral", "tablet", "mg"),
    "tramadol (mg) LA": (0.2, "tramadol", "oral", "tablet", "mg"),
}


def rows(path: Path) -> list[Row]:
    """A CSV file, compressed or not, as rows by column name."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return list(csv.DictReader(io.StringIO(text)))


def export(folder: Path) -> list[Plain]:
    """Every resource of a FHIR bulk export, in the order of its files."""
    lines = [line for path in sorted(folder.glob("[A-Z]*.ndjson")) for line in path.read_bytes().splitlines()]
    return [orjson.loads(line) for line in lines]


def bulk_fhir(folder: Path) -> Iterator[Source]:
    """Every patient of a FHIR bulk export: all its resources, one patient taken at a time by the reader."""
    resources = export(folder)
    for own in sorted(r["id"] for r in resources if r["resourceType"] == "Patient"):
        yield own, partial(read_fhir, resources, patient=own)


def synthea(folder: Path) -> Iterator[Source]:
    """Every patient of a Synthea CSV export as a record: name, code and days. The files state no dose and no sig."""
    taken, known = defaultdict(list), defaultdict(list)
    for row in rows(folder / "medications.csv"):
        taken[row["PATIENT"]].append(row)
    for row in rows(folder / "conditions.csv"):
        known[row["PATIENT"]].append(row)
    for person in rows(folder / "patients.csv"):
        own = person["Id"]
        raw: Plain = {
            "person": {"id": own, "birth_date": person["BIRTHDATE"],
                       "sex": {"M": "male", "F": "female"}.get(person["GENDER"], "unknown")},
            "medications": [_synthea_order(row) for row in taken[own]],
            "conditions": [_synthea_condition(row) for row in known[own]],
        }  # fmt: skip
        yield own, partial(from_builtins, raw)


def _synthea_order(row: Row) -> Plain:
    start, stop = row["START"][:10], row["STOP"][:10]
    code = {"system": RXNORM, "code": row["CODE"], "display": row["DESCRIPTION"]}
    order: Plain = {"drug": row["DESCRIPTION"], "code": code, "start": start}
    if stop:
        # `end` is the first day without the drug: a course that starts and stops on one day ends on the next.
        next_day = (date.fromisoformat(start) + timedelta(days=1)).isoformat()
        order["end"] = max(stop, next_day)
    return order


def _synthea_condition(row: Row) -> Plain:
    code = {"system": SNOMED, "code": row["CODE"], "display": row["DESCRIPTION"]}
    kind = kind_of_words(row["DESCRIPTION"])
    return {"text": row["DESCRIPTION"], "code": code, "at": row["START"][:10],
            **({"end": row["STOP"][:10]} if row["STOP"] else {}), **({"kind": kind} if kind else {})}  # fmt: skip


def prescription(at: int, row: Row) -> Plain:
    """One row of `opioid_trial`, all rows of a person starting on day 0: the file has no dates."""
    _, drug, route, form, unit = MMEQUIV[row["medication_name"]]
    release = {"release": "extended"} if "LA" in row["medication_name"].split() else {}
    return {"id": str(at), "drug": drug, "route": route, "form": form, **release,
            "dose": {"value": float(row["dose"]), "unit": unit}, "times_per_day": times(row),
            "day": 0, "end_day": int(float(row["days_of_medication"]))}  # fmt: skip


def times(row: Row) -> float:
    """Doses in 24 hours."""
    return float(row["doses_per_24_hours"])


def mme_by_rule(row: Row) -> float:
    """MME a day by the rule of the file's own package: dose x doses in 24 hours x factor."""
    return MMEQUIV[row["medication_name"]][0] * times(row) * float(row["dose"])


def ctn(folder: Path) -> Iterator[Source]:
    """People of the CTN-0094 arms with methadone or buprenorphine: daily doses taken, and the trial's diagnosis."""
    arms = defaultdict(set)
    for row in rows(folder / "randomization.csv"):
        arms[row["who"]].add("methadone" if "Methadone" in row["treatment"] else "buprenorphine"
                             if "BUP" in row["treatment"] else "")  # fmt: skip
    doses = defaultdict(list)
    for row in rows(folder / "treatment.csv.gz"):
        doses[row["who"]].append(row)
    for own, given in doses.items():
        drug = next(iter(arms[own])) if len(arms[own]) == 1 else ""
        if not drug:
            continue  # injections are counted, not weighed; one person has no arm
        route = "oral" if drug == "methadone" else "sublingual"
        raw: Plain = {
            "person": {"id": own},
            "conditions": [{"kind": "opioid-use-disorder", "text": "treated in a trial for opioid use disorder"}],
            "doses": [{"day": int(float(d["when"])), "drug": drug, "route": route, "form": "tablet",
                       "dose": {"value": float(d["amount"]), "unit": "mg"}} for d in given],
        }  # fmt: skip
        yield own, partial(from_builtins, raw)


def week(path: Path) -> Iterator[Source]:
    """The first week of each diary of bda's `pain`. The second week has no date, so it is not placed."""
    for at, row in enumerate(rows(path)):
        rated = [(day, row[f"t0{day + 1}"]) for day in range(7)]
        pain = [
            {"day": d, "score": float(v), "scale": "vas-0-10"} for d, v in rated if v not in ("", "NA", "nan")
        ]
        yield str(at), partial(from_builtins, {"pain": pain})
