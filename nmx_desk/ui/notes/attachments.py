"""What is attached to a note: rows that open, and for one's own draft files by dialog, drop and paste."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLayout, QWidget

from nmx_desk.domain.documents import MOST_BYTES, Document, DocumentRow
from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _
from nmx_desk.services import documents
from nmx_desk.services.notes import NoteSheet
from nmx_desk.ui.kit import dates, private_files
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.pictures import png_of
from nmx_desk.ui.notes.writing import is_no_text
from nmx_desk.ui.theme.tokens import Space

MOST_AT_ONCE = 30
KILO = 1024


class Attachments(QWidget):
    """The attachments of the note in sight. ``trouble`` carries why something was not attached, "" when all was."""

    trouble = Signal(str)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.rows: list[DocumentRow] = []
        self._sheet: NoteSheet | None = None
        self._refused: list[str] = []
        self._waiting = 0
        self._lines = column(space=0)
        self.add_button = Button(_("Attach …"), self.choose, kind="quiet", icon="paperclip")
        self.hint = Label(_("or drop and paste files and pictures here"), look="small", role="muted", elide=True)
        foot = row(self.add_button, self.hint, space=Space.S)
        foot.setStretch(1, 1)
        self.setLayout(column(section(_("Attachments")), self._lines, foot, space=Space.XS))

    @property
    def _open(self) -> bool:
        return self._sheet is not None and not self._sheet.read_only

    def show_sheet(self, sheet: NoteSheet | None) -> None:
        """Show what is attached to a note; a signed one takes no more."""
        self._sheet = sheet
        self.rows = list(sheet.documents) if sheet else []
        self.add_button.setVisible(self._open)
        self.hint.setVisible(self._open)
        self.setAcceptDrops(self._open)
        self._show()

    def _show(self) -> None:
        empty_layout(self._lines)
        for one in self.rows:
            self._lines.addLayout(self._line(one))
        self.setVisible(self._open or bool(self.rows))

    def _line(self, one: DocumentRow) -> QLayout:
        name = Button(one.name, partial(self.open, one), kind="link", icon="paperclip", name=_("Open {name}").format(name=one.name))
        size = _("{n} kB").format(n=dates.number(max(1, one.size // KILO)))
        words = " · ".join(filter(None, (one.note, size, _("declared void") if one.void_reason else "")))
        said = Label(words, look="small", role="muted", elide=True)
        line = row(name, said, space=Space.S)
        line.setStretch(1, 1)
        if self._open and one.removable:
            line.addWidget(IconButton("x", _("Take {name} away").format(name=one.name), partial(self.take_away, one)))
        return line

    # -- adding ----------------------------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask which files."""
        if self._open:
            kinds = _("Documents and pictures ({patterns})").format(patterns="*.pdf *.png *.jpg *.jpeg *.txt")
            names, _kind = QFileDialog.getOpenFileNames(self, _("Attach files"), "", kinds)
            self.add_files([Path(name) for name in names])

    def paste(self) -> None:
        """What is on the clipboard: a picture, or copied files."""
        self.add_mime(QGuiApplication.clipboard().mimeData())

    def add_mime(self, data: QMimeData) -> None:
        """Files, or a picture without a file."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = QImage(data.imageData()) if data.hasImage() and not paths else QImage()
        if not image.isNull():
            self._add(_("picture {when}.png").format(when=f"{dates.local(self._frame.now()):%Y-%m-%d %H.%M}"), png_of(image))
        else:
            self.add_files(paths)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add files, one after the other; what cannot be attached is told of at the end, by name."""
        self._refused = []
        if len(paths) > MOST_AT_ONCE:
            self._refused.append(_("{name}: add at most {n} files at once.").format(name=paths[MOST_AT_ONCE].name, n=MOST_AT_ONCE))
        for path in paths[:MOST_AT_ONCE]:
            content = self._read(path)
            if content is not None:
                self._add(path.name, content)
        self._told()

    def _read(self, path: Path) -> bytes | None:
        try:
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                return path.read_bytes()
            large = path.is_file()
        except OSError:
            large = False
        sentence = (
            _("{name}: this file is larger than {n} MB. Make it smaller, or keep a part of it.")
            if large else _("{name}: this file cannot be read.")
        )  # fmt: skip
        self._refused.append(sentence.format(name=path.name, n=MOST_BYTES >> 20))
        return None

    def _add(self, name: str, content: bytes) -> None:
        sheet = self._sheet
        if sheet is None or sheet.read_only:
            return
        self._waiting += 1
        self._frame.runner.do(
            documents.add_document, sheet.client.id, name, content, note_id=sheet.note.id, then=partial(self._added, sheet.note.id),
            failed=partial(self._failed, name), owner=self,
        )  # fmt: skip

    def _added(self, note_id: str, made: DocumentRow) -> None:
        self._waiting -= 1
        if self._sheet is not None and self._sheet.note.id == note_id:
            self.rows.append(made)
            self._show()
        self._told()

    def _failed(self, name: str, error: DeskError) -> None:
        self._waiting -= 1
        self._refused.append(_("{name}: {trouble}").format(name=name, trouble=error.message))
        self._told()

    def _told(self) -> None:
        if not self._waiting:
            self.trouble.emit("\n".join(self._refused))
            self._refused = []

    # -- drop ------------------------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may come in."""
        if is_no_text(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped."""
        event.acceptProposedAction()
        self.add_mime(event.mimeData())

    # -- one of them -----------------------------------------------------------------------------------------------------------------

    def open(self, one: DocumentRow) -> None:
        """Show it in the program of this computer, from a folder that is wiped."""
        self._frame.runner.do(documents.open_document, one.id, then=self._hand_over, owner=self)

    def _hand_over(self, document: Document) -> None:
        if not private_files.hand_over(document.name, document.content):
            self.trouble.emit(_("The document could not be written for the other program. Look at it here."))

    def take_away(self, one: DocumentRow) -> None:
        """Take away what was added to this draft today."""

        def gone(_done: object) -> None:
            self.rows = [kept for kept in self.rows if kept.id != one.id]
            self._show()
            self.add_button.setFocus()

        self._frame.runner.do(documents.remove_document, one.id, then=gone, owner=self)
