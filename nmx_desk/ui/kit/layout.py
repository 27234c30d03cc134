"""How things lie on a page: rows, columns, cards, panels, tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nmx_desk.i18n import _
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.labels import Label, subheading
from nmx_desk.ui.theme.tokens import CONTROL_HEIGHT, PANEL_WIDTH, Space

TITLE_LINE = 20  # height of a card's title at 100 % text
STRETCH = None  # in a row or column: the room that is left goes here
Item = QWidget | QLayout | None


def _fill(box: QBoxLayout, items: Sequence[Item], space: int, margin: int) -> None:
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(space)
    for item in items:
        if item is STRETCH:
            box.addStretch(1)
        elif isinstance(item, QWidget):
            box.addWidget(item)
        else:
            box.addLayout(item)


def row(*items: Item, space: int = Space.S, margin: int = 0) -> QHBoxLayout:
    """Items side by side; ``None`` stretches."""
    box = QHBoxLayout()
    _fill(box, items, space, margin)
    return box


def column(*items: Item, space: int = Space.M, margin: int = 0) -> QVBoxLayout:
    """Items below each other; ``None`` stretches."""
    box = QVBoxLayout()
    _fill(box, items, space, margin)
    return box


def holder(layout: QLayout) -> QWidget:
    """A widget around a layout."""
    made = QWidget()
    made.setLayout(layout)
    return made


def line() -> QFrame:
    """A thin line; white space is better where it will do."""
    made = QFrame()
    made.setProperty("look", "line")
    return made


def empty_layout(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
        elif inner := item.layout():
            empty_layout(inner)


def scroll(content: QWidget, name: str) -> QScrollArea:
    """Room for more than fits; only up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    area.setWidget(content)
    return area


class Flowing(QWidget):
    """Contents of a place that scrolls, whose height follows from their width: no higher than what is in them."""

    def __init__(self, layout: QLayout) -> None:
        super().__init__()
        self.setLayout(layout)

    def minimumSizeHint(self) -> QSize:
        """As wide as it must be; how high that makes it is asked for the width there is."""
        least, layout = super().minimumSizeHint(), self.layout()
        return QSize(least.width(), 0) if layout is not None and layout.hasHeightForWidth() else least


def bring_into_sight(widget: QWidget) -> None:
    """Scroll until a widget is seen, once what changed around it has been laid out."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    if isinstance(parent, QScrollArea):
        QTimer.singleShot(0, widget, partial(parent.ensureWidgetVisible, widget))


class Card(QFrame):
    """A surface with a title and ``body``; ``actions`` stand right of the title."""

    def __init__(self, title: str = "", *items: Item, actions: Sequence[QWidget] = ()) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self.title = subheading(title)
        self.body = column(*items)
        parts: list[Item] = [row(self.title, STRETCH, *actions), self.body] if title else [self.body]
        rise = (CONTROL_HEIGHT - TITLE_LINE) // 2 if actions else 0  # a button is higher: titles of neighbours stand on one line
        if not title:
            self.title.setParent(self)  # a widget without a parent would be a window of its own
            self.title.hide()
        box = column(*parts, space=Space.M - rise, margin=Space.L)
        box.setContentsMargins(Space.L, Space.L - rise, Space.L, Space.L)
        self.setLayout(box)


class SidePanel(QFrame):
    """Opens at the right of a page for one record; Esc or × closes it and says ``closed``."""

    closed = Signal()

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self.setProperty("look", "panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self.title = Label(title, look="large", elide=True)
        self.subtitle = Label("", look="small", role="muted", elide=True)
        self.subtitle.hide()
        self.body = column(space=Space.L)
        self.above_foot = column()  # what stays in sight while the body scrolls
        self.foot = row()
        close = IconButton("x", _("Close the panel"), self.leave_panel, shortcut="Esc")
        head = row(column(self.title, self.subtitle, space=2), close, space=Space.S)
        head.setStretch(0, 1)
        inner = column(self.body, STRETCH)
        inner.setContentsMargins(Space.XL, Space.S, Space.XL, Space.S)
        self.area = scroll(holder(inner), title or _("Details"))
        outer = column(space=0)
        head.setContentsMargins(Space.XL, Space.L, Space.L, Space.S)
        self.foot.setContentsMargins(Space.XL, Space.M, Space.XL, Space.L)
        outer.addLayout(head)
        outer.addWidget(self.area, 1)
        outer.addLayout(self.above_foot)
        outer.addLayout(self.foot)
        self.setLayout(outer)
        self.set_title(title)

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Name what the panel shows."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        self.setAccessibleName(title or _("Details"))

    def clear(self) -> None:
        """Empty body and foot."""
        empty_layout(self.body)
        empty_layout(self.foot)

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        return False

    def close_panel(self) -> None:
        """Hide and tell."""
        self.hide()
        self.closed.emit()

    def leave_panel(self) -> None:
        """Somebody closes it; what was typed and not saved can be taken up again for a while."""
        typed, toast = self.dirty, getattr(self.window(), "toast", None)
        self.close_panel()
        if typed and self.isHidden() and toast is not None:
            toast(_("Closed; what you typed is not saved."), self._take_up_again)

    def _take_up_again(self) -> None:
        """Show it as it was left, in place of what came instead; not when something else stands in it by now."""
        if not self.isHidden():
            return
        self.show()
        if not self.dirty:
            self.hide()
            return
        parent = self.parentWidget()
        for other in parent.findChildren(SidePanel, options=Qt.FindChildOption.FindDirectChildrenOnly) if parent else ():
            if other is not self:
                other.hide()
        if (field := self.area.nextInFocusChain()) is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave_panel()
            return
        super().keyPressEvent(event)


class Tabs(QTabWidget):
    """Parts of a page, one in sight. ``arrived`` carries the key."""

    arrived = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._keys: list[str] = []
        self._later: dict[str, tuple[QBoxLayout, Callable[[], QWidget]]] = {}
        self.setAccessibleName(name)
        self.tabBar().setAccessibleName(name)
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)
        self.currentChanged.connect(self._turned)

    def add(self, key: str, title: str, content: QWidget) -> None:
        """Add a part."""
        self._add(key, title, column(content))

    def add_later(self, key: str, title: str, make: Callable[[], QWidget]) -> None:
        """Add a part that is made when it first comes into sight."""
        part = column()
        self._later[key] = (part, make)
        self._add(key, title, part)

    def _add(self, key: str, title: str, part: QBoxLayout) -> None:
        self._keys.append(key)
        part.setContentsMargins(0, Space.L, 0, 0)
        self.addTab(holder(part), title.replace("&", "&&"))

    def _turned(self) -> None:
        key = self.current()
        if key in self._later:
            part, make = self._later.pop(key)
            part.addWidget(make())
        self.arrived.emit(key)

    def current(self) -> str:
        """Key of the part in sight."""
        return self._keys[self.currentIndex()] if 0 <= self.currentIndex() < len(self._keys) else ""

    def show_part(self, key: str) -> None:
        """Bring a part into sight."""
        if key in self._keys:
            self.setCurrentIndex(self._keys.index(key))


class Segments(QWidget):
    """A few alternatives side by side, one chosen: day | week. ``picked`` carries the value."""

    picked = Signal(object)

    def __init__(self, name: str, options: Sequence[tuple[Any, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: list[Any] = []
        box = row(space=0)
        for number, (value, label) in enumerate(options):
            box.addWidget(self._button(number, label, first=number == 0, last=number == len(options) - 1))
            self._values.append(value)
        self.setLayout(box)
        self._group.idClicked.connect(lambda number: self.picked.emit(self._values[number]))

    def _button(self, number: int, label: str, *, first: bool, last: bool) -> QToolButton:
        button = QToolButton()
        button.setText(label.replace("&", "&&"))
        button.setAccessibleName(label)
        button.setCheckable(True)
        button.setChecked(first)
        button.setProperty("kind", "segment")
        button.setProperty("place", "first" if first else "last" if last else "")
        self._group.addButton(button, number)
        return button

    def rename(self, value: Any, label: str) -> None:
        """Call an alternative otherwise: with its number, say."""
        button = self._group.button(self._values.index(value))
        button.setText(label.replace("&", "&&"))
        button.setAccessibleName(label)

    def value(self) -> Any:
        """The chosen value."""
        return self._values[self._group.checkedId()] if self._group.checkedId() >= 0 else None

    def set_value(self, value: Any) -> None:
        """Choose without telling."""
        if value in self._values:
            self._group.button(self._values.index(value)).setChecked(True)


class ClickCard(Card):
    """A card that can be opened with click, Enter or Space: a KPI tile, a result."""

    clicked = Signal()

    def __init__(self, title: str, *items: Item, name: str, run: Callable[[], object] | None = None) -> None:
        super().__init__(title, *items)
        self.setProperty("clickable", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        if run:
            self.clicked.connect(run)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open it."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.clicked.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: Any) -> None:
        """A click opens it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
