"""Fuzz the reader of files told by their content: ``python fuzz/fuzz_json.py [libFuzzer options]``."""

from __future__ import annotations

from harness import run

if __name__ == "__main__":
    run("json")
