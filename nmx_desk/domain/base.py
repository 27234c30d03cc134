"""What every record has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A frozen record. ``id`` is UUID text, empty before it is stored; ``version`` counts changes (optimistic locking)."""

    id: str = ""
    version: int = 0
    created_at: datetime = EPOCH
    created_by: str = ""
