"""The contact log of a client: one line to write down what was said, the contacts below it, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.contact_views import ContactLine
from nmx_desk.domain.contacts import CONTACT_WAY_NAMES, ContactMoment, ContactWay
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.requests import ATTEMPT_RESULT_NAMES
from nmx_desk.i18n import _
from nmx_desk.services import contact_log
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import ChoiceInput, TextInput
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.labels import Label, muted, restyle
from nmx_desk.ui.kit.layout import Segments, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

WAY_ICONS = {
    ContactWay.PHONE: "phone", ContactWay.EMAIL: "mail", ContactWay.LETTER: "file-text", ContactWay.DESK: "log-in",
    ContactWay.MESSAGE: "message-square",
}  # fmt: skip


def _how(line: ContactLine) -> str:
    way = _(CONTACT_WAY_NAMES[line.way])
    return _("{way}, incoming").format(way=way) if line.incoming else _("{way}, outgoing").format(way=way)


def _said(line: ContactLine) -> str:
    result = _(ATTEMPT_RESULT_NAMES[line.result]) if line.result is not None else ""
    return " – ".join(filter(None, (result, " ".join(line.text.split()))))


def _columns() -> list[Column[ContactLine]]:
    return [
        Column(key="when", title=_("When"), text=lambda item: dates.when(item.at, time_always=True, day_only=item.day_only), width=160,
               tooltip=lambda item: dates.full(item.at, day_only=item.day_only), sort_key=lambda item: item.at),
        Column(key="how", title=_("How"), text=_how, icon=lambda item: WAY_ICONS[item.way], width=176),
        Column(key="who", title=_("With"), text=lambda item: item.who or _("client"), width=104),
        Column(key="text", title=_("What was said"), text=_said, tooltip=lambda item: item.text, strong=True),
        Column(key="by", title=_("Written by"), text=lambda item: item.by, width=150),
    ]  # fmt: skip


class ContactLogPart(QWidget):
    """Ctrl+Enter writes down what was typed. Enter on a line of one's own takes it up to be corrected."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame, self._client_id = frame, ""
        self._correcting: ContactMoment | None = None
        self.way = ChoiceInput([(way, _(name)) for way, name in CONTACT_WAY_NAMES.items()], name=_("By which way"))
        self.direction = Segments(_("Who began"), [(True, _("Incoming")), (False, _("Outgoing"))])
        self.who = TextInput(max_length=contact_log.LONGEST_WHO, placeholder=_("With whom, if not the client"), name=_("With whom"))
        self.text = TextInput(max_length=contact_log.LONGEST_TEXT, placeholder=_("What was said"), name=_("What was said"))
        self.text.returnPressed.connect(self.keep)
        self.save_button = Button("", self.keep, kind="primary", icon="plus", tip=_("Write down (Ctrl+Enter)"))
        self.cancel_button = Button(_("Cancel"), self._begin, kind="quiet")
        self.text.edited.connect(lambda: self.cancel_button.setVisible(self.dirty or self._correcting is not None))
        self.remove_button = Button(_("Take out"), self._remove, kind="quiet", icon="x")
        self.error = Label("", look="small", role="danger", wrap=True)
        on_ctrl_enter(self, self.keep)
        empty = EmptyState(_("No contacts written down yet"), _("Write down what was agreed, with whom and how."), icon="message-square")
        self.table: Table[ContactLine] = Table(
            _columns(), name="client_contacts", label=_("Contacts"), settings=frame.user_settings, empty=empty
        )
        self.table.opened.connect(self._take_up)
        self._lay_out()
        self._begin()

    def _lay_out(self) -> None:
        first = row(self.way, self.direction, self.who, space=Space.S)
        first.setStretch(2, 1)
        second = row(self.text, self.remove_button, self.cancel_button, self.save_button, space=Space.S)
        second.setStretch(0, 1)
        hint = muted(_("For the desk: appointments, payment, what was agreed. Nothing about health; that belongs in a note."))
        line = column(first, second, self.error, hint, space=Space.S)
        body = column(line, self.table, space=Space.M)
        body.setStretch(1, 1)
        self.setLayout(body)

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not written down."""
        stored = self._correcting
        return bool(self.text.value() != (stored.text if stored is not None else ""))

    def show_lines(self, client_id: str, lines: Sequence[ContactLine]) -> None:
        """Show a client's contacts."""
        if client_id != self._client_id:
            self._client_id = client_id
            self._begin()
        self.table.set_rows(lines)

    def keep(self) -> None:
        """Write it down, or what was corrected."""
        moment = self._correcting or ContactMoment()
        typed = replace(
            moment, way=self.way.value(), incoming=self.direction.value(), who=self.who.value(), text=self.text.value()
        )  # fmt: skip
        ask = partial(self._frame.runner.do, then=self._kept, failed=self._refused, owner=self)
        if self._correcting is None:
            ask(contact_log.add_contact_moment, self._client_id, typed)
        else:
            ask(contact_log.correct_contact_moment, typed)

    def _kept(self, _moment: ContactMoment) -> None:
        self._begin()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, error: DeskError) -> None:
        if not isinstance(error, UserError):
            errors.show(error, self)
            return
        self._say(error.message, error.field)

    def _say(self, message: str, field: str = "") -> None:
        self.error.setText(message)
        self.error.setVisible(bool(message))
        for name, widget in (("text", self.text), ("who", self.who)):
            widget.setProperty("invalid", name == field)
            restyle(widget)

    def _begin(self) -> None:
        """An empty line for a new contact."""
        self._correcting = None
        self.who.clear()
        self.text.clear()
        self.save_button.setText(_("Write down"))
        for button in (self.cancel_button, self.remove_button):
            button.setVisible(False)
        self._say("")

    def _take_up(self, line: ContactLine) -> None:
        if line.moment is None or not line.may_correct:
            self._frame.toast(_("This line is not yours to correct here. Write down a contact of your own."))
            return
        moment = self._correcting = line.moment
        self.way.set_value(moment.way)
        self.direction.set_value(moment.incoming)
        self.who.set_value(moment.who)
        self.text.set_value(moment.text)
        self.save_button.setText(_("Correct"))
        self.cancel_button.setVisible(True)
        self.remove_button.setVisible(line.may_remove)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self) -> None:
        moment, runner = self._correcting, self._frame.runner
        if moment is None:
            return

        def removed(gone: ContactMoment) -> None:
            self._begin()
            put_back = partial(runner.do, contact_log.add_contact_moment, gone.client_id, gone)
            self._frame.toast(_("The contact was taken out."), put_back)

        runner.do(contact_log.remove_contact_moment, moment.id, then=removed, owner=self)
