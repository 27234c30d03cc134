"""The client of a case in its form, and why it is another than was registered, once it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services.case_client import FIELD, LONGEST_WHY
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme.tokens import Space


class CaseClient(QWidget):
    """A case may be about a client. Of one that is stored, another client asks for a reason."""

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self.picker = ClientPicker(runner, name=_("Client"))
        self.why = Form([
            Field(name=FIELD, label=_("Why it is about somebody else"), max_length=LONGEST_WHY, required=True,
                  help=_("Its words and files go along. What the client was told does not count any more.")),
        ])  # fmt: skip
        self.trouble = Label("", look="small", role="danger", wrap=True)
        head = Label(_("Client, if it is about one"), look="small", role="muted")
        self.setLayout(column(head, self.picker, self.trouble, self.why, space=Space.XS))
        self._case, self._client = "", ""
        self.picker.picked.connect(lambda _client: self._look())
        self.picker.edited.connect(self.trouble.hide)

    def begin(self, client_id: str = "", client: str = "", case_id: str = "") -> None:
        """For a case as it is stored (``case_id``), or for a new one."""
        self._case, self._client = case_id, client_id
        self.picker.set_client(client_id, client, tell=False)
        self.why.clear()
        self.trouble.hide()
        self._look()

    @property
    def client_id(self) -> str | None:
        """The client chosen, or nobody."""
        return self.picker.client_id or None

    @property
    def dirty(self) -> bool:
        """Whether another client was chosen than is stored."""
        return bool(self._case) and self.picker.client_id != self._client

    def _look(self) -> None:
        self.why.setVisible(self.dirty)

    def said(self) -> str | None:
        """The reason, empty where none is asked for; None where something is missing, which is said beside it."""
        if self.picker.text().strip() and not self.picker.client_id:
            self.trouble.setText(_("Choose the client from the list, or empty the field."))
            self.trouble.show()
            self.picker.setFocus()
            return None
        if not self.dirty:
            return ""
        values = self.why.checked()
        return None if values is None else values[FIELD]
