"""From bytes or parsed JSON to a flat list of resources about one patient, each with its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import orjson

from algesia.adapters.fhir.elements import Json, instant, items, obj, string, under
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant

_FHIR: Final = "FHIR R4: a Bundle, a resource, a list of resources, or one resource a line"
_DEEPEST: Final = 8
_SUBJECTS: Final = ("subject", "patient")


@dataclass(slots=True)
class Found:
    """The resources of one file, each with its path, and what refers to what.

    `index` holds every way a resource can be referred to. `snapshot` is the Bundle's own date, if it has one.
    """

    resources: list[tuple[str, Json]] = field(default_factory=list)
    index: dict[str, Json] = field(default_factory=dict)
    patient: tuple[str, Json] | None = None
    about: str | None = None
    snapshot: Instant | None = None
    others: int = 0


def parse(data: bytes) -> object:
    """JSON or NDJSON. Raises `InputRefused` with line and column of what is not JSON.

    >>> parse(b'{"a": 1}\\n{"a": 2}\\n')
    [{'a': 1}, {'a': 2}]
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise InputRefused("", None, "is empty", _FHIR)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        failed = error
    lines = data.split(b"\n")
    resources: list[object] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            resources.append(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            if not resources:
                raise _not_json(failed.lineno, failed) from None
            raise _not_json(number, error) from None
    return resources


def _not_json(line: int, error: orjson.JSONDecodeError) -> InputRefused:
    return InputRefused(f"line {line}, column {error.colno}", None, f"is not JSON ({error.msg})", _FHIR)


def unpack(raw: object, patient: str | None = None) -> Found:
    """The resources in `raw`, all about one patient.

    Raises
    ------
    InputRefused
        For what is not FHIR, copies of a resource that differ, or several patients (both are named).
    """
    found = Found()
    seen: dict[tuple[str, str], tuple[str, Json]] = {}
    full: list[tuple[str, Json]] = []
    for path, resource, url in _walk(raw, found):
        kind, own = resource["resourceType"], resource.get("id")
        if type(kind) is str and type(own) is str:
            first = seen.get((kind, own))
            if first is not None:
                if first[1] == resource:
                    continue
                raise InputRefused(
                    f"{path}.id", own, f"is also the id of {first[0]}", "an id of its own, or an equal copy"
                )
            seen[kind, own] = (path, resource)
            found.index[f"{kind}/{own}"] = resource
        if url is not None:
            found.index[url] = resource
        full.append((path, resource))
    _one_patient(full, found, patient)
    return found


def _walk(raw: object, found: Found) -> Iterator[tuple[str, Json, str | None]]:
    """Every resource with its path and fullUrl; Bundles are opened, nested ones too."""
    stack: list[tuple[str, object, str | None, int]] = []
    if isinstance(raw, list):
        stack.extend((f"[{i}]", one, None, 0) for i, one in reversed(list(enumerate(raw))))
    else:
        name = raw.get("resourceType") if isinstance(raw, dict) else None
        stack.append((name if isinstance(name, str) else "", raw, None, 0))
    while stack:
        path, resource, url, depth = stack.pop()
        if type(resource) is not dict:
            raise InputRefused(path, resource, "is not a resource", _FHIR)
        kind = resource.get("resourceType")
        if type(kind) is not str or not (kind.isascii() and kind.isalpha()):
            at = f"{path}.resourceType" if path else "resourceType"
            raise InputRefused(
                at, kind, "is missing" if kind is None else "is not the name of a resource", _FHIR
            )
        if kind != "Bundle":
            yield path, resource, url
            continue
        if depth >= _DEEPEST:
            raise InputRefused(path, None, "is nested too deeply", f"Bundles at most {_DEEPEST} deep")
        try:
            _date(resource, found)
            entries = items(resource, "entry")
        except InputRefused as refused:
            raise under(refused, path) from None
        for index in range(len(entries) - 1, -1, -1):
            entry = entries[index]
            if entry.get("resource") is not None:
                full = entry.get("fullUrl")
                known = full if type(full) is str else None
                stack.append((f"{path}.entry[{index}].resource", entry["resource"], known, depth + 1))


def _date(bundle: Json, found: Found) -> None:
    stamp = instant(bundle, "timestamp")
    meta = obj(bundle, "meta")
    if stamp is None and meta is not None:
        try:
            stamp = instant(meta, "lastUpdated")
        except InputRefused as refused:
            raise under(refused, "meta") from None
    if stamp is not None and (found.snapshot is None or stamp > found.snapshot):
        found.snapshot = stamp


def _one_patient(full: list[tuple[str, Json]], found: Found, wanted: str | None) -> None:
    """Keep what is about `wanted`, or make sure that all is about one patient."""
    wanted = None if wanted is None else _plain(wanted.removeprefix("Patient/"), found)
    about: dict[str, str] = {}
    for path, resource in full:
        kind = resource["resourceType"]
        who = _patient_id(resource) if kind == "Patient" else _subject(resource, path, found)
        if wanted is not None and who not in (None, wanted):
            found.others += 1
            continue
        if who is not None and who not in about:
            where = path if kind == "Patient" else f"{path}.subject.reference"
            if about:
                first, there = next(iter(about.items()))
                problem = f"is another patient than Patient/{first} ({there})"
                raise InputRefused(where, f"Patient/{who}", problem, "resources about one patient")
            about[who] = where
        if kind != "Patient":
            found.resources.append((path, resource))
        elif found.patient is None:
            found.patient = (path, resource)
        else:
            raise InputRefused(path, None, f"is another Patient than {found.patient[0]}", "one Patient")
    found.about = next(iter(about), None)


def _patient_id(patient: Json) -> str | None:
    own = patient.get("id")
    return own if type(own) is str else None


def _subject(resource: Json, path: str, found: Found) -> str | None:
    """Whom a resource is about, without server and version; ``None`` when it does not say."""
    for key in _SUBJECTS:
        value = resource.get(key)
        if value is None:
            continue
        try:
            reference = obj(resource, key) or {}
            target = string(reference, "reference")
        except InputRefused as refused:
            raise under(refused, f"{path}" if refused.path.startswith(key) else f"{path}.{key}") from None
        if target is None or target.startswith(("#", "Group/")):
            continue
        return _plain(target, found)
    return None


def _plain(reference: str, found: Found) -> str:
    """The id that a reference to a patient names: of ``https://x/Patient/1/_history/2`` it is 1."""
    target = found.index.get(reference)
    if target is not None and target.get("resourceType") == "Patient" and type(target.get("id")) is str:
        return str(target["id"])
    plain = reference.split("/_history/")[0]
    return plain.rsplit("/", 1)[-1] if "/" in plain else plain
