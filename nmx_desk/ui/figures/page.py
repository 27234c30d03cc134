"""The figures page: tiles with their course, the way from request to intake, the week; beside them what is overdue, or one figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from nmx_desk.domain.kpi_days import days_before
from nmx_desk.domain.kpi_shapes import Dashboard
from nmx_desk.i18n import _
from nmx_desk.services import dashboard as targets
from nmx_desk.services import figures
from nmx_desk.services.dashboard import Target
from nmx_desk.services.figures import FigureRow
from nmx_desk.ui.figures import words
from nmx_desk.ui.figures.behind import RIGHTS, place_of
from nmx_desk.ui.figures.board import FigureBoard
from nmx_desk.ui.figures.head import KEPT, FigureFilters
from nmx_desk.ui.figures.panel import FigurePanel
from nmx_desk.ui.figures.waiting import OverduePanel
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import Label, heading, muted
from nmx_desk.ui.kit.layout import STRETCH, column, row, scroll
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.theme.tokens import Space

SLOW = frozenset({"draft"})  # written every two seconds; no figure looks at it


class FiguresPage(Page):
    """``arrive(figure="K3")`` opens what is behind a figure; ``first`` and ``last`` (ISO days) mean other days, without filters."""

    name: ClassVar[str] = "figures"
    icon: ClassVar[str] = "gauge"
    right: ClassVar[str | None] = "reports.figures"
    rail_order: ClassVar[int] = 58

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._asked = ""  # the figure to open when the figures are there
        self._targets: Mapping[str, Target] = {}
        self.shown: dict[str, words.Shown] = {}
        self.filters = FigureFilters(frame.user_settings, dates.today(frame.now()))
        self.compared = muted("", wrap=False)
        self.board = FigureBoard(frame.user_settings)
        self.late = OverduePanel(frame)
        self.panel = FigurePanel(frame)
        self.beside = QStackedWidget()
        self.problem = Label("", look="small", role="danger")
        self._build()

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Figures")

    def _build(self) -> None:
        self.problem.hide()
        self.flip = Button(_("As a table"), self._flip, kind="quiet", icon="list", tip="Ctrl+T")
        self.print = Button(_("Print"), self.print_it, icon="printer", tip="Ctrl+P")
        head = row(heading(self.title()), self.compared, STRETCH, self.flip, self.print, space=Space.M)
        head.setAlignment(self.compared, Qt.AlignmentFlag.AlignBottom)
        self.area = scroll(self.board, self.title())
        self.beside.addWidget(self.late)
        self.beside.addWidget(self.panel)
        both = row(self.area, self.beside, space=Space.M)
        both.setStretch(0, 1)
        whole = column(head, self.filters, self.problem, both, space=Space.M)
        whole.setStretchFactor(both, 1)
        whole.setContentsMargins(Space.XL, Space.L, Space.L, Space.L)
        self.setLayout(whole)
        self.filters.changed.connect(self._load)
        self.board.opened.connect(self.open_figure)
        self.panel.asked.connect(self._load_rows)
        self.panel.opened.connect(self._go)
        self.panel.closed.connect(self._closed)
        self._show_as(table=bool(self._kept().get("as_table")))

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def _first_focus(self) -> None:
        """Who comes to look stands at the first tile, the keys at hand."""
        focus = self.window().focusWidget()
        if self.isVisible() and (focus in {None, self, self.flip} or not self.window().isAncestorOf(focus)):
            self.board.to_first()

    def arrive(self, *, figure: str = "", first: str = "", last: str = "", **_more: Any) -> None:
        """Read everything; open a figure if one is named."""
        self._asked = figure
        if first and last:
            self.filters.mean(date.fromisoformat(first), date.fromisoformat(last))
        self.frame.runner.do(figures.figure_filters, then=self._got_filters, owner=self)
        self.frame.runner.do(targets.figure_targets, then=self._got_targets, owner=self)
        self._load()

    def refresh(self, changes: Changes | None) -> None:
        """Something changed: everything may count it."""
        if changes is None or changes.tables - SLOW:
            self._load()

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        return [
            Command(_("Read the figures again"), self._load, "vernieuwen refresh", "F5", "refresh-cw"),
            Command(_("Pictures or tables"), self._flip, "tabel grafiek table chart", "Ctrl+T", "list"),
            Command(_("Print these figures"), self.print_it, "afdrukken print", "Ctrl+P", "printer"),
        ]

    def print_it(self) -> None:
        """The month report of these days and filters."""
        found = self.filters.days()
        if found is not None:
            first, last = found
            chosen = self.filters.filters()
            self.frame.go("reports", report="month", first=first.isoformat(), last=last.isoformat(),
                          practitioner_id=chosen.practitioner_id, source=chosen.source, type_code=chosen.type_code,
                          location_id=chosen.location_id)  # fmt: skip

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        self.late.load()
        found = self.filters.days()
        self.problem.setVisible(found is None)
        if found is None:
            self.problem.setText(_("Fill in days that exist, such as 7-12-2026."))
            return
        self.frame.runner.latest("figures", figures.dashboard, *found, self.filters.filters(), then=self._got, owner=self)

    def _say_compared(self, found: Dashboard) -> None:
        period = found.period
        before = days_before(period.first, period.last, dates.today(found.cut_off))
        until = min(period.last, dates.today(found.cut_off))
        shown = words.days(period.first, until) if period.first <= until else words.days(period.first, period.last)
        self.compared.setText(_("{days}, held against {before}").format(days=shown, before=words.days(*before)))

    def _got_filters(self, found: Any) -> None:
        self.filters.offer(found.practitioners, found.sources, found.types, found.locations)

    def _got_targets(self, found: Mapping[str, Target]) -> None:
        self._targets = found

    def _got(self, found: Dashboard) -> None:
        self.shown = words.shown_of(found, self._targets)
        self.board.show_board(found, self.shown)
        asked, self._asked = self._asked, ""
        self._say_compared(found)
        if not asked:
            QTimer.singleShot(0, self, self._first_focus)  # once the tiles are shown
        if asked in self.shown:
            self.open_figure(asked)
        elif self.beside.currentWidget() is self.panel:
            self.open_figure(self.panel.key, focus=False)

    # -- one figure ------------------------------------------------------------------------------------------------------------------

    def open_figure(self, key: str, *, focus: bool = True) -> None:
        """Show beside the tiles what is behind a figure, ``stage:KEY`` of the funnel, or ``heat:WEEKDAY:HOUR``."""
        if key in self.shown:
            self.panel.show_figure(self.shown[key])
        elif (number := self.board.number(key)) is not None:
            self.panel.show_number(key, *number)
        else:
            return
        self.board.choose(key)
        self.beside.setCurrentWidget(self.panel)
        self._load_rows()
        if focus:
            self.panel.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load_rows(self) -> None:
        found = self.filters.days()
        if found is not None and self.panel.key:
            self.frame.runner.latest("figure rows", figures.rows_behind, self.panel.key, self.panel.wanted(), *found,
                                     self.filters.filters(), then=self.panel.show_rows, owner=self)  # fmt: skip

    def _go(self, found: FigureRow) -> None:
        place = place_of(found)
        if place is not None and self.frame.desk.may(RIGHTS[place[0]]):
            self.frame.go(place[0], **place[1])
        else:
            self.frame.toast(_("This is about a client. Your role sees figures and registers, no clients."))

    def _closed(self) -> None:
        """Back to what is overdue; the tile one came from has the focus again."""
        self.beside.setCurrentWidget(self.late)
        self.board.focus_chosen()
        self.board.choose("")
        self.panel.key = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to what is overdue, wherever one is."""
        if event.key() == Qt.Key.Key_Escape and self.beside.currentWidget() is self.panel:
            self.panel.close_panel()
            return
        super().keyPressEvent(event)

    # -- picture or table ------------------------------------------------------------------------------------------------------------

    def _kept(self) -> dict[str, Any]:
        kept = self.frame.user_settings.get(KEPT, {})
        return kept if isinstance(kept, dict) else {}

    def _flip(self) -> None:
        table = not self.board.as_table
        self.frame.user_settings.put(KEPT, {**self._kept(), "as_table": table})
        self._show_as(table=table)

    def _show_as(self, *, table: bool) -> None:
        self.board.show_as(table=table)
        self.panel.show_as(table=table)
        self.flip.setText(_("As pictures") if table else _("As a table"))
