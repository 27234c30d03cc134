"""What somebody has to do by a day: for the clinic, or for a client (DOMAIN §1 R24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class TaskStatus(StrEnum):
    """Whether it is done."""

    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"


TASK_STATUS_NAMES = {TaskStatus.OPEN: N_("Open"), TaskStatus.DONE: N_("Done"), TaskStatus.LAPSED: N_("Lapsed")}


class TaskSide(StrEnum):
    """Who does it."""

    CLINIC = "clinic"
    CLIENT = "client"


TASK_SIDE_NAMES = {TaskSide.CLINIC: N_("The clinic"), TaskSide.CLIENT: N_("The client")}


@dataclass(frozen=True, kw_only=True)
class Task(Record):
    """Something to do by ``due_on``, by ``owner_id`` (None: whoever is there). ``source``: what it came from, as ``table:id``."""

    client_id: str | None = None
    side: TaskSide = TaskSide.CLINIC
    title: str = ""
    note: str = ""
    due_on: date = date(1970, 1, 1)
    owner_id: str | None = None
    status: TaskStatus = TaskStatus.OPEN
    done_at: datetime | None = None
    done_by: str | None = None
    source: str = ""
