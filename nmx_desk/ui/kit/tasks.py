"""Tasks in a list, wherever they stand: the clinic's page and a client's file. Written, done, handed over, with a way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.people import Role
from nmx_desk.domain.tasks import REPEAT_NAMES, TASK_SIDE_NAMES, Repeat, Task, TaskSide, TaskStatus
from nmx_desk.i18n import _
from nmx_desk.services import followups, task_bookings, tasks
from nmx_desk.services.agenda import Offer
from nmx_desk.services.task_bookings import TaskBooked
from nmx_desk.services.tasks import TaskDone, TaskRow, TaskSheet, Worker
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.beside import EditPanel, ListPart
from nmx_desk.ui.kit.booking_task import BookingTask
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, Item, column, holder, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.kit.task_words import ANYBODY, about_task, booked_words, owner_key, owner_of, owner_options, task_badge, task_title, whose
from nmx_desk.ui.theme import icon
from nmx_desk.ui.theme.tokens import Space

TABLES = frozenset({"task", "client", "appointment"})
ONCE = "once"  # a required choice has no empty value


class TaskPanel(EditPanel):
    """Writes a task down, or changes one. In a client's file it is that client's; elsewhere a client may be named."""

    kept = Signal(object)

    def __init__(self, frame: Frame, *, of_client: bool) -> None:
        super().__init__(_("Task"))
        self.frame, self._of_client = frame, of_client
        self.task = Task()
        self.client = ClientPicker(frame.runner, name=_("Client"))
        self._who = holder(column(Label(_("Client"), look="small", role="muted"), self.client, space=Space.XS))
        if of_client:
            self._who.hide()
        repeats = [(one or ONCE, _(name)) for one, name in REPEAT_NAMES.items()]
        sides = [(one, _(name)) for one, name in TASK_SIDE_NAMES.items()]
        self.form = Form([
            Field(name="title", label=_("What is to be done"), required=True, max_length=tasks.LONGEST_TITLE, span=0),
            Field(name="due_on", label=_("Due by"), kind="date", required=True),
            Field(name="repeat", label=_("Comes again"), kind="choice", required=True, options=repeats),
            Field(name="owner", label=_("For whom"), kind="choice", required=True, options=[(ANYBODY, _("Whoever is there"))], span=0),
            Field(name="side", label=_("Who does it"), kind="choice", required=True, options=sides, span=0),
            Field(name="note", label=_("Remark"), kind="multiline", lines=3, max_length=tasks.LONGEST_NOTE, span=0),
        ], columns=2)  # fmt: skip
        self.warning = Label(_("The reception reads this: write nothing about care."), look="small", role="warn", wrap=True)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.body.addWidget(self._who)
        self.body.addWidget(self.form)
        self.body.addWidget(self.warning)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.form.edited.connect(self._warn)
        self._workers: Sequence[Worker] = ()
        self.hide()

    def begin(self, task: Task, client: str, workers: Sequence[Worker]) -> None:
        """Write a new one (without id), or change one. ``client``: the name of its client."""
        self.task, self._workers = task, workers
        self.set_title(_("Task") if task.id else _("New task"), client)
        owner = self.form.input("owner")
        if isinstance(owner, ChoiceInput):
            owner.set_options(owner_options(workers))
        self.form.set_values({
            "title": task.title, "due_on": task.due_on, "owner": owner_key(task), "repeat": task.repeat or ONCE, "side": task.side,
            "note": task.note,
        })  # fmt: skip
        self.client.set_client(task.client_id or "", client, tell=False)
        self._who.setVisible(not self._of_client and not task.id)
        self._warn()
        self.show()
        self.form.focus_first()

    def _warn(self) -> None:
        """Say who reads it, before a practitioner writes of care."""
        user_id, role = owner_of(self.form.values()["owner"] or ANYBODY)
        held = next((one.roles for one in self._workers if one.user_id == user_id), frozenset()) if user_id else {role}
        desk = Role.RECEPTIONIST in held and Role.PRACTITIONER not in held
        self.warning.setVisible(desk and self.frame.desk.may("notes.write"))

    def save(self) -> None:
        """Keep it."""
        values = self.form.checked()
        if values is None:
            return
        user_id, role = owner_of(values["owner"] or ANYBODY)
        repeat = Repeat.NEVER if values["repeat"] == ONCE else Repeat(values["repeat"])
        wanted = replace(
            self.task, title=values["title"], due_on=values["due_on"], owner_id=user_id, role=role, repeat=repeat,
            side=TaskSide(values["side"]), note=values["note"] or "", client_id=self.task.client_id or self.client.client_id or None,
        )  # fmt: skip
        case = tasks.change_task if self.task.id else tasks.add_task
        self.frame.runner.do(case, wanted, then=self._saved, owner=self.form)

    def _saved(self, made: Task) -> None:
        self.form.mark_clean()
        self.close_panel()
        self.kept.emit(made)


class TaskBoard(ListPart):
    """A table of tasks with a panel. ``changed`` after an act, so that whoever placed it reads again."""

    def __init__(self, frame: Frame, *, name: str, of_client: bool, above: Sequence[Item] = (), below: Sequence[Item] = ()) -> None:
        super().__init__()
        self.frame, self._of_client = frame, of_client
        self.sheet: TaskSheet | None = None
        self.client_id = self.client_name = ""
        self.new_button = Button(_("New task"), self.begin, icon="plus")
        tip = "" if of_client else _("The chosen task is done (Ctrl+Enter)")  # in the file these keys save what is typed
        self.done_button = Button(_("Done"), self.done, kind="primary", icon="check", tip=tip)
        tip = "" if of_client else _("An appointment for the client of the chosen task (Ctrl+B)")
        self.book_button = Button(_("Book"), self.book, icon="calendar-plus", tip=tip)
        self.more = IconButton("ellipsis", _("More about the task"), self._menu, role="text")
        self.table: Table[TaskRow] = self._made_table(name)
        self.panel: TaskPanel = TaskPanel(frame, of_client=of_client)
        self.panel.kept.connect(self._kept)
        self.table.chosen.connect(lambda _row: self.offer())
        self.table.on_delete(self.lapse)
        head = row(*above, STRETCH, self.more, self.new_button, self.book_button, self.done_button, space=Space.S)
        self.put_beside(head, *below, self.table, offered=())
        self.book_button.setVisible(frame.desk.may("agenda.book"))  # in its place by now: a button shown before that is a window
        self.table.spare(("owner",) if of_client else ("client", "owner"))
        self.offer()

    def _made_table(self, name: str) -> Table[TaskRow]:
        def client(found: TaskRow) -> str:
            return found.client or "–"

        def booked(found: TaskRow) -> str:
            return booked_words(found, self.frame.now())

        who = [] if self._of_client else [Column[TaskRow](key="client", title=_("Client"), text=client, width=190, detail=booked)]
        columns: list[Column[TaskRow]] = [
            Column(key="title", title=_("Task"), text=task_title, strong=True, detail=about_task,
                   tooltip=lambda found: "\n".join(filter(None, (task_title(found), found.task.note)))),
            *who,
            Column(key="due", title=_("Due by"), text=lambda found: dates.day(found.task.due_on, self.frame.now()), width=110,
                   sort_key=lambda found: found.task.due_on, tooltip=lambda found: dates.full_day(found.task.due_on)),
            Column(key="state", title=_("State"), text=lambda found: task_badge(found).text, badge=task_badge, width=130,
                   sort_key=lambda found: found.task.due_on, tooltip=_ended),
            Column(key="owner", title=_("For whom"), text=whose, width=170),
        ]  # fmt: skip
        empty = EmptyState(_("Nothing to do here"), _("Write down what must not be forgotten with “New task”."), icon="square-check-big")
        return Table(columns, name=name, label=_("Tasks"), settings=self.frame.user_settings, empty=empty)

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def about(self, client_id: str, name: str) -> None:
        """Whose tasks are written down here."""
        self.client_id, self.client_name = client_id, name

    def show_rows(self, sheet: TaskSheet, rows: Sequence[TaskRow]) -> None:
        """Show these of a sheet."""
        self.sheet = sheet
        self.table.set_rows(rows)
        self.offer()

    def clear(self) -> None:
        """Show nothing."""
        self.sheet = None
        self.table.set_rows([])
        self.panel.hide()
        self.offer()

    def offer(self) -> None:
        """What can be done with the chosen task."""
        found = self.table.current()
        is_open = found is not None and found.task.status is TaskStatus.OPEN
        self.done_button.setEnabled(is_open and found is not None and not found.hidden)
        self.book_button.setEnabled(may_book(found))
        self.more.setEnabled(found is not None)

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        return self.panel.dirty

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Write a task down, for oneself unless one says otherwise, by today."""
        if self.sheet is not None and self.keep():
            new = Task(client_id=self.client_id or None, due_on=self.sheet.today, owner_id=self.frame.desk.user.id)
            self.panel.begin(new, self.client_name, self.sheet.workers)

    def edit(self) -> None:
        """Change the chosen task."""
        found = self.table.current()
        if found is None or self.sheet is None or not self.keep():
            return
        if found.hidden or found.task.status is not TaskStatus.OPEN:
            self._menu()
            return
        self.panel.begin(found.task, found.client, self.sheet.workers)

    def _kept(self, made: Task) -> None:
        self.frame.toast(_("“{task}” is saved.").format(task=made.title))
        self.table.choose(made.id)

    def done(self) -> None:
        """The chosen task is done."""
        found = self.table.current()
        if found is not None and found.task.status is TaskStatus.OPEN and not found.hidden:
            do_task(self.frame, found, self)

    def book(self) -> None:
        """Find a moment for the client of the chosen task, with the days in sight; booked, it is done."""
        found = self.table.current()
        if found is not None and may_book(found) and self.book_button.isVisibleTo(self):
            book_task(self.frame, found, self, of_client=self._of_client)

    def lapse(self) -> None:
        """The chosen task is not needed any more, and why."""
        found = self.table.current()
        if found is None or found.task.status is not TaskStatus.OPEN or found.hidden:
            return
        text = _("It stays in the list of what was ended, with your reason.")
        reason = ask_reason(self, _("Is “{task}” not needed any more?").format(task=found.task.title), text, yes=_("Not needed any more"))
        if reason:
            undo = partial(self._do, tasks.undo_task, found.id)
            self._do(tasks.lapse_task, found.id, reason, then=lambda _made: self.frame.toast(_("The task has lapsed."), undo))

    def hand(self) -> None:
        """Give the chosen task to somebody else."""
        found = self.table.current()
        if found is None or self.sheet is None:
            return
        field = Field(name="owner", label=_("For whom"), kind="choice", required=True, options=owner_options(self.sheet.workers))
        told = ask_values(self, _("Hand the task over"), task_title(found), [field], yes=_("Hand over"),
                          values={"owner": owner_key(found.task)})  # fmt: skip
        if told is not None:
            before = partial(self._do, tasks.hand_task, found.id, found.task.owner_id, found.task.role)
            self._do(tasks.hand_task, found.id, *owner_of(told["owner"] or ANYBODY),
                     then=lambda _made: self.frame.toast(_("The task is handed over."), before))  # fmt: skip

    def put_off(self, days: int) -> None:
        """Put the chosen task off, counted from today."""
        found = self.table.current()
        if found is not None and self.sheet is not None:
            day = self.sheet.today + timedelta(days=days)
            self._do(tasks.move_task, found.id, day, then=lambda _made: self.frame.toast(_("By {day}.").format(day=dates.full_day(day))))

    def _take_back(self) -> None:
        if found := self.table.current():
            self._do(tasks.undo_task, found.id, then=lambda _made: self.frame.toast(_("The task is open again.")))

    def _do(self, case: Any, *args: Any, then: Callable[[Any], object] | None = None) -> None:
        self.frame.runner.do(case, *args, then=then, owner=self)

    def _menu(self) -> None:
        found = self.table.current()
        if found is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def offer(picture: str, text: str, run: Callable[[], object]) -> None:
            menu.addAction(icon(picture, "text"), text).triggered.connect(lambda: run())  # noqa: PLW0108 (the bare one gets a state)

        if found.task.status is not TaskStatus.OPEN:
            offer("undo-2", _("Open again"), self._take_back)
        else:
            offer("users-round", _("Hand over …"), self.hand)
            if not found.hidden:
                offer("pencil", _("Change …"), self.edit)
                offer("calendar-clock", _("By tomorrow"), partial(self.put_off, 1))
                offer("calendar-range", _("In a week"), partial(self.put_off, 7))
                offer("ban", _("Not needed any more …"), self.lapse)
        if found.task.client_id and not self._of_client:
            offer("user-round", _("Open client"), partial(self.frame.go, "clients", client_id=found.task.client_id))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return [
            Command(_("New task"), self.begin, "nieuwe taak herinnering recall new", "Ctrl+N", "plus"),
            Command(_("The task is done"), self.done, "taak gedaan afvinken done", "" if self._of_client else "Ctrl+Return", "check"),
            Command(_("Book what the task asks for"), self.book, "boek afspraak oproep recall book", "" if self._of_client else "Ctrl+B",
                    "calendar-plus"),
            Command(_("Hand the task over"), self.hand, "taak overdragen geven reassign", "", "users-round"),
        ]  # fmt: skip


def _ended(found: TaskRow) -> str:
    if found.task.done_at is None:
        return ""
    return ", ".join(filter(None, (dates.full(found.task.done_at), found.done_by)))


def do_task(frame: Frame, found: TaskRow, owner: Any) -> None:
    """A task is done, with a way back; a repeated one says when it comes again."""

    def said(done: TaskDone) -> None:
        words = _("“{task}” is done.").format(task=done.task.title)
        if done.following is not None:
            words += " " + _("It comes again on {day}.").format(day=dates.full_day(done.following.due_on))
        frame.toast(words, partial(frame.runner.do, tasks.undo_task, done.task.id, owner=owner))

    frame.runner.do(tasks.do_task, found.id, then=said, owner=owner)


def may_book(found: TaskRow | None) -> bool:
    """Whether there is somebody to book for."""
    return found is not None and found.task.status is TaskStatus.OPEN and bool(found.task.client_id) and not (found.hidden or found.gone)


def book_task(frame: Frame, found: TaskRow, owner: Any, *, of_client: bool = False) -> None:
    """In the agenda, and back here; it can be taken back."""

    def book(offer: Offer, then: Callable[[Any], object], failed: Callable[[Any], object]) -> None:
        frame.runner.do(task_bookings.book_task, found.id, offer, then=then, failed=failed, owner=owner)

    def unbook(made: TaskBooked) -> None:
        frame.runner.do(task_bookings.unbook_task, found.id, made.appointment.id, owner=owner)

    back, where = ("care", {"client_id": found.task.client_id, "part": "tasks"}) if of_client else ("tasks", {})
    task = BookingTask(found.client, task_title(found), followups.TYPE, book, unbook, back, found.practitioner_id, where=where)
    frame.go("agenda", once={"task": task, "day": dates.today(frame.now())})
