"""Fuzz the reader of folders of CSV: ``python fuzz/fuzz_csv.py [libFuzzer options]``."""

from __future__ import annotations

from harness import run

if __name__ == "__main__":
    run("csv")
