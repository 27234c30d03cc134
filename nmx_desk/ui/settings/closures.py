"""Days on which the clinic is closed."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.agenda import Closure
from nmx_desk.i18n import _
from nmx_desk.services import roster
from nmx_desk.services.roster import Closed, Holiday
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.layout import Card, column, holder, row, scroll
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.settings.conflicts import Conflicts
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

AHEAD = timedelta(days=730)
LEAST_HOLIDAYS = 118
"""Pixels at 100 % text: a header and the better part of two holidays; the others are scrolled to."""


class ClosuresPart(QWidget):
    """The coming closures, a form for a new one, and the public holidays that are none yet."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        nothing = EmptyState(_("No closures ahead"), _("Add one, or take one of the public holidays."), icon="calendar-x")
        self.table: Table[Closure] = Table(
            [
                Column(key="when", title=_("When"), text=self._when, sort_key=lambda c: (c.date_from, c.date_to), strong=True,
                       tooltip=lambda c: " – ".join(map(dates.full_day, dict.fromkeys((c.date_from, c.date_to)))), width=210),
                Column(key="reason", title=_("Reason"), text=lambda c: c.reason, tooltip=lambda c: c.reason),
            ],
            name="closures", label=_("Closures"), settings=frame.user_settings, empty=nothing,
        )  # fmt: skip
        self.form = Form([
            Field(name="date_from", label=_("First day"), kind="date", required=True),
            Field(name="date_to", label=_("Last day"), kind="date", help=_("Empty: one day.")),
            Field(name="reason", label=_("Reason"), max_length=120),
        ])  # fmt: skip
        self.holidays: Table[Holiday] = Table(
            [
                Column(key="name", title=_("Public holiday"), text=lambda h: h.name, detail=lambda h: dates.full_day(h.day)
                       + ("" if h.usual else " · " + _("most clinics are open"))),
            ],
            name="holidays", label=_("Public holidays that are no closure yet"), key=lambda h: h.day,
        )  # fmt: skip
        self.add_button = Button(_("Close on these days"), self.add, kind="primary")
        self.remove_button = Button(_("Open again"), self.remove, icon="door-open")
        self.take = Button(_("Close on this holiday"), self.take_holiday)
        ask = Card(_("New closure"), self.form, row(None, self.add_button))
        self.conflicts = Conflicts(frame)
        self.holidays.setMinimumHeight(round(LEAST_HOLIDAYS * theme().text_scale))
        side = column(ask, self.holidays, row(None, self.take))
        side.setStretchFactor(self.holidays, 1)
        right = scroll(holder(side), ask.accessibleName())
        right.setFixedWidth(PANEL_WIDTH - 40 + Space.M)
        left = column(row(None, self.remove_button), self.table, self.conflicts)
        left.setStretchFactor(self.table, 1)
        whole = row()
        whole.addLayout(left, 1)
        whole.addWidget(right)
        self.setLayout(whole)
        follow_reading_order(self)
        self.form.submitted.connect(self.add)
        self.table.on_delete(self.remove_button.click)
        self.table.chosen.connect(lambda found: self.remove_button.setEnabled(found is not None))
        self.holidays.chosen.connect(lambda found: self.take.setEnabled(found is not None))
        self.holidays.opened.connect(lambda _holiday: self.take_holiday())
        self.remove_button.setEnabled(False)
        self.take.setEnabled(False)

    def _when(self, closure: Closure) -> str:
        return " – ".join(dates.day(one, self._frame.now()) for one in dict.fromkeys((closure.date_from, closure.date_to)))

    def load(self) -> None:
        """Read and show."""
        today = dates.today(self._frame.now())
        runner = self._frame.runner
        runner.latest("settings-closures", roster.list_closures, today, today + AHEAD, then=self.table.set_rows, owner=self)
        runner.latest("settings-holidays", roster.suggested_closures, today.year, then=lambda found: self._more(today, found), owner=self)

    def _more(self, today: date, this_year: list[Holiday]) -> None:
        def show(next_year: list[Holiday]) -> None:
            self.holidays.set_rows([holiday for holiday in (*this_year, *next_year) if holiday.day >= today])

        self._frame.runner.latest("settings-holidays-2", roster.suggested_closures, today.year + 1, then=show, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not self.form.dirty

    def add(self) -> None:
        """Close on the days that were typed."""
        values = self.form.checked()
        if values is not None:
            self._close(values["date_from"], values["date_to"] or values["date_from"], values["reason"])

    def take_holiday(self) -> None:
        """Close on the chosen holiday."""
        holiday = self.holidays.current()
        if holiday is not None:
            self._close(holiday.day, holiday.day, holiday.name)

    def _close(self, first: date, last: date, reason: str) -> None:
        self._frame.runner.do(roster.add_closure, first, last, reason, then=self._closed, owner=self.form)

    def _closed(self, made: Closed) -> None:
        self.form.clear()
        self.load()
        self.conflicts.show_items(made.conflicts)
        self._frame.toast(_("The closure has been saved."))

    def remove(self) -> None:
        """Open again on the chosen days."""
        closure = self.table.current()
        if closure is not None:
            self._frame.runner.do(roster.remove_closure, closure.id, then=lambda _none: self._removed(closure), owner=self)

    def _removed(self, closure: Closure) -> None:
        self.load()
        again = closure.date_from, closure.date_to, closure.reason
        self._frame.toast(_("The clinic is open again on these days."), lambda: self._close(*again))
