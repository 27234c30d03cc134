"""Filters of the log that somebody keeps under a name."""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.domain.base import Record


@dataclass(frozen=True, kw_only=True)
class SavedFilter(Record):
    """One user's filter: ``content`` is what the page reads it back from (JSON; ids and dates, and the words looked for)."""

    user_id: str = ""
    name: str = ""
    content: str = "{}"
