"""Time stamps of the log: an outside authority signs when a root was there (RFC 3161)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from nmx_desk.domain.base import Record


@dataclass(frozen=True, kw_only=True)
class LogStamp(Record):
    """One token: ``authority`` signed at ``at`` that the log of ``size`` entries had this ``root`` (hex). ``token``: its answer, base64."""

    size: int = 0
    root: str = ""
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    authority: str = ""
    token: str = ""
