"""Readers and writers at the edge: FHIR R4, CSV folders, published cases, bundled examples."""
