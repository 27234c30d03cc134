"""Where a row behind a figure is opened."""

from __future__ import annotations

from typing import Any

from nmx_desk.services.figures import FigureRow

PARTS = {"grievance": "grievances", "deviation": "deviations", "satisfaction_answer": "satisfaction"}
FILES = {"follow_up": "followups", "client": "clients", "plan": "plans", "plan_item": "plans", "red_flag_check": "clients"}
RIGHTS = {
    "requests": "requests.read", "agenda": "agenda.read", "followups": "followups.read", "clients": "clients.read", "plans": "plans.read",
    "quality": "registers.read",
}  # fmt: skip
"""The right to each of the pages that are opened from here."""


def place_of(found: FigureRow) -> tuple[str, dict[str, Any]] | None:
    """The page and what it is told; None when there is nothing to open."""
    if found.table in PARTS:
        return "quality", {"part": PARTS[found.table], "record_id": found.id}
    if found.table == "advice_request":
        return "requests", {"request_id": found.id}
    if found.table == "appointment":
        where = {"day": found.day.isoformat()} if found.day else {}
        return "agenda", {**where, "appointment_id": found.id}
    if found.table == "follow_up":
        return "followups", {"follow_up_id": found.id}
    if found.client_id:
        return FILES.get(found.table, "clients"), {"client_id": found.client_id}
    return ("requests", {"request_id": found.request_id}) if found.request_id else None
