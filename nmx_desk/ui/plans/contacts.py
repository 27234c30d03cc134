"""The contacts of a plan: after how many weeks they are planned, what signing the version does with them, and those there are."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plan_rules import FOLLOW_UP_STATE_NAMES, OPEN, follow_up_state
from nmx_desk.domain.plans import FOLLOW_UP_STATUS_NAMES, FollowUpStatus
from nmx_desk.i18n import _
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, holder, row, scroll
from nmx_desk.ui.plans.draft import CADENCE, PlanDraft
from nmx_desk.ui.plans.parts import STATE_LOOKS
from nmx_desk.ui.plans.review import contact_line
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_ENDED = {FollowUpStatus.DONE: (Hue.OK, "check"), FollowUpStatus.MISSED: (Hue.WARN, "circle-x"),
          FollowUpStatus.LAPSED: (Hue.NEUTRAL, "minus")}  # fmt: skip

WIDE = 20  # of the field of weeks, in steps of room


class ContactsView(QWidget):
    """``edited`` carries the weeks as typed."""

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.form = Form([
            Field(name=CADENCE, label=_("A contact after so many weeks"), max_length=60, placeholder="4 8 12",
                  help=_("Counted from the first day of the plan; empty: none by itself.")),
        ])  # fmt: skip
        self.form.edited.connect(lambda: self.edited.emit(self.form.values()[CADENCE]))
        self._ahead, self._there = column(space=Space.M), column(space=Space.M)
        self.ahead = Card(_("What signing this version does"), holder(self._ahead))
        self.there = Card(_("Contacts of this plan"), holder(self._there))
        lists = row(self.ahead, self.there, space=Space.L)
        for card in (self.ahead, self.there):
            lists.setAlignment(card, Qt.AlignmentFlag.AlignTop)
        self.form.setMaximumWidth(Space.XL * WIDE)
        inner = column(self.form, lists, STRETCH, space=Space.L)
        inner.setContentsMargins(0, 0, Space.S, Space.S)
        self.setLayout(column(scroll(holder(inner), _("Contacts of the plan"))))

    def show_draft(self, draft: PlanDraft, *, writing: bool) -> None:
        """Weeks, what becomes of the contacts, and those there are."""
        sheet = draft.sheet
        if self.form.values()[CADENCE] != draft.cadence:
            self.form.set_values({CADENCE: draft.cadence})
        self.form.set_read_only(not writing)
        empty_layout(self._ahead)
        empty_layout(self._there)
        self.ahead.setVisible(sheet.version.status in OPEN)
        for change in sheet.ahead:
            self._ahead.addWidget(contact_line(change))
        if not sheet.ahead:
            self._ahead.addWidget(muted(_("None are planned by themselves.")))
        for number in range(len(sheet.contacts)):
            self._there.addWidget(_contact(sheet, number))
        if not sheet.contacts:
            self._there.addWidget(muted(_("There are none yet.")))

    def show_problem(self, error: UserError) -> None:
        """Why these weeks cannot be."""
        self.form.show_error(error)


def _contact(sheet: PlanSheet, number: int) -> QWidget:
    contact = sheet.contacts[number]
    found = contact.follow_up
    if found.status is FollowUpStatus.PLANNED:
        state = follow_up_state(found, sheet.today)
        badge = StateBadge(_(FOLLOW_UP_STATE_NAMES[state]), *STATE_LOOKS[state])
    else:
        badge = StateBadge(_(FOLLOW_UP_STATUS_NAMES[found.status]), *_ENDED[found.status])
    when = dates.full_day(found.due_on)
    if contact.booked_at is not None:
        when = _("Booked: {when}").format(when=dates.full(contact.booked_at))
    week = _("week {n}").format(n=found.week) if found.week else _("planned by hand")
    return holder(column(row(badge, Label(week, look="small", role="muted"), STRETCH), Label(when, wrap=True), space=Space.XS))
