"""What changed against the version before; and before a plan is signed: with whom it was agreed, what changes, what its contacts do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plan_cadence import CONTACT_FATE_NAMES, ContactChange, ContactFate
from nmx_desk.domain.plan_changes import CHANGE_NAMES, PART_NAMES, ChangeKind, Difference
from nmx_desk.domain.plans import STOP_REASON_NAMES, StopReason
from nmx_desk.i18n import _
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, empty_layout, holder, line, row
from nmx_desk.ui.plans.looks import shown
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_LOOKS = {ChangeKind.ADDED: (Hue.OK, "plus"), ChangeKind.REMOVED: (Hue.WARN, "minus"), ChangeKind.CHANGED: (Hue.INFO, "pencil"),
          ChangeKind.STOPPED: (Hue.WARN, "ban"), ChangeKind.COMPLETED: (Hue.NEUTRAL, "check")}  # fmt: skip
FATES = {ContactFate.ADDED: (Hue.OK, "plus"), ContactFate.MOVED: (Hue.INFO, "calendar-clock"), ContactFate.KEPT: (Hue.NEUTRAL, "check"),
         ContactFate.BOOKED: (Hue.NEUTRAL, "calendar-check"), ContactFate.LAPSED: (Hue.WARN, "minus")}  # fmt: skip


class ChangesPanel(SidePanel):
    """What changed against the version before; of one that was discussed also what signing it does. ``agreed`` carries day and name."""

    agreed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__(_("What changed"))
        self.form = Form([
            Field(name="agreed_on", label=_("Agreed on"), kind="date", required=True),
            Field(name="agreed_with", label=_("Agreed with"), max_length=120, placeholder=_("The client"),
                  help=_("A parent or representative, if it was not the client")),
        ])  # fmt: skip
        self._before = holder(column(self.form, space=Space.M))
        self._contacts = column(space=Space.S)
        self._found = column(space=Space.M)
        for part in (self._before, holder(self._contacts), holder(self._found)):
            self.body.addWidget(part)
        self.form.submitted.connect(self._agree)
        self.signing = False
        self.hide()

    # -- only what changed -----------------------------------------------------------------------------------------------------------

    def show_changes(self, numbers: tuple[int, int], found: Sequence[Difference]) -> None:
        """List the differences, or say that there are none. Beside what signing does they stand below it."""
        if not self.signing:
            self.set_title(_("What changed"), _("Version {new} against version {old}").format(old=numbers[0], new=numbers[1]))
            self._before.hide()
            empty_layout(self._contacts)
        empty_layout(self._found)
        if self.signing:
            self._found.addWidget(section(_("Version {new} against version {old}").format(old=numbers[0], new=numbers[1])))
        if not found:
            self._found.addWidget(Label(_("Nothing changed yet."), role="muted"))
        for number, difference in enumerate(found):
            if number:
                self._found.addWidget(line())
            self._found.addWidget(_difference(difference))
        self.show()

    # -- before it is signed ---------------------------------------------------------------------------------------------------------

    def show_signing(self, sheet: PlanSheet) -> None:
        """What activating a discussed version does, before it is done."""
        self.signing = True
        self.set_title(_("Before it is signed"), _("Version {n}").format(n=sheet.version.number))
        self.form.set_values({"agreed_on": sheet.version.agreed_on, "agreed_with": sheet.version.agreed_with})
        self._before.show()
        empty_layout(self._contacts)
        empty_layout(self._found)
        self._contacts.addWidget(section(_("What happens to the contacts")))
        for change in sheet.ahead:
            self._contacts.addWidget(contact_line(change))
        if not sheet.ahead:
            self._contacts.addWidget(muted(_("None are planned by themselves.")))
        self.show()

    def show_plainly(self) -> None:
        """Only what changed, from now on."""
        self.signing = False

    @property
    def waiting(self) -> bool:
        """Whether what was agreed has been typed and not stored."""
        return self.signing and self.isVisible() and self.form.dirty

    def said(self) -> tuple[date, str] | None:
        """Day and name as typed; None (and the fields say so) when they cannot be."""
        values: dict[str, Any] | None = self.form.checked()
        return (values["agreed_on"], values["agreed_with"]) if values else None

    def show_error(self, error: UserError) -> bool:
        """Beside its field, if it is one of these."""
        return self.signing and self.isVisible() and self.form.show_error(error)

    def _agree(self) -> None:
        if self.waiting and (said := self.said()):
            self.agreed.emit(*said)


def contact_line(change: ContactChange) -> QWidget:
    """One contact: what becomes of it, when it is due."""
    badge = StateBadge(_(CONTACT_FATE_NAMES[change.fate]), *FATES[change.fate])
    when = dates.full_day(change.due_on)
    if change.fate is ContactFate.MOVED and change.follow_up is not None:
        when = _("from {old} to {new}").format(old=dates.short(change.follow_up.due_on), new=dates.short(change.due_on))
    week = _("week {n}").format(n=change.week) if change.week else _("planned by hand")
    return holder(column(row(badge, Label(week, look="small", role="muted"), STRETCH), Label(when, wrap=True), space=Space.XS))


def _difference(difference: Difference) -> QWidget:
    hue, icon = _LOOKS[difference.kind]
    what = _(PART_NAMES[difference.part])
    head = row(StateBadge(_(CHANGE_NAMES[difference.kind]), hue, icon), Label(what, look="small", role="muted"), STRETCH)
    lines = [
        Label(
            _("{field}: {old} → {new}").format(field=_(change.label), old=shown(change, change.old), new=shown(change, change.new)),
            look="small", role="muted", wrap=True,
        )
        for change in difference.fields
    ]  # fmt: skip
    if ended := _ended(difference):
        lines.append(Label(ended, look="small", role="muted", wrap=True))
    return holder(column(head, Label(difference.name, wrap=True), *lines, space=Space.XS))


def _ended(difference: Difference) -> str:
    """When and why what is left out had ended."""
    why = _(STOP_REASON_NAMES[StopReason(difference.reason)]) if difference.reason in STOP_REASON_NAMES else ""
    day = dates.short(difference.ended_on) if difference.ended_on else ""
    return " · ".join(part for part in (day, why, difference.words) if part)
