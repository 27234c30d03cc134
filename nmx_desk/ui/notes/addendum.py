"""Asking for an addendum: what is added and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme.tokens import Space


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


class VoidDialog(Dialog):
    """Why a note does not count, and whose file it belongs in, if anybody's."""

    def __init__(self, parent: QWidget | None, runner: Runner) -> None:
        text = _("It stays, struck through, for its author and the manager. What was measured with it is taken away.")
        super().__init__(parent, _("Declare this note void"), text)
        self.form = Form([Field(name="reason", label=_("Why does this note not count?"), required=True, max_length=500)])
        self.client = ClientPicker(runner, name=_("Begin it again for"), placeholder=_("Another client, or nobody"))
        self.body.addWidget(self.form)
        self.body.addLayout(column(Label(_("Begin it again for"), look="small", role="muted"), self.client, space=Space.XS))
        self.add_buttons(_("Declare void"), _("Cancel"), danger=True)
        self.form.focus_first()

    def accept(self) -> None:
        """Only with a reason."""
        if self.form.checked() is not None:
            super().accept()


def ask_void(parent: QWidget | None, runner: Runner) -> tuple[str, str] | None:
    """The reason and the right client's id ("" for nobody), or None when the user thinks better of it."""
    dialog = VoidDialog(parent, runner)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    told = str(dialog.form.values()["reason"]), dialog.client.client_id
    dialog.deleteLater()
    return told if accepted else None
