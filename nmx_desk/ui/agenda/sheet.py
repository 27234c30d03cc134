"""Where everything of a day or a week lies, in minutes from top to bottom (``axis``): no pixels yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from nmx_desk.domain.intervals import Intervals, from_minutes, merge, to_minutes
from nmx_desk.services.agenda import DayAgenda, DayColumn, DayItem
from nmx_desk.ui.agenda.axis import DayAxis, axis_of

STEP = 15  # minutes between the free moments the cursor stops at
SHORTEST = 15  # minutes an appointment takes at least on the screen
_USUAL = (9 * 60, 17 * 60)
_WORKING_DAYS = 5


@dataclass(frozen=True)
class Block:
    """One appointment in its column, in lane ``lane`` of ``lanes`` beside others at the same time."""

    item: DayItem
    column: int
    start: int
    end: int
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True)
class Away:
    """A stretch in which the practitioner is absent, or busy by another calendar (``elsewhere``)."""

    start: int
    end: int
    reason: str = ""
    elsewhere: bool = False


class Sheet:
    """Columns of blocks: a day's practitioners, or somebody's days. ``first``, ``last``: hours in sight; nothing of them is hidden.

    ``hidden``: practitioners whose columns are left out of a day; ``by_practitioner``: a hue says with whom and not of what kind.
    """

    def __init__(self, agenda: DayAgenda, hidden: Collection[str] = (), *, by_practitioner: bool = False) -> None:
        self.agenda = agenda
        self.zone = ZoneInfo(agenda.zone)
        self.by_practitioner = by_practitioner
        seen = tuple(column for column in agenda.columns if column.practitioner_id not in hidden)
        self.columns = _without_idle_weekend(agenda.columns) if agenda.is_week else seen or agenda.columns
        self.axis = axis_of(agenda.zone, (column.day for column in self.columns))
        self._days = [DayAxis(self.axis, column.day) for column in self.columns]
        self.open = [self._hours(n, column) for n, column in enumerate(self.columns)]
        self.away = [
            [
                *(Away(self.minute(a.start_at, n), self.end_minute(a.end_at, n), a.reason) for a in column.absences),
                *(Away(self.minute(begin, n), self.end_minute(end, n), elsewhere=True) for begin, end in column.elsewhere),
            ]
            for n, column in enumerate(self.columns)
        ]
        self.blocks = [block for number, column in enumerate(self.columns) for block in self._lay(number, column)]
        spans = [span for hours in self.open for span in hours] + [(block.start, block.end) for block in self.blocks]
        begins, ends = map(self.axis.at, _USUAL)
        first, last = min((a for a, _b in spans), default=begins), max((b for _a, b in spans), default=ends)
        self.first, self.last = first // 60 * 60, min(self.axis.end, -(-last // 60) * 60)

    @property
    def people(self) -> dict[str, int]:
        """The hue of each practitioner in sight."""
        return {column.practitioner_id: column.hue for column in self.columns}

    @property
    def key(self) -> tuple[tuple[str, date], ...]:
        """What is shown: of whom, and which days."""
        return tuple((column.practitioner_id, column.day) for column in self.columns)

    def minute(self, instant: datetime, column: int) -> int:
        """The minute of a column at which something begins; what is not on its day is at its edge."""
        return self._days[column].minute(to_minutes(instant))

    def end_minute(self, instant: datetime, column: int) -> int:
        """The minute of a column until which something lasts."""
        return self._days[column].end(to_minutes(instant, up=True))

    def exists(self, column: int, minute: int) -> bool:
        """Whether a column's day has this minute: the clock may skip it."""
        return self._days[column].exists(minute)

    def instant(self, column: int, minute: int) -> datetime:
        """The instant of a minute of a column; the next one there is where it does not have it."""
        return from_minutes(self._days[column].instant(minute))

    def until(self, column: int, minute: int) -> datetime:
        """The instant at which what ends at a minute of a column ends."""
        return from_minutes(self._days[column].until(minute))

    def clock(self, minute: int, column: int | None = None) -> str:
        """What the clock shows at a minute, of one column or of all."""
        return self.axis.clock(minute, None if column is None else self.columns[column].day)

    def on(self, day: date) -> list[int]:
        """The columns of a day."""
        return [number for number, column in enumerate(self.columns) if column.day == day]

    def _hours(self, number: int, column: DayColumn) -> Intervals:
        """When somebody works; a time that the clock skips is none of it."""
        return merge(span for a, b in column.open for span in self._days[number].spans(to_minutes(a), to_minutes(b, up=True)))

    def _lay(self, number: int, column: DayColumn) -> list[Block]:
        items = [item for item in column.items if item.appointment.live]
        spans = [(self.minute(item.appointment.starts_at, number), self.end_minute(item.appointment.ends_at, number)) for item in items]
        blocks = [Block(item, number, a, max(b, a + SHORTEST)) for item, (a, b) in zip(items, spans, strict=True)]
        return list(side_by_side(blocks))

    def block_at(self, column: int, minute: int) -> Block | None:
        """The appointment at a minute of a column."""
        return next((block for block in self.blocks if block.column == column and block.start <= minute < block.end), None)

    def block_of(self, appointment_id: str) -> Block | None:
        """Where an appointment lies."""
        return next((block for block in self.blocks if block.item.appointment.id == appointment_id), None)

    def item(self, appointment_id: str) -> DayItem | None:
        """An appointment of these days, cancelled ones included."""
        every = (item for column in self.columns for item in column.items)
        return next((item for item in every if item.appointment.id == appointment_id), None)

    def cancelled(self) -> list[DayItem]:
        """What was cancelled of these days, in order of time."""
        gone = (item for column in self.columns for item in column.items if not item.appointment.live)
        return sorted({item.appointment.id: item for item in gone}.values(), key=lambda item: item.appointment.starts_at)

    def is_free(self, column: int, minute: int) -> bool:
        """Whether the practitioner works then and nothing is booked."""
        works = any(a <= minute < b for a, b in self.open[column]) and not any(a.start <= minute < a.end for a in self.away[column])
        return works and self.block_at(column, minute) is None

    def stops(self, column: int) -> list[int]:
        """Minutes at which the cursor stops in a column: appointments and free moments."""
        free = (minute for minute in range(self.first, self.last, STEP) if self.is_free(column, minute))
        return sorted({*free, *(block.start for block in self.blocks if block.column == column)})


def side_by_side(blocks: Iterable[Block]) -> Iterable[Block]:
    """Give blocks that overlap lanes of their own: one pass over them in order of time."""
    group: list[Block] = []
    free_at: list[int] = []  # per lane the minute at which it is free again
    reach = 0
    for block in sorted(blocks, key=lambda block: (block.start, -block.end)):
        if group and block.start >= reach:
            yield from _widths(group, len(free_at))
            group, free_at = [], []
        lane = next((number for number, free in enumerate(free_at) if free <= block.start), len(free_at))
        free_at[lane : lane + 1] = [block.end]
        group.append(Block(block.item, block.column, block.start, block.end, lane))
        reach = max(reach, block.end) if len(group) > 1 else block.end
    yield from _widths(group, len(free_at))


def _widths(group: list[Block], lanes: int) -> Iterable[Block]:
    return (Block(block.item, block.column, block.start, block.end, block.lane, lanes) for block in group)


def _without_idle_weekend(columns: tuple[DayColumn, ...]) -> tuple[DayColumn, ...]:
    """The days of a week; Saturday and Sunday only when somebody works or comes."""
    kept = list(columns)
    while len(kept) > _WORKING_DAYS and not kept[-1].open and not kept[-1].items:
        kept.pop()
    return tuple(kept)
