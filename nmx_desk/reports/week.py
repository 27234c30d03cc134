"""The week sheet of a practitioner: a landscape page with a column per day, for the wall or the bag. No clinical text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from reportlab.lib.colors import white
from reportlab.platypus import Flowable, Spacer

from nmx_desk.domain.clients import shown_phone
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import ACCENT, BODY, BOLD, H1, H2, INK, LINE, REGULAR, SOFT, TINT, Head, fit, fonts, para, pdf, tall
from nmx_desk.reports.records import DayRow, PrintContext, Progress, WeekDay, WeekPrint
from nmx_desk.reports.tables import Column, Rows
from nmx_desk.reports.tags import artifact, tagged

HEIGHT: Final = 368.0
"""Points of the grid: it stays on the first page."""
SHARED: Final = 92.0
"""Points of it that a few instructions for calling may take, so that all stays on one page."""
AXIS, TITLE, SIZE, LEADING, LEAST = 30.0, 18.0, 6.6, 7.5, 4.5
CAPITAL: Final = 0.72
"""Height of a capital, as a part of the size."""
EARLIEST, LATEST = 9, 17
"""Hours that are always there; more when somebody works or comes earlier or later."""


def week_sheet(ctx: PrintContext, week: WeekPrint, *, progress: Progress | None = None) -> bytes:
    """The week of one practitioner as PDF; instructions for calling in full below it."""
    t = translator(ctx.language)
    first, last = week.days[0].day, week.days[-1].day
    year, number, _day = first.isocalendar()
    title = t.gettext("Week sheet")
    head = Head(title=title, period=formats.span(first, last, t), landscape=True)
    rows = [(day, row) for day in week.days for row in day.rows]
    heading = t.gettext("{practitioner}, week {n} of {year}").format(practitioner=week.practitioner, n=number, year=year)
    count = t.ngettext("{n} appointment", "{n} appointments", len(rows)).format(n=len(rows))
    shown = [day for day in week.days if day.rows or day.open or day.day.weekday() < 5]
    told = [[_when(ctx, day, row), row.client, shown_phone(row.phone), row.call_instruction] for day, row in rows if row.call_instruction]
    below: list[Flowable] = []
    if told:
        columns = [Column(t.gettext("Time"), 22, bold=True), Column(t.gettext("Client"), 24), Column(t.gettext("Phone"), 16),
                   Column(t.gettext("Call instruction"), 38)]  # fmt: skip
        below = [Spacer(0, 8), para(t.gettext("Call instruction"), H2), Rows(columns, told, width=head.width)]
    taken = tall(below)
    grid = WeekGrid(ctx, shown, head.width, HEIGHT - taken if taken <= SHARED else HEIGHT)
    return pdf(ctx, head, [para(fit(heading, BOLD, H1.fontSize, head.width), H1), para(count, BODY), grid, *below], progress)


def _when(ctx: PrintContext, day: WeekDay, row: DayRow) -> str:
    name = formats.weekday(day.day, translator(ctx.language)).split()[0]
    return f"{name} {formats.clock(row.start, ctx.zone)} – {formats.clock(row.end, ctx.zone)}"


class WeekGrid(Flowable):
    """Days side by side over hours: who works when, and who comes."""

    def __init__(self, ctx: PrintContext, days: Sequence[WeekDay], width: float, height: float) -> None:
        super().__init__()
        fonts()
        self.ctx, self.days, self.width, self.height = ctx, days, width, height
        spans = [span for day in days for span in (*day.open, *((row.start, row.end) for row in day.rows))]
        hours = [self._minute(start) // 60 for start, _end in spans] + [EARLIEST]
        ends = [-(-self._end(start, end) // 60) for start, end in spans] + [LATEST]
        self.first, self.last = min(hours), min(max(ends), 24)
        self.column = (width - AXIS) / max(len(days), 1)
        self.minute = (height - TITLE) / ((self.last - self.first) * 60)

    def _minute(self, instant: datetime) -> int:
        wall = formats.local(instant, self.ctx.zone)
        return wall.hour * 60 + wall.minute

    def _end(self, start: datetime, end: datetime) -> int:
        """The last minute on the day on which it begins."""
        same = formats.local(start, self.ctx.zone).date() == formats.local(end, self.ctx.zone).date()
        return self._minute(end) if same else 24 * 60

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its size."""
        return self.width, self.height

    def _y(self, minute: int) -> float:
        return self.height - TITLE - (minute - self.first * 60) * self.minute

    def draw(self) -> None:
        """When nobody works, hours, lines, then who comes. The shade lets through what lies under the page."""
        with artifact(self.canv):
            self.canv.saveState()
            self.canv.setFillColor(TINT)
            self.canv.setFillAlpha(0.6)
            for at, day in enumerate(self.days):
                for start, end in self._shut(day):
                    self._box(at, start, end, 0, 1, fill=True)
            self.canv.restoreState()
            self._lines()
        for at, day in enumerate(self.days):
            with tagged(self.canv, "H2"):
                self._day(at, day)
            for row, lane, lanes in lanes_of(day.rows):
                with tagged(self.canv, "P"):
                    self._row(at, row, lane, lanes)

    def _shut(self, day: WeekDay) -> list[tuple[int, int]]:
        """Minutes of the grid in which nobody works."""
        found, at = [], self.first * 60
        for start, end in sorted((self._minute(start), self._end(start, end)) for start, end in day.open):
            found.append((at, start))
            at = max(at, end)
        return [(a, b) for a, b in [*found, (at, self.last * 60)] if a < b]

    def _lines(self) -> None:
        canvas = self.canv
        canvas.setFont(REGULAR, SIZE)
        canvas.setStrokeColor(LINE)
        canvas.setFillColor(SOFT)
        canvas.setLineWidth(0.4)
        for hour in range(self.first, self.last + 1):
            y = self._y(hour * 60)
            canvas.line(AXIS, y, self.width, y)
            canvas.drawRightString(AXIS - 4, y - SIZE if hour < self.last else y, f"{hour:02}:00")
        for at in range(len(self.days) + 1):
            x = AXIS + at * self.column
            canvas.line(x, 0, x, self.height)

    def _box(self, at: int, start: int, end: int, lane: int, lanes: int, *, fill: bool) -> tuple[float, float, float, float]:
        """A rectangle on a day, its corner and size."""
        width = self.column / lanes
        x, low = AXIS + at * self.column + lane * width, self._y(min(end, self.last * 60))
        height = self._y(max(start, self.first * 60)) - low
        self.canv.rect(x, low, width, height, stroke=not fill, fill=1)
        return x, low, width, height

    def _day(self, at: int, day: WeekDay) -> None:
        canvas, x = self.canv, AXIS + at * self.column
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 8.5)
        name = formats.weekday(day.day, translator(self.ctx.language)).rsplit(" ", 1)[0]
        canvas.drawString(x + 4, self.height - TITLE + 6, fit(name, BOLD, 8.5, self.column - 6))
        if day.closed:
            canvas.setFillColor(SOFT)
            canvas.setFont(REGULAR, SIZE)
            canvas.drawString(x + 4, self.height - TITLE - SIZE - 3, fit(day.closed, REGULAR, SIZE, self.column - 6))

    def _row(self, at: int, row: DayRow, lane: int, lanes: int) -> None:
        canvas = self.canv
        canvas.setFillColor(white)
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(0.6)
        x, low, width, height = self._box(at, self._minute(row.start), self._end(row.start, row.end), lane, lanes, fill=False)
        canvas.setFillColor(INK)
        lines = [(BOLD, f"{formats.clock(row.start, self.ctx.zone)}  {row.client}")]
        more = " · ".join(filter(None, (row.type_name, row.room))), shown_phone(row.phone), row.call_instruction
        lines += [(REGULAR, text) for text in more]
        many, size = max(int((height - 1) // LEADING), 1), min(SIZE, max(height - 1.5, LEAST))
        first = height - size - 1.2 if many > 1 else (height - CAPITAL * size) / 2
        for n, (face, text) in enumerate([line for line in lines if line[1]][:many]):
            canvas.setFont(face, size)
            canvas.drawString(x + 3, low + first - n * LEADING, fit(text, face, size, width - 5))


def lanes_of(rows: Sequence[DayRow]) -> list[tuple[DayRow, int, int]]:
    """Each with its lane and how many there are beside each other where appointments overlap."""
    found: list[tuple[DayRow, int, int]] = []
    group: list[tuple[DayRow, int]] = []
    ends: list[datetime] = []
    for row in sorted(rows, key=lambda each: (each.start, each.end)):
        if ends and row.start >= max(ends):
            found += [(each, lane, len(ends)) for each, lane in group]
            group, ends = [], []
        lane = next((n for n, end in enumerate(ends) if end <= row.start), len(ends))
        ends[lane : lane + 1] = [max(row.end, row.start + timedelta(minutes=1))]
        group.append((row, lane))
    return found + [(each, lane, len(ends)) for each, lane in group]
