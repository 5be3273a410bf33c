"""Public data sets through the readers, the exposure and the review: what is refused, what stays unconverted and why.

    python benchmarks/open_data.py FOLDER

FOLDER holds the data sets in folders of their own, at any depth; `docs/open-data.md` says where each can be had and
what it may be used for. A data set that is not there is named and passed over. Nothing is written.

None of these data sets has a label of opioid-induced hyperalgesia. They show whether real exports are read, and that
what they do not state is listed and not guessed; they say nothing about how often an answer is right.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from open_data_sets import (
    Row,
    Source,
    bulk_fhir,
    ctn,
    export,
    mme_by_rule,
    prescription,
    rows,
    synthea,
    week,
)

from algesia.adapters.csv_folder import read_folder, write_folder
from algesia.adapters.fhir import read_fhir
from algesia.assessment.diary import pain_diary, window_of
from algesia.exposure.compute import exposure
from algesia.exposure.model import Exposure
from algesia.knowledge.loader import load
from algesia.quantities.refusal import AlgesiaError
from algesia.record.codec import from_builtins
from algesia.review import Review, review


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


def whole_export(folder: Path) -> str:
    """What the reader says to an export of several patients when no patient is named."""
    try:
        read_fhir(export(folder))
    except AlgesiaError as refused:
        return str(refused)
    return "read as one patient"


def round_trips(reviews: Iterable[Review]) -> tuple[int, int]:
    """How many records come back equal from a folder of CSV files, of how many."""
    equal = total = 0
    for one in reviews:
        with tempfile.TemporaryDirectory() as place:
            write_folder(one.record, Path(place) / "record")
            total += 1
            equal += read_folder(Path(place) / "record") == one.record
    return equal, total


def days_agree(reviews: Iterable[Review]) -> tuple[int, int]:
    """On how many days with a logged dose exposure holds the plain sum of the day's mg, of how many."""
    equal = total = 0
    for one in reviews:
        logged: dict[tuple[str, str, int], float] = defaultdict(float)
        for dose in one.record.doses:
            logged[dose.drug, dose.route or "", dose.at.day] += dose.dose.value or 0.0
        for (drug, route, day), mg in logged.items():
            total += 1
            equal += abs(one.exposure.tracks[drug, route].at(day).likely - mg) < 1e-6
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
            {"person": {"id": own}, "medications": [prescription(i, m) for i, m in enumerate(meds)]}
        )
        found = exposure(record, load(), "nih-heal")
        asked.update(query.why for query in found.queries)
        expected = [mme_by_rule(m) for m in meds]
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


def _totals(counts: Counter[str], found: Exposure, meds: list[Row], plain: list[int], daily: float) -> None:
    """Definition 4 (all prescriptions on one day) and total MME (each times its days), without buprenorphine."""
    ours = found.mme.at(found.first_day).likely
    counts[f"patients: highest day {'agrees' if abs(ours - daily) < 1e-6 else 'differs'}"] += 1
    theirs = sum(mme_by_rule(meds[i]) * float(meds[i]["days_of_medication"]) for i in plain)
    days = range(found.first_day, found.last_day + 1)
    total = sum(found.mme.at(day).likely for day in days)
    same = abs(total - theirs) < 1e-6 * max(1.0, theirs)
    counts[f"patients: total MME {'agrees' if same else 'differs'}"] += 1


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
        print("\nDays on which exposure is the sum of the day's doses: {} of {}".format(*days_agree(reviews)))
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
