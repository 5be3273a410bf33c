"""Public data sets through the readers, the exposure and the review: what is refused, what stays unconverted and why.

    python benchmarks/open_data.py FOLDER

FOLDER holds the data sets in folders of their own, at any depth; `docs/open-data.md` says where each can be had and
what it may be used for. A data set that is not there is named and passed over. Nothing is written.

None of these data sets has a label of opioid-induced hyperalgesia. They show whether real exports are read, and that
what they do not state is listed and not guessed; they say nothing about how often an answer is right.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import orjson

from algesia.adapters.csv_folder import read_folder, write_folder
from algesia.adapters.fhir import read_fhir
from algesia.adapters.fhir.conditions import kind_of_words
from algesia.assessment.diary import pain_diary, window_of
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.quantities.refusal import AlgesiaError
from algesia.record.codec import from_builtins
from algesia.record.model import Record
from algesia.review import Review, review

Row = dict[str, str]
Plain = dict[str, Any]
Source = tuple[str, Callable[[], Record]]
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


@dataclass
class Tally:
    """What came of one data set."""

    name: str
    patients: int = 0
    medications: int = 0
    doses: int = 0
    opioids: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def take(self, found: Review) -> None:
        """Count one review."""
        self.medications += len(found.record.medications)
        self.doses += len(found.record.doses)
        for item in found.exposure.items:
            if item.status == "not-opioid":
                self.others[item.reason or ""] += 1
            else:
                self.opioids[item.status, item.reason or ""] += 1
        self.said.update(f"leading: {name}" for name in found.differential.leading or ("none",))
        self.said.update(f"interlock: {lock.id} ({lock.level})" for lock in found.interlocks)
        self.said[f"trap: {found.trap.status}"] += 1
        self.said.update(f"option: {one.id} {one.status}" for one in found.options)
        self.said.update(f"asked: {query.why}" for query in found.queries)


def run(name: str, sources: Iterable[Source]) -> tuple[Tally, list[Review]]:
    """Read and review every person of a data set. Any error that is not a refusal is a fault, and stops the run."""
    tally = Tally(name)
    reviews: list[Review] = []
    for _, read in sources:
        tally.patients += 1
        began = perf_counter()
        try:
            reviews.append(review(read(), load()))
        except AlgesiaError as refused:
            tally.refused[str(refused)] += 1
            continue
        finally:
            tally.seconds += perf_counter() - began
        tally.take(reviews[-1])
    return tally, reviews


def rows(path: Path) -> list[Row]:
    """A CSV file, compressed or not, as rows by column name."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return list(csv.DictReader(io.StringIO(text)))


def bulk_fhir(folder: Path) -> Iterator[Source]:
    """Every patient of a FHIR bulk export: all its resources, one patient taken at a time by the reader."""
    lines = [line for path in sorted(folder.glob("[A-Z]*.ndjson")) for line in path.read_bytes().splitlines()]
    resources = [orjson.loads(line) for line in lines]
    for own in sorted(r["id"] for r in resources if r["resourceType"] == "Patient"):
        yield own, partial(read_fhir, resources, patient=own)


def whole_export(folder: Path) -> str:
    """What the reader says to an export of several patients when no patient is named."""
    lines = [line for path in sorted(folder.glob("[A-Z]*.ndjson")) for line in path.read_bytes().splitlines()]
    try:
        read_fhir([orjson.loads(line) for line in lines])
    except AlgesiaError as refused:
        return str(refused)
    return "read as one patient"


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
    # A course that starts and stops on one day has no first day without the drug that could be written as its end.
    return {
        "drug": row["DESCRIPTION"],
        "code": code,
        "start": start,
        **({"end": stop} if stop > start else {}),
    }


def _synthea_condition(row: Row) -> Plain:
    code = {"system": SNOMED, "code": row["CODE"], "display": row["DESCRIPTION"]}
    kind = kind_of_words(row["DESCRIPTION"])
    return {"text": row["DESCRIPTION"], "code": code, "at": row["START"][:10],
            **({"end": row["STOP"][:10]} if row["STOP"] else {}), **({"kind": kind} if kind else {})}  # fmt: skip


def round_trips(reviews: Iterable[Review]) -> tuple[int, int]:
    """How many records come back equal from a folder of CSV files, of how many."""
    equal = total = 0
    for one in reviews:
        with tempfile.TemporaryDirectory() as place:
            write_folder(one.record, Path(place) / "record")
            total += 1
            equal += read_folder(Path(place) / "record") == one.record
    return equal, total


def mmequiv(path: Path) -> None:
    """MME of 1,000 synthetic patients beside the rule of the file's own package, dose x doses a day x factor."""
    by_person = defaultdict(list)
    for row in rows(path):
        by_person[row["patient_id"]].append(row)
    began = perf_counter()
    differ: Counter[tuple[str, str, float]] = Counter()
    asked: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for own, meds in by_person.items():
        record = from_builtins(
            {"person": {"id": own}, "medications": [_prescription(i, m) for i, m in enumerate(meds)]}
        )
        found = exposure(record, load(), "nih-heal")
        asked.update(query.why for query in found.queries)
        expected = [MMEQUIV[m["medication_name"]][0] * _times(m) * float(m["dose"]) for m in meds]
        for item in found.items:
            row, mme = meds[int(item.medication)], expected[int(item.medication)]
            counts[item.status] += 1
            if item.mme is None or abs(item.mme.likely - mme) > 1e-6:
                share = -1.0 if item.mme is None else round(item.mme.likely / mme, 6)
                differ[row["medication_name"], f"{row['doses_per_24_hours']} doses a day", share] += 1
        plain = [i for i, m in enumerate(meds) if "uprenorphine" not in m["medication_name"]]
        _totals(counts, found, meds, plain, sum(expected[i] for i in plain))
    print(f"\n### mmequiv opioid_trial, NIH HEAL table\n\n{len(by_person)} patients, {sum(map(len, by_person.values()))} "
          f"prescriptions, {perf_counter() - began:.1f} s\n")  # fmt: skip
    table(("what", "n"), sorted(counts.items()))
    print("\nPrescriptions that differ (share = ours / theirs; -1 = no number of ours):\n")
    table(("medication", "frequency", "share", "n"), [(*key, n) for key, n in sorted(differ.items())])
    print("\nAsked:\n")
    table(("why", "n"), _shortened(asked))


def _prescription(at: int, row: Row) -> Plain:
    _, drug, route, form, unit = MMEQUIV[row["medication_name"]]
    release = {"release": "extended"} if "LA" in row["medication_name"].split() else {}
    return {"id": str(at), "drug": drug, "route": route, "form": form, **release,
            "dose": {"value": float(row["dose"]), "unit": unit}, "times_per_day": _times(row),
            "day": 0, "end_day": int(float(row["days_of_medication"]))}  # fmt: skip


def _times(row: Row) -> float:
    return float(row["doses_per_24_hours"])


def _totals(counts: Counter[str], found: Any, meds: list[Row], plain: list[int], daily: float) -> None:
    """Definition 4 (all prescriptions on one day) and total MME (each times its days), without buprenorphine."""
    ours = found.mme.at(found.first_day).likely
    counts[
        "patients: highest day agrees" if abs(ours - daily) < 1e-6 else "patients: highest day differs"
    ] += 1
    theirs = sum(
        MMEQUIV[meds[i]["medication_name"]][0] * _times(meds[i]) * float(meds[i]["dose"])
        * float(meds[i]["days_of_medication"]) for i in plain
    )  # fmt: skip
    days = range(found.first_day, found.last_day + 1)
    total = sum(found.mme.at(day).likely for day in days)
    counts[
        "patients: total MME agrees"
        if abs(total - theirs) < 1e-6 * max(1.0, theirs)
        else "patients: total MME differs"
    ] += 1


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


def table(heads: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> None:
    """A Markdown table."""
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for line in lines:
        print(f"| {' | '.join(str(cell) for cell in line)} |")


def _shortened(counted: Counter[str], most: int = 25) -> list[tuple[str, int]]:
    return [(text if len(text) < 150 else text[:147] + "...", n) for text, n in counted.most_common(most)]


def show(tally: Tally) -> None:
    """One data set's tables."""
    print(f"\n### {tally.name}\n")
    table(("patients", "refused", "medications", "logged doses", "opioid items", "not opioids", "seconds"),
          [(tally.patients, sum(tally.refused.values()), tally.medications, tally.doses, sum(tally.opioids.values()),
            sum(tally.others.values()), f"{tally.seconds:.2f}")])  # fmt: skip
    for title, heads, lines in (
        ("Opioid items", ("status", "reason", "n"), [(*key, n) for key, n in tally.opioids.most_common()]),
        ("Refusals", ("refusal", "n"), _shortened(tally.refused)),
        ("Drugs that are not opioids", ("why", "n"), _shortened(tally.others)),
        ("Answers", ("answer", "n"), _shortened(tally.said)),
    ):
        if lines:
            print(f"\n{title}:\n")
            table(heads, lines)


def main(folder: Path) -> None:
    """Run every data set that FOLDER holds."""

    def find(name: str) -> Path | None:
        found = next(iter(sorted(folder.rglob(name))), None)
        if found is None:
            print(f"\n### {name}: not in the folder")
        return found

    if (place := find("synthea_bulk_fhir_10")) is not None:
        tally, _ = run("Synthea, FHIR R4 bulk export", bulk_fhir(place))
        show(tally)
        print(f"\nThe export as a whole: {whole_export(place)}")
    for name in ("synthea_csv", "synthea_csv_104"):
        if (place := find(name)) is not None:
            tally, reviews = run(f"Synthea CSV, {name}", synthea(place))
            show(tally)
            print("\nRecords equal after a folder of CSV and back: {} of {}".format(*round_trips(reviews)))
    if (place := find("opioid_trial.csv")) is not None:
        mmequiv(place)
    if (place := find("ctn0094")) is not None:
        tally, reviews = run("CTN-0094, methadone and buprenorphine arms", ctn(place))
        show(tally)
        steps = [sum(e.change.direction != "start" for e in one.episodes) for one in reviews]
        print(f"\nDose changes a person: median {median(steps)}, most {max(steps)}")
    if (place := find("bda_pain")) is not None:
        tally, reviews = run("bda pain, first week", week(place / "pain.csv"))
        show(tally)
        weeks = [window_of(pain_diary(one.record, one.as_of).scores) for one in reviews]
        sds = sorted(w.sd for w in weeks if w is not None and w.sd is not None)
        print(f"\nDay-to-day SD within the week: median {median(sds):.2f}, "
              f"quartiles {sds[len(sds) // 4]:.2f} and {sds[3 * len(sds) // 4]:.2f}, n = {len(sds)}")  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(Path(sys.argv[1]))
    else:
        print(__doc__)
