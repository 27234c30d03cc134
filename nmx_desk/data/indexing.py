"""Keeping the search indexes: of contact data and of signed consult notes."""

from __future__ import annotations

from typing import Any

from nmx_desk.data import note_search, search


def drain(driver: Any) -> int:
    """Index what was written since the last time; inside the transaction that wrote it. Returns how many rows and notes."""
    return search.drain(driver) + note_search.drain(driver)
