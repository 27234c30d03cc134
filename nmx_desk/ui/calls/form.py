"""Who is on the phone and what they tell: the fields of the call beside complaints and red flags."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.consults import ANSWER_NAMES, AdviceCall, Answer
from nmx_desk.i18n import _
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.theme.tokens import Space


class CallForm(QWidget):
    """Fields of the call. ``edited`` at every change by the user."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        seen = [(str(answer), _(name)) for answer, name in ANSWER_NAMES.items()]
        self.form = Form(
            [
                Field(name="question", label=_("Help wanted, in the client's own words"), kind="multiline", lines=2, max_length=2000),
                Field(name="expectation", label=_("Expectation"), max_length=500),
                Field(name="treated_by", label=_("Under treatment of"), max_length=200),
                Field(name="prior_tests", label=_("Tests done and their outcome"), max_length=500),
                Field(name="gp_seen", label=_("GP seen for this"), kind="choice", options=seen, blank=_("not asked")),
                Field(name="medication", label=_("Medication and supplements"), max_length=500, span=2),
            ],
            columns=2,
        )
        self.checks = {
            "identity_checked": CheckInput(_("Name and birth date checked")),
            "for_self": CheckInput(_("Calls about her- or himself")),
            "information_given": CheckInput(_("Told: method, price, not instead of the GP, insurer")),
        }
        self.form.edited.connect(self.edited)
        for check in self.checks.values():
            check.edited.connect(self.edited)
        who = column(self.checks["identity_checked"], self.checks["for_self"], space=0)
        self.setLayout(column(who, self.form, self.checks["information_given"], space=Space.S))

    def show_call(self, call: AdviceCall, *, read_only: bool) -> None:
        """Show what is stored."""
        self.restore(_values(call))
        self.form.set_read_only(read_only)
        for check in self.checks.values():
            check.set_read_only(read_only)

    def changed(self, call: AdviceCall) -> AdviceCall:
        """The call with what stands here."""
        values = self.data()
        seen = values.pop("gp_seen")
        return replace(call, **values, gp_seen=Answer(seen) if seen else None)

    def data(self) -> dict[str, Any]:
        """What stands here as JSON, for a draft."""
        return {**self.form.values(), **{name: check.value() for name, check in self.checks.items()}}

    def restore(self, data: dict[str, Any]) -> None:
        """Show what a draft holds."""
        self.form.set_values({name: data[name] for name in self.form.values()})
        for name, check in self.checks.items():
            check.set_value(data[name])


def _values(call: AdviceCall) -> dict[str, Any]:
    return {
        "identity_checked": call.identity_checked,
        "for_self": call.for_self,
        "question": call.question,
        "expectation": call.expectation,
        "treated_by": call.treated_by,
        "prior_tests": call.prior_tests,
        "gp_seen": str(call.gp_seen) if call.gp_seen else None,
        "medication": call.medication,
        "information_given": call.information_given,
    }
