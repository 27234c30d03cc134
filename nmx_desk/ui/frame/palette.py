"""The palette (Ctrl+K): clients, requests, pages and commands from one field, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nmx_desk.i18n import _
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import line
from nmx_desk.ui.kit.messages import announce
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import Space, Text

WIDTH, HEIGHT, PAUSE = 640, 480, 60
MOST_PER_SOURCE = 8
RESULT = Qt.ItemDataRole.UserRole
LEFT = Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True)
class Result:
    """One thing found. ``run`` goes there or does it; ``group`` is its heading; ``hint`` stands at the right.

    What is ``guessed`` is shown only when nothing else is found.
    """

    title: str
    run: Callable[[], object]
    subtitle: str = ""
    icon: str = "search"
    group: str = ""
    hint: str = ""
    guessed: bool = False


Deliver = Callable[[Sequence[Result]], object]
Source = Callable[[str, Deliver], object]  # called with what was typed; may deliver later


class _Delegate(QStyledItemDelegate):
    """Icon, title, subtitle, hint."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """One line."""
        result = index.data(RESULT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if result is None:
            self._line(painter, option.rect.adjusted(Space.M, Space.S, 0, 0), index.data(), "muted", Text.SMALL, strong=True)
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().colour("accent_soft"))
                painter.drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), 6, 6)
            self._result(painter, option.rect.adjusted(Space.M, 0, -Space.M, 0), result)
        painter.restore()

    def _result(self, painter: QPainter, area: QRect, result: Result) -> None:
        painter.drawPixmap(area.left(), area.center().y() - 8, pixmap(result.icon, "accent", 18))
        area = area.adjusted(18 + Space.M, 0, 0, 0)
        if result.hint:
            used = self._line(painter, area, result.hint, "muted", Text.SMALL, align=Qt.AlignmentFlag.AlignRight)
            area = area.adjusted(0, 0, -used - Space.M, 0)
        used = self._line(painter, area, result.title, "text", Text.BODY)
        self._line(painter, area.adjusted(used + Space.M, 0, 0, 0), result.subtitle, "muted", Text.SMALL)

    def _line(
        self, painter: QPainter, area: QRect, text: str, role: str, size: Text, *, strong: bool = False, align: Any = LEFT
    ) -> int:
        painter.setFont(theme().font(size, strong=strong))
        painter.setPen(theme().colour(role))
        shown = painter.fontMetrics().elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, max(0, area.width()))
        painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter, shown)
        return painter.fontMetrics().horizontalAdvance(shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Headings are a little lower."""
        height = round((36 if index.data(RESULT) else 30) * theme().text_scale)
        return QSize(option.rect.width(), height)


class Palette(QWidget):
    """Lies over the whole window while open."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._sources: list[Source] = []
        self._found: dict[int, Sequence[Result]] = {}
        self._asked = 0
        self._entered = False  # Enter was pressed before every source had answered
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setProperty("look", "palette")
        self.field.setPlaceholderText(_("Name, phone number, birth date, page or command"))
        self.field.setAccessibleName(_("Search or do something"))
        self.field.setMaxLength(100)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._run)
        self._none = Label(_("Nothing found. Try a part of the name, or a birth date."), role="muted")
        self._none.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._ask)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        self._box = QFrame(self)
        self._box.setProperty("look", "popup")
        inner = QVBoxLayout(self._box)
        inner.setContentsMargins(Space.S, Space.XS, Space.S, Space.S)
        inner.setSpacing(Space.XS)
        for part in (self.field, line(), self._none):
            inner.addWidget(part)
        inner.addWidget(self.list, 1)

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Who is asked, in the order the groups are shown."""
        self._sources = list(sources)

    def open(self, text: str = "") -> None:
        """Show it, empty or with a text."""
        self._before = self._window.focusWidget()
        self.field.setText(text)
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._ask()

    def close_palette(self) -> None:
        """Hide it and put the focus back."""
        self._timer.stop()
        self._asked += 1
        self._entered = False
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def results(self) -> list[Result]:
        """What is shown."""
        return [found for number in range(self.list.count()) if (found := self.list.item(number).data(RESULT))]

    def _typed(self) -> None:
        self._entered = False
        self._timer.start()

    def _ask(self) -> None:
        self._asked += 1
        self._found = {}
        query = self.field.text().strip()
        for number, source in enumerate(self._sources):
            source(query, partial(self._deliver, self._asked, number))
        self._show()

    def _deliver(self, asked: int, number: int, results: Sequence[Result]) -> None:
        if asked == self._asked:
            self._found[number] = results[:MOST_PER_SOURCE]
            self._show()
            self._run_entered()

    def _show(self) -> None:
        self.list.clear()
        group = ""
        found = [result for _number, results in sorted(self._found.items()) for result in results]
        for result in [each for each in found if not each.guessed] or found:
            if result.group != group:
                group = result.group
                heading = QListWidgetItem(group)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(heading)
            item = QListWidgetItem(", ".join(filter(None, (result.title, result.subtitle, result.hint))))
            item.setData(RESULT, result)
            self.list.addItem(item)
        empty = self.list.count() == 0
        self._none.setVisible(empty and bool(self.field.text().strip()))
        self.list.setVisible(not empty)
        self._step(1, start=-1)
        self._place()

    def _step(self, by: int, *, start: int | None = None) -> None:
        """Move the choice over the headings."""
        row = (self.list.currentRow() if start is None else start) + by
        while 0 <= row < self.list.count():
            if self.list.item(row).data(RESULT):
                self.list.setCurrentRow(row)
                self.list.scrollToItem(self.list.item(max(0, row - 1)) if row < 2 else self.list.item(row))
                announce(self.list, self.list.item(row).text())
                return
            row += by

    def _run_entered(self, *, seen: bool = False) -> None:
        """Enter means the first of all: whoever types fast is not sent to what happened to answer first, nor to a guess not ``seen``."""
        if self._entered and len(self._found) == len(self._sources):
            self._entered = False
            item = self.list.currentItem()
            if seen or not (item and item.data(RESULT).guessed):
                self._run(item)

    def _run(self, item: QListWidgetItem | None) -> None:
        result = item.data(RESULT) if item else None
        if result is not None:
            self.close_palette()
            result.run()

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        rows = sum(self.list.sizeHintForRow(number) for number in range(self.list.count()))
        top = round(self.height() * 0.12)
        width = min(round(WIDTH * theme().text_scale), self.width() - 2 * Space.XL)
        most = min(round(HEIGHT * theme().text_scale), self.height() - top - Space.XL)
        wanted = self.field.sizeHint().height() + rows + 3 * Space.M + (self._none.sizeHint().height() if not self._none.isHidden() else 0)
        self._box.setGeometry((self.width() - width) // 2, top, width, min(most, wanted))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Esc in the field; the window's size."""
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Tab}:
            self._step(1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Backtab}:
            self._step(-1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            fast = self._timer.isActive()
            if fast:
                self._timer.stop()
                self._ask()
            self._entered = True
            self._run_entered(seen=not fast)
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it closes."""
        if not self._box.geometry().contains(event.position().toPoint()):
            self.close_palette()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what lies behind."""
        del event
        painter = QPainter(self)
        shade = theme().colour("scrim")
        shade.setAlphaF(0.35)
        painter.fillRect(self.rect(), shade)
