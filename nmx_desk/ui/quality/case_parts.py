"""What every case shows in its panel: where it stands, what it came from, its actions, its files (``services/case_parts.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLayout, QWidget

from nmx_desk.domain.cases import parts_of
from nmx_desk.domain.documents import LONGEST_NOTE, MOST_BYTES
from nmx_desk.domain.tasks import TaskStatus
from nmx_desk.i18n import _
from nmx_desk.services import cases, tasks
from nmx_desk.services.case_parts import Action, CaseParts
from nmx_desk.services.cases import LONGEST_TITLE, CaseFileRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import Badge, StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import Label, Picture, section
from nmx_desk.ui.kit.layout import column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper_view import PaperView
from nmx_desk.ui.theme import Hue, pixmap
from nmx_desk.ui.theme.tokens import Space

KILO = 1024
LONGEST_LINK: Final = 34
"""Letters of a file's name that are shown: its beginning, and how it ends."""
WEEKS_FOR_ACTION = timedelta(weeks=4)
NOBODY = "-"  # a required choice has no empty value


# -- where it stands ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Step:
    """One state of a case: ``done`` it was there, ``now`` it is there. ``detail``: when, or by when."""

    title: str
    detail: str = ""
    done: bool = False
    now: bool = False


class Steps(QWidget):
    """The states of a case below each other, with an icon, their word and their day."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: tuple[Step, ...] = ()
        self._lines = column(space=Space.XS)
        self.setLayout(self._lines)
        self.setAccessibleName(_("Where it stands"))

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these."""
        self.steps = tuple(steps)
        empty_layout(self._lines)
        for step in self.steps:
            self._lines.addLayout(self._line(step))

    def _line(self, step: Step) -> QLayout:
        name, colour = ("circle-dot", "accent") if step.now else ("circle-check", "ok") if step.done else ("circle", "muted")
        sign = Picture()
        sign.setPixmap(pixmap(name, colour, 16))
        words = Label(step.title, look="strong" if step.now else "body", role="text" if step.now or step.done else "muted")
        state = _("now") if step.now else _("was done") if step.done else _("to come")
        words.setAccessibleName(", ".join(filter(None, (step.title, state, step.detail))))
        line = row(sign, words, Label(step.detail, look="small", role="muted", elide=True), space=Space.S)
        line.setStretch(2, 1)
        return line


# -- what it came from -------------------------------------------------------------------------------------------------------------------

_PAGES: Final = {
    "client": ("clients", "client_id"), "appointment": ("agenda", "appointment_id"), "consult_note": ("notes", "note_id"),
    "advice_request": ("requests", "request_id"),
}  # fmt: skip
_PARTS: Final = {
    "grievance": "grievances", "incident": "incidents", "deviation": "deviations", "audit_finding": "audits", "risk": "risks",
    "supplier": "suppliers", "objective": "objectives", "management_review": "review", "satisfaction_answer": "satisfaction",
}  # fmt: skip


def go_to_source(frame: Frame, found: CaseParts) -> None:
    """Open what a case came from, wherever that lives; nothing when it is not known here."""
    table, record_id = parts_of(found.source)
    if table == "log":
        frame.go("log", seq=int(record_id))
    elif table in _PARTS:
        frame.go("quality", part=_PARTS[table], record_id=record_id)
    elif table in _PAGES:
        page, name = _PAGES[table]
        where: dict[str, Any] = {name: record_id} | ({"day": found.source_day} if found.source_day else {})
        frame.go(page, **where)


class CameFrom(QWidget):
    """A line that leads to what a case came from; not there when it came from nothing."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._found: CaseParts | None = None
        self.link = Button("", self._go, kind="link", icon="link")
        self.words = Label("", role="muted", elide=True)
        line = row(Label(_("Came from"), look="small", role="muted"), self.link, self.words, space=Space.S)
        line.setStretch(2, 1)
        self.setLayout(line)
        self.hide()

    def show_parts(self, found: CaseParts) -> None:
        """Show where a case came from."""
        self._found = found
        self.link.setText(found.came_from)
        self.words.setText(found.came_from)
        self.link.setVisible(bool(found.source))
        self.words.setVisible(not found.source)
        self.setVisible(bool(found.came_from))

    def _go(self) -> None:
        if self._found is not None:
            go_to_source(self._frame, self._found)


# -- actions -----------------------------------------------------------------------------------------------------------------------------


def action_badge(found: Action) -> Badge:
    """Open, late, done or lapsed."""
    if found.status is TaskStatus.DONE:
        return Badge(_("Done"), Hue.OK, "circle-check")
    if found.status is TaskStatus.LAPSED:
        return Badge(_("Lapsed"), Hue.NEUTRAL, "ban")
    return Badge(_("Overdue"), Hue.DANGER, "circle-alert") if found.late else Badge(_("Open"), Hue.NEUTRAL, "clock")


class CaseActions(QWidget):
    """The tasks that came from a case. ``add(record_id, title, owner_id, due_on)``: the register's use case; None: none are added."""

    def __init__(self, frame: Frame, add: Any, *, title: str = "") -> None:
        super().__init__()
        self._frame, self._add = frame, add
        self._found: CaseParts | None = None
        self.record_id = ""
        self._lines = column(space=Space.S)
        self.add_button = Button(_("Add an action …"), self.begin, kind="quiet", icon="plus")
        self.none = Label(_("None yet"), look="small", role="muted")
        self.setLayout(column(section(title or _("Actions")), self._lines, self.none, row(self.add_button, None), space=Space.S))

    def show_parts(self, record_id: str, found: CaseParts, *, may_add: bool) -> None:
        """Show the actions of a case."""
        self.record_id, self._found = record_id, found
        empty_layout(self._lines)
        for one in found.actions:
            self._lines.addLayout(self._line(one))
        self.none.setVisible(not found.actions)
        self.add_button.setVisible(may_add and self._add is not None)

    def _line(self, one: Action) -> QLayout:
        by = dates.short(one.due_on)
        said = ", ".join(filter(None, (one.owner, _("by {day}").format(day=by) if one.status is TaskStatus.OPEN else by)))
        badge = action_badge(one)
        state = StateBadge(badge.text, badge.hue, badge.icon)
        line = row(column(Label(one.title, wrap=True), Label(said, look="small", role="muted", elide=True), space=2), state, space=Space.S)
        line.setStretch(0, 1)
        if one.status is TaskStatus.OPEN and self._frame.desk.may("tasks.use"):
            line.addWidget(IconButton("check", _("“{task}” is done").format(task=one.title), partial(self.done, one), role="accent"))
        return line

    def begin(self) -> None:
        """Ask what is to be done, by whom, by when."""
        if self._found is None:
            return
        people = [*self._found.people, (NOBODY, _("Whoever is there"))]
        told = ask_values(self, _("Add an action"), _("It stands among everybody's tasks too. Write it without names of clients."), [
            Field(name="title", label=_("What is to be done"), required=True, max_length=LONGEST_TITLE),
            Field(name="owner_id", label=_("For whom"), kind="choice", required=True, options=people),
            Field(name="due_on", label=_("Due by"), kind="date", required=True),
        ], yes=_("Add"), values={"owner_id": self._me(), "due_on": dates.today(self._frame.now()) + WEEKS_FOR_ACTION})  # fmt: skip
        if told is not None:
            owner = None if told["owner_id"] == NOBODY else told["owner_id"]
            self._frame.runner.do(self._add, self.record_id, told["title"], owner, told["due_on"], owner=self)

    def _me(self) -> str:
        mine = self._frame.desk.user.id
        return mine if self._found is not None and mine in dict(self._found.people) else NOBODY

    def done(self, one: Action) -> None:
        """It is done, with a way back."""
        undo = partial(self._frame.runner.do, tasks.undo_task, one.id, owner=self)
        said = _("“{task}” is done.").format(task=one.title)
        self._frame.runner.do(tasks.do_task, one.id, then=lambda _made: self._frame.toast(said, undo), owner=self)


# -- files -------------------------------------------------------------------------------------------------------------------------------


class CaseFiles(QWidget):
    """The files of a case. ``add(record_id, name, content)`` is the register's use case; they are read in ``paper``."""

    def __init__(self, frame: Frame, add: Any, paper: PaperView) -> None:
        super().__init__()
        self._frame, self._add, self.paper = frame, add, paper
        self.record_id = ""
        self.files: tuple[CaseFileRow, ...] = ()
        self._lines = column(space=Space.XS)
        self.add_button = Button(_("Add a file …"), self.choose, kind="quiet", icon="paperclip")
        self.hint = Label(_("or drop it here"), look="small", role="muted", elide=True)
        self.trouble = Label("", look="small", role="danger", wrap=True)
        foot = row(self.add_button, self.hint, space=Space.S)
        foot.setStretch(1, 1)
        self.setLayout(column(section(_("Files")), self._lines, foot, self.trouble, space=Space.S))
        self.trouble.hide()

    def show_parts(self, record_id: str, found: CaseParts, *, may_add: bool) -> None:
        """Show the files of a case; hidden when there are none and none can be added."""
        if record_id != self.record_id:
            self.paper.close_paper()
            self._say("")
        self.record_id, self.files = record_id, found.files
        empty_layout(self._lines)
        for one in found.files:
            self._lines.addLayout(self._line(one))
        self.add_button.setVisible(may_add)
        self.hint.setVisible(may_add)
        self.setAcceptDrops(may_add)
        self.setVisible(may_add or bool(found.files))

    def _line(self, one: CaseFileRow) -> QLayout:
        short = one.name if len(one.name) <= LONGEST_LINK else f"{one.name[:LONGEST_LINK - 12]}…{one.name[-10:]}"
        name = Button(short, partial(self.paper.open_kept, one.id, self), kind="link", icon="paperclip",
                      name=_("Open {name}").format(name=one.name))  # fmt: skip
        size = _("{n} kB").format(n=dates.number(max(1, one.size // KILO)))
        void = _("declared void: {reason}").format(reason=one.void_reason) if one.void_reason else ""
        words = " · ".join(filter(None, (void, one.note, dates.short(dates.local(one.added_at).date()), one.added_by, size)))
        line = row(name, Label(words, look="small", role="muted", elide=True), space=Space.S)
        line.setStretch(1, 1)
        if not one.void_reason and self._frame.desk.may("quality.manage"):
            line.addWidget(IconButton("ban", _("Declare {name} void").format(name=one.name), partial(self.void, one)))
        return line

    def choose(self) -> None:
        """Ask which file."""
        kinds = _("Documents and pictures ({patterns})").format(patterns="*.pdf *.png *.jpg *.jpeg *.txt")
        name, _kind = QFileDialog.getOpenFileName(self, _("Add a file"), "", kinds)
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Keep a file with the case."""
        self._say("")
        try:
            if path.stat().st_size > MOST_BYTES:
                sentence = _("{name}: this file is larger than {n} MB. Make it smaller, or keep a part of it.")
                self._say(sentence.format(name=path.name, n=MOST_BYTES >> 20))
                return
            content = path.read_bytes()
        except OSError:
            self._say(_("{name}: this file cannot be read.").format(name=path.name))
            return
        said = _("{name} is added.").format(name=path.name)
        self._frame.runner.do(
            self._add, self.record_id, path.name, content, then=lambda _made: self._frame.toast(said),
            failed=lambda error: self._say(error.message), owner=self,
        )  # fmt: skip

    def void(self, one: CaseFileRow) -> None:
        """A file does not count, and why; it stays."""
        reason = ask_reason(self, _("Declare {name} void?").format(name=one.name), _("It stays, marked so, with your reason."))
        if reason:
            self._frame.runner.do(cases.void_case_file, one.id, reason[:LONGEST_NOTE], owner=self)

    def _say(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may come in."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file."""
        self.take_file(next(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))
        event.acceptProposedAction()


def case_paper(frame: Frame, behind: QWidget) -> PaperView:
    """Where files of a case are read, in place of the list."""
    return PaperView(frame, behind, cases.open_case_file, _("Back to the list"))
