"""Putting back a backup, when nobody can sign in or when it was decided: which one, and a password that was valid in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.front.background import Background
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import BackupFile, FrontDoor, Progress
from nmx_desk.ui.kit.inputs import ChoiceInput, PasswordInput, TextInput
from nmx_desk.ui.kit.labels import Label, heading, muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.messages import announce
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.theme.tokens import Space


def described(file: BackupFile) -> str:
    """A backup in a line: when it was made and how much it holds."""
    entries = ngettext("{n} entry", "{n} entries", file.size).format(n=dates.number(file.size))
    return _("{when}, {entries}").format(when=dates.when(file.created, time_always=True), entries=entries)


class Restore(QWidget):
    """``restored`` carries the user name, what to say, and what to warn of; ``back`` when it is left."""

    restored = Signal(str, str, str)
    back = Signal()

    def __init__(self, door: FrontDoor, background: Background, *, file: str = "", permit: object = None, chosen: str = "") -> None:
        super().__init__()
        self._door, self._background, self._permit, self._decided = door, background, permit, file
        self._progress: Progress | None = None
        whole = [found for found in door.backups() if not found.problem]
        self.choice = ChoiceInput([(found.path, described(found)) for found in whole], name=_("Backup"))
        self.other = Button(_("Choose another file …"), self.choose, icon="folder-open")
        self.username = TextInput(max_length=60, name=_("User name"))
        self.username.set_value(chosen)
        self.password = PasswordInput(name=_("Password at the time of the backup"))
        self.problem = Label("", role="danger", wrap=True)
        self.progress = ProgressStrip(self.stop)
        self.button = Button(_("Put back this backup"), self.restore, kind="primary", icon="history")
        self.leave = Button(_("Back"), self.back.emit, kind="quiet")
        self._build()
        self.password.returnPressed.connect(self.restore)
        if file:
            self._offer(Path(file))
        self.choice.setEnabled(self.choice.count() > 0 and not file)
        self.other.setVisible(not file)
        self.leave.setVisible(not door.trouble())  # there is nothing to go back to

    def _build(self) -> None:
        self.problem.hide()
        self.progress.hide()
        trouble = self._door.trouble()
        explained = _(
            "The backup is verified before it takes the clinic's place. The files that are there now are kept in a folder beside. "
            "Users and passwords become those of the backup."
        )
        nothing = Label(_("There is no backup in the clinic's folder: choose the file."), role="warn", wrap=True)
        nothing.setVisible(self.choice.count() == 0 and not self._decided)
        head = column(heading(_("Put back a backup")), space=Space.S)
        if trouble:
            head.addWidget(Label(trouble, role="danger", wrap=True))
        head.addWidget(muted(explained))
        entry = column(
            *(Label(_("Backup"), look="small", role="muted"), self.choice, nothing, row(self.other, STRETCH)),
            *(Label(_("User name"), look="small", role="muted"), self.username),
            *(Label(_("Password at the time of the backup"), look="small", role="muted"), self.password, self.problem, self.progress),
            space=Space.XS,
        )
        self.setLayout(column(head, entry, row(self.button, self.leave, STRETCH), space=Space.XL))

    def start(self) -> None:
        """Put the cursor where something is to be typed."""
        (self.password if self.username.value() else self.username).setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self) -> None:
        """A file that is elsewhere: on a stick, in the second folder."""
        kinds = _("Backups of NMX Desk (*.nmxbackup)")
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose another file"), str(self._door.folder), kinds)
        if name:
            self._offer(Path(name))

    def _offer(self, file: Path) -> None:
        known = [(str(self.choice.itemData(n)), self.choice.itemText(n)) for n in range(self.choice.count())]
        if str(file) not in {path for path, _text in known}:
            self.choice.set_options([(str(file), file.name), *known])
        self.choice.set_value(str(file))
        self.choice.setEnabled(True)

    def restore(self) -> None:
        """Do it, off the main thread."""
        file, name, password = self.choice.value(), self.username.value(), self.password.value()
        if self._background.busy:
            return
        if not file or not name or not password:
            self._say(_("Choose a backup, and type a user name and the password that was valid when it was made."))
            return
        self._busy(on=True)
        self._progress = Progress(lambda done, total, text: self._background.call(partial(self._show, done, total, text)))
        work = partial(self._door.restore, Path(str(file)), name, password, self._permit, self._progress)
        self._background.run(work, lambda found: self._done(name, *found), self._failed)

    def stop(self) -> None:
        """Stop it, as long as nothing was put in place."""
        if self._progress is not None:
            self._progress.cancel()

    def _done(self, name: str, size: int, kept: str, unsure: str) -> None:
        self.password.clear()
        self._busy(on=False)
        text = ngettext(
            "The backup is in place; its log has {n} entry. The replaced files are kept in {kept}.",
            "The backup is in place; its log has {n} entries. The replaced files are kept in {kept}.",
            size,
        )
        self.restored.emit(name, text.format(n=dates.number(size), kept=Path(kept).name), unsure)

    def _failed(self, error: DeskError) -> None:
        self._busy(on=False)
        self._say(error.message)
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, done: int, total: int, text: str) -> None:
        self.progress.set_title(text)
        self.progress.report(done, total)

    def _busy(self, *, on: bool) -> None:
        self.button.setEnabled(not on)
        self.leave.setEnabled(not on)
        self.problem.hide()
        self.progress.setVisible(on)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()
        announce(self, text)
