"""Questions that must be answered now. Everything else opens in place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import clipboard
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import MultilineInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.theme.tokens import DIALOG_WIDTH, Space


class Dialog(QDialog):
    """A modal window with a title, room for content in ``body``, and buttons at the lower right. Esc means no."""

    def __init__(self, parent: QWidget | None, title: str, text: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setMinimumWidth(DIALOG_WIDTH)
        self.setModal(True)
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        outer.setSpacing(Space.M)
        outer.addWidget(Label(title, look="large", wrap=True))
        if text:
            outer.addWidget(Label(text, role="muted", wrap=True))
            self.setAccessibleDescription(text)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.M)
        outer.addLayout(self.body)
        outer.addSpacing(Space.S)
        outer.addStretch(0)  # what is left over goes here, not between the words
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(Space.S)
        self.buttons.addStretch(1)
        outer.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its texts ask: a window's own first height stops at two thirds of the screen."""
        super().showEvent(event)
        room = self.screen().availableGeometry().height()
        wanted = self._outer.totalHeightForWidth(self.width())
        self.resize(self.width(), min(max(self.height(), wanted), room))

    def add_buttons(self, yes: str, no: str = "", *, danger: bool = False) -> Button:
        """The button that does it, last, and the one that does not; returns the first."""
        if no:
            safe = Button(no, self.reject, kind="quiet")
            self.buttons.addWidget(safe)
            safe.setFocus(Qt.FocusReason.OtherFocusReason)
        button = Button(yes, self.accept, kind="danger" if danger else "primary")
        self.buttons.addWidget(button)
        return button


def ask(parent: QWidget | None, title: str, text: str, *, yes: str, no: str = "", danger: bool = False) -> bool:
    """Ask a question; ``yes`` names what happens ("Delete draft"), not "Yes". With ``danger`` the safe answer has the focus."""
    dialog = Dialog(parent, title, text)
    button = dialog.add_buttons(yes, no or _("Cancel"), danger=danger)
    if not danger:
        button.setFocus(Qt.FocusReason.OtherFocusReason)
    answer = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return answer


def ask_reason(parent: QWidget | None, title: str, text: str, *, yes: str = "", least: int = 5) -> str | None:
    """Ask for a written reason of at least ``least`` characters; None when it is not given."""
    dialog = Dialog(parent, title, text)
    field = MultilineInput(lines=3, max_length=500, name=_("Reason"))
    field.setPlaceholderText(_("Write the reason; it is kept in the log."))
    dialog.body.addWidget(field)
    button = dialog.add_buttons(yes or _("Continue"), _("Cancel"))
    button.setEnabled(False)
    field.textChanged.connect(lambda: button.setEnabled(least <= len(field.value()) <= 500))
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    reason = field.value()
    dialog.deleteLater()
    return reason if accepted and reason else None


def tell(parent: QWidget | None, title: str, text: str) -> None:
    """Say something that must be read before going on."""
    dialog = Dialog(parent, title, text)
    dialog.add_buttons(_("OK")).setFocus(Qt.FocusReason.OtherFocusReason)
    dialog.exec()
    dialog.deleteLater()


def show_report(parent: QWidget | None, report: str) -> None:
    """Tell that the program failed, with a report that can be sent to its makers."""
    text = _("This is a fault in the program; what was saved is safe. The report holds no personal data: send it to your administrator.")
    dialog = Dialog(parent, _("Something went wrong in NMX Desk"), text)
    shown = QPlainTextEdit(report)
    shown.setReadOnly(True)
    shown.setAccessibleName(_("Report"))
    shown.setProperty("look", "mono")
    dialog.body.addWidget(shown)
    copy = Button(_("Copy the report"), lambda: clipboard.copy(report), icon="copy")
    dialog.buttons.addWidget(copy)
    dialog.add_buttons(_("Close"))
    dialog.exec()
    dialog.deleteLater()
