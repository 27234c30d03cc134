"""Tables of records: the model sorts and shows, the view is steered by the keyboard as well as by the mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from nmx_desk.ui.kit.badges import Badge, badge_width, paint_badge
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import plain_tip
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.kit.widths import Widths
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import ROW_HEIGHT, Space, Text

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
RECORD = Qt.ItemDataRole.UserRole
COLUMN = Qt.ItemDataRole.UserRole + 1

@dataclass(frozen=True, kw_only=True)
class Column(Generic[T]):
    """One column. ``text`` is what is shown and read aloud; ``sort_key`` orders (None: by text); ``width`` 0 shares what is left.

    ``badge`` shows icon, word and hue instead of plain text; ``icon`` puts an icon before it; ``role`` is its colour token;
    ``detail`` is a second, muted line. ``struck``: whether the text is struck through; another column says why.
    """

    key: str
    title: str
    text: Callable[[T], str]
    align: Literal["left", "right", "center"] = "left"
    tooltip: Callable[[T], str] | None = None
    sort_key: Callable[[T], Any] | None = None
    width: int = 0
    badge: Callable[[T], Badge | None] | None = None
    icon: Callable[[T], str] | None = None
    role: Callable[[T], str] | None = None
    detail: Callable[[T], str] | None = None
    struck: Callable[[T], bool] | None = None
    strong: bool = False


ALIGN = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight, "center": Qt.AlignmentFlag.AlignHCenter}


_ANSWERS: dict[int, Callable[[Column[Any], Any], Any]] = {
    int(Qt.ItemDataRole.DisplayRole): lambda column, record: column.text(record),
    int(Qt.ItemDataRole.ToolTipRole): lambda column, record: plain_tip(column.tooltip(record)) if column.tooltip else None,
    int(Qt.ItemDataRole.AccessibleTextRole): lambda column, record: ": ".join(filter(None, (column.title, column.text(record)))),
    int(Qt.ItemDataRole.TextAlignmentRole): lambda column, _record: ALIGN[column.align] | Qt.AlignmentFlag.AlignVCenter,
    int(RECORD): lambda _column, record: record,
    int(COLUMN): lambda column, _record: column,
}


class RecordsModel(QAbstractTableModel, Generic[T]):
    """Rows of records under columns."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        super().__init__()
        self.columns = list(columns)
        self.rows: list[T] = []
        self._given: list[T] = []
        self._sort: tuple[int, Qt.SortOrder] | None = None

    def set_rows(self, rows: Sequence[T]) -> None:
        """Replace the rows; the order the user chose stays."""
        self.beginResetModel()
        self._given = list(rows)
        self.rows = self._sorted()
        self.endResetModel()

    def add_rows(self, rows: Sequence[T]) -> None:
        """More rows at the end, of a table that keeps the order they come in."""
        if self._sort is not None:
            self.set_rows([*self._given, *rows])
            return
        self.beginInsertRows(NONE, len(self.rows), len(self.rows) + len(rows) - 1)
        self._given += rows
        self.rows += rows
        self.endInsertRows()

    def rowCount(self, parent: Index = NONE) -> int:
        """Number of records."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NONE) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tooltip, alignment; the record and its column for the delegate."""
        answer = _ANSWERS.get(role)  # asked nine times for every cell that is painted
        if answer is None or not index.isValid():
            return None
        return answer(self.columns[index.column()], self.rows[index.row()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN[self.columns[section].align] | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; -1 gives back the order the rows came in."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, id(self.rows[index.row()])) for index in self.persistentIndexList()]
        self._sort = (column, order) if column >= 0 else None
        self.rows = self._sorted()
        if kept:
            place = {id(record): row for row, record in enumerate(self.rows)}
            self.changePersistentIndexList([old for old, _ in kept], [self.index(place[mark], old.column()) for old, mark in kept])
        self.layoutChanged.emit()

    def _sorted(self) -> list[T]:
        if self._sort is None:
            return list(self._given)
        column, order = self.columns[self._sort[0]], self._sort[1]
        key = column.sort_key or (lambda record: column.text(record).casefold())
        return sorted(self._given, key=lambda record: _ordered(key(record)), reverse=order == Qt.SortOrder.DescendingOrder)


def _ordered(value: Any) -> tuple[bool, Any]:
    """None sorts before everything, and is never compared with it."""
    return (value is not None, value if value is not None else 0)


class _Delegate(QStyledItemDelegate):
    """Paints badges, icons and second lines; everything else is left to the style."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        column, record = index.data(COLUMN), index.data(RECORD)
        self.initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        option.text = ""
        widget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        area = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        badge = column.badge(record) if column.badge else None
        painter.save()
        if badge:
            paint_badge(painter, area, badge, column.align)
        else:
            self._text(painter, area, column, record)
        painter.restore()

    def _text(self, painter: QPainter, area: QRect, column: Column[Any], record: Any) -> None:
        name = column.icon(record) if column.icon else ""
        role = column.role(record) if column.role else "text"
        if name:
            painter.drawPixmap(area.left(), area.center().y() - 7, pixmap(name, "muted" if role == "text" else role, 16))
            area = area.adjusted(16 + Space.S, 0, 0, 0)
        lines = [(column.text(record), role, Text.BODY, column.strong)]
        if column.detail and (second := column.detail(record)):
            lines.append((second, "muted", Text.SMALL, False))
        heights = [round(theme().text_px(size) * 1.4) for _, _, size, _ in lines]
        top = area.center().y() - sum(heights) // 2 + 1
        for (text, colour, size, strong), height in zip(lines, heights, strict=True):
            font = theme().font(size, strong=strong, text=text)
            font.setStrikeOut(column.struck is not None and column.struck(record))
            painter.setFont(font)
            painter.setPen(theme().colour(colour))
            line = QRect(area.left(), top, area.width(), height)
            shown = painter.fontMetrics().elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, ALIGN[column.align] | Qt.AlignmentFlag.AlignVCenter, shown)
            top += height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Wide enough for the badge, or for icon and text; a second line is shortened."""
        column, record = index.data(COLUMN), index.data(RECORD)
        badge = column.badge(record) if column.badge else None
        text = column.text(record)
        words = QFontMetrics(theme().font(Text.BODY, strong=column.strong, text=text)).horizontalAdvance(text.replace("\n", " ")) + 1
        sign = 16 + Space.S if column.icon and column.icon(record) else 0
        return QSize((badge_width(badge) if badge else sign + words) + 2 * Space.M, super().sizeHint(option, index).height())


class Table(QTableView, Generic[T]):
    """A list to choose from: arrows move, Enter or a double click opens, typing goes to whoever listens.

    ``opened`` and ``chosen`` carry a record (``chosen`` None when nothing is). Widths and order are remembered under ``name``.
    """

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        name: str,
        label: str,
        settings: UserSettings | None = None,
        empty: EmptyState | None = None,
        key: Callable[[T], Any] = lambda record: getattr(record, "id", record),
    ) -> None:
        super().__init__()
        if not columns:
            raise ValueError("a table without columns")  # Qt crashes when it is sorted
        self.records: RecordsModel[T] = RecordsModel(columns)
        self._name, self._settings, self._key, self._empty = f"table.{name}", settings, key, empty
        self._widths = Widths(self)
        self._take_away: Callable[[], object] | None = None
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setModel(self.records)
        self.setItemDelegate(_Delegate(self))
        self._shape()
        self._restore()
        if empty:
            empty.setParent(self.viewport())
            empty.hide()
        self.activated.connect(lambda index: self.opened.emit(index.data(RECORD)))
        self.selectionModel().selectionChanged.connect(lambda: self.chosen.emit(self.current()))
        self.horizontalHeader().sectionResized.connect(self._resized)
        self.horizontalHeader().sortIndicatorChanged.connect(self._remember)

    def set_rows(self, rows: Sequence[T]) -> None:
        """Replace the rows; the chosen record stays chosen and in sight if it is still there."""
        kept = self.current()
        top = self.verticalScrollBar().value()
        chosen = self._key(kept) if kept is not None else None
        self.selectionModel().blockSignals(True)
        self.records.set_rows(rows)
        found = self.choose(chosen) if chosen is not None else False
        self.selectionModel().blockSignals(False)
        self.verticalScrollBar().setValue(top)
        if kept is not None and not found:
            self.chosen.emit(None)
        elif found:
            self.chosen.emit(self.current())
        if self._empty:
            self._empty.setVisible(not rows)
            self._place_empty()
        self._widths.share()
        self.viewport().update()

    def add_rows(self, rows: Sequence[T]) -> None:
        """More rows at the end; nothing else moves."""
        if rows:
            self.records.add_rows(rows)

    def current(self) -> T | None:
        """The chosen record."""
        rows = self.selectionModel().selectedRows() if self.selectionModel() else []
        row = rows[0].row() if rows else -1
        return self.records.rows[row] if 0 <= row < len(self.records.rows) else None

    def choose(self, key: Any) -> bool:
        """Choose the record with that key and bring it into sight; False if it is not here."""
        for row, record in enumerate(self.records.rows):
            if self._key(record) == key:
                self.selectRow(row)
                self.scrollTo(self.records.index(row, 0))
                return True
        return False

    def choose_first(self) -> None:
        """Choose the first row, if there is one and nothing is chosen."""
        if self.records.rows and self.current() is None:
            self.selectRow(0)

    def _shape(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.hide()
        two = any(column.detail for column in self.records.columns)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(round((ROW_HEIGHT + (12 if two else 0)) * theme().text_scale))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorClearable(True)
        head.setMinimumSectionSize(48)
        head.setResizeContentsPrecision(0)  # what a column needs is asked of the rows in sight
        self.setSortingEnabled(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.records.sort(-1)

    def _restore(self) -> None:
        saved = self._settings.get(self._name, {}) if self._settings else {}
        widths = saved.get("widths", {}) if isinstance(saved, dict) else {}
        head = self.horizontalHeader()
        for number, column in enumerate(self.records.columns):
            if column.width == 0:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
                width = widths.get(column.key)
                kept = width if isinstance(width, int) and width > 0 else column.width
                self._widths.wide[number] = round(kept * theme().text_scale)
                self.setColumnWidth(number, self._widths.wide[number])
        order = saved.get("sort") if isinstance(saved, dict) else None
        keys = [column.key for column in self.records.columns]
        if isinstance(order, list) and len(order) == 2 and order[0] in keys:
            self.sortByColumn(keys.index(order[0]), Qt.SortOrder.DescendingOrder if order[1] else Qt.SortOrder.AscendingOrder)

    def _resized(self, number: int, _before: int, width: int) -> None:
        """Remember what a person did, not what the room asks."""
        if number in self._widths.wide and not self._widths.fitting:
            self._widths.wide[number] = width
            self._remember()

    def _remember(self, *_ignored: object) -> None:
        if not self._settings:
            return
        head, columns = self.horizontalHeader(), self.records.columns
        scale = theme().text_scale  # kept as at 100 %: larger text later finds the room it needs
        widths = {column.key: round(self._widths.wide[number] / scale) for number, column in enumerate(columns) if column.width}
        section = head.sortIndicatorSection()
        order = [columns[section].key, head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder] if 0 <= section < len(columns) else None
        self._settings.put(self._name, {"widths": widths, "sort": order})

    def on_delete(self, run: Callable[[], object]) -> None:
        """What Delete does to the chosen record: something that can be undone, or asks first."""
        self._take_away = run

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens on every system; Delete takes away, where that can be."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (record := self.current()) is not None:
            self.opened.emit(record)
            return
        if event.key() == Qt.Key.Key_Delete and self._take_away is not None and self.current() is not None:
            self._take_away()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the empty state in the middle, and what shares the width readable."""
        super().resizeEvent(event)
        self._place_empty()
        self._widths.share()

    def spare(self, keys: Sequence[str]) -> None:
        """Columns that go, the first named first, where what shares the width would be too short to read."""
        numbers = {column.key: number for number, column in enumerate(self.records.columns)}
        self._widths.spare = tuple(numbers[key] for key in keys)

    def _place_empty(self) -> None:
        if self._empty:
            self._empty.setGeometry(self.viewport().rect())


