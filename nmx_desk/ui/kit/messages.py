"""Toasts and banners: said without stopping anybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHideEvent
from PySide6.QtWidgets import QFrame, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label, Picture
from nmx_desk.ui.kit.layout import row
from nmx_desk.ui.theme import Hue, pixmap, theme
from nmx_desk.ui.theme.tokens import Space

SECONDS = 6
SECONDS_WITH_UNDO = 10
HUE_ICONS = {
    Hue.NEUTRAL: "info", Hue.ACCENT: "info", Hue.INFO: "info",
    Hue.OK: "circle-check", Hue.WARN: "triangle-alert", Hue.DANGER: "octagon-alert",
}  # fmt: skip


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say it."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class Toast(QFrame):
    """A sentence at the bottom of the window, gone after some seconds; one at a time. Stays while the mouse or the focus is on it.

    It lies over ``bar``, which is asked for ``room``, so that nothing of a page is under it; 0 when it is gone.
    """

    room = Signal(int)

    def __init__(self, window: QWidget, bar: QWidget | None = None) -> None:
        super().__init__(window)
        self.setProperty("look", "toast")
        self._window, self._bar = window, bar or window
        self._action: Callable[[], object] | None = None
        self._undoes = False
        self._news: list[tuple[str, str, Callable[[], object]]] = []
        self._label = Label("", role="surface")
        self._button = Button(_("Undo"), self.run_action)
        self._close = IconButton("x", _("Close the message"), self.hide, role="surface")
        box = row(self._label, self._button, self._close, space=Space.M)
        box.setContentsMargins(Space.L, Space.XS, Space.S, Space.XS)
        self.setLayout(box)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._expire)
        self._bar.installEventFilter(self)
        self.hide()

    def say(self, text: str, action_text: str = "", action: Callable[[], object] | None = None) -> None:
        """Show a sentence; ``action`` is offered beside it."""
        self._action, self._undoes = action, not action_text
        self._label.setText(text)
        self._button.setText(action_text or _("Undo"))
        self._button.setVisible(action is not None)
        self.setAccessibleName(text)
        self.show()
        self._place()
        self.raise_()
        announce(self, text)
        self._timer.start(1000 * (SECONDS_WITH_UNDO if action else SECONDS))

    def tell(self, text: str, action_text: str, action: Callable[[], object]) -> None:
        """Show what happened by itself, but not over what somebody just did and may want to undo: after it."""
        if self.isVisible():
            self._news.append((text, action_text, action))
        else:
            self.say(text, action_text, action)

    def hideEvent(self, event: QHideEvent) -> None:
        """What waited comes into sight."""
        super().hideEvent(event)
        self.room.emit(0)
        if self._news and self._window.isVisible():
            news = self._news.pop(0)
            QTimer.singleShot(0, self, lambda: self.tell(*news))

    @property
    def text(self) -> str:
        """What stands there, empty when nothing is in sight."""
        return self._label.text() if self.isVisible() else ""

    def run_action(self) -> bool:
        """Do the offered action once; False if there is none in sight."""
        action, self._action = self._action, None
        if action is None or not self.isVisible():
            return False
        self.hide()
        action()
        return True

    def undo(self) -> bool:
        """Take back what was done, when that is what is offered; False if not."""
        return self._undoes and self.run_action()

    def _expire(self) -> None:
        if self.underMouse() or self._button.hasFocus() or self._close.hasFocus():
            self._timer.start(1000)
        else:
            self.hide()

    def _place(self) -> None:
        bar = self._bar
        self._label.setWordWrap(False)
        most = bar.width() - 2 * Space.XL
        if self.sizeHint().width() > most:
            self._label.setWordWrap(True)
            self.setFixedWidth(most)
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(most)
        self.adjustSize()
        self.room.emit(self.height() + 2 * Space.XS)
        left = bar.mapTo(self._window, QPoint(0, 0)).x()
        self.move(left + (bar.width() - self.width()) // 2, self._window.height() - self.height() - Space.XS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the bar changes size or place."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)


class Banner(QFrame):
    """A sentence that stays at the top of a place until it is solved or closed."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "banner")
        self._hue = Hue.INFO
        self._icon = Picture()
        self._label = Label("", wrap=True)
        self._button = Button("", self._act)
        self._close = IconButton("x", _("Close the message"), self._shut)
        self._action: Callable[[], object] | None = None
        box = row(self._icon, self._label, self._button, self._close, space=Space.M)
        box.setStretch(1, 1)
        box.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        self.setLayout(box)
        theme().changed.connect(self._retint)
        self.hide()

    def say(
        self, text: str, hue: Hue = Hue.INFO, *, action_text: str = "", action: Callable[[], object] | None = None, closable: bool = True
    ) -> None:
        """Show a sentence, with an action if there is one."""
        self._hue, self._action = hue, action
        self.setProperty("hue", str(hue))
        self.style().unpolish(self)
        self.style().polish(self)
        self._label.setText(text)
        self.setAccessibleName(text)
        self._button.setText(action_text)
        self._button.setVisible(action is not None)
        self._close.setVisible(closable)
        self._retint()
        self.show()
        announce(self, text)

    @property
    def text(self) -> str:
        """What stands there, empty when hidden."""
        return "" if self.isHidden() else self._label.text()

    def _retint(self) -> None:
        self._icon.setPixmap(pixmap(HUE_ICONS[self._hue], str(self._hue), 18))

    def _act(self) -> None:
        self.hide()
        if self._action:
            self._action()

    def _shut(self) -> None:
        self.hide()
        self.closed.emit()


