"""Documents and results of a client: added by file dialog, drop, paste or from the scan folder; seen here, opened outside, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QSplitter

from nmx_desk.domain.documents import DOCUMENT_KIND_NAMES, LONGEST_NOTE, MOST_BYTES, Document, DocumentRow
from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import documents
from nmx_desk.ui.clients.scans import Scan, ScanStrip
from nmx_desk.ui.kit import dates, private_files
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask, ask_reason
from nmx_desk.ui.kit.document_view import DocumentView
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.labels import muted, restyle
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row
from nmx_desk.ui.kit.locked import Locked
from nmx_desk.ui.kit.messages import Banner, announce
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.pictures import png_of
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MOST_AT_ONCE = 30


class DocumentsPart(QFrame):
    """A tab of the client's page. Files may be dropped anywhere on it; Ctrl+V pastes a picture or copied files."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.setProperty("look", "dropzone")
        self.client_id, self._own = "", True
        self._may_add, self._in_sight = frame.desk.may("notes.write"), ""
        self._adding, self._added, self._refused = 0, 0, list[str]()
        self.trouble = Banner()
        self.locked = Locked(
            _("These are the documents of another practitioner's client. Looking needs a written reason, which is logged.")
        )
        self.locked.asked.connect(self._ask_all)
        self.scans = ScanStrip(frame.user_settings)
        self.scans.taken.connect(self._take_scan)
        self.table = _table()
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _item: self.open_outside())
        self.view = DocumentView()
        self.note = TextInput(max_length=LONGEST_NOTE, placeholder=_("What it is, in a few words"), name=_("Note with this document"))
        self.note.editingFinished.connect(self._save_note)
        self.outside = Button(_("Open outside"), self.open_outside, icon="external-link")
        self.remove = Button(_("Take away …"), self._remove, kind="quiet", icon="trash-2")
        self.void = Button(_("Declare void …"), self._void, kind="quiet", icon="ban")
        self.chosen_row = holder(row(self.note, self.outside, self.remove, self.void, space=Space.S))
        self.add_button = Button(_("Add files …"), self._choose, icon="upload")
        self.paste_button = Button(_("Paste a picture"), self.paste, icon="copy", tip=_("Paste (Ctrl+V)"))
        hint = muted(_("Or drop files here. PDF, PNG, JPEG and text, up to {n} MB each.").format(n=MOST_BYTES >> 20), wrap=False)
        self._tools = holder(row(self.add_button, self.paste_button, hint, STRETCH, space=Space.S))
        self.note.setReadOnly(not self._may_add)
        self._lay_out()
        if self._may_add:
            paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            paste.activated.connect(self.paste)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        right = column(self.chosen_row, self.view, space=Space.S)
        right.setStretch(1, 1)
        split.addWidget(holder(right))
        split.setSizes([520, 480])
        self._split = split
        box = column(self._tools, self.scans, self.trouble, self.locked, split, space=Space.S)
        box.setStretch(4, 1)
        self.setLayout(box)
        self.chosen_row.hide()

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def show_client(self, client_id: str, *, own: bool) -> None:
        """Somebody came to this tab. Of another's client nothing is asked until the user says so."""
        if client_id != self.client_id:
            self._save_note()  # the field may still be in hand
            self.client_id, self._own = client_id, own
            self._in_sight = ""
            self.table.set_rows([])
            self.view.clear()
            self.trouble.hide()
            self.locked.setVisible(not own)
            self._split.setVisible(own)
            for part in (self._tools, self.scans):
                part.setVisible(own and self._may_add)
            self.setAcceptDrops(own and self._may_add)
        if self._own:
            self._ask_all()
        self.scans.look()

    def _ask_all(self) -> None:
        self._frame.runner.latest(
            ("clients", "documents"), documents.list_documents, self.client_id, then=partial(self._show, self.client_id), owner=self
        )

    def _show(self, client_id: str, rows: list[DocumentRow]) -> None:
        if client_id != self.client_id:
            return
        self.locked.hide()
        self._split.show()
        self.table.set_rows(rows)
        if not rows:
            self.chosen_row.hide()
            self.view.clear()

    def _chosen(self, item: DocumentRow | None) -> None:
        self.chosen_row.setVisible(item is not None)
        if item is None:
            self._in_sight = ""
            self.view.clear()
            return
        self.remove.setVisible(item.removable)
        self.void.setVisible(not item.removable and not item.void_reason and self._may_add)
        if item.id == self._in_sight:
            return  # the list was read again: what is being typed and looked at stays
        self._in_sight = item.id
        self.note.set_value(item.note)
        show = partial(self._show_document, item.id)
        self._frame.runner.latest(("clients", "document"), documents.open_document, item.id, then=show, owner=self)

    def _show_document(self, document_id: str, document: Document) -> None:
        current = self.table.current()
        if current is not None and current.id == document_id:
            self.view.show_document(document)

    # -- adding ----------------------------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        kinds = _("Documents and pictures ({patterns})").format(patterns="*.pdf *.png *.jpg *.jpeg *.txt")
        names, _kind = QFileDialog.getOpenFileNames(self, _("Add files"), "", kinds)
        self.add_files([Path(name) for name in names])

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add files, one after the other; what cannot be kept is told of at the end, by name."""
        self.trouble.hide()
        refused = [path.name for path in paths[MOST_AT_ONCE:]]
        self._refused = [_("{name}: add at most {n} files at once.").format(name=name, n=MOST_AT_ONCE) for name in refused[:1]]
        for path in paths[:MOST_AT_ONCE]:
            content = self._read(path)
            if content is not None:
                self._add(path.name, content)
        self._told()

    def _read(self, path: Path) -> bytes | None:
        try:
            if not path.is_file():
                self._refused.append(_("{name}: this is no file.").format(name=path.name))
            elif path.stat().st_size > MOST_BYTES:
                sentence = _("{name}: this file is larger than {n} MB. Make it smaller, or keep a part of it.")
                self._refused.append(sentence.format(name=path.name, n=MOST_BYTES >> 20))
            else:
                return path.read_bytes()
        except OSError:
            self._refused.append(_("{name}: this file cannot be read.").format(name=path.name))
        return None

    def _add(self, name: str, content: bytes, scan: Scan | None = None) -> None:
        self._adding += 1
        done, failed = partial(self._was_added, scan, content), partial(self._was_refused, name)
        self._frame.runner.do(documents.add_document, self.client_id, name, content, then=done, failed=failed, owner=self)

    def _was_added(self, scan: Scan | None, content: bytes, made: DocumentRow) -> None:
        self._adding, self._added = self._adding - 1, self._added + 1
        if scan is not None:
            self.scans.done(scan)
            if self.scans.remove.value():
                self._frame.runner.do(documents.open_document, made.id, then=partial(self._verified, scan, content), owner=self)
        self._told()

    def _was_refused(self, name: str, error: DeskError) -> None:
        self._adding -= 1
        self._refused.append(_("{name}: {trouble}").format(name=name, trouble=error.message))
        self._told()

    def _told(self) -> None:
        if self._adding:
            return
        if self._added:
            words = ngettext("{n} document added.", "{n} documents added.", self._added).format(n=self._added)
            self._frame.toast(words)
            self._added = 0
            self._ask_all()
        if self._refused:
            self.trouble.say("\n".join(self._refused), Hue.WARN)
            self._refused = []

    # -- scans -----------------------------------------------------------------------------------------------------------------------

    def _take_scan(self, scan: Scan) -> None:
        self.trouble.hide()
        self._refused = []
        content = self._read(scan.path)
        if content is None:
            self._told()
        elif len(content) != scan.size:
            self.scans.look()  # the scanner went on writing
        else:
            self._add(scan.path.name, content, scan)

    def _verified(self, scan: Scan, content: bytes, kept: Document) -> None:
        """The copy was read back from the clinic: only now the file may go, if it is still what was copied."""
        try:
            if kept.content == content == scan.path.read_bytes():
                scan.path.unlink()
        except OSError:
            self.trouble.say(_("The document is kept, but {name} could not be removed from the folder.").format(name=scan.path.name))

    # -- drop and paste --------------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may come in; the edge shows it."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()
            self._target(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went away again."""
        self._target(on=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self._target(on=False)
        event.acceptProposedAction()
        self.add_mime(event.mimeData())

    def _target(self, *, on: bool) -> None:
        self.setProperty("look", "drop" if on else "dropzone")
        restyle(self)
        if on:
            announce(self, _("Drop the files to add them."))

    def paste(self) -> None:
        """Add what is on the clipboard: a picture, or copied files."""
        if self._own:
            self.add_mime(QGuiApplication.clipboard().mimeData())

    def add_mime(self, data: QMimeData) -> None:
        """Add files, or a picture without a file."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = QImage(data.imageData()) if data.hasImage() and not paths else QImage()
        if paths:
            self.add_files(paths)
        elif not image.isNull():
            self.trouble.hide()
            self._add(_("picture {when}.png").format(when=f"{dates.local(self._frame.now()):%Y-%m-%d %H.%M}"), png_of(image))
        else:
            self.trouble.say(_("There is no picture and no file on the clipboard. Copy one first."))

    # -- one document ----------------------------------------------------------------------------------------------------------------

    def open_outside(self) -> None:
        """Open the chosen document in the program of this computer, from a folder that is wiped."""
        item = self.table.current()
        if item is not None:
            self._frame.runner.do(documents.open_document, item.id, then=self._hand_over, owner=self)

    def _hand_over(self, document: Document) -> None:
        if not private_files.hand_over(document.name, document.content):
            self.trouble.say(_("The document could not be written for the other program. Look at it here."), Hue.WARN)

    def _save_note(self) -> None:
        item = self.table.current()
        if item is not None and self.note.value() != item.note and not self.note.isReadOnly():
            noted = partial(self._noted, self.client_id)
            self._frame.runner.do(documents.note_document, item.id, self.note.value(), then=noted, owner=self)

    def _noted(self, client_id: str, _none: None) -> None:
        self._frame.toast(_("Note saved."))
        if client_id == self.client_id:
            self._ask_all()

    def _remove(self) -> None:
        item = self.table.current()
        text = _("You added it today. The log keeps that it was there; its content is gone.")
        if item is not None and ask(self, _("Take {name} away?").format(name=item.name), text, yes=_("Take away"), danger=True):
            self._frame.runner.do(documents.remove_document, item.id, then=lambda _none: self._ask_all(), owner=self)

    def _void(self) -> None:
        item = self.table.current()
        text = _("It stays in the file, marked as void, with your reason.")
        reason = ask_reason(self, _("Declare {name} void?").format(name=item.name), text, yes=_("Declare void")) if item else None
        if item is not None and reason:
            self._frame.runner.do(documents.void_document, item.id, reason, then=lambda _none: self._ask_all(), owner=self)


def _detail(item: DocumentRow) -> str:
    return _("Void: {reason}").format(reason=item.void_reason) if item.void_reason else item.note


def _table() -> Table[DocumentRow]:
    columns: list[Column[DocumentRow]] = [
        Column(key="name", title=_("Document"), text=lambda item: item.name, detail=_detail, strong=True,
               role=lambda item: "muted" if item.void_reason else "text", tooltip=lambda item: f"{item.name}\n{_detail(item)}".strip()),
        Column(key="kind", title=_("Kind"), text=lambda item: _(DOCUMENT_KIND_NAMES[item.kind]), width=136),
        Column(key="size", title=_("Size"), text=lambda item: size_words(item.size), sort_key=lambda item: item.size, align="right",
               width=80),
        Column(key="added", title=_("Added"), text=lambda item: dates.when(item.added_at), sort_key=lambda item: item.added_at, width=150,
               detail=lambda item: item.added_by),
    ]  # fmt: skip
    empty = EmptyState(_("No documents yet"), _("Letters, lab results and pictures of this client are kept here."), icon="paperclip")
    return Table(columns, name="client_documents", label=_("Documents and results"), empty=empty)


def size_words(size: int) -> str:
    """``12 kB``, ``3.4 MB``."""
    if size < 1_000_000:
        return _("{n} kB").format(n=dates.number(max(1, round(size / 1000))))
    return _("{n} MB").format(n=dates.number(size / 1_000_000, 1))
