"""One more appointment of a series that was booked: its day and time, and whether that can be had."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.series import MomentState, SeriesMoment, SeriesView
from nmx_desk.i18n import _
from nmx_desk.services import series
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

WEEK = timedelta(days=7)
PAUSE = 250  # ms of no typing before the moment is asked for


class AnotherDate(QWidget):
    """``booked`` carries the appointment. ``book`` is the button that makes it, for the foot of a panel."""

    booked = Signal(object)

    def __init__(self, frame: Frame, view: SeriesView) -> None:
        super().__init__()
        self.frame, self.view = frame, view
        *before, last = sorted(dates.local(one.starts_at) for one in view.appointments)
        apart = last.date() - before[-1].date() if before else WEEK
        self.form = Form([
            Field(name="day", label=_("Day"), kind="date", required=True), Field(name="at", label=_("Time"), kind="time", required=True),
        ], columns=2)  # fmt: skip
        self.form.set_values({"day": last.date() + (apart or WEEK), "at": last.time()})
        self.state, self.why = StateBadge(), Label("", look="small", role="warn", wrap=True)
        self.setLayout(column(self.form, row(self.state, None), self.why, space=Space.S))
        self.book = Button(_("Book"), self._book, kind="primary", icon="calendar-plus")
        self.book.setEnabled(False)
        self.state.hide()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.ask)
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self._book)
        self.ask()

    def _edited(self) -> None:
        self.book.setEnabled(False)
        self._pause.start()

    def _moment(self) -> datetime | None:
        values = self.form.checked()
        return dates.to_utc(values["day"], values["at"]) if values else None

    def ask(self) -> None:
        """Look whether the moment can be had."""
        if moment := self._moment():
            self.frame.runner.latest(
                ("another", id(self)), series.preview_another, self.view.appointments[0].id, moment, then=self._show, failed=self._fail,
                owner=self,
            )  # fmt: skip

    def _show(self, found: SeriesMoment) -> None:
        free = found.state is MomentState.FREE
        hue, sign = (Hue.OK, "check") if free else (Hue.WARN, "calendar-x")
        text = _("Free: {when}") if free else _("Cannot be had: {when}")
        self.state.set(Badge(text.format(when=dates.when(found.starts_at, self.frame.now(), time_always=True)), hue, sign))
        self.state.show()
        self.why.setText(found.why)
        self.book.setEnabled(free)

    def _book(self) -> None:
        if self.book.isEnabled() and (moment := self._moment()):
            self.book.setEnabled(False)
            args = (self.view.appointments[0].id, moment)
            self.frame.runner.do(series.book_another, *args, then=self.booked.emit, failed=self._fail, owner=self)

    def _fail(self, error: DeskError) -> None:
        self.why.setText(error.message)
        self.book.setEnabled(False)
