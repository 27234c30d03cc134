"""One window program per clinic folder and user of the computer: a second start brings the first to the front."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

RAISE = b"raise\n"
WAIT = 2000  # ms


class SingleInstance(QObject):
    """``raised`` when a second start asked for the window."""

    raised = Signal()

    def __init__(self, clinic: Path, state: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        mark = hashlib.sha256(f"{clinic.resolve()}|{state.resolve()}".encode()).hexdigest()[:24]
        self._name = f"nmx-desk-{mark}"
        self._lock = QLockFile(str(state / f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)

    def first(self) -> bool:
        """Whether this is the only one; if not, the other is asked to come to the front."""
        if not self._lock.tryLock(100):
            self._call()
            return False
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Let another start be the first."""
        self._server.close()
        self._lock.unlock()

    def _call(self) -> None:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(WAIT):
            socket.write(RAISE)
            socket.waitForBytesWritten(WAIT)
            socket.disconnectFromServer()

    def _called(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()
