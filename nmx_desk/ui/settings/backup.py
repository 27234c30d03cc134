"""Backup: the last one, one now, one to a file of choice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.i18n import _
from nmx_desk.services import backups
from nmx_desk.services.backups import BackupMade
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import Card, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme.tokens import FORM_WIDTH


class BackupPart(QWidget):
    """One file with database, keys and manifest; verified before it counts."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._job: Job | None = None
        self.last = Label("", look="large", wrap=True)
        self.made = Label("", wrap=True, selectable=True)
        self.now_button = Button(_("Back up now"), self.back_up, kind="primary", icon="hard-drive")
        self.file_button = Button(_("Back up to another place …"), self.choose, icon="folder-open")
        self.progress = ProgressStrip(self.stop)
        self.progress.hide()
        self.made.hide()
        text = _(
            "A backup is one encrypted file with the whole clinic. It is opened and verified before it counts; without a user's "
            "password or the recovery key nobody can read it. Keep one outside the building too."
        )
        card = Card("", self.last, muted(text), row(self.now_button, self.file_button, None), self.progress, self.made)
        card.setFixedWidth(FORM_WIDTH + 120)
        self.setLayout(column(row(card, None), None))

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-backup", backups.last_backup, then=self._show, owner=self)

    def keep(self) -> bool:
        """There is nothing to type."""
        return True

    def back_up(self) -> None:
        """Into the clinic's own folder of backups."""
        self._start(None)

    def choose(self) -> None:
        """To a file of choice."""
        proposed = Path.home() / f"nmx-{dates.today(self._frame.now()).isoformat()}.nmxbackup"
        name, _kind = QFileDialog.getSaveFileName(self, _("Back up to another place"), str(proposed))
        if name:
            self._start(Path(name))

    def stop(self) -> None:
        """Stop a backup that runs."""
        if self._job is not None:
            self._job.cancel()

    def _start(self, out: Path | None) -> None:
        if self._job is None:
            self._busy(on=True)
            self._job = self._frame.runner.do(
                backups.back_up, out, then=self._made, failed=self._failed, progress=self.progress.report, owner=self
            )

    def _busy(self, *, on: bool) -> None:
        self.progress.set_title(_("Making a backup"))
        self.progress.report(0, 0)
        self.progress.setVisible(on)
        for button in (self.now_button, self.file_button):
            button.setEnabled(not on)

    def _made(self, made: BackupMade) -> None:
        self._job = None
        self._busy(on=False)
        text = _("{file} has been made and verified; it holds {n} entries of the log.")
        self.made.setText(text.format(file=Path(made.file).name, n=dates.number(made.size)))
        self.made.show()
        self.load()

    def _failed(self, error: DeskError) -> None:
        self._job = None
        self._busy(on=False)
        if not isinstance(error, Cancelled):
            errors.show(error, self)

    def _show(self, at: datetime | None) -> None:
        text = _("There is no backup yet")
        if at is not None:
            text = _("Last backup: {when}").format(when=dates.when(at, self._frame.now(), time_always=True))
        self.last.setText(text)
