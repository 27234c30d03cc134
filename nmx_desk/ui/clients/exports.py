"""Contact data to a file: the list for a spreadsheet, one client for an address book or another care system. Each is a logged export."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nmx_desk.i18n import _
from nmx_desk.services import client_export
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.saving import ask_file, write_file
from nmx_desk.ui.theme import set_icon
from nmx_desk.ui.theme.tokens import Space


def save_list(owner: QWidget, frame: Frame, form: str) -> None:
    """The list of clients, ``csv`` or ``xlsx``: one's own; a manager's with a reason everybody."""
    name = _("clients")
    if path := ask_file(owner, frame, _("Save the list of clients"), f"{name}.{form}"):
        frame.runner.do(
            client_export.export_client_list, form, then=partial(write_file, owner, frame, path),
            progress=_("Saving the list of clients"), owner=owner,
        )  # fmt: skip


def save_client(owner: QWidget, frame: Frame, client_id: str, number: str, form: str) -> None:
    """One client, ``vcf`` for an address book or ``json`` (FHIR R4 Patient) for another care system."""
    case: Any = client_export.export_vcard if form == "vcf" else client_export.export_fhir
    if path := ask_file(owner, frame, _("Save the contact data of a client"), f"{number}.{form}"):
        frame.runner.do(case, client_id, then=partial(write_file, owner, frame, path), owner=owner)


class ExportButton(QToolButton):
    """A menu of the kinds of file the list of clients can be saved as."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.setText(_("Save as a file"))
        self.setToolButtonStyle(self.toolButtonStyle().ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(_("Save the list of clients"))
        self.setProperty("kind", "user")
        set_icon(self, "download", "accent", 18, gap=Space.S)
        menu = QMenu(self)
        menu.addAction(_("Excel (XLSX)")).triggered.connect(lambda: save_list(self, frame, "xlsx"))
        menu.addAction(_("CSV for a spreadsheet")).triggered.connect(lambda: save_list(self, frame, "csv"))
        self.setMenu(menu)
        if not frame.desk.may(client_export.RIGHT):
            self.hide()  # shown before it has a parent it would be a window of its own for a moment
