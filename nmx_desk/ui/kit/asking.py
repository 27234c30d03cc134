"""A few fields that must be answered now, in a dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.form import Field, Form


class _Asking(Dialog):
    def __init__(self, parent: QWidget | None, title: str, text: str, fields: Sequence[Field], yes: str) -> None:
        super().__init__(parent, title, text)
        self.form = Form(fields)
        self.body.addWidget(self.form)
        self.add_buttons(yes, _("Cancel"))
        self.form.submitted.connect(self.accept)
        self.form.focus_first()

    def accept(self) -> None:
        """Only when nothing is wrong or missing."""
        if self.form.checked() is not None:
            super().accept()


def ask_values(
    parent: QWidget | None, title: str, text: str, fields: Sequence[Field], *, yes: str, values: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """What was filled in by the fields' names, or None when the user thinks better of it. ``values``: what stands there at first."""
    dialog = _Asking(parent, title, text, fields, yes)
    if values:
        dialog.form.set_values(values)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    values = dialog.form.values()
    dialog.deleteLater()
    return values if accepted else None
