"""Tasks of one client: what is still to be done, and what was."""

from __future__ import annotations

from typing import ClassVar

from nmx_desk.i18n import _
from nmx_desk.services import tasks
from nmx_desk.services.tasks import TaskSheet
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.tasks import TABLES, TaskBoard


class TasksPart(CarePart):
    """The open tasks by day, then what was ended."""

    key: ClassVar[str] = "tasks"
    tables: ClassVar[frozenset[str]] = TABLES

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        words = _("What is still to be done for this client, by whom and by when; recalls come again by themselves.")
        about = Label(words, role="muted", elide=True)
        self.board = TaskBoard(frame, name="client_tasks", of_client=True, above=(about,))
        self.board.table.setSortingEnabled(False)
        self.setLayout(column(self.board))

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Tasks")

    def clear(self) -> None:
        """Show nothing."""
        self.board.about(self.client_id, "")
        self.board.clear()

    def load(self) -> None:
        """Ask for the client's tasks."""
        self.frame.runner.latest(("care", self.key), tasks.client_tasks, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: TaskSheet) -> None:
        first = self.board.sheet is None
        self.board.show_rows(sheet, sheet.rows)
        if first:
            self.board.table.choose_first()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.board.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        return self.board.commands()
