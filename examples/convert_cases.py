"""Convert a folder of published cases (`algesia-case/0.1`) into records.

    python examples/convert_cases.py FOLDER

Writes `examples/cases/<id>.json` for every `*.json` case of the folder and refreshes the bundled examples that
come from them. Facts only: what a case says about its own answer is not written. A case that is refused is named
on standard error and makes the status 3.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from algesia.adapters.cases import is_case, read_case
from algesia.adapters.examples import names
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import write_record

HERE = Path(__file__).parent
RECORDS = HERE / "cases"
BUNDLED = HERE.parent / "src" / "algesia" / "adapters" / "data"


def convert(folder: Path) -> int:
    """Convert every case of `folder`; the exit status."""
    refused = 0
    RECORDS.mkdir(exist_ok=True)
    BUNDLED.mkdir(exist_ok=True)
    for path in sorted(folder.glob("*.json")):
        try:
            raw = json.loads(path.read_bytes())
            if not is_case(raw):
                continue
            data = write_record(read_case(raw))
        except (InputRefused, ValueError, RecursionError) as error:
            refused += 1
            sys.stderr.write(f"{path.name}: {error}\n")
            continue
        (RECORDS / path.name).write_bytes(data)
        if path.stem in names():
            (BUNDLED / path.name).write_bytes(data)
    return 3 if refused else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python examples/convert_cases.py FOLDER\n")
        sys.exit(2)
    sys.exit(convert(Path(sys.argv[1])))
