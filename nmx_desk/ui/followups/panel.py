"""The panel of one contact: whom to call, and booking, completing, missing it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal

from nmx_desk.domain.agenda import CHANNEL_NAMES, Channel
from nmx_desk.domain.clients import shown_phone
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import following
from nmx_desk.services.following import FollowingSheet
from nmx_desk.services.followups import FollowUpRow
from nmx_desk.ui.followups.looks import state_badge
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.adherence import FollowedRows
from nmx_desk.ui.kit.alarms import ask_flags
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.following import FollowingActs
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.slots import FreeMoments
from nmx_desk.ui.theme.tokens import Space


class ContactPanel(SidePanel):
    """``asked`` carries a code (client, plan, miss, lapse, agenda), ``booked`` an offer, ``completed`` day, adherence and note.

    ``dated`` carries a day and why.
    """

    asked = Signal(str)
    booked = Signal(object)
    completed = Signal(dict)
    dated = Signal(object, str)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Follow-up contact"))
        self.frame = frame
        self.row: FollowUpRow | None = None
        self.badge = StateBadge()
        self.phone = Label("", look="large", selectable=True)
        self.instruction = Label("", role="warn", wrap=True)
        self.about = Label("", role="muted", wrap=True)
        may = frame.desk.may
        self.may_change, self.may_book = may("followups.change"), may("followups.change") and may("agenda.book")
        self.client_button = Button(_("Open client"), lambda: self.asked.emit("client"), icon="user-round")
        self.plan_button = Button(_("Open plan"), lambda: self.asked.emit("plan"), icon="target")
        self.plan_button.setVisible(False)
        self.follows = may("plans.write") and may("plans.read")
        self.following: FollowingSheet | None = None
        self.items = FollowedRows()
        self.acts = FollowingActs(frame, self)
        self.items.acted.connect(self.acts.act)
        self.flags_button = Button(_("Ask red flags"), self._ask_flags, kind="quiet", icon="shield-alert")
        self.flags_button.hide()
        self.moments = FreeMoments(frame)
        self.moments.picked.connect(self.booked)
        whole = Field(name="adherence", label=_("Adherence (%)"), kind="int", least=0, most=100)
        self.done_form = Form([
            Field(name="done_on", label=_("Held on"), kind="date", required=True),
            *([] if self.follows else [whole]),  # who sees the items says it item by item
            Field(name="note", label=_("Remark"), kind="multiline", lines=2, max_length=2000, span=0),
        ], columns=2)  # fmt: skip
        self.done_form.submitted.connect(self.complete)
        self.due_form = Form([
            Field(name="due_on", label=_("Another date"), kind="date"),
            Field(name="reason", label=_("Why it moves"), max_length=300, help=_("Outside its window it moves only with a reason.")),
        ])  # fmt: skip
        self.due_form.submitted.connect(self._date)
        self._build()
        self.hide()

    def _build(self) -> None:
        agenda = Button(_("Choose in the agenda"), lambda: self.asked.emit("agenda"), kind="quiet", icon="calendar-days")
        self._booking = holder(column(section(_("Book a follow-up consult")), self.moments, row(agenda, STRETCH), space=Space.S))
        complete = Button(_("Complete"), self.complete, kind="primary", icon="check", tip=_("The contact was held (Ctrl+Enter)"))
        noted = Button(_("Complete with a note"), partial(self.complete, noted=True), icon="file-plus")
        if not self.frame.desk.may("notes.write"):
            noted.hide()
        title = row(section(_("Complete")), STRETCH, self.flags_button)
        self._completing = holder(column(title, self.items, self.done_form, space=Space.S))
        self._ending = holder(row(complete, noted, STRETCH))
        self.foot.addWidget(self._ending)
        change = Button(_("Set date"), self._date)
        missed = Button(_("Missed"), lambda: self.asked.emit("miss"), kind="quiet", icon="phone-missed")
        lapsed = Button(_("Not needed any more"), lambda: self.asked.emit("lapse"), kind="quiet", icon="ban")
        self._dating = holder(column(self.due_form, row(change, STRETCH), row(missed, lapsed, STRETCH), space=Space.S))
        head = column(row(self.badge, STRETCH), self.phone, self.instruction, self.about, space=Space.XS)
        self.body.addLayout(head)
        self.body.addLayout(row(self.client_button, self.plan_button, STRETCH))
        first = (self._completing, self._booking) if self.follows else (self._booking, self._completing)
        for part in (*first, self._dating):
            self.body.addWidget(part)

    def show_row(self, found: FollowUpRow) -> None:
        """Show a contact."""
        fresh = self.row is None or self.row.id != found.id or self.row.booked_at != found.booked_at
        self.row = found
        client, follow_up = found.client, found.follow_up
        self.set_title(client.name, client.client_no)
        self.badge.set(state_badge(found, self.frame.now()))
        self.phone.setText(shown_phone(client.phone) or client.email)
        self.instruction.setText(client.call_instruction)
        self.instruction.setVisible(bool(client.call_instruction))
        self.about.setText(_about(found))
        self.plan_button.setVisible(self.frame.desk.may("plans.read"))
        self._booking.setVisible(self.may_book and found.booked_at is None)
        self._completing.setVisible(self.may_change)
        self._ending.setVisible(self.may_change)
        self._dating.setVisible(self.may_change)
        self.show()
        if self.follows:
            self._follow(fresh=fresh)
        if fresh:
            self.done_form.set_values({"done_on": dates.today(self.frame.now()), "adherence": None, "note": ""})
            self.due_form.set_values({"due_on": follow_up.due_on, "reason": ""})
            if self.may_book and found.booked_at is None:
                self.moments.ask("follow_up", practitioner_id=follow_up.practitioner_id, after=self.opens(found))

    def _follow(self, *, fresh: bool) -> None:
        """Ask for the plan's items; those of another client go at once."""
        found = self.row
        if found is None:
            return
        if found.client.id != self.acts.client_id:
            self.acts.client_id = found.client.id
            self.items.show_sheet(FollowingSheet(client_id=found.client.id), None, writing=False)
            self.flags_button.hide()
        self.frame.runner.latest(
            "following", following.open_following, found.client.id, then=partial(self._show_items, fresh=fresh), owner=self
        )  # fmt: skip

    def _show_items(self, sheet: FollowingSheet, *, fresh: bool) -> None:
        if self.row is None or sheet.client_id != self.row.client.id:
            return
        self.following = sheet
        same = sheet.plan is not None and sheet.plan.id == self.row.follow_up.plan_id
        shown = sheet if same else FollowingSheet(client_id=sheet.client_id)
        self.items.show_sheet(shown, sheet.today, writing=sheet.own and self.may_change, keep=not fresh)
        self.flags_button.setVisible(sheet.own and self.may_change)

    def refresh(self) -> None:
        """The items again, with what was chosen here and is not saved."""
        if self.follows and not self.isHidden():
            self._follow(fresh=False)

    def _ask_flags(self) -> None:
        if self.row is not None:
            ask_flags(self.frame, self, self.row.client.id)

    def opens(self, found: FollowUpRow) -> datetime | None:
        """When its window opens, if that is still to come."""
        opens = dates.to_utc(found.follow_up.due_on - timedelta(days=found.follow_up.window_days), time())
        return opens if opens > self.frame.now() else None

    def focus_booking(self) -> None:
        """Put the focus on the first free moment."""
        self.moments.focus_first()

    def focus_done(self) -> None:
        """Put the focus on what is filled in when it was held."""
        if self.items.inputs:
            self.items.focus_first()
        else:
            self.done_form.focus_first()

    def complete(self, *, noted: bool = False) -> None:
        """The contact was held; ``noted``: its note is written next."""
        values = self.done_form.checked()
        if values is not None:
            self.completed.emit({"adherence": None, **values, "items": self.items.changed() or None, "noted": noted})

    def _date(self) -> None:
        values = self.due_form.values()
        if values["due_on"] is not None:
            self.dated.emit(values["due_on"], values["reason"] or "")
        else:
            self.due_form.setFocus(Qt.FocusReason.OtherFocusReason)


def _plan(found: FollowUpRow) -> str:
    """Which plan it belongs to, and which week of its cadence."""
    began = dates.full_day(found.plan_began) if found.plan_began else ""
    if found.follow_up.week is None:
        return _("Plan of {day}").format(day=began)
    return _("Plan of {day}, week {n}").format(day=began, n=found.follow_up.week)


def _about(found: FollowUpRow) -> str:
    follow_up = found.follow_up
    window = ngettext("± {n} day", "± {n} days", follow_up.window_days).format(n=follow_up.window_days)
    lines = [
        *([_plan(found)] if found.plan_began else []),
        _("Due {day} ({window}), {channel}").format(
            day=dates.full_day(follow_up.due_on), window=window, channel=_(CHANNEL_NAMES[Channel(follow_up.channel)]).lower()
        ),
        _("With {practitioner}").format(practitioner=found.practitioner),
    ]
    if found.booked_at is not None:
        lines.append(_("Booked: {when}").format(when=dates.full(found.booked_at)))
    return "\n".join(lines)
