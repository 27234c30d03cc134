"""The panel for a new request."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from nmx_desk.domain.privacy import PRIVACY_KIND_NAMES
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import SidePanel, column, holder
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class NewPanel(SidePanel):
    """``sent`` carries kind, client_id, asked and received_on."""

    sent = Signal(dict)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("New privacy request"))
        self.frame = frame
        self.client = ClientPicker(frame.runner, name=_("Client"))
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.form = Form([
            Field(name="kind", label=_("What is asked"), kind="choice", required=True,
                  options=[(kind, _(name)) for kind, name in PRIVACY_KIND_NAMES.items()]),
            Field(name="received_on", label=_("Received on"), kind="date", required=True, past=True),
            Field(name="asked", label=_("In the client's words, without a name"), max_length=500),
        ])  # fmt: skip
        self.body.addWidget(holder(column(section(_("Client")), self.client, self.problem, space=Space.XS)))
        self.body.addWidget(self.form)
        self.foot.addWidget(Button(_("Register"), self.send, kind="primary", icon="check", tip=_("Register (Ctrl+Enter)")))
        self.foot.addWidget(Button(_("Cancel"), self.close_panel, kind="quiet"))
        self.foot.addStretch(1)
        self.form.submitted.connect(self.send)
        self.client.picked.connect(lambda _id: self.problem.hide())
        self.problem.hide()
        self.hide()

    def begin(self, client_id: str = "", name: str = "") -> None:
        """Write down a new request, of this client if one was in sight."""
        self.client.set_client(client_id, name, tell=False)
        self.form.clear()
        self.form.set_values({"received_on": dates.today(self.frame.now())})
        self.problem.hide()
        self.show()
        if client_id:
            self.form.focus_first()
        else:
            self.client.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def dirty(self) -> bool:
        """Whether something typed here is not sent."""
        return self.isVisible() and bool(self.form.values()["asked"])

    def send(self) -> None:
        """Tell, once everything is there."""
        if not self.client.client_id:
            self.problem.setText(_("Choose the client who asks."))
            self.problem.show()
            self.client.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        values = self.form.checked()
        if values is not None:
            self.sent.emit(values | {"client_id": self.client.client_id})
