"""The row of a file that a client came from: how the contact data stood there."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.domain.request_views import ImportedRow
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import holder, scroll
from nmx_desk.ui.theme.tokens import Space

HIGH = 360


def show_imported(parent: QWidget, rows: tuple[ImportedRow, ...]) -> None:
    """Show the rows, the newest first."""
    dialog = Dialog(parent, _("As it stood in the file"), "" if rows else _("This client did not come from a file."))
    if rows:
        area = scroll(holder(_grid(rows)), _("As it stood in the file"))
        area.setMinimumHeight(HIGH)
        dialog.body.addWidget(area)
    dialog.add_buttons(_("Close")).setFocus()
    dialog.exec()
    dialog.deleteLater()


def _grid(rows: tuple[ImportedRow, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(Space.S)
    grid.setHorizontalSpacing(Space.XL)
    grid.setColumnStretch(1, 1)
    for one in rows:
        title = _("{file}, row {n}, {day}").format(file=one.file_name, n=one.row, day=dates.short(dates.local(one.imported_at).date()))
        grid.addWidget(section(title), grid.rowCount(), 0, 1, 2)
        for column, text in one.cells.items():
            line = grid.rowCount()
            grid.addWidget(Label(column, role="muted"), line, 0)
            grid.addWidget(Label(text, selectable=True, wrap=True), line, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid
