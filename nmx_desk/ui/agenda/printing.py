"""The agenda on paper: the list of a day, the week of a practitioner, in sight before they are printed."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.people import User
from nmx_desk.domain.walltime import week_label
from nmx_desk.i18n import _
from nmx_desk.services import agenda_prints, reports
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.page import Command
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.theme import icon

if TYPE_CHECKING:
    from nmx_desk.ui.agenda.page import AgendaPage

RIGHT = "reports.desk"


class Printing(QObject):
    """A button with what can be printed of the day or week in sight."""

    def __init__(self, page: AgendaPage) -> None:
        super().__init__(page)
        self.page, self.frame = page, page.frame
        self.people: list[User] = []
        self.button = IconButton("printer", _("Print the agenda"), self.open, shortcut="Ctrl+P")
        if not self.frame.desk.may(RIGHT):
            self.button.hide()

    def commands(self) -> list[Command]:
        """What the palette offers."""
        if not self.frame.desk.may(RIGHT):
            return []
        return [Command(_("Print the agenda"), self.open, "afdrukken daglijst weekblad print", "Ctrl+P", "printer")]

    def open(self) -> None:
        """Choose what to print; the arrows and Enter do."""
        day, menu = self.page.day, QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = menu.addAction(icon("list", "text"), _("Day list, {day}").format(day=looks.short_day(day)))
        first.triggered.connect(partial(self.day_list, day))
        for user in self.people:
            text = _("Week sheet of {name}, {week}").format(name=user.display_name, week=week_label(day)).replace("&", "&&")
            menu.addAction(icon("calendar-range", "text"), text).triggered.connect(partial(self.week_sheet, user, day))
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))
        menu.setActiveAction(first)

    def day_list(self, day: date, _checked: bool = False) -> None:
        """The list of a day."""
        self.frame.runner.do(
            reports.make_report, "daylist", date_from=day, then=partial(self._show, _("Day list"), f"{day.isoformat()}"), owner=self.page
        )

    def week_sheet(self, user: User, day: date, _checked: bool = False) -> None:
        """The week of a practitioner."""
        name = f"{day.isocalendar().year}-W{day.isocalendar().week:02} {user.display_name}"
        shown = partial(self._show, _("Week sheet"), name)
        self.frame.runner.do(agenda_prints.week_sheet, user.id, day, then=shown, owner=self.page)

    def _show(self, title: str, name: str, data: bytes) -> None:
        show_paper(self.frame, self.page, title, data, f"{title} {name}")
