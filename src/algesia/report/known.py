"""The citations of the knowledge edition."""

from __future__ import annotations

from collections.abc import Mapping

from algesia.knowledge.loader import load
from algesia.knowledge.model import Source


def known_sources() -> Mapping[str, Source]:
    """Every source of the packaged knowledge edition, by id."""
    return load().sources
