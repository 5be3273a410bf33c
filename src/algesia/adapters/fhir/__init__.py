"""FHIR R4 in and out: a thin reader of what a review uses, and the review as a collection Bundle."""

from __future__ import annotations

from algesia.adapters.fhir.read import read_fhir, read_fhir_bytes

__all__ = ["read_fhir", "read_fhir_bytes"]
