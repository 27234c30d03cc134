"""The text of a controlled document to read: headings, lists, tables. No markup is ever read and nothing is fetched."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser

from nmx_desk.domain.written import Block, Kind, Span, Spans, blocks
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

SIZES = {Kind.HEADING: Text.LARGE}
STRONG = frozenset({Kind.HEADING, Kind.SUBHEADING})


class WrittenText(QTextBrowser):
    """Read with arrows or a screen reader; whatever asks for a file gets nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "manual")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.document().setDocumentMargin(Space.S)
        self._text = ""
        theme().changed.connect(self._again)

    def _again(self) -> None:
        self.show_text(self._text, self.accessibleName())

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:
        """Nothing is ever loaded."""

    def show_text(self, text: str, name: str) -> None:
        """Show a text with its marks from the top; ``name`` is read aloud."""
        self._text = text
        self.setAccessibleName(name)
        self.document().clear()
        cursor = QTextCursor(self.document())
        for number, block in enumerate(blocks(text)):
            if block.kind is Kind.TABLE:
                _write_table(cursor, block)
            else:
                _write_block(cursor, block, first=number == 0)
        self.moveCursor(QTextCursor.MoveOperation.Start)


def _write_block(cursor: QTextCursor, block: Block, *, first: bool) -> None:
    shape = _shape(block)
    lead = {Kind.ITEM: "•\u00a0\u00a0", Kind.STEP: f"{block.number}.\u00a0"}.get(block.kind, "")
    if lead:
        shape.setTextIndent(-QFontMetricsF(_look(block.kind, Span(lead)).font()).horizontalAdvance(lead))
    if first:
        cursor.setBlockFormat(shape)
    else:
        cursor.insertBlock(shape, QTextCharFormat())
    _write_spans(cursor, block.kind, (Span(lead), *block.spans))


def _write_spans(cursor: QTextCursor, kind: Kind, spans: Spans) -> None:
    for span in spans:
        cursor.insertText(span.text, _look(kind, span))


def _write_table(cursor: QTextCursor, block: Block) -> None:
    """A table as wide as the page; who reads aloud hears its cells row by row."""
    width = len(block.rows[0])
    shape = QTextTableFormat()
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setCellPadding(Space.XS)
    shape.setCellSpacing(0)
    shape.setBorder(1)
    shape.setBorderCollapse(True)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(theme().colour("border"))
    shape.setTopMargin(Space.S)
    shape.setBottomMargin(Space.M)
    shape.setHeaderRowCount(1 if block.headed else 0)
    table = cursor.insertTable(len(block.rows), width, shape)
    for row, cells in enumerate(block.rows):
        for column, spans in enumerate(cells):
            inside = table.cellAt(row, column).firstCursorPosition()
            head = block.headed and row == 0
            _write_spans(inside, Kind.SUBHEADING if head else Kind.PARAGRAPH, spans)
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _shape(block: Block) -> QTextBlockFormat:
    made = QTextBlockFormat()
    item = block.kind in {Kind.ITEM, Kind.STEP}
    made.setHeadingLevel({Kind.HEADING: 1, Kind.SUBHEADING: 2}.get(block.kind, 0))
    made.setTopMargin(Space.M if block.kind in STRONG else 0)
    made.setBottomMargin(Space.XS if item or block.kind in STRONG else Space.M)
    made.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if item:
        made.setLeftMargin(Space.XL)
    return made


def _look(kind: Kind, span: Span) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(theme().font(SIZES.get(kind, Text.BODY), strong=span.strong or kind in STRONG, text="words"))
    made.setForeground(theme().colour("text"))
    return made
