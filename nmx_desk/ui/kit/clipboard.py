"""What we put on the clipboard, so that it can be taken away when the screen locks."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

_last: list[str] = []


def copy(text: str) -> None:
    """Put a text on the clipboard."""
    QApplication.clipboard().setText(text)
    _last[:] = [text]


def forget() -> None:
    """Empty the clipboard if what is on it came from this program, by ``copy`` or by Ctrl+C in a field."""
    clipboard = QApplication.clipboard()
    if clipboard.ownsClipboard() or clipboard.text() in _last:
        clipboard.clear()
    _last.clear()
