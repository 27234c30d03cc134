"""A field in which a note is written: plain text, snippets by their abbreviation, and what is dropped or pasted that is no text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QMimeData, QObject, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QScrollArea

from nmx_desk.domain.note_templates import spread, typed_short
from nmx_desk.services.snippets import SnippetLine
from nmx_desk.ui.kit.inputs import MultilineInput

LONGEST = 300_000
MOST_LINES = 20
"""A field grows with its text to so many lines; what is longer rolls within it."""


class SnippetBook(QObject):
    """The snippets that can be typed, by abbreviation; every field of a page shares one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: Mapping[str, SnippetLine] = {}

    def set_lines(self, lines: tuple[SnippetLine, ...]) -> None:
        """From now on these."""
        self.lines = {line.short: line for line in lines}


class NoteText(MultilineInput):
    """Several lines of a note. ``handed`` carries what is dropped or pasted and is a file or a picture."""

    handed = Signal(QMimeData)

    def __init__(self, book: SnippetBook | None, *, lines: int, name: str) -> None:
        super().__init__(lines=lines, max_length=LONGEST, name=name)
        self._book, self._least, self._lines = book, lines, lines
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.cursorPositionChanged.connect(self.follow)

    # -- room ------------------------------------------------------------------------------------------------------------------------

    def _grow(self, size: QSizeF) -> None:
        """As high as the text: this document counts its height in lines."""
        lines = min(max(math.ceil(size.height()), self._least), MOST_LINES)
        if lines != self._lines:
            self._lines = lines
            self.set_room(LONGEST, lines)

    def follow(self) -> None:
        """The line one writes stays in sight."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        inside = area.widget() if isinstance(area, QScrollArea) else None
        if isinstance(area, QScrollArea) and inside is not None and self.hasFocus():
            at = self.viewport().mapTo(inside, self.cursorRect().center())
            area.ensureVisible(at.x(), at.y(), 0, 2 * self.fontMetrics().lineSpacing())

    # -- snippets --------------------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Tab behind an abbreviation puts its text there; else it goes on to the next field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            free = not event.modifiers()
            if free and self._spread(""):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A space behind an abbreviation puts its text there. The space is typed first: undoing gives back what was typed."""
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Space and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._spread(" ")

    def _spread(self, after: str) -> bool:
        """Put a snippet in place of its abbreviation before the cursor, ``after`` which stands this; whether there was one."""
        cursor = self.textCursor()
        if self._book is None or self.isReadOnly() or cursor.hasSelection():
            return False
        before = cursor.block().text()[: cursor.positionInBlock()]
        if not before.endswith(after):
            return False
        line = self._book.lines.get(typed_short(before.removesuffix(after)))
        if line is None:
            return False
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(line.short) + 1 + len(after))
        self.put(line.text, cursor, after)
        return True

    def put(self, text: str, cursor: QTextCursor | None = None, after: str = "") -> None:
        """Put a snippet's text in place of what ``cursor`` has chosen, in one step to undo; the cursor goes to its mark."""
        words, mark = spread(text)
        at = self.textCursor() if cursor is None else cursor
        start = at.selectionStart()
        at.insertText(words if mark >= 0 else words + after)
        if mark >= 0:
            at.setPosition(start + mark)
        self.setTextCursor(at)
        self.ensureCursorVisible()

    def chosen_text(self) -> str:
        """What is chosen here, with its lines."""
        return self.textCursor().selectedText().replace("\u2029", "\n")

    # -- files and pictures ----------------------------------------------------------------------------------------------------------

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text, and files and pictures, which are attached."""
        return is_no_text(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text goes in as it is, without looks; files and pictures go to the attachments."""
        if is_no_text(source):
            self.handed.emit(source)
            return
        super().insertFromMimeData(source)


def is_no_text(data: QMimeData) -> bool:
    """Whether it is files, or a picture that has no text with it (as what is copied from a sheet or a text has)."""
    return any(url.isLocalFile() for url in data.urls()) or (data.hasImage() and not data.hasText())
