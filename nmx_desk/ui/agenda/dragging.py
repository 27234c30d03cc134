"""An appointment under way: picked up with the mouse, where it would go, and whether it can stay there. No pixels, no windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.agenda import AppointmentStatus, may_become
from nmx_desk.ui.agenda.sheet import DAY, Block, Sheet

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
    end = sheet.minute(block.item.appointment.ends_at, block.column)
    return Drag(replace(block, end=end), grip, minute - block.start, block.column, block.start, end)


def dragged(drag: Drag, sheet: Sheet, column: int, minute: int, offered: Mapping[int, Sequence[int]] | None) -> Drag:
    """The same one with the mouse elsewhere. ``offered``: per column the starts that are free; None while they are not known."""
    if drag.grip is Grip.WHOLE:
        length = drag.end - drag.start
        start = _snapped(minute - drag.held)
        near = min((offered or {}).get(column, ()), key=lambda free: abs(free - start), default=None)
        if near is not None and abs(near - start) <= PULL:
            start = near
        start = max(0, min(start, DAY - length))
        made = replace(drag, column=column, start=start, end=start + length)
        is_free = offered is None or start in offered.get(column, ())
    elif drag.grip is Grip.BOTTOM:
        made = replace(drag, end=max(drag.start + SHORTEST, min(_snapped(minute), DAY)))
        is_free = True
    else:
        made = replace(drag, start=min(drag.end - SHORTEST, max(_snapped(minute), 0)))
        is_free = True
    home = not made.is_elsewhere
    return replace(made, fits=home or (is_free and not in_the_way(made, sheet)))


def in_the_way(drag: Drag, sheet: Sheet) -> bool:
    """Whether another appointment, or an absence, lies where this one would."""
    others = (one for one in sheet.blocks if one.column == drag.column and one.item is not drag.block.item)
    spans = [(one.start, one.end) for one in others] + [(away.start, away.end) for away in sheet.away[drag.column]]
    return any(begin < drag.end and end > drag.start for begin, end in spans)


def offered_starts(sheet: Sheet, found: Mapping[tuple[str, object], Sequence[datetime]]) -> dict[int, list[int]]:
    """Per column the minutes at which an appointment can begin."""
    return {
        number: [sheet.minute(start, number) for start in found.get((column.practitioner_id, column.day), ())]
        for number, column in enumerate(sheet.columns)
    }


def _snapped(minute: int) -> int:
    return round(minute / SNAP) * SNAP
