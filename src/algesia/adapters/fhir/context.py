"""What reading one resource needs to know of the whole file: drugs, dates, references, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from algesia.adapters.fhir.drugs import Drugs
from algesia.adapters.fhir.elements import Json, instant, obj, string
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import DEFAULT_EPOCH, Instant

LONGEST_ID: Final = 128
_DATES: Final = (
    "authoredOn", "effectiveDateTime", "effectiveInstant", "whenHandedOver", "whenPrepared", "dateAsserted",
    "recordedDate", "onsetDateTime", "abatementDateTime", "authored", "issued",
)  # fmt: skip
_PERIODS: Final = ("effectivePeriod", "onsetPeriod")


class Context:
    """One file being read.

    Attributes
    ----------
    drugs
        Reads medication concepts and references.
    left_out
        (what, why) of every resource that was understood and does not count, with how many.
    notes
        Sentences about what was assumed, with how many times.
    """

    def __init__(
        self, resources: list[Json], index: Mapping[str, Json], drugs: Drugs, snapshot: Instant | None
    ) -> None:
        self._resources = resources
        self.index = index
        self.drugs = drugs
        self._snapshot = snapshot
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.notes: Counter[str] = Counter()

    def skip(self, kind: str, why: str) -> None:
        """Count a resource that does not count."""
        self.left_out[kind, why] += 1

    def note(self, sentence: str) -> None:
        """Count an assumption."""
        self.notes[sentence] += 1

    @cached_property
    def file_day(self) -> Instant:
        """The day this file shows: Bundle.timestamp or meta.lastUpdated, else the latest dated fact, else the
        epoch of the record."""
        if self._snapshot is not None:
            return Instant(self._snapshot.day)
        return self._last_fact or Instant(DEFAULT_EPOCH)

    @cached_property
    def _last_fact(self) -> Instant | None:
        return max(_dates(self._resources), default=None)

    def over_by(self, resource: Json) -> Instant:
        """The day by which something that is over was over: when the file says so, or its last fact if earlier.

        Taking no later day than the last fact keeps what is over from running on the day of asking.
        """
        known = self.known_by(resource)
        return known if self._last_fact is None else min(known, self._last_fact)

    def known_by(self, resource: Json) -> Instant:
        """The day by which what `resource` says held: its own last update, else the file's day."""
        meta = obj(resource, "meta")
        updated = instant(meta, "lastUpdated") if meta is not None else None
        return Instant(updated.day) if updated is not None else self.file_day

    @cached_property
    def dated(self) -> bool:
        """Whether the file shows any day at all."""
        return self._snapshot is not None or self._last_fact is not None

    def referred(self, reference: Json | None) -> Json | None:
        """The resource of this file that a Reference means."""
        target = string(reference, "reference") if reference is not None else None
        if target is None:
            return None
        found = self.index.get(target)
        if found is None and target.count("/") > 1:
            found = self.index.get("/".join(target.split("/_history")[0].split("/")[-2:]))
        return found

    @cached_property
    def shared_ids(self) -> frozenset[str]:
        """Ids that resources of several types have: they are told apart by the type."""
        seen: dict[str, object] = {}
        shared = set()
        for resource in self._resources:
            own = resource.get("id")
            if type(own) is str and seen.setdefault(own, resource.get("resourceType")) != resource.get(
                "resourceType"
            ):
                shared.add(own)
        return frozenset(shared)

    def id_of(self, resource: Json) -> str | None:
        """The id under which a resource's entries stand in the record; ``None`` when it has none."""
        own = string(resource, "id")
        if own is None:
            return None
        if len(own) > LONGEST_ID:
            raise InputRefused("id", own, "is too long", f"at most {LONGEST_ID} characters")
        return f"{resource['resourceType']}/{own}" if own in self.shared_ids else own


def _dates(resources: Iterable[Json]) -> Iterable[Instant]:
    for resource in resources:
        for key in _DATES:
            if key in resource:
                found = instant(resource, key)
                if found is not None:
                    yield Instant(found.day)
        for key in _PERIODS:
            period = obj(resource, key)
            for end in ("start", "end"):
                found = instant(period, end) if period is not None else None
                if found is not None:
                    yield Instant(found.day)
