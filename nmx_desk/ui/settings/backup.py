"""Backup: made now or on schedule, listed, tried, and put back by two people."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.domain.walltime import clock_text
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import backups, restoring
from nmx_desk.services.backups import BackupMade, BackupState, Drill
from nmx_desk.services.keeping import BackupFile
from nmx_desk.services.restoring import Waiting
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.runner import Job
from nmx_desk.ui.settings.backup_schedule import SchedulePanel, interval
from nmx_desk.ui.settings.restores import WaitingRestores
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


def state(file: BackupFile) -> Badge:
    """Whether it can be read."""
    return Badge(_("Damaged"), Hue.DANGER, "octagon-alert") if file.problem else Badge(_("Verified"), Hue.OK, "circle-check")


def explained(file: BackupFile) -> str:
    """What that state is worth."""
    return file.problem or _("Verified when it was made. Try it to know that it still is whole.")


def megabytes(file: BackupFile) -> str:
    """Its size."""
    return _("{n} MB").format(n=dates.number(file.bytes / 1_000_000, 1))


class BackupPart(QWidget):
    """One file with database, keys and manifest; verified before it counts."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._job: Job | None = None
        self._state: BackupState | None = None
        self.last = Label("", look="large", wrap=True)
        self.tried = Label("", role="muted", wrap=True)
        self.made = Label("", wrap=True, selectable=True, role="ok")
        self.now_button = Button(_("Back up now"), self.back_up, kind="primary", icon="hard-drive")
        self.try_button = Button(_("Try this backup"), self.drill, icon="shield-check")
        self.file_button = Button(_("Back up to another place …"), self.choose, icon="folder-open")
        self.schedule_button = Button(_("Schedule …"), self.open_schedule, icon="calendar-clock")
        self.restore_button = Button(_("Restore this backup …"), self.propose, icon="history")
        self.progress = ProgressStrip(self.stop)
        self.waiting = WaitingRestores(frame, self.load)
        self.table = self._table()
        self.panel = SchedulePanel(frame)
        self.panel.closed.connect(self._panel_closed)
        self._build()

    def _table(self) -> Table[BackupFile]:
        now = self._frame.now
        columns: list[Column[BackupFile]] = [
            Column(key="when", title=_("Made"), text=lambda f: dates.when(f.created, now(), time_always=True), strong=True,
                   sort_key=lambda f: f.created, tooltip=lambda f: dates.full(f.created), width=170),
            Column(key="state", title=_("State"), text=lambda f: state(f).text, badge=state, tooltip=explained, width=140),
            Column(key="size", title=_("Size"), text=megabytes, sort_key=lambda f: f.bytes, align="right", width=90),
            Column(key="entries", title=_("Entries"), text=lambda f: dates.number(f.size), sort_key=lambda f: f.size, align="right",
                   width=90),
            Column(key="name", title=_("File"), text=lambda f: f.name, tooltip=lambda f: f.path,
                   detail=lambda f: _("root of the log {root}").format(root=f.root[:20])),
        ]  # fmt: skip
        empty = EmptyState(_("There is no backup yet"), _("The first one is made on schedule, or now."), icon="hard-drive")
        return Table(columns, name="backups", label=_("Backups"), settings=self._frame.user_settings, empty=empty, key=lambda f: f.path)

    def _build(self) -> None:
        self._offer()
        for widget in (self.progress, self.made, self.waiting):
            widget.hide()
        text = _(
            "A backup is one encrypted file with the whole clinic. It is opened and verified before it counts; without a user's "
            "password or the recovery key nobody can read it. Keep one outside the building too."
        )
        self.explained = muted(text)
        head = row(self.last, self.schedule_button, self.file_button, self.now_button)
        head.setStretch(0, 1)
        foot = row(self.try_button, self.restore_button, STRETCH)
        left = column(column(head, self.tried, space=Space.XS), self.explained, self.progress, self.made, self.waiting, self.table, foot)
        left.setStretchFactor(self.table, 1)
        whole = row(self.panel)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self.table.chosen.connect(lambda _file: self._busy(on=self._job is not None))

    def _offer(self) -> None:
        """What may be done, unless the schedule is open: then there is no room, and nothing else to do."""
        for button, right in (
            (self.now_button, "backup.run"), (self.try_button, "backup.run"), (self.file_button, "backup.run"),
            (self.schedule_button, "settings.change"), (self.restore_button, "restore.run"),
        ):  # fmt: skip
            button.setVisible(self.panel.isHidden() and self._frame.desk.may(right))

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-backup", backups.backup_state, then=self._show, owner=self)
        self._frame.runner.latest("settings-restores", restoring.waiting_restores, then=self._show_waiting, owner=self)

    def _show_waiting(self, found: list[Waiting]) -> None:
        self.waiting.show_waiting(found)
        self.explained.setVisible(not found)  # there is room for one of the two

    def keep(self) -> bool:
        """Whether the schedule is not being changed."""
        return not (self.panel.isVisible() and self.panel.form.dirty)

    def open_schedule(self) -> None:
        """Change when backups are made."""
        if self._state is not None:
            self.panel.open(self._state)
            self._offer()

    # Making and trying ---------------------------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Into the clinic's own folder of backups."""
        self._start(_("Making a backup"), backups.back_up, None, then=self._made)

    def choose(self) -> None:
        """To a file of choice."""
        proposed = Path.home() / f"nmx-{dates.today(self._frame.now()).isoformat()}.nmxbackup"
        name, _kind = QFileDialog.getSaveFileName(self, _("Back up to another place"), str(proposed))
        if name:
            self._start(_("Making a backup"), backups.back_up, Path(name), then=self._made)

    def drill(self) -> None:
        """Prove the chosen backup, without touching the clinic."""
        file = self.table.current()
        if file is not None:
            self._start(_("Trying the backup"), backups.drill_backup, Path(file.path), then=self._proved)

    def stop(self) -> None:
        """Stop what runs."""
        if self._job is not None:
            self._job.cancel()

    def _start(self, title: str, case: object, file: Path | None, *, then: object) -> None:
        if self._job is None:
            self.made.hide()
            self.progress.set_title(title)
            self.progress.report(0, 0)
            self._job = self._frame.runner.do(
                case, file, then=then, failed=self._failed, progress=self.progress.report, owner=self  # type: ignore[arg-type]
            )
            self._busy(on=True)

    def _busy(self, *, on: bool) -> None:
        self.progress.setVisible(on)
        file = self.table.current()
        for button in (self.now_button, self.file_button):
            button.setEnabled(not on)
        for button in (self.try_button, self.restore_button):
            button.setEnabled(not on and file is not None and not file.problem)

    def _made(self, made: BackupMade) -> None:
        text = ngettext(
            "{file} has been made and verified; it holds {n} entry of the log.",
            "{file} has been made and verified; it holds {n} entries of the log.", made.size,
        )  # fmt: skip
        self._ended(text.format(file=Path(made.file).name, n=dates.number(made.size)))

    def _proved(self, found: Drill) -> None:
        text = ngettext(
            "{file} is whole: it opens, its {n} entry is verified and is the beginning of this clinic's log.",
            "{file} is whole: it opens, its {n} entries are verified and are the beginning of this clinic's log.", found.size,
        )  # fmt: skip
        self._ended(text.format(file=Path(found.file).name, n=dates.number(found.size)))

    def _ended(self, text: str) -> None:
        self._job = None
        self._busy(on=False)
        self.made.setText(text)
        self.made.show()
        self.load()

    def _failed(self, error: DeskError) -> None:
        self._job = None
        self._busy(on=False)
        self.load()
        if not isinstance(error, Cancelled):
            errors.show(error, self)

    # Restoring -----------------------------------------------------------------------------------------------------------------------

    def propose(self) -> None:
        """Ask the manager."""
        file = self.table.current()
        if file is None:
            return
        text = _(
            "Everything that was entered after {when} is then gone from the clinic; the file with it is kept beside. "
            "The manager has to approve this."
        ).format(when=dates.when(file.created, self._frame.now(), time_always=True))
        reason = ask_reason(self, _("Propose to restore this backup?"), text, yes=_("Propose"))
        if reason:
            then = lambda _made: self._proposed()  # noqa: E731
            self._frame.runner.do(restoring.propose_restore, Path(file.path), reason, then=then, owner=self)

    def _proposed(self) -> None:
        self._frame.toast(_("Proposed: the manager can approve it on this page."))
        self.load()

    # Showing -------------------------------------------------------------------------------------------------------------------------

    def _show(self, found: BackupState) -> None:
        self._state = found
        now = self._frame.now()
        text = _("There is no backup yet")
        if found.made is not None:
            text = _("Last backup: {when}").format(when=dates.when(found.made, now, time_always=True))
        self.last.setText(text)
        tried = _("No backup has been tried yet")
        if found.tried is not None:
            tried = _("Last tried: {when}").format(when=dates.when(found.tried, now, time_always=True))
        at = clock_text(found.minute)
        self.tried.setText(f"{tried} · " + _("{often}, from {time}").format(often=interval(found.hours), time=at))
        self.table.set_rows(list(found.files))
        if self.table.current() is None and found.files:
            whole = (number for number, file in enumerate(self.table.records.rows) if not file.problem)
            self.table.selectRow(next(whole, 0))
        self._busy(on=self._job is not None)

    def _panel_closed(self) -> None:
        self.panel.form.clear()
        self._offer()
        self.load()
        self.schedule_button.setFocus()
