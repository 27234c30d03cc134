"""What was measured after which step: the line of time with its choices, what the cursor tells, and all of it as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.complaints import MOMENT_NAMES
from nmx_desk.domain.course import MarkKind
from nmx_desk.i18n import _
from nmx_desk.services.course import CourseSheet
from nmx_desk.ui.care.course_view import BarsView, CourseView, Series, bar_words, mark_words
from nmx_desk.ui.care.measuring import outcome_names
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.hues import HUES, dot
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import Label, section, set_tip
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

FIRST = 3  # complaints that are drawn until somebody chooses
SHORT = 32  # characters of a name beside its box
DRAWN, TABLE = "drawn", "table"


@dataclass(frozen=True)
class Entry:
    """A line of the table."""

    day: date
    what: str
    words: str


def series_of(sheet: CourseSheet) -> list[Series]:
    """Every complaint that was measured, the main one first, then the three outcomes."""
    ranked = sorted(sheet.scores.complaints, key=lambda one: (not one.complaint.is_active, one.complaint.rank))
    named = [(one.complaint.id, one.complaint.words, [(score.measured_on, score.score) for score in one.scores]) for one in ranked]
    good = len(named)
    for code, name in outcome_names().items():
        points = [(one.measured_on, value) for one in sheet.scores.outcomes if (value := getattr(one, code)) is not None]
        named.append((code, _("{name} (10 is good)").format(name=name), points))
    return [
        Series(key, name, tuple(points), HUES[n * 3 % len(HUES)][0], dashed=n >= good)
        for n, (key, name, points) in enumerate(named)
        if points
    ]


def entries_of(sheet: CourseSheet) -> list[Entry]:
    """All of it in order of time, the newest first."""
    found = [Entry(day, _("Score"), f"{one.name}: {score}") for one in series_of(sheet) for day, score in one.points]
    found += [Entry(bar.began, _("Begun"), bar_words(bar)) for bar in sheet.bars]
    found += [Entry(bar.ended, _("Ended"), bar_words(bar)) for bar in sheet.bars if bar.ended is not None]
    for mark in sheet.marks:
        kind = MOMENT_NAMES.get(mark.moment, "") if mark.kind is MarkKind.NOTE else ""
        found.append(Entry(mark.day, mark_words(mark), _(kind) if kind else ""))
    return sorted(found, key=lambda one: (one.day, one.what), reverse=True)


def told_on(sheet: CourseSheet, series: Sequence[Series], day: date) -> list[tuple[str, list[str]]]:
    """What is known on a day, under heads: what happened, the last scores until then, the items that ran."""
    scores = [
        f"{one.name}: {found[1]}" + ("" if found[0] == day else " (" + dates.short(found[0]) + ")")
        for one in series
        if (found := one.at(day))
    ]
    running = [bar.text.rstrip(".") for bar in sheet.bars if bar.ran_on(day)]
    marks = [mark_words(mark) for mark in sheet.marks if mark.day == day]
    parts = [("", marks), (_("Last scores"), scores), (_("Running"), running or [_("Nothing of a plan was running.")])]
    return [(head, lines) for head, lines in parts if lines]


class CoursePanel(QWidget):
    """Drawn, or as a table; beside the drawing one chooses which scores."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.sheet: CourseSheet | None = None
        self.all: list[Series] = []
        self._hidden: set[str] = set()
        self._chosen = False
        self.view = CourseView()
        self.day, self.words = Label("", look="strong", wrap=True), column(space=Space.M)
        self.show_as = Segments(_("Show as"), ((DRAWN, _("Drawn")), (TABLE, _("As a table"))))
        self.choices = column(space=Space.XS)
        head = _("Nothing was measured and no plan was active yet")
        self.nothing = EmptyState(head, _("Scores come from calls and notes."), icon="chart-line")
        self.table: Table[Entry] = Table(
            [
                Column(key="day", title=_("Date"), text=lambda one: dates.short(one.day), width=116, sort_key=lambda one: one.day),
                Column(key="what", title=_("What"), text=lambda one: one.what, width=200, strong=True),
                Column(key="words", title=_("Details"), text=lambda one: one.words, tooltip=lambda one: one.words),
            ],
            name="course", label=_("Scores and plan over time"), settings=frame.user_settings, key=lambda one: one,
        )  # fmt: skip
        self.bars = BarsView(self.view)
        rolling = scroll(holder(column(self.bars, STRETCH)), _("Items of the plan"))
        drawing = column(self.view, rolling, space=0)
        drawing.setStretchFactor(rolling, 1)
        self.drawing = holder(drawing)
        chosen = scroll(holder(column(self.choices, STRETCH)), _("What is drawn"))
        told = scroll(holder(column(self.words, STRETCH)), _("What is known on that day"))
        beside = column(chosen, self.day, told, space=Space.S)
        beside.setStretch(0, 1)
        beside.setStretch(2, 1)
        self.side = holder(beside)
        line = row(self.drawing, self.side, space=Space.L)
        line.setStretch(0, 5)
        line.setStretch(1, 2)
        body = column(self.nothing, line, self.table, space=Space.M)
        body.setStretchFactor(line, 1)
        body.setStretchFactor(self.table, 1)
        body.setContentsMargins(0, 0, 0, 0)
        self.setLayout(body)
        self.view.moved.connect(self._tell)
        self.show_as.picked.connect(lambda _value: self._arrange())
        self._arrange()

    def clear(self) -> None:
        """Show nothing of anybody, and forget what was chosen."""
        self.sheet, self.all, self._hidden, self._chosen = None, [], set(), False
        self.table.set_rows([])
        self.day.setText("")
        for part in (self.choices, self.words):
            empty_layout(part)
        self.view.show_course((), (), (), self.view.today)
        self._arrange()

    def show_sheet(self, sheet: CourseSheet) -> None:
        """Show a client's course; what was chosen stays chosen."""
        self.sheet, self.all = sheet, series_of(sheet)
        if not self._chosen:
            self._hidden = {one.key for one in self.all[FIRST:]}
        empty_layout(self.choices)
        for one in self.all:
            most = round(SHORT / theme().text_scale)
            check = CheckInput(one.name if len(one.name) <= most else one.name[: most - 1].rstrip() + "…")
            check.setAccessibleName(one.name)
            set_tip(check, one.name)
            check.set_value(one.key not in self._hidden)
            check.setIcon(dot(one.hue))
            check.toggled.connect(partial(self._choose, one.key))
            self.choices.addWidget(check)
        self.table.set_rows(entries_of(sheet))
        self._arrange()
        self._draw()

    def _choose(self, key: str, on: bool) -> None:
        self._chosen = True
        self._hidden = self._hidden - {key} if on else self._hidden | {key}
        self._draw()

    @property
    def shown(self) -> list[Series]:
        """The chosen series."""
        return [one for one in self.all if one.key not in self._hidden]

    def _draw(self) -> None:
        if self.sheet is not None:
            self.view.show_course(self.shown, self.sheet.bars, self.sheet.marks, self.sheet.today)

    def _tell(self, day: date) -> None:
        if self.sheet is not None:
            self.day.setText(dates.full_day(day))
            empty_layout(self.words)
            for head, lines in told_on(self.sheet, self.shown, day):
                words = Label("\n".join(lines), look="small", role="muted", wrap=True, selectable=True)
                self.words.addLayout(column(*([section(head)] if head else []), words, space=2))

    def _arrange(self) -> None:
        """What is in sight."""
        known = self.sheet is not None and bool(self.all or self.sheet.bars or self.sheet.marks)
        drawn = self.show_as.value() == DRAWN
        self.nothing.setVisible(self.sheet is not None and not known)
        for part in (self.drawing, self.side):
            part.setVisible(known and drawn)
        self.table.setVisible(known and not drawn)
