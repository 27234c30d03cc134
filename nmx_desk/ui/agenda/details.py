"""The side panel of one appointment: who, when, how to reach them, and every step that is possible now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from nmx_desk.domain.agenda import (
    CHANNEL_NAMES,
    FEE_NAMES,
    NO_SHOW_AFTER,
    Appointment,
    AppointmentStatus,
    AppointmentType,
    FeeDecision,
    may_become,
)
from nmx_desk.domain.reception import late_by, waited
from nmx_desk.domain.series import SeriesReach
from nmx_desk.i18n import N_, _
from nmx_desk.services.agenda import DayItem
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import Segments, SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.theme import icon
from nmx_desk.ui.theme.tokens import Space

_S = AppointmentStatus


@dataclass(frozen=True)
class Step:
    """Something that can be done with an appointment: its code, word, icon and key."""

    code: str
    text: str
    icon: str
    key: str = ""


CHECK_IN = Step("check_in", N_("Check in"), "user-check", "I")
START = Step("start", N_("In the room"), "door-open", "R")
DONE = Step("done", N_("Done"), "check", "D")
NO_SHOW = Step("no_show", N_("No-show"), "circle-x", "N")
MOVE = Step("move", N_("Move…"), "calendar-clock")
CANCEL = Step("cancel", N_("Cancel…"), "calendar-x", "Del")
CONFIRM = Step("confirm", N_("Confirmation"), "mail", "P")
UNDO = Step("undo", N_("Take back the last step"), "undo-2")
RELEASE = Step("release", N_("Let go"), "hourglass", "Del")
SERIES = Step("series", N_("Series…"), "repeat")
SWAP = Step("swap", N_("Change places…"), "refresh-cw")
EARLIER = Step("earlier", N_("Wants an earlier moment…"), "hourglass")
CHARGE = Step("charge", N_("Charge it"), "circle-check")
WAIVE = Step("waive", N_("Do not charge it"), "circle-x")
RARE = frozenset({SERIES, SWAP, EARLIER})  # behind one button: the panel shows what is done every day


def possible(item: DayItem, now: datetime) -> list[Step]:
    """The steps that would be accepted at this moment, the likeliest first."""
    made = item.appointment
    on = dates.local(made.starts_at).date()
    today = dates.today(now)
    steps: list[Step] = []
    if made.status is _S.OPTION:
        return [RELEASE]
    if on == today and may_become(made.status, _S.ARRIVED):
        steps.append(CHECK_IN)
    if on == today and may_become(made.status, _S.IN_ROOM):
        steps.append(START)
    if on <= today and may_become(made.status, _S.COMPLETED) and made.request_id is None:
        steps.append(DONE)  # the call of a request is done when its outcome is written
    if now >= made.starts_at + NO_SHOW_AFTER and may_become(made.status, _S.NO_SHOW):
        steps.append(NO_SHOW)
    if may_become(made.status, _S.MOVED):
        steps.append(MOVE)
    if may_become(made.status, _S.CANCELLED):
        steps.append(CANCEL)
    if made.status in {_S.OPTION, _S.CONFIRMED} and made.starts_at > now:
        steps.append(CONFIRM)
    moved = made.status is _S.CONFIRMED and made.moved_from is not None
    if (made.undone is not None or moved) and dates.local(made.status_at).date() == today:
        steps.append(UNDO)
    return steps + _around(item, now)


def _around(item: DayItem, now: datetime) -> list[Step]:
    """What concerns more than this one appointment, and what it costs."""
    made = item.appointment
    coming = made.status is _S.CONFIRMED and made.starts_at > now
    found = [(CHARGE, made.may_cost and made.fee is not FeeDecision.CHARGED), (WAIVE, made.may_cost and made.fee is not FeeDecision.WAIVED),
             (SERIES, made.series_id is not None), (SWAP, coming), (EARLIER, coming and made.client_id is not None)]  # fmt: skip
    return [step for step, possible_now in found if possible_now]


def arrival_words(made: Appointment, now: datetime) -> str:
    """When somebody arrived, whether that was late, and how long they wait or have waited."""
    if made.checked_in_at is None:
        return ""
    parts, late, wait = [dates.clock(made.checked_in_at)], late_by(made, now), waited(made, now)
    if late:
        parts.append(_("{n} min late").format(n=int(late.total_seconds()) // 60))
    if wait is not None:
        words = _("waits {n} min") if made.status is _S.ARRIVED else _("waited {n} min")
        parts.append(words.format(n=int(wait.total_seconds()) // 60))
    return ", ".join(parts)


class Details(SidePanel):
    """``stepped`` carries the appointment's id and a step's code; ``cancelled`` id, by whom, reason, ill, and which of a series."""

    stepped = Signal(str, str)
    cancelled = Signal(str, str, str, bool, str)

    def __init__(self) -> None:
        super().__init__(_("Appointment"))
        self.item: DayItem | None = None
        self.form: CancelForm | None = None

    def show_item(self, item: DayItem, types: dict[str, AppointmentType], practitioner: str, now: datetime) -> None:
        """Show an appointment."""
        self.item, self.form = item, None
        made = item.appointment
        self.clear()
        when = looks.sentence_case(f"{dates.day(dates.local(made.starts_at).date(), now)} {looks.times(item)}")
        self.set_title(item.who, f"{when} · {looks.type_name(types, made.type_code)}")
        badge = looks.state(made.status)
        self.body.addLayout(row(StateBadge(badge.text, badge.hue, badge.icon), None))
        if item.call_instruction:
            said = Label(item.call_instruction, role="warn", wrap=True)
            self.body.addLayout(column(section(_("Call instruction")), said, space=Space.XS))
        for title, text in self._facts(item, practitioner, now):
            self.body.addLayout(column(section(title), Label(text, selectable=True, wrap=True), space=Space.XS))
        if made.request_id is not None and made.status in {_S.CONFIRMED, _S.ARRIVED, _S.IN_ROOM}:
            self.body.addWidget(muted(_("This call is done when the practitioner writes its outcome.")))
        self._offer(possible(item, now))

    def _facts(self, item: DayItem, practitioner: str, now: datetime) -> list[tuple[str, str]]:
        made = item.appointment
        facts = [
            (_("Phone"), item.phone), (_("Practitioner"), practitioner), (_("How"), _(CHANNEL_NAMES[made.channel])),
            (_("Room"), item.room), (_("Client"), item.client_no), (_("Arrived"), arrival_words(made, now)),
            (_("Double booking"), made.double_booked_reason),
        ]  # fmt: skip
        if made.status is _S.CANCELLED:
            by = _("By the client") if made.cancelled_by == "client" else _("By the clinic")
            facts.append((_("Cancelled"), f"{by}, {_('too late')}" if made.late else by))
            facts.append((_("Reason"), made.cancel_reason))
            facts.append((_("Because of illness"), _("yes") if made.illness else ""))
        if made.may_cost:
            facts.append((_("Costs"), _(FEE_NAMES[made.fee])))
        if made.afterwards:
            facts.append((_("Registered"), _("afterwards")))
        return [(title, text) for title, text in facts if text]

    def _offer(self, steps: list[Step]) -> None:
        empty_layout(self.foot)
        buttons: list[QWidget] = []
        for number, step in enumerate(step for step in steps if step not in RARE):
            first = number == 0 and step in {CHECK_IN, START, DONE}
            button = Button(_(step.text), kind="primary" if first else "secondary", icon=step.icon, tip=step.key)
            button.clicked.connect(lambda _checked=False, code=step.code: self._do(code))
            buttons.append(button)
        if rare := [step for step in steps if step in RARE]:
            buttons.append(self._more(rare))
        pairs = [row(*buttons[at : at + 2], space=Space.S) for at in range(0, len(buttons), 2)]
        for pair in pairs:
            for at in range(pair.count()):
                pair.setStretch(at, 1)
        self.foot.addWidget(holder(column(*pairs, space=Space.S)))

    def _more(self, steps: list[Step]) -> Button:
        """What is done now and then, behind one button."""
        button = Button(_("More…"), icon="ellipsis")
        menu = QMenu(button)
        for step in steps:
            menu.addAction(icon(step.icon, "text"), _(step.text)).triggered.connect(partial(self._do, step.code))
        button.clicked.connect(lambda: menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height()))))
        return button

    def _do(self, code: str, _checked: bool = False) -> None:
        if self.item is None:
            return
        if code == CANCEL.code:
            self.ask_cancel()
        else:
            self.stepped.emit(self.item.appointment.id, code)

    def ask_cancel(self, *, late: bool | None = None) -> None:
        """Ask by whom and why; ``late`` says whether the client would be too late."""
        if self.item is None:
            return
        if self.form is None:
            self.clear()
            self.form = CancelForm(in_series=self.item.appointment.series_id is not None)
            self.form.sent.connect(self._send)
            self.body.addWidget(self.form)
            keep = Button(_("Keep it"), self.close_panel, kind="quiet")
            self.foot.addStretch(1)
            self.foot.addWidget(keep)
            self.foot.addWidget(Button(_("Cancel appointment"), self.form.send, kind="danger", icon="calendar-x"))
            self.form.focus()
            self.stepped.emit(self.item.appointment.id, "ask_late")
        if late is not None:
            self.form.tell(late=late)

    def _send(self, by: str, reason: str, ill: bool) -> None:
        if self.item is not None and self.form is not None:
            self.cancelled.emit(self.item.appointment.id, by, reason, ill, self.form.reach.value())


class CancelForm(QWidget):
    """By whom, why, whether it is illness, and which of a series. ``sent`` carries the first three once the reason is there."""

    sent = Signal(str, str, bool)

    def __init__(self, *, in_series: bool = False) -> None:
        super().__init__()
        reaches = ((SeriesReach.ONE, _("This one")), (SeriesReach.FOLLOWING, _("And the following")), (SeriesReach.ALL, _("All to come")))
        self.reach = Segments(_("Which of the series"), reaches)
        self._late = False
        self.by = Segments(_("Cancelled by"), (("client", _("Client")), ("clinic", _("Clinic"))))
        self.fields = Form([
            Field(name="reason", label=_("Reason"), required=True, max_length=200),
            Field(name="ill", label=_("Because of illness"), kind="check"),
        ])  # fmt: skip
        self.note = Label("", look="small", role="warn", wrap=True)
        which = holder(column(section(_("Which of the series")), row(self.reach, None), space=Space.XS))
        self.setLayout(column(column(section(_("Cancelled by")), row(self.by, None), space=Space.XS), which, self.fields, self.note))
        which.setVisible(in_series)
        self.fields.submitted.connect(self.send)
        self.fields.edited.connect(self._say)
        self.by.picked.connect(lambda _value: self._say())
        self._say()

    def focus(self) -> None:
        """Begin with the reason."""
        self.fields.input("reason").setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, *, late: bool) -> None:
        """Say whether a client would be too late now."""
        self._late = late
        self._say()

    def send(self) -> None:
        """Tell, once there is a reason."""
        if values := self.fields.checked():
            self.sent.emit(self.by.value(), values["reason"], bool(values["ill"]))

    def _say(self) -> None:
        by_client = self.by.value() == "client"
        self.fields.set_visible("ill", by_client)
        late = self._late and by_client and not self.fields.values()["ill"]
        self.note.setText(_("This is inside the cancellation term: it counts as too late.") if late else "")
        self.note.setVisible(late)
