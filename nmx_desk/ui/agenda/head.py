"""The head of the agenda: which days are in sight, of whom, and the way to others."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget, QWidgetAction

from nmx_desk.domain.agenda_views import MonthDay
from nmx_desk.domain.people import User
from nmx_desk.domain.walltime import EARLIEST, LATEST, week_label
from nmx_desk.i18n import _
from nmx_desk.services import agenda_pages
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.month import MonthGrid
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.inputs import ChoiceInput, DateInput
from nmx_desk.ui.kit.labels import heading
from nmx_desk.ui.kit.layout import Segments, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

WHOLE, CROWDED, NARROW = 1000, 760, 640
"""Widths of the head from which it shows all; a way to other months beside whose week it is; and beside a day."""
SHORT_NAME = 110  # width in which the list of practitioners still says who
DAY, WEEK, MONTH = "day", "week", "month"


class AgendaHead(QWidget):
    """Day, week or month; ``moved`` when something else is asked for. The week is of one practitioner, ``practitioner_id``."""

    moved = Signal()
    resized = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.day = dates.today(frame.now())
        self._titles = ("", "")
        self.title = heading("")
        self.jump = DateInput(name=_("Go to a day"))
        self.jump.setFixedWidth(140)
        self.mode = Segments(_("Agenda of"), ((DAY, _("Day")), (WEEK, _("Week")), (MONTH, _("Month"))))
        self.practitioner = ChoiceInput(name=_("Practitioner"))
        self.practitioner.setMaximumWidth(220)
        self.mode.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.mini_button = IconButton("calendar-days", _("Month to choose a day from"), self.open_mini, shortcut="Ctrl+M")
        self._before = IconButton("chevron-left", "", lambda: self.step(-1), shortcut="Ctrl+←")
        self._after = IconButton("chevron-right", "", lambda: self.step(1), shortcut="Ctrl+→")
        self._today = Button(_("Today"), self.go_today, tip="T")
        box = row(self._before, self._today, self._after, self.mini_button, self.title, None, self.practitioner, self.mode, self.jump)
        box.setContentsMargins(0, 0, 0, 0)
        self.setLayout(box)
        self.practitioner.hide()
        self.mode.picked.connect(lambda _value: self.tell())
        self.practitioner.edited.connect(self.tell)
        self.jump.picked.connect(self._jump)
        self.jump.editingFinished.connect(self._jump)

    @property
    def practitioner_id(self) -> str | None:
        """Whose week or month it is; None: everybody's day or month."""
        return self.practitioner.value() or None if self.mode.value() != DAY else None

    def offer(self, people: list[User]) -> None:
        """Whose weeks there are."""
        chosen = self.practitioner.value()
        self.practitioner.set_options([(user.id, user.display_name) for user in people])
        self.practitioner.set_value(chosen or (people[0].id if people else None))
        if self.mode.value() == WEEK and not chosen:
            self.moved.emit()  # nobody's week could be shown until now

    # To other days ------------------------------------------------------------------------------------------------------------------

    def go(self, day: date, *, tell: bool = True) -> None:
        """Show this day, or its week or month."""
        self.day = min(max(day, EARLIEST), LATEST)
        self.jump.set_value(self.day)
        self.say()
        if tell:
            self.moved.emit()

    def go_today(self) -> None:
        """Show today."""
        self.go(dates.today(self._frame.now()))

    def step(self, by: int) -> None:
        """A day, week or month on or back."""
        self.go(stepped(self.day, self.mode.value(), by))

    def show_mode(self, mode: str, practitioner_id: str | None = None) -> None:
        """Day, week or month."""
        self.mode.set_value(mode)
        if practitioner_id:
            self.practitioner.set_value(practitioner_id)
        self.tell()

    def commands(self) -> list[Command]:
        """What the palette offers of this."""
        return [
            Command(_("Today"), self.go_today, "vandaag today", "T", "calendar"),
            Command(_("Earlier"), lambda: self.step(-1), "vorige dag week maand previous", "Ctrl+Left", "chevron-left"),
            Command(_("Later"), lambda: self.step(1), "volgende dag week maand next", "Ctrl+Right", "chevron-right"),
            Command(_("Week or day"), self.swap, "week dag day", "W", "calendar-range"),
            Command(_("Month"), lambda: self.show_mode(MONTH), "maand month", "M", "calendar-days"),
            Command(_("Month to choose a day from"), self.open_mini, "maand kies dag", "Ctrl+M", "calendar-days"),
            Command(_("Go to a day"), self.jump_to, "ga naar datum", "Ctrl+G", "search"),
        ]

    def swap(self) -> None:
        """The week where the day was, and back."""
        self.show_mode(DAY if self.mode.value() == WEEK else WEEK)

    def tell(self) -> None:
        """Show what is chosen here."""
        self.practitioner.setVisible(self.mode.value() == WEEK)
        self.say()
        self.moved.emit()

    def _jump(self) -> None:
        if (day := self.jump.value()) and day != self.day:
            self.go(day)

    def jump_to(self) -> None:
        """Type a day."""
        self.jump.show()
        self.jump.setFocus()
        self.jump.selectAll()

    # What it says -------------------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less where a panel leaves little room."""
        super().resizeEvent(event)
        self.say()
        self.resized.emit()

    def say(self) -> None:
        """Which days, as fully as there is room for."""
        width = self.width() / theme().text_scale
        mode = self.mode.value()
        self.mini_button.setVisible(width >= (CROWDED if mode == WEEK else NARROW))
        full = {DAY: dates.full_day, WEEK: looks.week_days, MONTH: looks.month_name}[mode](self.day)
        short = {DAY: looks.short_day, WEEK: looks.short_week, MONTH: looks.month_name}[mode](self.day)
        self._titles = looks.sentence_case(full), looks.sentence_case(short)
        self.title.setAccessibleName(full if mode == MONTH else f"{full}, {week_label(self.day)}")
        before, after = {
            DAY: (_("Previous day"), _("Next day")), WEEK: (_("Previous week"), _("Next week")),
            MONTH: (_("Previous month"), _("Next month")),
        }[mode]  # fmt: skip
        self._before.set_look("chevron-left", before, shortcut="Ctrl+←")
        self._after.set_look("chevron-right", after, shortcut="Ctrl+→")
        self._make_room()

    def _make_room(self) -> None:
        """The days in full before a field to type one; the way to weeks is there where nothing of it is cut."""
        full, short = self._titles
        roomy = self.jump.hasFocus() or self.width() >= WHOLE * theme().text_scale
        for title, jump in ((full, roomy), (full, self.jump.hasFocus()), (short, self.jump.hasFocus())):
            self.title.setText(title)
            self.jump.setVisible(jump)
            if fits := self._needed() <= self.width():
                break
        self.mode.setVisible(fits)

    def _needed(self) -> int:
        """Width of all that stands here, with a way to weeks."""
        others: list[QWidget] = [self._before, self._today, self._after, self.mini_button, self.title, self.jump]
        shown: list[QWidget] = [self.mode, *(one for one in others if not one.isHidden())]
        needed = sum(min(one.sizeHint().width(), one.maximumWidth()) + Space.S for one in shown)
        name = 0 if self.practitioner.isHidden() else round(SHORT_NAME * theme().text_scale) + Space.S
        return needed + name

    # The small month ----------------------------------------------------------------------------------------------------------------

    def open_mini(self) -> None:
        """A month to choose a day from, with how full each is."""
        menu, grid = QMenu(self), MonthGrid(small=True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entry = QWidgetAction(menu)
        entry.setDefaultWidget(grid)
        menu.addAction(entry)

        def look(day: date) -> None:
            grid.show_month(day, dates.today(self._frame.now()), week=self.mode.value() == WEEK)
            self._frame.runner.latest(("agenda", "mini"), agenda_pages.month_overview, day, then=tell, owner=grid)

        def tell(found: tuple[MonthDay, ...]) -> None:
            grid.show_month(grid.day, dates.today(self._frame.now()), found, week=self.mode.value() == WEEK)

        def take(day: date) -> None:
            menu.close()
            self.go(day)

        grid.walked.connect(look)
        grid.picked.connect(take)
        look(self.day)
        menu.popup(self.title.mapToGlobal(QPoint(0, self.title.height())))
        grid.setFocus(Qt.FocusReason.OtherFocusReason)


def stepped(day: date, mode: str, by: int) -> date:
    """The day, the same weekday or the same day of the month, so many days, weeks or months on."""
    if mode != MONTH:
        return day + timedelta(days=by * (7 if mode == WEEK else 1))
    month = day.year * 12 + day.month - 1 + by
    first = date(month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
