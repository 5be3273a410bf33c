"""Typed tables with their sources, and the loader that proves them. Facts live here, never in code."""
