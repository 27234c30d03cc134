"""Hands for tests: find what a person sees by its name, click it, type into it, wait until nothing moves."""

from __future__ import annotations

import time
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from nmx_desk.app import App

W = TypeVar("W", bound=QWidget)
PATIENCE = 15.0


def clean(text: str) -> str:
    """A text as it is read: no mnemonic, one space between words."""
    return " ".join(text.replace("&", "").split())


def names_of(widget: QWidget) -> list[str]:
    """Everything a widget may be called."""
    found = [widget.accessibleName()]
    if isinstance(widget, QAbstractButton | QLabel):
        found.append(widget.text())
    return [clean(name) for name in found if name]


def under_the_toast(window: QWidget) -> list[str]:
    """What can be read or used but lies under the sentence at the bottom, the passive signs of the bottom bar apart."""
    toast = window.toaster
    assert toast.isVisible(), "nothing is said"
    found = []
    for widget in window.findChildren(QWidget):
        ours = widget is toast or toast.isAncestorOf(widget) or (window.bottom.isAncestorOf(widget) and isinstance(widget, QLabel))
        used = widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QLabel | QAbstractButton)
        if not ours and used and widget.isVisible():
            seen = widget.visibleRegion().boundingRect().translated(widget.mapTo(window, QPoint(0, 0)))
            if seen.intersects(toast.geometry()):
                found.append(f"{type(widget).__name__} {names_of(widget)}")
    return found


def press(window: QWidget, key: Qt.Key, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, where: QWidget | None = None) -> None:
    """A key into what has the focus, or into ``where``; then wait until nothing moves."""
    QTest.keyClick(where or QApplication.focusWidget() or window, key, mods)
    settle(window)


class Clicks(QObject):
    """Counts what the mouse does; a press that goes on from a widget to what it lies in is one."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.count, self._last = 0, -1
        application.installEventFilter(self)

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent) and target.isWidgetType():
            self.count += event.timestamp() != self._last
            self._last = event.timestamp()
        return False


def leave(running: App) -> None:
    """Lock the program and take its windows away."""
    running.lock()
    if running.front is not None:
        running.front.hide()
        running.front.deleteLater()
    running.deleteLater()
    QApplication.processEvents()


class Hands:
    """Works in whatever window of the program is in front."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.keys = 0  # keys pressed by themselves: what is typed as text is not among them

    @property
    def window(self) -> QWidget:
        """The window or dialog in front."""
        front = QApplication.activeModalWidget() or self.app.window or self.app.front
        assert front is not None
        return front

    def settle(self) -> None:
        """Until nothing runs and everything is delivered."""
        until = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < 3:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            busy = self.app.runner is not None and self.app.runner.busy
            quiet = 0 if busy else quiet + 1
            if busy:
                time.sleep(0.001)  # a test that only waits is no work of the program, and would slow down who works
            assert time.monotonic() < until, "still busy"

    def wait_for(self, seen, what: str) -> None:
        """Until ``seen()`` is true."""
        until = time.monotonic() + PATIENCE
        while not seen():
            self.settle()
            time.sleep(0.01)
            assert time.monotonic() < until, f"never came: {what}; seen: {self.texts()}"

    def all(self, kind: type[W]) -> list[W]:
        """Visible widgets of a kind, top to bottom, left to right."""
        found = [w for w in self.window.findChildren(kind) if w.isVisible()]
        return sorted(found, key=lambda w: (w.mapTo(self.window, QPoint(0, 0)).y(), w.mapTo(self.window, QPoint(0, 0)).x()))

    def find(self, kind: type[W], name: str, number: int = 0) -> W:
        """The widget of this name (exactly, else beginning with it)."""
        self.settle()
        candidates = self.all(kind)
        exact = [w for w in candidates if name in names_of(w)]
        begins = [w for w in candidates if any(n.startswith(name) for n in names_of(w))]
        known = sorted({n for w in candidates for n in names_of(w) if len(n) < 60})
        assert exact or begins, f"no {kind.__name__} called {name!r}; there are {known}"
        return (exact or begins)[number]

    def click(self, name: str, number: int = 0) -> None:
        """Press a button."""
        button = self.find(QAbstractButton, name, number)
        assert button.isEnabled(), f"{name!r} cannot be pressed; seen: {self.texts()}"
        at = QPoint(10, button.height() // 2) if isinstance(button, QCheckBox) else button.rect().center()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=at)
        self.settle()

    def fill(self, name: str, text: str, number: int = 0) -> None:
        """Type into a field, over what was there."""
        field = self.find(QWidget, name, number) if not self.fields(name) else self.fields(name)[number]
        field.setFocus()
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.selectAll()
        self.type(text, field)
        self.settle()

    def fields(self, name: str) -> list[QWidget]:
        """Text fields of this name."""
        return [w for w in [*self.all(QLineEdit), *self.all(QPlainTextEdit)] if any(n.startswith(name) for n in names_of(w))]

    def type(self, text: str, widget: QWidget | None = None) -> None:
        """Type characters, accents included, into what has the focus."""
        target = widget or QApplication.focusWidget() or self.window
        for sign in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                plain = sign.isascii() and sign.isalnum()
                key = Qt.Key.Key_Return if sign == "\n" else Qt.Key(ord(sign.upper())) if plain else Qt.Key.Key_unknown
                QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, sign))

    def key(self, sequence: str, widget: QWidget | None = None) -> None:
        """Press a key or a shortcut, such as "Ctrl+K" or "Return"."""
        pressed = QKeySequence(sequence)[0]
        self.keys += 1
        if not self.window.isActiveWindow():  # as it is for who sits before it
            self.window.activateWindow()
            self.settle()
        QTest.keyClick(widget or QApplication.focusWidget() or self.window, pressed.key(), pressed.keyboardModifiers())
        self.settle()

    def choose(self, name: str, text: str) -> None:
        """Choose from a list that opens."""
        box = self.find(QComboBox, name)
        index = next(n for n in range(box.count()) if clean(box.itemText(n)).startswith(text))
        box.setCurrentIndex(index)
        box.activated.emit(index)
        self.settle()

    def write(self, name: str, text: str) -> None:
        """Type into a text of several lines."""
        field = self.find(QPlainTextEdit, name)
        field.setFocus()
        self.type(text, field)
        self.settle()

    def answer(self, name: str, password: str = "") -> list[str]:
        """Press a button of the dialog that the next action opens; what the dialog says is in the list afterwards."""
        said: list[str] = []

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if dialog is None:
                QTimer.singleShot(20, look)
                return
            said.extend(clean(label.text()) for label in dialog.findChildren(QLabel))
            for field in dialog.findChildren(QLineEdit) if password else ():
                field.setText(password)
            button = next((b for b in dialog.findChildren(QAbstractButton) if name in names_of(b)), None)
            if button is not None:
                button.click()
            else:  # another dialog than the one expected: the test goes on and fails where it looks
                dialog.close()

        QTimer.singleShot(20, look)
        return said

    def tab(self, name: str) -> None:
        """Go to a tab, or to a part of a list of parts."""
        for parts in self.all(QListWidget):
            for item in parts.findItems(name, Qt.MatchFlag.MatchStartsWith):
                parts.scrollToItem(item)
                QTest.mouseClick(parts.viewport(), Qt.MouseButton.LeftButton, pos=parts.visualItemRect(item).center())
                return self.settle()
        for bar in self.all(QTabBar):
            for index in range(bar.count()):
                if clean(bar.tabText(index)).startswith(name):
                    bar.setCurrentIndex(index)
                    return self.settle()
        raise AssertionError(f"no tab {name!r}")

    def texts(self) -> list[str]:
        """What can be read in the window."""
        return [clean(label.text()) for label in self.all(QLabel) if label.text()]

    def reads(self, text: str) -> bool:
        """Whether a text is in sight."""
        return any(text in line for line in self.texts()) or any(text in n for b in self.all(QAbstractButton) for n in names_of(b))

    def see(self, text: str) -> None:
        """Wait until a text is in sight."""
        self.wait_for(lambda: self.reads(text), text)


def settle(window) -> None:
    """Until nothing runs behind a window and everything was handed over."""
    for _turn in range(3):
        QApplication.processEvents()
        window.runner.idle()
