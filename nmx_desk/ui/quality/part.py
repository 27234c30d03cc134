"""What every part of the quality page is: a widget that reads when it comes into sight."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from nmx_desk.ui.kit.page import Command, Frame


class QualityPart(QWidget):
    """A part of the page.

    ``manual``: its page of the manual; ``rights``: any of them shows it; ``tables``: those whose change makes it read again while in sight.
    """

    key: ClassVar[str]
    icon: ClassVar[str]
    manual: ClassVar[str] = "quality"
    rights: ClassVar[tuple[str, ...]] = ("registers.read",)
    tables: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame

    @classmethod
    def title(cls) -> str:
        """Translated name."""
        raise NotImplementedError

    @classmethod
    def group(cls) -> str:
        """Translated head of the list under which it stands."""
        raise NotImplementedError

    def load(self) -> None:
        """Ask for what it shows."""
        raise NotImplementedError

    def arrive(self, **where: Any) -> None:  # noqa: ARG002 (a list without records takes none)
        """Come into sight; ``where`` says at which record (``record_id``) or with what to begin (``new``, ``source``)."""
        self.load()

    def list_in_sight(self) -> QWidget | None:
        """Where the keys go when one comes here."""
        return getattr(self, "table", None)

    def keep(self) -> bool:
        """About to be left: False while something typed is not saved."""
        return True

    def record(self) -> dict[str, str]:
        """What is chosen, for its log."""
        return {}

    def commands(self) -> list[Command]:
        """What the palette offers while this part is in sight."""
        return []
