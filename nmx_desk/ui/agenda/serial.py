"""The side panel of a series: how it repeats, which of its days can be had, and what became of one that was booked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.series import MOMENT_STATE_NAMES, REPEAT_NAMES, MomentState, Repeat, SeriesMoment, SeriesRule, SeriesView, SeriesWish
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import agenda, series
from nmx_desk.services.agenda import Offer
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.another import AnotherDate
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.slots import TwoLines
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

PAUSE = 250  # ms of no typing before the days are asked for
_LOOKS = {
    MomentState.FREE: (Hue.OK, "check"), MomentState.TAKEN: (Hue.WARN, "calendar-x"),
    MomentState.OUTSIDE: (Hue.WARN, "ban"), MomentState.SKIPPED: (Hue.NEUTRAL, "minus"),
}  # fmt: skip
OTHERS = 6


class SeriesPanel(SidePanel):
    """``booked`` carries the ``SeriesView``, ``added`` one more of a series; ``wanted`` one of a series to show in the agenda."""

    booked = Signal(object)
    added = Signal(object)
    wanted = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Series"))
        self.frame = frame
        self.wish: SeriesWish | None = None
        self.moments: tuple[SeriesMoment, ...] = ()
        self._option_id = ""
        self.form: Form | None = None
        self._lay_out(SeriesRule())
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._ask)

    # A new series -------------------------------------------------------------------------------------------------------------------

    def open_new(self, wish: SeriesWish, who: str, option_id: str = "") -> None:
        """Ask how it repeats and show its days."""
        self.wish, self._option_id, self.moments = wish, option_id, ()
        self.set_title(_("Series: {who}").format(who=who), _("from {when}").format(when=dates.full(wish.starts_at)))
        form = self._lay_out(wish.rule)
        self.show()
        self._say()
        self._ask()
        form.input("every").setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, rule: SeriesRule) -> Form:
        """The form, the sentence about its days, the days, and the button."""
        self.clear()
        self.problem, self.count, self._lines = Banner(), Label("", wrap=True), column(space=Space.S)
        self.form = form = self._rule_form(rule)
        self.leave_out = Button(_("Leave out what cannot be had"), self._leave_out, kind="quiet", icon="minus")
        for part in (self.problem, form, self.count, holder(row(self.leave_out, None)), holder(self._lines)):
            self.body.addWidget(part)
        self.book = Button("", self._book, kind="primary", icon="repeat")
        self.foot.addWidget(Button(_("Cancel"), self.close_panel, kind="quiet"))
        self.foot.addWidget(self.book, 1)
        return form

    def _rule_form(self, rule: SeriesRule) -> Form:
        kinds = [(kind, _(name)) for kind, name in REPEAT_NAMES.items()]
        form = Form([
            Field(name="repeat", label=_("Repeats"), kind="choice", options=kinds, required=True, span=0),
            Field(name="every", label=_("Every (weeks or months)"), kind="int", least=1, most=26, required=True),
            Field(name="times", label=_("Number of appointments"), kind="int", least=2, most=60, required=True),
            Field(name="until", label=_("Not after (optional)"), kind="date", span=0),
        ], columns=2)  # fmt: skip
        form.set_values({"repeat": rule.repeat, "every": rule.every, "times": rule.times, "until": rule.until})
        form.edited.connect(lambda: self._pause.start())  # noqa: PLW0108 (made after the first form)
        return form

    def _ask(self) -> None:
        """Look at every day again."""
        values = self.form.checked() if self.form else None
        if self.wish is None or values is None:
            return
        rule = SeriesRule(Repeat(values["repeat"]), values["every"], values["times"], values["until"])
        self.wish = replace(self.wish, rule=rule)
        self.frame.runner.latest(("series", id(self)), series.preview_series, self.wish, then=self._show, failed=self._fail, owner=self)

    def _show(self, found: tuple[SeriesMoment, ...]) -> None:
        self.problem.hide()
        self.moments = found
        empty_layout(self._lines)
        for one in found:
            self._lines.addWidget(self._line(one))
        self._say()

    def _line(self, one: SeriesMoment) -> QWidget:
        hue, icon = _LOOKS[one.state]
        when = dates.when(one.starts_at, self.frame.now(), time_always=True)
        skipped = one.state is MomentState.SKIPPED
        text = _("{number}. {when}").format(number=one.number, when=when)
        off = IconButton("undo-2" if skipped else "minus", (_("Put back: {when}") if skipped else _("Leave out: {when}")).format(when=when),
                         partial(self._skip, one.day))  # fmt: skip
        other = IconButton("calendar-clock", _("Another moment instead of {when}").format(when=when))
        other.clicked.connect(partial(self._shift, one, other))
        other.setVisible(not skipped)
        words = Label(text, role="muted" if skipped else "text", elide=True)
        line = row(words, StateBadge(_(MOMENT_STATE_NAMES[one.state]), hue, icon), other, off, space=Space.XS)
        line.setStretch(0, 1)
        return holder(column(line, Label(one.why, look="small", role="warn", wrap=True), space=2) if one.why else line)

    def _say(self) -> None:
        states = [one.state for one in self.moments]
        booked = len(states) - states.count(MomentState.SKIPPED)
        bad = states.count(MomentState.TAKEN) + states.count(MomentState.OUTSIDE)
        text = ngettext("{n} day cannot be had: leave it out or choose another moment.",
                        "{n} days cannot be had: leave them out or choose other moments.", bad).format(n=bad)  # fmt: skip
        self.count.setText(text if bad else _("Every day can be had.") if states else "")
        self.leave_out.setVisible(bad > 0)
        self.book.setText(ngettext("Book {n} appointment", "Book {n} appointments", booked).format(n=booked))
        self.book.setEnabled(booked > 1 and not bad)

    def _skip(self, day: date) -> None:
        if self.wish:
            days = set(self.wish.skipped) ^ {day}
            self.wish = replace(self.wish, skipped=tuple(sorted(days)))
            self._ask()

    def _leave_out(self) -> None:
        if self.wish:
            bad = {one.day for one in self.moments if one.state in {MomentState.TAKEN, MomentState.OUTSIDE}}
            self.wish = replace(self.wish, skipped=tuple(sorted(bad | set(self.wish.skipped))))
            self._ask()

    def _shift(self, one: SeriesMoment, button: QWidget, _checked: bool = False) -> None:
        """Offer what is free from that day on."""
        if self.wish:
            after = dates.to_utc(one.day, datetime.min.time()) - timedelta(days=1)
            self.frame.runner.latest(
                ("series shift", id(self)), agenda.next_free, self.wish.type_code, count=OTHERS, practitioner_id=self.wish.practitioner_id,
                after=after, then=partial(self._choose, one, button), failed=self._fail, owner=self,
            )  # fmt: skip

    def _choose(self, one: SeriesMoment, button: QWidget, found: list[Offer]) -> None:
        if not found:
            self.problem.say(_("Nothing is free near that day. Leave it out."), Hue.WARN)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in found:
            entry = menu.addAction(dates.when(offer.starts_at, self.frame.now(), time_always=True))
            entry.triggered.connect(partial(self.shift, one.day, offer.starts_at))
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def shift(self, day: date, starts_at: datetime, _checked: bool = False) -> None:
        """Have the one of this day at another moment."""
        if self.wish:
            others = tuple(pair for pair in self.wish.shifted if pair[0] != day)
            self.wish = replace(self.wish, shifted=(*others, (day, starts_at)))
            self._ask()

    def _book(self) -> None:
        if self.wish and self.book.isEnabled():
            self.frame.runner.do(
                series.book_series, self.wish, option_id=self._option_id, then=self.booked.emit, failed=self._refused, owner=self
            )

    def _refused(self, error: DeskError) -> None:
        self._ask()
        self._fail(error)

    def _fail(self, error: DeskError) -> None:
        if self.form is not None and isinstance(error, UserError) and self.form.show_error(error):
            return
        self.problem.say(error.message, Hue.WARN)

    # One that was booked ------------------------------------------------------------------------------------------------------------

    def open_series(self, appointment_id: str) -> None:
        """Show a series, and lead to each of its appointments."""
        self.frame.runner.latest(("series", id(self)), series.series_of, appointment_id, then=self.show_series, owner=self)

    def show_series(self, view: SeriesView) -> None:
        """Every appointment of a series with its state."""
        self.wish = self.form = None
        self.clear()
        coming = sum(one.live and one.starts_at > self.frame.now() for one in view.appointments)
        self.set_title(_("Series"), ngettext("{n} still to come", "{n} still to come", coming).format(n=coming))
        if view.series.skipped:
            days = ", ".join(dates.day(date.fromisoformat(day), self.frame.now()) for day in view.series.skipped.split())
            self.body.addWidget(muted(_("Left out: {days}").format(days=days)))
        for one in view.appointments:
            state = looks.state(one.status).text
            when = dates.when(one.starts_at, self.frame.now(), time_always=True)
            title = _("{number}. {when}").format(number=one.instance, when=when)
            self.body.addWidget(self._tile(one, title, state))
        self.foot.addStretch(1)
        if self.frame.desk.may("agenda.book"):
            self.foot.addWidget(Button(_("Add a date…"), partial(self.open_another, view), icon="plus"))
        self.show()

    def open_another(self, view: SeriesView) -> None:
        """Ask when one more of the series is to be."""
        self.clear()
        self.set_title(_("Series: one more"), view.appointments[0].who)
        another = AnotherDate(self.frame, view)
        another.booked.connect(self.added)
        self.body.addWidget(another)
        self.foot.addWidget(Button(_("Back"), partial(self.show_series, view), kind="quiet", icon="arrow-left"))
        self.foot.addWidget(another.book, 1)
        another.form.focus_first()

    def _tile(self, one: Appointment, title: str, state: str) -> TwoLines:
        tile = TwoLines(title, "", state, name=f"{title}, {state}")
        go: Callable[..., object] = lambda _checked=False: self.wanted.emit(one)  # noqa: E731 (a slot)
        tile.clicked.connect(go)
        return tile
