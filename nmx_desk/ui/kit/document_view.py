"""A document in the window: PDF, picture or text. What would take the memory when it is drawn is not shown here."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QWidget

from nmx_desk.domain.documents import Document, DocumentKind
from nmx_desk.i18n import _
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import scroll
from nmx_desk.ui.kit.pdf import Preview

MOST_PIXELS = 40_000_000  # of a picture: 160 MB once it is unpacked
SHARPEST = 2400  # pixels of the longer side that are kept
MOST_TEXT = 200_000  # characters
_FORMATS = {DocumentKind.PNG: b"png", DocumentKind.JPEG: b"jpeg"}


class DocumentView(QStackedWidget):
    """Shows one document at a time; nothing is written to disk."""

    def __init__(self) -> None:
        super().__init__()
        self.words = EmptyState(_("No document chosen"), icon="file-text")
        self.pdf = Preview(_("Preview of the document"), _("Scroll through the document"))
        self.picture = Label("")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._image = QImage()
        self._pictures = scroll(self.picture, _("Preview of the document"))
        self._pictures.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Preview of the document"))
        for part in (self.words, self.pdf, self._pictures, self.text):
            self.addWidget(part)

    def clear(self, words: str = "") -> None:
        """Let go of what is shown; say why nothing is."""
        self.pdf.clear()
        self.text.clear()
        self._image = QImage()
        self.picture.clear()
        self.words.say(words or _("No document chosen"))
        self.setCurrentWidget(self.words)

    def show_document(self, document: Document) -> None:
        """Show it, or say why it cannot be shown here."""
        self.clear()
        if document.kind is DocumentKind.PDF:
            shown = self.pdf.show_pdf(document.content)
            words = "" if shown else _("This PDF cannot be shown here: it is protected, damaged or too large. Open it outside.")
            self._arrive(self.pdf, words)
        elif document.kind is DocumentKind.TEXT:
            self.text.setPlainText(document.content.decode("utf-8-sig", "replace")[:MOST_TEXT])
            self._arrive(self.text)
        else:
            self._image = read_picture(document.content, _FORMATS[document.kind])
            self.picture.setAccessibleName(document.name)
            words = _("This picture cannot be shown here: it is damaged or too large. Open it outside.")
            self._arrive(self._pictures, words if self._image.isNull() else "")
            self._fit()

    def focus_shown(self) -> None:
        """Go to what is shown, to read it by keyboard."""
        part = self.currentWidget()
        if part is not None:
            (part.view if isinstance(part, Preview) else part).setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrive(self, part: QWidget, trouble: str = "") -> None:
        if trouble:
            self.clear(trouble)
        else:
            self.setCurrentWidget(part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A picture is as wide as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._image.isNull():
            return
        width = max(100, min(self._pictures.viewport().width(), self._image.width()))
        self.picture.setPixmap(QPixmap.fromImage(self._image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)))


def read_picture(content: bytes, kind: bytes) -> QImage:
    """A picture, made smaller when it is sharper than a screen; an empty one when it is damaged or would take the memory."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    if max(size.width(), size.height()) > SHARPEST:
        reader.setScaledSize(size.scaled(QSize(SHARPEST, SHARPEST), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
