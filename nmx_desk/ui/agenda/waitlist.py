"""The side panel of the waiting list: who waits, whom a freed moment suits, and somebody new. Its rows can be dragged into the agenda."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QSizePolicy, QToolButton, QWidget

from nmx_desk.domain.agenda import Appointment, AppointmentType
from nmx_desk.domain.bookings import WaitingEntry, WaitingStatus
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.waiting import PART_NAMES, WaitingRow
from nmx_desk.domain.walltime import WEEKDAYS
from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services import options, waiting
from nmx_desk.ui.agenda.looks import no_show_words
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted, section, set_tip
from nmx_desk.ui.kit.layout import SidePanel, column, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.slots import TwoLines
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MIME = "application/x-nmx-waiting"
"""What a row carries when it is dragged: the id of the place on the list."""


class Tile(TwoLines):
    """Somebody on the list. Enter or a click books for them; it can be dragged onto a moment of the agenda."""

    def __init__(self, found: WaitingRow, title: str, beside: str, below: str) -> None:
        super().__init__(title, beside, below, name=", ".join(filter(None, (title, beside, below))))
        self.found = found
        self._pressed: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a drag would begin."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from there the row goes along."""
        far = self._pressed and (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far and event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed = None
            self.setDown(False)
            drag = QDrag(self)
            drag.setMimeData(self.carried())
            drag.setPixmap(self.grab())
            drag.exec(Qt.DropAction.MoveAction)
            return
        super().mouseMoveEvent(event)

    def carried(self) -> QMimeData:
        """The place on the list, as the agenda takes it."""
        data = QMimeData()
        data.setData(MIME, self.found.id.encode())
        return data


class Weekdays(QWidget):
    """Seven small switches."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Days of the week"))
        box = QGridLayout()  # two rows: seven in one are too wide for large text
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(Space.XS)
        self._days = []
        for number, name in enumerate(WEEKDAYS):
            switch = QToolButton()
            switch.setText(_(name)[:2])
            switch.setAccessibleName(_(name))
            set_tip(switch, _(name))
            switch.setCheckable(True)
            switch.setProperty("kind", "segment")
            switch.setProperty("place", "only")
            switch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.addWidget(switch, number // 4, number % 4)
            switch.clicked.connect(lambda _on: self.changed.emit())
            self._days.append(switch)
        self.setLayout(box)

    def value(self) -> str:
        """ISO weekdays in figures."""
        return "".join(str(number) for number, switch in enumerate(self._days, 1) if switch.isChecked())

    def set_value(self, value: str) -> None:
        """Switch on these days."""
        for number, switch in enumerate(self._days, 1):
            switch.setChecked(str(number) in value)


class WaitingPanel(SidePanel):
    """``taken`` carries the row a moment is to be chosen for, ``booked`` the row and the appointment at the moment that was offered.

    ``said`` carries a sentence and how to take back what it says.
    """

    taken = Signal(object)
    booked = Signal(object, object)
    said = Signal(str, object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Waiting list"))
        self.frame = frame
        self._freed = ""
        self._held: dict[str, str] = {}  # options held for who is asked just now, by place on the list
        self._types: dict[str, AppointmentType] = {}
        self._people: list[User] = []
        self._wish = WaitingEntry()
        self.form: Form | None = None
        self.weekdays: Weekdays | None = None
        self.tiles: list[Tile] = []
        self._clear()

    def offer(self, types: list[AppointmentType], people: list[User]) -> None:
        """What can be chosen."""
        self._types, self._people = {kind.code: kind for kind in types}, people

    # The list -----------------------------------------------------------------------------------------------------------------------

    def open_list(self) -> None:
        """Everybody who waits."""
        self._freed = ""
        self._held = {}
        self.set_title(_("Waiting list"))
        self.show()
        self.ask()

    def look_who_fits(self, freed: Appointment) -> None:
        """Open with those whom a freed moment suits, if there is anybody."""
        self.frame.runner.latest(("who fits", id(self)), waiting.who_fits, freed.id, then=partial(self._fit, freed), owner=self)

    def _fit(self, freed: Appointment, found: tuple[WaitingRow, ...]) -> None:
        if found:
            self._freed, self._held = freed.id, {}
            self.set_title(_("Who fits"), dates.full(freed.starts_at))
            self.show()
            self._show(found)

    def ask(self) -> None:
        """Read the list again; not while somebody on it is being asked."""
        if self.form is not None or self._held or not self.isVisible():
            return
        case, args = (waiting.who_fits, (self._freed,)) if self._freed else (waiting.waiting_list, ())
        self.frame.runner.latest(("waiting", id(self)), case, *args, then=self._show, owner=self)

    def _show(self, found: tuple[WaitingRow, ...]) -> None:
        self._clear()
        n = len(found)
        nobody = _("Nobody waits.") if not self._freed else _("Nobody on the list fits this moment.")
        self.body.addWidget(muted(ngettext("{n} waits", "{n} wait", n).format(n=n) if n else nobody))
        for each in found:
            self.body.addWidget(self._line(each))
        if self._freed:
            self.foot.addWidget(Button(_("Whole list"), self.open_list, kind="quiet", icon="list"))
        self.foot.addStretch(1)

    def _clear(self) -> None:
        self.clear()
        self.form = self.weekdays = None
        self.problem = Banner()
        self.body.addWidget(self.problem)
        self.tiles = []

    def _line(self, found: WaitingRow) -> QWidget:
        offer, kind = found.offer, self._type_name(found.entry.type_code)
        beside = dates.clock(offer.starts_at) if offer else dates.age(found.entry.created_at, self.frame.now())
        tile = Tile(found, found.who, beside, f"{kind} · {self._words(found)}")
        set_tip(tile, "\n".join(filter(None, (found.who, found.phone, found.call_instruction, self._words(found)))))
        tile.clicked.connect(partial(self._take, found))
        off = IconButton("trash-2", _("Take {who} off the list").format(who=found.who), partial(self._withdraw, found))
        ask = IconButton("hourglass", _("Hold it while you ask {who}").format(who=found.who), partial(self._hold, found))
        ask.setVisible(offer is not None)
        change = IconButton("pencil", _("Change what {who} waits for").format(who=found.who), partial(self.open_change, found))
        change.setVisible(offer is None)
        line = row(tile, ask, change, off, space=Space.XS)
        line.setStretch(0, 1)
        self.tiles.append(tile)
        said = " · ".join(filter(None, (found.phone, found.call_instruction)))
        about = [Label(said, look="small", role="muted", elide=True)] if said else []
        if warning := no_show_words(found.no_shows):
            about.append(Label(warning, look="small", role="warn", wrap=True))
        return holder(column(line, *about, space=2))

    def _type_name(self, code: str) -> str:
        return self._types[code].name(language()) if code in self._types else code

    def _words(self, found: WaitingRow) -> str:
        """What somebody waits for, in a few words."""
        entry, words = found.entry, []
        if entry.weekdays != "1234567":
            words.append(" ".join(_(WEEKDAYS[int(day) - 1])[:2] for day in entry.weekdays))
        if entry.part_of_day != "any":
            words.append(_(PART_NAMES[entry.part_of_day]).lower())
        words += [user.display_name for user in self._people if user.id == entry.practitioner_id]
        if entry.date_until:
            words.append(_("until {day}").format(day=dates.day(entry.date_until, self.frame.now())))
        if found.has:
            words.append(_("now {when}").format(when=dates.when(found.has.starts_at, self.frame.now(), day_only=True)))
        if entry.status is WaitingStatus.OFFERED:
            words.append(_("offered a moment"))
        return " · ".join([*words, entry.note] if entry.note else words) or _("any moment")

    def _take(self, found: WaitingRow, _checked: bool = False) -> None:
        if found.offer is None:
            self.taken.emit(found)
            return
        self.book_at(found, found.offer.practitioner_id, found.offer.starts_at)

    def _hold(self, found: WaitingRow) -> None:
        """Keep the moment while they are asked."""
        if found.offer is not None and found.id not in self._held:
            self._held[found.id] = ""  # known only when it is done, but the row stays from now on
            args = (found.id, found.offer.practitioner_id, found.offer.starts_at)
            then, failed = partial(self._asked, found), partial(self._not_held, found)
            self.frame.runner.do(waiting.offer_waiting, *args, then=then, failed=failed, owner=self)

    def _not_held(self, found: WaitingRow, error: DeskError) -> None:
        self._held.pop(found.id, None)
        self._fail(error)

    def _asked(self, found: WaitingRow, option: Appointment) -> None:
        self._held[found.id] = option.id
        until = dates.clock(option.expires_at or self.frame.now())
        text = _("{when} is held for {who} until {time}.").format(
            when=dates.when(option.starts_at, self.frame.now(), time_always=True), who=found.who, time=until
        )
        self.said.emit(text[:1].upper() + text[1:], partial(self._not_now, found))

    def _not_now(self, found: WaitingRow) -> None:
        """They do not want it: the moment is free, and they wait on."""
        self.frame.runner.do(options.release, self._held.pop(found.id, ""), owner=self)
        self.frame.runner.do(waiting.put_back_waiting, found.id, owner=self)

    def book_at(self, found: WaitingRow, practitioner_id: str, starts_at: datetime) -> None:
        """Book a moment for somebody on the list."""
        self.frame.runner.do(
            waiting.book_waiting, found.id, practitioner_id, starts_at, option_id=self._held.pop(found.id, ""),
            then=partial(self.booked.emit, found), failed=self._fail, owner=self,
        )  # fmt: skip

    def _withdraw(self, found: WaitingRow) -> None:
        text = _("{who} is off the waiting list.").format(who=found.who)
        self.frame.runner.do(
            waiting.withdraw_waiting, found.id, then=lambda _gone: self.said.emit(text, self._back(found.id)), failed=self._fail, owner=self
        )

    def _back(self, entry_id: str) -> Callable[[], object]:
        return lambda: self.frame.runner.do(waiting.put_back_waiting, entry_id, owner=self)

    # Somebody new -------------------------------------------------------------------------------------------------------------------

    def open_add(
        self, client_id: str, who: str, type_code: str, practitioner_id: str | None = None, appointment_id: str | None = None
    ) -> None:
        """Ask what somebody waits for; ``appointment_id``: the one they have and would like to be earlier."""
        entry = WaitingEntry(client_id=client_id, type_code=type_code, appointment_id=appointment_id, practitioner_id=practitioner_id)
        self._ask_wish(entry, who, Button(_("Put on the waiting list"), self._send, kind="primary", icon="hourglass"))

    def open_change(self, found: WaitingRow) -> None:
        """Ask the same of somebody who waits already."""
        self._ask_wish(found.entry, found.who, Button(_("Save"), self._send, kind="primary", icon="check"))

    def _ask_wish(self, entry: WaitingEntry, who: str, send: Button) -> None:
        self._wish = entry
        self.set_title(_("On the waiting list: {who}").format(who=who), self._type_name(entry.type_code))
        self._clear()
        self.weekdays = Weekdays()
        self.weekdays.set_value(entry.weekdays)
        self.form = self._wish_form(entry)
        self.body.addWidget(self.form)
        self.body.addWidget(holder(column(section(_("Days of the week")), self.weekdays, space=Space.XS)))
        self.foot.addStretch(1)
        self.foot.addWidget(Button(_("Cancel"), self._give_up, kind="quiet"))
        self.foot.addWidget(send)
        self.show()
        self.form.focus_first()

    def _give_up(self) -> None:
        """Nothing is changed: back to the list one came from, or to the day."""
        if not self._wish.id:
            self.close_panel()
            return
        self.form = None
        self.open_list()
        self.setFocus()

    def _wish_form(self, entry: WaitingEntry) -> Form:
        people = [(user.id, user.display_name) for user in self._people]
        parts = [(code, _(name)) for code, name in PART_NAMES.items()]
        form = Form([
            Field(name="practitioner_id", label=_("Practitioner"), kind="choice", options=people, blank=_("Anybody"), span=0),
            Field(name="part_of_day", label=_("Part of the day"), kind="choice", options=parts, required=True, span=0),
            Field(name="date_from", label=_("Not before"), kind="date"),
            Field(name="date_until", label=_("Not after"), kind="date"),
            Field(name="note", label=_("Remark"), max_length=200, span=0),
        ], columns=2)  # fmt: skip
        asked = ("practitioner_id", "part_of_day", "date_from", "date_until", "note")
        form.set_values({name: getattr(entry, name) for name in asked})
        form.submitted.connect(self._send)
        return form

    def _send(self) -> None:
        values = self.form.checked() if self.form else None
        if values is None or self.weekdays is None:
            return
        entry = replace(
            self._wish, weekdays=self.weekdays.value(), practitioner_id=values["practitioner_id"], part_of_day=values["part_of_day"],
            date_from=values["date_from"], date_until=values["date_until"], note=values["note"],
        )  # fmt: skip
        case, then = (waiting.change_waiting, partial(self._changed, self._wish)) if entry.id else (waiting.add_waiting, self._added)
        self.frame.runner.do(case, entry, then=then, failed=self._fail, owner=self)

    def _added(self, entry: WaitingEntry) -> None:
        self.form = None
        self.open_list()
        self.said.emit(_("Put on the waiting list."), lambda: self.frame.runner.do(waiting.withdraw_waiting, entry.id, owner=self))

    def _changed(self, old: WaitingEntry, entry: WaitingEntry) -> None:
        self.form = None
        self.open_list()
        self.setFocus()
        back = replace(old, version=entry.version)
        self.said.emit(_("The waiting list was changed."), lambda: self.frame.runner.do(waiting.change_waiting, back, owner=self))

    def _fail(self, error: DeskError) -> None:
        if self.form is not None and isinstance(error, UserError) and self.form.show_error(error):
            return
        self.problem.say(error.message, Hue.WARN)
        self.ask()

    def close_panel(self) -> None:
        """Nothing is asked any more; what was held for somebody is free again."""
        self.form = None
        for option_id in self._held.values():
            self.frame.runner.do(options.release, option_id, owner=self)
        self._held = {}
        super().close_panel()

