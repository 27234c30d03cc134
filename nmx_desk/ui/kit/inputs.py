"""Inputs of a form. Each has ``value()``, ``set_value()``, ``problem()`` and the signal ``edited``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import QDate, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QTextCharFormat, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.theme import icon, theme
from nmx_desk.ui.theme.tokens import Text

LETTERS = 18
"""Of a list to choose from, in sight where there is little room."""


class TextInput(QLineEdit):
    """One line."""

    edited = Signal()

    def __init__(self, *, max_length: int = 200, placeholder: str = "", name: str = "") -> None:
        super().__init__()
        self.setMaxLength(max_length)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.textEdited.connect(self._typed)

    def value(self) -> Any:
        """Text without spaces around it."""
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a text; None is empty."""
        self.setText("" if value is None else str(value))
        self.setCursorPosition(0)

    def problem(self) -> str:
        """Why what was typed cannot be used; empty when it can."""
        return ""

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        self.setReadOnly(on)

    def _typed(self) -> None:
        self.edited.emit()


class IntInput(TextInput):
    """A whole number, or None."""

    def __init__(self, *, least: int = 0, most: int = 999_999, name: str = "") -> None:
        super().__init__(max_length=12, name=name)
        self._least, self._most = least, most

    def value(self) -> int | None:
        """The number typed."""
        text = super().value()
        return int(text) if text.removeprefix("-").isdecimal() and self._least <= int(text) <= self._most else None

    def problem(self) -> str:
        """Not a number, or out of range."""
        if self.text().strip() and self.value() is None:
            return _("Type a whole number from {least} to {most}.").format(least=self._least, most=self._most)
        return ""


class MoneyInput(TextInput):
    """An amount in euros, as cents: 95, 95,50 or 95,-."""

    def __init__(self, *, least: int = 0, most: int = 999_999, name: str = "") -> None:
        super().__init__(max_length=12, name=name)
        self._least, self._most = least, most

    def value(self) -> int | None:
        """The cents typed."""
        found = re.fullmatch(r"(?:€\s*)?([0-9]{1,7})(?:[.,]([0-9]{2}|-))?", super().value())
        cents = int(found[1]) * 100 + int((found[2] or "-").replace("-", "0")) if found else -1
        return cents if self._least <= cents <= self._most else None

    def set_value(self, value: Any) -> None:
        """Show an amount."""
        super().set_value(dates.locale().toString(value / 100, "f", 2) if isinstance(value, int) else value)

    def problem(self) -> str:
        """Not an amount, or out of range."""
        if self.text().strip() and self.value() is None:
            most = dates.number(self._most // 100)
            return _("Type an amount such as 95 or 95,50, at most {most}.").format(most=most)
        return ""


class TimeInput(TextInput):
    """A time of day, typed freely: 14:30, 1430, 9."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__(max_length=8, placeholder=_("hh:mm"), name=name)

    def value(self) -> time | None:
        """The time typed."""
        return dates.parse_time(self.text())

    def set_value(self, value: Any) -> None:
        """Show a time."""
        super().set_value(value.strftime("%H:%M") if isinstance(value, time) else value)

    def problem(self) -> str:
        """Not a time."""
        return _("Type a time, such as 14:30.") if self.text().strip() and self.value() is None else ""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write it out."""
        if found := self.value():
            self.set_value(found)
        super().focusOutEvent(event)


class DateInput(TextInput):
    """A day, typed freely (``d-m-yyyy``, ``12101946``); Alt+↓ or the button opens a calendar. ``past``: two-digit years lie behind us."""

    picked = Signal()

    def __init__(self, *, past: bool = False, now: datetime | None = None, name: str = "") -> None:
        super().__init__(max_length=32, placeholder=_("d-m-yyyy"), name=name)
        self._past, self._now = past, now
        self._action = QAction(icon("calendar"), _("Open the calendar"), self)
        self._action.triggered.connect(self.open_calendar)
        self.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setAccessibleName(_("Open the calendar"))
        theme().changed.connect(self._retint)

    def value(self) -> date | None:
        """The day typed."""
        return dates.parse_day(self.text(), past=self._past, now=self._now)

    def set_value(self, value: Any) -> None:
        """Show a day."""
        super().set_value(dates.short(value) if isinstance(value, date) else value)

    def problem(self) -> str:
        """Not a day that exists."""
        if self.text().strip() and self.value() is None:
            return _("This is not a date. Type it as day-month-year, such as 7-12-1980.")
        return ""

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed; then there is no calendar either."""
        super().set_read_only(on)
        self._action.setVisible(not on)

    def open_calendar(self) -> None:
        """Pick with the mouse or the arrow keys."""
        if self.isReadOnly():
            return
        menu = QMenu(self)
        calendar = make_calendar()
        if found := self.value():
            calendar.setSelectedDate(QDate(found.year, found.month, found.day))
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.addWidget(calendar)
        entry = QWidgetAction(menu)
        entry.setDefaultWidget(holder)
        menu.addAction(entry)
        calendar.activated.connect(lambda day: self._picked(day, menu))
        calendar.clicked.connect(lambda day: self._picked(day, menu))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        calendar.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+↓ opens the calendar, as in a drop-down list."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the day out in full, so that one sees what was understood."""
        if found := self.value():
            self.set_value(found)
        super().focusOutEvent(event)

    def _picked(self, day: QDate, menu: QMenu) -> None:
        menu.close()
        self.set_value(date(day.year(), day.month(), day.day()))
        self.edited.emit()
        self.picked.emit()

    def _retint(self) -> None:
        self._action.setIcon(icon("calendar"))


def make_calendar() -> QCalendarWidget:
    """A month in the clinic's manner, in the theme's colours."""
    made = QCalendarWidget()
    made.setLocale(dates.locale())
    made.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    made.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    made.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
    made.setAccessibleName(_("Calendar"))
    made.setMinimumSize(round(300 * theme().text_scale), round(240 * theme().text_scale))
    plain, head = QTextCharFormat(), QTextCharFormat()
    plain.setForeground(theme().colour("text"))
    head.setForeground(theme().colour("muted"))
    made.setHeaderTextFormat(head)
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        made.setWeekdayTextFormat(day, plain)
    for name, sign in (("qt_calendar_prevmonth", "chevron-left"), ("qt_calendar_nextmonth", "chevron-right")):
        if button := made.findChild(QToolButton, name):
            button.setIcon(icon(sign))
    return made


class MultilineInput(QPlainTextEdit):
    """Lines of plain text; Tab goes on to the next field."""

    edited = Signal()

    def __init__(self, *, lines: int = 4, max_length: int = 20_000, placeholder: str = "", name: str = "") -> None:
        super().__init__()
        self._max, self._silent = max_length, False
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self._height = round(theme().text_px(Text.BODY) * 1.45) * lines + 20
        self.setMinimumHeight(self._height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)  # pages that give it the whole height say so
        self.textChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(super().sizeHint().width(), self._height)

    def value(self) -> str:
        """Text without blank lines around it."""
        return self.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        """Show a text; None is empty."""
        self._silent = True
        self.setPlainText("" if value is None else str(value))
        self._silent = False

    def problem(self) -> str:
        """Too long."""
        over = len(self.toPlainText()) - self._max
        return _("This text is {n} characters too long.").format(n=over) if over > 0 else ""

    def set_room(self, characters: int, lines: int) -> None:
        """From now on a text may have so many characters, and so many of its lines are in sight."""
        self._max, self._height = characters, round(theme().text_px(Text.BODY) * 1.45) * lines + 20
        self.setMinimumHeight(self._height)
        self.updateGeometry()

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        self.setReadOnly(on)

    def _changed(self) -> None:
        if not self._silent:
            self.edited.emit()


class ChoiceInput(QComboBox):
    """One of a list of ``(value, label)``. ``blank`` is the label of "none chosen"; without it the first is chosen."""

    edited = Signal()

    def __init__(self, options: Sequence[tuple[Any, str]] = (), *, blank: str | None = None, name: str = "") -> None:
        super().__init__()
        self._blank = blank
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumContentsLength(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_options(options)
        self.activated.connect(self._picked)

    def minimumSizeHint(self) -> QSize:
        """As wide as some letters of it: where there is little room the longest choice does not push others out of sight."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), LETTERS * self.fontMetrics().averageCharWidth()), hint.height())

    def set_options(self, options: Sequence[tuple[Any, str]]) -> None:
        """Replace the list; what was chosen stays chosen if it is still there."""
        kept = self.value()
        self.clear()
        if self._blank is not None:
            self.addItem(self._blank, None)
        for value, label in options:
            self.addItem(label, value)
        self.set_value(kept)

    def value(self) -> Any:
        """The chosen value, or None."""
        return self.currentData()

    def set_value(self, value: Any) -> None:
        """Choose; an unknown value chooses the first."""
        found = next((row for row in range(self.count()) if self.itemData(row) == value), 0)
        self.setCurrentIndex(found if self.count() else -1)

    def problem(self) -> str:
        """A choice is always possible."""
        return ""

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        self.setEnabled(not on)

    def _picked(self) -> None:
        self.edited.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a form must not change what was chosen."""
        event.ignore()


class CheckInput(QCheckBox):
    """Yes or no."""

    edited = Signal()

    def __init__(self, label: str) -> None:
        super().__init__(label.replace("&", "&&"))
        self.setAccessibleName(" ".join(label.split()))
        self.clicked.connect(self._clicked)

    def value(self) -> bool:
        """Whether it is checked."""
        return self.isChecked()

    def set_value(self, value: Any) -> None:
        """Check or not."""
        self.setChecked(bool(value))

    def problem(self) -> str:
        """Never."""
        return ""

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        self.setEnabled(not on)

    def _clicked(self) -> None:
        self.edited.emit()


class PasswordInput(TextInput):
    """A password: hidden, pasteable, not trimmed; ``caps`` tells whether Caps Lock seems on."""

    caps = Signal(bool)

    def __init__(self, *, name: str) -> None:
        super().__init__(max_length=128, name=name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint
        self.setInputMethodHints(hints.ImhHiddenText | hints.ImhNoPredictiveText | hints.ImhSensitiveData)
        self._action = QAction(icon("eye"), _("Show what is typed"), self)
        self._action.setCheckable(True)
        self._action.toggled.connect(self._show)
        self.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setAccessibleName(_("Show what is typed"))

    def value(self) -> str:
        """Exactly what was typed."""
        return self.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A capital without Shift, or a small letter with it, means Caps Lock."""
        text = event.text()
        if len(text) == 1 and text.isalpha() and text.lower() != text.upper():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.emit(text.isupper() != shift)
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Let the caller forget the hint when the field is left."""
        if event.type() == QEvent.Type.FocusOut:
            self.caps.emit(False)
        return super().event(event)

    def _show(self, on: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self._action.setIcon(icon("eye-off" if on else "eye"))
