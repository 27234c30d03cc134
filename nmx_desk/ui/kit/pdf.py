"""The real PDF in the window, and on a printer."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

MOST_DPI = 300
MOST_PAGES = 2000
MOST_SHAPE = 20.0  # a page this many times as long as it is wide is no page


class Preview(QWidget):
    """Shows a PDF given as bytes; nothing is written to disk."""

    def __init__(self, name: str, scroll_name: str) -> None:
        super().__init__()
        self.document = QPdfDocument(self)
        self._bytes = QByteArray()
        self._buffer = QBuffer(self)
        self.view = QPdfView(self)
        self.view.setAccessibleName(name)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setPageSpacing(Space.M)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for bar in (self.view.horizontalScrollBar(), self.view.verticalScrollBar()):
            bar.setAccessibleName(scroll_name)
        theme().changed.connect(self._retint)
        self._retint()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)

    def show_pdf(self, data: bytes) -> bool:
        """Show it; False when it is no PDF that can be shown."""
        self.clear()
        self._bytes = QByteArray(data)
        self._buffer.setBuffer(self._bytes)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        if self._too_much():
            self.clear()
            return False
        self.view.verticalScrollBar().setValue(0)
        return self.document.status() == QPdfDocument.Status.Ready

    def clear(self) -> None:
        """Let go of what is shown."""
        self.document.close()
        self._buffer.close()
        self._bytes = QByteArray()

    def _too_much(self) -> bool:
        """Whether drawing this would take the memory: more pages than any letter, or a page of an absurd shape."""
        if self.pages > MOST_PAGES:
            return True
        sizes = (self.document.pagePointSize(page) for page in range(self.pages))
        return any(max(size.width(), size.height()) > MOST_SHAPE * max(1.0, min(size.width(), size.height())) for size in sizes)

    def _retint(self) -> None:
        """What lies round the paper."""
        palette = self.view.palette()
        palette.setColor(QPalette.ColorRole.Dark, theme().colour("sunken"))
        self.view.setPalette(palette)

    @property
    def pages(self) -> int:
        """Number of pages shown."""
        return self.document.pageCount()


def print_pdf(document: QPdfDocument, printer: QPrinter) -> int:
    """Draw every page on the printer, as large as fits; the number of pages drawn."""
    painter = QPainter(printer)
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or document.pageCount(), document.pageCount())
    for page in range(first, last + 1):
        if page > first:
            printer.newPage()
        area = printer.pageRect(QPrinter.Unit.DevicePixel)
        points = document.pagePointSize(page - 1)
        scale = min(area.width() / points.width(), area.height() / points.height())
        wanted = QSize(round(points.width() * scale), round(points.height() * scale))
        dots = min(1.0, points.width() / 72 * MOST_DPI / wanted.width())
        sheet = _on_white(document.render(page - 1, QSize(round(wanted.width() * dots), round(wanted.height() * dots))))
        painter.drawImage(QRect(0, 0, wanted.width(), wanted.height()), sheet)
    painter.end()
    return max(0, last - first + 1)


def _on_white(page: QImage) -> QImage:
    """A page is transparent where nothing stands: paper is white."""
    paper = QImage(page.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, page)
    painter.end()
    return paper
