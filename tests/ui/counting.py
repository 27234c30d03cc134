"""Counting a task of DOMAIN §3 as a person does it: clicks, single keys and the program's own seconds.

A click is a mouse click or a single key; typed text is none. The seconds are from the first click until the result is in sight; held
against the limit are those the processor worked for the program, so that what else a machine does at the same time does not matter.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QTabBar, QWidget

from nmx_desk.ui.today.lists import Line
from tests.ui.hands import Clicks, Hands, clean, names_of


@contextmanager
def task(hands: Hands, clicks: int, seconds: float) -> Iterator[None]:
    """What happens here takes at most so many clicks and seconds."""
    hands.settle()
    mouse, keys, start, begun = Clicks(QApplication.instance()), hands.keys, time.process_time(), time.monotonic()
    yield
    took, passed = time.process_time() - start, time.monotonic() - begun
    QApplication.instance().removeEventFilter(mouse)
    used = mouse.count + hands.keys - keys
    print(f"{used} of {clicks} clicks, {took:.1f} ({passed:.1f} passed) of {seconds} s")
    assert used <= clicks, f"{used} clicks, {clicks} allowed"
    assert took <= seconds, f"{took:.1f} s, {seconds} allowed"


def do(hands, case, *args, **kw):
    """Ask the desk that is open in the window."""
    return hands.app.runner.desk.do(case, *args, **kw)


def in_sight(hands, text: str) -> bool:
    """Whether a badge, line or button says so."""
    return any(text in name for widget in hands.all(QWidget) for name in names_of(widget))


def sees(hands, text: str) -> None:
    hands.wait_for(lambda: in_sight(hands, text), text)


def click_line(hands, text: str) -> None:
    """A line of a card, with the mouse."""
    line = next(line for line in hands.all(Line) if text in line.accessibleName())
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    hands.settle()


def soon(find: Callable[[QWidget], QWidget | None], use: Callable[[QWidget], object]) -> list[str]:
    """Use what ``find`` sees in the dialog that opens next; the dialog's title is in the list afterwards."""
    done: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        found = find(dialog) if dialog is not None else None
        if found is None:
            return QTimer.singleShot(20, look)
        done.append(dialog.windowTitle())
        return use(found)

    QTimer.singleShot(20, look)
    return done


def button_of(dialog: QWidget, name: str) -> QAbstractButton | None:
    return next((each for each in dialog.findChildren(QAbstractButton) if name in names_of(each)), None)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def printing(file: Path) -> list[str]:
    """Press Print in the system's dialog that opens next; the printer is a file."""

    def chosen(dialog: QWidget) -> None:
        dialog.findChild(QLineEdit, "filename").setText(str(file))
        press(button_of(dialog, "Print"))

    return soon(lambda dialog: dialog if isinstance(dialog, QPrintDialog) else None, chosen)


def press_soon(name: str) -> list[str]:
    """Press a button of the program's own dialog that opens next."""
    return soon(lambda dialog: button_of(dialog, name), press)


def choose_file(hands, path: Path) -> list[str]:
    """Type the name of a file into the dialog that the next click opens, and press Enter."""

    def typed(field: QWidget) -> None:
        field.setText(str(path))
        hands.keys += 1
        QTest.keyClick(field, Qt.Key.Key_Return)

    return soon(lambda dialog: dialog.findChild(QLineEdit, "fileNameEdit") if isinstance(dialog, QFileDialog) else None, typed)


def click_tab(hands: Hands, name: str) -> None:
    """A tab, with the mouse."""
    for bar in hands.all(QTabBar):
        for index in range(bar.count()):
            if clean(bar.tabText(index)) == name:
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
                return hands.settle()
    raise AssertionError(f"no tab {name!r}")
