"""The manual beside the work: a panel over the right side of a window (F1). It shows our own pages and fetches nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QTextBrowser, QWidget

from nmx_desk.i18n import _, language
from nmx_desk.services.manual import INDEX, OPENS, Block, Kind, ManualPage, Span, manual_names, manual_page
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space, Text

WIDTH = PANEL_WIDTH + 160
SHARES = {3: [9, 55, 36]}
"""Widths of the columns of a table, in hundredths, by how many there are."""
SIZES = {Kind.TITLE: Text.TITLE, Kind.HEADING: Text.LARGE}


class _Writer:
    """Writes a page into a document, text by text: no markup is ever read. ``paper``: black on white."""

    def __init__(self, document: QTextDocument, *, paper: bool = False) -> None:
        self._document, self._paper = document, paper
        document.clear()
        self._cursor = QTextCursor(document)

    def write(self, page: ManualPage) -> None:
        """Write all blocks; rows that follow each other are one table."""
        begun = False
        for is_row, found in groupby(page.blocks, key=lambda block: block.kind is Kind.ROW):
            blocks = list(found)
            if is_row:
                self._table(blocks)
            else:
                self._texts(blocks, begun=begun)
            begun = True

    def _table(self, rows: list[Block]) -> None:
        made = QTextTableFormat()
        made.setBorder(0)
        made.setCellPadding(Space.XS)
        made.setCellSpacing(0)
        made.setHeaderRowCount(1)
        made.setTopMargin(Space.S)
        made.setBottomMargin(Space.M)
        made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shares = SHARES.get(len(rows[0].cells), [100 / len(rows[0].cells)] * len(rows[0].cells))
        made.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, share) for share in shares])
        table = self._cursor.insertTable(len(rows), len(rows[0].cells), made)
        for number, block in enumerate(rows):
            for place, spans in enumerate(block.cells):
                cursor = table.cellAt(number, place).firstCursorPosition()
                for span in spans:
                    cursor.insertText(span.text, self._look(block, replace(span, strong=span.strong or not number or not place)))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)

    def _texts(self, blocks: list[Block], *, begun: bool) -> None:
        for number, block in enumerate(blocks):
            shape = self._shape(block)
            if number or begun:
                self._cursor.insertBlock(shape, QTextCharFormat())
            else:
                self._cursor.setBlockFormat(shape)
            lead = {Kind.ITEM: "•\u00a0\u00a0", Kind.STEP: f"{block.number}.\u00a0"}.get(block.kind, "")
            if lead:
                shape.setTextIndent(-QFontMetricsF(self._look(block, Span(lead)).font()).horizontalAdvance(lead))
                self._cursor.setBlockFormat(shape)
            for span in (Span(lead), *block.spans):
                self._cursor.insertText(span.text, self._look(block, span))

    def _shape(self, block: Block) -> QTextBlockFormat:
        made = QTextBlockFormat()
        item = block.kind in {Kind.ITEM, Kind.STEP}
        made.setHeadingLevel({Kind.TITLE: 1, Kind.HEADING: 2}.get(block.kind, 0))
        made.setTopMargin(Space.L if block.kind is Kind.HEADING else 0)
        made.setBottomMargin(Space.XS if item or block.kind is Kind.HEADING else Space.M)
        made.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if item:
            made.setLeftMargin(Space.XL)
        return made

    def _look(self, block: Block, span: Span) -> QTextCharFormat:
        made = QTextCharFormat()
        size = SIZES.get(block.kind, Text.BODY)
        font = theme().font(size, strong=span.strong or block.kind in SIZES, text="words")
        if span.typed:
            font.setFamilies(["DejaVu Sans Mono", "Consolas", "Menlo", "monospace"])
            font.setStyleHint(QFont.StyleHint.Monospace)
        made.setFont(font)
        made.setForeground(self._colour("accent" if span.link else "text"))
        if span.link:
            made.setAnchor(True)
            made.setAnchorHref(span.link)
            made.setFontUnderline(True)
        return made

    def _colour(self, name: str) -> QColor:
        return QColor(Qt.GlobalColor.black) if self._paper else theme().colour(name)


class ManualText(QTextBrowser):
    """One page: read with arrows or a screen reader, Tab goes from link to link. Whatever asks for a file gets nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "manual")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextBrowserInteraction | flags.TextSelectableByKeyboard)
        self.document().setDocumentMargin(Space.S)

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:
        """Nothing is ever loaded."""

    def show_page(self, page: ManualPage) -> None:
        """Show a page from its top."""
        _Writer(self.document()).write(page)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.setAccessibleName(page.title)


class ManualPanel(QFrame):
    """Lies over the right side of ``window``; the page below stays as it is. Esc closes and gives the focus back.

    ``asked``: a page of the program that a link opens, and the part of it.
    """

    asked = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("look", "panel")
        self.setObjectName("manual")
        self._window = window
        self._page: ManualPage | None = None
        self._way: list[str] = []
        self._focus: QWidget | None = None
        self.text = ManualText()
        self.text.anchorClicked.connect(lambda url: self._go(url.toString()))
        self._back = IconButton("arrow-left", _("Back in the manual"), self.back)
        self._index = Button(_("All pages"), lambda: self._go(INDEX), kind="quiet", icon="list")
        self._print = IconButton("printer", _("Print this page"), self.print_page)
        close = IconButton("x", _("Close the manual"), self.close_panel, shortcut="Esc")
        head = row(self._back, Label(_("Manual"), look="large"), None, self._index, self._print, close)
        head.setContentsMargins(Space.XL, Space.L, Space.L, Space.S)
        outer = column(head, self.text, space=0)
        self.text.setContentsMargins(0, 0, 0, 0)
        outer.setStretchFactor(self.text, 1)
        self.setLayout(outer)
        self.setAccessibleName(_("Manual"))
        window.installEventFilter(self)
        theme().changed.connect(self._again)
        self.hide()

    @property
    def name(self) -> str:
        """Name of the page in sight, empty when closed."""
        return self._page.name if self._page and not self.isHidden() else ""

    def open_at(self, name: str) -> None:
        """Show the page of that name; the index where there is none."""
        if self.isHidden():
            self._focus = QApplication.focusWidget()
        self._way = []
        self._show(name if name in manual_names(language()) else INDEX)
        self.show()
        self._place()
        self.raise_()
        self.text.verticalScrollBar().setValue(0)  # the page was written before it had its size
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Close, and go on where one was."""
        self.hide()
        if self._focus is not None and self._focus.isVisible():
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus = None

    def back(self) -> None:
        """The page one came from."""
        if self._way:
            self._show(self._way.pop())

    def print_page(self) -> None:
        """Print the page in sight, black on white."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        if self._page is not None and dialog.exec() == QDialog.DialogCode.Accepted:
            self.paper().print_(printer)
        dialog.deleteLater()

    def paper(self) -> QTextDocument:
        """The page in sight as it is printed."""
        made = QTextDocument(self)
        if self._page is not None:
            _Writer(made, paper=True).write(self._page)
        return made

    def _go(self, name: str) -> None:
        if name.startswith(OPENS):
            page, _sign, part = name.removeprefix(OPENS).partition("/")
            self.close_panel()
            self.asked.emit(page, part)
        elif self._page is not None and name != self._page.name:
            self._way.append(self._page.name)
            self._show(name)

    def _show(self, name: str) -> None:
        self._page = manual_page(name, language())
        self.text.show_page(self._page)
        self._back.setEnabled(bool(self._way))

    def _again(self) -> None:
        if self._page is not None:
            self.text.show_page(self._page)

    def _place(self) -> None:
        width = min(round(WIDTH * theme().text_scale), self._window.width() - Space.XL)
        self.setGeometry(self._window.width() - width, 0, width, self._window.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)
