"""Asking for an addendum: what is added and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.form import Field, Form


class AddendumDialog(Dialog):
    """Text and reason; both are needed."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, _("Addendum"), _("What was signed stays as it is; this is signed and put under it."))
        self.form = Form([
            Field(name="text", label=_("Addendum"), kind="multiline", required=True, lines=5),
            Field(name="reason", label=_("Why is this added?"), required=True, max_length=500),
        ])  # fmt: skip
        self.body.addWidget(self.form)
        self.add_buttons(_("Sign the addendum"), _("Cancel"))
        self.form.focus_first()

    def accept(self) -> None:
        """Only with both."""
        if self.form.checked() is not None:
            super().accept()


def ask_addendum(parent: QWidget | None) -> dict[str, Any] | None:
    """``text`` and ``reason``, or None when the user thinks better of it."""
    dialog = AddendumDialog(parent)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    values = dialog.form.values()
    dialog.deleteLater()
    return values if accepted else None
