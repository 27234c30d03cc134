"""Parts of the plan's page: choosing a template, the next contact, the complaints at the start."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.domain.plan_rules import FOLLOW_UP_STATE_NAMES, FollowUpState, follow_up_state
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.plans import PlanSheet, TemplateView
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import DateInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, holder, row, scroll
from nmx_desk.ui.plans.draft import weeks_ahead
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

STATE_LOOKS = {FollowUpState.OVERDUE: (Hue.DANGER, "circle-alert"), FollowUpState.DUE: (Hue.WARN, "bell"),
               FollowUpState.COMING: (Hue.NEUTRAL, "calendar-clock")}  # fmt: skip
MOST_COMPLAINTS = 4


class TemplateChooser(QWidget):
    """No plan yet: the templates side by side. ``chosen`` carries a code."""

    chosen = Signal(str)
    managing = Signal()

    IN_ROW = 3

    def __init__(self) -> None:
        super().__init__()
        self._cards = QGridLayout()
        self._cards.setContentsMargins(0, 0, Space.S, Space.S)
        self._cards.setSpacing(Space.L)
        says = Label(_("This client has no plan yet. Begin with a template; everything in it can be changed."), role="muted", wrap=True)
        self._own = Button(_("Own templates"), self.managing.emit, kind="quiet", icon="list")
        above = row(says, self._own)
        above.setStretch(0, 1)
        box = column(above, scroll(holder(column(self._cards, STRETCH)), _("Templates")), space=Space.L)
        box.setStretch(1, 1)
        self.setLayout(box)

    def show_templates(self, templates: Sequence[TemplateView], *, may_write: bool) -> None:
        """The first is the default."""
        empty_layout(self._cards)
        self._own.setVisible(may_write)
        for number, template in enumerate(templates):
            lines: list[QWidget] = [muted(template.about)]
            for place, part in enumerate(template.phases, 1):
                weeks = ngettext("{n} week", "{n} weeks", part.phase.weeks).format(n=part.phase.weeks)
                text = _("{n}. {name} – {weeks}").format(n=place, name=part.phase.name, weeks=weeks)
                lines.append(Label(text, wrap=True))
            card = Card(template.name, *lines)
            card.body.addStretch(1)
            if may_write:
                use = Button(_("Use this template"), partial(self.chosen.emit, template.code), kind="secondary" if number else "primary")
                use.setAccessibleName(_("Use the template “{name}”").format(name=template.name))
                card.body.addLayout(row(use, STRETCH))
            self._cards.addWidget(card, number // self.IN_ROW, number % self.IN_ROW)
        for place in range(self.IN_ROW):
            self._cards.setColumnStretch(place, 1)

    def focus_first(self) -> None:
        """The default template is one Enter away, as soon as it is shown."""
        QTimer.singleShot(0, self, self._focus_first)

    def _focus_first(self) -> None:
        for button in self.findChildren(Button):
            if button.isVisibleTo(self) and button is not self._own:  # one that is being deleted is hidden
                button.setFocus()
                return


class NextContact(Card):
    """The next follow-up contact and how to date it. ``dated`` carries a day, ``booking`` the contact's id."""

    dated = Signal(object)
    booking = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Next follow-up contact"))
        self.next: FollowUp | None = None
        self._sheet: PlanSheet | None = None
        self._says = Label("")
        self._badge = StateBadge()
        self._weeks = [
            Button(ngettext("In {n} week", "In {n} weeks", n).format(n=n), partial(self._in_weeks, n), kind="quiet") for n in (4, 6)
        ]
        self.day = DateInput(name=_("Date of the next contact"))
        self.day.setMaximumWidth(Space.XL * 6)
        self.day.returnPressed.connect(self._on_day)
        self._set = Button(_("Set date"), self._on_day)
        self._problem = Label("", look="small", role="danger", wrap=True)
        self._book = Button(_("Book"), self._ask_booking, icon="calendar-plus", name=_("Book the next contact"))
        self.body.setSpacing(Space.S)
        self.body.addLayout(row(self._says, self._badge, STRETCH, self._book))
        self._dating = [*self._weeks, self.day, self._set]
        self.body.addLayout(row(*self._dating, STRETCH))
        self.body.addWidget(self._problem)
        self.body.addStretch(1)
        self._problem.hide()

    def show_sheet(self, sheet: PlanSheet, *, may_change: bool) -> None:
        """The first contact that is still planned."""
        self._sheet = sheet
        self._problem.hide()
        planned = [contact for contact in sheet.contacts if contact.follow_up.status is FollowUpStatus.PLANNED]
        contact = planned[0] if planned else None
        self.next = contact.follow_up if contact else None
        self._badge.setVisible(contact is not None)
        self._book.setVisible(contact is not None and contact.booked_at is None and may_change)
        for widget in self._dating:
            widget.setVisible(may_change and (contact is None or contact.booked_at is None))
        if contact is None:
            self._says.setText(_("Not dated yet."))
            return
        state = follow_up_state(contact.follow_up, sheet.today)
        self._badge.set(_badge(state))
        if contact.booked_at is not None:
            self._says.setText(_("Booked: {when}").format(when=dates.full(contact.booked_at)))
        else:
            self._says.setText(dates.full_day(contact.follow_up.due_on))

    def show_problem(self, message: str) -> None:
        """Why a day cannot be."""
        self._problem.setText(message)
        self._problem.show()
        self.day.setFocus()

    def _in_weeks(self, weeks: int) -> None:
        if self._sheet is not None:
            self.dated.emit(weeks_ahead(self._sheet.today, weeks))

    def _on_day(self) -> None:
        day = self.day.value()
        if day is None:
            self.show_problem(self.day.problem() or _("Fill this in."))
            return
        self.dated.emit(day)

    def _ask_booking(self) -> None:
        if self.next is not None:
            self.booking.emit(self.next.id)


def _badge(state: FollowUpState) -> Badge:
    return Badge(_(FOLLOW_UP_STATE_NAMES[state]), *STATE_LOOKS[state])


class Baseline(Card):
    """Complaints with their first and last score: what the plan is for."""

    def __init__(self) -> None:
        super().__init__(_("Complaints: first and last score"))
        self.body.setSpacing(Space.XS)

    def show_sheet(self, sheet: PlanSheet) -> None:
        """The main complaints; hidden when none may be read."""
        empty_layout(self.body)
        measured = [series for series in sheet.scores.complaints if series.complaint.is_active]
        for series in sorted(measured, key=lambda found: found.complaint.rank)[:MOST_COMPLAINTS]:
            scores = [score.score for score in series.scores]
            value = _("not measured") if not scores else str(scores[0]) if len(scores) == 1 else f"{scores[0]} → {scores[-1]}"
            line = row(Label(series.complaint.words, elide=True), Label(value, look="strong"))
            line.setStretch(0, 1)
            self.body.addLayout(line)
        self.body.addStretch(1)
        self.setVisible(bool(measured))
