"""Parts of a page in a list at its left, under heads: for more of them than fit in a row of tabs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QBoxLayout, QListWidget, QListWidgetItem, QSizePolicy, QStackedWidget, QWidget

from nmx_desk.ui.kit.layout import column, holder, row
from nmx_desk.ui.theme import icon, theme
from nmx_desk.ui.theme.tokens import Space, Text

_KEY = Qt.ItemDataRole.UserRole
LINE, HEAD = 30, 32  # pixels high at 100 % text
SIGN = 16


class Parts(QWidget):
    """A list of parts, one of them in sight. ``arrived`` carries the key; the arrow keys walk, heads are passed over."""

    arrived = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._groups: list[str] = []
        self._icons: dict[str, str] = {}
        self._later: dict[str, tuple[QBoxLayout, Callable[[], QWidget]]] = {}
        self.list = QListWidget()
        self.list.setProperty("look", "parts")
        self.list.setAccessibleName(name)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.list.setIconSize(QSize(SIGN, SIGN))
        self._stack = QStackedWidget()
        box = row(self.list, self._stack, space=Space.XL)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.list.currentItemChanged.connect(self._changed)
        theme().changed.connect(self._look)

    def add_later(self, key: str, title: str, make: Callable[[], QWidget], *, group: str, icon_name: str) -> None:
        """Add a part that is made when it first comes into sight."""
        place = column()
        self._later[key] = (place, make)
        self.add(key, title, holder(place), group=group, icon_name=icon_name)

    def add(self, key: str, title: str, content: QWidget, *, group: str, icon_name: str) -> None:
        """Add a part; a ``group`` that was not there yet gets its head."""
        if group not in self._groups:
            self._groups.append(group)
            head = QListWidgetItem(group)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(head)
        item = QListWidgetItem(title)
        item.setData(_KEY, key)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, group)  # a head is passed over, and read with what is below it
        self._icons[key] = icon_name
        self._stack.addWidget(content)
        self.list.addItem(item)
        self._look()
        if self.list.currentItem() is None:
            self.list.setCurrentItem(item)

    def current(self) -> str:
        """Key of the part in sight."""
        item = self.list.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def show_part(self, key: str) -> None:
        """Bring a part into sight."""
        for item in self._items():
            if item.data(_KEY) == key:
                self.list.setCurrentItem(item)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(place) for place in range(self.list.count())]

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            parts = [each for each in self._items() if each.data(_KEY)]
            self._stack.setCurrentIndex(parts.index(item))
            self._look()
            self.arrived.emit(self.current())

    def make_current(self) -> None:
        """Make the part in sight, if it was to be made later."""
        if self.current() in self._later:
            place, make = self._later.pop(self.current())
            place.addWidget(make())

    def _look(self) -> None:
        """Heads small, parts with their sign, as wide as the longest."""
        scale, width = theme().text_scale, 0
        for item in self._items():
            key = item.data(_KEY)
            item.setFont(theme().font(Text.BODY if key else Text.SMALL, strong=not key))
            item.setForeground(theme().colour("muted" if not key else "accent" if item is self.list.currentItem() else "text"))
            item.setIcon(icon(self._icons[key], "accent" if item is self.list.currentItem() else "muted") if key else QIcon())
            item.setSizeHint(QSize(0, round((LINE if key else HEAD) * scale)))
            item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter if key else Qt.AlignmentFlag.AlignBottom)
            width = max(width, self.list.fontMetrics().horizontalAdvance(item.text()))
        self.list.setFixedWidth(width + SIGN + 2 * Space.XL)  # the sign, what lies around both, and the bar of a list that scrolls
