"""The bundled examples as people of the database, so that there is something to look at from the first minute."""

from __future__ import annotations

from contextlib import suppress

from algesia.adapters import examples
from algesia.adapters.store.people import Conflict, People

PREFIX = "example-"


def load_into(people: People, at: str) -> int:
    """Add every example that is not there yet; how many were added."""
    there = {person.id for person in people.all()}
    count = 0
    for name in examples.names():
        if f"{PREFIX}{name}" in there:
            continue
        # another process that starts at the same time may have been first
        with suppress(Conflict):
            people.add_record(f"{PREFIX}{name}", "example", name, examples.read(name), by="algesia", at=at)
            count += 1
    return count
