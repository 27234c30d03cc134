"""The list of shortcuts (Ctrl+/)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.page import Command
from nmx_desk.ui.theme.tokens import Space


def general() -> list[tuple[str, str]]:
    """What works everywhere: (keys, what they do)."""
    return [
        ("Ctrl+K", _("Search or do something")),
        ("Ctrl+1 … 9", _("Go to a page")),
        ("Alt+← →", _("Back and forward")),
        ("Ctrl+Z", _("Undo what was just done")),
        ("Ctrl+L", _("Lock")),
        ("Ctrl+H", _("History of this record")),
        ("F1", _("Manual, at this page")),
        ("Ctrl+/", _("This list")),
        ("Esc", _("Close what lies on top")),
    ]


def show_shortcuts(parent: QWidget, commands: Sequence[Command]) -> None:
    """Show those that work everywhere and those of the page."""
    dialog = Dialog(parent, _("Keyboard shortcuts"))
    here = [(command.shortcut, command.title) for command in commands if command.shortcut]
    for title, pairs in ((_("Everywhere"), general()), (_("On this page"), here)):
        if pairs:
            dialog.body.addWidget(section(title))
            dialog.body.addLayout(_grid(pairs))
    dialog.add_buttons(_("Close")).setFocus()
    dialog.exec()
    dialog.deleteLater()


def _grid(pairs: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(Space.S)
    grid.setHorizontalSpacing(Space.XL)
    for number, (keys, title) in enumerate(pairs):
        grid.addWidget(Label(keys, look="mono", role="accent"), number, 0)
        grid.addWidget(Label(title), number, 1)
    grid.setColumnStretch(1, 1)
    return grid
