"""A document where something else stood: it is read beside the panel that it belongs to."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.documents import Document, kind_of
from nmx_desk.i18n import _
from nmx_desk.ui.kit import private_files
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.document_view import DocumentView
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class PaperView(QWidget):
    """One document at a time in place of ``behind``, which comes back when this closes; ``closed`` tells so.

    ``read``: the use case that gives a kept one by its id, and logs the look.
    """

    closed = Signal()

    def __init__(self, frame: Frame, behind: QWidget, read: Any, back: str) -> None:
        super().__init__()
        self._frame, self._behind, self._read = frame, behind, read
        self._document: Any = None
        self.name = Label("", look="strong", elide=True)
        self.view = DocumentView()
        self.outside = Button(_("Open outside"), self._open_outside, kind="quiet", icon="external-link")
        close = IconButton("x", back, self.close_paper, role="text")
        head = row(self.name, self.outside, close, space=Space.S)
        head.setStretch(0, 1)
        whole = column(head, self.view, space=Space.S)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        keys = QShortcut(QKeySequence("Esc"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.close_paper)
        self.hide()

    def open_kept(self, document_id: str, owner: QObject, *, focus: bool = True) -> None:
        """Show a document that is kept."""
        then = partial(self.show_document, focus=focus)
        self._frame.runner.latest(("paper", id(self)), self._read, document_id, then=then, owner=owner)

    def show_chosen(self, name: str, content: bytes) -> None:
        """Show a file that is not kept yet; nothing when it is of no kind that can be shown."""
        kind = kind_of(content)
        if kind is not None:
            self.show_document(Document(name=name, kind=kind, content=content, size=len(content)), focus=False)

    def show_document(self, document: Any, *, focus: bool) -> None:
        """Show it in place of what is behind; ``focus``: whoever asked wants to read it, by keyboard too."""
        self._document = document
        self.name.setText(document.name)
        self.view.show_document(document)
        self._behind.hide()
        self.show()
        if focus:
            self.view.focus_shown()

    def close_paper(self) -> None:
        """Let go of the document and show what was there before."""
        if self.isHidden():
            return
        self._document = None
        self.view.clear()
        self.hide()
        self._behind.show()
        self.closed.emit()

    def _open_outside(self) -> None:
        one = self._document
        if one is not None and not private_files.hand_over(one.name, one.content):
            self._frame.toast(_("The document could not be written for the other program."))
