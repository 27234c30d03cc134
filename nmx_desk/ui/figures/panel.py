"""Beside the tiles: what is behind one number, its months and how it is counted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.kpi import Figure
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.figures import COUNTED, HITS, MISSED, FigureRow
from nmx_desk.ui.figures import words
from nmx_desk.ui.figures.tables import fit, months_table
from nmx_desk.ui.figures.words import Shown
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import STRETCH, Segments, SidePanel, column, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.kit.trend import MonthBars
from nmx_desk.ui.theme.tokens import Space

LIST_HEIGHT = 270


class FigurePanel(SidePanel):
    """``key``: the number it shows. ``asked`` when other rows are wanted; ``opened`` carries a row."""

    asked = Signal()
    opened = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Figure"))
        self.frame = frame
        self.key = ""
        self._split = False
        self.remarks = Label("", look="small", role="muted", wrap=True)
        self.part = Segments(_("Which rows"), [(HITS, _("Yes")), (MISSED, _("No")), (COUNTED, _("All"))])
        self._which = holder(row(self.part, STRETCH))
        self.table = self._rows_table()
        self.bars, self.months = MonthBars(), months_table(frame.user_settings)
        self.definition = muted("")
        self._course = holder(column(section(_("The same by month")), self.bars, self.months, space=Space.S))
        self._counted = holder(column(section(_("How it is counted")), self.definition, space=Space.S))
        parts: Sequence[QWidget] = (self.remarks, self._which, self.table, self._course, self._counted)
        self.body.setSpacing(Space.M)
        for part in parts:
            self.body.addWidget(part)
        self.months.hide()
        self.table.setMinimumHeight(LIST_HEIGHT)
        self.part.picked.connect(lambda _part: self.asked.emit())
        self.table.opened.connect(self.opened)
        self.hide()

    def _rows_table(self) -> Table[FigureRow]:
        nothing = EmptyState(_("Nothing behind this number"), _("In these days nothing was counted here."), icon="list")
        columns: list[Column[FigureRow]] = [
            Column(key="who", title=_("Who or what"), text=_who, strong=True, detail=_detail, tooltip=_detail),
            Column(key="day", title=_("Day"), text=self._day, width=112, sort_key=lambda found: found.day,
                   tooltip=lambda found: dates.full_day(found.day) if found.day else ""),
        ]  # fmt: skip
        return Table(columns, name="figure_rows", label=_("What is behind the figure"), settings=self.frame.user_settings, empty=nothing)

    def _day(self, found: FigureRow) -> str:
        return dates.day(found.day, self.frame.now()) if found.day else ""

    def show_figure(self, shown: Shown) -> None:
        """Show a figure; its rows come after."""
        figure, name = shown.figure, words.name(shown.key)
        about = "  ·  ".join(filter(None, (words.value(figure), words.counts(figure), words.change(shown))))
        hits, whole = len(figure.hits), len(figure.counted)
        self._begin(shown.key, name, about, (hits, whole - hits, whole) if _is_split(figure) else None)
        remarks = words.remarks(figure)
        self.remarks.setText(remarks[:1].upper() + remarks[1:])
        self.remarks.setVisible(bool(remarks))
        marks = words.marks(shown)
        self.bars.show_marks(name, marks, shown.target.value if shown.target else None)
        self.months.set_rows(list(reversed(marks)))
        fit(self.months)
        self.definition.setText(words.formula(figure))
        self._course.show()
        self._counted.show()

    def show_number(self, key: str, name: str, about: str, count: int, whole: int) -> None:
        """Show a step of the funnel or an hour of the week: a number with its rows, no more."""
        self._begin(key, name, about, (count, whole - count, whole) if count != whole else None)
        for part in (self.remarks, self._course, self._counted):
            part.hide()

    def _begin(self, key: str, name: str, about: str, split: tuple[int, int, int] | None) -> None:
        self.set_title(name, about)
        self._split = split is not None
        self._which.setVisible(self._split)
        texts = (_("Yes ({n})"), _("No ({n})"), _("All ({n})"))
        for part, text, n in zip((HITS, MISSED, COUNTED), texts, split or (0, 0, 0), strict=True):
            self.part.rename(part, text.format(n=dates.number(n)))
        if key != self.key:
            self.part.set_value(HITS)
            self.table.set_rows([])
        self.key = key
        self.show()

    def wanted(self) -> str:
        """Which rows are in sight: hits, missed or counted."""
        return str(self.part.value()) if self._split else COUNTED

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """The rows behind it; who just came stands at the first."""
        self.table.set_rows(rows)
        self.table.choose_first()
        text = ngettext("{n} row behind the figure", "{n} rows behind the figure", len(rows)).format(n=dates.number(len(rows)))
        self.table.setAccessibleDescription(text)

    def show_as(self, *, table: bool) -> None:
        """The months as a picture or as a table."""
        self.bars.setVisible(not table)
        self.months.setVisible(table)


def _is_split(figure: Figure) -> bool:
    """Whether some of what is counted are hits and others not; of a count or a median there is one list."""
    return figure.numerator is not None and figure.denominator is not None and bool(figure.counted)


def _who(found: FigureRow) -> str:
    return found.who or found.number or found.id[:8]


def _detail(found: FigureRow) -> str:
    return " · ".join(filter(None, (found.detail, found.practitioner)))
