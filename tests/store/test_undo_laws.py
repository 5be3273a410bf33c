"""Laws of writing and taking back, for any sequence: history only grows; an undo leaves everything as it was before."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.store.model import Entry, Kept
from algesia.adapters.store.open import open_store
from tests.store.build import AT, bodies, diary, note, pain

Step: TypeAlias = list[tuple[str, int, int]]
"""Facts of one batch: what to do, to which of the facts that hold, with which number."""

steps: st.SearchStrategy[list[Step]] = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["pain", "note", "person", "change", "withdraw"]),
            st.integers(0, 20),
            st.integers(0, 10),
        ),
        min_size=1,
        max_size=4,
    ),
    max_size=6,
)


def entry(id: str, what: str, value: int, target: Kept | None) -> Entry:
    """One fact to write; a change or a withdrawal of `target` where there is one."""
    if what == "note":
        return note(id, f"n{value}")
    if what == "person":
        return Entry(id, "person", {"weight_kg": 60.0 + value})
    if what == "withdraw" and target is not None:
        return Entry(id, target.list, None, target.id)
    if what == "change" and target is not None:
        changed = {"pain": pain(id, value), "notes": note(id, f"c{value}")}.get(
            target.list, Entry(id, "person", {"weight_kg": 80.0 + value})
        )
        return Entry(id, target.list, changed.body, target.id)
    return pain(id, value)


@settings(max_examples=60, deadline=None)
@given(plan=steps, chosen=st.integers(0, 100))
def test_undo_restores_what_held_and_history_only_grows(plan: list[Step], chosen: int) -> None:
    store = diary(open_store("sqlite://"))
    states = [bodies(store)]
    history: tuple[Kept, ...] = ()
    for number, step in enumerate(plan):
        batch = f"batch-{number}"
        for part, (what, which, value) in enumerate(step):
            # one writing each: a fact of a batch may change another of the same batch
            holds = store.people.current("p1")
            target = holds[which % len(holds)] if holds else None
            store.people.write(
                "p1", [entry(f"{number}-{part}", what, value, target)], by="me", at=AT, batch=batch
            )
        states.append(bodies(store))
        grown = store.people.history("p1")
        assert grown[: len(history)] == history
        history = grown
    # back to any earlier moment, batch by batch, the latest first
    back_to = chosen % len(states)
    for number in reversed(range(back_to, len(plan))):
        assert (
            store.people.undo("p1", f"batch-{number}", by="me", at=AT) > 0
            or states[number] == states[number + 1]
        )
        assert bodies(store) == states[number]
        assert store.people.undo("p1", f"batch-{number}", by="me", at=AT) == 0
        grown = store.people.history("p1")
        assert grown[: len(history)] == history
        history = grown
    # and forward again
    for number in range(back_to, len(plan)):
        store.people.undo("p1", f"batch-{number}~undo", by="me", at=AT)
        assert bodies(store) == states[number + 1]
    store.engine.dispose()
