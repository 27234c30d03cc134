"""Who took the last step of a case and when: the log knows, so that no case has to keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nmx_desk.data import log as data
from nmx_desk.services.desk import Work


@dataclass(frozen=True)
class StepTaken:
    """A change of a status: by whom, on which day of the clinic."""

    user_id: str
    day: date


def last_step(work: Work, record_id: str) -> StepTaken | None:
    """The last change of the status of a record; None when it never changed, or when that was long ago."""
    for line in data.lines(work.store, data.LogFilter(obj_id=record_id, codes=("CHANGE",), limit=20)):
        if any(value.field == "status" for value in data.values(work.store, line.seq)):
            return StepTaken(line.actor, line.at.astimezone(work.zone).date())
    return None
