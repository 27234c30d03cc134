"""The folder into which this workstation's scanner writes: what is new in it, offered to be put in a client's file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QFrame

from nmx_desk.domain.documents import MOST_BYTES
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, empty_layout, row
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

FOLDER, TAKEN, REMOVE = "scan_folder", "scans_taken", "scans_remove"
ENDINGS = {".pdf", ".png", ".jpg", ".jpeg", ".txt"}
SHOWN, LOOKED_AT, REMEMBERED = 3, 500, 300
LARGE_TEXT = 1.25
STILL_WRITTEN = 1.5  # seconds in which a file may still grow


@dataclass(frozen=True)
class Scan:
    """A file in the folder, as it was when it was seen."""

    path: Path
    size: int
    at: float

    @property
    def mark(self) -> str:
        """What is remembered of a file that was taken: nothing that tells its name."""
        return sha256(f"{self.path.name}|{self.size}|{self.at}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def scans_in(folder: Path, taken: Sequence[str]) -> list[Scan]:
    """Files that may be documents and were not taken yet, the newest first. Raises ``OSError``."""
    found = []
    with os.scandir(folder) as entries:
        for _n, entry in zip(range(LOOKED_AT), entries, strict=False):
            if Path(entry.name).suffix.lower() in ENDINGS and entry.is_file(follow_symlinks=False):
                stat = entry.stat(follow_symlinks=False)
                if 0 < stat.st_size <= MOST_BYTES:
                    found.append(Scan(Path(entry.path), stat.st_size, stat.st_mtime))
    return sorted((scan for scan in found if scan.mark not in set(taken)), key=lambda scan: -scan.at)


class ScanStrip(QFrame):
    """``taken`` carries a file to be added. The file stays in its folder unless the user asked otherwise."""

    taken = Signal(object)

    def __init__(self, settings: UserSettings) -> None:
        super().__init__()
        self._settings = settings
        self._soon = QTimer(self, singleShot=True, interval=round(STILL_WRITTEN * 1000))
        self._soon.timeout.connect(self.look)
        self._watch = QFileSystemWatcher(self)
        self._watch.directoryChanged.connect(lambda _path: self._soon.start())
        self.words = Label("", role="muted", elide=True)
        self.choose = Button(_("Scan folder …"), self._choose, kind="quiet", icon="folder-open")
        self.remove = CheckInput(_("Remove from the folder once its copy is verified"))
        self.remove.set_value(settings.get(REMOVE, False))
        self.remove.toggled.connect(lambda on: settings.put(REMOVE, on))
        self._files = row(space=Space.S)
        head = row(self.choose, self.words, self.remove, space=Space.M)
        head.setStretch(1, 1)
        self.setLayout(column(head, self._files, space=Space.XS))
        self.look()

    @property
    def folder(self) -> Path | None:
        """The folder of this workstation, if one was chosen."""
        chosen = self._settings.get(FOLDER, "")
        return Path(chosen) if isinstance(chosen, str) and chosen else None

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Folder into which the scanner writes"), str(self.folder or ""))
        if name:
            self.use(Path(name))

    def use(self, folder: Path) -> None:
        """Offer what comes into this folder from now on."""
        self._settings.put(FOLDER, str(folder))
        self._settings.save()
        self.look()

    def look(self) -> None:
        """Show what is new."""
        empty_layout(self._files)
        folder = self.folder
        self.remove.setVisible(folder is not None)
        if folder is None:
            self.words.setText(_("Choose the folder into which the scanner writes: new scans are offered here."))
            return
        if str(folder) not in self._watch.directories():
            if watched := self._watch.directories():
                self._watch.removePaths(watched)
            self._watch.addPath(str(folder))
        try:
            found = scans_in(folder, self._taken())
        except OSError:
            self.words.setText(_("The scan folder {folder} is not there. Choose another one.").format(folder=folder.name))
            return
        if found:
            words = ngettext("{n} new scan in {folder}", "{n} new scans in {folder}", len(found)).format(n=len(found), folder=folder.name)
        else:
            words = _("No new scans in {folder}").format(folder=folder.name)
        self.words.setText(words)
        for scan in found[: SHOWN if theme().text_scale < LARGE_TEXT else SHOWN - 1]:
            text = _("Add {name}").format(name=scan.path.name if len(scan.path.name) <= 28 else f"{scan.path.stem[:22]}…{scan.path.suffix}")
            name = _("Add {name}, scanned {when}").format(name=scan.path.name, when=dates.full(datetime.fromtimestamp(scan.at, UTC)))
            self._files.addWidget(Button(text, partial(self.taken.emit, scan), icon="plus", name=name, tip=name))
        self._files.addStretch(1)

    def _taken(self) -> list[str]:
        taken = self._settings.get(TAKEN, [])
        return [mark for mark in taken if isinstance(mark, str)] if isinstance(taken, list) else []

    def done(self, scan: Scan) -> None:
        """A file was added: it is not offered again."""
        self._settings.put(TAKEN, [*self._taken(), scan.mark][-REMEMBERED:])
        self._settings.save()
        self.look()
