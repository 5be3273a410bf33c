"""Whole processes: `algesia mme` and `--help` beside `import pydantic`. Run: python benchmarks/startup.py

Pairs are run in turn, so that the ratio holds when the machine's speed drifts. Medians of the pairwise ratios.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 15
RECORD = {
    "format": "algesia-record/1",
    "medications": [
        {
            "id": "m1",
            "drug": "oxycodone",
            "route": "oral",
            "dose": {"value": 20, "unit": "mg"},
            "every_hours": 12,
            "start": "2024-01-10",
        }
    ],
}


def seconds(command: list[str]) -> float:
    """Wall time of one process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    if importlib.util.find_spec("pydantic") is None:
        print("The peer is not installed: pip install pydantic")
        return
    peer = [sys.executable, "-c", "import pydantic"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.json"
        path.write_text(json.dumps(RECORD))
        algesia = [sys.executable, "-m", "algesia"]
        commands = {
            "algesia mme": [*algesia, "mme", str(path)],
            "algesia mme --format json": [*algesia, "mme", str(path), "--format", "json"],
            "algesia --help": [*algesia, "--help"],
        }
        print(f"{'process':28s}{'seconds':>10s}{'peer':>8s}{'ratio':>8s}")
        for name, command in commands.items():
            pairs = [(seconds(command), seconds(peer)) for _ in range(PAIRS)]
            ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"{name:28s}{ours:10.3f}{theirs:8.3f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
