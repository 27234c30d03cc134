"""A client's notes in a list, and the ways to begin one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from nmx_desk.domain.notes import NOTE_KIND_NAMES, NOTE_STATUS_NAMES, NoteKind, NoteStatus
from nmx_desk.i18n import N_, _
from nmx_desk.services.notes import NoteRow, NotesOverview
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue, icon
from nmx_desk.ui.theme.tokens import Space

STATUS_BADGES = {
    NoteStatus.DRAFT: (Hue.WARN, "pencil"),
    NoteStatus.SIGNED: (Hue.OK, "signature"),
    NoteStatus.AMENDED: (Hue.INFO, "file-plus"),
    NoteStatus.VOID: (Hue.NEUTRAL, "ban"),
}


FIRST = {NoteKind.INTAKE: N_("New intake note"), NoteKind.FOLLOW_UP: N_("New follow-up note")}
OTHER = (NoteKind.PHONE, NoteKind.FREE)
"""Notes that are begun here: with a button of their own, and from a menu. That of an advice call is begun with the call."""


def status_badge(status: NoteStatus) -> Badge:
    """A note's state as icon, word and hue."""
    hue, icon = STATUS_BADGES[status]
    return Badge(_(NOTE_STATUS_NAMES[status]), hue, icon)


def _day(found: NoteRow) -> str:
    return dates.full_day(found.note.care_date)


def _is_void(found: NoteRow) -> bool:
    return found.note.status is NoteStatus.VOID


def _status(found: NoteRow) -> str:
    return _(NOTE_STATUS_NAMES[found.note.status])


class NotesList(QWidget):
    """``opened`` carries a note's id, ``begun`` the kind of a new note."""

    opened = Signal(str)
    begun = Signal(str)

    def __init__(self, *, may_write: bool) -> None:
        super().__init__()
        columns: list[Column[NoteRow]] = [
            Column(key="day", title=_("Date"), text=_day, sort_key=lambda found: found.note.care_date, width=240, struck=_is_void),
            Column(key="kind", title=_("Consult"), text=lambda found: _(NOTE_KIND_NAMES[found.note.kind]), strong=True, struck=_is_void),
            Column(key="author", title=_("Author"), text=lambda found: found.author, width=220),
            Column(key="status", title=_("State"), text=_status, badge=lambda found: status_badge(found.note.status), width=180),
        ]
        empty = EmptyState(_("No notes yet"), _("Begin with the intake."), icon="file-text")
        self.table: Table[NoteRow] = Table(columns, name="notes", label=_("Consult notes"), empty=empty)
        self.table.opened.connect(lambda found: self.opened.emit(found.note.id))
        self.begin = [Button(_(title), partial(self._begin, kind), icon="file-plus") for kind, title in FIRST.items()]
        self.other = Button(_("Other note"), self._choose, icon="chevron-down")
        self.setLayout(column(row(*self.begin, self.other, STRETCH), self.table, space=Space.M))
        for button in (*self.begin, self.other):
            button.setVisible(may_write)

    def show_notes(self, overview: NotesOverview) -> None:
        """Show the list."""
        self.table.set_rows(overview.notes)

    def _begin(self, kind: NoteKind, _checked: bool = False) -> None:
        self.begun.emit(str(kind))

    def _choose(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind in OTHER:
            menu.addAction(icon("file-plus", "text"), _(NOTE_KIND_NAMES[kind])).triggered.connect(partial(self._begin, kind))
        menu.popup(self.other.mapToGlobal(QPoint(0, self.other.height())))
