"""What every part of the file is: a widget that reads one client's content when it comes into sight."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from nmx_desk.ui.kit.page import Command, Frame


class CarePart(QWidget):
    """A part of the file. ``tables``: those whose change makes it read again while it is in sight."""

    key: ClassVar[str]
    tables: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.client_id = ""

    @classmethod
    def title(cls) -> str:
        """Translated name."""
        raise NotImplementedError

    def open(self, client_id: str) -> None:
        """Show a client's content: ask for it, and forget another client's at once."""
        if client_id != self.client_id:
            self.client_id = client_id
            self.clear()
        self.load()

    def clear(self) -> None:
        """Show nothing of anybody."""
        raise NotImplementedError

    def load(self) -> None:
        """Ask for the content of ``client_id``."""
        raise NotImplementedError

    def leave(self) -> bool:
        """About to go elsewhere: save what was typed; False keeps the user here."""
        return True

    def commands(self) -> list[Command]:
        """What the palette offers while this part is in sight."""
        return []
