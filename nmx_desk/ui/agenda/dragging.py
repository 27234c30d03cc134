"""An appointment under way: picked up with the mouse, where it would go, and whether it can stay there. No pixels, no windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, may_become
from nmx_desk.domain.intervals import Interval, to_minutes
from nmx_desk.i18n import _
from nmx_desk.ui.agenda.sheet import Away, Block, Sheet

SNAP = 5  # minutes
PULL = 10  # minutes within which a start that is free draws an appointment to it
SHORTEST = 5
_S = AppointmentStatus
_STRETCHED = frozenset({_S.OPTION, _S.CONFIRMED, _S.ARRIVED, _S.IN_ROOM})


class Grip(StrEnum):
    """Where an appointment is held."""

    WHOLE = "whole"
    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True)
class Drag:
    """An appointment held at ``grip``, ``held`` minutes below its start; ``column``, ``start``, ``end``: where it is now."""

    block: Block
    grip: Grip
    held: int
    column: int
    start: int
    end: int
    fits: bool = True

    @property
    def is_elsewhere(self) -> bool:
        """Whether letting go would change anything."""
        return (self.column, self.start, self.end) != (self.block.column, self.block.start, self.block.end)


def picked_up(sheet: Sheet, block: Block, grip: Grip, minute: int) -> Drag | None:
    """An appointment taken at a minute; None when its state keeps it where it is."""
    status = block.item.appointment.status
    able = status in _STRETCHED if grip is Grip.BOTTOM else may_become(status, _S.MOVED)
    if not able or not block.item.appointment.live:
        return None
    end = sheet.end_minute(block.item.appointment.ends_at, block.column)
    return Drag(replace(block, end=end), grip, minute - block.start, block.column, block.start, end)


def dragged(drag: Drag, sheet: Sheet, column: int, minute: int, offered: Mapping[int, Sequence[int]] | None) -> Drag:
    """The same one with the mouse elsewhere. ``offered``: per column the starts that are free; None while they are not known."""
    if drag.grip is Grip.WHOLE:
        length = drag.end - drag.start
        start = _snapped(minute - drag.held)
        near = min((offered or {}).get(column, ()), key=lambda free: abs(free - start), default=None)
        if near is not None and abs(near - start) <= PULL:
            start = near
        start = max(0, min(start, sheet.axis.end - length))
        made = replace(drag, column=column, start=start, end=start + length)
    elif drag.grip is Grip.BOTTOM:
        made = replace(drag, end=max(drag.start + SHORTEST, min(_snapped(minute), sheet.axis.end)))
    else:
        made = replace(drag, start=min(drag.end - SHORTEST, max(_snapped(minute), 0)))
    judged = offered if drag.grip is Grip.WHOLE else None
    is_free = in_the_way(made, sheet) is None if judged is None else made.start in judged.get(column, ())
    there = sheet.exists(made.column, made.start) and sheet.exists(made.column, made.end - 1)
    return replace(made, fits=(is_free and there) or not made.is_elsewhere)


def in_the_way(drag: Drag, sheet: Sheet) -> Block | Away | None:
    """The appointment, or the absence, that lies where this one and the time around it would."""
    made = drag.block.item.appointment
    lo, hi = _busy(drag, sheet)
    if drag.grip is Grip.BOTTOM:  # what it has already it keeps, and it may run over the working hours
        lo = made.busy_to
        if made.double_booked_reason:
            return None
    practitioner_id = sheet.columns[drag.column].practitioner_id
    for one in sheet.blocks:
        other = one.item.appointment
        if other.busy_from < hi and lo < other.busy_to and other.id != made.id and _meet(drag, other, practitioner_id):
            return one
    if drag.grip is Grip.BOTTOM:
        return None
    return next((away for away in sheet.away[drag.column] if away.start < drag.end and away.end > drag.start), None)


def _busy(drag: Drag, sheet: Sheet) -> Interval:
    """The UTC minutes it would take, with the time around it."""
    made = drag.block.item.appointment
    before, after = to_minutes(made.starts_at) - made.busy_from, made.busy_to - to_minutes(made.ends_at)
    return to_minutes(sheet.instant(drag.column, drag.start)) - before, to_minutes(sheet.until(drag.column, drag.end)) + after


def _meet(drag: Drag, other: Appointment, practitioner_id: str) -> bool:
    """Whether two cannot be at the same time: one practitioner, one client, or a room that is kept."""
    made = drag.block.item.appointment
    same_room = drag.grip is Grip.BOTTOM and made.room_id is not None and made.room_id == other.room_id
    return other.practitioner_id == practitioner_id or (made.client_id is not None and made.client_id == other.client_id) or same_room


def why_not(drag: Drag, sheet: Sheet, now: datetime | None) -> str:
    """Why it cannot stay where it is held."""
    found = in_the_way(drag, sheet)
    if isinstance(found, Block):
        return _("{who} is there from {start} to {end}, with the time around it.").format(
            who=found.item.who, start=sheet.clock(found.start, found.column),
            end=sheet.clock(sheet.end_minute(found.item.appointment.ends_at, found.column), found.column),
        )
    if found is not None:
        return _("The practitioner is busy elsewhere then.") if found.elsewhere else _("The practitioner is absent then.")
    if now is not None and sheet.instant(drag.column, drag.start) < now:
        return _("This moment has passed.")
    if not any(a <= drag.start and drag.end <= b for a, b in sheet.open[drag.column]):
        return _("That is outside the working hours.")
    return _("That moment is not offered: there is too little time around it, no room, or it is too soon or too far ahead.")


def offered_starts(sheet: Sheet, found: Mapping[tuple[str, object], Sequence[datetime]]) -> dict[int, list[int]]:
    """Per column the minutes at which an appointment can begin."""
    return {
        number: [sheet.minute(start, number) for start in found.get((column.practitioner_id, column.day), ())]
        for number, column in enumerate(sheet.columns)
    }


def _snapped(minute: int) -> int:
    return round(minute / SNAP) * SNAP
