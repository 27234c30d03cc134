"""The clinic's own data."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.people import Clinic
from nmx_desk.i18n import _
from nmx_desk.services import people
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, offer_saving
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import Card, column, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.settings.recovery import new_recovery_key
from nmx_desk.ui.theme.tokens import FORM_WIDTH

TIMES = ("desk_opens", "desk_closes")


def _days() -> list[tuple[str, str]]:
    return [("12345", _("Monday to Friday")), ("123456", _("Monday to Saturday")), ("1234567", _("Every day"))]


class ClinicPart(QWidget):
    """What stands above every print."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._clinic = Clinic()
        self.form = Form(
            [
                Field(name="name", label=_("Name of the clinic"), required=True, max_length=120),
                Field(name="website", label=_("Website"), max_length=120),
                Field(name="address", label=_("Address"), span=0),
                Field(name="postcode", label=_("Postcode"), max_length=10),
                Field(name="city", label=_("City"), max_length=80),
                Field(name="phone", label=_("Phone"), kind="phone", max_length=30),
                Field(name="email", label=_("E-mail"), kind="email", max_length=120),
                Field(
                    name="lock_minutes", label=_("Minutes until the screen locks"), kind="int", required=True, least=1, most=15, span=0
                ),
                Field(name="desk_days", label=_("Days on which the front desk answers"), kind="choice", options=_days(), span=0),
                Field(name="desk_opens", label=_("The desk opens at"), kind="time", required=True),
                Field(name="desk_closes", label=_("The desk closes at"), kind="time", required=True),
                Field(name="illness_is_late", label=_("In the figures, illness on the day counts as cancelled late"), kind="check", span=0),
                Field(name="complaints_officer", label=_("Complaints officer (Wkkgz)"), max_length=200, span=0,
                      help=_("Name and how to reach them; they stand in the letters about a formal complaint.")),
                Field(name="dispute_body", label=_("Dispute body (Wkkgz)"), max_length=200, span=0),
                Field(name="two_step_managers", label=_("Managers see the whole log only after two-step sign-in"), kind="check", span=0),
                Field(name="two_step_admins", label=_("Administrators do their work only after two-step sign-in"), kind="check", span=0),
            ],
            columns=2,
        )
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.back = Button(_("Undo the changes"), self.undo, kind="quiet")
        self.recovery = Button(_("New recovery key …"), lambda: new_recovery_key(self, frame), icon="key-round")
        self.recovery.setVisible(frame.desk.may("keys.manage"))
        explained = muted(_("This stands above every print and letter. Every change is logged."))
        card = Card("", explained, self.form, row(self.save_button, self.back, None, self.recovery))
        card.setFixedWidth(FORM_WIDTH + 120)
        self.setLayout(column(scroll(holder(column(row(card, None), None)), _("Clinic"))))
        may = frame.desk.may("settings.change")
        self.form.set_read_only(not may)
        self.save_button.setVisible(may)
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self.save)
        self._edited()

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-clinic", people.read_clinic, then=self._show, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not self.form.dirty

    def save(self) -> None:
        """Save what was typed."""
        values = self.form.checked()
        if values is not None and self.form.dirty:
            values |= {name: dates.minute_of(values[name]) for name in TIMES}
            self._frame.runner.do(people.change_clinic, replace(self._clinic, **values), then=self._saved, owner=self.form)

    def undo(self) -> None:
        """Back to what is stored."""
        self._show(self._clinic)

    def _show(self, clinic: Clinic) -> None:
        self._clinic = clinic
        times = {name: dates.time_of(getattr(clinic, name)) for name in TIMES}
        self.form.set_values({name: getattr(clinic, name) for name in self.form.values()} | times)
        self._edited()

    def _saved(self, clinic: Clinic) -> None:
        self._show(clinic)
        self._frame.toast(_("The clinic's data have been saved."))

    def _edited(self) -> None:
        offer_saving(self.save_button, self.back, self.form.first(), dirty=self.form.dirty)
