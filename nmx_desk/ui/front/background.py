"""Work off the main thread before there is a desk: making keys takes a second, a demo clinic minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from nmx_desk.domain.errors import DeskError
from nmx_desk.ui import errors

Then = Callable[[Any], object]
Failed = Callable[[DeskError], object]


class Background(QObject):
    """One call at a time; answers come on the main thread."""

    _done = Signal(object, object, object)  # what to do, result, error
    _call = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._call.connect(lambda call: call(), Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self._thread is not None

    def run(self, work: Callable[[], Any], then: Then, failed: Failed) -> None:
        """Run ``work`` elsewhere; a second call while one runs is ignored."""
        if self._thread is not None:
            return

        def body() -> None:
            try:
                result, error = work(), None
            except Exception as caught:  # noqa: BLE001 (shown or reported on the main thread)
                result, error = None, caught
            self._done.emit((then, failed), result, error)

        self._thread = threading.Thread(target=body, name="front", daemon=True)
        self._thread.start()

    def call(self, function: Callable[[], object]) -> None:
        """From the work: run something small on the main thread."""
        self._call.emit(function)

    def wait(self) -> None:
        """Wait for the end of what runs (when the window closes)."""
        if self._thread is not None:
            self._thread.join(30)

    def _deliver(self, what: tuple[Then, Failed], result: Any, error: BaseException | None) -> None:
        self._thread = None
        then, failed = what
        if error is None:
            then(result)
        elif isinstance(error, DeskError):
            failed(error)
        else:
            errors.show(error, self)
