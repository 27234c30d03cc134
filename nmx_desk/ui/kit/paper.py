"""A PDF in the hands of the user: seen, printed, kept as a file, its text copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import clipboard
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.pdf import Preview, print_pdf
from nmx_desk.ui.kit.saving import save_as
from nmx_desk.ui.theme.tokens import Space

LOOK = (640, 460)  # least width and height of a page to look at
HIGH = 0.95  # of the window, so that much of a page is seen at once


def print_paper(frame: Frame, parent: QWidget, data: bytes) -> None:
    """Ask for the printer, and print."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(_("Print"))
    if dialog.exec() == QDialog.DialogCode.Accepted:
        document, buffer = QPdfDocument(dialog), QBuffer(dialog)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document.load(buffer)
        n = print_pdf(document, printer)
        document.close()
        frame.toast(ngettext("{n} page sent to the printer.", "{n} pages sent to the printer.", n).format(n=n))
    dialog.deleteLater()


class PaperDialog(Dialog):
    """A letter as it will lie on the table, to print (Enter), to keep, its text to copy into an e-mail, or to send it as one."""

    def __init__(
        self, frame: Frame, parent: QWidget, title: str, data: bytes, name: str, *, text: str = "", email: str = "",
        mail: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent, title)
        self.preview = Preview(_("Preview of the letter"), _("Scroll through the letter"))
        self.preview.setMinimumSize(*LOOK)
        self.setMinimumWidth(LOOK[0] + 2 * Space.XL)
        self.preview.show_pdf(data)
        self.body.addWidget(self.preview, 1)
        self._outer.setStretchFactor(self.body, 1)
        self.resize(self.minimumWidth(), round(parent.window().height() * HIGH))
        if text:
            self.buttons.addWidget(Button(_("Copy the text"), lambda: self._copy(frame, text, email), icon="copy"))
        if mail is not None:
            self.buttons.addWidget(Button(_("Send by e-mail"), lambda: self._mail(mail), icon="send", tip=email))
        self.buttons.addWidget(Button(_("Save as PDF"), lambda: self._save(frame, name, data), icon="download"))
        self.buttons.addWidget(Button(_("Close"), self.reject, kind="quiet"))
        print_button = Button(_("Print"), lambda: self._print(frame, data), kind="primary", icon="printer")
        print_button.setDefault(True)
        self.buttons.addWidget(print_button)
        print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self, frame: Frame, text: str, email: str) -> None:
        clipboard.copy(text)
        said = _("The text is on the clipboard. E-mail: {email}").format(email=email) if email else _("The text is on the clipboard.")
        frame.toast(said)
        self.accept()

    def _mail(self, mail: Callable[[], object]) -> None:
        mail()
        self.accept()

    def _save(self, frame: Frame, name: str, data: bytes) -> None:
        save_as(self, frame, _("Save the letter"), f"{name}.pdf", data)

    def _print(self, frame: Frame, data: bytes) -> None:
        print_paper(frame, self, data)
        self.accept()


def show_paper(
    frame: Frame, parent: QWidget, title: str, data: bytes, name: str, *, text: str = "", email: str = "",
    mail: Callable[[], object] | None = None,
) -> None:  # fmt: skip
    """Show a letter until it is closed, printed or copied. ``text``: what of it goes into an e-mail, ``email``: to whom.

    ``mail``: what sends it there.
    """
    dialog = PaperDialog(frame, parent, title, data, name, text=text, email=email, mail=mail)
    dialog.exec()
    dialog.preview.clear()
    dialog.deleteLater()
