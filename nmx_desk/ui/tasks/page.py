"""Tasks: one's own first, the whole clinic's at one click; what is late stays on top until it is ended."""

from __future__ import annotations

from typing import Any, ClassVar

from nmx_desk.domain.tasks import TaskState, TaskStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import tasks
from nmx_desk.services.tasks import TaskSheet
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.tasks import TABLES, TaskBoard
from nmx_desk.ui.theme.tokens import Space

MINE, CLINIC, LATE, ENDED = "mine", "clinic", "late", "ended"


class TasksPage(Page):
    """``arrive(show="clinic")`` keeps one kind, ``arrive(task_id=…)`` goes to one task."""

    name: ClassVar[str] = "tasks"
    icon: ClassVar[str] = "square-check-big"
    right: ClassVar[str | None] = "tasks.use"
    rail_order: ClassVar[int] = 53
    badge_use_case: ClassVar[Any] = tasks.count_tasks

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: TaskSheet | None = None
        self._asked: dict[str, Any] | None = None
        self.count = muted("", wrap=False)
        kinds = ((MINE, _("Mine")), (CLINIC, _("The whole clinic")), (LATE, _("Overdue")), (ENDED, _("Ended")))
        self.show_what = Segments(_("Show"), kinds)
        self.show_what.picked.connect(lambda _value: self._read())
        above, below = (heading(self.title()), self.count), (row(self.show_what, STRETCH),)
        self.board = TaskBoard(frame, name="tasks", of_client=False, above=above, below=below)
        self.setLayout(column(self.board, margin=Space.XL))

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Tasks")

    def arrive(self, *, show: str = "", task_id: str = "", new: bool = False, **_more: Any) -> None:
        """List what is to be done."""
        self._asked = {"task_id": task_id, "new": new}
        if show or task_id:
            self.show_what.set_value(show or CLINIC)
        self._read()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if changes is None or changes.tables & TABLES:
            self._read()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.board.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def _read(self) -> None:
        done = self.show_what.value() == ENDED
        self.frame.runner.latest("tasks", tasks.list_tasks, done=done, then=self._listed, owner=self)

    def _listed(self, sheet: TaskSheet) -> None:
        self.sheet = sheet
        self._fill()
        asked, self._asked = self._asked, None
        if asked is None:
            return
        if not (asked["task_id"] and self.board.table.choose(asked["task_id"])):
            self.board.table.choose_first()
        self.board.table.setFocus()
        if asked["new"]:
            self.board.begin()

    def _fill(self) -> None:
        if self.sheet is None:
            return
        wanted, rows = self.show_what.value(), self.sheet.rows
        keep = {
            MINE: [one for one in rows if one.mine and not one.hidden], LATE: [one for one in rows if one.state is TaskState.OVERDUE],
        }.get(wanted, list(rows))  # fmt: skip
        self.board.show_rows(self.sheet, keep)
        late = sum(one.state is TaskState.OVERDUE and one.task.status is TaskStatus.OPEN for one in keep)
        words = ngettext("{n} task", "{n} tasks", len(keep)).format(n=len(keep))
        self.count.setText(", ".join(filter(None, (words, ngettext("{n} overdue", "{n} overdue", late).format(n=late) if late else ""))))

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.board.table.current()
        return {"obj_id": found.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return self.board.commands()
