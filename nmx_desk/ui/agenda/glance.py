"""Beside a wide agenda, and behind a button of a narrow one: a month to go elsewhere, whose columns are shown, what the colours say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, AppointmentStatus, AppointmentType
from nmx_desk.domain.agenda_views import MonthDay
from nmx_desk.i18n import _, language
from nmx_desk.services import agenda_pages
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.head import MONTH, WEEK, AgendaHead, stepped
from nmx_desk.ui.agenda.month import MonthGrid
from nmx_desk.ui.agenda.shown import BY_PRACTITIONER, BY_TYPE, Shown
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.hues import dot
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import Label, Picture
from nmx_desk.ui.kit.layout import STRETCH, Item, Segments, SidePanel, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import Space

ICON = 16
TOLD = (
    AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED, AppointmentStatus.IN_ROOM, AppointmentStatus.COMPLETED,
    AppointmentStatus.NO_SHOW, AppointmentStatus.OPTION,
)  # fmt: skip
"""States that the legend explains."""


class Glance(QWidget):
    """``gone`` carries a day to go to."""

    gone = Signal(object)

    def __init__(self, frame: Frame, head: AgendaHead, shown: Shown) -> None:
        super().__init__()
        self._frame, self._head, self._shown = frame, head, shown
        self._types: Sequence[AppointmentType] = ()
        self._month = dates.today(frame.now())
        self.setAccessibleName(_("View"))
        self.grid = MonthGrid(small=True)
        self.title = Label("", look="strong")
        self.before = IconButton("chevron-left", _("Earlier month"), partial(self._turn, -1))
        self.after = IconButton("chevron-right", _("Later month"), partial(self._turn, 1))
        self.colours = Segments(_("Colours"), ((BY_TYPE, _("By type")), (BY_PRACTITIONER, _("By practitioner"))))
        self.colours.picked.connect(shown.colour)
        self.people: dict[str, CheckInput] = {}
        self._who, self._kinds, self._states = (column(space=Space.XS) for _n in range(3))
        self.grid.walked.connect(self._look)
        self.grid.picked.connect(self.gone)
        line = row(self.title, STRETCH, self.before, self.after, space=0)
        parts: tuple[Item, ...] = (
            column(line, self.grid, space=Space.XS), self._titled(_("Practitioners"), self._who),
            column(Label(_("Colours"), look="small", role="muted"), row(self.colours, STRETCH), self._kinds, space=Space.S),
            self._titled(_("Edge and sign"), self._states), STRETCH,
        )  # fmt: skip
        self.setLayout(column(*parts, space=Space.L))
        shown.changed.connect(self._fill)
        theme().changed.connect(self._fill)
        self._fill()

    def _titled(self, title: str, body: QVBoxLayout) -> Item:
        return column(Label(title, look="small", role="muted"), body, space=Space.S)

    # The month ----------------------------------------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Put the focus on the first practitioner."""
        for tick in self.people.values():
            tick.setFocus()
            return

    def follow(self) -> None:
        """Show the month of the day in sight."""
        self._look(self._head.day)

    def _turn(self, by: int) -> None:
        self._look(stepped(self._month, MONTH, by))

    def _look(self, day: date) -> None:
        self._month = day
        self.title.setText(looks.sentence_case(looks.month_name(day)))
        self._paint(())
        self._frame.runner.latest(("agenda", "glance"), agenda_pages.month_overview, day, then=self._paint, owner=self)

    def _paint(self, found: tuple[MonthDay, ...]) -> None:
        seen = tuple(one.without(self._shown.hidden) for one in found)
        same = self._month == self._head.day
        self.grid.show_month(self._month, dates.today(self._frame.now()), seen, week=same and self._head.mode.value() == WEEK)

    # What is shown ------------------------------------------------------------------------------------------------------------------

    def offer(self, types: Sequence[AppointmentType]) -> None:
        """Which types there are."""
        self._types = types
        self._fill()

    def _fill(self) -> None:
        self.colours.set_value(self._shown.colours)
        self._fill_people()
        empty_layout(self._kinds)
        for kind in () if self._shown.by_practitioner else self._types:
            self._kinds.addLayout(_line(dot(kind.hue).pixmap(ICON, ICON), kind.name(language())))
        empty_layout(self._states)
        for status in TOLD:
            look = looks.state(status)
            edge = looks.edge(status) or "muted"
            self._states.addLayout(_line(pixmap(look.icon, edge, ICON), _(APPOINTMENT_STATUS_NAMES[status])))

    def _fill_people(self) -> None:
        shown = self._shown
        if list(self.people) != [user.id for user in shown.people]:
            empty_layout(self._who)
            self.people = {}
            for user in shown.people:
                made = self.people[user.id] = CheckInput(user.display_name)
                made.edited.connect(partial(self._tick, user.id))
                self._who.addWidget(made)
        for user in shown.people:
            tick = self.people[user.id]
            tick.setIcon(dot(user.hue))
            tick.set_value(user.id not in shown.hidden)
            tick.setEnabled(user.id in shown.hidden or shown.may_hide(user.id))

    def _tick(self, practitioner_id: str) -> None:
        self._shown.show(practitioner_id, self.people[practitioner_id].value())


def _line(picture: QPixmap, words: str) -> QHBoxLayout:
    sign = Picture()
    sign.setPixmap(picture)
    line = row(sign, Label(words, look="small", elide=True), space=Space.S)
    line.setStretch(1, 1)
    return line


class ViewPanel(SidePanel):
    """The same where the agenda is too narrow for it to stand there always."""

    def __init__(self, glance: Glance) -> None:
        super().__init__(_("View"))
        self.glance = glance
        self.body.addWidget(glance)

    def open_view(self) -> None:
        """Show it."""
        self.show()
        self.glance.follow()
        self.glance.focus_first()


class GlancePane(QFrame):
    """The same, always there: left of the days of a wide window."""

    def __init__(self, glance: Glance) -> None:
        super().__init__()
        self.glance = glance
        inner = column(glance)
        inner.setContentsMargins(Space.XL, Space.L, 0, Space.L)
        self.setLayout(column(scroll(holder(inner), _("View"))))
        self._fit()
        theme().changed.connect(self._fit)
        self.hide()

    def _fit(self) -> None:
        self.setFixedWidth(self.glance.grid.sizeHint().width() + Space.XL + Space.M)

    def showEvent(self, event: QShowEvent) -> None:
        """It shows the month of what is in sight."""
        super().showEvent(event)
        self.glance.follow()
