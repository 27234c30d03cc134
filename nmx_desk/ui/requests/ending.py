"""Ending a request: which ways there are, and the few words that go with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from nmx_desk.domain.request_views import RequestSheet
from nmx_desk.domain.requests import RequestStatus, may_become
from nmx_desk.i18n import N_, _
from nmx_desk.services import requests
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import muted, subheading
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.theme import icon

_S = RequestStatus


@dataclass(frozen=True)
class End:
    """A way to end a request. ``reason``: None (not asked), optional or required."""

    status: RequestStatus
    title: str
    explained: str
    icon: str
    use_case: Any
    reason: bool | None = None


ENDS = (
    End(_S.WITHDRAWN, N_("Does not want the call any more"), N_("The person no longer wants the advice call."), "undo-2",
        requests.withdraw_request, reason=False),
    End(_S.UNREACHABLE, N_("Cannot be reached"), "", "phone-off", requests.mark_unreachable),
    End(_S.INVALID, N_("Not a real request"), N_("Spam, a test, or not meant for the clinic."), "ban", requests.mark_invalid, reason=True),
    End(_S.CLOSED, N_("Close after a call that fell through"), N_("The call was cancelled or nobody came, and no new one follows."),
        "circle-x", requests.close_request, reason=True),
)  # fmt: skip


def possible(sheet: RequestSheet) -> list[End]:
    """The ways the state machine has from here."""
    if sheet.appointment is not None:
        return []
    return [end for end in ENDS if may_become(sheet.request.status, end.status)]


def fill(menu: QMenu, sheet: RequestSheet, chosen: Callable[[End], object]) -> None:
    """Put the ways into a menu; what cannot be done yet says why."""
    for end in possible(sheet):
        waits = end.status is _S.UNREACHABLE and not sheet.may_be_unreachable
        text = _("Cannot be reached (after 3 attempts on 2 days)") if waits else _(end.title)
        entry = menu.addAction(icon(end.icon, "text"), text)
        entry.setEnabled(not waits)
        entry.triggered.connect(lambda _checked=False, end=end: chosen(end))


class EndForm(QWidget):
    """Asks for the reason. ``sent`` carries the way and the reason; ``kept`` when it stays open."""

    sent = Signal(object, str)
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._end = ENDS[0]
        self.title, self.explained = subheading(""), muted("")
        self.fields = Form([Field(name="reason", label=_("Reason"), max_length=300, placeholder=_("A few words will do"))])
        self.button = Button(_("End the request"), self.send, kind="danger")
        keep = Button(_("Keep it open"), self.kept.emit, kind="quiet")
        self.setLayout(column(self.title, self.explained, self.fields, row(self.button, keep, None)))
        self.fields.submitted.connect(self.send)

    def begin(self, end: End) -> None:
        """Ask about one way."""
        self._end = end
        self.title.setText(_(end.title))
        self.explained.setText(_(end.explained))
        self.fields.clear()
        self.fields.input("reason").setFocus(Qt.FocusReason.OtherFocusReason)

    def send(self) -> None:
        """Tell; the desk says when a reason is missing."""
        self.sent.emit(self._end, self.fields.values()["reason"])
