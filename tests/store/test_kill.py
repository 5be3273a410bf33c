"""A process killed in the middle of writing: everything that it acknowledged is there, and the rest is whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from algesia.adapters.store.engine import sqlite_url
from algesia.adapters.store.open import open_store
from tests.store.build import diary

FACTS: Final = 1000
KEY: Final = bytes(range(32))
CHILD: Final = f"""
import sys
from algesia.adapters.store.audit import append
from algesia.adapters.store.open import open_store
from tests.store.build import AT, pain
store = open_store(sys.argv[1], bytes.fromhex(sys.argv[2]) or None)
for i in range({FACTS}):
    pair = [pain(f"{{i}}a", i % 11), pain(f"{{i}}b", i % 11)]
    store.people.write("p1", pair, by="me", at=AT)
    store.audit.add("me", "write", "p1", at=AT)
    print(i, flush=True)
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_a_killed_process_loses_nothing_that_it_acknowledged(
    tmp_path: Path, seed: int, key: bytes | None
) -> None:
    if key is not None:
        pytest.importorskip("sqlcipher3")
    url = sqlite_url(tmp_path / "a.db")
    diary(open_store(url, key)).engine.dispose()
    random_ = random.Random(seed)
    after = random_.randrange(50, FACTS - 200)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, (key or b"").hex()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    acknowledged = [int(child.stdout.readline()) for _ in range(after)]
    # a part of a writing later, so that the kill falls in the middle of one
    subprocess.run(
        [sys.executable, "-S", "-c", f"import time; time.sleep({random_.random() / 100})"], check=True
    )
    child.kill()
    rest, errors = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL, errors
    # the last line may have been cut off
    acknowledged += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert after <= len(acknowledged) < FACTS

    store = open_store(url, key)
    there = {fact.id for fact in store.people.history("p1")}
    assert {f"{i}{half}" for i in acknowledged for half in "ab"} <= there
    # the one under way is there whole or not at all
    assert len(there) % 2 == 0
    assert len(there) // 2 - len(acknowledged) in (0, 1)
    found = store.audit.verify()
    assert found.broken_at is None
    assert found.rows >= len(acknowledged)
    # and it goes on
    assert store.people.write("p1", [], by="me", at="t").fresh is False
    store.audit.add("me", "write", "p1", at="t")
    assert store.audit.verify().rows == found.rows + 1
    store.engine.dispose()
