"""Keeps what is being typed, at most two seconds old, so that a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import Hue

EVERY = 1000  # ms after the first change; with the write itself it stays below two seconds, on a busy machine too


class Autosave(QObject):
    """``keep`` is the use case, ``content`` gives its arguments (None: nothing). ``kept`` carries its answer, ``failed`` why not."""

    kept = Signal(object)
    failed = Signal(str)

    def __init__(self, runner: Runner, keep: Any, content: Callable[[], tuple[Any, ...] | None], parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._keep, self._content = runner, keep, content
        self._last: tuple[Any, ...] | None = None
        self._timer = QTimer(self, singleShot=True, interval=EVERY)
        self._timer.timeout.connect(self.now)

    def tell(self, saved: Label, banner: Banner) -> None:
        """Say how it stands: the time in a label, in a banner why something was not kept."""

        def failed(message: str) -> None:
            saved.setText(_("Not saved"))
            banner.say(message, Hue.DANGER, action_text=_("Try again"), action=self.now)

        self.kept.connect(lambda draft: saved.setText(_("Saved {time}").format(time=dates.clock(draft.saved_at))))
        self.failed.connect(failed)

    def touch(self) -> None:
        """Something was typed; it will be kept soon, however long the typing goes on."""
        if not self._timer.isActive():
            self._timer.start()

    def now(self) -> None:
        """Keep it now, unless just this was kept already."""
        self._timer.stop()
        content = self._content()
        if content is not None and content != self._last:
            self._last = content
            self._runner.do(self._keep, *content, then=self.kept.emit, failed=self._failed, owner=self)

    def again(self) -> None:
        """Keep it now, though it is the same: who keeps it says that the window is there."""
        self._last = None
        self.now()

    def stop(self) -> None:
        """It is saved for good, or thrown away."""
        self._timer.stop()
        self._last = None

    def _failed(self, error: DeskError) -> None:
        self._last = None
        self.failed.emit(error.message)
