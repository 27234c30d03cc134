"""Who is on the phone and what they tell: the fields of the call beside complaints and red flags."""

from __future__ import annotations

from dataclasses import replace
from textwrap import fill
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.consults import ANSWER_NAMES, FIT_NAMES, AdviceCall, Answer
from nmx_desk.i18n import _
from nmx_desk.services.consents import PurposeRow
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import CheckInput, TextInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

FOLD = 44  # characters


class Newsletter(QWidget):
    """The newsletter, asked apart from everything else: what is agreed to, and one button that says yes. ``agreed`` carries the version."""

    agreed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._version = 0
        self.text = Label("", look="small", role="muted", wrap=True)
        self.button = Button(_("Wants the newsletter"), lambda: self.agreed.emit(self._version), kind="quiet", icon="mail")
        whole = row(self.button, self.text, space=Space.S)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.hide()

    def show_consent(self, found: PurposeRow, *, may_ask: bool) -> None:
        """What stands, or what would be agreed to."""
        self._version = found.text_version
        self.text.setText(_("The newsletter was agreed to.") if found.stands else found.text)
        self.button.setVisible(may_ask and not found.stands)
        self.show()


def _folded(text: str) -> str:
    """A long word beside a tick, on two lines where the text is large: it does not fold by itself."""
    return fill(text, FOLD) if theme().text_scale > 1.25 else text


class CallForm(QWidget):
    """Fields of the call. ``edited`` at every change by the user."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        fits = [(code, _(name)) for code, name in FIT_NAMES.items()]
        seen = [(str(answer), _(name)) for answer, name in ANSWER_NAMES.items()]
        self.form = Form(
            [
                Field(name="question", label=_("Help wanted, in the client's own words"), kind="multiline", lines=2, max_length=2000),
                Field(name="expectation", label=_("Expectation"), max_length=500),
                Field(name="treated_by", label=_("Under treatment of"), max_length=200),
                Field(name="prior_tests", label=_("Tests done and their outcome"), max_length=500),
                Field(name="gp_seen", label=_("GP seen for this"), kind="choice", options=seen, blank=_("not asked")),
                Field(name="gp_seen_when", label=_("When was that?"), max_length=60),
                Field(name="medication", label=_("Medication and supplements"), max_length=500),
                Field(name="heard_of", label=_("How they heard of us"), max_length=200),
                Field(name="fit", label=_("Fits what we offer"), kind="choice", options=fits, blank=_("not judged yet")),
                Field(name="note", label=_("Remark"), max_length=500),
            ],
            columns=2,
        )
        self.checks = {
            "identity_checked": CheckInput(_("Name and birth date checked")),
            "for_self": CheckInput(_("Calls about her- or himself")),
            "information_given": CheckInput(_folded(_("Told: method, price, not instead of the GP, insurer"))),
        }
        self.caller = TextInput(max_length=120, placeholder=_("Who calls, and what they are to the client"), name=_("Who calls"))
        self.newsletter = Newsletter()
        self.form.edited.connect(self.edited)
        self.caller.edited.connect(self.edited)
        for check in self.checks.values():
            check.edited.connect(self.edited)
        self.checks["for_self"].edited.connect(self._ask_who)
        who = column(self.checks["identity_checked"], self.checks["for_self"], self.caller, space=0)
        self.setLayout(column(who, self.form, self.checks["information_given"], self.newsletter, space=Space.S))

    def _ask_who(self) -> None:
        """Who phones is asked when it is somebody else."""
        self.caller.setVisible(not self.checks["for_self"].value())

    def show_call(self, call: AdviceCall, *, read_only: bool) -> None:
        """Show what is stored."""
        self.restore(_values(call))
        self.form.set_read_only(read_only)
        self.caller.set_read_only(read_only)
        for check in self.checks.values():
            check.set_read_only(read_only)

    def changed(self, call: AdviceCall) -> AdviceCall:
        """The call with what stands here."""
        values = self.data()
        seen, fit = values.pop("gp_seen"), values.pop("fit")
        return replace(call, **values, gp_seen=Answer(seen) if seen else None, fit=fit or "")

    def data(self) -> dict[str, Any]:
        """What stands here as JSON, for a draft."""
        return {**self.form.values(), **{name: check.value() for name, check in self.checks.items()}, "caller": self.caller.value()}

    def restore(self, data: dict[str, Any]) -> None:
        """Show what a draft holds."""
        self.form.set_values({name: data[name] for name in self.form.values()})
        for name, check in self.checks.items():
            check.set_value(data[name])
        self.caller.set_value(data["caller"])
        self._ask_who()


def _values(call: AdviceCall) -> dict[str, Any]:
    return {
        "identity_checked": call.identity_checked,
        "for_self": call.for_self,
        "question": call.question,
        "expectation": call.expectation,
        "treated_by": call.treated_by,
        "prior_tests": call.prior_tests,
        "gp_seen": str(call.gp_seen) if call.gp_seen else None,
        "gp_seen_when": call.gp_seen_when,
        "heard_of": call.heard_of,
        "fit": call.fit or None,
        "note": call.note,
        "caller": call.caller,
        "medication": call.medication,
        "information_given": call.information_given,
    }
