"""10,000 FHIR MedicationRequests, from bytes to daily MME, beside a peer that only parses them.

    python benchmarks/fhir_mme.py [--requests 10000] [--repeat 5]

The peer is `fhir.resources` (R4B classes), which validates every element and computes nothing. It is measured in
the same process when it is installed (``pip install fhir.resources``); otherwise the table says that it is not.
One core, one process; the knowledge tables are loaded once before, as in a server. The ratio is of processor
seconds, which other work on the machine does not move.
"""

from __future__ import annotations

import argparse
import gc
import platform
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import perf_counter, process_time
from typing import Any

import orjson

from algesia.adapters.fhir import read_fhir_bytes
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.quantities.time import iso_day

FIRST_DAY = 737_000  # 2018-11-02
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
PRODUCTS = (
    ("1049683", "oxycodone hydrochloride 10 MG Oral Tablet", "{tablet}", 6),
    ("857002", "acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet", "{tablet}", 6),
    ("892596", "morphine sulfate 20 MG Extended Release Oral Capsule", "{capsule}", 12),
    ("864706", "methadone hydrochloride 10 MG Oral Tablet", "{tablet}", 8),
    ("197696", "72 HR fentanyl 0.075 MG/HR Transdermal System", "{patch}", 72),
    ("314076", "lisinopril 10 MG Oral Tablet", "{tablet}", 24),
)


def chart(requests: int) -> bytes:
    """A Bundle of one person's orders over years, the same on every run: 1 in 5 as needed, 1 in 10 a range."""
    entries: list[dict[str, Any]] = [
        {"resource": {"resourceType": "Patient", "id": "p", "birthDate": "1960-01-01"}}
    ]
    for n in range(requests):
        code, name, unit, hours = PRODUCTS[n % len(PRODUCTS)]
        one = {"value": 1 + n % 2, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
        two = {**one, "value": 3}
        dose = {"doseRange": {"low": one, "high": two}} if n % 10 == 0 else {"doseQuantity": one}
        start = FIRST_DAY + n * 2000 // requests
        period = {"start": iso_day(start), "end": iso_day(start + 29)}
        entries.append(
            {
                "fullUrl": f"https://example.org/fhir/MedicationRequest/{n}",
                "resource": {
                    "resourceType": "MedicationRequest",
                    "id": f"m{n}",
                    "status": "active",
                    "intent": "order",
                    "subject": {"reference": "Patient/p"},
                    "authoredOn": f"{iso_day(start)}T09:30:00-05:00",
                    "medicationCodeableConcept": {
                        "coding": [{"system": RXNORM, "code": code, "display": name}],
                        "text": name,
                    },
                    "dosageInstruction": [
                        {
                            "text": f"Take 1 every {hours} hours",
                            "timing": {
                                "repeat": {
                                    "boundsPeriod": period,
                                    "frequency": 1,
                                    "period": hours,
                                    "periodUnit": "h",
                                }
                            },
                            "asNeededBoolean": n % 5 == 0,
                            "doseAndRate": [dose],
                        }
                    ],
                },
            }
        )
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def timed(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Median (processor, wall clock) seconds of `work`, the garbage of the run before collected first."""
    processor, wall = [], []
    for _ in range(repeat):
        gc.collect()
        begin, began = process_time(), perf_counter()
        work()
        processor.append(process_time() - begin)
        wall.append(perf_counter() - began)
    return median(processor), median(wall)


def peer() -> Callable[[bytes], object] | None:
    """Parsing alone with fhir.resources, if it is installed."""
    if find_spec("fhir") is None:
        return None
    from fhir.resources.R4B.bundle import Bundle

    return lambda data: Bundle.model_validate(orjson.loads(data))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    data = chart(given.requests)
    knowledge = load()
    record = read_fhir_bytes(data)
    found = exposure(record, knowledge)
    total = found.on(found.last_day)

    read = timed(lambda: read_fhir_bytes(data), given.repeat)
    whole = timed(lambda: exposure(read_fhir_bytes(data), knowledge), given.repeat)
    print(
        f"{given.requests} MedicationRequests, {len(data) / 1e6:.1f} MB, Python {platform.python_version()}, one core"
    )
    print(f"checked: {len(record.medications)} entries, {len(found.mme.days)} steps, ", end="")
    print(f"last day {total.mme.likely:g} MME/d, complete: {total.complete}\n")
    rows = [
        ("algesia: bytes to record", read),
        ("algesia: bytes to daily MME", whole),
    ]
    parse = peer()
    if parse is not None:
        rows.append(("fhir.resources: parsing alone", timed(lambda: parse(data), given.repeat)))
    print(f"{'median of ' + str(given.repeat):32}{'processor':>12}{'wall clock':>14}{'ratio to ours':>16}")
    for name, (processor, wall) in rows:
        print(f"{name:32}{processor:10.3f} s{wall:12.3f} s{processor / whole[0]:16.2f}")
    if parse is None:
        print(
            "\nThe peer fhir.resources is not installed, so it was not measured: pip install fhir.resources"
        )


if __name__ == "__main__":
    main()
