"""The panel for a request by phone, e-mail or at the desk; also mends the contact data of one that is there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal

from nmx_desk.domain.client_views import Double
from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import SOURCE_NAMES, AdviceRequest, Source
from nmx_desk.i18n import _
from nmx_desk.services import requests
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.double_watch import DoubleWatch
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import SidePanel
from nmx_desk.ui.kit.messages import announce
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.requests import looks
from nmx_desk.ui.theme.tokens import Space

_NAMES = ("first_name", "prefix", "surname", "phone", "email", "birth_date", "question", "preferred_times")


class RequestForm(SidePanel):
    """``saved`` carries the stored request."""

    saved = Signal(object)

    def __init__(self, frame: Frame, width: int) -> None:
        super().__init__(_("New request"))
        self.frame = frame
        self._old: AdviceRequest | None = None
        self._client_id = ""
        self.setFixedWidth(width)
        asked = [(source, _(name)) for source, name in SOURCE_NAMES.items() if source is not Source.WEBSITE]
        self.fields = Form([
            Field(name="source", label=_("How it came in"), kind="choice", required=True, options=asked),
            Field(name="first_name", label=_("First name"), max_length=60),
            Field(name="surname", label=_("Surname, with tussenvoegsel"), max_length=110),
            Field(name="phone", label=_("Phone"), kind="phone", max_length=40),
            Field(name="birth_date", label=_("Date of birth"), kind="date", past=True),
            Field(name="email", label=_("E-mail"), kind="email", max_length=254),
            Field(name="question", label=_("What do they ask?"), kind="multiline", max_length=2000, lines=4),
            Field(name="preferred_times", label=_("Wished times"), max_length=200),
        ])  # fmt: skip
        self.body.addWidget(self.fields)
        self.watch = DoubleWatch(frame.runner, self, action=_("Link"), narrow=True)
        self.watch.picked.connect(self._link)
        self.fields.edited.connect(self._typed)
        self._linked = Label("", role="ok", wrap=True)
        self.above_foot.addWidget(self._linked)
        self.above_foot.addWidget(self.watch)
        self.above_foot.setContentsMargins(Space.L, 0, Space.L, 0)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="check", tip="Ctrl+Enter")
        self.foot.addWidget(self.save_button)
        self.foot.addWidget(Button(_("Cancel"), self.close_panel, kind="quiet"))
        self.foot.addStretch(1)
        self.fields.submitted.connect(self.save)

    def begin(self) -> None:
        """Write down a new request."""
        self._old = None
        self.set_title(_("New request"))
        self.fields.set_visible("source", True)
        self.fields.clear()
        self._open("first_name")

    def mend(self, request: AdviceRequest) -> None:
        """Change the contact data of a request."""
        self._old = request
        self.set_title(_("Change the contact data"), looks.who(request))
        self.fields.set_visible("source", False)
        values = {name: getattr(request, name) for name in _NAMES}
        surname = " ".join(filter(None, (request.prefix, request.surname)))
        self.fields.set_values(values | {"surname": surname, "phone": shown_phone(request.phone)})
        self._open("phone")

    def _typed(self) -> None:
        if self._old is None and not self._client_id:
            self.watch.tell(self.fields.values())

    def _link(self, double: Double) -> None:
        """The caller is this client: the request goes to the file."""
        self._client_id = double.client.id
        words = _("Linked to {name}, {number}.").format(name=double.client.name, number=double.client.client_no)
        self._linked.setText(words)
        self._linked.show()
        self.watch.clear()
        announce(self, words)

    def _open(self, first: str) -> None:
        self._client_id = ""
        self._linked.hide()
        self.watch.clear()
        self.show()
        self.area.verticalScrollBar().setValue(0)
        self.fields.input(first).setFocus()

    @property
    def dirty(self) -> bool:
        """Whether something typed here is not saved."""
        return self.isVisible() and self.fields.dirty

    def save(self) -> None:
        """Store it; the desk says what is wrong beside the field."""
        values = self.fields.checked()
        if values is None:
            return
        source = values.pop("source")
        if self._old is not None:
            self.frame.runner.do(
                requests.change_request, replace(self._old, prefix="", **values), then=self._stored, owner=self.fields
            )
        else:
            self.watch.looked()
            new = NewRequest(source=source, client_id=self._client_id or None, **values)
            self.frame.runner.do(requests.new_request, new, then=self._stored, owner=self.fields)

    def _stored(self, request: AdviceRequest) -> None:
        self.fields.mark_clean()
        self.hide()
        self.saved.emit(request)
