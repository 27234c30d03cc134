"""Whom a run would remind, in a list to look through before anything is queued."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from nmx_desk.i18n import _, ngettext
from nmx_desk.services.reminders import ReminderRow, ReminderRun
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.dialogs import Dialog, tell

ID = Qt.ItemDataRole.UserRole


class RemindersDialog(Dialog):
    """A line for each appointment; those that can get a reminder are ticked, the others say why not."""

    def __init__(self, parent: QWidget | None, run: ReminderRun, now: datetime) -> None:
        text = _("Appointments up to and including {day}. A reminder goes to everybody who is ticked.").format(day=last_day(run))
        super().__init__(parent, _("Reminders"), text)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Reminders"))
        self.list.setMinimumSize(560, 320)
        for row in run.rows:
            self._add(row, now)
        self.body.addWidget(self.list, 1)
        self.queue_button = self.add_buttons("", _("Cancel"))
        self.list.itemChanged.connect(lambda _item: self._count())
        self._count()
        self.list.setFocus()

    def _add(self, row: ReminderRow, now: datetime) -> None:
        when = dates.when(row.starts_at, now, time_always=True)
        told = " · ".join(filter(None, (when, row.who, row.why_not or row.address)))
        item = QListWidgetItem(told, self.list)
        item.setData(ID, row.appointment_id)
        if row.why_not:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled & ~Qt.ItemFlag.ItemIsUserCheckable)
            return
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked)

    def chosen(self) -> list[str]:
        """Ids of the appointments that are ticked."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return [item.data(ID) for item in items if item.checkState() is Qt.CheckState.Checked and item.flags() & Qt.ItemFlag.ItemIsEnabled]

    def _count(self) -> None:
        n = len(self.chosen())
        self.queue_button.setText(ngettext("Send {n} reminder", "Send {n} reminders", n).format(n=n))
        self.queue_button.setEnabled(n > 0)


def last_day(run: ReminderRun) -> str:
    """The last day of a run, in words."""
    return dates.full_day(dates.local(run.until - timedelta(minutes=1)).date())


def choose_reminders(parent: QWidget, run: ReminderRun, now: datetime) -> list[str]:
    """Ask whom to remind; empty when nobody."""
    if not run.rows:
        tell(parent, _("Reminders"), _("There is nobody to remind up to and including {day}.").format(day=last_day(run)))
        return []
    dialog = RemindersDialog(parent, run, now)
    found = dialog.chosen() if dialog.exec() == QDialog.DialogCode.Accepted else []
    dialog.deleteLater()
    return found
