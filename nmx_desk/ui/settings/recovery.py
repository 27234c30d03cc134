"""A new recovery key: shown once, typed back to show that it was written down, and only then the one that opens."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.i18n import _
from nmx_desk.services import keys
from nmx_desk.ui import errors
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.page import Frame


class RecoveryDialog(Dialog):
    """Stays open until the key was typed as it is shown; nothing changes before."""

    def __init__(self, parent: QWidget, frame: Frame) -> None:
        why = _("It opens the clinic when you forgot your password. Write it down, keep it in a safe, and type it below. The old key ends.")
        super().__init__(parent, _("A new recovery key"), why)
        self._frame, self._code = frame, keys.fresh_recovery_code()
        self.shown = Label(self._code, look="key", wrap=True)
        self.form = Form([Field(name="code", label=_("The key as you wrote it down"), required=True, max_length=80)])
        self.body.addWidget(self.shown)
        self.body.addWidget(self.form)
        self.button = self.add_buttons(_("Use this key from now on"), _("Cancel"))
        self.button.clicked.disconnect()
        self.button.clicked.connect(self.send)
        self.form.submitted.connect(self.send)
        self.form.focus_first()

    def send(self) -> None:
        """Compare, then replace the key."""
        values = self.form.checked()
        if values is None:
            return
        try:
            keys.check_code(values["code"], self._code)
        except UserError as error:
            self.form.show_error(error)
            return
        self.button.setEnabled(False)
        self._frame.runner.do(keys.renew_recovery, self._code, then=lambda _none: self._changed(), failed=self._refused, owner=self)

    def _changed(self) -> None:
        self.form.clear()
        self.accept()
        self._frame.toast(_("The new recovery key is in force."))

    def _refused(self, error: DeskError) -> None:
        self.button.setEnabled(True)
        errors.show(error, self)


def new_recovery_key(parent: QWidget, frame: Frame) -> None:
    """Ask in a dialog."""
    dialog = RecoveryDialog(parent, frame)
    dialog.exec()
    dialog.deleteLater()
