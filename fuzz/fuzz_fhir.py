"""Fuzz the reader of FHIR R4: ``python fuzz/fuzz_fhir.py [libFuzzer options]``."""

from __future__ import annotations

from harness import run

if __name__ == "__main__":
    run("fhir")
